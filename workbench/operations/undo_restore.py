"""Undo and redo restores, as many steps as there were."""

from workbench.core.errors import RestoreBlockedError, WorkbenchError
from workbench.core.progress import CancelToken, Report, no_report
from workbench.core.restore import Operation, OperationKind, UndoState
from workbench.operations.change_folder import FolderChange, another_step, change_folder
from workbench.operations.project_context import ProjectContext
from workbench.services.restore.operations_log import OperationsLog
from workbench.services.safe_files import os_error_reason


def undo_restore(
    context: ProjectContext, *, expected: str = "", report: Report = no_report
) -> Operation:
    """Put the folder back as it was before the last restore that was not undone.

    What is in the folder now is saved in a safety snapshot first, so that Redo brings it back. If
    only some files were restored, only these are put back.

    Args:
        context: The project.
        expected: Id of the operation that the user saw as the next to undo; empty for any.
        report: Hears how far it is.

    Raises:
        RestoreBlockedError: If there is nothing to undo, it may not be done now, or another
            operation came between.
        WorkbenchError: As :func:`~workbench.operations.apply_restore.apply_restore`.
    """
    stacks = OperationsLog(context.paths.operations).stacks()
    if not stacks.undo:
        raise RestoreBlockedError("Nothing to undo", "No restore was made in this project.")
    last = stacks.undo[-1]
    if expected not in {"", last.id}:
        raise another_step()
    title = _title(last.run_number, restores=last.id not in stacks.restoring)
    return _take_back(context, last, OperationKind.UNDO, title, report)


def redo_restore(
    context: ProjectContext, *, expected: str = "", report: Report = no_report
) -> Operation:
    """Put the folder back as it was before the last undo.

    Args:
        context: The project.
        expected: Id of the operation that the user saw as the next to redo; empty for any.
        report: Hears how far it is.

    Raises:
        RestoreBlockedError: If there is nothing to redo, it may not be done now, or another
            operation came between.
        WorkbenchError: As :func:`~workbench.operations.apply_restore.apply_restore`.
    """
    stacks = OperationsLog(context.paths.operations).stacks()
    if not stacks.redo:
        raise RestoreBlockedError("Nothing to redo", "No restore was undone in this project.")
    undone, undo = stacks.redo[-1]
    if expected not in {"", undone.id}:
        raise another_step()
    title = _title(undo.run_number, restores=undone.id in stacks.restoring)
    return _take_back(context, undo, OperationKind.REDO, title, report)


def undo_state(context: ProjectContext) -> UndoState:
    """Return what Undo and Redo would do now."""
    stacks = OperationsLog(context.paths.operations).stacks()
    undo = stacks.undo[-1] if stacks.undo else None
    redo = stacks.redo[-1][0] if stacks.redo else None
    return UndoState(
        undo,
        redo,
        undo_restores=undo is not None and undo.id not in stacks.restoring,
        redo_restores=redo is None or redo.id in stacks.restoring,
    )


def restores_mark(context: ProjectContext) -> tuple[int, int]:
    """Return what changes with every restore, undo and redo, whichever process makes it.

    Raises:
        WorkbenchError: If the list of operations can't be looked at.
    """
    try:
        return OperationsLog(context.paths.operations).mark()
    except OSError as error:
        raise WorkbenchError(
            "The list of restores can't be read",
            f"{context.paths.operations} can't be used because {os_error_reason(error)}.",
            details=str(error),
            retry=True,
        ) from error


def _title(run_number: int, *, restores: bool) -> str:
    if restores:
        return f"Restoring from run #{run_number} again"
    return f"Undoing the restore from run #{run_number}"


def _take_back(
    context: ProjectContext, operation: Operation, kind: OperationKind, title: str, report: Report
) -> Operation:
    paths = OperationsLog(context.paths.operations).paths(operation.id)
    wanted = FolderChange(
        kind,
        operation.before,
        operation.run_number,
        title,
        takes_back=operation,
        only=paths if operation.partial else None,
    )
    return change_folder(context, wanted, report, CancelToken())
