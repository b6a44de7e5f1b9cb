"""Starts git so that nothing of this computer, and nothing leaked to us, can change what it does.

The application may have been started from a hook: git then leaves ``GIT_DIR``, ``GIT_INDEX_FILE``
and more in the environment, and every git below would work on that repository. So no ``GIT_*``
variable is handed on, except those named here.
"""

import os
import re
import shutil
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from subprocess import PIPE
from typing import IO, Any

from workbench.core.errors import WorkbenchError

# Without this, importing GitPython fails where git is not installed, and the window never opens.
_QUIET = "GIT_PYTHON_REFRESH"
_quiet_before = os.environ.get(_QUIET)
os.environ[_QUIET] = "quiet"
import git  # noqa: E402 - the line above has to come first

if _quiet_before is None:
    del os.environ[_QUIET]
else:
    os.environ[_QUIET] = _quiet_before

_ENDS = re.compile(rb"(?<=\n)|(?<=\r)(?!\n)")
ATTRIBUTES = "* -text -eol -crlf -ident -filter -working-tree-encoding\n"

HISTORY_CONFIG = """\
[core]
\trepositoryformatversion = 0
\tfilemode = true
\tsymlinks = true
\tbare = true
\tautocrlf = false
\tsafecrlf = false
\texcludesFile = /dev/null
\tattributesFile = /dev/null
\thooksPath = /dev/null
\tfsmonitor = false
\tprotectNTFS = false
\tprotectHFS = false
\tprecomposeUnicode = false
\tignoreCase = false
\tquotePath = false
\tcheckStat = default
\ttrustctime = true
\tuntrackedCache = true
\tpreloadIndex = true
\tsplitIndex = false
\tcompression = 1
\tbigFileThreshold = 16m
\tfsync = committed
\tfsyncMethod = batch
\tlogAllRefUpdates = false
[index]
\tversion = 4
[gc]
\tauto = 0
[maintenance]
\tauto = false
[submodule]
\trecurse = false
[advice]
\taddEmbeddedRepo = false
[commit]
\tgpgSign = false
[transfer]
\tfsckObjects = false
"""

ISOLATED = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_AUTHOR_NAME": "Workbench",
    "GIT_AUTHOR_EMAIL": "workbench@localhost",
    "GIT_COMMITTER_NAME": "Workbench",
    "GIT_COMMITTER_EMAIL": "workbench@localhost",
    "LC_ALL": "C.UTF-8",
}

# Set by people, not by git for its hooks: they stay for commands in the user's own repository.
# The dates are missing on purpose: a hook gets those of the commit that it belongs to.
_OF_THE_USER = frozenset(
    {
        "GIT_AUTHOR_NAME",
        "GIT_AUTHOR_EMAIL",
        "GIT_COMMITTER_NAME",
        "GIT_COMMITTER_EMAIL",
        "GIT_CONFIG_GLOBAL",
        "GIT_CONFIG_SYSTEM",
        "GIT_CONFIG_NOSYSTEM",
        "GIT_SSH",
        "GIT_SSH_COMMAND",
        "GIT_ASKPASS",
    }
)


class GitFailedError(WorkbenchError):
    """A git command did not do what it was asked for.

    Attributes:
        code: Exit code; negative for the signal that ended it.
        stderr: What git said.
    """

    def __init__(self, arguments: Sequence[str], code: int, stderr: str) -> None:
        words = stderr.strip() or f"git ended with {code}"
        super().__init__(
            "Git reported a problem",
            words.splitlines()[-1],
            details=f"git {' '.join(arguments[:3])} ended with {code}\n{words}",
        )
        self.code = code
        self.stderr = stderr


@dataclass(frozen=True, slots=True)
class Completed:
    """A finished git command."""

    code: int
    stdout: bytes
    stderr: str


class GitProcess:
    """A running git command with pipes; its stderr is collected while it runs."""

    def __init__(
        self,
        arguments: Sequence[str],
        process: Any,
        on_message: Callable[[str], None] | None = None,
    ) -> None:
        self._arguments = arguments
        self._on_message = on_message
        self._process = process
        self.stdin: IO[bytes] = process.stdin
        self.stdout: IO[bytes] = process.stdout
        self._words: list[bytes] = []
        # git must never wait for us to read its complaints while we wait for it to read ours
        self._listener = threading.Thread(target=self._listen, name="git stderr", daemon=True)
        self._listener.start()

    def _listen(self) -> None:
        kept = 0
        for line in _messages(self._process.stderr):
            # What is written over is progress: it counts at that moment only.
            if kept < 65536 and not line.endswith(b"\r"):
                self._words.append(line)
                kept += len(line)
            if self._on_message is not None:
                self._on_message(line.decode("utf-8", "replace").strip())

    def finish(self) -> Completed:
        """Close its input, read what is left of its output and wait for its end."""
        try:
            self.stdin.close()
        except BrokenPipeError:
            self.stdin = self._process.stdin
        output = self.stdout.read()
        self._listener.join()
        code = int(self._process.proc.wait())
        self._release()
        return Completed(code, output, b"".join(self._words).decode("utf-8", "replace"))

    def stop(self) -> None:
        """End it now."""
        process = self._process.proc
        if process is None:
            return
        process.kill()
        self._listener.join()
        process.wait()
        self._release()

    def kill(self) -> None:
        """End it now, for a thread that does not wait for it; whoever does hears of a failure."""
        process = self._process.proc
        if process is not None:
            process.kill()

    def stop_group(self) -> None:
        """End it, and what it started, now; for one with a process group of its own."""
        process = self._process.proc
        if process is None:
            return
        if sys.platform == "win32":
            process.kill()
            return
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return

    def failure(self) -> GitFailedError:
        """Stop it and return what it said."""
        process = self._process.proc
        if process is not None:
            try:
                process.wait(5)
            except Exception:  # noqa: BLE001 - whatever it is: it does not end by itself
                process.kill()
            self._listener.join()
        code = process.wait() if process is not None else -1
        words = b"".join(self._words).decode("utf-8", "replace")
        self._release()
        return GitFailedError(self._arguments, code, words)

    def _release(self) -> None:
        process = self._process.proc
        if process is None:
            return
        for pipe in (process.stdin, process.stdout, process.stderr):
            try:
                pipe.close()
            except BrokenPipeError:
                continue  # closed all the same; it died with something unread
        self._process.proc = None


