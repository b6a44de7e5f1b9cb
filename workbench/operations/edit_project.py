"""Change what a project says about itself, such as its name or its description."""

import contextlib
from collections.abc import Callable
from dataclasses import replace

from workbench.core.errors import InvalidInputError, WorkbenchError
from workbench.core.project import Project, project_name_problem
from workbench.operations.library import Library
from workbench.operations.open_folder import check_folder, with_known_repo
from workbench.services.project_files import read_project, write_project


def edit_project(
    library: Library, project: Project, *, name: str | None = None, description: str | None = None
) -> Project:
    """Store a new name or description in the project's folder and in the project list.

    The folder keeps its own name. If the list can't be written, the folder's file is put back.

    Args:
        library: The project list.
        project: The project as it is known now.
        name: Its new name; ``None`` keeps the present one.
        description: Its new description; ``None`` keeps the present one.

    Returns:
        The project as it is now.

    Raises:
        InvalidInputError: If the name cannot be used; nothing was changed.
        FolderMissingError: If the folder is gone.
        WorkbenchError: If it cannot be written; nothing was changed.
    """
    problem = project_name_problem(name) if name is not None else ""
    if problem:
        raise InvalidInputError("name", problem)

    def renamed(former: Project) -> Project:
        return replace(
            former,
            name=former.name if name is None else name,
            description=former.description if description is None else description.strip(),
        )

    return change_project(library, project, renamed)


def change_project(
    library: Library, project: Project, change: Callable[[Project], Project]
) -> Project:
    """Store a project as ``change`` returns it, in its folder and in the list.

    If the list can't be written, the folder's file is put back.

    Args:
        library: The project list.
        project: The project as it is known now.
        change: Gets it as its folder describes it, and returns what it shall be.

    Returns:
        The project as it is now.

    Raises:
        FolderMissingError: If the folder is gone.
        WorkbenchError: If it cannot be written; nothing was changed.
    """
    check_folder(project.folder)
    before = read_project(project.folder)
    if before is not None and before.id != project.id:
        raise WorkbenchError(
            "This folder holds another project",
            f"{project.folder} is now the folder of {before.name}. Nothing was changed.",
        )
    former = with_known_repo(before, project) if before else project
    edited = replace(change(former), folder=project.folder)
    write_project(edited)
    try:
        _list(library, edited)
    except WorkbenchError:
        with contextlib.suppress(WorkbenchError):
            write_project(former)
        raise
    return edited


def _list(library: Library, project: Project) -> None:
    """Renew the project's row, if it has one."""
    stored = library.store.find_project(project.id)
    if stored is not None:
        library.store.put_project(replace(stored, project=project))
