"""Starting other programs: the one home of ``subprocess`` outside the supervisor of a run.

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
from typing import IO

import psutil

from workbench.core.errors import WorkbenchError
from workbench.core.progress import CancelToken

PIPE: int = subprocess.PIPE
"""For ``stdin`` of :func:`start_process`: write to the program."""

_POLL_SECONDS = 0.05
_GRACE_SECONDS = 2.0
_DRAIN_SECONDS = 0.5
_DETAILS_MAX = 4000
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
# Variables that tie git to one repository; left over when Workbench is started from a git hook.
_GIT_LOCAL = frozenset(
    {
        "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_COMMON_DIR", "GIT_CONFIG", "GIT_CONFIG_COUNT",
        "GIT_CONFIG_PARAMETERS", "GIT_DIR", "GIT_GRAFT_FILE", "GIT_IMPLICIT_WORK_TREE",
        "GIT_INDEX_FILE", "GIT_NO_REPLACE_OBJECTS", "GIT_OBJECT_DIRECTORY", "GIT_PREFIX",
        "GIT_REPLACE_REF_BASE", "GIT_SHALLOW_FILE", "GIT_WORK_TREE",
    }
)  # fmt: skip
_PATH_LISTS = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "QT_PLUGIN_PATH")
_SINGLE_PATHS = ("PYTHONHOME", "VIRTUAL_ENV", "QT_QPA_PLATFORM_PLUGIN_PATH", "__PYVENV_LAUNCHER__")


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
    running = _Running(_popen(argv, cwd, env, stdout=PIPE, stderr=PIPE), on_line)
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
) -> "subprocess.Popen[bytes]":
    """Start a program that lives on when this process ends, in a session of its own.

    Args:
        argv: Program and arguments.
        cwd: Folder to run in.
        env: The whole environment; default is :func:`user_environment`.
        stdin: What it reads; ``PIPE`` (from this module) to write to it.
        output: Open file for standard output and error; default drops them.

    Raises:
        WorkbenchError: If the program is missing or can't be started.
    """
    target: int | IO[bytes] = subprocess.DEVNULL if output is None else output
    return _popen(argv, cwd, env, stdout=target, stderr=target, stdin=stdin)


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
    completed = run_process([*argv, *arguments], cwd=cwd, cancel=cancel, on_line=on_line)
    if not completed.ok:
        raise WorkbenchError(
            "Packages weren't installed",
            f"pip stopped with exit code {completed.exit_code}.",
            hint="Look at the details, then try again.",
            details=(completed.output + completed.errors)[-_DETAILS_MAX:],
            retry=True,
        )


def user_environment(source: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the user's environment without what belongs to Workbench's own Python.

    A program must never find Workbench's private packages or interpreter by accident, nor work on
    the repository of the git hook that Workbench was started from.

    Args:
        source: Environment to start from; default is that of this process.
    """
    result = {
        name: value
        for name, value in (os.environ if source is None else source).items()
        if name not in _GIT_LOCAL
    }
    if sys.prefix != sys.base_prefix:
        _strip_private(result, sys.prefix)
    result.pop("__PYVENV_LAUNCHER__", None)
    return result


def _strip_private(environment: dict[str, str], prefix: str) -> None:
    inside = prefix.rstrip(os.sep) + os.sep

    def is_private(path: str) -> bool:
        return path == prefix or path.startswith(inside)

    for name in _SINGLE_PATHS:
        if is_private(environment.get(name, "")):
            del environment[name]
    if "VIRTUAL_ENV" not in environment:
        environment.pop("VIRTUAL_ENV_PROMPT", None)
    for name in _PATH_LISTS:
        parts = environment.get(name, "").split(os.pathsep)
        kept = os.pathsep.join(part for part in parts if not is_private(part))
        if kept:
            environment[name] = kept
        else:
            environment.pop(name, None)


def _popen(
    argv: Sequence[str | Path],
    cwd: Path | None,
    env: Mapping[str, str] | None,
    *,
    stdout: int | IO[bytes],
    stderr: int | IO[bytes],
    stdin: int | IO[bytes] = subprocess.DEVNULL,
) -> "subprocess.Popen[bytes]":
    try:
        return subprocess.Popen(
            [os.fspath(part) for part in argv],
            cwd=cwd,
            env=dict(env) if env is not None else user_environment(),
            start_new_session=True,
            creationflags=_NEW_GROUP,
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
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
