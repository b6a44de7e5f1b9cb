"""What is put beside the open run, bound to its reader."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from workbench.app.error_strip import ErrorStrip
from workbench.app.screens.run_picker import pick_run
from workbench.controllers.beside_controller import BesideController
from workbench.controllers.run_controller import RunController
from workbench.core.metric import MetricSeries
from workbench.core.run import Output, Run
from workbench.operations.project_context import ProjectContext
from workbench.viewmodels.beside_run import (
    PREVIOUS,
    BesideState,
    near_runs,
    run_before,
)
from workbench.views.main_window import MainWindow
from workbench.views.run_detail.page import RunDetailPage


class BesideScreen(QObject):
    """Keeps what the user chose while other runs of the same project are opened.

    Signals:
        changed: ``state`` is another one.
        base_chosen: ``str``: code changes are wanted since this run, see ``set_base`` of the
            controller of Run Detail.

    Attributes:
        state: What stands beside the open run.
    """

    changed = Signal()
    base_chosen = Signal(str)

    def __init__(
        self,
        window: MainWindow,
        page: RunDetailPage,
        runs: RunController,
        reader: BesideController,
        errors: ErrorStrip,
    ) -> None:
        super().__init__()
        self._window = window
        self._page = page
        self._runs = runs
        self._reader = reader
        self._context: ProjectContext | None = None
        self._run: Run | None = None
        self.state = BesideState()
        metrics = page.metrics
        metrics.ghost_chosen.connect(self._choose_curves)
        metrics.other_ghost_requested.connect(
            lambda: self._ask("Compare curves of #{} with", self._choose_curves)
        )
        outputs = page.outputs
        outputs.selected.connect(self._read_output)
        outputs.beside_chosen.connect(self._choose_output)
        outputs.other_beside_requested.connect(
            lambda: self._ask("Show beside #{}", self._choose_output)
        )
        changes = page.changes
        changes.base_chosen.connect(self._choose_base)
        changes.other_base_requested.connect(
            lambda: self._ask("Code changes of #{} since", self._choose_base)
        )
        reader.curves.connect(self._on_curves)
        reader.output.connect(self._on_output)
        reader.failed.connect(errors.show)

    def forget(self) -> None:
        """Forget what was chosen in another project."""
        self.close()
        self.state = BesideState()
        self.base_chosen.emit("")

    def open(self, context: ProjectContext, run: Run) -> None:
        """Put beside a run what was chosen, as soon as the run itself is on screen."""
        self._context, self._run = context, run
        asyncio.get_running_loop().call_soon(self._offer, run)

    def _offer(self, run: Run) -> None:
        if run is not self._run:
            # Another one was opened meanwhile, or none.
            return
        runs = self._runs.runs(run.project_id)
        self.state = replace(
            self.state, others=near_runs(runs, run), previous=run_before(runs, run)
        )
        self._choose_curves(self.state.curves)
        self._choose_output(self.state.output)

    def close(self) -> None:
        """Read nothing any more."""
        self._reader.leave()
        self._context = self._run = None

    def update(self, runs: Iterable[Run]) -> None:
        """Take newer states of runs."""
        for run in runs:
            self._reader.update(run)
            ghost = self.state.ghost
            if ghost is not None and run.id == ghost.id:
                self._set(ghost=None if run.deleted else run)
            beside = self.state.output_run
            if beside is not None and run.id == beside.id:
                self._set(output_run=None if run.deleted else run)

    def _choose_curves(self, choice: str) -> None:
        if self._context is None or self._run is None:
            return
        ghost = self._led_to(choice)
        same = (
            ghost is not None and self.state.ghost is not None and ghost.id == self.state.ghost.id
        )
        metrics = self.state.ghost_metrics if same else None
        self._set(curves=choice, ghost=ghost, ghost_metrics=metrics)
        self._reader.show_curves(self._context, ghost)

    def _choose_output(self, choice: str) -> None:
        self._set(output=choice, output_run=self._led_to(choice))
        if output := self._page.outputs.current:
            self._read_output(output)

    def _choose_base(self, choice: str) -> None:
        self._set(base=choice)
        self.base_chosen.emit("" if choice == PREVIOUS else choice)

    def _read_output(self, output: Output) -> None:
        run = self.state.output_run
        if self._context is not None and run is not None:
            self._reader.read_output(self._context, run, output)

    def _on_output(self, run_id: str, output: Output, theirs: Output | None, data: bytes) -> None:
        run = self.state.output_run
        if run is not None and run.id == run_id:
            self._page.outputs.show_beside(run, output, theirs, data)

    def _led_to(self, choice: str) -> Run | None:
        """Return the run that a choice leads to beside the open one."""
        if choice == PREVIOUS:
            return self.state.previous
        found = self._runs.run(choice)
        return None if self._run is None or (found and found.id == self._run.id) else found

    def _ask(self, title: str, picked: object) -> None:
        run = self._run
        if run is None or not callable(picked):
            return
        others = [other for other in self._runs.runs(run.project_id) if other.id != run.id]
        words = title.format(run.number)
        pick_run(self._window, others, words, f"Run: {words}", picked)

    def _on_curves(self, run_id: str, metrics: tuple[MetricSeries, ...]) -> None:
        if self.state.ghost is not None and self.state.ghost.id == run_id:
            self._set(ghost_metrics=metrics)

    def _set(self, **changes: object) -> None:
        self.state = replace(self.state, **changes)  # type: ignore[arg-type]  # field names
        self.changed.emit()
