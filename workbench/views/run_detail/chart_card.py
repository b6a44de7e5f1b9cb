"""A chart in a card: title, legend, plot, and the box with the values under the cursor."""

from dataclasses import replace

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QFrame, QGridLayout, QWidget

from workbench.core.metric import MetricSeries, format_metric
from workbench.core.metric_direction import best_of, lower_is_better
from workbench.core.wording import count
from workbench.views.chart_data import ChartData, ChartForms
from workbench.views.kit.buttons import IconButton
from workbench.views.kit.card import Card
from workbench.views.kit.label import ElidedLabel, Label
from workbench.views.kit.page import Offer, Offers
from workbench.views.run_detail.chart_lines import ChartContent, ChartOptions, x_text
from workbench.views.run_detail.chart_markers import Swatch
from workbench.views.run_detail.chart_plot import DASHES, GHOST_DASH, SERIES, ChartPlot
from workbench.views.theme.theme import theme

_GAP = 12


class ChartCard(Card):
    """One chart.

    Signals:
        hovered: X of the mouse, ``None`` when it left.
        entered: Commands are about this chart now.
        menu_requested: Place on the screen.
    """

    hovered = Signal(object)
    entered = Signal()
    menu_requested = Signal(QPoint)

    def __init__(self) -> None:
        super().__init__(" ")
        self._content: ChartContent | None = None
        self._options = ChartOptions()
        self._styles = list(zip(SERIES, DASHES, strict=True))
        self.plot = ChartPlot()
        self.box = _ValueBox(self)
        self.forms = ChartForms(self, self.grab_picture)
        self.more = IconButton("ellipsis", "More actions", small=True)
        # A picture of the card shows no button, and everything else stays where it is.
        policy = self.more.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.more.setSizePolicy(policy)
        self.header.addWidget(self.more)
        self._legend: list[tuple[Swatch, Label]] = []
        self._ghost_legend: tuple[Swatch, Label] | None = None
        self.body.setContentsMargins(theme().px(4), theme().px(4), theme().px(12), theme().px(4))
        self.body.addWidget(self.plot)
        self.plot.hovered.connect(self.hovered)
        self.plot.entered.connect(self.entered)
        self.plot.zoomed.connect(self.entered)
        self.plot.menu_requested.connect(self.menu_requested)
        self.more.clicked.connect(self._open_more)

    @property
    def content(self) -> ChartContent | None:
        """What is shown."""
        return self._content

    def set_plot_height(self, pixels: int) -> None:
        """Set the height of the plot."""
        self.plot.setFixedHeight(pixels)

    def show_content(self, content: ChartContent, options: ChartOptions) -> None:
        """Draw the curves."""
        self._options = options
        self.plot.show_content(content, options)
        self._show_axis(content)
        if content == self._content:
            return
        self._content = content
        self.title.setText(content.title)
        self.more.setAccessibleName(f"More actions for {content.title}")
        self._show_legend(content)
        self.plot.setAccessibleDescription(_description(content))

    def _show_axis(self, content: ChartContent) -> None:
        options = self._options
        axis = "time" if options.by_time else options.step_name.lower()
        self.plot.setAccessibleName(f"{content.title} by {axis}")

    def offers(self) -> Offers:
        """Return what can be done with this chart, by the id of the command."""
        if self._content is None:
            return {}
        whole = "" if self.plot.is_zoomed else "All of this chart is shown"
        return {
            "reset_chart": Offer(self.plot.reset_zoom, whole),
            **self.forms.offers(self._content.title, self.data),
        }

    def data(self) -> ChartData:
        """Return the numbers, a row for each step."""
        content = self._content
        own = content.series if content else ()
        series = (*own, *_named_ghosts(content)) if content else ()
        seconds = max((each.seconds for each in own), key=len, default=())
        rows = [
            [
                f"{step + 1}",
                f"{seconds[step]:.3f}" if step < len(seconds) else "",
                *(repr(each.values[step]) if step < len(each.values) else "" for each in series),
            ]
            for step in range(max((len(each.values) for each in series), default=0))
        ]
        return ChartData(self.title.text(), ["Step", "Seconds", *(s.name for s in series)], rows)

    def grab_picture(self) -> QPixmap:
        """Return a picture of the card without its button."""
        self.more.hide()
        picture = self.grab()
        self.more.show()
        return picture

    def _open_more(self) -> None:
        self.entered.emit()
        self.menu_requested.emit(self.more.mapToGlobal(self.more.rect().bottomLeft()))

    def show_cursor(self, x: float | None, *, with_box: bool) -> None:
        """Draw the cursor, and the box with the values if the mouse is here."""
        values = self.plot.show_cursor(x)
        if x is None or not values or not with_box:
            self.box.hide()
            return
        rows = [
            (self._styles[place][0] if place >= 0 else "ghost", name, format_metric(value))
            for place, name, value in values
        ]
        self.box.show_values(x_text(x, self._options), rows)
        self._place_box(x)

    def _place_box(self, x: float) -> None:
        gap = theme().px(_GAP)
        cursor = self.plot.x() + round(self.plot.cursor_place(x))
        left = cursor - gap - self.box.width()
        if left < self.plot.x() + round(self.plot.area().left()):
            left = min(cursor + gap, self.width() - self.box.width())
        # Many values need more room than a low plot has.
        top = min(self.plot.y() + theme().px(8), self.height() - self.box.height())
        self.box.move(left, max(0, top))
        self.box.raise_()
        self.box.show()

    def _show_legend(self, content: ChartContent) -> None:
        while len(self._legend) < len(content.series):
            token, dash = self._styles[len(self._legend)]
            marker = len(self._legend) if content.markers else -1
            swatch, label = Swatch(token, dash, marker), Label("", "secondary", "text_2")
            # The button stays at the right end.
            place = self.header.count() - 1
            self.header.insertWidget(place, swatch)
            self.header.insertWidget(place + 1, label)
            self._legend.append((swatch, label))
        several = len(content.series) > 1
        named = several or bool(content.ghosts)
        for place, (swatch, label) in enumerate(self._legend):
            shown = named and place < len(content.series)
            swatch.setVisible(shown)
            label.setVisible(shown)
            if shown:
                label.setText(content.series[place].name if several else content.own)
        self._show_ghost_legend(content)

    def _show_ghost_legend(self, content: ChartContent) -> None:
        if self._ghost_legend is None and content.ghosts:
            self._ghost_legend = Swatch("ghost", GHOST_DASH), Label("", "secondary", "text_2")
        if self._ghost_legend is None:
            return
        swatch, label = self._ghost_legend
        label.setText(content.ghost)
        widgets: tuple[QWidget, ...] = (swatch, label)
        for widget in widgets:
            # Behind all others, of which some may be new.
            self.header.removeWidget(widget)
            self.header.insertWidget(self.header.count() - 1, widget)
            widget.setVisible(bool(content.ghosts))


