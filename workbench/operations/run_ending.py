"""How the end of a script becomes the end of a run."""

import re
import signal
from datetime import UTC, datetime
from typing import Any

from workbench.core.run import Run, RunStatus
from workbench.services.run_folder import Ending, RunFolder

NOT_STARTED = "Workbench ended before the script was started."
LOST = "The process that looks after the run was ended, so how the script ended isn't known."
LOST_OUTPUTS = "Not all outputs were saved: the process that looks after the run was ended."
CANCELED_EARLY = "The run was canceled before the script started."
CANCELED = "The run was canceled."
FROM_OUTSIDE = (
    "The run was ended from outside Workbench, for example by shutting down the computer."
)

_TAIL = 16384
_LINE_MAX = 300
_EXCEPTION = re.compile(
    r"^[A-Za-z_][\w.]*(?:Error|Exception|Interrupt|Exit|Iteration|Warning)(?:: .*)?$"
)


def values_of(run: Run, folder: RunFolder, ending: Ending) -> dict[str, Any]:
    """Return the fields of a run's record that its ending decides."""
    status, message = _verdict(run, folder, ending)
    return {
        "status": status,
        "message": " ".join([message, *ending.problems[:1]]).strip(),
        "started": ending.started,
        "ended": ending.ended,
        "exit_code": ending.exit_code,
        "output_count": len(folder.list_outputs()),
    }


def values_of_lost(folder: RunFolder) -> dict[str, Any]:
    """Return the same for a run of which nobody recorded the end."""
    started = folder.state() is not None
    canceled = folder.is_cancel_asked()
    message = LOST if started else NOT_STARTED
    if canceled:
        message = CANCELED if started else CANCELED_EARLY
    return {
        "status": RunStatus.CANCELED if canceled else RunStatus.INTERRUPTED,
        "message": message,
        "ended": folder.last_sign() or datetime.now(UTC),
        "output_count": len(folder.list_outputs()),
    }


def _verdict(run: Run, folder: RunFolder, ending: Ending) -> tuple[RunStatus, str]:
    if ending.started is None:
        return _verdict_not_started(ending)
    if ending.canceled and folder.is_cancel_asked():
        return RunStatus.CANCELED, CANCELED
    if ending.canceled:
        return RunStatus.INTERRUPTED, FROM_OUTSIDE
    if ending.exit_code == 0:
        return RunStatus.COMPLETED, ""
    return RunStatus.FAILED, _reason(run.script_name, folder, ending.exit_code)


def _verdict_not_started(ending: Ending) -> tuple[RunStatus, str]:
    if ending.error:
        return RunStatus.FAILED, ending.error
    if ending.canceled:
        return RunStatus.CANCELED, CANCELED_EARLY
    return RunStatus.INTERRUPTED, NOT_STARTED


def _reason(name: str, folder: RunFolder, exit_code: int | None) -> str:
    if exit_code is None:
        return f"How {name} ended isn't known."
    if exit_code < 0:
        return f"{name} was ended by {_signal(-exit_code)}."
    last = _last_exception(folder.log_tail(_TAIL))
    return last or f"{name} stopped with exit code {exit_code}."


def _signal(number: int) -> str:
    try:
        name = f"signal {signal.Signals(number).name}"
    except ValueError:
        return f"signal {number}"
    if name == "signal SIGKILL":
        return f"{name}; the computer may have run out of memory"
    return name


def _last_exception(log: str) -> str:
    """Return the line in which Python names the exception, empty when there is none."""
    _, found, after = log.rpartition("Traceback (most recent call last):")
    if not found:
        return ""
    lines = [line.rstrip() for line in after.splitlines()]
    matching = [line for line in lines if _EXCEPTION.match(line)]
    return matching[-1][:_LINE_MAX] if matching else ""
