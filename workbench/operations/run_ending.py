"""How the end of a script becomes the end of a run."""

import re
import signal
from datetime import UTC, datetime
from typing import Any

from workbench.core.run import Run, RunStatus
from workbench.services.run_folder import Ending, RunFolder

NOT_STARTED = "Workbench ended before the script was started."
LOST = "The process that looks after the run was ended, so how the script ended isn't known."
LOST_AT_START = "The process that looks after the run was ended while it started the script."
LOST_OUTPUTS = (
    "Its outputs may not all have been saved: the process that looks after the run was ended. "
    "Look for the rest in the project's outputs folder."
)
CANCELED_EARLY = "The run was canceled before the script started."
CANCELED = "The run was canceled."
FROM_OUTSIDE = (
    "The run was ended from outside Workbench, for example by shutting down the computer."
)

NO_SNAPSHOT = {"snapshot": "", "snapshot_is_new": False, "not_captured": 0}
"""The fields of a record that tell of a snapshot, for a run without one."""

_TAIL = 16384
_LINE_MAX = 300
_MOST_NOTES = 5
_TRACEBACK = "Traceback (most recent call last):"
_EXCEPTION = re.compile(r"[^\W\d][\w.]*(?:: .*)?")
_GROUP_END = re.compile(r"[\s|+-]+")


def values_of(run: Run, folder: RunFolder, ending: Ending) -> dict[str, Any]:
    """Return the fields of a run's record that its ending decides."""
    status, message = _verdict(run, folder, ending)
    return {
        "status": status,
        "message": message_of(message, ending.problems),
        "started": ending.started,
        "ended": ending.ended,
        "exit_code": ending.exit_code,
        "output_count": len(folder.list_outputs()),
    }


def values_of_lost(run: Run, folder: RunFolder) -> dict[str, Any]:
    """Return the same for a run of which nobody recorded the end."""
    started = _may_have_started(run, folder)
    status, message = _verdict_lost(run, folder)
    return {
        "status": status,
        "message": message_of(message, (LOST_OUTPUTS,) if started else ()),
        "ended": folder.last_sign() or datetime.now(UTC),
        "output_count": len(folder.list_outputs()),
    }


def message_of(reason: str, notes: tuple[str, ...]) -> str:
    """Return the message of a run: why it did not complete, and notes about its outputs.

    ``Run.reason`` and ``Run.notes`` are the way back.
    """
    shown = list(notes[:_MOST_NOTES])
    if len(notes) > _MOST_NOTES:
        shown.append(f"There is more of this kind: {len(notes) - _MOST_NOTES}.")
    return "\n".join(filter(None, [" ".join(reason.splitlines()), *shown]))


def _verdict(run: Run, folder: RunFolder, ending: Ending) -> tuple[RunStatus, str]:
    if ending.lost:
        return _verdict_lost(run, folder)
    if ending.started is None:
        return _verdict_not_started(ending)
    if ending.canceled and folder.is_cancel_asked():
        return RunStatus.CANCELED, CANCELED
    if ending.canceled:
        return RunStatus.INTERRUPTED, FROM_OUTSIDE
    if ending.exit_code == 0:
        return RunStatus.COMPLETED, ""
    return RunStatus.FAILED, _reason(run.script_name, folder, ending.exit_code)


def _verdict_lost(run: Run, folder: RunFolder) -> tuple[RunStatus, str]:
    begun = _may_have_started(run, folder)
    if folder.is_cancel_asked():
        return RunStatus.CANCELED, CANCELED if begun else CANCELED_EARLY
    if folder.state() is not None or run.started is not None:
        return RunStatus.INTERRUPTED, LOST
    return RunStatus.INTERRUPTED, LOST_AT_START if begun else NOT_STARTED


def _may_have_started(run: Run, folder: RunFolder) -> bool:
    # The folder may be gone; the record then still knows.
    return run.started is not None or folder.may_have_started()


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
    lines = folder.last_lines(_TAIL)
    while lines and not lines[-1].strip():
        del lines[-1]
    reason = _last_exception(lines)
    if reason:
        return reason[:_LINE_MAX]
    text = f"{name} stopped with exit code {exit_code}."
    return f"{text} The log ends with: {lines[-1].strip()[:_LINE_MAX]}" if lines else text


def _signal(number: int) -> str:
    try:
        name = f"signal {signal.Signals(number).name}"
    except ValueError:
        return f"signal {number}"
    if name == "signal SIGKILL":
        return f"{name}; the computer may have run out of memory"
    return name


def _last_exception(lines: list[str]) -> str:
    """Return the line in which Python names the exception that the log ends with, else nothing.

    An exception with anything after it may be one that the script handled.
    """
    starts = [number for number, line in enumerate(lines) if line.endswith(_TRACEBACK)]
    if not starts:
        return ""
    block = lines[starts[-1] + 1 :]
    if _GROUP_END.fullmatch(lines[-1]):
        return _exception_group(lines)
    if not lines[starts[-1]].startswith(_TRACEBACK):
        return ""
    # The calls that led to it are indented, and so are notes and values that follow it.
    flush = [line for line in block if line and not line[0].isspace()]
    return flush[0] if len(flush) == 1 and _EXCEPTION.fullmatch(flush[0]) else ""


def _exception_group(lines: list[str]) -> str:
    """Return the line that names a group of exceptions, which Python prints in a frame."""
    starts = [n for n, line in enumerate(lines) if line.endswith(f"+ Exception Group {_TRACEBACK}")]
    if not starts:
        return ""
    margin = lines[starts[-1]].index("+")
    inside = [line[margin + 2 :] for line in lines[starts[-1] + 1 :] if line[margin:][:1] == "|"]
    return next((line for line in inside if _EXCEPTION.fullmatch(line)), "")