class _ValueBox(QFrame):
    """What the curves are at the cursor."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._title = Label("", "secondary_medium")
        self._rows: list[tuple[Swatch, ElidedLabel, Label]] = []
        px = theme().px
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(px(8), px(6), px(8), px(6))
        self._grid.setHorizontalSpacing(px(8))
        self._grid.setVerticalSpacing(0)
        self._grid.addWidget(self._title, 0, 0, 1, 3)
        self.hide()

    def show_values(self, title: str, rows: list[tuple[str, str, str]]) -> None:
        """Show ``(colour token, name, value)`` of each curve."""
        self._title.setText(title)
        while len(self._rows) < len(rows):
            row = len(self._rows) + 1
            swatch = Swatch(rows[row - 1][0])
            name, value = ElidedLabel("", "secondary", "text_2"), Label("", "secondary")
            value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            for column, widget in enumerate((swatch, name, value)):
                self._grid.addWidget(widget, row, column)
            self._rows.append((swatch, name, value))
        for place, widgets in enumerate(self._rows):
            shown = place < len(rows)
            for widget in widgets:
                widget.setVisible(shown)
            if shown:
                widgets[0].set_token(rows[place][0])
                widgets[1].setText(rows[place][1])
                widgets[2].setText(rows[place][2])
        self.resize(self.sizeHint())


def _named_ghosts(content: ChartContent) -> list[MetricSeries]:
    """Return the curves of another run, named so that a table tells them apart."""
    return [replace(each, name=f"{each.name} {content.ghost}") for each in content.ghosts]


def _description(content: ChartContent) -> str:
    parts = []
    for series in content.series:
        metric = content.metric or series.name
        words = f"{series.name}, {count(len(series.values), 'value')}"
        best = best_of(metric, series.values)
        if best is not None:
            kind = "lowest" if lower_is_better(metric) else "highest"
            step = series.values.index(best) + 1
            words += f", {kind} {format_metric(best)} at step {step:,}"
        parts.append(words)
    if content.ghosts:
        parts.append(f"with {content.ghost} behind")
    return "; ".join(parts)
