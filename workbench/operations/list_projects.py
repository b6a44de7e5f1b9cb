"""Show the project list."""

import os
from pathlib import Path

from workbench.core.errors import WorkbenchError
from workbench.core.project import FolderState, ListedProject, Project
from workbench.operations.library import Library
from workbench.operations.recover_creations import recover_creations
from workbench.operations.recover_openings import recover_openings
from workbench.services.project_files import read_project
from workbench.services.workbench_store import StoredProject


def list_projects(library: Library) -> list[ListedProject]:
    """Return all projects, the last opened first, each with what is found in its folder.

    Raises:
        WorkbenchError: If the project list cannot be read.
    """
    recover_creations(library)
    recover_openings(library)
    return [listed(stored) for stored in library.store.list_projects()]


def listed(stored: StoredProject) -> ListedProject:
    """Return a row of the list with the present state of its folder."""
    return ListedProject(
        project=stored.project,
        workspace=stored.workspace,
        opened=stored.opened,
        folder_state=_folder_state(stored.project),
        template=stored.template,
    )


def _folder_state(project: Project) -> FolderState:
    if not _is_folder(project.folder):
        return FolderState.MISSING
    try:
        found = read_project(project.folder)
    except WorkbenchError:
        return FolderState.PRESENT  # opening it tells what is wrong
    # Without a project file it is still our folder: a branch of the user's may not have the file.
    is_other = found is not None and found.id != project.id
    return FolderState.OTHER_PROJECT if is_other else FolderState.PRESENT


def _is_folder(folder: Path) -> bool:
    try:
        return os.path.isdir(folder)  # noqa: PTH112 - also answers for paths that are no paths
    except (OSError, ValueError):
        return False
