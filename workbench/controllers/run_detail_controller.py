"""Everything the Run Detail view shows of one run."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from workbench.controllers.background import READ_LANE, Background, survey_lane
from workbench.controllers.diff_reader import DiffReader
from workbench.core.errors import CanceledError, WorkbenchError
from workbench.core.metric import MetricPoint, series_of
from workbench.core.progress import CancelToken
from workbench.core.run import Output, Run, RunStatus
from workbench.operations.code_changes import FOLDER, changes_from
from workbench.operations.compare_runs import read_difference
from workbench.operations.project_context import ProjectContext
from workbench.operations.read_run import (
    last_log_line,
    list_outputs,
    log_path,
    output_path,
    outputs_folder,
    read_log,
    read_log_index,
    read_metrics,
    read_output_start,
)
from workbench.operations.save_copy import save_copy

_log = logging.getLogger(__name__)
_ACTIVE_SECONDS = 0.3
_COPY_LANE = "copies"
_LOG_CHUNK = 65536
# How much of a log may wait for the view: it takes its time, and a log may be larger than memory.
_MOST_WAITING = 4_000_000


class RunDetailController(QObject):
    """Follows the run that is on screen.

    Signals:
        log: ``bytes``: the next piece of the log, from its start; see :meth:`log_taken`.
        log_noted: ``list[LogStretch]``: what else is noted of the log, from its start.
        metrics: ``tuple[MetricSeries, ...]``: all metrics so far.
        outputs: ``tuple[Output, ...]``: captured output files.
        changes: ``(base Run or None, tuple[FileChange, ...])`` since the base run, or up to the
            folder as it is now; see :meth:`set_base`.
        changes_failed: ``WorkbenchError``: the snapshot can't be read.
        failure: ``str``: the last line of the log of a run that failed.
        preview: ``(Output, bytes)``: content of an output file.
        capture_report: ``CaptureReport`` of the run's snapshot.
        saving: ``Progress`` of a copy that takes a while.
        saved: ``Path``: a copy is there.
        save_canceled: The user stopped a copy; nothing was changed.
        failed: ``WorkbenchError``: something the user asked for could not be done; see
            :meth:`try_again`.
    """

    log = Signal(object)
    log_noted = Signal(object)
    metrics = Signal(object)
    outputs = Signal(object)
    changes = Signal(object, object)
    changes_failed = Signal(object)
    failure = Signal(str)
    preview = Signal(object, object)
    capture_report = Signal(object)
    saving = Signal(object)
    saved = Signal(object)
    save_canceled = Signal()
    failed = Signal(object)

    def __init__(self, background: Background) -> None:
        super().__init__()
        self._background = background
        self._context: ProjectContext | None = None
        self._run: Run | None = None
        self._following: asyncio.Task[None] | None = None
        self._reading_log: asyncio.Task[None] | None = None
        self._log_taken = asyncio.Event()
        self._facts: asyncio.Task[None] | None = None
        self._facts_cancel = CancelToken()
        self._base = ""
        self._ended = asyncio.Event()
        self._save_cancel = CancelToken()
        self._again: Callable[[], None] | None = None
        self.differences = DiffReader(background)

    @property
    def run(self) -> Run | None:
        """The run on screen."""
        return self._run

    def show(self, context: ProjectContext, run: Run) -> None:
        """Begin to read a run from its start."""
        self.leave()
        self._context = context
        self._run = run
        self._ended = asyncio.Event()
        if not run.status.is_active:
            self._ended.set()
        self._read_files(context, run)
        self._read_facts(context, run)

    def read_again(self) -> None:
        """Read log, metrics and outputs from their start: they are here only now."""
        self._stop_files()
        if self._context is not None and self._run is not None:
            self._read_files(self._context, self._run)

    def _read_files(self, context: ProjectContext, run: Run) -> None:
        self._following = self._background.spawn(
            self._follow(context, run, self._ended), name=f"follow #{run.number}"
        )
        self._reading_log = self._background.spawn(
            self._follow_log(context, run, self._ended), name=f"log of #{run.number}"
        )

    def _stop_files(self) -> None:
        for task in (self._following, self._reading_log):
            if task is not None:
                task.cancel()

    def set_base(self, base: str) -> None:
        """Tell since when code changes are shown from now on.

        Args:
            base: The id of a run, ``"folder"`` for the folder as it is now, or empty for the run
                before.
        """
        if base == self._base:
            return
        self._base = base
        if self._context is not None and self._run is not None:
            self._read_facts(self._context, self._run)

    def _read_facts(self, context: ProjectContext, run: Run) -> None:
        self._stop_facts()
        self._facts_cancel = CancelToken()
        self._facts = self._background.spawn(
            self._read_snapshot_facts(context, run, self._base, self._facts_cancel),
            name=f"snapshot of #{run.number}",
        )

    def _stop_facts(self) -> None:
        self._facts_cancel.cancel()
        if self._facts is not None:
            self._facts.cancel()
        self.differences.stop()

    def update(self, run: Run) -> None:
        """Take a newer state of the run on screen."""
        if self._run is not None and run.id == self._run.id:
            self._run = run
            if not run.status.is_active:
                self._ended.set()

    def leave(self) -> None:
        """Stop following: the view is not open any more."""
        self._stop_files()
        self._stop_facts()
        self._context = None
        self._run = None

    async def _follow(self, context: ProjectContext, run: Run, ended: asyncio.Event) -> None:
        points: list[MetricPoint] = []
        while True:
            # Asked before reading, so that the last read comes after the end.
            last = ended.is_set()
            after = points[-1].sequence if points else -1
            new = await self._background.run(READ_LANE, read_metrics, context, run.id, after)
            if new or after == -1:
                points.extend(new)
                series = await self._background.run(
                    READ_LANE, series_of, points, run.started or run.created
                )
                self.metrics.emit(tuple(series))
            if last:
                break
            await _wait(ended)
        line = await self._background.run(READ_LANE, last_log_line, context, run.id)
        self.failure.emit(line)
        outputs = await self._background.run(READ_LANE, list_outputs, context, run.id)
        self.outputs.emit(tuple(outputs))

    async def _follow_log(self, context: ProjectContext, run: Run, ended: asyncio.Event) -> None:
        """Read the log, however long it is and however fast it grows, beside all else."""
        offset = noted = 0
        while True:
            last = ended.is_set()
            # Before the text, which is then shown with what is known of it.
            noted = await self._read_notes(context, run, noted)
            offset = await self._read_log(context, run, offset)
            if last:
                # What was noted meanwhile.
                await self._read_notes(context, run, noted)
                return
            await _wait(ended)

    async def _read_notes(self, context: ProjectContext, run: Run, offset: int) -> int:
        found, offset = await self._background.run(
            READ_LANE, read_log_index, context, run.id, offset
        )
        if found:
            self.log_noted.emit(found)
        return offset

    async def _read_log(self, context: ProjectContext, run: Run, offset: int) -> int:
        waiting = 0
        while True:
            data, offset = await self._background.run(
                READ_LANE, read_log, context, run.id, offset, _LOG_CHUNK
            )
            self._log_taken.clear()
            if data:
                self.log.emit(data)
            if len(data) < _LOG_CHUNK:
                return offset
            waiting += len(data)
            if waiting >= _MOST_WAITING:
                # The rest stays on the disk until there is room for it.
                await self._log_taken.wait()
                waiting = 0

    def log_taken(self) -> None:
        """Take note that the view has shown all of the log that it got."""
        self._log_taken.set()

    async def _read_snapshot_facts(
        self, context: ProjectContext, run: Run, base: str, cancel: CancelToken
    ) -> None:
        current = run
        while current.status in (RunStatus.QUEUED, RunStatus.PREPARING):
            await asyncio.sleep(_ACTIVE_SECONDS)
            current = await self._background.run(READ_LANE, context.store.get, run.id)
        if not current.snapshot:
            self.changes.emit(None, ())
            return
        in_folder = base == FOLDER
        # The folder may be large: nothing else waits for it.
        lane = survey_lane(context.project.id) if in_folder else READ_LANE
        try:
            report = await self._background.run(READ_LANE, context.history.report, current.snapshot)
            self.capture_report.emit(report)
            since, changes = await self._background.run(
                lane, changes_from, context, current, base, cancel
            )
        except CanceledError:
            return
        except WorkbenchError as error:
            _log.warning("snapshot of #%d: %s", run.number, error)
            self.changes_failed.emit(error)
            return
        read = partial(read_difference, context, in_folder=in_folder)
        self.differences.start(changes, read)
        self.changes.emit(since, changes)

    def read_output(self, output: Output) -> None:
        """Read an output file for its preview."""
        if self._context is not None and self._run is not None:
            self._background.spawn(
                self._read_output(self._context, self._run.id, output), name="read output"
            )

    async def _read_output(self, context: ProjectContext, run_id: str, output: Output) -> None:
        try:
            data = await self._background.run(READ_LANE, read_output_start, context, run_id, output)
        except WorkbenchError as error:
            self.failed.emit(error)
            return
        self.preview.emit(output, data)

    def path_of(self, output: Output) -> Path | None:
        """Return where an output file is kept."""
        if self._context is None or self._run is None:
            return None
        return output_path(self._context, self._run.id, output)

    def log_path(self) -> Path | None:
        """Return where the log is kept."""
        if self._context is None or self._run is None:
            return None
        return log_path(self._context, self._run.id)

    def outputs_folder(self) -> Path | None:
        """Return the folder of the captured output files."""
        if self._context is None or self._run is None:
            return None
        return outputs_folder(self._context, self._run.id)

    def save_copy(self, source: Path, target: Path) -> None:
        """Copy a log or an output to where the user wants it."""
        self._save_cancel = CancelToken()
        self._background.spawn(
            self._save_copy(source, target, self._save_cancel), name=f"save {target.name}"
        )

    def cancel_save(self) -> None:
        """Stop the copy that was begun last."""
        self._save_cancel.cancel()

    def try_again(self) -> None:
        """Do once more what failed last."""
        again, self._again = self._again, None
        if again is not None:
            again()

    async def _save_copy(self, source: Path, target: Path, cancel: CancelToken) -> None:
        report = self._background.reporter(self.saving.emit)
        try:
            # A lane of its own: a big file must not keep the log on screen waiting.
            await self._background.run(
                _COPY_LANE, save_copy, source, target, report=report, cancel=cancel
            )
        except CanceledError:
            self.save_canceled.emit()
        except WorkbenchError as error:
            self._again = lambda: self.save_copy(source, target)
            self.failed.emit(error)
        except asyncio.CancelledError:
            cancel.cancel()
            raise
        else:
            self.saved.emit(target)


async def _wait(ended: asyncio.Event) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(_ACTIVE_SECONDS):
            await ended.wait()
