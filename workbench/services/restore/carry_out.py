"""Carrying out a journal to its end, now or after a crash."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum

from workbench.core.errors import RestoreFailedError, WorkbenchError
from workbench.core.restore import Operation
from workbench.services.restore.journal import Journal, JournalHead, JournalState
from workbench.services.restore.operations_log import EmptyFolders, OperationsLog
from workbench.services.restore.project_tree import ProjectTree, UnsafePathError
from workbench.services.restore.stage import (
    Blobs,
    check_saved,
    new_path,
    old_path,
    stage,
    stage_former,
    unstage,
)
from workbench.services.restore.swap import BlockedFileError, ChangedMeanwhileError, Swap
from workbench.services.safe_files import os_error_reason

_FAILURES = (OSError, ChangedMeanwhileError, WorkbenchError)


class UntidyError(WorkbenchError):
    """The folder is the target, but what was replaced could not be let go of yet."""


class WrongFolderError(WorkbenchError):
    """The folder is not the one whose restore was interrupted."""


class Outcome(Enum):
    """How an interrupted restore ended."""

    COMPLETED = "completed"
    PUT_BACK = "put back"


@dataclass(frozen=True)
class Ending:
    """How an interrupted restore was brought to an end.

    Attributes:
        outcome: Which of the two states the folder has.
        kept_aside: Files that changed meanwhile and were moved aside.
        left_edited: Files that changed meanwhile and were left as they are.
    """

    outcome: Outcome
    kept_aside: list[str]
    left_edited: list[str] = field(default_factory=list)


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
        BaseException: Whatever else ended it, for example ``KeyboardInterrupt``; the folder is as
            it was then too.
        WorkbenchError: If it could not be put back either; the journal is then still open.
    """
    try:
        check_saved(journal, blobs)
        Swap(tree, journal).unlock()
        stage(tree, journal, blobs, on_file)
        journal.enter(JournalState.SWAPPING)
        Swap(tree, journal).forward()
        verify()
        journal.enter(JournalState.CLEANING)
    except BaseException as error:
        _give_up(tree, journal, blobs, error)
        raise


def finish(
    tree: ProjectTree, journal: Journal, log: OperationsLog, *, after_crash: bool = False
) -> tuple[Operation, list[str]]:
    """Let go of the replaced files, record the operation and close the journal.

    Returns:
        The operation, and the files of somebody else's that were moved aside.

    Raises:
        UntidyError: If something is left to do; the journal is then still open.
    """
    swap = Swap(tree, journal, after_crash=after_crash)
    operation = _operation(journal.head)
    steps = journal.steps
    folders = EmptyFolders(tuple(steps.made_empty()), tuple(steps.removed_empty()))
    try:
        paths = [step.path for step in steps.files] if operation.partial else ()
        log.append(operation, folders, steps.kept, paths)
        swap.clean()
        if after_crash:
            unstage(tree, journal)
        journal.close()
    except (OSError, UnsafePathError) as error:
        reason = os_error_reason(error) if isinstance(error, OSError) else str(error)
        raise UntidyError(
            "Restored, but not everything is tidied up",
            "All files of your folder are restored. Files that were replaced are still beside "
            f"them, because {reason}.",
            hint="Workbench finishes this when the project is opened again.",
            details=str(error),
        ) from error
    return operation, swap.kept_aside


def _operation(head: JournalHead) -> Operation:
    return Operation(
        head.id,
        head.kind,
        datetime.now(UTC),
        head.run_number,
        head.before,
        head.after,
        head.changed,
        head.later_edits,
        head.partial,
    )


