"""The plot of one chart."""

import math

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
    QWheelEvent,
)

from workbench.viewmodels.metric_chart import nearest
from workbench.views.kit.plot_frame import PlotFrame
from workbench.views.run_detail.chart_lines import ChartContent, ChartOptions, x_ticks, y_ticks
from workbench.views.run_detail.chart_markers import marked, paint_marker
from workbench.views.run_detail.chart_numbers import (
    Numbers,
    bounds,
    heights,
    pieces,
    places,
    within,
)
from workbench.views.theme.theme import theme

SERIES = ("c1", "c2", "c3", "c4")
DASHES: tuple[tuple[float, ...], ...] = ((), (6, 3), (2, 2), (8, 3, 2, 3))
GHOST_DASH: tuple[float, ...] = (2, 2)
_GHOST_WIDTH = 1.25
# Thicker lines of many points take a hundred times longer to draw than lines of one pixel.
_FEW_POINTS, _WIDTH = 400, 1.75
_RAW_ALPHA = 70
_ROOM, _SIDE_ROOM = 0.08, 0.02
_AXIS_WIDTH, _AXIS_HEIGHT, _DOT, _DRAG = 46, 24, 7, 6
_NO_DASH: tuple[float, ...] = ()


class ChartPlot(PlotFrame):
    """Curves with a cursor. Dragging zooms the X axis, a double click shows everything again.

    Signals:
        hovered: X of the mouse, ``None`` when it left.
        zoomed: Another part of the X axis is shown.

    Attributes:
        cursor_x: X of the cursor, ``None`` while there is none.
        smoothed: Whether the curves as logged are drawn behind smoothed ones.
        ghosts: Places and heights of each curve of another run.
    """

    hovered = Signal(object)
    zoomed = Signal()

    def __init__(self) -> None:
        super().__init__(_AXIS_WIDTH, _AXIS_HEIGHT)
        self._content: ChartContent | None = None
        self._options = ChartOptions()
        self.xs: list[Numbers] = []
        self.ys: list[Numbers] = []
        self.ghosts: list[tuple[Numbers, Numbers]] = []
        self.smoothed = False
        self.cursor_x: float | None = None
        self._zoomed = False
        self._pressed: float | None = None
        self._dragged = 0.0
        self._shapes: list[tuple[QPen, list[QPolygonF]]] | None = None
        theme().changed.connect(self._restyle)

    def show_content(self, content: ChartContent, options: ChartOptions) -> None:
        """Draw the curves."""
        if content == self._content and options == self._options:
            return
        axis_changed = (options.by_time, options.step_name) != (
            self._options.by_time,
            self._options.step_name,
        )
        self._content, self._options = content, options
        self.xs = list(content.places) or [places(series, options) for series in content.series]
        self.ys = [heights(series, options) for series in content.series]
        ghost_xs: list[Numbers] = list(content.ghost_places) or [
            places(each, options) for each in content.ghosts
        ]
        ghost_ys = [heights(series, options) for series in content.ghosts]
        self.ghosts = list(zip(ghost_xs, ghost_ys, strict=True))
        self.smoothed = options.smoothing > 0
        self._fit(reset=axis_changed)

    def show_cursor(self, x: float | None) -> list[tuple[int, str, float]]:
        """Draw the cursor at ``x``; return place, name and value of each curve there.

        The curves of another run follow at place -1, as far as they go.
        """
        found: list[tuple[int, str, float]] = []
        for place, series in enumerate(self._content.series if self._content else ()):
            index = -1 if x is None else nearest(self.xs[place], x)
            if index >= 0:
                found.append((place, series.name, series.values[index]))
        self.cursor_x = x if found else None
        self.update()
        return [*found, *self._ghosts_at(x)] if found and x is not None else found

    def _ghosts_at(self, x: float) -> list[tuple[int, str, float]]:
        content, found = self._content, []
        if content is None:
            return []
        for series, (xs, _ys) in zip(content.ghosts, self.ghosts, strict=True):
            if xs and xs[0] <= x <= xs[-1]:
                single = len(content.series) == 1
                name = content.ghost if single else f"{content.ghost} {series.name}"
                found.append((-1, name, series.values[nearest(xs, x)]))
        return found

    def cursor_place(self, x: float) -> float:
        """Return the pixel of ``x`` in this widget."""
        return self.x_of(x)

    @property
    def is_zoomed(self) -> bool:
        """Whether only a part of the X axis is shown."""
        return self._zoomed

    def reset_zoom(self) -> None:
        """Show everything again."""
        self._fit(reset=True)
        self.zoomed.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Let the wheel scroll the page."""
        event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to mark a range."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed, self._dragged = event.position().x(), 0.0

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell where the mouse is, and mark the range to zoom into."""
        place = event.position()
        self.hovered.emit(self.x_at(place.x()) if self.area().contains(place) else None)
        if self._pressed is not None:
            self._dragged = place.x() - self._pressed
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Zoom into the range that was marked."""
        pressed, self._pressed = self._pressed, None
        if pressed is not None and abs(self._dragged) > theme().px(_DRAG):
            first, last = sorted((self.x_at(pressed), self.x_at(event.position().x())))
            self._zoom_into(first, last)
        self._dragged = 0.0
        self.update()

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        """Show everything again."""
        self.reset_zoom()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the cursor from point to point."""
        xs = max(self.xs, key=len, default=())
        last = len(xs) - 1
        here = nearest(xs, self.cursor_x) if self.cursor_x is not None and last >= 0 else -1
        wanted = {
            Qt.Key.Key_Left: max(here - 1, 0),
            Qt.Key.Key_Right: min(here + 1, last),
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }.get(Qt.Key(event.key()))
        if wanted is None or last < 0:
            super().keyPressEvent(event)
        else:
            self.hovered.emit(float(xs[wanted]))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the cursor away."""
        super().focusOutEvent(event)
        self.hovered.emit(None)

    def leaveEvent(self, event: QEvent) -> None:
        """Take the cursor away."""
        super().leaveEvent(event)
        self.hovered.emit(None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Draw as many points as there are pixels now."""
        super().resizeEvent(event)
        self._shapes = None

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw everything."""
        painter = QPainter(self)
        self.paint_frame(painter, y_line=True)
        area = self.area()
        painter.setClipRect(area)
        if self.cursor_x is not None:
            pen = QPen(theme().color("text_2"), 1)
            pen.setDashPattern([2, 2])
            painter.setPen(pen)
            x = round(self.x_of(self.cursor_x)) + 0.5
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._shapes is None:
            self._shapes = self._make_shapes()
        for pen, lines in self._shapes:
            painter.setPen(pen)
            for line in lines:
                painter.drawPolyline(line)
        self._paint_markers(painter)
        self._paint_dots(painter)
        if self._pressed is not None and abs(self._dragged) > theme().px(_DRAG):
            shade = theme().color("accent")
            shade.setAlphaF(0.12)
            left = min(self._pressed, self._pressed + self._dragged)
            painter.fillRect(QRectF(left, area.top(), abs(self._dragged), area.height()), shade)
        self.paint_focus(painter)
        painter.end()

    def _paint_markers(self, painter: QPainter) -> None:
        """Draw the shape of each curve here and there on it, up to its end."""
        if self._content is None or not self._content.markers:
            return
        for place, (xs, ys) in enumerate(zip(self.xs, self.ys, strict=True)):
            painter.setPen(QPen(theme().color(SERIES[place]), _WIDTH))
            painter.setBrush(theme().color("surface"))
            for index in marked(len(xs)):
                if math.isfinite(ys[index]):
                    paint_marker(painter, place, self._point(xs[index], ys[index]))

    def _paint_dots(self, painter: QPainter) -> None:
        """Draw a dot on each curve where the cursor is."""
        if self.cursor_x is None:
            return
        radius = theme().px(_DOT) / 2
        painter.setPen(QPen(theme().color("surface"), 1))
        for place, (xs, ys) in enumerate(zip(self.xs, self.ys, strict=True)):
            index = nearest(xs, self.cursor_x)
            if index >= 0 and math.isfinite(ys[index]):
                painter.setBrush(theme().color(SERIES[place]))
                painter.drawEllipse(self._point(xs[index], ys[index]), radius, radius)

    def _make_shapes(self) -> list[tuple[QPen, list[QPolygonF]]]:
        shapes = []
        for xs, ys in self.ghosts:
            pen = _pen(theme().color("ghost"), len(xs), GHOST_DASH, _GHOST_WIDTH)
            shapes.append((pen, self._lines(xs, ys)))
        for place, series in enumerate(self._content.series if self._content else ()):
            xs, points = self.xs[place], len(self.xs[place])
            color = theme().color(SERIES[place])
            if self.smoothed:
                faint = QColor(color)
                faint.setAlpha(_RAW_ALPHA)
                raw = heights(series, self._options, raw=True)
                shapes.append((_pen(faint, points, _NO_DASH), self._lines(xs, raw)))
            shapes.append((_pen(color, points, DASHES[place]), self._lines(xs, self.ys[place])))
        return shapes

    def _lines(self, xs: Numbers, ys: Numbers) -> list[QPolygonF]:
        # One more at either end: the line goes on beyond what is in sight.
        shown = within(xs, self.x_range, around=1)
        parts = pieces(xs[shown], ys[shown], round(self.area().width()))
        return [QPolygonF([self._point(x, y) for x, y in part]) for part in parts]

    def _point(self, x: float, y: float) -> QPointF:
        return QPointF(self.x_of(x), self.y_of(y))

    def _fit(self, *, reset: bool) -> None:
        """Show all points unless the user zoomed in."""
        if reset:
            self._zoomed = False
        if self._zoomed:
            self._show_ticks()
            return
        drawn_xs = [*self.xs, *(xs for xs, _ys in self.ghosts)]
        across = bounds([(xs[0], xs[-1]) for xs in drawn_xs if xs])
        if across is None:
            self._show_ticks()
            return
        low, high = across
        high = high if high > low else low + 1
        room = (high - low) * _SIDE_ROOM
        self.x_range = (low - room, high + room)
        drawn_ys = [*self.ys, *(ys for _xs, ys in self.ghosts)]
        self._set_height(*(bounds(drawn_ys) or (0.0, 1.0)))

    def _set_height(self, bottom: float, top: float) -> None:
        """Show these values, with room for the text of the first and the last tick."""
        if top <= bottom:
            half = abs(top) * 0.1 or 0.5
            bottom, top = bottom - half, top + half
        room = (top - bottom) * _ROOM
        ticks = [place for place, _text in y_ticks(bottom - room, top + room, self._options)]
        low, high = (ticks[0], ticks[-1]) if ticks else (bottom, top)
        self.y_range = (min(bottom, low) - room, max(top, high) + room)
        self._show_ticks()

    def _zoom_into(self, first: float, last: float) -> None:
        """Show a part of the X axis, and fit the Y axis to what it holds."""
        self._zoomed = True
        self.zoomed.emit()
        self.x_range = (first, last)
        pairs = [*zip(self.xs, self.ys, strict=True), *self.ghosts]
        inside = bounds([ys[within(xs, self.x_range)] for xs, ys in pairs])
        if inside is not None:
            self._set_height(*inside)
        self._show_ticks()

    def _show_ticks(self) -> None:
        self.x_ticks = x_ticks(*self.x_range, self._options)
        self.y_ticks = y_ticks(*self.y_range, self._options)
        self._shapes = None
        self.update()

    def _restyle(self) -> None:
        self._shapes = None
        self.update()


def _pen(color: QColor, points: int, dash: tuple[float, ...], usual_width: float = _WIDTH) -> QPen:
    width = usual_width if points <= _FEW_POINTS else 1
    pen = QPen(color, width)
    if dash and points <= _FEW_POINTS:
        pen.setDashPattern([part / width for part in dash])
        # Any other end would fill the gaps of short dashes.
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    return pen
