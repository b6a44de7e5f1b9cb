"""Starts, reaches and ends the supervisors of runs."""

import json
import os
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import psutil

from workbench.core.errors import WorkbenchError
from workbench.runner import __file__ as runner_package
from workbench.runner import layout, process_table
from workbench.services.processes import PIPE, end_tree, keep_until_ended, start_process, wait_for
from workbench.services.run_folder import RunFolder
from workbench.services.safe_files import os_error_reason

_MAIN = Path(runner_package).with_name("__main__.py")
_ABORT_SECONDS = 10.0
_GRACE_SECONDS = 5.0
_DETAILS_MAX = 4000


class Supervisor:
    """A supervisor that waits for the word to start its script.

    Args:
        folder: The run's folder, with the job written.
        lock: The run's lock; the supervisor holds it too from now on.

    Raises:
        WorkbenchError: If it cannot be started.
    """

    def __init__(self, folder: RunFolder, lock: int) -> None:
        self._folder = folder
        self._lock: int | None = lock
        argv: list[str | Path] = [sys.executable, "-I", "-S", _MAIN, folder.path]
        if sys.platform != "win32":
            argv.append(str(lock))
        try:
            with folder.supervisor_log.open("wb") as log:
                self._process = start_process(argv, stdin=PIPE, output=log, inherited=[lock])
        except BaseException:
            self._let_go()
            raise

    def go(self, environment: Mapping[str, str]) -> None:
        """Let the script start; from then on nothing depends on this process.

        Args:
            environment: The script's variables. They are never written to the disk.

        Raises:
            WorkbenchError: If the supervisor is gone.
        """
        word = json.dumps({"environment": dict(environment)}).encode("ascii") + b"\n"
        stdin = self._process.stdin
        try:
            if stdin is not None:
                with stdin:
                    stdin.write(word)
        except OSError as error:
            self._let_go()
            raise WorkbenchError(
                "The run didn't start",
                f"{self._reason()} Nothing was changed.",
                details=self._words() or str(error),
                retry=True,
            ) from error
        keep_until_ended(self._process)
        self._let_go()

    def abort(self) -> None:
        """End it without starting the script."""
        stdin = self._process.stdin
        with suppress(OSError):
            if stdin is not None:
                stdin.close()
        try:
            if not wait_for(self._process, _ABORT_SECONDS):
                end_tree(self._process.pid)
                self._process.wait()
        finally:
            self._let_go()

    def _let_go(self) -> None:
        lock, self._lock = self._lock, None
        if lock is not None:
            os.close(lock)

    def _reason(self) -> str:
        code = self._process.returncode if wait_for(self._process, _ABORT_SECONDS) else None
        # 1 is what Python itself ends with.
        if code is not None and code > 1:
            return f"The run's folder can't be written because {os_error_reason(_os_error(code))}."
        return "The process that looks after the run ended too early."

    def _words(self) -> str:
        with suppress(OSError):
            text = self._folder.supervisor_log.read_text(encoding="utf-8", errors="replace")
            return text[-_DETAILS_MAX:]
        return ""


def _os_error(number: int) -> OSError:
    return OSError(number, os.strerror(number))


def ask_supervisor_to_cancel(folder: RunFolder) -> None:
    """Ask the supervisor of a run to end its script; does not wait for that."""
    folder.ask_to_cancel()
    state = folder.state()
    if state is not None and is_same_process(*state.supervisor) and sys.platform != "win32":
        with suppress(ProcessLookupError):
            os.kill(state.supervisor[0], signal.SIGTERM)


def is_same_process(pid: int, identity: str) -> bool:
    """Whether a process id still means the process it was written down for."""
    return bool(identity) and process_table.identity(pid) == identity


def processes_of(run_id: str) -> list[psutil.Process]:
    """Return the running processes that a run's script started, found by their environment."""
    return [process for process in psutil.process_iter() if _belongs_to(process, run_id)]


def end_script(folder: RunFolder) -> None:
    """End a script whose supervisor is gone, with all it started: ask, wait 5 s, kill."""
    state = folder.state()
    if state is not None and is_same_process(*state.script):
        end_tree(state.script[0], grace=_GRACE_SECONDS)
    for process in processes_of(folder.run_id):
        with suppress(psutil.Error):
            process.kill()


def _belongs_to(process: psutil.Process, run_id: str) -> bool:
    try:
        ours = process.environ().get(layout.RUN_ID_VARIABLE) == run_id
        return ours and process.status() != psutil.STATUS_ZOMBIE
    except (psutil.Error, OSError):
        return False
