"""Runs: one start of a script, with everything known about it."""

import shlex
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from workbench.core.metric import Scalar


class RunStatus(Enum):
    """Where a run is in its life. The value is what is stored."""

    PREPARING = "preparing"
    QUEUED = "queued"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELED = "canceled"
    INTERRUPTED = "interrupted"
    IMPORTED = "imported"

    @property
    def is_active(self) -> bool:
        """Whether something still happens, or may still happen, for this run."""
        return self in _ACTIVE

    @property
    def label(self) -> str:
        """The word shown to the user."""
        return "Saving snapshot" if self is RunStatus.PREPARING else self.value.capitalize()


# Stands for the computer of a run that is only a snapshot of another program.
IMPORTED = "imported"
_ACTIVE = frozenset({RunStatus.PREPARING, RunStatus.QUEUED, RunStatus.RUNNING})


class InterpreterKind(Enum):
    """Where an interpreter comes from."""

    VENV = "venv"
    CONDA = "conda"
    PYENV = "pyenv"
    SYSTEM = "system"
    CUSTOM = "custom"
    PROGRAM = "program"


@dataclass(frozen=True, slots=True)
class Interpreter:
    """What runs a script.

    Attributes:
        path: Absolute path of the executable; empty to execute the script itself.
        kind: Where it comes from; ``PROGRAM`` for anything that is not Python.
        version: Its version, for example ``"3.11.7"``; empty when unknown.
        label: Short name for the user, for example ``".venv (Python 3.11.7)"``.
        problem: Why it cannot be used, in one sentence; empty when it works.
    """

    path: str
    kind: InterpreterKind
    version: str = ""
    label: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Script:
    """A file of the project that can be run.

    Attributes:
        path: Path relative to the project folder, with ``/``.
        language: ``"python"``, ``"executable"``, ``"shell"``, ``"r"`` or ``"julia"``.
    """

    path: str
    language: str


@dataclass(frozen=True, slots=True)
class RunRequest:
    """What the user asked to run.

    Attributes:
        script: Path relative to the project folder, with ``/``.
        arguments: Arguments, already split.
        interpreter: What runs the script.
        target: Name of the compute target.
        environment: Environment variables from the run configuration.
        without_snapshot: The user explicitly chose to run although no snapshot can be saved.
        snapshot_note: Words of the user kept with the snapshot.
    """

    script: str
    arguments: tuple[str, ...]
    interpreter: Interpreter
    target: str = "local"
    environment: tuple[tuple[str, str], ...] = ()
    without_snapshot: bool = False
    snapshot_note: str = ""


@dataclass(frozen=True, slots=True)
class UserRepository:
    """State of the user's own repository when a run was started.

    Attributes:
        branch: Current branch; empty when there is no repository; a short commit id when detached.
        commit: Full commit id; empty when there is no commit yet.
        changed_files: Number of files that are changed or untracked; 0 when clean.
        recorded: Whether it was found out; else nothing of this is known.
    """

    branch: str = ""
    commit: str = ""
    changed_files: int = 0
    recorded: bool = True

    @property
    def dirty(self) -> bool:
        """Whether anything is not committed."""
        return self.changed_files > 0


@dataclass(frozen=True, slots=True)
class RunEnvironment:
    """Where a run ran.

    Attributes:
        python: Version of the interpreter, empty for other programs.
        interpreter: Path of the interpreter.
        packages: Installed packages, ``(name, version)`` sorted by name.
        os: Operating system, for example ``"Linux 6.1 x86_64"``.
        host: Name of the computer.
        user: Login name.
    """

    python: str = ""
    interpreter: str = ""
    packages: tuple[tuple[str, str], ...] = ()
    os: str = ""
    host: str = ""
    user: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """A run as stored.

    Attributes:
        id: Unique id, ``<project name>_<epoch milliseconds>`` with a suffix if needed.
        number: Running number in the project, from 1.
        project_id: GUID of the project.
        status: Where it is in its life.
        request: What was asked for.
        created: When Run was pressed (UTC).
        started: When the script started (UTC).
        ended: When it ended (UTC).
        exit_code: Exit code of the script; negative is a signal; ``None`` when unknown.
        message: Why a run did not complete, in one sentence; then notes about its outputs, such as
            what could not be saved, a line each.
        snapshot: Commit id of its snapshot; empty without one.
        snapshot_is_new: Whether it was taken for this run; else the folder was unchanged.
        not_captured: Number of files that the snapshot could not hold.
        repository: State of the user's own repository.
        environment: Where it ran.
        metrics: Last value of each scalar metric, in logging order.
        output_count: Number of captured output files.
        note: The user's note.
        archived: Whether the user put it aside; lists show it only when asked to.
        deleted: Whether the user deleted it; it is kept, but shown only to bring it back.
        machine: Id of the computer that it ran on, if that is another one; then its log and outputs
            are there. Empty for this one, :data:`IMPORTED` for a snapshot that another program
            made.
    """

    id: str
    number: int
    project_id: str
    status: RunStatus
    request: RunRequest
    created: datetime
    started: datetime | None = None
    ended: datetime | None = None
    exit_code: int | None = None
    message: str = ""
    snapshot: str = ""
    snapshot_is_new: bool = False
    not_captured: int = 0
    repository: UserRepository = field(default_factory=UserRepository)
    environment: RunEnvironment = field(default_factory=RunEnvironment)
    metrics: tuple[tuple[str, Scalar], ...] = ()
    output_count: int = 0
    note: str = ""
    archived: bool = False
    deleted: bool = False
    machine: str = ""

    @property
    def script_name(self) -> str:
        """File name of the script without its folders; of an imported snapshot, what it is."""
        if self.status is RunStatus.IMPORTED:
            return "Imported snapshot"
        # Asked of thousands of runs at once: a path object takes ten times as long.
        return self.request.script.rpartition("/")[2]

    @property
    def can_run_again(self) -> bool:
        """Whether it is known what was run."""
        return self.status is not RunStatus.IMPORTED

    @property
    def arguments_text(self) -> str:
        """Arguments as one would type them."""
        return shlex.join(self.request.arguments)

    @property
    def reason(self) -> str:
        """Why it did not complete, in one sentence; empty when it did."""
        return "" if self.status is RunStatus.COMPLETED else self.message.partition("\n")[0]

    @property
    def notes(self) -> tuple[str, ...]:
        """What is to be said about its outputs, a sentence or two each."""
        lines = tuple(self.message.splitlines())
        return lines if self.status is RunStatus.COMPLETED else lines[1:]

    def duration(self, now: datetime) -> float | None:
        """Return the seconds it ran (until ``now`` if active), ``None`` if it never started."""
        if self.started is None:
            return None
        return max(0.0, ((self.ended or now) - self.started).total_seconds())


@dataclass(frozen=True, slots=True)
class Output:
    """A file that a run left in ``outputs/``, as captured.

    Attributes:
        path: Path relative to ``outputs/``, with ``/``.
        size: Bytes.
    """

    path: str
    size: int


def split_arguments(text: str) -> tuple[str, ...]:
    """Split an argument line as a shell would.

    Raises:
        ValueError: On an unbalanced quote.
    """
    return tuple(shlex.split(text))
