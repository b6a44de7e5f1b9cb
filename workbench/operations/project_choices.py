"""Remember what the user last chose in a project; kept outside the project folder."""

from dataclasses import replace

from workbench.core.project_choices import ProjectChoices
from workbench.operations.library import Library


def load_choices(library: Library, project_id: str) -> ProjectChoices:
    """Return what was last chosen in a project; defaults if nothing was."""
    return library.store.load_choices(project_id)


def save_choices(library: Library, project_id: str, choices: ProjectChoices) -> None:
    """Store what was chosen in a project.

    Raises:
        WorkbenchError: If the project list cannot be written.
    """
    library.store.save_choices(project_id, choices)


def choose_interpreter(library: Library, project_id: str, path: str) -> None:
    """Store which interpreter a project uses; its other choices stay.

    Raises:
        WorkbenchError: If the project list cannot be written.
    """
    choices = library.store.load_choices(project_id)
    library.store.save_choices(project_id, replace(choices, interpreter=path))
