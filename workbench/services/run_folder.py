"""The folder of one run: what its supervisor and its script leave there."""

import json
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from workbench.core.errors import NotFoundError
from workbench.core.log_stretch import LogStream, LogStretch
from workbench.core.run import Output, RunEnvironment
from workbench.runner import layout
from workbench.runner.neighbors import last_sign
from workbench.runner.run_lock import is_locked, take_lock, try_lock
from workbench.services.run_metrics import lines_from

_NAME = re.compile(r"[^A-Za-z0-9._-]+")
_NAME_MAX = 64
_TEMPORARY = re.compile(r"\.\d+\.\d+\.tmp")
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|[\x00-\x08\x0b-\x1f]")
# What a file that something else wrote can lead to.
_DAMAGED = (LookupError, TypeError, ValueError, OverflowError, OSError)


@dataclass(frozen=True, slots=True)
class ScriptState:
    """What the supervisor wrote when the script had started.

    Attributes:
        supervisor: Process id and identity of the supervisor.
        script: Process id and identity of the script; it leads its own process group.
        started: When it started (UTC).
    """

    supervisor: tuple[int, str]
    script: tuple[int, str]
    started: datetime


@dataclass(frozen=True, slots=True)
class Ending:
    """How a run ended.

    Attributes:
        started: When the script started (UTC); ``None`` if it did not.
        ended: When it ended (UTC).
        exit_code: Its exit code; negative is a signal; ``None`` if it did not start.
        canceled: Whether it was asked to end.
        error: Why it could not be started; empty otherwise.
        problems: Sentences about outputs: what was not saved, and what may be of another run.
        lost: Whether nobody saw it end; its outputs were saved later, and ``ended`` is when it
            last showed a sign of life.
    """

    started: datetime | None
    ended: datetime
    exit_code: int | None
    canceled: bool
    error: str = ""
    problems: tuple[str, ...] = ()
    lost: bool = False


