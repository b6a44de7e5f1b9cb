"""Starts other programs: the one home of ``subprocess`` outside the supervisor of a run.

Every command gets a session of its own, so that it can be ended together with all it started.
"""

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from math import inf
from pathlib import Path
from time import monotonic
from typing import IO, NamedTuple

import psutil

from workbench.core.errors import WorkbenchError
from workbench.core.progress import CancelToken
from workbench.services.core_dumps import give_core_dumps_back
from workbench.services.user_environment import user_environment

__all__ = [
    "PIPE", "Completed", "Process", "PythonProbe", "collect_ended", "end_tree", "keep_until_ended",
    "pip_install", "probe_python", "run_process", "start_process", "user_environment", "wait_for",
]  # fmt: skip

Process = subprocess.Popen[bytes]
"""A program that was started."""

PIPE: int = subprocess.PIPE
"""For ``stdin`` of :func:`start_process`: write to the program."""

_POLL_SECONDS = 0.05
_GRACE_SECONDS = 2.0
_DRAIN_SECONDS = 0.5
_DETAILS_MAX = 4000
_PIP_PLACES = frozenset({"PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_PYTHON", "PIP_DRY_RUN"})
_KEPT: "list[subprocess.Popen[bytes]]" = []
_LOCK = threading.Lock()
_KILL: int = getattr(signal, "SIGKILL", signal.SIGTERM)
_NEW_GROUP: int = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)

_PROBE = (
    "import sys,os,json,platform;"
    "print(json.dumps(dict(version='.'.join(map(str,sys.version_info[:3])),"
    "executable=sys.executable,prefix=sys.prefix,"
    "base_prefix=getattr(sys,'base_prefix',sys.prefix),"
    "implementation=platform.python_implementation(),"
    "conda=os.path.isdir(os.path.join(sys.prefix,'conda-meta')))))"
)


@dataclass(frozen=True, slots=True)
class Completed:
    """A command that ended.

    Attributes:
        exit_code: Its exit code; negative is the signal that ended it.
        output: What it wrote to standard output, decoded as UTF-8 (bad bytes replaced).
        errors: What it wrote to standard error.
    """

    exit_code: int
    output: str
    errors: str

    @property
    def ok(self) -> bool:
        """Whether it ended with exit code 0."""
        return self.exit_code == 0


@dataclass(frozen=True, slots=True)
class PythonProbe:
    """What a Python interpreter says about itself.

    Attributes:
        executable: Its own ``sys.executable``.
        version: For example ``"3.11.7"``.
        implementation: For example ``"CPython"``.
        prefix: Folder of its environment.
        base_prefix: Folder of the Python that the environment was made from.
        conda: Whether it is the Python of a conda environment.
    """

    executable: str
    version: str
    implementation: str
    prefix: str
    base_prefix: str
    conda: bool

    @property
    def is_venv(self) -> bool:
        """Whether it belongs to a virtual environment."""
        return self.prefix != self.base_prefix


def run_process(
    argv: Sequence[str | Path],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    timeout: float | None = None,
    cancel: CancelToken | None = None,
    on_line: Callable[[str], None] | None = None,
) -> Completed:
    """Run a command to its end and return what it wrote; an exit code other than 0 is no error.

    Args:
        argv: Program and arguments.
        cwd: Folder to run in.
        env: The whole environment; default is :func:`user_environment`.
        timeout: Seconds after which it is ended.
        cancel: Ends the command and everything it started.
        on_line: Called in this thread for each line of both streams, without its line end.

    Raises:
        CanceledError: If canceled.
        WorkbenchError: If the program is missing, can't be started, or takes too long.
    """
    if cancel is not None:
        cancel.check()
    streams = _Streams(subprocess.DEVNULL, PIPE, PIPE)
    running = _Running(_popen(argv, cwd, env, streams), on_line)
    give_up = inf if timeout is None else monotonic() + timeout
    try:
        while running.step():
            if cancel is not None:
                cancel.check()
            if monotonic() > give_up:
                raise _took_too_long(argv, timeout or 0.0, running.text(1))
    finally:
        running.close()
    return Completed(running.process.returncode, running.text(0), running.text(1))


