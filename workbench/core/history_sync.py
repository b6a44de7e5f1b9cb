"""Where the history of a project stands towards its Git repo."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from workbench.core.errors import WorkbenchError
from workbench.core.progress import Progress
from workbench.core.project import is_history

MASTER = "master"


class SyncState(Enum):
    """What is to be told about the history and the Git repo. The value is what is stored."""

    NO_REPO = "no repo"
    UP_TO_DATE = "up to date"
    WAITING = "waiting"
    WORKING = "working"
    OFFLINE = "offline"
    SIGN_IN_NEEDED = "sign-in needed"
    NO_PERMISSION = "no permission"
    REJECTED = "rejected"

    @property
    def is_problem(self) -> bool:
        """Whether something keeps the history on this computer."""
        return self in _PROBLEMS

    @property
    def needs_user(self) -> bool:
        """Whether it stays so until somebody does something."""
        return self.is_problem and self is not SyncState.OFFLINE


_PROBLEMS = frozenset(
    {
        SyncState.OFFLINE,
        SyncState.SIGN_IN_NEEDED,
        SyncState.NO_PERMISSION,
        SyncState.REJECTED,
    }
)


class RemoteError(WorkbenchError):
    """A Git repo elsewhere could not be used; nothing on this computer was changed.

    Attributes:
        state: What that means for the history.
    """

    def __init__(
        self, state: SyncState, title: str, text: str = "", *, hint: str = "", details: str = ""
    ) -> None:
        super().__init__(title, text, hint=hint, details=details, retry=True)
        self.state = state


@dataclass(frozen=True, slots=True)
class SyncStatus:
    """Where the history of a project stands towards its Git repo.

    Attributes:
        state: What is to be told.
        waiting: Number of snapshots that are on this computer only.
        records: Number of run records that are on this computer only.
        title: What happened, if it is a problem.
        text: One or two sentences more.
        details: The server's own words.
        checked: When the Git repo last answered (UTC); ``None`` if never.
        progress: How far it is, while something is going on.
        files: Number of runs whose log and outputs shall go to the Git repo and are not there.
    """

    state: SyncState = SyncState.NO_REPO
    waiting: int = 0
    records: int = 0
    title: str = ""
    text: str = ""
    details: str = ""
    checked: datetime | None = None
    progress: Progress | None = None
    files: int = 0

    @property
    def is_all_pushed(self) -> bool:
        """Whether nothing is on this computer only."""
        return not (self.waiting or self.records or self.files)


@dataclass(frozen=True, slots=True)
class RepoFacts:
    """What a Git repo elsewhere says about itself.

    Attributes:
        default_branch: The branch that a clone gets; empty when there is none.
        branches: Names of all branches.
        account: Account that the server wanted to know and accepted; empty if it asked for none.
        by_token: Whether it was an access token that it accepted.
    """

    default_branch: str = ""
    branches: tuple[str, ...] = ()
    account: str = ""
    by_token: bool = False

    @property
    def has_master(self) -> bool:
        """Whether it has a branch ``master``."""
        return MASTER in self.branches

    @property
    def main_branch(self) -> str:
        """``master``, or the default branch if there is no such one; empty if there is neither."""
        if self.has_master:
            return MASTER
        known = self.default_branch in self.branches and not is_history(self.default_branch)
        return self.default_branch if known else ""

    @property
    def has_history(self) -> bool:
        """Whether the history of a project is in it."""
        return any(is_history(branch) for branch in self.branches)
