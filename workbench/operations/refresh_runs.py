"""Bring the records of runs up to date with what their supervisors wrote."""

import platform
from datetime import UTC, datetime, timedelta
from typing import Any

from workbench.core.errors import WorkbenchError
from workbench.core.run import Run, RunEnvironment, RunStatus
from workbench.operations.project_context import ProjectContext
from workbench.operations.run_ending import LOST_OUTPUTS, values_of, values_of_lost
from workbench.services.processes import collect_ended
from workbench.services.run_folder import RunFolder
from workbench.services.run_metrics import last_values
from workbench.services.run_store import RunStore
from workbench.services.safe_files import os_error_reason
from workbench.services.script_runner import is_same_process, processes_of

_ACTIVE = frozenset(status for status in RunStatus if status.is_active)
_WAITING = frozenset({RunStatus.PREPARING, RunStatus.QUEUED})
_SILENT = timedelta(minutes=2)


def refresh_runs(context: ProjectContext) -> tuple[Run, ...]:
    """Bring every active run's record up to date and return the runs that changed.

    Costs next to nothing while no run is active. It is also the recovery after a crash: a run that
    nobody looks after any more gets its true ending, or becomes ``interrupted``. Any number of
    processes may do this at once.

    Raises:
        WorkbenchError: If the records or a run's folder can't be read.
    """
    collect_ended()
    before = context.store.token()
    for run in context.store.unfinished():
        try:
            refresh_run(context.store, run, RunFolder(context.paths.runs / run.id))
        except OSError as error:
            raise WorkbenchError(
                f"Run #{run.number} can't be read",
                f"Its folder can't be read because {os_error_reason(error)}.",
                details=str(error),
                retry=True,
            ) from error
    return tuple(context.store.changed_since(before)[1])


def refresh_run(store: RunStore, run: Run, folder: RunFolder) -> None:
    """Bring the record of one run up to date.

    Raises:
        OSError: If its folder can't be read.
    """
    # Asked first: what the supervisor writes last is there when it is gone.
    looked_after = folder.is_looked_after() or _is_elsewhere(folder)
    if run.status.is_active:
        _follow(store, run, folder, looked_after=looked_after)
    _keep_environment(store, run, folder, looked_after=looked_after)


def _follow(store: RunStore, run: Run, folder: RunFolder, *, looked_after: bool) -> None:
    ending = folder.outcome()
    if ending is not None and ending.started is None and looked_after:
        return  # whoever makes the run says why it did not start
    if ending is None and not looked_after:
        ending = folder.exit()
        if ending is None:
            _follow_lost(store, run, folder)
            return
    _keep_metrics(store, run, folder)
    if ending is None:
        _keep_start(store, run, folder)
        return
    values = values_of(run, folder, ending)
    if not looked_after and folder.outcome() is None:
        values["message"] = f"{values['message']} {LOST_OUTPUTS}".strip()
    _end(store, run, values)


def _follow_lost(store: RunStore, run: Run, folder: RunFolder) -> None:
    """Nobody looks after this run: its script may live on alone, or it has ended unseen."""
    _keep_metrics(store, run, folder)
    state = folder.state()
    alive = is_same_process(*state.script) if state else bool(processes_of(run.id))
    if alive:
        _keep_start(store, run, folder)
    else:
        _end(store, run, values_of_lost(folder))


def _keep_start(store: RunStore, run: Run, folder: RunFolder) -> None:
    state = folder.state()
    if state is not None and (run.status in _WAITING or run.started != state.started):
        values = {"status": RunStatus.RUNNING, "started": state.started}
        store.update(run.id, values, only=_ACTIVE)


def _end(store: RunStore, run: Run, values: dict[str, Any]) -> None:
    store.update(run.id, values, only=_ACTIVE, durable=True)


def _keep_metrics(store: RunStore, run: Run, folder: RunFolder) -> None:
    try:
        size = folder.metrics.stat().st_size
    except FileNotFoundError:
        return
    offset = store.metrics_read(run.id)
    if size > offset:
        values, offset = last_values(run.metrics, folder.metrics, offset)
        store.set_metrics(run.id, values, offset)


def _keep_environment(store: RunStore, run: Run, folder: RunFolder, *, looked_after: bool) -> None:
    if run.environment == RunEnvironment():
        found = folder.environment()
        if found is not None:
            store.set_environment(run.id, found)
        elif looked_after:
            return
    if not run.status.is_active:
        store.close_run(run.id)


def _is_elsewhere(folder: RunFolder) -> bool:
    """Whether another computer, which shares this folder, seems to look after the run."""
    if folder.job().get("host", platform.node()) == platform.node():
        return False
    beat = folder.heartbeat() or folder.last_sign()
    return beat is not None and datetime.now(UTC) - beat < _SILENT
