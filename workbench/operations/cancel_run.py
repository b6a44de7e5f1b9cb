"""End a run that is active."""

from datetime import UTC, datetime

from workbench.core.errors import WorkbenchError
from workbench.core.run import Run, RunStatus
from workbench.operations.project_context import ProjectContext
from workbench.operations.refresh_runs import refresh_run
from workbench.operations.run_ending import CANCELED_EARLY
from workbench.services.run_folder import RunFolder
from workbench.services.safe_files import os_error_reason
from workbench.services.script_runner import ask_supervisor_to_cancel, end_script

_QUEUED = frozenset({RunStatus.QUEUED})


def cancel_run(context: ProjectContext, run_id: str) -> None:
    """Ask a run to end; nothing happens if it has ended.

    The script and everything it started are asked to end and are killed after five seconds. This
    does not wait for it, except for a script whose supervisor is gone. A run whose snapshot is
    being saved does not start, and one that waits for its turn is canceled at once.

    Raises:
        NotFoundError: If there is no such run.
        WorkbenchError: If the request can't be left in the run's folder.
    """
    run = context.store.get(run_id)
    if not run.status.is_active:
        return
    folder = RunFolder(context.paths.runs / run_id)
    try:
        ask_supervisor_to_cancel(folder)
        if _leave_queue(context, run):
            return
        if not folder.is_looked_after() and folder.outcome() is None:
            end_script(folder)
            refresh_run(context, run, folder)
    except OSError as error:
        raise WorkbenchError(
            f"Run #{run.number} couldn't be canceled",
            f"The run's folder can't be used because {os_error_reason(error)}.",
            details=str(error),
            retry=True,
        ) from error


def _leave_queue(context: ProjectContext, run: Run) -> bool:
    """Record a run as canceled if its turn has not come yet; returns whether that is so."""
    values = {
        "status": RunStatus.CANCELED,
        "message": CANCELED_EARLY,
        "ended": datetime.now(UTC),
    }
    return context.store.update(run.id, values, only=_QUEUED, durable=True)
