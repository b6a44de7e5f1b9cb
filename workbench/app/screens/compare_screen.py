"""The Compare page: opened from the Run List and from an open run, bound to its controller."""

from dataclasses import replace

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from workbench.app.screens.compare_choices import CompareChoices
from workbench.app.screens.runs_screen import RunsScreen
from workbench.controllers.background import Background
from workbench.controllers.compare_controller import CompareController
from workbench.controllers.project_controller import ProjectController
from workbench.controllers.run_controller import RunController
from workbench.core.comparison import CompareRequest, Comparison
from workbench.core.errors import WorkbenchError
from workbench.core.metric import MetricSeries
from workbench.viewmodels.compare_states import CompareState
from workbench.viewmodels.restore_states import Problem
from workbench.views.compare.page import ComparePage
from workbench.views.main_window import MainWindow

_LIST, _DETAIL, _COMPARE = "runs", "run", "compare"


class CompareScreen(QObject):
    """Leads to the Compare page and back, and keeps it current.

    Args:
        window: The window; the page is added to it when it is needed first.
        background: Where comparisons are made.
        controllers: Projects and runs.
        runs_screen: The pages that comparisons are opened from.

    Signals:
        restore_requested: Id of the run whose snapshot to restore.
    """

    restore_requested = Signal(str)

    def __init__(
        self,
        window: MainWindow,
        background: Background,
        controllers: tuple[ProjectController, RunController],
        runs_screen: RunsScreen,
    ) -> None:
        super().__init__()
        self._window = window
        self._projects, self._runs = controllers
        self._runs_screen = runs_screen
        self._controller = CompareController(background)
        self._page: ComparePage | None = None
        self._state = CompareState()
        self._origin = _LIST
        self._visits_run = False
        self._choices = CompareChoices(window, self._runs, runs_screen)
        self._choices.chosen.connect(self.open)
        self._connect()

    def _connect(self) -> None:
        controller = self._controller
        controller.compared.connect(self._on_compared)
        controller.curves.connect(self._on_curves)
        controller.failed.connect(self._on_failed)
        self._runs.changed.connect(controller.update)
        self._projects.opened.connect(lambda _context: self.close())
        self._projects.closed.connect(self.close)
        self._runs_screen.detail_page.back_requested.connect(self._on_back_from_run)
        self._window.stack.currentChanged.connect(lambda: QTimer.singleShot(0, self, self._settle))

    @property
    def is_open(self) -> bool:
        """Whether there is a comparison that can be gone back to."""
        return self._controller.request is not None

    def open(self, request: CompareRequest) -> None:
        """Show a comparison of runs of the open project."""
        context = self._projects.current
        if context is None:
            return
        if not self.is_open:
            self._origin = _DETAIL if self._window.page == _DETAIL else _LIST
        page = self._made_page()
        page.start()
        self._show(CompareState())
        self._window.show_page(_COMPARE)
        # Not a control: a ring that nobody asked for.
        page.setFocus(Qt.FocusReason.OtherFocusReason)
        self._controller.leave()
        self._controller.show(context, request)

    def close(self) -> None:
        """Forget the comparison; which page is shown is not changed."""
        if self.is_open:
            self._controller.leave()
            self._visits_run = False
            self._show(CompareState())

    def step_from_runs(self) -> str:
        """Return the page that Runs leads to if that is the comparison, else empty.

        From the comparison itself it leads on to where that was opened.
        """
        if self._window.page == _COMPARE:
            self.close()
        return _COMPARE if self.is_open else ""

    def look_again(self) -> None:
        """Look at the folder again, if it is compared, unless its changes are being read."""
        request = self._controller.request
        if request is None or not request.with_folder or self._page is None:
            return
        if not self._page.shows_changes:
            self._controller.look_again()

    # the page

    def _made_page(self) -> ComparePage:
        if self._page is None:
            self._page = ComparePage()
            self._window.add_page(_COMPARE, self._page)
            self._connect_page(self._page)
        return self._page

    def _connect_page(self, page: ComparePage) -> None:
        controller = self._controller
        page.back_requested.connect(self._go_back)
        page.list_requested.connect(self._runs_screen.close_run)
        page.run_opened.connect(self._open_run)
        page.restore_requested.connect(self.restore_requested)
        page.baseline_chosen.connect(self._choose_baseline)
        page.removed.connect(self._remove)
        page.export_requested.connect(self._export)
        page.chart_data_save_requested.connect(self._runs_screen.files.save_chart_data)
        page.chart_save_requested.connect(self._runs_screen.files.save_picture)
        page.changes_requested.connect(controller.open_changes)
        page.change_selected.connect(controller.differences.show)
        page.retry_requested.connect(self._try_again)
        controller.differences.ready.connect(page.show_change)
        controller.differences.counted.connect(page.set_change_counts)

    def _show(self, state: CompareState) -> None:
        self._state = state
        if self._page is not None:
            self._page.render(state)

    def _on_compared(self, comparison: Comparison) -> None:
        self._show(replace(self._state, comparison=comparison, problem=None))

    def _on_curves(self, curves: tuple[tuple[MetricSeries, ...], ...]) -> None:
        self._show(replace(self._state, curves=curves))

    def _on_failed(self, error: WorkbenchError) -> None:
        self._show(CompareState(problem=Problem.of(error)))

    def _try_again(self) -> None:
        self._show(CompareState())
        self._controller.look_again()

    # what is compared

    def _choose_baseline(self, run_id: str) -> None:
        request = self._controller.request
        if request is not None:
            self._change(replace(request, baseline=run_id))

    def _remove(self, place: int) -> None:
        request, comparison = self._controller.request, self._state.comparison
        if request is None or comparison is None or request.number <= 2:
            return
        side = comparison.sides[place]
        ids = tuple(run_id for run_id in request.run_ids if run_id != side.id)
        baseline = request.baseline if request.baseline in ids else ""
        with_folder = request.with_folder and side.run is not None
        self._change(CompareRequest(ids, baseline, with_folder))
        self._window.toasts.show(
            f"{side.title} was removed from the comparison",
            "",
            "undo",
            "Undo",
            lambda: self._put_back(request),
            key=_COMPARE,
        )

    def _put_back(self, request: CompareRequest) -> None:
        current = self._controller.request
        # The comparison may be another one by now.
        if current is not None and set(current.run_ids) <= set(request.run_ids):
            self._change(request)

    def _change(self, request: CompareRequest) -> None:
        context = self._projects.current
        if context is not None:
            self._controller.show(context, request)

    # leaving

    def _go_back(self) -> None:
        origin = self._origin
        self.close()
        if origin == _DETAIL and self._runs_screen.last_page == _DETAIL:
            self._window.show_page(_DETAIL)
        else:
            self._runs_screen.close_run()

    def _open_run(self, run_id: str) -> None:
        self._visits_run = True
        self._runs_screen.open_run(run_id)

    def _on_back_from_run(self) -> None:
        if self._visits_run and self.is_open:
            self._visits_run = False
            self._window.show_page(_COMPARE)

    def _settle(self) -> None:
        """Forget a comparison that the user left for the list or for a run."""
        page = self._window.page
        if page == _LIST or (page == _DETAIL and not self._visits_run):
            self.close()

    def _export(self) -> None:
        comparison = self._controller.comparison
        if comparison is not None and self._page is not None:
            self._runs_screen.files.export_comparison(
                comparison, only_differences=self._page.only_differences
            )
