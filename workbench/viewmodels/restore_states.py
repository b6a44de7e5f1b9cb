"""What the Restore page shows, as plain data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from workbench.core.errors import WorkbenchError
from workbench.core.pending_commit import PendingCommit
from workbench.core.progress import Progress
from workbench.core.restore import RestorePlan
from workbench.core.run import Run, RunStatus
from workbench.core.text_diff import BinaryDiff, DiffDocument
from workbench.core.wording import count, format_moment

_LOOKING = "Workbench is still looking at what would be committed"

LineCounts = Mapping[str, tuple[int, int]]


class RestorePhase(Enum):
    """Where the Restore page is."""

    LOADING = "looking at the folder"
    READY = "preview"
    BLOCKED = "a run uses the folder"
    STALE = "not restored as previewed; look again"
    RESTORING = "restoring"
    FAILED = "stopped, nothing was changed"
    UNAVAILABLE = "no preview"


_PHASE_PROBLEMS = {
    RestorePhase.LOADING: "Workbench is still comparing the folder with the snapshot",
    RestorePhase.UNAVAILABLE: "There is no preview",
    RestorePhase.STALE: "Look again before you restore",
    RestorePhase.RESTORING: "The folder is being restored",
}


class RestoreScope(Enum):
    """What shall be restored, or where to."""

    FOLDER = "Whole project folder"
    FILES = "Selected files"
    NEW_FOLDER = "To a new folder"


class CommitPhase(Enum):
    """Where Commit changes first is."""

    IDLE = "not asked for"
    LOADING = "looking at what would be committed"
    RUNNING = "committing"
    FAILED = "nothing was committed"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that went wrong, in words.

    Attributes:
        title: What happened.
        text: One or two sentences: what is safe and what to do next.
        details: Technical text, shown on request.
    """

    title: str
    text: str = ""
    details: str = ""

    @classmethod
    def of(cls, error: WorkbenchError) -> "Problem":
        """Return the words of an error."""
        text = " ".join(part for part in (error.text, error.hint) if part)
        return cls(error.title, text, error.details)


@dataclass(frozen=True, slots=True)
class CommitState:
    """State of committing the user's own changes.

    Attributes:
        phase: Where it is.
        problem: Why it failed; it stays while the list is read again.
        pending: What would be committed; ``None`` while it is not known.
    """

    phase: CommitPhase = CommitPhase.IDLE
    problem: Problem | None = None
    pending: PendingCommit | None = None

    @property
    def disabled_reason(self) -> str:
        """Why nothing can be committed now, whatever the message is; empty if it can."""
        if self.phase is CommitPhase.RUNNING:
            return "Committing"
        if self.pending is None:
            failed = self.problem if self.phase is CommitPhase.FAILED else None
            return failed.title if failed else _LOOKING
        if not self.pending.files:
            return "There is nothing to commit"
        return "" if self.pending.author else "Tell Git your name and email address first"


