"""What is said about restores, undos and redos that were made or can be made."""

from dataclasses import dataclass

from workbench.core.restore import Operation, OperationKind, UndoState
from workbench.core.wording import count

UNDO_NAME, REDO_NAME = "Undo Restore", "Redo Restore"


@dataclass(frozen=True, slots=True)
class StepWords:
    """What is said about a change of the folder that was made.

    Attributes:
        title: What happened.
        text: One or two sentences more.
        action: Label of the button that takes it back.
    """

    title: str
    text: str
    action: str


def step_words(operation: Operation, *, restores: bool) -> StepWords:
    """Return the words for a restore, undo or redo that was made.

    Args:
        operation: What was done.
        restores: Whether it put files of its run into the folder, rather than taking them away.
    """
    changed = f"{count(operation.changed, 'file')} changed"
    action = "Undo" if restores else "Redo"
    run = f"run #{operation.run_number}"
    others = "Your other files were not touched."
    if operation.kind is OperationKind.RESTORE:
        text = f"{changed}. {others}" if operation.partial else changed
        return StepWords(f"Restored from {run}", text, action)
    if restores:
        title, text = f"Restored from {run} again", changed
    else:
        title, text = "Restore undone", f"{run[:1].upper()}{run[1:]}: {changed}"
    before = "restore" if not restores else "undo"
    whole = f"Your folder is as it was before the {before}."
    text += f". {others if operation.partial else whole}"
    if operation.later_edits:
        edited = f"Edits made since in {operation.later_edits:,} of them are saved"
        text += f" {edited}: {action} brings them back."
    return StepWords(title, text, action)


def undo_text(state: UndoState) -> str:
    """Return what the command Undo Restore does next, in words."""
    return _step_text(state.undo, UNDO_NAME, restores=state.undo_restores)


def redo_text(state: UndoState) -> str:
    """Return what the command Redo Restore does next, in words."""
    return _step_text(state.redo, REDO_NAME, restores=state.redo_restores)


def _step_text(operation: Operation | None, name: str, *, restores: bool) -> str:
    if operation is None:
        return name
    return f"{'Redo' if restores else 'Undo'} restore of run #{operation.run_number}"
