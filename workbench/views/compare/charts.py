"""The curves of the compared runs, two metrics side by side."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu

from workbench.viewmodels.compare_curves import (
    Curves,
    curve_names,
    curves_of,
    epoch_places,
    first_charts,
)
from workbench.views.chart_data import ChartData
from workbench.views.compare.geometry import MARGIN
from workbench.views.kit.buttons import Button
from workbench.views.kit.page import Offer, Offers
from workbench.views.kit.panel import Panel
from workbench.views.run_detail.chart_card import ChartCard
from workbench.views.run_detail.chart_lines import ChartContent, ChartOptions
from workbench.views.theme.theme import theme

PLOT, _PLOT_LOW, _LOW = 148, 100, 700
_REDRAW_MS = 200


class CompareChart(ChartCard):
    """A chart whose metric is chosen at its title."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.chooser = Button("", "chevron-down", "flat", f"Metric of chart {number}", small=True)
        self.chooser.setObjectName(f"compareMetric{number}")
        # The arrow stands behind the name.
        self.chooser.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self.menu = QMenu(self.chooser)
        self.title.hide()
        self.header.insertWidget(0, self.chooser)
        self.header.setContentsMargins(theme().px(2), theme().px(4), theme().px(8), 0)
        self.body.setContentsMargins(theme().px(0), 0, theme().px(12), theme().px(4))

    def data(self) -> ChartData:
        """Return the numbers, a row for each step, and for each run when and what it logged."""
        series = self.content.series if self.content else ()
        header = ["Step"]
        for each in series:
            header += [f"{each.name} seconds", each.name]
        rows = []
        for step in range(max((len(each.values) for each in series), default=0)):
            row = [f"{step + 1}"]
            for each in series:
                known = step < len(each.values)
                row += [f"{each.seconds[step]:.3f}" if known else ""]
                row += [repr(each.values[step]) if known else ""]
            rows.append(row)
        return ChartData(self.title.text(), header, rows)


class CompareCharts(Panel):
    """One or two charts with a common cursor; hidden while no run has a curve.

    Signals:
        data_save_requested: ``ChartData`` to save as a file.
        picture_save_requested: Title of a chart, and its picture as PNG bytes.
        offers_changed: Other commands are possible now.
    """

    data_save_requested = Signal(object)
    picture_save_requested = Signal(str, bytes)
    offers_changed = Signal()

    def __init__(self) -> None:
        super().__init__("surface", "bottom")
        self._curves: Curves = ()
        self._titles: tuple[str, ...] = ()
        self._axis = "time"
        self._chosen: dict[int, str] = {}
        self._log_scale = False
        self.cards = [CompareChart(number) for number in (1, 2)]
        self._current = self.cards[0]
        self._drawing = QTimer(self)
        self._drawing.setSingleShot(True)
        self._drawing.setInterval(_REDRAW_MS)
        self._drawing.timeout.connect(self._draw)
        px = theme().px
        row = QHBoxLayout(self)
        row.setContentsMargins(px(MARGIN), px(16), px(MARGIN), px(16))
        row.setSpacing(px(16))
        for place, card in enumerate(self.cards):
            row.addWidget(card, 1)
            card.hovered.connect(lambda x, card=card: self._show_cursor(card, x))
            card.entered.connect(lambda card=card: self._enter(card))
            card.menu_requested.connect(lambda place, card=card: self._open_chart_menu(card, place))
            card.forms.data_save_requested.connect(self.data_save_requested)
            card.forms.picture_save_requested.connect(self.picture_save_requested)
            card.chooser.clicked.connect(lambda _=False, place=place: self._open_menu(place))
        theme().changed.connect(self.fit)
        self.hide()

    @property
    def metrics(self) -> tuple[str, ...]:
        """The metrics shown."""
        names = curve_names(self._curves)
        usual = first_charts(names)
        chosen = [self._chosen.get(place, name) for place, name in enumerate(usual)]
        return tuple(name if name in names else usual[place] for place, name in enumerate(chosen))

    def offers(self) -> Offers:
        """Return what can be done with the chart that the user is at, else the first one."""
        if self.isHidden():
            return {}
        card = self.cards[0] if self._current.isHidden() else self._current
        place = self.cards.index(card)
        return {
            "choose_metric": Offer(lambda: self._open_menu(place)),
            "log_scale": Offer(self._toggle_log_scale, checked=self._log_scale),
            **card.offers(),
        }

    def show_curves(self, curves: Curves, titles: Sequence[str]) -> None:
        """Show the curves of these runs."""
        same = self._titles == tuple(titles)
        self._curves, self._titles = curves, tuple(titles)
        self.setVisible(bool(curve_names(curves)))
        if not same or not self._drawing.isActive():
            self._draw() if not same else self._drawing.start()

    def set_axis(self, axis: str) -> None:
        """Draw over ``"epoch"``, ``"step"`` or ``"time"``."""
        self._axis = axis
        self._draw()

    def choose(self, place: int, metric: str) -> None:
        """Show another metric in a chart."""
        self._chosen[place] = metric
        self._draw()

    def start(self) -> None:
        """Forget what was chosen for another comparison."""
        self._chosen.clear()
        for card in self.cards:
            card.plot.reset_zoom()
            card.show_cursor(None, with_box=False)

    def fit(self) -> None:
        """Choose the height of the plots."""
        low = self.window().height() < theme().px(_LOW)
        for card in self.cards:
            card.set_plot_height(theme().px(_PLOT_LOW if low else PLOT))

    @property
    def _options(self) -> ChartOptions:
        name = "Epoch" if self._axis == "epoch" else "Step"
        return ChartOptions(by_time=self._axis == "time", log_scale=self._log_scale, step_name=name)

    def _toggle_log_scale(self) -> None:
        self._log_scale = not self._log_scale
        self._draw()

    def _enter(self, card: CompareChart) -> None:
        self._current = card
        self.offers_changed.emit()

    def _open_chart_menu(self, card: CompareChart, place: QPoint) -> None:
        self._enter(card)
        card.forms.open_menu(place, self.offers())

    def _draw(self) -> None:
        metrics = self.metrics
        for place, card in enumerate(self.cards):
            card.setVisible(place < len(metrics))
            if place < len(metrics):
                card.chooser.set_text(metrics[place])
                card.show_content(self._content(metrics[place]), self._options)

    def _content(self, metric: str) -> ChartContent:
        places = epoch_places(self._curves, metric) if self._axis == "epoch" else ()
        series = curves_of(self._curves, self._titles, metric)
        return ChartContent(metric, series, metric, places, markers=True)

    def _show_cursor(self, source: ChartCard, x: float | None) -> None:
        place = x if x is None or self._axis == "time" else float(max(0, round(x)))
        for card in self.cards:
            if not card.isHidden():
                card.show_cursor(place, with_box=card is source)

    def _open_menu(self, place: int) -> None:
        card = self.cards[place]
        card.menu.clear()
        for name in curve_names(self._curves):
            action = card.menu.addAction(name.replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(name == self.metrics[place])
            action.triggered.connect(lambda _=False, name=name: self.choose(place, name))
        card.menu.popup(card.chooser.mapToGlobal(card.chooser.rect().bottomLeft()))
