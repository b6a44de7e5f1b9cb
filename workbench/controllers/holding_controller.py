"""What a snapshot holds, and the rules that say what is left out."""

import asyncio
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from workbench.controllers.background import Background, survey_lane
from workbench.core.errors import WorkbenchError
from workbench.core.growth import GrowthChoice
from workbench.core.progress import CancelToken
from workbench.core.snapshot import LeftOut
from workbench.operations.change_rules import (
    RuleChange,
    leave_out,
    put_back,
    undo_rule_change,
)
from workbench.operations.decide_growth import (
    choose_built_in_rules,
    choose_growth,
    snapshot_choices,
)
from workbench.operations.project_context import ProjectContext
from workbench.operations.snapshot_holding import snapshot_holding


class HoldingController(QObject):
    """Looks at the folder and changes its rules, off the UI thread.

    Signals:
        looked: ``(ProjectContext, FolderHolding, SnapshotChoices)``.
        look_failed: ``(ProjectContext, WorkbenchError)``; canceled counts as that, too.
        progress: ``Progress`` of the look.
        changed: ``(ProjectContext, RuleChange)``: a rule was changed.
        undone: ``ProjectContext``: a change was taken back, or something was decided.
        failed: ``WorkbenchError``: a rule was not changed.
    """

    looked = Signal(object, object, object)
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
        lane = survey_lane(context.project.id)
        choices = await self._background.run(lane, snapshot_choices, context)
        self.looked.emit(context, holding, choices)

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

    def choose_built_in(self, context: ProjectContext, *, on: bool) -> None:
        """Decide whether the built-in rules hold."""
        self._choose(context, lambda: choose_built_in_rules(context, on=on))

    def choose_growth(self, context: ProjectContext, choice: GrowthChoice) -> None:
        """Decide what is done with a lot of new content."""
        self._choose(context, lambda: choose_growth(context, choice))

    def _choose(self, context: ProjectContext, act: Callable[[], None]) -> None:
        self._background.spawn(self._decide(context, act), name="decide about snapshots")

    async def _decide(self, context: ProjectContext, act: Callable[[], None]) -> None:
        try:
            await self._background.run(survey_lane(context.project.id), act)
        except WorkbenchError as error:
            self.failed.emit(error)
        self.undone.emit(context)

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