def recover(tree: ProjectTree, journal: Journal, blobs: Blobs, log: OperationsLog) -> Ending:
    """Bring an interrupted restore to an end; may itself be interrupted and done again.

    Raises:
        WrongFolderError: If this is another folder; nothing was changed.
        UntidyError: If the folder is the target and only tidying up is left.
        WorkbenchError: If it can be neither completed nor put back; the journal is still open.
    """
    _check_folder(tree, journal)
    swap = Swap(tree, journal, after_crash=True)
    if journal.head.state in {JournalState.STAGING, JournalState.ROLLING_BACK}:
        return _put_back(tree, journal, blobs, swap)
    swap.unlock()
    if journal.head.state is JournalState.SWAPPING:
        try:
            stage(tree, journal, blobs, _ignore, only=swap.lost_content())
            swap.forward()
            journal.enter(JournalState.CLEANING)
        except _FAILURES:
            return _put_back(tree, journal, blobs, swap)
    _, aside = finish(tree, journal, log, after_crash=True)
    return Ending(Outcome.COMPLETED, swap.kept_aside + aside)


def _put_back(tree: ProjectTree, journal: Journal, blobs: Blobs, swap: Swap) -> Ending:
    _roll_back(tree, journal, blobs, swap)
    return Ending(Outcome.PUT_BACK, swap.kept_aside, swap.left_edited)


def _check_folder(tree: ProjectTree, journal: Journal) -> None:
    """Check that this is the folder the journal is about, wherever it is by now.

    Raises:
        WrongFolderError: If it is another one.
    """
    head = journal.head
    if not head.inode:
        return
    device, inode, born = tree.birth()
    # The number of a device may be another after a restart; an inode is used again.
    known = (head.inode, head.born) if head.born and born else (head.inode, head.device)
    if known == (inode, born if head.born and born else device):
        return
    for index, step in enumerate(journal.steps.files):
        for name in (new_path(head.id, index, step), old_path(head.id, index, step)):
            if tree.stat(name) is not None:
                return
    raise WrongFolderError(
        "This is not the folder that was being restored",
        "A restore was interrupted in another folder, which is not here now. Nothing was changed.",
        hint="Put that folder back, or locate it, to finish the restore.",
    )


def aside_sentence(journal: Journal, kept_aside: list[str]) -> str:
    """Return a sentence, with a space before it, about files that were moved aside, if any."""
    if not kept_aside:
        return ""
    return f" Changes made meanwhile to {_some(kept_aside)} are kept in {journal.aside}."


def edited_sentence(left_edited: list[str]) -> str:
    """Return a sentence, with a space before it, about newer changes that stay, if any."""
    return f" Newer changes to {_some(left_edited)} were left as they are." if left_edited else ""


def _some(names: list[str]) -> str:
    return ", ".join(names[:3]) + (" and more" if len(names) > 3 else "")


def _give_up(tree: ProjectTree, journal: Journal, blobs: Blobs, error: BaseException) -> None:
    # Nothing of what is there may be lost now, whoever wrote it: as after a crash.
    swap = Swap(tree, journal, after_crash=True)
    _roll_back(tree, journal, blobs, swap)
    if not isinstance(error, Exception):
        return
    raise RestoreFailedError(
        "Restore stopped, nothing was changed",
        f"{_reason(error)} Your folder was put back as it was."
        + aside_sentence(journal, swap.kept_aside)
        + edited_sentence(swap.left_edited),
        details=error.details if isinstance(error, WorkbenchError) else repr(error),
        retry=True,
    ) from error


def _roll_back(tree: ProjectTree, journal: Journal, blobs: Blobs, swap: Swap) -> None:
    different = ""
    try:
        tree.forget()
        if journal.head.state is not JournalState.STAGING:
            journal.enter(JournalState.ROLLING_BACK)
            swap.unlock()
            stage_former(tree, journal, blobs, swap.lost_former())
            swap.backward()
            different = swap.is_back()
        unstage(tree, journal)
        swap.lock_again()
        if not different:
            journal.close()
            return
        details = f"{different} is different"
    except (OSError, WorkbenchError) as error:
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
        return f"{error.title}. {error.text}".replace(" Nothing was changed.", "")
    if isinstance(error, BlockedFileError):
        return f"{error.filename} can't be changed: {os_error_reason(error)}."
    if isinstance(error, OSError):
        reason = os_error_reason(error)
        return f"{reason[0].upper()}{reason[1:]}."
    return "Something unexpected went wrong."


def _ignore(_done: int) -> None:
    return
