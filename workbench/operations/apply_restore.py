"""Restore the snapshot of a run, as previewed."""

from workbench.core.errors import (
    DamagedSnapshotError,
    NotFoundError,
    RestoreFailedError,
    WorkbenchError,
)
from workbench.core.progress import CancelToken, Report, no_report
from workbench.core.restore import Operation, OperationKind, RestorePlan
from workbench.operations.bring_snapshot import mend_snapshot
from workbench.operations.change_folder import FolderChange, change_folder
from workbench.operations.project_context import ProjectContext
from workbench.services.git.access import Access


def apply_restore(
    context: ProjectContext,
    plan: RestorePlan,
    *,
    report: Report = no_report,
    cancel: CancelToken | None = None,
) -> Operation:
    """Save the folder in a safety snapshot, then bring it to the plan's snapshot.

    A partial plan changes only its own files. The folder is looked at afresh first; other changes
    than the plan's are not made.

    Raises:
        RestoreBlockedError: If there is nothing to restore, the folder changed since the preview,
            a run uses the folder, or a file cannot be written; nothing was changed.
        SnapshotFailedError: If the folder could not be saved; nothing was changed.
        RestoreFailedError: If it stopped half way and the folder was put back.
        DamagedSnapshotError: If files of the snapshot are damaged; nothing was changed.
        CanceledError: If canceled before the first change.
        WorkbenchError: If something is left that is finished when the project is opened again.
    """
    if plan.project_id != context.project.id:
        raise NotFoundError("This preview is of another project", "Nothing was changed.")
    wanted = FolderChange(
        OperationKind.RESTORE,
        plan.snapshot,
        plan.run_number,
        f"Restoring from run #{plan.run_number}",
        preview=plan.changes,
        only=frozenset(change.path for change in plan.changes) if plan.partial else None,
    )
    try:
        return change_folder(context, wanted, report, cancel or CancelToken())
    except RestoreFailedError as error:
        # Not the disk, for example: what is stored may be damaged, which is seen by reading it.
        damaged = _damaged(context, plan) if isinstance(error.__cause__, WorkbenchError) else {}
        if not damaged:
            raise
        paths, ids = list(damaged), list(dict.fromkeys(damaged.values()))
        raise DamagedSnapshotError(plan.run_number, paths, ids) from error


def restore_or_mend(
    context: ProjectContext,
    plan: RestorePlan,
    access: Access,
    *,
    report: Report = no_report,
    cancel: CancelToken | None = None,
) -> Operation:
    """Restore as :func:`apply_restore`; what is damaged is downloaded first, if it can be had.

    Raises:
        RemoteError: If the Git repo, which may have it, can't be used; nothing was changed.
        WorkbenchError: As there.
    """
    try:
        return apply_restore(context, plan, report=report, cancel=cancel)
    except DamagedSnapshotError as error:
        if not mend_snapshot(context, error.object_ids, access, report=report, cancel=cancel):
            raise
    return apply_restore(context, plan, report=report, cancel=cancel)


def _damaged(context: ProjectContext, plan: RestorePlan) -> dict[str, str]:
    """Return the files to restore whose stored content is damaged, with its id."""
    wanted = {each.path: each.after.object_id for each in plan.changes if each.after is not None}
    unsound = context.history.damaged(wanted.values())
    return {path: each for path, each in wanted.items() if each in unsound}
