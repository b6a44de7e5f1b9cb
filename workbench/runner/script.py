"""The script of a run: starting it, and ending it with everything it started."""

import os
import subprocess
import threading
import time as clocks
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import monotonic, time

from workbench.runner import process_table

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
        self, pid: int, log: Path, wait: "Callable[[], int]", started: "float | None" = None
    ) -> None:
        """Look after a process that was just started, or let go.

        Args:
            pid: Its process id.
            log: Where everything goes that it writes.
            wait: Waits for its end and returns its exit code.
            started: When it was started, if that is not now.
        """
        self.pid = pid
        now = time()
        self.started = now if started is None else started
        self._begun = steady() - max(0.0, now - self.started)
        self._log = log
        self._wait = wait

    @classmethod
    def start(
        cls, argv: "list[str]", folder: str, environment: "dict[str, str]", log: Path
    ) -> "RunningScript":
        """Start it; everything it writes goes straight to the end of ``log``.

        Raises:
            OSError: If it cannot be started.
        """
        # Append: two streams and all children share the file and never overwrite each other.
        descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        try:
            process = subprocess.Popen(
                argv,
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=descriptor,
                stderr=descriptor,
                start_new_session=True,
                creationflags=_NEW_GROUP,
            )
        finally:
            os.close(descriptor)
        return cls(process.pid, log, process.wait)

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

    def sync_log(self) -> None:
        """Make the log survive a power cut."""
        with suppress(OSError):
            descriptor = os.open(self._log, os.O_RDWR)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)

    def _rest(self, spared: "set[int]") -> "list[int]":
        process_table.reap(spared)
        return [pid for pid in process_table.descendants(os.getpid()) if pid not in spared]
