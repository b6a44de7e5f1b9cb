"""Put the snapshot of a run into a new folder; the project stays as it is."""

import errno
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from workbench.core.errors import InvalidInputError, WorkbenchError
from workbench.core.progress import CancelToken, Report, no_report
from workbench.operations.project_context import ProjectContext
from workbench.operations.restore_progress import RestoreProgress
from workbench.operations.restore_target import restorable_run
from workbench.services.folder_checks import check_new_place, free_place
from workbench.services.prepared_folder import PreparationJournal, PreparedFolder, place_for
from workbench.services.restore.journal import sync_folder
from workbench.services.restore.new_folder import check_room, fill_folder
from workbench.services.safe_files import os_error_reason

_FIELD = "folder"
_NOT_EMPTY = frozenset({errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR})


@dataclass(frozen=True, slots=True)
class NewFolder:
    """A folder that was made from a snapshot.

    Attributes:
        folder: Where it is.
        run_number: The run whose snapshot it holds.
        files: Number of files in it.
    """

    folder: Path
    run_number: int
    files: int


def restore_to_folder(
    context: ProjectContext,
    run_id: str,
    folder: Path,
    *,
    report: Report = no_report,
    cancel: CancelToken | None = None,
) -> NewFolder:
    """Make a folder with everything that a run's snapshot holds, also while a run is active.

    It is prepared beside its place and moved there at the end: it appears as a whole or not at
    all. Nothing in the project changes.

    Args:
        context: The project.
        run_id: The run.
        folder: Where to: a folder outside the project that is empty or does not exist.
        report: Hears how far it is.
        cancel: Checked before each file.

    Raises:
        NotFoundError: If the run or its snapshot is not here.
        InvalidInputError: If the folder can't be used.
        CanceledError: If canceled; nothing is left behind.
        WorkbenchError: If it can't be made; nothing is left behind.
    """
    cancel = cancel or CancelToken()
    run = restorable_run(context, run_id)
    place = place_for(check_new_folder(context, folder))
    progress = RestoreProgress(report, f"Restoring run #{run.number} to a new folder", start=0.0)
    journal = _journal(context)
    try:
        journal.begin(place)
        files = _prepare(context, run.snapshot, place, progress, cancel)
        place.move_into_place()
        sync_folder(place.target.parent)
    except BaseException as error:
        left = _take_back(journal, place)
        if isinstance(error, OSError):
            raise _not_made(error, place, left=left) from error
        raise
    journal.end(place)
    progress.end(files)
    return NewFolder(place.target, run.number, files)


def check_new_folder(context: ProjectContext, folder: Path) -> Path:
    """Return the folder as an absolute path, if it can be made or is empty.

    Raises:
        InvalidInputError: If it is in the project, has files in it, or can't be written.
    """
    own = (context.project.folder, context.paths.root)
    return check_new_place(folder, _used, outside=own)


def free_folder(context: ProjectContext, run_number: int) -> Path:
    """Return a folder beside the project's that does not exist yet."""
    base = context.project.folder
    return free_place(base.with_name(f"{base.name}-run-{run_number}"))


def clean_new_folders(context: ProjectContext) -> None:
    """Remove what a killed process left of folders that it was making."""
    journal = _journal(context)
    for place in journal.interrupted():
        # A disk that is not there now is looked at next time.
        with suppress(OSError):
            # The target may be a complete folder already: only what was prepared beside it goes.
            if place.remove():
                journal.end(place)


def _journal(context: ProjectContext) -> PreparationJournal[PreparedFolder]:
    return PreparationJournal(context.paths.operations / "new-folders", PreparedFolder)


def _prepare(
    context: ProjectContext,
    commit: str,
    place: PreparedFolder,
    progress: RestoreProgress,
    cancel: CancelToken,
) -> int:
    """Write the files beside their place; return how many."""
    entries = context.history.tree_entries(commit)
    check_room(entries.values(), next(path for path in place.target.parents if path.exists()))
    place.temporary.mkdir(parents=True)
    fill_folder(
        place.temporary,
        entries.values(),
        context.history.manifest(commit),
        context.history,
        on_file=lambda done: progress.file(done, len(entries)),
        cancel=cancel,
    )
    cancel.check("Restoring to a new folder")
    return len(entries)


def _used(_folder: Path) -> InvalidInputError:
    return InvalidInputError(
        _FIELD, "This folder has files in it. Choose an empty one or a new name."
    )


def _take_back(journal: PreparationJournal[PreparedFolder], place: PreparedFolder) -> bool:
    """Remove what was made so far; returns whether something is left for the next start."""
    try:
        gone = place.remove()
    except OSError:
        return True
    if gone:
        journal.end(place)
    return not gone


def _not_made(error: OSError, place: PreparedFolder, *, left: bool) -> WorkbenchError:
    if error.errno in _NOT_EMPTY:
        reason = "something else is in its place now"
    else:
        reason = os_error_reason(error)
    kept = "Nothing was left behind, and your project is as it was."
    if left:
        kept = f"{place.temporary} couldn't be removed; Workbench tries again when it starts."
    return WorkbenchError(
        "The folder wasn't created",
        f"{place.target} can't be made because {reason}. {kept}",
        hint="Choose another folder, or try again.",
        details=str(error),
        retry=True,
    )
