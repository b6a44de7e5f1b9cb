"""Everything the Compare view shows of two or three runs."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial

from PySide6.QtCore import QObject, Signal

from workbench.controllers.background import Background
from workbench.controllers.diff_reader import DiffReader
from workbench.core.comparison import CompareRequest, Comparison, Side
from workbench.core.errors import CanceledError, WorkbenchError
from workbench.core.metric import MetricSeries
from workbench.core.progress import CancelToken
from workbench.core.run import Run
from workbench.operations.compare_runs import compare_runs, read_difference
from workbench.operations.project_context import ProjectContext
from workbench.operations.run_curves import RunCurves

_log = logging.getLogger(__name__)
# A look at big snapshots or outputs must not keep the log of a run on screen waiting.
_LANE = "comparisons"
_ACTIVE_SECONDS = 0.5

Curves = tuple[tuple[MetricSeries, ...], ...]


class CompareController(QObject):
    """Follows the comparison that is on screen.

    Signals:
        compared: ``Comparison``: a new one, or a newer state of the one shown.
        curves: ``tuple[tuple[MetricSeries, ...], ...]``: the metrics of each side so far.
        failed: ``WorkbenchError``: it can't be made.
    """

    compared = Signal(object)
    curves = Signal(object)
    failed = Signal(object)

    def __init__(self, background: Background) -> None:
        super().__init__()
        self._background = background
        self._context: ProjectContext | None = None
        self._request: CompareRequest | None = None
        self._comparison: Comparison | None = None
        self._readers: dict[str, RunCurves] = {}
        self._following: asyncio.Task[None] | None = None
        self._changed = asyncio.Event()
        self._cancel = CancelToken()
        self.differences = DiffReader(background)

    @property
    def request(self) -> CompareRequest | None:
        """What is compared, ``None`` while nothing is."""
        return self._request

    @property
    def comparison(self) -> Comparison | None:
        """The newest state of the comparison on screen."""
        return self._comparison

    def show(self, context: ProjectContext, request: CompareRequest) -> None:
        """Compare these; what is known of the comparison before is not read again."""
        if context is not self._context:
            self.leave()
        self._stop()
        self._context, self._request = context, request
        self._changed = asyncio.Event()
        self._cancel = CancelToken()
        self._following = self._background.spawn(self._follow(context, request), name="compare")

    def look_again(self) -> None:
        """Read everything anew, the folder too."""
        context, request = self._context, self._request
        if context is not None and request is not None:
            self._comparison = None
            self.show(context, request)

    def update(self, runs: Sequence[Run]) -> None:
        """Hear that runs changed."""
        if self._request is not None and any(run.id in self._request.run_ids for run in runs):
            self._changed.set()

    def leave(self) -> None:
        """Stop following: the view is not open any more."""
        self._stop()
        self.differences.stop()
        self._context = self._request = self._comparison = None
        self._readers.clear()

    def open_changes(self, side: Side) -> None:
        """Serve the differences of the files of one side from now on."""
        context = self._context
        if context is not None and side.changes is not None:
            read = partial(read_difference, context, in_folder=side.run is None)
            self.differences.start(side.changes, read)

    def _stop(self) -> None:
        self._cancel.cancel()
        if self._following is not None:
            self._following.cancel()
            self._following = None

    async def _follow(self, context: ProjectContext, request: CompareRequest) -> None:
        shown: Curves | None = None
        while True:
            # Cleared before reading, so that a change during the reading is not missed.
            self._changed.clear()
            try:
                comparison = await self._read(context, request)
                curves = await self._background.run(_LANE, self._read_curves, context, comparison)
            except CanceledError:
                return
            except WorkbenchError as error:
                _log.warning("compare: %s", error)
                self.failed.emit(error)
                return
            if shown is None or any(
                one is not other for one, other in zip(shown, curves, strict=True)
            ):
                shown = curves
                self.curves.emit(curves)
            await self._wait(comparison)

    async def _read(self, context: ProjectContext, request: CompareRequest) -> Comparison:
        now, before, cancel = datetime.now(UTC), self._comparison, self._cancel
        comparison = await self._background.run(
            _LANE, compare_runs, context, request, now, before=before, cancel=cancel
        )
        if comparison != before:
            self._comparison = comparison
            self.compared.emit(comparison)
        return comparison

    async def _wait(self, comparison: Comparison) -> None:
        """Wait until there may be something new."""
        if not comparison.is_live:
            await self._changed.wait()
            return
        try:
            async with asyncio.timeout(_ACTIVE_SECONDS):
                await self._changed.wait()
        except TimeoutError:
            return

    def _read_curves(self, context: ProjectContext, comparison: Comparison) -> Curves:
        found: list[tuple[MetricSeries, ...]] = []
        for side in comparison.sides:
            if side.run is None:
                found.append(())
                continue
            reader = self._readers.setdefault(side.id, RunCurves(context, side.id))
            found.append(reader.read(side.run))
        return tuple(found)


def _same(shown: Curves | None, curves: Curves) -> bool:
    """Whether nothing was logged since; comparing the numbers would take long."""
    if shown is None:
        return False
    return all(one is other for one, other in zip(shown, curves, strict=True))
