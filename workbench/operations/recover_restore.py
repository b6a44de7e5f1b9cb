"""Bring a restore to an end that a crash or a power cut interrupted."""

from workbench.core.restore import OperationKind
from workbench.operations.project_context import ProjectContext
from workbench.operations.restore_target import open_tree
from workbench.services.restore.carry_out import Outcome, aside_sentence, recover
from workbench.services.restore.journal import Journal, journal_is_open, restore_lock
from workbench.services.restore.operations_log import OperationsLog

_NAMES = {
    OperationKind.RESTORE: "The restore from run #{}",
    OperationKind.UNDO: "Undoing the restore from run #{}",
    OperationKind.REDO: "Redoing the restore from run #{}",
}
_ENDINGS = {
    Outcome.COMPLETED: "It has been completed now.",
    Outcome.PUT_BACK: "Your folder is as it was before.",
}


def has_open_journal(context: ProjectContext) -> bool:
    """Whether a restore has begun and not ended: nothing else may use the folder then."""
    return journal_is_open(context.paths.operations)


def recover_restore(context: ProjectContext) -> str | None:
    """Complete an interrupted restore, or put the folder back if that is not possible.

    Call it before anything else uses the folder. It may be interrupted itself and called again.

    Returns:
        A sentence for the user, ``None`` if no restore was interrupted.

    Raises:
        RestoreBlockedError: If the restore is going on in another process.
        FolderMissingError: If the project folder is not there.
        WorkbenchError: If it could be neither completed nor put back; it can be tried again.
    """
    if not has_open_journal(context):
        return None
    with restore_lock(context.paths.operations):
        return recover_locked(context)


def recover_locked(context: ProjectContext) -> str | None:
    """Do the same for a caller that has locked the restores of this project already."""
    journal = Journal.load(context.paths.operations)
    if journal is None:
        return None
    log = OperationsLog(context.paths.operations)
    with open_tree(context) as tree:
        outcome, kept_aside = recover(tree, journal, context.history, log)
    name = _NAMES[journal.head.kind].format(journal.head.run_number)
    return f"{name} was interrupted. {_ENDINGS[outcome]}" + aside_sentence(journal, kept_aside)
