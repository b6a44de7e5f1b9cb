"""Care of the history: checked when the user asks, tidied when nothing else goes on."""

import asyncio
import logging
from time import monotonic

from PySide6.QtCore import QObject, QTimer, Signal

from workbench.controllers.background import Background, care_lane, survey_lane
from workbench.controllers.restore_controller import RestoreController
from workbench.controllers.run_controller import RunController
from workbench.core.errors import CanceledError, WorkbenchError
from workbench.core.progress import CancelToken
from workbench.operations.check_history import check_history
from workbench.operations.follow_folder import check_following
from workbench.operations.project_context import ProjectContext
from workbench.operations.tidy_history import tidy_history

_log = logging.getLogger(__name__)
LOOK_MS = 60_000
QUIET_SECONDS = 120.0
FOLLOWING_SECONDS = 600.0


class HistoryController(QObject):
    """Checks and tidies the history of the open project, and checks that its folder is followed.

    Tidying begins only after two quiet minutes: without active runs and without restores. It ends
    at once when one begins.

    Args:
        background: Where the work is done.
        runs: Tells of runs.
        restore: Tells of restores.
        quiet_seconds: How long it has to be quiet before the history is tidied.

    Signals:
        checked: ``(ProjectContext, CheckedHistory)``.
        check_failed: ``(ProjectContext, WorkbenchError)``; canceled counts as that, too.
        progress: ``Progress`` of a check.
        tidied: ``(ProjectContext, Tidied)``.
    """

    checked = Signal(object, object)
    check_failed = Signal(object, object)
    progress = Signal(object)
    tidied = Signal(object, object)

    def __init__(
        self,
        background: Background,
        runs: RunController,
        restore: RestoreController,
        quiet_seconds: float = QUIET_SECONDS,
    ) -> None:
        super().__init__()
        self._background = background
        self._runs = runs
        self._restore = restore
        self._quiet_seconds = quiet_seconds
        self._check_cancel = CancelToken()
        self._tidy_cancel = CancelToken()
        self._checking = False
        self._tidying: asyncio.Task[None] | None = None
        self._quiet_since = monotonic()
        self._following_checked = -FOLLOWING_SECONDS
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look)
        runs.changed.connect(lambda _runs: self._disturb())
        runs.submitted.connect(lambda _run: self._disturb())
        restore.working.connect(lambda _busy: self._disturb())

    def start(self) -> None:
        """Begin to look for quiet moments."""
        self._timer.start()

    def stop(self) -> None:
        """Look no more: nothing can be begun any longer."""
        self._timer.stop()

    def check(self, context: ProjectContext) -> None:
        """Check that every run can be restored, unless that is being done."""
        if not self._checking:
            self._checking = True
            self._check_cancel = CancelToken()
            self._background.spawn(self._check(context), name="check history")

    async def _check(self, context: ProjectContext) -> None:
        try:
            found = await self._background.run(
                care_lane(context.project.id),
                check_history,
                context,
                report=self._background.reporter(self.progress.emit),
                cancel=self._check_cancel,
            )
        except asyncio.CancelledError:
            self._check_cancel.cancel()
            raise
        except WorkbenchError as error:
            self.check_failed.emit(context, error)
        else:
            self.checked.emit(context, found)
        finally:
            self._checking = False

    def cancel_check(self) -> None:
        """Stop the check."""
        self._check_cancel.cancel()

    def look(self) -> None:
        """Tidy the history of the open project if nothing else goes on."""
        context = self._restore.context
        quiet = monotonic() - self._quiet_since >= self._quiet_seconds
        busy = self._runs.pending or self._restore.busy or self._checking
        if context is None or not quiet or busy or self._tidying is not None:
            return
        self._tidy_cancel = CancelToken()
        self._tidying = self._background.spawn(
            self._tidy(context, self._tidy_cancel), name="tidy history"
        )

    async def _tidy(self, context: ProjectContext, cancel: CancelToken) -> None:
        try:
            lane = care_lane(context.project.id)
            tidied = await self._background.run(lane, tidy_history, context, cancel=cancel)
            await self._check_following(context, cancel)
        except asyncio.CancelledError:
            cancel.cancel()
            raise
        except CanceledError:
            _log.debug("tidying the history was stopped")
        except (WorkbenchError, OSError) as error:
            # Nobody asked for it, nothing is lost, and it is tried again.
            _log.warning("the history was not tidied: %s", error)
        else:
            if tidied is not None:
                _log.info("the history was tidied: %s", tidied)
                self.tidied.emit(context, tidied)
        finally:
            self._tidying = None

    async def _check_following(self, context: ProjectContext, cancel: CancelToken) -> None:
        """Now and then, look whether all that changes in the folder is told."""
        if monotonic() - self._following_checked < FOLLOWING_SECONDS:
            return
        lane = survey_lane(context.project.id)
        await self._background.run(lane, check_following, context, cancel)
        self._following_checked = monotonic()

    def _disturb(self) -> None:
        self._quiet_since = monotonic()
        self._tidy_cancel.cancel()
