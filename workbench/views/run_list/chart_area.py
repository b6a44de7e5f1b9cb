"""When and how high the charts of the Run List are shown; they are made as late as possible."""

from heapq import nlargest

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from workbench.viewmodels.metric_chart import MAX_RUNS, duration_points, metric_points
from workbench.viewmodels.run_table import RunTableModel
from workbench.views.kit.page import Offers
from workbench.views.run_list.charts import ChartCards
from workbench.views.theme.theme import theme

# At most five times a second.
_REDRAW_MS = 200
_PLOT, _LOW_PLOT, _TALL_FROM = 152, 100, 700


class ChartArea(QWidget):
    """Empty until the page was shown with runs that have numbers, and while it is switched off.

    Signals:
        run_clicked: Id of a run, and whether it is added to the selection.
        run_opened: Id of a run that was double-clicked.
        possible: Whether there is anything to draw.
        data_save_requested: ``ChartData`` to save as a file.
        picture_save_requested: Title of a chart, and its picture as PNG bytes.
        offers_changed: Other commands are possible now.
    """

    run_clicked = Signal(str, bool)
    run_opened = Signal(str)
    possible = Signal(bool)
    data_save_requested = Signal(object)
    picture_save_requested = Signal(str, bytes)
    offers_changed = Signal()

    def __init__(self, model: RunTableModel) -> None:
        super().__init__()
        self._model = model
        self._marks: dict[str, str] = {}
        self._wanted = True
        self.cards: ChartCards | None = None
        self._redraw = QTimer(self)
        self._redraw.setSingleShot(True)
        self._redraw.setInterval(_REDRAW_MS)
        self._redraw.timeout.connect(self.refresh)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        model.counts_changed.connect(self.refresh_soon)
        model.modelReset.connect(self.refresh_soon)
        self.hide()

    @property
    def is_wanted(self) -> bool:
        """Whether the user wants charts."""
        return self._wanted

    def offers(self) -> Offers:
        """Return what can be done with a chart, by the id of the command."""
        return self.cards.offers() if self.cards is not None and not self.isHidden() else {}

    def set_wanted(self, *, wanted: bool) -> None:
        """Show charts if there is anything to draw, or never."""
        self._wanted = wanted
        self.refresh()

    def show_marks(self, marks: dict[str, str]) -> None:
        """Ring the selected runs in the colours of their rows."""
        self._marks = marks
        if self.cards is not None:
            self.cards.show_marks(marks)

    def fit(self, width: int, window_height: int) -> None:
        """Choose number and height of the cards for a page and its window."""
        if self.cards is not None:
            low = window_height < theme().px(_TALL_FROM)
            self.cards.set_plot_height(_LOW_PLOT if low else _PLOT)
            self.cards.fit(width)

    def refresh(self) -> None:
        """Draw the runs shown now, or hide."""
        page = self.parentWidget()
        if page is None or not page.isVisible():
            return
        runs = nlargest(MAX_RUNS, self._model.shown_runs(), key=lambda run: run.number)
        metrics = self._model.metrics
        drawable = bool(metrics and any(metric_points(runs, name) for name in metrics))
        drawable = drawable or bool(duration_points(runs))
        self.possible.emit(drawable)
        if drawable and self._wanted:
            self._made_cards().show_runs(runs, metrics, self._model.inputs)
        self.setVisible(drawable and self._wanted)

    def refresh_soon(self) -> None:
        """Draw a moment later, at most five times a second."""
        if not self._redraw.isActive():
            self._redraw.start()

    def _made_cards(self) -> ChartCards:
        if self.cards is None:
            self.cards = ChartCards()
            self.cards.run_clicked.connect(self.run_clicked)
            self.cards.run_opened.connect(self.run_opened)
            self.cards.data_save_requested.connect(self.data_save_requested)
            self.cards.picture_save_requested.connect(self.picture_save_requested)
            self.cards.offers_changed.connect(self.offers_changed)
            self.cards.show_marks(self._marks)
            self._layout.addWidget(self.cards)
            self.fit(self.width(), self.window().height())
        return self.cards
