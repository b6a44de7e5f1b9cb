"""Restore: preview, apply, undo, redo, and committing the user's changes first."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal, SignalInstance

from workbench.controllers.background import READ_LANE, Background, project_lane
from workbench.controllers.diff_reader import DiffReader
from workbench.controllers.restore_watcher import RestoreWatcher
from workbench.core.errors import CanceledError, WorkbenchError
from workbench.core.pending_commit import PendingCommit
from workbench.core.progress import CancelToken, Progress, Report
from workbench.core.restore import Operation, RestorePlan, UndoState
from workbench.core.run import Run
from workbench.operations.apply_restore import restore_or_mend
from workbench.operations.bring_snapshot import bring_snapshot
from workbench.operations.commit_changes import commit_changes, pending_commit
from workbench.operations.library import Library
from workbench.operations.list_operations import list_operations
from workbench.operations.plan_restore import plan_restore
from workbench.operations.project_context import ProjectContext
from workbench.operations.read_change import read_change
from workbench.operations.undo_restore import redo_restore, undo_restore, undo_state

_log = logging.getLogger(__name__)
NOTHING_TO_UNDO = UndoState(None, None)
_UNEXPECTED = "Something unexpected went wrong."


@dataclass(frozen=True)
class _Change:
    """A restore, undo or redo.

    Attributes:
        context: The project.
        step: Does it; blocks.
        failed: Emitted with the reason if it is not done.
        restores: Whether files of the run are put into the folder, rather than taken away.
    """

    context: ProjectContext
    step: Callable[[Report], Operation]
    failed: SignalInstance
    restores: bool


class RestoreController(QObject):
    """Drives the Restore view and Edit, Undo Restore.

    Signals:
        looking: ``Run``: the folder is being compared with this run's snapshot.
        bringing: ``Progress`` of the download of a snapshot that is not on this computer.
        planned: ``RestorePlan``: what a restore would do.
        plan_failed: ``WorkbenchError``: there is no preview.
        progress: ``Progress`` of a restore, undo or redo.
        done: ``(Operation, bool)``: the folder was changed; whether files of the run were put into
            it, rather than taken away.
        failed: ``WorkbenchError``: why nothing was restored, or not to the end.
        undo_failed: ``WorkbenchError``: the same of an undo or redo.
        ended_elsewhere: ``(Project, Operation or WorkbenchError, bool)``: the same of a project
            that is not the open one any more.
        restored_elsewhere: ``(Operation, bool)``: as ``done``, by another process.
        commit_planned: ``PendingCommit``: what committing the user's changes would do now.
        committed: ``str``: the user's changes are committed; the new commit id.
        commit_failed: ``WorkbenchError``: nothing was committed.
        undo_changed: ``UndoState``: what Undo and Redo would do now.
        working: ``bool``: whether a restore, undo or redo of the open project is going on.
    """

    looking = Signal(object)
    bringing = Signal(object)
    planned = Signal(object)
    plan_failed = Signal(object)
    progress = Signal(object)
    done = Signal(object, bool)
    failed = Signal(object)
    undo_failed = Signal(object)
    ended_elsewhere = Signal(object, object, bool)
    restored_elsewhere = Signal(object, bool)
    commit_planned = Signal(object)
    committed = Signal(str)
    commit_failed = Signal(object)
    undo_changed = Signal(object)
    working = Signal(bool)

    def __init__(self, library: Library, background: Background) -> None:
        super().__init__()
        self._library = library
        self._background = background
        self._context: ProjectContext | None = None
        self._plan: RestorePlan | None = None
        self._planning: asyncio.Task[None] | None = None
        self._plan_cancel = CancelToken()
        self.differences = DiffReader(background)
        # By project: what stops the restore that is going on.
        self._changing: dict[str, CancelToken] = {}
        # Ids of the operations that are told already.
        self._made: set[str] = set()
        self._watcher = RestoreWatcher(background)
        self._watcher.changed.connect(self._on_noted)
        self.undo_state = NOTHING_TO_UNDO

    def set_context(self, context: ProjectContext | None) -> None:
        """Work on this project from now on."""
        self.leave()
        self._context = context
        self._set_undo(NOTHING_TO_UNDO)
        self.working.emit(self.busy)
        if context is not None:
            self._background.spawn(self._read_undo(context), name="read undo state")
        self._watcher.follow(context)

    def leave(self) -> None:
        """Forget the preview; the Restore view is not open any more."""
        self._plan_cancel.cancel()
        if self._planning is not None:
            self._planning.cancel()
        self.differences.stop()
        self._plan = None

    @property
    def context(self) -> ProjectContext | None:
        """The open project."""
        return self._context

    @property
    def plan(self) -> RestorePlan | None:
        """The present preview."""
        return self._plan

    @property
    def busy(self) -> bool:
        """Whether the open project's folder is being changed right now."""
        return self._context is not None and self._context.project.id in self._changing

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
            # On a lane of its own: a run that begins meanwhile doesn't wait for it.
            await self._background.run(
                f"bring {context.project.id}",
                _bring,
                self._library,
                context,
                run.id,
                report=self._background.reporter(self.bringing.emit),
                cancel=cancel,
            )
            plan = await self._background.run(lane, plan_restore, context, run.id, cancel=cancel)
        except CanceledError:
            return
        except WorkbenchError as error:
            self.plan_failed.emit(error)
            return
        except asyncio.CancelledError:
            # The window closes: nobody wants to know any more.
            cancel.cancel()
            raise
        except Exception:
            text = f"{_UNEXPECTED} Nothing was changed."
            self.plan_failed.emit(WorkbenchError("There is no preview", text))
            raise
        if not cancel.canceled:
            self._plan = plan
            self.differences.start(plan.changes, lambda change: read_change(context, change, plan))
            self.planned.emit(plan)

    def apply(self, plan: RestorePlan) -> None:
        """Restore what was previewed."""
        if self._context is None or self.busy:
            return
        context, library, cancel = self._context, self._library, CancelToken()

        def restore(report: Report) -> Operation:
            access = library.access()
            return restore_or_mend(context, plan, access, report=report, cancel=cancel)

        self._begin(_Change(context, restore, self.failed, restores=True), cancel)

    def cancel(self) -> None:
        """Stop a restore while nothing has been changed yet."""
        if self._context is not None and self.busy:
            self._changing[self._context.project.id].cancel()

    def undo(self) -> None:
        """Put the folder back as it was before the last restore."""
        self._step(redo=False)

    def redo(self) -> None:
        """Do again what was undone."""
        self._step(redo=True)

    def _step(self, *, redo: bool) -> None:
        if self._context is None or self.busy:
            return
        context, state = self._context, self.undo_state
        step = redo_restore if redo else undo_restore
        seen, restores = state.undo, state.undo_restores
        if redo:
            seen, restores = state.redo, state.redo_restores
        expected = seen.id if seen is not None else ""

        def take_back(report: Report) -> Operation:
            return step(context, expected=expected, report=report)

        self._begin(_Change(context, take_back, self.undo_failed, restores=restores), CancelToken())

    def _begin(self, change: "_Change", cancel: CancelToken) -> None:
        self._changing[change.context.project.id] = cancel
        self.working.emit(True)
        self._background.spawn(self._carry_out(change), name="change folder")

    async def _carry_out(self, change: "_Change") -> None:
        """Change a project's folder; whatever happens, it counts as changing no longer then."""
        end: Operation | WorkbenchError | None = None
        try:
            end = await self._outcome(change)
            if isinstance(end, Operation):
                self._made.add(end.id)
            # First what can be undone now: the message about it has a button that does it.
            await self._read_undo(change.context)
        except Exception:
            end = end or _stopped()
            raise
        finally:
            del self._changing[change.context.project.id]
            self.working.emit(self.busy)
            if end is not None:
                self._tell_end(change, end)

    async def _outcome(self, change: "_Change") -> Operation | WorkbenchError:
        def show(progress: Progress) -> None:
            if self._is_open(change.context):
                self.progress.emit(progress)

        lane = project_lane(change.context.project.id)
        try:
            return await self._background.run(lane, change.step, self._background.reporter(show))
        except WorkbenchError as error:
            return error

    def _tell_end(self, change: "_Change", end: Operation | WorkbenchError) -> None:
        if not self._is_open(change.context):
            self.ended_elsewhere.emit(change.context.project, end, change.restores)
        elif isinstance(end, WorkbenchError):
            change.failed.emit(end)
        else:
            self._plan = None
            self.done.emit(end, change.restores)

    def _is_open(self, context: ProjectContext) -> bool:
        return self._context is not None and self._context.project.id == context.project.id

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
        if self._is_open(context):
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

    def _on_noted(self, context: ProjectContext) -> None:
        # What is going on here tells its end itself.
        if self._is_open(context) and not self.busy:
            self._background.spawn(self._notice(context), name="notice a restore")

    async def _notice(self, context: ProjectContext) -> None:
        """Tell of a restore that another process made."""
        entries = await self._background.run(READ_LANE, list_operations, context)
        await self._read_undo(context)
        newest = next(iter(entries), None)
        if newest is None or not self._is_open(context) or newest.operation.id in self._made:
            return
        self._made.add(newest.operation.id)
        self.restored_elsewhere.emit(newest.operation, newest.restores)

    async def _read_undo(self, context: ProjectContext) -> None:
        state = await self._background.run(READ_LANE, undo_state, context)
        if self._is_open(context):
            self._set_undo(state)

    def _set_undo(self, state: UndoState) -> None:
        self.undo_state = state
        self.undo_changed.emit(state)


def _stopped() -> WorkbenchError:
    return WorkbenchError(
        "The restore stopped",
        f"{_UNEXPECTED} What it had begun is finished or taken back when the project is opened "
        "again.",
    )


def _bring(
    library: Library, context: ProjectContext, run_id: str, *, report: Report, cancel: CancelToken
) -> None:
    bring_snapshot(context, run_id, library.access(), report=report, cancel=cancel)