class GitCommands:
    """Runs git in one folder, always with the same arguments first and the same variables."""

    def __init__(
        self,
        folder: Path,
        first: Sequence[str] = (),
        variables: Mapping[str, str] | None = None,
        *,
        more: Mapping[str, str] | None = None,
    ) -> None:
        """Use ``first`` before every subcommand; without ``variables``: nothing of the user's."""
        self._git = git.Git(str(folder))
        self._first = list(first)
        self._variables = dict(ISOLATED if variables is None else variables) | dict(more or {})

    def start(
        self,
        arguments: Sequence[str],
        *,
        keep_open: Iterable[int] = (),
        own_group: bool = False,
        on_message: Callable[[str], None] | None = None,
    ) -> GitProcess:
        """Start a command with pipes.

        Args:
            arguments: Subcommand and its arguments.
            keep_open: File descriptors that git inherits.
            own_group: Whether it gets a process group of its own, without a terminal.
            on_message: Called in another thread with what git says, piece by piece.

        Raises:
            WorkbenchError: If git is not installed.
        """
        options: dict[str, Any] = {"env": self._variables}
        if keep_open:
            options["pass_fds"] = tuple(keep_open)
        if own_group:
            options["start_new_session"] = True
        command = [*_without_leaks(self._variables), _executable(), *self._first, *arguments]
        try:
            process = self._git.execute(command, istream=PIPE, as_process=True, **options)
        except (git.GitCommandNotFound, FileNotFoundError) as exc:
            raise WorkbenchError(
                "Git isn't available",
                "Workbench needs Git to save snapshots. Nothing was changed.",
                hint="Install Git 2.36 or newer and try again.",
                details=str(exc),
                retry=True,
            ) from exc
        return GitProcess(arguments, process, on_message)

    def run(
        self,
        arguments: Sequence[str],
        *,
        stdin: bytes = b"",
        keep_open: Iterable[int] = (),
        check: bool = True,
        timeout: float | None = None,
    ) -> Completed:
        """Run a command to its end.

        Args:
            arguments: Subcommand and its arguments.
            stdin: Its input.
            keep_open: File descriptors that git inherits.
            check: Whether a failure is an error.
            timeout: Seconds after which git, and what it started, is ended.

        Raises:
            GitFailedError: If it fails and ``check`` is set, or does not end in time.
        """
        process = self.start(arguments, keep_open=keep_open, own_group=timeout is not None)
        late = threading.Event()
        timer = _timer(timeout, process, late)
        try:
            feeder = threading.Thread(target=_feed, args=(process.stdin, stdin), daemon=True)
            feeder.start()
            output = process.stdout.read()
            feeder.join()
            done = process.finish()
        finally:
            timer.cancel()
        if late.is_set():
            raise GitFailedError(arguments, done.code, f"git didn't end in {timeout:g} seconds")
        if check and done.code != 0:
            raise GitFailedError(arguments, done.code, done.stderr)
        return Completed(done.code, output, done.stderr)


def history_commands(git_dir: Path) -> GitCommands:
    """Return git for a history repository: isolated, and told where the repository is."""
    return GitCommands(git_dir, [f"--git-dir={git_dir}"])


def user_variables(**more: str) -> dict[str, str]:
    """Return the variables for commands in the user's own repository."""
    kept = {name: os.environ[name] for name in _OF_THE_USER if name in os.environ}
    return {**kept, "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C.UTF-8", **more}


def _timer(timeout: float | None, process: GitProcess, late: threading.Event) -> threading.Timer:
    def stop() -> None:
        late.set()
        process.stop_group()

    timer = threading.Timer(timeout or 0, stop)
    timer.daemon = True
    if timeout is not None:
        timer.start()
    return timer


def _messages(stream: Any) -> Iterator[bytes]:
    """Yield what is written to a stream, cut behind each end of a line and each return to it."""
    rest = b""
    while chunk := stream.read1(65536):
        *whole, rest = _ENDS.split(rest + chunk)
        yield from whole
    if rest:
        yield rest


def _feed(pipe: IO[bytes], data: bytes) -> None:
    try:
        pipe.write(data)
        pipe.close()
    except BrokenPipeError:
        return  # git did not want all of it; its exit code tells


def _executable() -> str:
    return git.Git.GIT_PYTHON_GIT_EXECUTABLE or "git"


def _without_leaks(wanted: Mapping[str, str]) -> list[str]:
    """Return the words before a command that take leaked variables out of its environment."""
    leaked = [name for name in os.environ if name.startswith("GIT_") and name not in wanted]
    if not leaked:
        return []
    tool = shutil.which("env") if sys.platform != "win32" else None
    if tool is None:
        for name in leaked:
            os.environ.pop(name, None)
        return []
    words = [tool]
    for name in leaked:
        words += ["-u", name]
    return words