class RunFolder:
    """``<data>/projects/<GUID>/runs/<run id>/``.

    Attributes:
        path: The folder.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def make(cls, runs: Path, project_name: str, created: datetime) -> "RunFolder":
        """Make the folder of a new run; its name, the run id, is unique.

        Raises:
            OSError: If it cannot be made.
        """
        runs.mkdir(parents=True, exist_ok=True)
        name = _NAME.sub("_", project_name).strip("._")[:_NAME_MAX] or "run"
        base = f"{name}_{int(created.timestamp() * 1000)}"
        number = 1
        while True:
            path = runs / (base if number == 1 else f"{base}-{number}")
            with suppress(FileExistsError):
                # Only one of several processes can make it: that is what makes the id unique.
                path.mkdir()
                return cls(path)
            number += 1

    @property
    def run_id(self) -> str:
        """The id of the run."""
        return self.path.name

    @property
    def log(self) -> Path:
        """Everything the script wrote to standard output and error."""
        return self.path / layout.LOG

    @property
    def metrics(self) -> Path:
        """The metrics, one JSON object a line."""
        return self.path / layout.METRICS

    @property
    def outputs(self) -> Path:
        """The captured outputs."""
        return self.path / layout.OUTPUTS

    @property
    def supervisor_log(self) -> Path:
        """What the supervisor itself had to say; normally empty."""
        return self.path / layout.SUPERVISOR_LOG

    def take_lock(self) -> int:
        """Lock the run and return the descriptor; whoever holds it looks after the run.

        Raises:
            OSError: If it cannot be made.
        """
        return take_lock(self.path / layout.LOCK)

    def is_looked_after(self) -> bool:
        """Whether the process that makes the run, or its supervisor, is alive."""
        return is_locked(self.path / layout.LOCK) or is_locked(self.path / layout.SUPERVISOR_LOCK)

    def write_job(self, job: dict[str, object]) -> None:
        """Write what the supervisor has to do.

        Raises:
            OSError: If it cannot be written.
        """
        (self.path / layout.JOB).write_text(json.dumps(job), encoding="ascii")

    def job(self) -> dict[str, Any]:
        """Return what the supervisor has to do; empty when unknown."""
        return self._read(layout.JOB) or {}

    def state(self) -> ScriptState | None:
        """Return what is known of the started script, ``None`` if it has not started."""
        values = self._read(layout.STATE)
        if values is None:
            return None
        try:
            return ScriptState(
                _process(values["supervisor"]),
                _process(values["script"]),
                _moment(values["started"]),
            )
        except _DAMAGED:
            return None

    def outcome(self) -> Ending | None:
        """Return how the run ended, ``None`` while that is open."""
        return _ending(self._read(layout.OUTCOME))

    def exit(self) -> Ending | None:
        """Return how the script ended; its outputs may still be on their way."""
        return _ending(self._read(layout.EXIT))

    def environment(self) -> RunEnvironment | None:
        """Return where the run ran, ``None`` while unknown."""
        values = self._read(layout.ENVIRONMENT)
        if values is None:
            return None
        try:
            packages = tuple((str(name), str(version)) for name, version in values["packages"])
            return RunEnvironment(
                values["python"],
                values["interpreter"],
                packages,
                values["os"],
                values["host"],
                values["user"],
            )
        except _DAMAGED:
            return None

    def may_have_started(self) -> bool:
        """Whether the supervisor got as far as starting the script."""
        return (self.path / layout.BEFORE).exists() or (self.path / layout.STATE).exists()

    def begin_recovery(self) -> int | None:
        """Take the run's lock for somebody who saves the outputs that a lost run left.

        Returns:
            The lock; ``None`` if somebody else has it, or if it is not for us to do any more.

        Raises:
            FileExistsError: If it was tried before; that did not end well.
            FileNotFoundError: If it is not known what the outputs were before.
            OSError: If the folder can't be used.
        """
        (self.path / layout.BEFORE).stat()
        lock = try_lock(self.path / layout.LOCK)
        if lock is None:
            return None
        try:
            # Looked at with the lock: another process may just have ended its work.
            if self.outcome() is None and not is_locked(self.path / layout.SUPERVISOR_LOCK):
                (self.path / layout.RECOVERY).touch(exist_ok=False)
                return lock
        except BaseException:
            os.close(lock)
            raise
        os.close(lock)
        return None

    def ask_to_cancel(self) -> None:
        """Leave the request to end the run; its supervisor looks for it.

        Raises:
            OSError: If it cannot be written.
        """
        (self.path / layout.CANCEL).touch()

    def is_cancel_asked(self) -> bool:
        """Whether somebody asked to end the run."""
        return (self.path / layout.CANCEL).exists()

    def last_sign(self) -> datetime | None:
        """Return when the run last showed a sign of life (UTC)."""
        seconds = last_sign(self.path)
        return _moment(seconds) if seconds else None

    def heartbeat(self) -> datetime | None:
        """Return when the supervisor last showed that it lives (UTC)."""
        with suppress(OSError):
            return _moment((self.path / layout.STATE).stat().st_mtime)
        return None

    def read_log(self, offset: int, limit: int) -> bytes:
        """Return at most ``limit`` bytes of the log; empty at its end or before it exists.

        Raises:
            OSError: If it cannot be read.
        """
        try:
            with self.log.open("rb") as stream:
                stream.seek(offset)
                return stream.read(limit)
        except FileNotFoundError:
            return b""

    def read_log_index(self, offset: int) -> tuple[list[LogStretch], int]:
        """Return what is noted of the log from an offset of the index on, and the offset after it.

        Nothing for a run that began before such notes were made.

        Raises:
            OSError: If it cannot be read.
        """
        found: list[LogStretch] = []
        for line, end in lines_from(self.path / layout.LOG_INDEX, offset):
            offset = end
            stretch = _stretch(line)
            # What a full disk or a crash cut off says nothing.
            if stretch is not None and (not found or stretch.end > found[-1].end):
                found.append(stretch)
        return found, offset

    def log_tail(self, limit: int) -> str:
        """Return the last ``limit`` bytes of the log as text."""
        try:
            with self.log.open("rb") as stream:
                stream.seek(max(0, self.log.stat().st_size - limit))
                return stream.read(limit).decode("utf-8", "replace")
        except OSError:
            return ""

    def last_lines(self, limit: int) -> list[str]:
        """Return the lines in the last ``limit`` bytes of the log, without colors."""
        return [_ESCAPES.sub("", line).rstrip() for line in self.log_tail(limit).splitlines()]

    def list_outputs(self) -> list[Output]:
        """Return the captured outputs, sorted by path."""
        found = (Output(path, size) for path, size in _files(self.outputs) if _is_kept(path))
        return sorted(found, key=lambda output: output.path)

    def files_to_keep(self) -> list[tuple[str, Path, int]]:
        """Return name, path and size of log, metrics and outputs, but for empty ones of our own."""
        found = []
        for name in (layout.LOG, layout.LOG_INDEX, layout.METRICS):
            with suppress(OSError):
                size = (self.path / name).stat().st_size
                found += [(name, self.path / name, size)] if size else []
        outputs = ((f"{layout.OUTPUTS}/{each.path}", each) for each in self.list_outputs())
        return found + [(name, self.output_path(each), each.size) for name, each in outputs]

    def output_path(self, output: Output) -> Path:
        """Return where a captured output is.

        Raises:
            NotFoundError: If its path leads out of the outputs.
        """
        path = self.outputs / output.path
        parts = Path(output.path).parts
        if not parts or ".." in parts or Path(output.path).is_absolute():
            raise NotFoundError("Output not found", f"{output.path} isn't an output of this run.")
        return path

    def _read(self, name: str) -> dict[str, Any] | None:
        # Replaced whole, so that there is never half a file; unreadable is the same as not there.
        try:
            values = json.loads((self.path / name).read_bytes())
        except (OSError, ValueError, RecursionError):
            return None
        return values if isinstance(values, dict) else None


def _files(folder: Path) -> Iterator[tuple[str, int]]:
    waiting = [""]
    while waiting:
        inner = waiting.pop()
        with suppress(OSError), os.scandir(folder / inner) as entries:
            for entry in entries:
                path = f"{inner}/{entry.name}" if inner else entry.name
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(path)
                elif entry.is_file(follow_symlinks=False):
                    yield path, entry.stat().st_size


def _is_kept(path: str) -> bool:
    """Whether it is a file of the user and not one that is being written."""
    return _TEMPORARY.fullmatch(path.rpartition("/")[2]) is None


def _process(values: dict[str, Any]) -> tuple[int, str]:
    return int(values["pid"]), str(values["identity"])


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _ending(values: dict[str, Any] | None) -> Ending | None:
    if values is None:
        return None
    try:
        started, code = values["started"], values["exit_code"]
        return Ending(
            None if started is None else _moment(started),
            _moment(values["ended"]),
            None if code is None else int(code),
            bool(values["canceled"]),
            str(values.get("error", "")),
            tuple(map(str, values.get("problems", ()))),
            bool(values.get("lost")),
        )
    except _DAMAGED:
        return None


def _stretch(line: bytes) -> LogStretch | None:
    try:
        end, kind, moment = line.decode().split(" ")
        return LogStretch(int(end), LogStream(kind), float(moment))
    except ValueError:
        return None
