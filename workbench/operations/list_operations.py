"""What was done to the project folder, and what each of it changed."""

from workbench.core.folder_paths import ancestors
from workbench.core.restore import FileChange, Operation, OperationEntry
from workbench.operations.project_context import ProjectContext
from workbench.services.restore.operations_log import OperationsLog


def list_operations(context: ProjectContext) -> tuple[OperationEntry, ...]:
    """Return every restore, undo and redo of a project, newest first."""
    log = OperationsLog(context.paths.operations)
    stacks = log.stacks()
    undo = stacks.undo[-1].id if stacks.undo else ""
    redo = stacks.redo[-1][0].id if stacks.redo else ""
    undone = {operation.id for operation, _ in stacks.redo}
    return tuple(
        OperationEntry(
            operation,
            restores=operation.id in stacks.restoring,
            undone=operation.id in undone,
            next_undo=operation.id == undo,
            next_redo=operation.id == redo,
        )
        for operation in reversed(log.operations())
    )


def operation_changes(context: ProjectContext, operation: Operation) -> tuple[FileChange, ...]:
    """Return what an operation changed, sorted by path, from the snapshots before and after it.

    Raises:
        NotFoundError: If one of its snapshots is gone.
    """
    log = OperationsLog(context.paths.operations)
    paths = log.paths(operation.id) if operation.partial else None
    kept = log.kept_by(lambda other: other.id == operation.id)
    return tuple(
        change
        for change in context.history.changes(operation.before, operation.after)
        if (paths is None or change.path in paths)
        # What rules left out then was stored with the safety snapshot only to be safe.
        and not (change.after is None and (change.path in kept or _is_below(change.path, kept)))
    )


def _is_below(path: str, folders: frozenset[str]) -> bool:
    return not folders.isdisjoint(ancestors(path))
