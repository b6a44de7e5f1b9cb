"""What a new project can start from."""

from workbench.core.project import Template
from workbench.services.templates import list_templates


def project_templates() -> tuple[Template, ...]:
    """Return all templates, in the order in which they are offered.

    Raises:
        WorkbenchError: If the installation is damaged.
    """
    return tuple(list_templates())
