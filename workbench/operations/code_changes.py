"""What changed in the project between two runs."""

from workbench.core.progress import CancelToken
from workbench.core.restore import FileChange, changes_between
from workbench.core.run import Run
from workbench.operations.project_context import ProjectContext
from workbench.operations.read_change import ChangedContent, read_stored
from workbench.operations.restore_target import restorable_run
from workbench.operations.take_snapshot import describe_folder

FOLDER = "folder"


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


def changes_from(
    context: ProjectContext, run: Run, base: str, cancel: CancelToken | None = None
) -> tuple[Run | None, tuple[FileChange, ...]]:
    """Return what a run is compared with, and the files that differ, sorted by path.

    Args:
        context: The project.
        run: The run.
        base: The id of the run that comes before; :data:`FOLDER` for the folder as it is now, which
            comes after; empty for :func:`base_run`. The run itself stands for that, too.
        cancel: Stops looking at the folder.

    Raises:
        NotFoundError: If a run or its snapshot is not here.
        CanceledError: If canceled.
        WorkbenchError: If the folder can't be read.
    """
    if base == FOLDER:
        before = context.history.tree_entries(restorable_run(context, run.id).snapshot)
        return None, changes_between(before, describe_folder(context, cancel=cancel).entries)
    other = context.store.get(base) if base and base != run.id else base_run(context, run)
    return other, code_changes(context, run.id, other.id) if other else ()


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
