"""Group projects in workspaces."""

from workbench.core.errors import InvalidInputError
from workbench.core.project import DEFAULT_WORKSPACE, workspace_name_problem
from workbench.operations.library import Library


def list_workspaces(library: Library) -> list[str]:
    """Return the names of all workspaces in alphabetical order; there is always one."""
    return library.store.list_workspaces() or [DEFAULT_WORKSPACE]


def add_workspace(library: Library, name: str) -> None:
    """Add a workspace; nothing happens if it exists.

    Raises:
        InvalidInputError: If the name cannot be used.
    """
    library.store.add_workspace(name)


def rename_workspace(library: Library, name: str, new_name: str) -> None:
    """Give a workspace another name; its projects stay in it.

    Raises:
        InvalidInputError: If the new name cannot be used or is taken.
        NotFoundError: If there is no such workspace.
    """
    library.store.rename_workspace(name, new_name)


def remove_workspace(library: Library, name: str) -> None:
    """Remove an empty workspace.

    Raises:
        InvalidInputError: If it holds projects.
    """
    library.store.remove_workspace(name)


def move_to_workspace(library: Library, project_id: str, workspace: str) -> None:
    """Put a project into an existing or new workspace.

    Raises:
        InvalidInputError: If the name cannot be used.
        NotFoundError: If the project is not listed.
    """
    problem = workspace_name_problem(workspace)
    if problem:
        raise InvalidInputError("workspace", problem)
    library.store.set_workspace(project_id, workspace)
