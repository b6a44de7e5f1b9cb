"""The plot of one chart. Import this module only when a chart is shown: pyqtgraph loads slowly."""

import math

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QPen, QWheelEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from workbench.views.run_detail.chart_lines import ChartContent, ChartOptions, x_ticks, y_ticks
from workbench.views.run_detail.chart_numbers import Numbers, bounds, heights, index_at, places
from workbench.views.theme.theme import theme

SERIES = ("c1", "c2", "c3", "c4")
DASHES: tuple[tuple[float, ...], ...] = ((), (6, 3), (2, 2), (8, 3, 2, 3))
# Thicker lines of many points take a hundred times longer to draw than lines of one pixel.
_FEW_POINTS, _WIDTH = 400, 1.75
_RAW_ALPHA = 70
_ROOM = 0.08


class ChartPlot(QWidget):
    """Curves with a cursor. Dragging zooms the X axis, a double click shows everything again.

    Signals:
        hovered: X of the mouse, ``None`` when it left.
    """

    hovered = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._content: ChartContent | None = None
        self._options = ChartOptions()
        self._xs: list[Numbers] = []
        self._ys: list[Numbers] = []
        self._lines: list[pg.PlotDataItem] = []
        self._raw: list[pg.PlotDataItem] = []
        self._plot = pg.PlotWidget(background=theme().color("surface"))
        self._dots = pg.ScatterPlotItem(size=theme().px(7), pxMode=True)
        self._cursor = pg.InfiniteLine(angle=90, movable=False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._plot)
        self._set_up()
        theme().changed.connect(self._restyle)
        self._restyle()

    def show_content(self, content: ChartContent, options: ChartOptions) -> None:
        """Draw the curves."""
        if content == self._content and options == self._options:
            return
        axis_changed = options.by_time != self._options.by_time
        self._content, self._options = content, options
        self._xs = [places(series, options) for series in content.series]
        self._ys = [heights(series, options) for series in content.series]
        while len(self._lines) < len(content.series):
            self._raw.append(self._add_line())
            self._lines.append(self._add_line())
        for place, line in enumerate(self._lines):
            shown = place < len(content.series)
            line.setVisible(shown)
            self._raw[place].setVisible(shown and options.smoothing > 0)
            if shown:
                line.setData(self._xs[place], self._ys[place])
                if options.smoothing > 0:
                    raw = heights(content.series[place], options, raw=True)
                    self._raw[place].setData(self._xs[place], raw)
        self._set_pens()
        self._fit(reset=axis_changed)

    def show_cursor(self, x: float | None) -> list[tuple[str, float]]:
        """Draw the cursor at ``x``; return the name and value of each curve there."""
        found: list[tuple[str, float]] = []
        spots = []
        for place, series in enumerate(self._content.series if self._content else ()):
            index = -1 if x is None else index_at(self._xs[place], x)
            if index >= 0:
                found.append((series.name, series.values[index]))
                height = self._ys[place][index]
                if math.isfinite(height):
                    brush = theme().color(SERIES[place])
                    spots.append({"pos": (self._xs[place][index], height), "brush": brush})
        self._dots.setData(spots)
        if x is None or not found:
            self._cursor.hide()
        else:
            self._cursor.setPos(x)
            self._cursor.show()
        return found

    def cursor_place(self, x: float) -> float:
        """Return the pixel of ``x`` in this widget."""
        view = self._plot.getViewBox()
        scene = view.mapViewToScene(QPointF(x, 0))
        return float(self._plot.mapFromScene(scene).x())

    def reset_zoom(self) -> None:
        """Show everything again."""
        self._zoomed = False
        self._fit(reset=True)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the wheel scroll the page, notice when the mouse leaves, reset on double click."""
        if isinstance(event, QWheelEvent):
            event.ignore()
            return True
        if event.type() == QEvent.Type.Leave:
            self.hovered.emit(None)
        elif event.type() == QEvent.Type.MouseButtonDblClick:
            self.reset_zoom()
            return True
        return super().eventFilter(watched, event)

    def _add_line(self) -> pg.PlotDataItem:
        line = self._plot.plot(antialias=True, connect="finite")
        line.setClipToView(True)
        line.setDownsampling(auto=True, method="peak")
        return line

    def _fit(self, *, reset: bool) -> None:
        """Show all points unless the user zoomed in."""
        if reset:
            self._zoomed = False
        view = self._plot.getViewBox()
        if self._zoomed:
            return
        across = bounds([line[[0, -1]] for line in self._xs if len(line)])
        if across is None:
            return
        low, high = across
        view.setXRange(low, high if high > low else low + 1, padding=0.02)
        bottom, top = bounds(self._ys) or (0.0, 1.0)
        self._set_height(bottom, top)
        self._show_ticks()

    def _set_height(self, bottom: float, top: float) -> None:
        """Show these values, with room for the text of the first and the last tick."""
        if top <= bottom:
            half = abs(top) * 0.1 or 0.5
            bottom, top = bottom - half, top + half
        room = (top - bottom) * _ROOM
        ticks = [place for place, _text in y_ticks(bottom - room, top + room, self._options)]
        low, high = (ticks[0], ticks[-1]) if ticks else (bottom, top)
        view = self._plot.getViewBox()
        view.setYRange(min(bottom, low) - room, max(top, high) + room, padding=0)

    def _on_zoomed(self) -> None:
        """Fit the Y axis to what the zoomed X range holds."""
        view = self._plot.getViewBox()
        self._zoomed = True
        (low, high), _y = view.viewRange()
        pairs = zip(self._xs, self._ys, strict=True)
        inside = bounds([ys[(xs >= low) & (xs <= high)] for xs, ys in pairs])
        if inside is not None:
            self._set_height(*inside)

    def _on_mouse(self, place: QPointF) -> None:
        view = self._plot.getViewBox()
        if view.sceneBoundingRect().contains(place):
            self.hovered.emit(view.mapSceneToView(place).x())
        else:
            self.hovered.emit(None)

    def _show_ticks(self, *_range: object) -> None:
        (left, right), (bottom, top) = self._plot.getViewBox().viewRange()
        self._plot.getAxis("bottom").setTicks([x_ticks(left, right, self._options)])
        self._plot.getAxis("left").setTicks([y_ticks(bottom, top, self._options)])

    def _set_up(self) -> None:
        self._zoomed = False
        plot = self._plot
        plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        plot.setMenuEnabled(False)
        plot.hideButtons()
        plot.getPlotItem().setContentsMargins(0, theme().px(8), 0, 0)
        plot.showGrid(x=False, y=True, alpha=1.0)
        view = plot.getViewBox()
        view.setMouseMode(pg.ViewBox.RectMode)
        view.enableAutoRange(x=False, y=False)
        view.setDefaultPadding(0.0)
        view.sigRangeChangedManually.connect(self._on_zoomed)
        view.sigRangeChanged.connect(self._show_ticks)
        plot.addItem(self._cursor, ignoreBounds=True)
        plot.addItem(self._dots, ignoreBounds=True)
        self._dots.setZValue(10)
        self._cursor.hide()
        plot.scene().sigMouseMoved.connect(self._on_mouse)
        plot.viewport().installEventFilter(self)

    def _set_pens(self) -> None:
        for place, line in enumerate(self._lines):
            points = len(self._xs[place]) if place < len(self._xs) else 0
            color = theme().color(SERIES[place])
            line.setPen(_pen(color, points, DASHES[place]))
            faint = QColor(color)
            faint.setAlpha(_RAW_ALPHA)
            self._raw[place].setPen(_pen(faint, points, ()))

    def _restyle(self) -> None:
        look = theme()
        self._plot.setBackground(look.color("surface"))
        for name in ("bottom", "left"):
            axis = self._plot.getAxis(name)
            axis.setPen(_hairline(look.color("axis" if name == "bottom" else "grid")))
            axis.setTextPen(look.color("text_3"))
            axis.setTickFont(look.font("axis"))
            axis.setStyle(tickLength=0, tickTextOffset=look.px(6), hideOverlappingLabels=False)
            axis.setZValue(-1000)
        self._plot.getAxis("left").setWidth(look.px(46))
        self._plot.getAxis("bottom").setHeight(look.px(24))
        dashed = _hairline(look.color("text_2"))
        dashed.setStyle(Qt.PenStyle.CustomDashLine)
        dashed.setDashPattern([2, 2])
        self._cursor.setPen(dashed)
        self._dots.setPen(_hairline(look.color("surface")))
        self._set_pens()
        self._show_ticks()


def _hairline(color: QColor) -> QPen:
    pen = QPen(color, 1)
    pen.setCosmetic(True)
    return pen


def _pen(color: QColor, points: int, dash: tuple[float, ...]) -> QPen:
    width = _WIDTH if points <= _FEW_POINTS else 1
    pen = QPen(color, width)
    pen.setCosmetic(True)
    if dash and points <= _FEW_POINTS:
        pen.setDashPattern([part / width for part in dash])
    return pen
