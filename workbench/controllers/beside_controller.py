"""Reads what is put beside the open run: curves and output files of other runs."""

import asyncio

from PySide6.QtCore import QObject, Signal

from workbench.controllers.background import READ_LANE, Background
from workbench.core.errors import WorkbenchError
from workbench.core.run import Output, Run
from workbench.operations.project_context import ProjectContext
from workbench.operations.read_run import list_outputs, read_output_start
from workbench.operations.run_curves import RunCurves

_ACTIVE_SECONDS = 1.0


class BesideController(QObject):
    """Follows at most one other run for its curves.

    Signals:
        curves: ``(str, tuple[MetricSeries, ...])``: id of the other run, and all it logged so far.
        output: ``(str, Output, Output or None, bytes)``: id of the other run, the file it was asked
            for, its own file of that name and its content; ``None`` and nothing if it has none.
        failed: ``WorkbenchError``: something can't be read.
    """

    curves = Signal(str, object)
    output = Signal(str, object, object, object)
    failed = Signal(object)

    def __init__(self, background: Background) -> None:
        super().__init__()
        self._background = background
        self._run: Run | None = None
        self._following: asyncio.Task[None] | None = None
        self._reading: asyncio.Task[None] | None = None

    def show_curves(self, context: ProjectContext, run: Run | None) -> None:
        """Read the curves of another run from now on; of none with ``None``."""
        if self._following is not None:
            self._following.cancel()
        self._run, self._following = run, None
        if run is not None:
            self._following = self._background.spawn(
                self._follow(context, run.id), name=f"curves of #{run.number}"
            )

    def update(self, run: Run) -> None:
        """Take a newer state of the run whose curves are read."""
        if self._run is not None and run.id == self._run.id:
            self._run = run

    def read_output(self, context: ProjectContext, run: Run, output: Output) -> None:
        """Read the file that another run saved under the same name."""
        if self._reading is not None:
            self._reading.cancel()
        self._reading = self._background.spawn(
            self._read_output(context, run, output), name=f"output of #{run.number}"
        )

    def leave(self) -> None:
        """Read nothing any more."""
        for task in (self._following, self._reading):
            if task is not None:
                task.cancel()
        self._run = self._following = self._reading = None

    async def _follow(self, context: ProjectContext, run_id: str) -> None:
        reader, first = RunCurves(context, run_id), True
        known: object = None
        while self._run is not None and self._run.id == run_id:
            # Asked before reading, so that the last read comes after the end.
            run = self._run
            try:
                series = await self._background.run(READ_LANE, reader.read, run)
            except WorkbenchError as error:
                self.failed.emit(error)
                return
            if first or series is not known:
                first, known = False, series
                self.curves.emit(run_id, series)
            if not run.status.is_active:
                return
            await asyncio.sleep(_ACTIVE_SECONDS)

    async def _read_output(self, context: ProjectContext, run: Run, output: Output) -> None:
        try:
            theirs, data = await self._background.run(
                READ_LANE, _same_output, context, run.id, output.path
            )
        except WorkbenchError as error:
            self.failed.emit(error)
            return
        self.output.emit(run.id, output, theirs, data)


def _same_output(context: ProjectContext, run_id: str, path: str) -> tuple[Output | None, bytes]:
    found = next((each for each in list_outputs(context, run_id) if each.path == path), None)
    return (None, b"") if found is None else (found, read_output_start(context, run_id, found))
