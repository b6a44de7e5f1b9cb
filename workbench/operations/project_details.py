"""Facts of the Project page that take a look at the disk."""

from workbench.operations.project_context import ProjectContext
from workbench.services.folder_size import folder_size


def project_size(context: ProjectContext) -> int:
    """Return the bytes that history, run records, logs and outputs take on the disk."""
    return folder_size(context.paths.root)
