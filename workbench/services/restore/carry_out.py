"""Carrying out a journal to its end, now or after a crash."""

from collections.abc import Callable
from datetime import UTC, datetime
from enum import Enum

from workbench.core.errors import RestoreFailedError, WorkbenchError
from workbench.core.restore import Operation
from workbench.services.restore.journal import Journal, JournalState
from workbench.services.restore.operations_log import EmptyFolders, OperationsLog
from workbench.services.restore.project_tree import ProjectTree
from workbench.services.restore.stage import Blobs, stage, unstage
from workbench.services.restore.swap import ChangedMeanwhileError, Swap
from workbench.services.safe_files import os_error_reason

_FAILURES = (OSError, ChangedMeanwhileError, WorkbenchError)


class Outcome(Enum):
    """How an interrupted restore ended."""

    COMPLETED = "completed"
    PUT_BACK = "put back"


def carry_out(
    tree: ProjectTree,
    journal: Journal,
    blobs: Blobs,
    *,
    verify: Callable[[], None],
    on_file: Callable[[int], None],
) -> None:
    """Bring the folder to the target of a new journal, or leave it as it was.

    Args:
        tree: The project folder.
        journal: A journal that has just begun.
        blobs: Where stored files come from.
        verify: Raises an error if the folder is not the target.
        on_file: Called with the number of files that are ready to be put in place.

    Raises:
        RestoreFailedError: If it did not work and the folder is as it was.
        WorkbenchError: If it could not be put back either; the journal is then still open.
    """
    try:
        stage(tree, journal, blobs, on_file)
        journal.enter(JournalState.SWAPPING)
        Swap(tree, journal).forward()
        verify()
        journal.enter(JournalState.CLEANING)
    except _FAILURES as error:
        _give_up(tree, journal, error)


def finish(
    tree: ProjectTree, journal: Journal, log: OperationsLog, *, after_crash: bool = False
) -> tuple[Operation, list[str]]:
    """Let go of the replaced files, record the operation and close the journal.

    Returns:
        The operation, and the files of somebody else's that were moved aside.

    Raises:
        WorkbenchError: If something is left to do; the journal is then still open.
    """
    swap = Swap(tree, journal, after_crash=after_crash)
    head = journal.head
    now = datetime.now(UTC)
    operation = Operation(
        head.id, head.kind, now, head.run_number, head.before, head.after, head.changed
    )
    try:
        swap.clean()
        unstage(tree, journal)
        steps = journal.steps
        folders = EmptyFolders(tuple(steps.made_empty()), tuple(steps.removed_empty()))
        log.append(operation, folders)
        journal.close()
    except OSError as error:
        raise WorkbenchError(
            "Restored, but not everything is tidied up",
            "All files of your folder are restored. Files that were replaced are still beside "
            f"them, because {os_error_reason(error)}.",
            hint="Workbench finishes this when the project is opened again.",
            details=str(error),
        ) from error
    return operation, swap.kept_aside


def recover(
    tree: ProjectTree, journal: Journal, blobs: Blobs, log: OperationsLog
) -> tuple[Outcome, list[str]]:
    """Bring an interrupted restore to an end; may itself be interrupted and done again.

    Returns:
        How it ended, and the files that changed meanwhile and were moved aside.

    Raises:
        WorkbenchError: If it can be neither completed nor put back; the journal is still open.
    """
    swap = Swap(tree, journal, after_crash=True)
    if journal.head.state in {JournalState.STAGING, JournalState.ROLLING_BACK}:
        _roll_back(tree, journal, swap)
        return Outcome.PUT_BACK, swap.kept_aside
    if journal.head.state is JournalState.SWAPPING:
        try:
            stage(tree, journal, blobs, _ignore, only=swap.lost_content())
            swap.forward()
            journal.enter(JournalState.CLEANING)
        except _FAILURES:
            _roll_back(tree, journal, swap)
            return Outcome.PUT_BACK, swap.kept_aside
    _, aside = finish(tree, journal, log, after_crash=True)
    return Outcome.COMPLETED, swap.kept_aside + aside


def aside_sentence(journal: Journal, kept_aside: list[str]) -> str:
    """Return a sentence, with a space before it, about files that were moved aside, if any."""
    if not kept_aside:
        return ""
    names = ", ".join(kept_aside[:3]) + (" and more" if len(kept_aside) > 3 else "")
    return f" Changes made meanwhile to {names} are kept in {journal.aside}."


def _give_up(tree: ProjectTree, journal: Journal, error: Exception) -> None:
    # Nothing of what is there may be lost now, whoever wrote it: as after a crash.
    swap = Swap(tree, journal, after_crash=True)
    _roll_back(tree, journal, swap)
    raise RestoreFailedError(
        "Restore stopped, nothing was changed",
        f"{_reason(error)} Your folder was put back as it was."
        + aside_sentence(journal, swap.kept_aside),
        details=error.details if isinstance(error, WorkbenchError) else str(error),
        retry=True,
    ) from error


def _roll_back(tree: ProjectTree, journal: Journal, swap: Swap) -> None:
    different = ""
    try:
        if journal.head.state is not JournalState.STAGING:
            journal.enter(JournalState.ROLLING_BACK)
            swap.backward()
            different = swap.is_back()
        unstage(tree, journal)
        if not different:
            journal.close()
            return
        details = f"{different} is different"
    except OSError as error:
        details = str(error)
    raise WorkbenchError(
        "Restore stopped half way",
        "Some files are restored and some are not. Everything as it was before is in the safety "
        "snapshot.",
        hint="Workbench tries to put your folder back when the project is opened again.",
        details=f"{details}\nSafety snapshot: {journal.head.before}",
    )


def _reason(error: Exception) -> str:
    if isinstance(error, ChangedMeanwhileError):
        return f"{error.path} changed while the restore ran."
    if isinstance(error, WorkbenchError):
        return f"{error.title}. {error.text}"
    if isinstance(error, OSError):
        reason = os_error_reason(error)
        return f"{reason[0].upper()}{reason[1:]}."
    raise error


def _ignore(_done: int) -> None:
    return
