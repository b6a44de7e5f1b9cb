"""Has the log and the outputs of the open run here, also if it was on another computer."""

import asyncio
import logging

from PySide6.QtCore import QObject, Signal

from workbench.controllers.background import READ_LANE, Background, downloads_lane
from workbench.core.errors import CanceledError, WorkbenchError
from workbench.core.progress import CancelToken, Report
from workbench.core.run import Run
from workbench.operations.bring_files import bring_files, files_place
from workbench.operations.library import Library
from workbench.operations.project_context import ProjectContext

_log = logging.getLogger(__name__)


class RunFilesController(QObject):
    """Looks where the files of a run are, and downloads them if they are in the Git repo only.

    Signals:
        placed: ``(run id, RunFilesPlace)``: where they are.
        progress: ``(run id, Progress)`` of a download.
        arrived: Id of a run whose files are here now.
        failed: ``(run id, WorkbenchError)``: they could not be downloaded.
    """

    placed = Signal(str, object)
    progress = Signal(str, object)
    arrived = Signal(str)
    failed = Signal(str, object)

    def __init__(self, library: Library, background: Background) -> None:
        super().__init__()
        self._library = library
        self._background = background
        self._shown: tuple[ProjectContext, Run] | None = None
        self._bringing: asyncio.Task[None] | None = None
        self._cancel = CancelToken()
        self._has_failed = False

    def show(self, context: ProjectContext, run: Run) -> None:
        """Have the files of a run here; those of the run before are not waited for any more."""
        self.leave()
        self._shown, self._has_failed = (context, run), False
        self._cancel = CancelToken()
        self._bringing = self._background.spawn(
            self._bring(context, run, self._cancel), name=f"files of #{run.number}"
        )

    def look_again(self) -> None:
        """Look once more, unless that went wrong: something may have come from other computers."""
        is_busy = self._bringing is not None and not self._bringing.done()
        if not is_busy and not self._has_failed:
            self.try_again()

    def try_again(self) -> None:
        """Look and download once more."""
        if self._shown is not None:
            self.show(*self._shown)

    def leave(self) -> None:
        """Stop: no run is open any more."""
        self._cancel.cancel()
        self._shown = self._bringing = None

    async def _bring(self, context: ProjectContext, run: Run, cancel: CancelToken) -> None:
        place = await self._background.run(READ_LANE, files_place, context, run)
        if cancel.canceled:
            return
        self.placed.emit(run.id, place)
        if not place.can_bring:
            return
        report = self._background.reporter(lambda progress: self.progress.emit(run.id, progress))
        try:
            done = await self._background.run(
                downloads_lane(context.project.id),
                _bring_files,
                self._library,
                context,
                run,
                report=report,
                cancel=cancel,
            )
        except CanceledError:
            return
        except WorkbenchError as error:
            _log.info("files of #%d: %s", run.number, error)
            if not cancel.canceled:
                self._has_failed = True
                self.failed.emit(run.id, error)
            return
        finally:
            # Also when nobody waits for it any more: then git ends too.
            cancel.cancel()
        if done and self._is_shown(run):
            self.arrived.emit(run.id)

    def _is_shown(self, run: Run) -> bool:
        return self._shown is not None and self._shown[1].id == run.id


def _bring_files(
    library: Library, context: ProjectContext, run: Run, *, report: Report, cancel: CancelToken
) -> bool:
    # What the user has to reach the repo with is read from a file.
    return bring_files(context, run, library.access(), report=report, cancel=cancel)
