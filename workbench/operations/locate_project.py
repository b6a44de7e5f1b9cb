"""Tell where the folder of a project is now."""

from dataclasses import replace
from pathlib import Path

from workbench.core.errors import NotFoundError, WorkbenchError
from workbench.core.project import Project
from workbench.operations.library import Library
from workbench.operations.open_folder import check_folder
from workbench.services.folder_checks import absolute
from workbench.services.project_files import read_project


def locate_project(library: Library, project_id: str, folder: Path) -> Project:
    """Point the list to the folder where a project is now.

    Raises:
        NotFoundError: If the project is not listed.
        FolderMissingError: If the folder does not exist.
        WorkbenchError: If the folder is not this project or cannot be read; nothing was changed.
    """
    stored = library.store.find_project(project_id)
    if stored is None:
        raise NotFoundError("Project not found", "It isn't in the project list.")
    name = stored.project.name
    folder = absolute(folder)
    check_folder(folder)
    found = read_project(folder)
    if found is None:
        raise WorkbenchError(
            f"{name} isn't in this folder",
            f"{folder} holds no project. Nothing was changed.",
            hint=f"Choose the folder that holds the files of {name}.",
        )
    if found.id != project_id:
        raise WorkbenchError(
            "This folder holds another project",
            f"{folder} is the folder of {found.name}, not of {name}. Nothing was changed.",
            hint="Choose another folder, or open this one with Open folder.",
        )
    library.store.put_project(replace(stored, project=found))
    return found
