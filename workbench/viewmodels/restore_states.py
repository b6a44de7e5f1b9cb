"""What the Restore page shows, as plain data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from workbench.core.errors import WorkbenchError
from workbench.core.pending_commit import PendingCommit
from workbench.core.progress import Progress
from workbench.core.restore import Operation, OperationKind, RestorePlan, UndoState
from workbench.core.run import Run, RunStatus
from workbench.core.text_diff import BinaryDiff, DiffDocument
from workbench.core.wording import count, format_moment

_LOOKING = "Workbench is still looking at what would be committed"

LineCounts = Mapping[str, tuple[int, int]]
UNDO_NAME, REDO_NAME = "Undo Restore", "Redo Restore"


class RestorePhase(Enum):
    """Where the Restore page is."""

    LOADING = "looking at the folder"
    READY = "preview"
    BLOCKED = "a run uses the folder"
    STALE = "not restored as previewed; look again"
    RESTORING = "restoring"
    FAILED = "stopped, nothing was changed"
    UNAVAILABLE = "no preview"


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
        commit: State of committing the user's changes first.
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
    commit: CommitState = field(default_factory=CommitState)

    @property
    def nothing_to_do(self) -> bool:
        """Whether the folder is already the same as in the run."""
        plan = self.plan
        return plan is not None and not plan.changes and not plan.other_changes

    @property
    def not_yet(self) -> str:
        """That this is only a preview; empty where that is no question."""
        if self.phase in {RestorePhase.RESTORING, RestorePhase.FAILED} or self.nothing_to_do:
            return ""
        return "Nothing has been changed yet."

    @property
    def restore_problem(self) -> str:
        """Why Restore can't be pressed now; empty if it can."""
        match self.phase:
            case RestorePhase.LOADING:
                return "Workbench is still comparing the folder with the snapshot"
            case RestorePhase.UNAVAILABLE:
                return "There is no preview"
            case RestorePhase.STALE:
                return "Look again before you restore"
            case RestorePhase.BLOCKED:
                return f"{self.blocked_by or 'A run'} is using this folder"
            case RestorePhase.RESTORING:
                return "The folder is being restored"
            case RestorePhase.READY | RestorePhase.FAILED:
                return self._plan_problem()

    def _plan_problem(self) -> str:
        if self.commit.phase is CommitPhase.RUNNING:
            return "Your changes are being committed"
        if self.plan is None:
            return "There is no preview"
        if self.nothing_to_do:
            return f"Your folder is already the same as in run #{self.run_number}"
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


@dataclass(frozen=True, slots=True)
class StepWords:
    """What is said about a change of the folder that was made.

    Attributes:
        title: What happened.
        text: One or two sentences more.
        action: Label of the button that takes it back.
    """

    title: str
    text: str
    action: str


def step_words(operation: Operation, *, restores: bool) -> StepWords:
    """Return the words for a restore, undo or redo that was made.

    Args:
        operation: What was done.
        restores: Whether it put files of its run into the folder, rather than taking them away.
    """
    changed = f"{count(operation.changed, 'file')} changed"
    action = "Undo" if restores else "Redo"
    run = f"run #{operation.run_number}"
    if operation.kind is OperationKind.RESTORE:
        return StepWords(f"Restored from {run}", changed, action)
    if restores:
        title, text = f"Restored from {run} again", changed
    else:
        title, text = "Restore undone", f"{run[:1].upper()}{run[1:]}: {changed}"
    before = "restore" if not restores else "undo"
    text += f". Your folder is as it was before the {before}."
    if operation.later_edits:
        edited = f"Edits made since in {operation.later_edits:,} of them are saved"
        text += f" {edited}: {action} brings them back."
    return StepWords(title, text, action)


def undo_text(state: UndoState) -> str:
    """Return what the command Undo Restore does next, in words."""
    return _step_text(state.undo, UNDO_NAME, restores=state.undo_restores)


def redo_text(state: UndoState) -> str:
    """Return what the command Redo Restore does next, in words."""
    return _step_text(state.redo, REDO_NAME, restores=state.redo_restores)


def _step_text(operation: Operation | None, name: str, *, restores: bool) -> str:
    if operation is None:
        return name
    return f"{'Redo' if restores else 'Undo'} restore of run #{operation.run_number}"
