"""The script of a run: starting it, and ending it with everything it started."""

import os
import subprocess
import threading
import time as clocks
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import monotonic, time

from workbench.runner import layout, process_table
from workbench.runner.gate import open_streams
from workbench.runner.log_index import LogIndex

GRACE_SECONDS = 5.0
_KILL_SECONDS = 5.0
_STEP_SECONDS = 0.02
_NEW_GROUP: int = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)


def steady() -> float:
    """Return seconds on a clock that nobody sets and that goes on while the computer sleeps."""
    # On Linux and macOS the usual one stands still in sleep; where this is missing it does not.
    number = getattr(clocks, "CLOCK_BOOTTIME", None)
    return monotonic() if number is None else clocks.clock_gettime(number)


class RunningScript:
    """A script that was started.

    Attributes:
        pid: Its process id, also that of its process group.
        started: When it was started (seconds since the epoch).
    """

    def __init__(
        self,
        pid: int,
        log: Path,
        wait: "Callable[[], int]",
        streams: "tuple[int, int]",
        started: "float | None" = None,
    ) -> None:
        """Look after a process that was just started, or let go.

        Args:
            pid: Its process id.
            log: Where everything goes that it writes.
            wait: Waits for its end and returns its exit code.
            streams: Descriptors of the log that it writes its output and its errors with, which
                become those of this object.
            started: When it was started, if that is not now.
        """
        self.pid = pid
        now = time()
        self.started = now if started is None else started
        self._begun = steady() - max(0.0, now - self.started)
        self._log = log
        self._wait = wait
        self._index = LogIndex(log.with_name(layout.LOG_INDEX), *streams)
        self._index.start()

    @classmethod
    def start(
        cls, argv: "list[str]", folder: str, environment: "dict[str, str]", log: Path
    ) -> "RunningScript":
        """Start it; everything it writes goes straight to the end of ``log``.

        Raises:
            OSError: If it cannot be started.
        """
        out, err = open_streams(str(log))
        try:
            process = subprocess.Popen(
                argv,
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                start_new_session=True,
                creationflags=_NEW_GROUP,
            )
        except BaseException:
            for descriptor in {out, err}:
                os.close(descriptor)
            raise
        return cls(process.pid, log, process.wait, (out, err))

    def watch(self, ended: "Callable[[int, float], None]") -> None:
        """Call ``ended`` from another thread with exit code and time, once it has ended."""

        def wait() -> None:
            # Only the script itself: its children may keep the log open as long as they like.
            code = self._wait()
            # Not the clock of the day: it may have been set meanwhile.
            ended(code, self.started + steady() - self._begun)

        threading.Thread(target=wait, name="wait for script", daemon=True).start()

    def ask_to_end(self) -> None:
        """Ask the script's process group to end."""
        process_table.end_softly(self.pid)

    def kill_group(self) -> None:
        """Kill the script and its process group."""
        process_table.kill_group(self.pid)

    def kill_rest(self, spared: "set[int]", grace: float) -> None:
        """End what the script started and what still runs, also in other sessions.

        Args:
            spared: Processes that the supervisor waits for itself.
            grace: Seconds that they get after they were asked to end.
        """
        pause = threading.Event()
        end = monotonic() + grace
        asked: set[int] = set()
        while (rest := self._rest(spared)) and monotonic() < end:
            for pid in rest:
                if pid not in asked:
                    process_table.send(pid, process_table.SOFT)
            asked.update(rest)
            pause.wait(_STEP_SECONDS)
        end = monotonic() + _KILL_SECONDS
        while (rest := self._rest(spared)) and monotonic() < end:
            process_table.kill_group(self.pid)
            for pid in rest:
                process_table.send(pid, process_table.HARD)
            pause.wait(_STEP_SECONDS)

    def end_log(self) -> None:
        """Watch the log no longer, and make it survive a power cut."""
        self._index.finish()
        with suppress(OSError):
            descriptor = os.open(self._log, os.O_RDWR)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)

    def _rest(self, spared: "set[int]") -> "list[int]":
        process_table.reap(spared)
        return [pid for pid in process_table.descendants(os.getpid()) if pid not in spared]
