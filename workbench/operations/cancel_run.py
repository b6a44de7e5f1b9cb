"""End a run that is active."""

from workbench.core.errors import WorkbenchError
from workbench.operations.project_context import ProjectContext
from workbench.operations.refresh_runs import refresh_run
from workbench.services.run_folder import RunFolder
from workbench.services.safe_files import os_error_reason
from workbench.services.script_runner import ask_supervisor_to_cancel, end_script


def cancel_run(context: ProjectContext, run_id: str) -> None:
    """Ask a run to end; nothing happens if it has ended.

    The script and everything it started are asked to end and are killed after five seconds. This
    does not wait for it, except for a script whose supervisor is gone. A run whose snapshot is
    being saved does not start.

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
        if not folder.is_looked_after() and folder.outcome() is None:
            end_script(folder)
            refresh_run(context.store, run, folder)
    except OSError as error:
        raise WorkbenchError(
            f"Run #{run.number} couldn't be canceled",
            f"The run's folder can't be used because {os_error_reason(error)}.",
            details=str(error),
            retry=True,
        ) from error
