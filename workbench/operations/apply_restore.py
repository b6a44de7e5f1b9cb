"""Restore the snapshot of a run, as previewed."""

from workbench.core.errors import NotFoundError
from workbench.core.progress import CancelToken, Report, no_report
from workbench.core.restore import Operation, OperationKind, RestorePlan
from workbench.operations.change_folder import FolderChange, change_folder
from workbench.operations.project_context import ProjectContext


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
    return change_folder(context, wanted, report, cancel or CancelToken())
