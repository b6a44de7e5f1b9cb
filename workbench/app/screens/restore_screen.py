"""The Restore page and Edit, Undo Restore, bound to the restore controller."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from PySide6.QtCore import QObject, Signal

from workbench.controllers.restore_controller import RestoreController
from workbench.core.errors import RestoreBlockedError, WorkbenchError
from workbench.core.pending_commit import PendingCommit
from workbench.core.progress import Progress
from workbench.core.restore import FileChange, Operation, OperationKind, RestorePlan
from workbench.core.run import Run
from workbench.core.text_diff import BinaryDiff, DiffDocument
from workbench.viewmodels.restore_states import (
    CommitPhase,
    CommitState,
    LineCounts,
    Problem,
    RestorePhase,
    RestoreState,
    restore_state_of,
    step_words,
)
from workbench.views.restore_page import RestorePage


class RestoreScreen(QObject):
    """Keeps the Restore page current.

    Args:
        page: The view.
        controller: What it drives.
        active_runs: Returns the active runs of the open project.

    Signals:
        left: The page shall be closed.
        restored: ``(StepWords, Operation)``: the folder was changed.
        committed: The user's changes were committed.
        undo_failed: ``WorkbenchError`` of an undo or redo.
        restore_failed: ``WorkbenchError`` of a restore whose page is out of sight.
    """

    left = Signal()
    restored = Signal(object, object)
    committed = Signal()
    undo_failed = Signal(object)
    restore_failed = Signal(object)

    def __init__(
        self,
        page: RestorePage,
        controller: RestoreController,
        active_runs: Callable[[], list[Run]],
    ) -> None:
        super().__init__()
        self._page = page
        self._controller = controller
        self._active_runs = active_runs
        self._run: Run | None = None
        self._state = RestoreState(0)
        self._connect()

    def _connect(self) -> None:
        page, controller = self._page, self._controller
        page.back_requested.connect(self.close)
        page.cancel_requested.connect(self.close)
        page.restore_requested.connect(controller.apply)
        page.refresh_requested.connect(self.look_again)
        page.cancel_progress_requested.connect(controller.cancel)
        page.commit_preview_requested.connect(self._look_at_commit)
        page.commit_requested.connect(self._commit)
        page.file_selected.connect(self._select)
        controller.planned.connect(self._on_planned)
        controller.plan_failed.connect(self._on_plan_failed)
        controller.differences.ready.connect(self._on_difference)
        controller.differences.counted.connect(self._on_counted)
        controller.progress.connect(self._on_progress)
        controller.done.connect(self._on_done)
        controller.failed.connect(self._on_failed)
        controller.undo_failed.connect(self._on_undo_failed)
        controller.commit_planned.connect(self._on_commit_planned)
        controller.committed.connect(self._on_committed)
        controller.commit_failed.connect(self._on_commit_failed)

    @property
    def run(self) -> Run | None:
        """The run whose snapshot is previewed; ``None`` while the page is closed."""
        return self._run

    def open(self, run: Run) -> None:
        """Show what restoring a run would change."""
        self._run = run
        self._render(restore_state_of(run, datetime.now().astimezone()))
        self._controller.look(run)

    def close(self) -> None:
        """Leave the page."""
        if self._run is not None and not self._controller.busy:
            self._run = None
            self._controller.leave()
            self.left.emit()

    def look_again(self) -> None:
        """Compare the folder anew."""
        if self._run is not None:
            self.open(self._run)

    def runs_changed(self) -> None:
        """Block or unblock as runs of the project start and end."""
        state = self._state
        if self._run is None or state.phase not in (RestorePhase.READY, RestorePhase.BLOCKED):
            return
        users = ", ".join(f"#{run.number}" for run in self._active_runs())
        if users:
            self._update(phase=RestorePhase.BLOCKED, blocked_by=users)
        elif state.phase is RestorePhase.BLOCKED:
            # The run may have written files: what was previewed may be old.
            self.look_again()

    def _render(self, state: RestoreState) -> None:
        self._state = state
        self._page.render(state)

    def _update(self, **changes: object) -> None:
        self._render(replace(self._state, **changes))  # type: ignore[arg-type]  # field names

    def _select(self, change: FileChange) -> None:
        if change.path != self._state.selected:
            self._update(selected=change.path, content=None)
            self._controller.differences.show(change)

    def _on_planned(self, plan: RestorePlan) -> None:
        known = {change.path for change in plan.changes}
        selected = self._state.selected if self._state.selected in known else ""
        first = selected or (plan.changes[0].path if plan.changes else "")
        self._update(plan=plan, phase=RestorePhase.READY, selected=first, content=None)
        for change in plan.changes:
            if change.path == first:
                self._controller.differences.show(change)
        self.runs_changed()

    def _on_plan_failed(self, error: WorkbenchError) -> None:
        self._update(phase=RestorePhase.UNAVAILABLE, plan=None, problem=Problem.of(error))

    def _on_difference(self, change: FileChange, content: DiffDocument | BinaryDiff) -> None:
        if change.path == self._state.selected:
            self._update(content=content)

    def _on_counted(self, counts: LineCounts) -> None:
        self._update(counts=counts)

    def _on_progress(self, progress: Progress) -> None:
        if self._run is not None and self._controller.busy:
            self._update(phase=RestorePhase.RESTORING, progress=progress)

    def _on_done(self, operation: Operation, restores: bool) -> None:  # noqa: FBT001 - of a signal
        self.restored.emit(step_words(operation, restores=restores), operation)
        if self._run is None:
            return
        if operation.kind is OperationKind.RESTORE:
            self.close()
        else:
            self.look_again()

    def _on_failed(self, error: WorkbenchError) -> None:
        users = ", ".join(f"#{run.number}" for run in self._active_runs())
        phase = RestorePhase.FAILED
        if isinstance(error, RestoreBlockedError):
            phase = RestorePhase.BLOCKED if users else RestorePhase.STALE
        if self._run is not None:
            self._update(phase=phase, blocked_by=users, problem=Problem.of(error), progress=None)
        if not self._page.isVisible():
            self.restore_failed.emit(error)

    def _on_undo_failed(self, error: WorkbenchError) -> None:
        # Not on this page, where Try again means something else.
        self.undo_failed.emit(error)
        self.look_again()

    def _look_at_commit(self) -> None:
        self._update(commit=CommitState(CommitPhase.LOADING))
        self._controller.look_at_commit()

    def _on_commit_planned(self, pending: PendingCommit) -> None:
        state = self._state.commit
        if state.phase is not CommitPhase.RUNNING:
            phase = CommitPhase.FAILED if state.problem else CommitPhase.IDLE
            self._update(commit=replace(state, phase=phase, pending=pending))

    def _commit(self, message: str) -> None:
        pending = self._state.commit.pending
        if pending is not None:
            self._update(commit=CommitState(CommitPhase.RUNNING, pending=pending))
            self._controller.commit(message, pending)

    def _on_committed(self, _commit: str) -> None:
        self._update(commit=CommitState())
        self.committed.emit()
        self.look_again()

    def _on_commit_failed(self, error: WorkbenchError) -> None:
        was_running = self._state.commit.phase is CommitPhase.RUNNING
        self._update(commit=CommitState(CommitPhase.FAILED, Problem.of(error)))
        if was_running:
            # The folder may be another one now, by a hook or because that was the problem.
            self._controller.look_at_commit()