def start_process(
    argv: Sequence[str | Path],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    stdin: int | IO[bytes] = subprocess.DEVNULL,
    output: IO[bytes] | None = None,
    inherited: Sequence[int] = (),
) -> "subprocess.Popen[bytes]":
    """Start a program that lives on when this process ends, in a session of its own.

    Args:
        argv: Program and arguments.
        cwd: Folder to run in.
        env: The whole environment; default is :func:`user_environment`.
        stdin: What it reads; ``PIPE`` (from this module) to write to it.
        output: Open file for standard output and error; default drops them.
        inherited: Descriptors that it gets under the same numbers (not on Windows).

    Raises:
        WorkbenchError: If the program is missing or can't be started.
    """
    target: int | IO[bytes] = subprocess.DEVNULL if output is None else output
    streams = _Streams(stdin, target, target)
    return _popen(argv, cwd, env, streams, inherited)


def wait_for(process: "subprocess.Popen[bytes]", seconds: float) -> bool:
    """Wait for the end of a started program; ``False`` if it still runs after that time."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True


def keep_until_ended(process: "subprocess.Popen[bytes]") -> None:
    """Take over a started program that nobody waits for; see :func:`collect_ended`."""
    collect_ended()
    with _LOCK:
        _KEPT.append(process)


def collect_ended() -> None:
    """Collect the exit codes of programs taken over, so that they leave the process table."""
    with _LOCK:
        _KEPT[:] = [process for process in _KEPT if process.poll() is None]


def end_tree(pid: int, *, grace: float = _GRACE_SECONDS) -> None:
    """End a process, its process group and everything they started.

    They are asked first and killed after ``grace`` seconds. Only pass the id of a process that
    was started by this module (it leads its own group). Does nothing when all of it is gone.
    """
    members = _tree(pid)
    if grace > 0:
        _signal_group(pid, signal.SIGTERM)
        for member in members:
            with suppress(psutil.Error):
                member.terminate()
        _wait_gone(members, grace)
    for member in {*members, *_tree(pid)}:
        with suppress(psutil.Error):
            member.kill()
    _signal_group(pid, _KILL)


def probe_python(executable: str | Path, *, timeout: float = 10.0) -> PythonProbe | None:
    """Ask a Python interpreter (3.6 or newer) who it is; ``None`` when it is none or is broken."""
    try:
        # -I: neither the user's PYTHON* variables nor the current folder may change the answer.
        completed = run_process([executable, "-I", "-c", _PROBE], timeout=timeout)
        answer = json.loads(completed.output.strip().splitlines()[-1])
        return PythonProbe(**answer) if completed.ok else None
    except (WorkbenchError, ValueError, IndexError, TypeError):
        return None


def pip_install(
    python: str | Path,
    arguments: Sequence[str],
    *,
    cwd: Path | None = None,
    cancel: CancelToken | None = None,
    on_line: Callable[[str], None] | None = None,
) -> None:
    """Run ``pip install`` with this interpreter; a cancel ends pip and all its children.

    Args:
        python: Interpreter whose environment gets the packages.
        arguments: What follows ``pip install``, for example ``["-r", "requirements.txt"]``.
        cwd: Folder to run in.
        cancel: Ends the installation; packages that were already installed stay.
        on_line: Called for each line that pip writes.

    Raises:
        CanceledError: If canceled.
        WorkbenchError: If pip fails; ``details`` holds the end of what it wrote.
    """
    argv = [python, "-m", "pip", "--disable-pip-version-check", "--no-input", "install"]
    # Where packages come from is the user's own choice; where they go is not.
    values = {key: text for key, text in user_environment().items() if key not in _PIP_PLACES}
    values["PIP_USER"] = "0"
    completed = run_process(
        [*argv, *arguments], cwd=cwd, env=values, cancel=cancel, on_line=on_line
    )
    if not completed.ok:
        raise WorkbenchError(
            "Packages weren't installed",
            f"pip stopped with exit code {completed.exit_code}.",
            hint="Look at the details, then try again.",
            details=(completed.output + completed.errors)[-_DETAILS_MAX:],
            retry=True,
        )


class _Streams(NamedTuple):
    stdin: int | IO[bytes]
    stdout: int | IO[bytes]
    stderr: int | IO[bytes]


def _popen(
    argv: Sequence[str | Path],
    cwd: Path | None,
    env: Mapping[str, str] | None,
    streams: _Streams,
    inherited: Sequence[int] = (),
) -> "subprocess.Popen[bytes]":
    try:
        process = subprocess.Popen(
            [os.fspath(part) for part in argv],
            cwd=cwd,
            env=dict(env) if env is not None else user_environment(),
            start_new_session=True,
            creationflags=_NEW_GROUP,
            stdin=streams.stdin,
            stdout=streams.stdout,
            stderr=streams.stderr,
            pass_fds=() if sys.platform == "win32" else inherited,
        )
    except (OSError, ValueError) as exc:
        name = Path(argv[0]).name
        missing = isinstance(exc, FileNotFoundError) and (cwd is None or cwd.is_dir())
        raise WorkbenchError(
            f"{name} can't be started",
            f"{name} isn't installed or can't be found." if missing else f"{_reason(exc)}.",
            hint="Install it, or choose another program." if missing else "",
            details=str(exc),
        ) from exc
    give_core_dumps_back(process.pid)
    return process


def _reason(exc: OSError | ValueError) -> str:
    return (exc.strerror if isinstance(exc, OSError) and exc.strerror else str(exc)).rstrip(".")


class _Running:
    """A started command whose two streams are read by a thread each."""

    def __init__(
        self, process: "subprocess.Popen[bytes]", on_line: Callable[[str], None] | None
    ) -> None:
        self.process = process
        self._on_line = on_line
        self._lines: queue.SimpleQueue[tuple[int, str]] = queue.SimpleQueue()
        self._collected: tuple[list[str], list[str]] = ([], [])
        streams = [stream for stream in (process.stdout, process.stderr) if stream is not None]
        self._readers = [
            _reader(stream, index, self._lines) for index, stream in enumerate(streams)
        ]

    def step(self) -> bool:
        """Handle the next line, or wait a little; ``False`` when the command has ended."""
        if self._reading() or not self._lines.empty():
            self._take(_POLL_SECONDS)
        else:
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(_POLL_SECONDS)
        return self.process.poll() is None

    def close(self) -> None:
        """End what still runs, collect the rest of the output."""
        if self.process.poll() is None:
            end_tree(self.process.pid)
        self.process.wait()
        end = monotonic() + _DRAIN_SECONDS
        while self._reading() and monotonic() < end:
            self._take(_POLL_SECONDS / 10)
        if self._reading():
            # What the command left behind keeps our pipes open.
            _signal_group(self.process.pid, _KILL)
        for reader in self._readers:
            reader.join(_DRAIN_SECONDS)
        while self._take(0):
            pass

    def text(self, stream: int) -> str:
        """Return what was read so far from stdout (0) or stderr (1)."""
        return "".join(self._collected[stream])

    def _reading(self) -> bool:
        return any(reader.is_alive() for reader in self._readers)

    def _take(self, wait: float) -> bool:
        try:
            index, line = self._lines.get(wait > 0, wait)
        except queue.Empty:
            return False
        self._collected[index].append(line)
        if self._on_line is not None:
            self._on_line(line.rstrip("\r\n"))
        return True


def _reader(
    stream: IO[bytes], index: int, lines: "queue.SimpleQueue[tuple[int, str]]"
) -> threading.Thread:
    def read() -> None:
        with stream:
            for line in stream:
                lines.put((index, line.decode("utf-8", "replace")))

    thread = threading.Thread(target=read, name="process output", daemon=True)
    thread.start()
    return thread


def _tree(pid: int) -> list[psutil.Process]:
    try:
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    except psutil.Error:
        return []


def _wait_gone(members: list[psutil.Process], seconds: float) -> None:
    # Not psutil.wait_procs: it would take the exit status of our own children from subprocess.
    end = monotonic() + seconds
    pause = threading.Event()
    while any(_alive(member) for member in members) and monotonic() < end:
        pause.wait(_POLL_SECONDS / 2)


def _alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def _signal_group(pid: int, number: int) -> None:
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, number)


def _took_too_long(argv: Sequence[str | Path], timeout: float, errors: str) -> WorkbenchError:
    return WorkbenchError(
        f"{Path(argv[0]).name} takes too long",
        f"It was stopped after {timeout:g} seconds.",
        details=errors[-_DETAILS_MAX:],
        retry=True,
    )
