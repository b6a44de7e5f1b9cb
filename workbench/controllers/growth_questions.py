"""Asks what a run shall do with a lot of new content; the run waits, and nothing else does."""

import asyncio

from PySide6.QtCore import QObject, Signal

from workbench.controllers.background import Background, survey_lane
from workbench.core.errors import CanceledError, WorkbenchError
from workbench.core.growth import Growth, GrowthChoice
from workbench.core.progress import CancelToken
from workbench.core.run import Run
from workbench.operations.decide_growth import (
    choose_growth,
    leave_growth_out,
    snapshot_choices,
)
from workbench.operations.project_context import ProjectContext

_PAUSE = 0.2


class GrowthQuestion(QObject):
    """One question.

    Attributes:
        run: The run that waits.
        growth: What its snapshot would add.

    Signals:
        withdrawn: The run does not wait any more.
    """

    withdrawn = Signal()

    def __init__(self, run: Run, growth: Growth) -> None:
        super().__init__()
        self.run = run
        self.growth = growth
        self.choice: GrowthChoice | None = None
        self.always = False
        self.answered = asyncio.Event()

    def answer(self, choice: GrowthChoice | None, *, always: bool) -> None:
        """Answer it; ``None`` cancels the run."""
        self.choice = choice
        self.always = always
        self.answered.set()


class GrowthQuestions(QObject):
    """Questions of all runs.

    Signals:
        asked: ``GrowthQuestion`` for the user.
        failed: ``WorkbenchError``: a decision could not be kept.
    """

    asked = Signal(object)
    failed = Signal(object)

    def __init__(self, background: Background) -> None:
        super().__init__()
        self._background = background

    async def settle(
        self, context: ProjectContext, run: Run, growth: Growth, cancel: CancelToken
    ) -> None:
        """Ask, and do what is decided, so that the run can go on.

        Raises:
            CanceledError: If the run shall not go on.
        """
        question = GrowthQuestion(run, growth)
        self.asked.emit(question)
        try:
            while not question.answered.is_set() and not cancel.canceled:
                # Another run of the project may have had the same question.
                if await self._decided(context):
                    question.answer(await self._decided(context), always=False)
                    break
                try:
                    async with asyncio.timeout(_PAUSE):
                        await question.answered.wait()
                except TimeoutError:
                    continue
        finally:
            question.withdrawn.emit()
        if cancel.canceled or question.choice is None:
            raise CanceledError("The run")
        try:
            await self._carry_out(context, growth, question)
        except WorkbenchError as error:
            self.failed.emit(error)

    async def _decided(self, context: ProjectContext) -> GrowthChoice | None:
        lane = survey_lane(context.project.id)
        choices = await self._background.run(lane, snapshot_choices, context)
        return None if choices.growth is GrowthChoice.ASK else choices.growth

    async def _carry_out(
        self, context: ProjectContext, growth: Growth, question: GrowthQuestion
    ) -> None:
        lane = survey_lane(context.project.id)
        if question.always and question.choice is not None:
            await self._background.run(lane, choose_growth, context, question.choice)
        if question.choice is GrowthChoice.LEAVE_OUT:
            await self._background.run(lane, leave_growth_out, context, growth)
