"""What changed in the project between two runs."""

from workbench.core.restore import FileChange
from workbench.core.run import Run
from workbench.operations.project_context import ProjectContext
from workbench.operations.read_change import ChangedContent, read_stored
from workbench.operations.restore_target import restorable_run


def code_changes(
    context: ProjectContext, run_id: str, base_run_id: str = ""
) -> tuple[FileChange, ...]:
    """Return the files that differ between the snapshots of two runs, sorted by path.

    Args:
        context: The project.
        run_id: The later run: what is "after".
        base_run_id: The run to compare with; empty for :func:`base_run`. The first run of a
            project has nothing to compare with, and so no changes.

    Raises:
        NotFoundError: If a run or its snapshot is not here.
    """
    run = restorable_run(context, run_id)
    base = restorable_run(context, base_run_id) if base_run_id else base_run(context, run)
    return () if base is None else context.history.changes(base.snapshot, run.snapshot)


def base_run(context: ProjectContext, run: Run) -> Run | None:
    """Return the run that this one is compared with: the one before it whose snapshot is here."""
    found = context.store.previous(run)
    while found and not (found.snapshot and context.history.has_commit(found.snapshot)):
        found = context.store.previous(found)
    return found


def read_code_change(context: ProjectContext, change: FileChange) -> ChangedContent:
    """Return both stored sides of a file that :func:`code_changes` found.

    Raises:
        NotFoundError: If the snapshot is gone.
    """
    return ChangedContent(read_stored(context, change.before), read_stored(context, change.after))
