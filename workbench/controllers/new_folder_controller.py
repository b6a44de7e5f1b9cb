"""Puts the snapshot of a run into a new folder."""

import asyncio
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from workbench.controllers.background import READ_LANE, Background, copies_lane
from workbench.core.errors import WorkbenchError
from workbench.core.progress import CancelToken, Progress
from workbench.core.run import Run
from workbench.operations.project_context import ProjectContext
from workbench.operations.restore_to_folder import NewFolder, free_folder, restore_to_folder


class NewFolderController(QObject):
    """Makes one folder at a time, whatever project is open meanwhile.

    Signals:
        proposed: ``(Run, str)``: where a folder with a run's snapshot could be.
        progress: ``(Run, Progress)``.
        made: ``(Run, NewFolder)``: the folder is there.
        failed: ``(Run, WorkbenchError)``: it is not.
    """

    proposed = Signal(object, str)
    progress = Signal(object, object)
    made = Signal(object, object)
    failed = Signal(object, object)

    def __init__(self, background: Background) -> None:
        super().__init__()
        self._background = background
        self._run: Run | None = None
        self._cancel = CancelToken()

    @property
    def run(self) -> Run | None:
        """The run for which a folder is being made."""
        return self._run

    def propose(self, context: ProjectContext, run: Run) -> None:
        """Look for a folder that does not exist yet, beside the project's."""
        self._background.spawn(self._propose(context, run), name="propose a folder")

    async def _propose(self, context: ProjectContext, run: Run) -> None:
        folder = await self._background.run(READ_LANE, free_folder, context, run.number)
        self.proposed.emit(run, str(folder))

    def make(self, context: ProjectContext, run: Run, folder: Path) -> None:
        """Make a folder, unless one is being made."""
        if self._run is None:
            self._run = run
            self._cancel = CancelToken()
            self._background.spawn(self._make(context, run, folder), name="make a new folder")

    async def _make(self, context: ProjectContext, run: Run, folder: Path) -> None:
        def show(progress: Progress) -> None:
            if self._run is run:
                self.progress.emit(run, progress)

        try:
            # Neither snapshots nor restores of the project wait for it, nor it for them.
            made = await self._background.run(
                copies_lane(context.project.id),
                restore_to_folder,
                context,
                run.id,
                folder,
                report=self._background.reporter(show),
                cancel=self._cancel,
            )
        except asyncio.CancelledError:
            # The window closes: nothing is left behind.
            self._cancel.cancel()
            raise
        except WorkbenchError as error:
            self._end(run, error)
        except Exception:
            self._end(run, _stopped())
            raise
        else:
            self._end(run, made)

    def _end(self, run: Run, end: NewFolder | WorkbenchError) -> None:
        self._run = None
        if isinstance(end, WorkbenchError):
            self.failed.emit(run, end)
        else:
            self.made.emit(run, end)

    def cancel(self) -> None:
        """Stop; nothing is left behind."""
        self._cancel.cancel()


def _stopped() -> WorkbenchError:
    return WorkbenchError(
        "The folder wasn't created", "Something unexpected went wrong. Your project is as it was."
    )
