"""What has to hold for a run to start in a project folder."""

from collections.abc import Iterator
from contextlib import contextmanager

from workbench.core.errors import (
    FolderMissingError,
    InvalidInputError,
    RestoreBlockedError,
    WorkbenchError,
)
from workbench.core.run import RunRequest
from workbench.operations.project_context import ProjectContext
from workbench.operations.recover_restore import has_open_journal
from workbench.runner.run_lock import is_locked
from workbench.services.safe_files import os_error_reason

TITLE = "The run didn't start"
_LOCAL = "local"
_RESTORE_LOCK = "lock"


@contextmanager
def reading_folder(context: ProjectContext) -> Iterator[None]:
    """Say which file can't be looked at, for example on a network disk that is not there now.

    Raises:
        WorkbenchError: In place of an error of the system.
    """
    try:
        yield
    except OSError as error:
        raise WorkbenchError(
            TITLE,
            f"{error.filename or context.project.folder} can't be used because "
            f"{os_error_reason(error)}. Nothing was changed.",
            details=str(error),
            retry=True,
        ) from error


def check_startable(context: ProjectContext, request: RunRequest) -> None:
    """Refuse a run that can't be started where it should, or not now.

    Raises:
        FolderMissingError: If the project folder is not there.
        InvalidInputError: If the target can't be used.
        RestoreBlockedError: If a restore of the folder has not ended.
    """
    if not context.project.folder.is_dir():
        raise FolderMissingError(
            "Folder not found",
            f"{context.project.folder} isn't there. The run didn't start.",
            retry=True,
        )
    if request.target != _LOCAL:
        raise InvalidInputError(
            "target",
            f"Runs can't be sent to {request.target} yet",
            hint="Choose local to run on this computer.",
        )
    _refuse_during_restore(context)


def _refuse_during_restore(context: ProjectContext) -> None:
    if has_open_journal(context) or is_locked(context.paths.operations / _RESTORE_LOCK):
        raise RestoreBlockedError(
            TITLE,
            "A restore of this folder has not ended. Nothing was changed.",
            hint="Wait until it ends, or open the project again to finish it.",
            retry=True,
        )
