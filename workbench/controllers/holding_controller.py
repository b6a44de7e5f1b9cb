"""What a snapshot holds, and the rules that say what is left out."""

import asyncio
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from workbench.controllers.background import Background, survey_lane
from workbench.core.errors import WorkbenchError
from workbench.core.progress import CancelToken
from workbench.core.snapshot import LeftOut
from workbench.operations.change_rules import (
    RuleChange,
    leave_out,
    put_back,
    undo_rule_change,
)
from workbench.operations.project_context import ProjectContext
from workbench.operations.snapshot_holding import snapshot_holding


class HoldingController(QObject):
    """Looks at the folder and changes its rules, off the UI thread.

    Signals:
        looked: ``(ProjectContext, FolderHolding)``.
        look_failed: ``(ProjectContext, WorkbenchError)``; canceled counts as that, too.
        progress: ``Progress`` of the look.
        changed: ``(ProjectContext, RuleChange)``: a rule was changed.
        undone: ``ProjectContext``: a change was taken back.
        failed: ``WorkbenchError``: a rule was not changed.
    """

    looked = Signal(object, object)
    look_failed = Signal(object, object)
    progress = Signal(object)
    changed = Signal(object, object)
    undone = Signal(object)
    failed = Signal(object)

    def __init__(self, background: Background) -> None:
        super().__init__()
        self._background = background
        self._cancel = CancelToken()
        self._looking: asyncio.Task[None] | None = None

    def look(self, context: ProjectContext) -> None:
        """Look at the folder of a project; an earlier look is dropped."""
        self.leave()
        self._cancel = CancelToken()
        self._looking = self._background.spawn(
            self._look(context, self._cancel), name="look at the folder"
        )

    async def _look(self, context: ProjectContext, cancel: CancelToken) -> None:
        try:
            holding = await self._background.run(
                survey_lane(context.project.id),
                snapshot_holding,
                context,
                report=self._background.reporter(self.progress.emit),
                cancel=cancel,
            )
        except WorkbenchError as error:
            self.look_failed.emit(context, error)
            return
        self.looked.emit(context, holding)

    def cancel(self) -> None:
        """Stop looking, as the user wants it."""
        self._cancel.cancel()

    def leave(self) -> None:
        """Stop looking; nobody wants to know any more."""
        self._cancel.cancel()
        if self._looking is not None:
            self._looking.cancel()

    def leave_out(self, context: ProjectContext, path: str) -> None:
        """Leave a path out of snapshots from now on."""
        self._change(context, lambda: leave_out(context, path))

    def put_back(self, context: ProjectContext, item: LeftOut) -> None:
        """Take a path back into snapshots."""
        self._change(context, lambda: put_back(context, item))

    def undo(self, context: ProjectContext, change: RuleChange) -> None:
        """Take a change of the rules back."""
        self._background.spawn(self._undo(context, change), name="undo change of rules")

    def _change(self, context: ProjectContext, act: Callable[[], RuleChange]) -> None:
        self._background.spawn(self._act(context, act), name="change rules")

    async def _act(self, context: ProjectContext, act: Callable[[], RuleChange]) -> None:
        try:
            change = await self._background.run(survey_lane(context.project.id), act)
        except WorkbenchError as error:
            self.failed.emit(error)
            return
        self.changed.emit(context, change)

    async def _undo(self, context: ProjectContext, change: RuleChange) -> None:
        try:
            lane = survey_lane(context.project.id)
            await self._background.run(lane, undo_rule_change, context, change)
        except WorkbenchError as error:
            self.failed.emit(error)
            return
        self.undone.emit(context)
