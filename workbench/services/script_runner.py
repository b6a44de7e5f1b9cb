"""Starts, reaches and ends the supervisors of runs."""

import errno
import json
import os
import signal
import socket
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO

import psutil

from workbench.core.errors import WorkbenchError
from workbench.runner import __file__ as runner_package
from workbench.runner import layout, process_table
from workbench.runner.order import TAKEN, packed
from workbench.services.early_start import EarlyStart
from workbench.services.processes import (
    PIPE,
    Process,
    collect_ended,
    end_tree,
    keep_until_ended,
    start_process,
    wait_for,
)
from workbench.services.run_folder import RunFolder
from workbench.services.safe_files import os_error_reason

_MAIN = Path(runner_package).with_name("__main__.py")
# Elsewhere a run's lock can't be passed on to a process that was started before.
_TAKES_ORDERS = sys.platform != "win32"
_ABORT_SECONDS = 10.0
# A process that was stopped, or whose computer has no time for it, answers nothing.
_ANSWER_SECONDS = 10.0
_GRACE_SECONDS = 5.0
_DETAILS_MAX = 4000
_NOT_STARTED = "The run didn't start"


class SpareSupervisor:
    """A supervisor process that was started beforehand and waits for a run; usable by threads.

    One at a time. It ends with this process, and after :meth:`close`.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: _Waiting | None = None
        self._closed = False

    def prepare(self) -> None:
        """Start one, unless one waits.

        Raises:
            WorkbenchError: If it cannot be started.
        """
        collect_ended()
        with self._lock:
            if _TAKES_ORDERS and not self._closed and (
                self._waiting is None or not self._waiting.lives()
            ):  # fmt: skip
                if self._waiting is not None:
                    self._waiting.dismiss()
                self._waiting = _Waiting()

    def take(self) -> "_Waiting | None":
        """Return the one that waits, if there is one; it is the caller's then."""
        with self._lock:
            waiting, self._waiting = self._waiting, None
        if waiting is None or waiting.lives():
            return waiting
        waiting.dismiss()
        return None

    def close(self) -> None:
        """End it; there will be none any more."""
        with self._lock:
            self._closed = True
            waiting, self._waiting = self._waiting, None
        if waiting is not None:
            waiting.dismiss()


class _Waiting:
    """A supervisor process that has no run yet.

    Args:
        log: Where it tells what keeps it from starting.

    Raises:
        WorkbenchError: If it cannot be started.
    """

    def __init__(self, log: IO[bytes] | None = None) -> None:
        self._channel, theirs = socket.socketpair()
        try:
            with theirs:
                argv = [sys.executable, "-I", "-S", str(_MAIN)]
                self.process = start_process(argv, stdin=theirs.fileno(), output=log)
        except BaseException:
            self._channel.close()
            raise

    def lives(self) -> bool:
        """Whether it can be given a run."""
        return self.process.poll() is None

    def order(self, values: Mapping[str, object], lock: int) -> bool:
        """Give it its run; returns whether it was still there. If not, it is ended."""
        data = packed(dict(values))
        self._channel.settimeout(_ANSWER_SECONDS)
        try:
            sent = socket.send_fds(self._channel, [data], [lock])
            self._channel.sendall(data[sent:])
        except OSError:
            # It may have a part of the order, and the lock with it.
            self.process.kill()
            self.dismiss()
            return False
        return True

    def tell(self, word: bytes) -> None:
        """Let the script start.

        Raises:
            OSError: If it never took its order, or is gone; it starts nothing then.
        """
        try:
            with self._channel:
                if self._channel.recv(len(TAKEN)) != TAKEN:
                    raise ConnectionResetError(errno.ECONNRESET, os.strerror(errno.ECONNRESET))
                self._channel.sendall(word)
        except TimeoutError:
            self.process.kill()
            raise

    def dismiss(self) -> None:
        """End it, or collect it."""
        self.close()
        keep_until_ended(self.process)

    def close(self) -> None:
        """Let it end: there is no word for it."""
        self._channel.close()


class _Piped:
    """A supervisor process that was started with its run, and is told by its standard input."""

    def __init__(self, process: Process) -> None:
        self._stream = process.stdin

    def tell(self, word: bytes) -> None:
        """Let the script start.

        Raises:
            OSError: If it is gone.
        """
        if self._stream is not None:
            with self._stream:
                self._stream.write(word)

    def close(self) -> None:
        """Let it end: there is no word for it."""
        if self._stream is not None:
            self._stream.close()


def _order(folder: RunFolder, early: EarlyStart | None) -> dict[str, object]:
    path = str(folder.path)
    values: dict[str, object] = {
        "folder": path,
        "log": str(folder.supervisor_log),
        "outputs": "",
        "gates": "",
        "interpreter": "",
        "early": None,
    }
    if early is not None:
        values |= {"gates": str(early.gates), "interpreter": early.interpreter}
        values["outputs"] = str(early.folder / layout.OUTPUTS)
        if early.is_safe:
            environment = dict(early.environment)
            values["early"] = (list(early.argv), str(early.folder), environment, str(folder.log))
    return values


class Supervisor:
    """A supervisor that waits for the word to start its script.

    Args:
        folder: The run's folder, with the job written.
        lock: The run's lock; the supervisor holds it too from now on.
        early: Whether, and how, the script's interpreter may be started now.
        spare: Where a process for it may wait.

    Raises:
        WorkbenchError: If it cannot be started.
        OSError: If the run's folder cannot be written.
    """

    def __init__(
        self,
        folder: RunFolder,
        lock: int,
        *,
        early: EarlyStart | None = None,
        spare: SpareSupervisor | None = None,
    ) -> None:
        self._folder = folder
        self._lock: int | None = lock
        try:
            self._listener, self._process = self._start(lock, early, spare)
        except BaseException:
            self._let_go()
            raise

    def _start(
        self, lock: int, early: EarlyStart | None, spare: SpareSupervisor | None
    ) -> "tuple[_Waiting | _Piped, Process]":
        folder = self._folder
        with folder.supervisor_log.open("wb") as log:
            if not _TAKES_ORDERS:
                argv: list[str | Path] = [sys.executable, "-I", "-S", _MAIN, folder.path]
                process = start_process(argv, stdin=PIPE, output=log)
                return _Piped(process), process
            order = _order(folder, early)
            waiting = spare.take() if spare is not None else None
            if waiting is None or not waiting.order(order, lock):
                waiting = _Waiting(log)
                if not waiting.order(order, lock):
                    raise WorkbenchError(
                        _NOT_STARTED,
                        "The process that looks after the run ended too early. Nothing was "
                        "changed.",
                        details=self._words(),
                        retry=True,
                    )
            return waiting, waiting.process

    def go(self, environment: Mapping[str, str]) -> None:
        """Let the script start; from then on nothing depends on this process.

        Args:
            environment: The script's variables. They are never written to the disk.

        Raises:
            WorkbenchError: If the supervisor is gone.
        """
        word = json.dumps({"environment": dict(environment)}).encode("ascii") + b"\n"
        try:
            self._listener.tell(word)
        except OSError as error:
            self._let_go()
            raise WorkbenchError(
                _NOT_STARTED,
                f"{self._reason()} The script was not started.",
                details=self._words() or str(error),
                retry=True,
            ) from error
        keep_until_ended(self._process)
        self._let_go()

    def abort(self) -> None:
        """End it without starting the script."""
        with suppress(OSError):
            self._listener.close()
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
