"""Restore: preview, apply, undo, redo, and committing the user's changes first."""

import asyncio
import logging

from PySide6.QtCore import QObject, Signal

from workbench.controllers.background import READ_LANE, Background, project_lane
from workbench.controllers.diff_reader import DiffReader
from workbench.core.errors import CanceledError, WorkbenchError
from workbench.core.pending_commit import PendingCommit
from workbench.core.progress import CancelToken
from workbench.core.restore import Operation, RestorePlan, UndoState
from workbench.core.run import Run
from workbench.operations.apply_restore import apply_restore
from workbench.operations.commit_changes import commit_changes, pending_commit
from workbench.operations.plan_restore import plan_restore
from workbench.operations.project_context import ProjectContext
from workbench.operations.read_change import read_change
from workbench.operations.undo_restore import redo_restore, undo_restore, undo_state

_log = logging.getLogger(__name__)
NOTHING_TO_UNDO = UndoState(None, None)


class RestoreController(QObject):
    """Drives the Restore view and Edit, Undo Restore.

    Signals:
        looking: ``Run``: the folder is being compared with this run's snapshot.
        planned: ``RestorePlan``: what a restore would do.
        plan_failed: ``WorkbenchError``: there is no preview.
        progress: ``Progress`` of a restore, undo or redo.
        done: ``(Operation, bool)``: the folder was changed; whether files of the run were put into
            it, rather than taken away.
        failed: ``WorkbenchError``: the folder is as it was.
        commit_planned: ``PendingCommit``: what committing the user's changes would do now.
        committed: ``str``: the user's changes are committed; the new commit id.
        commit_failed: ``WorkbenchError``: nothing was committed.
        undo_changed: ``UndoState``: what Undo and Redo would do now.
        working: ``bool``: whether a restore, undo or redo is going on.
    """

    looking = Signal(object)
    planned = Signal(object)
    plan_failed = Signal(object)
    progress = Signal(object)
    done = Signal(object, bool)
    failed = Signal(object)
    commit_planned = Signal(object)
    committed = Signal(str)
    commit_failed = Signal(object)
    undo_changed = Signal(object)
    working = Signal(bool)

    def __init__(self, background: Background) -> None:
        super().__init__()
        self._background = background
        self._context: ProjectContext | None = None
        self._plan: RestorePlan | None = None
        self._planning: asyncio.Task[None] | None = None
        self._plan_cancel = CancelToken()
        self.differences = DiffReader(background)
        self._apply_cancel = CancelToken()
        self._busy = False
        self.undo_state = NOTHING_TO_UNDO

    def set_context(self, context: ProjectContext | None) -> None:
        """Work on this project from now on."""
        self.leave()
        self._context = context
        self._set_undo(NOTHING_TO_UNDO)
        if context is not None:
            self._background.spawn(self._read_undo(context), name="read undo state")

    def leave(self) -> None:
        """Forget the preview; the Restore view is not open any more."""
        self._plan_cancel.cancel()
        if self._planning is not None:
            self._planning.cancel()
        self.differences.stop()
        self._plan = None

    @property
    def plan(self) -> RestorePlan | None:
        """The present preview."""
        return self._plan

    @property
    def busy(self) -> bool:
        """Whether the folder is being changed right now."""
        return self._busy

    def look(self, run: Run) -> None:
        """Compare the folder with a run's snapshot."""
        self.leave()
        if self._context is None:
            return
        self._plan_cancel = CancelToken()
        self._planning = self._background.spawn(
            self._look(self._context, run, self._plan_cancel), name=f"plan restore of #{run.number}"
        )

    async def _look(self, context: ProjectContext, run: Run, cancel: CancelToken) -> None:
        self.looking.emit(run)
        lane = project_lane(context.project.id)
        try:
            plan = await self._background.run(lane, plan_restore, context, run.id, cancel=cancel)
        except CanceledError:
            return
        except WorkbenchError as error:
            self.plan_failed.emit(error)
            return
        if not cancel.canceled:
            self._plan = plan
            self.differences.start(plan.changes, lambda change: read_change(context, change, plan))
            self.planned.emit(plan)

    def apply(self, plan: RestorePlan) -> None:
        """Restore what was previewed."""
        if self._context is None or self._busy:
            return
        context = self._context
        self._apply_cancel = CancelToken()
        self._background.spawn(self._apply(context, plan), name="restore")

    async def _apply(self, context: ProjectContext, plan: RestorePlan) -> None:
        report = self._background.reporter(self.progress.emit)
        self._set_busy(busy=True)
        try:
            operation = await self._background.run(
                project_lane(context.project.id),
                apply_restore,
                context,
                plan,
                report=report,
                cancel=self._apply_cancel,
            )
        except WorkbenchError as error:
            self._set_busy(busy=False)
            self.failed.emit(error)
            return
        self._plan = None
        await self._end(context, operation, restores=True)

    def cancel(self) -> None:
        """Stop a restore while nothing has been changed yet."""
        self._apply_cancel.cancel()

    def undo(self) -> None:
        """Put the folder back as it was before the last restore."""
        self._step(redo=False)

    def redo(self) -> None:
        """Do again what was undone."""
        self._step(redo=True)

    def _step(self, *, redo: bool) -> None:
        if self._context is None or self._busy:
            return
        name = "redo restore" if redo else "undo restore"
        self._background.spawn(self._undo_or_redo(self._context, redo=redo), name=name)

    async def _undo_or_redo(self, context: ProjectContext, *, redo: bool) -> None:
        report = self._background.reporter(self.progress.emit)
        step = redo_restore if redo else undo_restore
        state = self.undo_state
        seen, restores = state.undo, state.undo_restores
        if redo:
            seen, restores = state.redo, state.redo_restores
        self._set_busy(busy=True)
        try:
            operation = await self._background.run(
                project_lane(context.project.id),
                step,
                context,
                expected=seen.id if seen is not None else "",
                report=report,
            )
        except WorkbenchError as error:
            self._set_busy(busy=False)
            self.failed.emit(error)
            await self._read_undo(context)
            return
        await self._end(context, operation, restores=restores)

    async def _end(self, context: ProjectContext, operation: Operation, *, restores: bool) -> None:
        # First what can be undone now: the message about it has a button that does it.
        try:
            await self._read_undo(context)
        finally:
            self._set_busy(busy=False)
            self.done.emit(operation, restores)

    def look_at_commit(self) -> None:
        """Look at what committing the user's changes would do."""
        if self._context is not None:
            self._background.spawn(self._look_at_commit(self._context), name="plan commit")

    async def _look_at_commit(self, context: ProjectContext) -> None:
        try:
            pending = await self._background.run(READ_LANE, pending_commit, context)
        except WorkbenchError as error:
            self.commit_failed.emit(error)
            return
        if context is self._context:
            self.commit_planned.emit(pending)

    def commit(self, message: str, expected: PendingCommit) -> None:
        """Commit everything in the folder to the user's current branch, if it is as expected."""
        if self._context is not None:
            self._background.spawn(
                self._commit(self._context, message, expected), name="commit changes"
            )

    async def _commit(self, context: ProjectContext, message: str, expected: PendingCommit) -> None:
        lane = project_lane(context.project.id)
        try:
            commit = await self._background.run(
                lane, commit_changes, context, message, expected=expected
            )
        except WorkbenchError as error:
            self.commit_failed.emit(error)
            return
        self.committed.emit(commit)

    async def _read_undo(self, context: ProjectContext) -> None:
        state = await self._background.run(READ_LANE, undo_state, context)
        if context is self._context:
            self._set_undo(state)

    def _set_undo(self, state: UndoState) -> None:
        self.undo_state = state
        self.undo_changed.emit(state)

    def _set_busy(self, *, busy: bool) -> None:
        self._busy = busy
        self.working.emit(busy)
