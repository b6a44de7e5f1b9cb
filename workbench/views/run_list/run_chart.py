"""A chart card: its header, and a plot."""

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QMenu, QWidget

from workbench.core.metric import format_metric
from workbench.core.run import RunStatus
from workbench.core.wording import count
from workbench.viewmodels.metric_chart import RunPoint
from workbench.views.chart_data import ChartData, ChartForms
from workbench.views.kit.buttons import Button
from workbench.views.kit.card import Card
from workbench.views.kit.label import Label
from workbench.views.kit.page import Offer, Offers
from workbench.views.run_list.run_plot import PlotContent, RunPlot
from workbench.views.theme.theme import theme

_HEADER = 36
_MENU_MOST = 12


@dataclass(frozen=True, slots=True)
class CardContent:
    """What a card shows.

    Attributes:
        title: Name of the metric, or "Duration".
        plot: The runs.
        metrics: Metrics to choose from; empty for the duration.
        best: The best completed run.
        unit: Unit of the values, shown beside "Duration".
    """

    title: str
    plot: PlotContent
    metrics: tuple[str, ...] = ()
    best: RunPoint | None = None
    unit: str = ""


class RunChart(Card):
    """One card.

    Signals:
        clicked: Id of a run, and whether it is added to the selection.
        opened: Id of a run that was double-clicked.
        pointed: Id of the run under the mouse, empty for none.
        metric_chosen: Name of a metric.
        entered: Commands are about this chart now.
        menu_requested: Place on the screen.
    """

    clicked = Signal(str, bool)
    opened = Signal(str)
    pointed = Signal(str)
    metric_chosen = Signal(str)
    entered = Signal()
    menu_requested = Signal(QPoint)

    def __init__(self, number: int) -> None:
        super().__init__("Duration")
        self.plot = RunPlot()
        self.plot.setObjectName(f"runChart{number}")
        self.chooser = Button("", "chevron-down", "flat", f"Metric of chart {number}", small=True)
        self.chooser.setObjectName(f"chartMetric{number}")
        # The arrow stands behind the name.
        self.chooser.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self.menu = QMenu(self.chooser)
        self.word = Label("", "secondary", "text_2")
        self.best_value = Label("", "secondary_strong")
        self.best_run = Button("", kind="link", small=True)
        self.legend = _Legend()
        self._unit = Label("", "secondary", "text_3")
        self._best_id = ""
        self.content: CardContent | None = None
        self.forms = ChartForms(self, self.grab)
        self._build()
        self.plot.entered.connect(self.entered)
        self.plot.menu_requested.connect(self.menu_requested)
        self.chooser.clicked.connect(self._open_menu)
        self.best_run.clicked.connect(lambda: self.clicked.emit(self._best_id, False))
        self.plot.clicked.connect(self.clicked)
        self.plot.opened.connect(self.opened)
        self.plot.pointed.connect(self.pointed)

    def render(self, content: CardContent) -> None:  # type: ignore[override]  # a state
        """Show ``content``."""
        self.content = content
        chosen = bool(content.metrics)
        self.title.setText(content.title)
        self.title.setVisible(not chosen)
        self._unit.setVisible(not chosen)
        self._unit.setText(content.unit)
        self.legend.setVisible(not chosen)
        statuses = {point.status for point in content.plot.points}
        self.legend.show_canceled(shown=RunStatus.CANCELED in statuses)
        self.chooser.set_text(content.title)
        self.chooser.setVisible(chosen)
        self._render_best(content)
        self.plot.show_content(content.plot)
        self.plot.setAccessibleName(f"{content.title} by run")
        self.plot.setAccessibleDescription(self._description(content))

    def clear(self) -> None:
        """Show nothing."""
        self.content = None
        self.hide()

    def set_plot_height(self, height: int) -> None:
        """Change the height of the plot, in pixels of the design."""
        self.setFixedHeight(theme().px(_HEADER + height))

    def _render_best(self, content: CardContent) -> None:
        best = content.best
        for widget in (self.word, self.best_value, self.best_run):
            widget.setVisible(best is not None)
        self._best_id = best.run_id if best else ""
        if best is not None:
            self.word.setText("Lowest" if content.plot.falls else "Highest")
            self.best_value.setText(format_metric(best.value))
            self.best_run.set_text(f"#{best.number}")
            self.best_run.setAccessibleName(f"Best run #{best.number}")

    @staticmethod
    def _description(content: CardContent) -> str:
        number = count(len(content.plot.points), "run")
        if content.best is None:
            return number
        word = "lowest" if content.plot.falls else "highest"
        return f"{number}, {word} {format_metric(content.best.value)} in #{content.best.number}"

    def offers(self) -> Offers:
        """Return what can be done with this chart, by the id of the command."""
        if self.content is None:
            return {}
        whole = "" if self.plot.is_zoomed else "All of this chart is shown"
        offers = {
            "reset_chart": Offer(self.plot.reset_zoom, whole),
            **self.forms.offers(self.content.title, self.data),
        }
        if self.content.metrics:
            offers["choose_metric"] = Offer(self._open_menu)
        return offers

    def data(self) -> ChartData:
        """Return the numbers, a row for each run."""
        if self.content is None:
            return ChartData("", (), ())
        unit = f" ({self.content.unit})" if self.content.unit else ""
        header = ["Run", "Status", f"{self.content.title}{unit}"]
        points = self.content.plot.points
        rows = [[f"#{each.number}", each.status.label, repr(each.value)] for each in points]
        return ChartData(self.content.title, header, rows)

    def _open_menu(self) -> None:
        self.menu.clear()
        for name in self.content.metrics[:_MENU_MOST] if self.content else ():
            action = self.menu.addAction(name.replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(self.content is not None and name == self.content.title)
            action.triggered.connect(lambda _=False, metric=name: self.metric_chosen.emit(metric))
        self.menu.popup(self.chooser.mapToGlobal(self.chooser.rect().bottomLeft()))

    def _build(self) -> None:
        px = theme().px
        self.header.setContentsMargins(0, px(4), px(12), 0)
        self.title.setContentsMargins(px(12), 0, 0, 0)
        self.title.setFixedHeight(px(28))
        self.header.insertWidget(0, self.chooser)
        self.header.insertWidget(2, self._unit)
        for widget in (self.word, self.best_value, self.best_run, self.legend):
            self.header.addWidget(widget)
        self.body.setContentsMargins(px(4), px(2), px(12), px(6))
        self.body.addWidget(self.plot)


class _Legend(QWidget):
    """The colours of the bars."""

    _ALWAYS = (("Completed", "c1"), ("Failed", "bad"))
    _CANCELED = (("Canceled", "idle"),)

    def __init__(self) -> None:
        super().__init__()
        self._entries: tuple[tuple[str, str], ...] = ()
        self.show_canceled(shown=False)

    def show_canceled(self, *, shown: bool) -> None:
        """Explain the bars of canceled runs too, or not."""
        entries = self._ALWAYS + (self._CANCELED if shown else ())
        if entries != self._entries:
            self._entries = entries
            self.setAccessibleName(", ".join(word for word, _tone in entries))
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        """Return the room of all words."""
        return QSize(sum(self._widths()), theme().px(20))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw a square and a word for each colour."""
        look = theme()
        painter = QPainter(self)
        painter.setFont(look.font("secondary"))
        left, side = 0, look.px(9)
        for (word, tone), width in zip(self._entries, self._widths(), strict=True):
            square = (self.height() - side) // 2
            painter.fillRect(left + look.px(12), square, side, side, look.color(tone))
            painter.setPen(look.color("text_2"))
            flags = int(Qt.AlignmentFlag.AlignVCenter)
            painter.drawText(left + look.px(27), 0, width, self.height(), flags, word)
            left += width
        painter.end()

    def _widths(self) -> list[int]:
        self.setFont(theme().font("secondary"))
        metrics = self.fontMetrics()
        return [metrics.horizontalAdvance(word) + theme().px(28) for word, _tone in self._entries]
