"""Bring the records of runs up to date with what their supervisors wrote."""

import logging
import platform
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from workbench.core.errors import WorkbenchError
from workbench.core.run import Run, RunEnvironment, RunStatus
from workbench.operations.project_context import ProjectContext
from workbench.operations.run_ending import LOST_OUTPUTS, NO_SNAPSHOT, values_of, values_of_lost
from workbench.services.processes import collect_ended
from workbench.services.run_folder import RunFolder
from workbench.services.run_metrics import last_values
from workbench.services.run_store import RunStore
from workbench.services.safe_files import os_error_reason
from workbench.services.script_runner import Supervisor, is_same_process, processes_of

_log = logging.getLogger(__name__)
_UNREADABLE = "The folder of this run can't be read"
_ACTIVE = frozenset(status for status in RunStatus if status.is_active)
_WAITING = frozenset({RunStatus.PREPARING, RunStatus.QUEUED})
_SILENT = timedelta(minutes=2)


def refresh_runs(context: ProjectContext) -> tuple[Run, ...]:
    """Bring every active run's record up to date and return the runs that changed.

    Costs next to nothing while no run is active. It is also the recovery after a crash: a run that
    nobody looks after any more gets its true ending, or becomes ``interrupted``. Any number of
    processes may do this at once.

    A run whose folder can't be read says so in its message and keeps its status; the others are
    not concerned.

    Raises:
        WorkbenchError: If the records can't be read.
    """
    collect_ended()
    before = context.store.token()
    for run in context.store.unfinished():
        try:
            refresh_run(context, run, RunFolder(context.paths.runs / run.id))
        except OSError as error:
            _mark_unreadable(context.store, run, error)
        else:
            _unmark(context.store, run)
    return tuple(context.store.changed_since(before)[1])


def unreadable_runs(context: ProjectContext) -> tuple[WorkbenchError, ...]:
    """Return what keeps active runs from being followed, as of the last refresh; oldest first.

    Raises:
        WorkbenchError: If the records can't be read.
    """
    return tuple(
        WorkbenchError(f"Run #{run.number} can't be followed", run.message, retry=True)
        for run in context.store.active()
        if _is_marked(run)
    )


def refresh_run(context: ProjectContext, run: Run, folder: RunFolder) -> None:
    """Bring the record of one run up to date.

    Raises:
        OSError: If its folder can't be read.
    """
    # Asked first: what the supervisor writes last is there when it is gone.
    looked_after = folder.is_looked_after() or _is_elsewhere(folder)
    store = context.store
    if run.status in _WAITING and not looked_after and not folder.may_have_started():
        _check_snapshot(context, run)
    if run.status.is_active:
        _follow(store, run, folder, looked_after=looked_after)
    _keep_environment(store, run, folder, looked_after=looked_after)


def _check_snapshot(context: ProjectContext, run: Run) -> None:
    """Let a run that was not started say that it has a snapshot only if all of it is there.

    That is noted while the snapshot's last names reach the disk: a power cut may leave the one
    without the other.
    """
    if run.snapshot and not context.history.is_whole(run.snapshot):
        _log.warning("snapshot %s of run %s did not reach the disk", run.snapshot, run.id)
        context.store.update(run.id, NO_SNAPSHOT, only=_WAITING, durable=True)


def _mark_unreadable(store: RunStore, run: Run, error: OSError) -> None:
    message = f"{_UNREADABLE} because {os_error_reason(error)}. Its status may be out of date."
    # Once, not at every look; an ended run has said all that counts.
    if run.status.is_active and run.message != message:
        _log.warning("run %s can't be followed: %s", run.id, error)
        store.update(run.id, {"message": message}, only=_ACTIVE)


def _unmark(store: RunStore, run: Run) -> None:
    if _is_marked(run):
        store.update(run.id, {"message": ""}, only=_ACTIVE)


def _is_marked(run: Run) -> bool:
    return run.status.is_active and run.message.startswith(_UNREADABLE)


def _follow(store: RunStore, run: Run, folder: RunFolder, *, looked_after: bool) -> None:
    ending = folder.outcome()
    if ending is not None and ending.started is None and looked_after:
        return  # whoever makes the run says why it did not start
    if ending is None and not looked_after:
        _follow_lost(store, run, folder)
        return
    _keep_metrics(store, run, folder)
    if ending is None:
        _keep_start(store, run, folder)
        return
    _end(store, run, values_of(run, folder, ending))


def _follow_lost(store: RunStore, run: Run, folder: RunFolder) -> None:
    """Nobody looks after this run: its script may live on alone, or it has ended unseen."""
    _keep_metrics(store, run, folder)
    ending = folder.exit()
    if ending is None and _is_script_alive(run, folder):
        _keep_start(store, run, folder)
        return
    if _save_outputs(run, folder):
        return  # the run ends when that is done
    if ending is None:
        _end(store, run, values_of_lost(run, folder))
        return
    values = values_of(run, folder, replace(ending, problems=(LOST_OUTPUTS,)))
    _end(store, run, values)


def _is_script_alive(run: Run, folder: RunFolder) -> bool:
    state = folder.state()
    return is_same_process(*state.script) if state else bool(processes_of(run.id))


def _save_outputs(run: Run, folder: RunFolder) -> bool:
    """Let a new supervisor save what the script left; returns whether one is at work."""
    try:
        lock = folder.begin_recovery()
        if lock is not None:
            Supervisor(folder, lock).go({})
    except (FileExistsError, FileNotFoundError):
        return False
    except (OSError, WorkbenchError) as error:
        _log.warning("outputs of run %s can't be saved: %s", run.id, error)
        return False
    return True


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
