"""Bring a restore to an end that a crash or a power cut interrupted."""

from contextlib import suppress
from pathlib import Path

from workbench.core.errors import RestoreBlockedError
from workbench.core.restore import OperationKind
from workbench.operations.project_context import ProjectContext
from workbench.operations.restore_target import open_tree
from workbench.services.restore.carry_out import (
    Outcome,
    UntidyError,
    WrongFolderError,
    aside_sentence,
    edited_sentence,
    recover,
)
from workbench.services.restore.journal import (
    Journal,
    journal_blocks_runs,
    journal_is_open,
    remove_unfinished,
    restore_lock,
)
from workbench.services.restore.operations_log import OperationsLog

_NAMES = {
    OperationKind.RESTORE: "The restore from run #{}",
    OperationKind.UNDO: "The last Undo (run #{})",
    OperationKind.REDO: "The last Redo (run #{})",
}
_ENDINGS = {
    Outcome.COMPLETED: "It has been completed now.",
    Outcome.PUT_BACK: "Your folder is as it was before.",
}


def has_open_journal(context: ProjectContext) -> bool:
    """Whether a restore has begun and not ended: nothing else may use the folder then.

    One that only has to let go of the replaced files is in nobody's way.
    """
    return journal_blocks_runs(context.paths.operations)


def recover_restore(context: ProjectContext) -> str | None:
    """Complete an interrupted restore, or put the folder back if that is not possible.

    Call it before anything else uses the folder. It may be interrupted itself and called again.

    Returns:
        A sentence for the user, ``None`` if no restore was interrupted. Also if it could not be
        brought to an end because this is another folder, or only tidying up is left: the project
        can be used then, and it is tried again next time.

    Raises:
        RestoreBlockedError: If the restore is going on in another process.
        FolderMissingError: If the project folder is not there.
        WorkbenchError: If it could be neither completed nor put back; it can be tried again.
    """
    operations = context.paths.operations
    if not journal_is_open(operations):
        _tidy_up(operations)
        return None
    with restore_lock(operations):
        try:
            return recover_locked(context)
        except (UntidyError, WrongFolderError) as error:
            return f"{error.title}. {error.text} {error.hint}"


def _tidy_up(operations: Path) -> None:
    """Remove what a restore left that was ended before its journal began."""
    if not operations.is_dir():
        return
    with suppress(RestoreBlockedError, OSError), restore_lock(operations):
        if not journal_is_open(operations):
            remove_unfinished(operations)


def recover_locked(context: ProjectContext) -> str | None:
    """Do the same for a caller that has locked the restores of this project already.

    Raises:
        WorkbenchError: Also if this is another folder, or tidying up failed again.
    """
    journal = Journal.load(context.paths.operations)
    if journal is None:
        return None
    log = OperationsLog(context.paths.operations)
    with open_tree(context) as tree:
        ending = recover(tree, journal, context.history, log)
    name = _NAMES[journal.head.kind].format(journal.head.run_number)
    return (
        f"{name} was interrupted. {_ENDINGS[ending.outcome]}"
        + aside_sentence(journal, ending.kept_aside)
        + edited_sentence(ending.left_edited)
    )
