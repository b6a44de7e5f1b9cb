"""What can be compared with what: the selected runs, or one run with another or the folder."""

from PySide6.QtCore import QObject, Signal

from workbench.app.screens.run_picker import pick_run
from workbench.app.screens.runs_screen import RunsScreen
from workbench.controllers.run_controller import RunController
from workbench.core.comparison import MOST, CompareRequest
from workbench.core.run import Run
from workbench.viewmodels.compare_states import (
    BEST,
    FIRST,
    best_run,
    compare_reason,
    previous_run,
)
from workbench.views.main_window import MainWindow

_NO_METRIC = "No run has completed with a metric"


class CompareChoices(QObject):
    """Turns what the user asks for in the Run List or in an open run into a comparison.

    Signals:
        chosen: ``CompareRequest`` that the user asked for.
    """

    chosen = Signal(object)

    def __init__(self, window: MainWindow, runs: RunController, screen: RunsScreen) -> None:
        super().__init__()
        self._window = window
        self._runs = runs
        self._screen = screen
        self._list = screen.list_page
        self._list.compare_requested.connect(self._on_asked_in_list)
        screen.detail_page.compare_requested.connect(self._on_asked_in_detail)

    def _on_asked_in_list(self, what: str) -> None:
        selected = self._list.table.first_selected(MOST + 1)
        if what and len(selected) == 1:
            self._compare(selected[0], what)
        elif not what and not compare_reason(len(selected)):
            self.chosen.emit(CompareRequest(tuple(run.id for run in selected)))

    def _on_asked_in_detail(self, what: str) -> None:
        run = self._screen.shown_run
        if run is not None:
            self._compare(run, what)

    def _compare(self, run: Run, what: str) -> None:
        if what == "folder":
            self.chosen.emit(CompareRequest((run.id,), with_folder=True))
        elif what == "other":
            self._ask_other(run)
        elif what == "best":
            other = self._best(run)
            self._compare_runs(run, other, BEST if other else _NO_METRIC)
        else:
            other = previous_run(self._runs.runs(run.project_id), run)
            self._compare_runs(run, other, FIRST)

    def _compare_runs(self, run: Run, other: Run | None, otherwise: str) -> None:
        if other is None or other.id == run.id:
            self._window.toasts.show(
                otherwise, f"There is nothing to compare #{run.number} with.", key="compare"
            )
        else:
            self.chosen.emit(CompareRequest((run.id, other.id)))

    def _best(self, run: Run) -> Run | None:
        """Return the best completed run by the first metric that is a result."""
        model = self._list.model
        metric = next((name for name in model.metrics if name not in model.inputs), "")
        return best_run(self._runs.runs(run.project_id), metric) if metric else None

    def _ask_other(self, run: Run) -> None:
        """Let the user choose among all runs of the project."""
        pick_run(
            self._window,
            [other for other in self._runs.runs(run.project_id) if other.id != run.id],
            f"Compare #{run.number} with",
            f"Run to compare #{run.number} with",
            lambda other: self.chosen.emit(CompareRequest((run.id, other))),
        )
