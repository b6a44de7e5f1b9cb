"""Other runs whose scripts ran in the same folder at the same time."""

import math
import os
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from workbench.runner import layout, process_table
from workbench.runner.files import read_json
from workbench.runner.run_lock import is_locked

# File systems note the time of a change in steps of some milliseconds.
_STEP_SECONDS = 0.05
_SIGNS = (layout.STATE, layout.LOG, layout.METRICS, layout.JOB)


class Neighbor(NamedTuple):
    """Another run.

    Attributes:
        name: What the user knows it by, for example ``"#12"``.
        started: When its script started (seconds since the epoch).
        ended: When it ended; infinite while it runs.
    """

    name: str
    started: float
    ended: float

    def may_have_written(self, seconds: float) -> bool:
        """Whether its script ran at a moment."""
        return self.started - _STEP_SECONDS <= seconds <= self.ended + _STEP_SECONDS


def neighbors(folder: Path, outputs: str, started: float, until: float) -> "list[Neighbor]":
    """Return the runs whose scripts ran between two moments and had the same outputs folder.

    Args:
        folder: The run's own folder; those of the others are beside it.
        outputs: The outputs folder of the project.
        started: Seconds since the epoch.
        until: Seconds since the epoch.
    """
    found = []
    with os.scandir(folder.parent) as entries:
        for entry in entries:
            if entry.name == folder.name:
                continue
            other = _neighbor(Path(entry.path), outputs, started)
            if other is not None and other.started < until and other.ended > started:
                found.append(other)
    return sorted(found, key=lambda other: other.started)


def last_sign(folder: Path) -> float:
    """Return when a run last showed a sign of life (seconds since the epoch), 0 if never."""
    times = [0.0]
    for name in _SIGNS:
        with suppress(OSError):
            times.append((folder / name).stat().st_mtime)
    return max(times)


def _neighbor(folder: Path, outputs: str, since: float) -> "Neighbor | None":
    with suppress(OSError):
        # One look at each of many old runs must be enough.
        if (folder / layout.OUTCOME).stat().st_mtime < since:
            return None
    state = read_json(folder / layout.STATE)
    if not state or read_json(folder / layout.JOB).get("outputs") != outputs:
        return None
    number = state.get("number")
    name = f"#{number}" if number else folder.name
    return Neighbor(name, state["started"], _ended(folder, state["script"]))


def _ended(folder: Path, script: "dict[str, object]") -> float:
    values = read_json(folder / layout.EXIT) or read_json(folder / layout.OUTCOME)
    if values:
        return float(values["ended"])
    pid, identity = script["pid"], script["identity"]
    alive = isinstance(pid, int) and identity and process_table.identity(pid) == identity
    # Between the end of a script and the note about it, only the lock tells that it just ended.
    if alive or any(is_locked(folder / name) for name in (layout.LOCK, layout.SUPERVISOR_LOCK)):
        return math.inf
    return last_sign(folder)