@dataclass(frozen=True, slots=True)
class RestoreState:
    """Everything the Restore page shows.

    Attributes:
        run_number: Number of the run whose snapshot is restored.
        run_status: Its status; ``None`` while it is not known.
        snapshot: Commit id of its snapshot.
        taken: When the snapshot was taken, for example ``"Yesterday 17:52"``.
        command: What was run, for example ``"train.py --model xgb"``.
        phase: Where the page is.
        plan: The preview; ``None`` while there is none.
        selected: Path of the file whose difference is shown.
        content: That difference; ``None`` while it is read.
        counts: ``(added, removed)`` lines of each path for which they are known.
        progress: How far a restore is.
        current_path: The file it works on.
        problem: Why it was not done, for ``STALE``, ``FAILED`` and ``UNAVAILABLE``.
        blocked_by: For ``BLOCKED``, the runs that use the folder, for example ``"#45"``.
        can_cancel_run: Whether it is one run, and this window can cancel it.
        commit: State of committing the user's changes first.
        scope: What shall be restored.
        checked: Paths of the selected files.
        folder: Where the new folder shall be.
        folder_problem: Why it can't be there.
    """

    run_number: int
    run_status: RunStatus | None = None
    snapshot: str = ""
    taken: str = ""
    command: str = ""
    phase: RestorePhase = RestorePhase.LOADING
    plan: RestorePlan | None = None
    selected: str = ""
    content: DiffDocument | BinaryDiff | None = None
    counts: LineCounts = field(default_factory=dict)
    progress: Progress | None = None
    current_path: str = ""
    problem: Problem | None = None
    blocked_by: str = ""
    can_cancel_run: bool = False
    commit: CommitState = field(default_factory=CommitState)
    scope: RestoreScope = RestoreScope.FOLDER
    checked: frozenset[str] = frozenset()
    folder: str = ""
    folder_problem: str = ""

    @property
    def to_new_folder(self) -> bool:
        """Whether the project stays as it is."""
        return self.scope is RestoreScope.NEW_FOLDER

    @property
    def chosen_plan(self) -> RestorePlan | None:
        """What pressing Restore would do to the project folder."""
        if self.plan is None or self.to_new_folder:
            return None
        return self.plan.selecting(self.checked) if self.scope is RestoreScope.FILES else self.plan

    @property
    def nothing_to_do(self) -> bool:
        """Whether the folder is already the same as in the run."""
        plan = self.plan
        return plan is not None and not plan.changes and not plan.other_changes

    @property
    def title(self) -> str:
        """What the page is for."""
        match self.scope:
            case RestoreScope.FOLDER:
                return f"Restore the project folder from run #{self.run_number}"
            case RestoreScope.FILES:
                return f"Restore files from run #{self.run_number}"
            case RestoreScope.NEW_FOLDER:
                return f"Restore run #{self.run_number} to a new folder"

    @property
    def list_title(self) -> str:
        """What the list of files is."""
        if self.plan is None:
            return ""
        total = len(self.plan.changes)
        match self.scope:
            case RestoreScope.FOLDER:
                return f"{count(total, 'file')} will change" if total else "No files will change"
            case RestoreScope.FILES:
                return f"{len(self.checked):,} of {count(total, 'file')} selected"
            case RestoreScope.NEW_FOLDER:
                differ = "differs" if total == 1 else "differ"
                return f"{count(total, 'file')} {differ}"

    @property
    def action(self) -> str:
        """Label of the button."""
        if self.to_new_folder:
            return "Create folder"
        plan = self.chosen_plan
        changes = len(plan.changes) if plan else 0
        return f"Restore {count(changes, 'file')}" if changes else "Restore"

    @property
    def not_yet(self) -> str:
        """That this is only a preview; empty where that is no question."""
        if self.phase in {RestorePhase.RESTORING, RestorePhase.FAILED} or self.nothing_to_do:
            return ""
        return "Nothing has been changed yet."

    @property
    def files_in_snapshot(self) -> int:
        """How many files a new folder will have; 0 while that is not known."""
        plan = self.plan
        if plan is None:
            return 0
        return plan.unchanged + sum(change.after is not None for change in plan.changes)

    @property
    def restore_problem(self) -> str:
        """Why the button can't be pressed now; empty if it can."""
        if self.to_new_folder:
            return self._new_folder_problem()
        if self.phase is RestorePhase.BLOCKED:
            return f"{self.blocked_by or 'A run'} is using this folder"
        return _PHASE_PROBLEMS.get(self.phase) or self._plan_problem()

    def _new_folder_problem(self) -> str:
        if self.phase is RestorePhase.RESTORING:
            return "The folder is being created"
        if not self.folder.strip():
            return "Choose a folder"
        return self.folder_problem

    def _plan_problem(self) -> str:
        if self.commit.phase is CommitPhase.RUNNING:
            return "Your changes are being committed"
        if self.plan is None:
            return "There is no preview"
        if self.nothing_to_do:
            return f"Your folder is already the same as in run #{self.run_number}"
        if self.scope is RestoreScope.FILES and not self.checked:
            return "Select a file in the list"
        return ""


def restore_state_of(run: Run, now: datetime) -> RestoreState:
    """Return the first state of the page for a run.

    Args:
        run: The run whose snapshot is to be restored.
        now: The present time, with the user's time zone.
    """
    created = run.created.astimezone(now.tzinfo)
    command = f"{run.script_name} {run.arguments_text}".strip()
    return RestoreState(run.number, run.status, run.snapshot, format_moment(created, now), command)
