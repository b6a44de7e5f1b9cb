"""Take a project off the list, and put it back."""

from workbench.core.project import ListedProject
from workbench.operations.library import Library
from workbench.operations.list_projects import listed
from workbench.services.workbench_store import StoredProject


def remove_project(library: Library, project_id: str) -> ListedProject:
    """Take a project off the list; its folder, runs and history stay.

    Returns:
        The row, for :func:`put_back_project`.

    Raises:
        NotFoundError: If it is not listed.
    """
    return listed(library.store.remove_project(project_id))


def put_back_project(library: Library, row: ListedProject) -> None:
    """Undo :func:`remove_project`."""
    library.store.put_project(StoredProject(row.project, row.workspace, row.opened, row.template))
