"""Open a folder as a project; one that is none yet becomes one."""

import os
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path

from workbench.core.errors import (
    FolderCopiedError,
    InvalidInputError,
    NotFoundError,
    WorkbenchError,
)
from workbench.core.git_address import SecretInAddressError, parse_address
from workbench.core.project import DEFAULT_WORKSPACE, Project
from workbench.operations.library import Library
from workbench.services.folder_checks import absolute, check_project_folder, is_same_folder
from workbench.services.git.history_repository import HistoryRepository
from workbench.services.git.user_remote import origin_with
from workbench.services.project_files import (
    PROJECT_FILE,
    new_project_id,
    project_name_from,
    read_project,
    write_project,
)
from workbench.services.project_settings import add_missing_run_settings, take_back
from workbench.services.safe_files import os_error_reason
from workbench.services.workbench_store import StoredProject


class CopyDecision(Enum):
    """What a folder is that carries the id of a project in another folder."""

    MOVED = "moved"
    NEW_PROJECT = "new project"


def open_folder(
    library: Library,
    folder: Path,
    *,
    copy: CopyDecision | None = None,
    workspace: str = DEFAULT_WORKSPACE,
) -> Project:
    """Open a folder as a project and put it first in the list.

    A folder that is no project yet only gets ``.azureml/project.json`` and what it lacks of
    ``aml_config/``; its files and its ``.git`` are not touched. A project keeps its id. If it was
    listed in a folder that is gone, the list follows it here. If the folder is a clone of a repo
    that holds the project's history, it is linked to that repo.

    Args:
        library: The project list.
        folder: An existing folder.
        copy: The user's answer, if this folder and another one carry the same id: ``MOVED`` makes
            the list point here, ``NEW_PROJECT`` gives this folder a new id and its own history.
            Description and Git address stay. The name stays if it is the copy's own; if it is
            that of the project in the other folder, it becomes that of the folder.
        workspace: Where a project goes that is not listed yet.

    Raises:
        FolderMissingError: If the folder does not exist.
        InvalidInputError: If the folder cannot be a project.
        FolderCopiedError: If ``copy`` is needed; nothing was changed.
        WorkbenchError: If the folder cannot be written or its project file is damaged.
    """
    folder = absolute(folder)
    check_folder(folder)
    found = read_project(folder)
    if found is None:
        project = _as_listed_here(library, folder) or _new_project(folder)
    else:
        project = _after_decision(library, found, copy)
    _write_what_is_missing(library, project, had_file=found is not None)
    known = library.store.find_project(project.id)
    if known is not None:
        project = with_known_repo(project, known.project)
    if not project.repo:
        project = replace(project, repo=_repo_with_history(project))
    library.store.put_project(
        StoredProject(
            project,
            known.workspace if known else workspace,
            datetime.now(UTC),
            known.template if known else "",
        )
    )
    return project


def open_project(library: Library, project_id: str) -> Project:
    """Open a listed project.

    Raises:
        NotFoundError: If it is not listed.
        FolderMissingError: If its folder is gone.
        WorkbenchError: If its folder now holds another project, or cannot be used.
    """
    stored = library.store.find_project(project_id)
    if stored is None:
        raise NotFoundError("Project not found", "It isn't in the project list.")
    folder = stored.project.folder
    check_folder(folder)
    found = read_project(folder)
    if found is not None and found.id != project_id:
        raise WorkbenchError(
            "This folder holds another project",
            f"{folder} is now the folder of {found.name}. Nothing was changed.",
            hint=f"Locate the folder of {stored.project.name}, or use Open folder.",
        )
    return open_folder(library, folder)


def with_known_repo(found: Project, listed: Project) -> Project:
    """Return a project with the repo that it was linked to, also if its file doesn't name it.

    Files of another branch, or of an old snapshot, don't.
    """
    return replace(found, repo=found.repo or listed.repo)


def check_folder(folder: Path) -> None:
    """Check that an existing folder can be a project and can be looked into.

    Raises:
        FolderMissingError: If it is not there.
        InvalidInputError: If it cannot be a project.
        WorkbenchError: If it cannot be read.
    """
    try:
        with suppress(FileNotFoundError):
            folder.lstat()
        check_project_folder(folder)
        with os.scandir(folder):
            pass
    except OSError as error:
        raise WorkbenchError(
            "The folder can't be read",
            f"{folder} can't be opened because {os_error_reason(error)}. Nothing was changed.",
            hint="Check that you may read this folder.",
            details=str(error),
            retry=True,
        ) from error


def _repo_with_history(project: Project) -> str:
    """Return where a clone comes from, if the history of its project is there."""
    url = origin_with(project.folder, project.history_branch)
    try:
        return parse_address(url).url if url else ""
    except SecretInAddressError as error:
        return error.clean
    except InvalidInputError:
        return ""


def _new_project(folder: Path) -> Project:
    return Project(new_project_id(), project_name_from(folder.name), folder)


def _as_listed_here(library: Library, folder: Path) -> Project | None:
    """Keep the id of a listed project whose project file is gone, for example on a branch."""
    for stored in library.store.list_projects():
        if is_same_folder(stored.project.folder, folder):
            return replace(stored.project, folder=folder)
    return None


def _after_decision(library: Library, found: Project, copy: CopyDecision | None) -> Project:
    known = library.store.find_project(found.id)
    if known is None or is_same_folder(known.project.folder, found.folder):
        return found
    if not still_holds(known.project):
        return found
    if copy is None:
        raise FolderCopiedError(found.id, str(known.project.folder), str(found.folder))
    if copy is CopyDecision.MOVED:
        return found
    same_name = found.name == known.project.name
    name = project_name_from(found.folder.name) if same_name else found.name
    return replace(found, id=new_project_id(), name=name)


def still_holds(project: Project) -> bool:
    """Whether a project is where it is listed; when in doubt it is, so that the user is asked."""
    try:
        found = read_project(project.folder)
        if found is None:
            return project.folder.is_dir() and any(project.folder.iterdir())
    except (WorkbenchError, OSError):
        return True
    return found.id == project.id


def _write_what_is_missing(library: Library, project: Project, *, had_file: bool) -> None:
    """Add the files of a project and its history; take the files back if that fails."""
    made = add_missing_run_settings(project.folder)
    file = project.folder / PROJECT_FILE
    try:
        if not had_file:
            if not file.parent.exists():
                made.append(file.parent)
            made.append(file)
            write_project(project)
        HistoryRepository.create(library.paths.project(project.id).history, project.id).close()
        if had_file and _id_in(project.folder) != project.id:
            write_project(project)
    except BaseException:
        take_back(made)
        raise


def _id_in(folder: Path) -> str:
    found = read_project(folder)
    return found.id if found else ""
