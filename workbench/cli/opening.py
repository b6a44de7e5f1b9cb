"""Opening what a command works on: the project list, and one project."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from workbench.core.errors import FolderMissingError, WorkbenchError
from workbench.core.project import Project
from workbench.operations.find_project import find_project
from workbench.operations.library import Library
from workbench.operations.project_context import ProjectContext, open_context
from workbench.operations.recover_restore import recover_restore
from workbench.operations.refresh_runs import refresh_runs
from workbench.operations.restore_to_folder import clean_new_folders
from workbench.services.app_paths import AppPaths
from workbench.services.safe_files import os_error_reason

_log = logging.getLogger("workbench.cli")


def current_folder() -> Path:
    """Return the current folder.

    Raises:
        FolderMissingError: If it was deleted meanwhile.
    """
    try:
        return Path.cwd()
    except OSError as error:
        raise FolderMissingError(
            "The current folder is gone", "It was deleted or moved.", hint="Go to another folder."
        ) from error


def absolute_repo(repo: str) -> str:
    """Return the address of a Git repo; that of a folder of this computer with its whole path."""
    if not repo:
        return ""
    folder = current_folder() / Path(repo).expanduser()
    is_folder = "://" not in repo and not repo.startswith("-") and folder.is_dir()
    return str(folder.resolve()) if is_folder else repo


@dataclass(frozen=True, slots=True)
class Opened:
    """A project and the list that it is in.

    Attributes:
        library: The project list.
        context: The project.
    """

    library: Library
    context: ProjectContext

    @property
    def project(self) -> Project:
        """The project."""
        return self.context.project


@contextmanager
def opened_library() -> Iterator[Library]:
    """Open the project list of this user.

    Raises:
        WorkbenchError: If it can't be opened.
    """
    paths = AppPaths.from_environment()
    try:
        paths.make_private()
    except OSError as error:
        raise WorkbenchError(
            "Workbench's own folder can't be made",
            f"{paths.data} can't be used because {os_error_reason(error)}.",
            hint="Set WORKBENCH_HOME to a folder that you can write to.",
            details=str(error),
        ) from error
    library = Library.open(paths)
    try:
        yield library
    finally:
        library.close()


@contextmanager
def opened_project(place: str | None, *, recover: bool = False) -> Iterator[Opened]:
    """Open the project that a command is about.

    Args:
        place: What ``--project`` says; nothing for the one of the current folder.
        recover: Whether to finish first what a crash left half done in its folder.

    Raises:
        NotFoundError: If there is none.
        WorkbenchError: If it can't be opened.
    """
    with opened_library() as library:
        project = find_project(library, place or "", current_folder())
        context = open_context(library, project)
        try:
            if recover:
                _recover(context)
            refresh_runs(context)
            yield Opened(library, context)
        finally:
            context.close()


def _recover(context: ProjectContext) -> None:
    clean_new_folders(context)
    if context.project.folder.is_dir():
        message = recover_restore(context)
        if message:
            _log.warning("%s", message)
