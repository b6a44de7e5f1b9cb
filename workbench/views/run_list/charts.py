"""The chart cards above the Run List: up to two metrics and the duration, by run number."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QPoint, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from workbench.core.metric_direction import lower_is_better
from workbench.core.run import Run
from workbench.viewmodels.metric_chart import (
    RunPoint,
    best_point,
    best_so_far,
    duration_points,
    duration_unit,
    metric_points,
)
from workbench.views.kit.page import Offers
from workbench.views.run_list.run_chart import CardContent, RunChart
from workbench.views.run_list.run_plot import PlotContent
from workbench.views.theme.theme import theme

DURATION = ""
_MOST_METRICS = 2
_THREE_FROM = 1000


@dataclass(frozen=True, slots=True)
class _Card:
    """What one card shows: a metric, or the duration."""

    metric: str
    points: list[RunPoint]


class ChartCards(QWidget):
    """Two or three cards side by side.

    Signals:
        run_clicked: Id of a run, and whether it is added to the selection.
        run_opened: Id of a run that was double-clicked.
        data_save_requested: ``ChartData`` to save as a file.
        picture_save_requested: Title of a chart, and its picture as PNG bytes.
        offers_changed: Other commands are possible now.
    """

    run_clicked = Signal(str, bool)
    run_opened = Signal(str)
    data_save_requested = Signal(object)
    picture_save_requested = Signal(str, bytes)
    offers_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.charts: list[RunChart] = []
        self._current: RunChart | None = None
        self._chosen = ["", ""]
        self._runs: Sequence[Run] = ()
        self._metrics: tuple[str, ...] = ()
        self._inputs: frozenset[str] = frozenset()
        self._marks: dict[str, str] = {}
        self._waiting: list[tuple[int, _Card]] = []
        self._plot_height = 152
        self._row = QHBoxLayout(self)
        self._next = QTimer(self)
        self._next.setSingleShot(True)
        self._next.setInterval(0)
        self._next.timeout.connect(self._fill)
        px = theme().px
        self._row.setContentsMargins(px(24), 0, px(24), px(16))
        self._row.setSpacing(px(16))
        theme().changed.connect(self._restyle)

    def offers(self) -> Offers:
        """Return what can be done with the chart that the user is at, else the first one."""
        shown = [chart for chart in self.charts if not chart.isHidden()]
        if not shown:
            return {}
        return (self._current if self._current in shown else shown[0]).offers()

    def show_runs(
        self, runs: Sequence[Run], metrics: tuple[str, ...], inputs: frozenset[str]
    ) -> None:
        """Draw these runs; metrics that are ``inputs`` have no best value."""
        self._runs, self._metrics, self._inputs = runs, metrics, inputs
        self._begin()

    def show_marks(self, marks: dict[str, str]) -> None:
        """Ring the selected runs in the colours of their rows."""
        self._marks = marks
        for chart in self.charts:
            chart.plot.show_marks(marks)

    def set_plot_height(self, height: int) -> None:
        """Change the height of the plots, in pixels of the design."""
        self._plot_height = height
        for chart in self.charts:
            chart.set_plot_height(height)

    def fit(self, width: int) -> None:
        """Show as many cards as a width has room for."""
        narrow = width < theme().px(_THREE_FROM)
        for place, chart in enumerate(self.charts):
            chart.setVisible(chart.content is not None and not (narrow and place >= _MOST_METRICS))

    def _restyle(self) -> None:
        for chart in self.charts:
            chart.plot.restyle()
            chart.set_plot_height(self._plot_height)

    def _cards(self) -> list[_Card]:
        free = [name for name in self._metrics if name not in self._chosen]
        cards = []
        for place in range(min(_MOST_METRICS, len(self._metrics))):
            name = self._chosen[place]
            if name not in self._metrics:
                name = free.pop(0)
            if points := metric_points(self._runs, name):
                cards.append(_Card(name, points))
        if points := duration_points(self._runs):
            cards.append(_Card(DURATION, points))
        return cards

    def _begin(self) -> None:
        self._waiting = list(enumerate(self._cards()))
        for chart in self.charts[len(self._waiting) :]:
            chart.clear()
        self._next.start()

    def _fill(self) -> None:
        """Give one card its content, the next one a moment later: input goes first."""
        if not self._waiting:
            return
        place, card = self._waiting.pop(0)
        if place == len(self.charts):
            self._add_chart()
        self._render(self.charts[place], card)
        self.fit(self.width())
        if self._waiting:
            self._next.start()
        else:
            self.offers_changed.emit()

    def _add_chart(self) -> None:
        number = len(self.charts) + 1
        chart = RunChart(number)
        chart.set_plot_height(self._plot_height)
        chart.clicked.connect(self.run_clicked)
        chart.opened.connect(self.run_opened)
        chart.pointed.connect(self._point)
        chart.metric_chosen.connect(lambda name, place=number - 1: self._choose(place, name))
        chart.entered.connect(lambda: self._enter(chart))
        chart.menu_requested.connect(lambda place: self._open_menu(chart, place))
        chart.forms.data_save_requested.connect(self.data_save_requested)
        chart.forms.picture_save_requested.connect(self.picture_save_requested)
        self.charts.append(chart)
        self._row.addWidget(chart, 1)

    def _enter(self, chart: RunChart) -> None:
        self._current = chart
        self.offers_changed.emit()

    def _open_menu(self, chart: RunChart, place: QPoint) -> None:
        self._enter(chart)
        chart.forms.open_menu(place, chart.offers())

    def _render(self, chart: RunChart, card: _Card) -> None:
        if card.metric == DURATION:
            unit, seconds = duration_unit(card.points)
            points = [replace(point, value=point.value * 60 / seconds) for point in card.points]
            plot = PlotContent(points, bars=True, seconds=seconds)
            chart.render(CardContent("Duration", plot, unit=unit))
        elif card.metric in self._inputs:
            chart.render(CardContent(card.metric, PlotContent(card.points), self._metrics))
        else:
            line = best_so_far(card.points, card.metric)
            plot = PlotContent(card.points, line=line, falls=lower_is_better(card.metric))
            best = best_point(card.points, card.metric)
            chart.render(CardContent(card.metric, plot, self._metrics, best))
        chart.plot.show_marks(self._marks)

    def _point(self, run_id: str) -> None:
        for chart in self.charts:
            chart.plot.show_cursor(run_id)

    def _choose(self, place: int, name: str) -> None:
        if place < _MOST_METRICS:
            shown = [card.metric for card in self._cards() if card.metric]
            self._chosen = [*shown, "", ""][:_MOST_METRICS]
            other = 1 - place
            if self._chosen[other] == name:
                self._chosen[other] = self._chosen[place]
            self._chosen[place] = name
            self._begin()
