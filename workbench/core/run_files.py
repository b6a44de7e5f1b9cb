"""Logs, metrics and captured outputs of runs that go to the Git repo, for other computers."""

from dataclasses import dataclass
from enum import Enum

# Servers refuse files from 100 MB on, and warn from here on.
LARGEST_FILE = 50_000_000


class NotSharedReason(Enum):
    """Why a file of a run did not go to the Git repo. The value is what is stored."""

    TOO_LARGE = "too large"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class NotShared:
    """A file of a run that did not go to the Git repo.

    Attributes:
        name: ``log.txt``, or ``outputs/`` with the path of an output.
        size: Bytes.
        reason: Why.
    """

    name: str
    size: int
    reason: NotSharedReason = NotSharedReason.TOO_LARGE


@dataclass(frozen=True, slots=True)
class SharedFiles:
    """What of one run is in the Git repo.

    Attributes:
        commit: The commit that holds it.
        count: Number of files.
        size: Bytes of all of them.
        left_out: What is not there, though it belongs to the run.
    """

    commit: str
    count: int
    size: int
    left_out: tuple[NotShared, ...] = ()


@dataclass(frozen=True, slots=True)
class FilesToShare:
    """What would go to the Git repo now.

    Attributes:
        runs: Number of runs.
        count: Number of files.
        size: Bytes of all of them.
        left_out: Number of files that are too large for it.
    """

    runs: int = 0
    count: int = 0
    size: int = 0
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class RunFilesPlace:
    """Where the log, the metrics and the outputs of a run are.

    Attributes:
        is_here: Whether they are on this computer.
        shared: What of them is in the Git repo; ``None`` if nothing is.
        is_sharing: Whether the computer of the run shares such files, as far as it told.
    """

    is_here: bool = True
    shared: SharedFiles | None = None
    is_sharing: bool = False

    @property
    def can_bring(self) -> bool:
        """Whether they are in the Git repo and not here."""
        return not self.is_here and self.shared is not None


def place_words(computer: str, place: RunFilesPlace) -> str:
    """Return where log and outputs are that are not here, as an end of a sentence.

    Args:
        computer: Name of the computer that the run was on.
        place: Where they are.
    """
    if place.shared is not None:
        return f"on {computer} and in the Git repo"
    if place.is_sharing:
        return f"on {computer} only; they come when it has pushed them"
    return f"on {computer} only; sharing is off there"
