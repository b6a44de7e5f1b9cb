"""The Restore page and Edit, Undo Restore, bound to the restore controller."""

from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices

from workbench.app.screens.run_bar_screen import RunBarScreen
from workbench.app.screens.shell_screen import ShellScreen
from workbench.controllers.new_folder_controller import NewFolderController
from workbench.controllers.restore_controller import RestoreController
from workbench.core.errors import (
    CanceledError,
    InvalidInputError,
    RestoreBlockedError,
    WorkbenchError,
)
from workbench.core.pending_commit import PendingCommit
from workbench.core.progress import Progress
from workbench.core.restore import FileChange, Operation, OperationKind, RestorePlan
from workbench.core.run import Run
from workbench.core.text_diff import BinaryDiff, DiffDocument
from workbench.core.wording import count
from workbench.operations.restore_to_folder import NewFolder
from workbench.viewmodels.restore_states import (
    CommitPhase,
    CommitState,
    LineCounts,
    Problem,
    RestorePhase,
    RestoreScope,
    RestoreState,
    restore_state_of,
)
from workbench.viewmodels.restore_words import step_words
from workbench.views.restore_page import RestorePage


class RestoreScreen(QObject):
    """Keeps the Restore page current.

    Args:
        page: The view.
        controller: What it drives.
        folders: Makes new folders.
        bar: Knows the active runs of the open project.
        shell: Says what was done elsewhere than in the project.

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
        folders: NewFolderController,
        bar: RunBarScreen,
        shell: ShellScreen,
    ) -> None:
        super().__init__()
        self._page = page
        self._controller = controller
        self._folders = folders
        self._bar = bar
        self._shell = shell
        self._stays = False
        self._before_making = RestoreState(0)
        self._run: Run | None = None
        self._state = RestoreState(0)
        self._connect()

    def _connect(self) -> None:
        page, controller = self._page, self._controller
        page.back_requested.connect(self.close)
        page.cancel_requested.connect(self.close)
        page.restore_requested.connect(controller.apply)
        page.refresh_requested.connect(self.look_again)
        page.cancel_progress_requested.connect(self._cancel)
        page.commit_preview_requested.connect(self._look_at_commit)
        page.commit_requested.connect(self._commit)
        page.file_selected.connect(self._select)
        page.file_requested.connect(self._restore_file)
        page.scope_chosen.connect(self._choose_scope)
        page.check_asked.connect(lambda paths: self._update(checked=paths))
        page.folder_changed.connect(lambda text: self._update(folder=text, folder_problem=""))
        page.folder_requested.connect(self._make_folder)
        page.cancel_run_requested.connect(self._bar.canceler(lambda: None))
        controller.bringing.connect(self._on_bringing)
        controller.planned.connect(self._on_planned)
        controller.plan_failed.connect(self._on_plan_failed)
        controller.differences.ready.connect(self._on_difference)
        controller.differences.counted.connect(self._on_counted)
        controller.progress.connect(self._on_progress)
        controller.done.connect(self._on_done)
        controller.restored_elsewhere.connect(self._on_restored_elsewhere)
        controller.failed.connect(self._on_failed)
        controller.undo_failed.connect(self._on_undo_failed)
        controller.commit_planned.connect(self._on_commit_planned)
        controller.committed.connect(self._on_committed)
        controller.commit_failed.connect(self._on_commit_failed)
        self._folders.proposed.connect(self._on_folder_proposed)
        self._folders.progress.connect(self._on_folder_progress)
        self._folders.made.connect(self._on_folder_made)
        self._folders.failed.connect(self._on_folder_failed)

    @property
    def run(self) -> Run | None:
        """The run whose snapshot is previewed; ``None`` while the page is closed."""
        return self._run

    def open(self, run: Run) -> None:
        """Show what restoring a run would change."""
        self._run = run
        self._stays = False
        self._render(restore_state_of(run, datetime.now().astimezone()))
        self._controller.look(run)

    def close(self) -> None:
        """Leave the page."""
        if self._run is not None and not self._controller.busy and not self._making:
            self._run = None
            self._controller.leave()
            self.left.emit()

    @property
    def _making(self) -> bool:
        """Whether a new folder is being made for the run that is shown."""
        return self._run is not None and self._folders.run is self._run

    def look_again(self) -> None:
        """Compare the folder anew; what was chosen stays."""
        if self._run is not None:
            state = self._state
            self._render(
                replace(
                    restore_state_of(self._run, datetime.now().astimezone()),
                    selected=state.selected,
                    scope=state.scope,
                    checked=state.checked,
                    folder=state.folder,
                    folder_problem=state.folder_problem,
                )
            )
            self._controller.look(self._run)

    def runs_changed(self) -> None:
        """Block or unblock as runs of the project start and end."""
        state = self._state
        if self._run is None or state.phase not in (RestorePhase.READY, RestorePhase.BLOCKED):
            return
        if self._bar.active_runs():
            self._block()
        elif state.phase is RestorePhase.BLOCKED:
            # The run may have written files: what was previewed may be old.
            self.look_again()

    def _block(self) -> None:
        users = self._bar.active_runs()
        self._update(
            phase=RestorePhase.BLOCKED,
            blocked_by=", ".join(f"#{run.number}" for run in users),
            can_cancel_run=len(users) == 1,
        )

    def _choose_scope(self, scope: RestoreScope) -> None:
        self._update(scope=scope)
        context = self._controller.context
        if scope is RestoreScope.NEW_FOLDER and not self._state.folder and self._run and context:
            self._folders.propose(context, self._run)

    def _on_folder_proposed(self, run: Run, folder: str) -> None:
        if run is self._run and not self._state.folder:
            self._update(folder=folder)

    def _restore_file(self, plan: RestorePlan) -> None:
        self._stays = True
        self._controller.apply(plan)

    def _make_folder(self, folder: str) -> None:
        context = self._controller.context
        if self._run is None or context is None:
            return
        if self._folders.run is not None:
            problem = f"A folder for run #{self._folders.run.number} is being made"
            self._update(folder_problem=problem)
            return
        self._before_making = self._state
        title = f"Restoring run #{self._run.number} to a new folder"
        self._update(phase=RestorePhase.RESTORING, progress=Progress("restore", None, title))
        self._folders.make(context, self._run, Path(folder))

    def _cancel(self) -> None:
        if self._making:
            self._folders.cancel()
        elif self._state.phase is RestorePhase.LOADING:
            # The snapshot is being downloaded; without it there is nothing to see.
            self.close()
        else:
            self._controller.cancel()

    def _on_folder_progress(self, run: Run, progress: Progress) -> None:
        if run is self._run:
            self._update(phase=RestorePhase.RESTORING, progress=progress)

    def _on_folder_made(self, run: Run, made: NewFolder) -> None:
        self._shell.notify(
            f"Run #{made.run_number} is in a new folder",
            f"{count(made.files, 'file')} in {made.folder}",
            "ok",
            action="Open folder",
            on_action=partial(_show_folder, made.folder),
        )
        if run is self._run:
            self.close()

    def _on_folder_failed(self, run: Run, error: WorkbenchError) -> None:
        if run is not self._run:
            self.restore_failed.emit(error)
        elif isinstance(error, InvalidInputError | CanceledError):
            problem = error.title if isinstance(error, InvalidInputError) else ""
            self._render(replace(self._before_making, folder_problem=problem))
            self.runs_changed()
        else:
            self._update(phase=RestorePhase.FAILED, problem=Problem.of(error), progress=None)

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
        self._update(
            plan=plan,
            progress=None,
            phase=RestorePhase.READY,
            selected=first,
            content=None,
            checked=self._state.checked & known,
        )
        for change in plan.changes:
            if change.path == first:
                self._controller.differences.show(change)
        self.runs_changed()

    def _on_plan_failed(self, error: WorkbenchError) -> None:
        problem = Problem.of(error)
        self._update(phase=RestorePhase.UNAVAILABLE, plan=None, progress=None, problem=problem)

    def _on_difference(self, change: FileChange, content: DiffDocument | BinaryDiff) -> None:
        if change.path == self._state.selected:
            self._update(content=content)

    def _on_counted(self, counts: LineCounts) -> None:
        self._update(counts=counts)

    def _on_bringing(self, progress: Progress) -> None:
        if self._state.phase is RestorePhase.LOADING:
            self._update(progress=progress)

    def _on_progress(self, progress: Progress) -> None:
        if self._run is not None and self._controller.busy:
            self._update(phase=RestorePhase.RESTORING, progress=progress)

    def _on_done(self, operation: Operation, restores: bool) -> None:  # noqa: FBT001 - of a signal
        self.restored.emit(step_words(operation, restores=restores), operation)
        if self._run is None:
            return
        if operation.kind is OperationKind.RESTORE and not self._stays:
            self.close()
        else:
            self._stays = False
            self.look_again()

    def _on_restored_elsewhere(self, operation: Operation, restores: bool) -> None:  # noqa: FBT001
        """Another process changed the folder: say so, and show what a restore would do now."""
        self.restored.emit(step_words(operation, restores=restores), operation)
        if self._run is not None:
            self.look_again()

    def _on_failed(self, error: WorkbenchError) -> None:
        users = self._bar.active_runs()
        blocked = isinstance(error, RestoreBlockedError)
        if self._run is not None:
            phase = RestorePhase.STALE if blocked else RestorePhase.FAILED
            self._update(phase=phase, problem=Problem.of(error), progress=None)
            if blocked and users:
                self._block()
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


def _show_folder(folder: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
