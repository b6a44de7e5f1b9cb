"""The plot of a chart card: points or bars by run number. Needs the plotting library."""

from dataclasses import dataclass, field

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPen, QResizeEvent, QWheelEvent

from workbench.core.metric import format_metric
from workbench.core.run import RunStatus
from workbench.core.wording import format_duration
from workbench.viewmodels.metric_chart import Points, RunPoint, nearest, nice_ticks, tick_text
from workbench.views.theme.theme import theme

_REACH, _DRAG = 16, 6
_DOT, _RING = 7, 14
_AXIS_WIDTH, _TICK_ROOM = 44, 84
_SOFT = 0.7
# Free part above and below the values, enough for a ring.
_ROOM = 0.12
_FILLED = frozenset({RunStatus.COMPLETED, RunStatus.FAILED})


@dataclass(frozen=True, slots=True)
class PlotContent:
    """What a plot shows.

    Attributes:
        points: The runs, oldest first.
        bars: Whether values are bars from zero (durations) rather than points.
        line: Corners of the line of the best value so far.
        falls: Whether that line falls.
        seconds: Length of the unit of durations.
    """

    points: list[RunPoint]
    bars: bool = False
    line: Points = field(default_factory=lambda: ([], []))
    falls: bool = False
    seconds: float = 60


class RunPlot(pg.PlotWidget):
    """Points are pressed, double-clicked and pointed at; dragging zooms into a range of runs.

    Signals:
        clicked: Id of a run, and whether Ctrl or Shift was held.
        opened: Id of a run that was double-clicked.
        pointed: Id of the run under the mouse, empty for none.
    """

    clicked = Signal(str, bool)
    opened = Signal(str)
    pointed = Signal(str)

    # The library resizes a plot before it is set up.
    _is_ready = False

    def __init__(self) -> None:
        super().__init__(background=theme().color("surface"))
        self._content = PlotContent([])
        self._marks: dict[str, str] = {}
        self._cursor = ""
        self._zoom: tuple[float, float] | None = None
        self._pressed: QPointF | None = None
        self._dragged = 0.0
        self._y_ticks: list[float] = []
        self._line = pg.PlotCurveItem()
        self._dots = pg.ScatterPlotItem(pxMode=True, antialias=True)
        self._rings = pg.ScatterPlotItem(pxMode=True, antialias=True)
        self._set_up()
        self.restyle()
        self._is_ready = True

    def show_content(self, content: PlotContent) -> None:
        """Draw other runs; a range that was zoomed into stays while runs are in it."""
        self._content = content
        if self._zoom and not self._visible():
            self._zoom = None
        self._draw()

    def show_marks(self, marks: dict[str, str]) -> None:
        """Ring runs in the colours of these tokens, by run id."""
        if marks != self._marks:
            self._marks = marks
            self._draw_rings()

    def show_cursor(self, run_id: str) -> None:
        """Show the value of a run; an empty id takes it away."""
        if run_id != self._cursor:
            self._cursor = run_id
            self.viewport().update()

    def restyle(self) -> None:
        """Take over the colours, fonts and sizes of the theme."""
        look = theme()
        self.setBackground(look.color("surface"))
        for name, pen in (("left", QPen(Qt.PenStyle.NoPen)), ("bottom", QPen(look.color("axis")))):
            axis = self.getAxis(name)
            axis.setPen(pen)
            axis.setTextPen(QPen(look.color("text_3")))
            axis.setTickFont(look.font("axis"))
            axis.setStyle(
                tickLength=0, tickAlpha=0, tickTextOffset=look.px(6), hideOverlappingLabels=False
            )
        self.getAxis("left").setWidth(look.px(_AXIS_WIDTH))
        self.getAxis("bottom").setHeight(look.px(22))
        # A label stands half above its line, or half right of its run.
        self.getPlotItem().setContentsMargins(0, look.px(8), look.px(12), 0)
        self._draw()

    def place_of(self, run_id: str) -> QPointF | None:
        """Return where a run is drawn, in pixels of the view; ``None`` if it is not."""
        point = self._find(run_id)
        return None if point is None else self._position(point)

    # Mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a click or a drag."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = event.position()
            self._dragged = 0.0

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Point at a run, or mark the range to zoom into."""
        if self._pressed is not None:
            self._dragged = event.position().x() - self._pressed.x()
            self.viewport().update()
            return
        point = self._nearest(event.position())
        self.pointed.emit(point.run_id if point else "")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Select a run, or zoom."""
        pressed, self._pressed = self._pressed, None
        if pressed is None:
            return
        if abs(self._dragged) > theme().px(_DRAG):
            edges = sorted((self._number_at(pressed), self._number_at(event.position())))
            self._zoom_into(edges[0], edges[1])
        elif point := self._nearest(event.position()):
            extend = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
            self.clicked.emit(point.run_id, bool(event.modifiers() & extend))
        self._dragged = 0.0
        self.viewport().update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open a run; beside the runs, show all of them again."""
        if point := self._nearest(event.position()):
            self.opened.emit(point.run_id)
        else:
            self._zoom = None
            self._draw()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to what is around."""
        event.ignore()

    def leaveEvent(self, ev: QEvent) -> None:
        """Take the cursor away."""
        super().leaveEvent(ev)
        self.pointed.emit("")

    def resizeEvent(self, ev: QResizeEvent) -> None:
        """Choose other ticks for another width."""
        super().resizeEvent(ev)
        if self._is_ready:
            self._draw()

    # Drawing

    def drawBackground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        """Draw the horizontal lines of the grid."""
        super().drawBackground(painter, rect)
        area = self._area()
        painter.setPen(QPen(theme().color("grid"), 0))
        for value in self._y_ticks:
            y = round(self._scene(0, value).y()) + 0.5
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))

    def drawForeground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        """Draw bars, the name of the line, the cursor, and the range to zoom into."""
        super().drawForeground(painter, rect)
        painter.save()
        if self._content.bars:
            self._draw_bars(painter)
        elif self._content.line[0]:
            self._draw_line_name(painter)
        if self._pressed is not None and abs(self._dragged) > theme().px(_DRAG):
            area = self._area()
            left = min(self._pressed.x(), self._pressed.x() + self._dragged)
            shade = theme().color("accent")
            shade.setAlphaF(0.12)
            painter.fillRect(QRectF(left, area.top(), abs(self._dragged), area.height()), shade)
        elif point := self._find(self._cursor):
            self._draw_cursor(painter, point)
        painter.restore()

    def _draw(self) -> None:
        look = theme()
        content = self._content
        visible = self._visible()
        if visible:
            self._set_ranges(visible)
        if content.bars:
            self._line.setData([], [])
            self._dots.setData([], [])
        else:
            pen = pg.mkPen(look.color("ghost"), width=1, dash=[4, 3], cosmetic=True)
            self._line.setData(*content.line, pen=pen)
            self._dots.setData(
                x=[point.number for point in content.points],
                y=[point.value for point in content.points],
                size=look.px(_DOT),
                brush=[_brush(point) for point in content.points],
                pen=[_pen(point) for point in content.points],
            )
        self._draw_rings()

    def _draw_rings(self) -> None:
        look = theme()
        marked = [point for point in self._content.points if point.run_id in self._marks]
        spots: list[dict[str, object]] = []
        for point in marked if not self._content.bars else ():
            color = look.color(self._marks[point.run_id])
            position = (point.number, point.value)
            ring = {"pen": pg.mkPen(color, width=2), "brush": look.color("surface")}
            spots.append({"pos": position, "size": look.px(_RING), **ring})
            dot = {"pen": QPen(Qt.PenStyle.NoPen), "brush": color}
            spots.append({"pos": position, "size": look.px(_DOT), **dot})
        self._rings.setData(spots)
        self.viewport().update()

    def _draw_bars(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        painter.setClipRect(self._area())
        floor = self._scene(0, 0).y()
        step = abs(self._scene(1, 0).x() - self._scene(0, 0).x())
        width = max(1.0, min(theme().px(8), step * 0.75))
        for point in self._visible():
            position = self._scene(point.number, point.value)
            top = min(position.y(), floor - 1)
            color = _bar(point, self._marks.get(point.run_id, ""))
            painter.fillRect(QRectF(position.x() - width / 2, top, width, floor - top), color)

    def _draw_line_name(self, painter: QPainter) -> None:
        look = theme()
        area = self._area()
        height = look.px(16)
        top = area.bottom() - height - look.px(2) if self._content.falls else area.top()
        left = area.left() + look.px(8)
        painter.setFont(look.font("axis"))
        text = "Best so far"
        words = painter.fontMetrics().horizontalAdvance(text)
        ground = QRectF(left, top, look.px(26) + words, height)
        painter.fillRect(ground, look.color("surface"))
        painter.setPen(pg.mkPen(look.color("ghost"), width=1, dash=[4, 3], cosmetic=True))
        middle = round(top + height / 2) + 0.5
        painter.drawLine(QPointF(left, middle), QPointF(left + look.px(16), middle))
        painter.setPen(look.color("text_3"))
        flags = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        painter.drawText(ground.adjusted(look.px(22), 0, 4, 0), flags, text)

    def _draw_cursor(self, painter: QPainter, point: RunPoint) -> None:
        look = theme()
        area = self._area()
        x = round(self._position(point).x()) + 0.5
        if not area.left() <= x <= area.right():
            return
        painter.setPen(pg.mkPen(look.color("text_3"), width=1, dash=[3, 3], cosmetic=True))
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        seconds, bars = point.value * self._content.seconds, self._content.bars
        value = format_duration(seconds) if bars else format_metric(point.value)
        text = f"#{point.number}  {value}"
        painter.setFont(look.font("axis_medium"))
        width = painter.fontMetrics().horizontalAdvance(text) + look.px(12)
        left = x + look.px(6)
        if left + width > area.right():
            left = x - look.px(6) - width
        box = QRectF(round(left) + 0.5, round(area.top()) + 0.5, width, look.px(20))
        painter.setPen(QPen(look.color("line_2"), 1))
        painter.setBrush(look.color("surface"))
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(look.color("text"))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), text)

    # Inside

    def _set_up(self) -> None:
        self.setMenuEnabled(enableMenu=False)
        self.setMouseEnabled(x=False, y=False)
        self.hideButtons()
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMouseTracking(True)
        self.setFrameShape(self.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.getViewBox().setDefaultPadding(0)
        for item in (self._line, self._dots, self._rings):
            self.addItem(item)

    def _set_ranges(self, visible: list[RunPoint]) -> None:
        first, last = self._zoom or (visible[0].number - 1, visible[-1].number + 1)
        values = [point.value for point in visible]
        low, high = min(values), max(values)
        if self._content.bars:
            low, high = 0.0, high or 1.0
            high *= 1.08
        else:
            room = (high - low) * _ROOM or abs(high) * 0.1 or 1.0
            low, high = low - room, high + room
        self.setXRange(first, last, padding=0)
        self.setYRange(low, high, padding=0)
        self._y_ticks = nice_ticks(low, high, 3)
        step = self._y_ticks[1] - self._y_ticks[0] if len(self._y_ticks) > 1 else 0.0
        self.getAxis("left").setTicks([[(tick, tick_text(tick, step)) for tick in self._y_ticks]])
        wanted = max(2, self.width() // theme().px(_TICK_ROOM))
        numbers = [tick for tick in nice_ticks(first, last, wanted) if tick == int(tick)]
        # At the ends of the axis there is no run, and no room for a whole number.
        ticks = [(tick, f"#{int(tick)}") for tick in numbers if first < tick < last]
        self.getAxis("bottom").setTicks([ticks])

    def _visible(self) -> list[RunPoint]:
        if self._zoom is None:
            return self._content.points
        first, last = self._zoom
        return [point for point in self._content.points if first <= point.number <= last]

    def _zoom_into(self, first: float, last: float) -> None:
        before, self._zoom = self._zoom, (first, last)
        if not self._visible():
            self._zoom = before
        self._draw()

    def _find(self, run_id: str) -> RunPoint | None:
        return next((point for point in self._content.points if point.run_id == run_id), None)

    def _area(self) -> QRectF:
        return self.getViewBox().sceneBoundingRect()

    def _scene(self, x: float, y: float) -> QPointF:
        return self.getViewBox().mapViewToScene(QPointF(x, y))

    def _position(self, point: RunPoint) -> QPointF:
        return self._scene(point.number, point.value)

    def _number_at(self, position: QPointF) -> float:
        return self.getViewBox().mapSceneToView(position).x()

    def _nearest(self, position: QPointF) -> RunPoint | None:
        """Return the run within reach of the mouse; of a bar, also far above it."""
        visible = self._visible()
        if not visible or not self._area().contains(position):
            return None
        reach = theme().px(_REACH)
        if self._content.bars:
            numbers = [float(point.number) for point in visible]
            point = visible[nearest(numbers, self._number_at(position))]
            far = abs(self._position(point).x() - position.x()) > reach
            return None if far else point
        found = min(visible, key=lambda point: _distance(self._position(point), position))
        return found if _distance(self._position(found), position) <= reach else None


def _distance(one: QPointF, other: QPointF) -> float:
    return QPointF(one - other).manhattanLength()


def _tone(point: RunPoint) -> str:
    if point.status is RunStatus.COMPLETED or point.status.is_active:
        return "c1"
    return "idle" if point.status is RunStatus.CANCELED else "bad"


def _brush(point: RunPoint) -> QColor:
    if point.status not in _FILLED:
        return theme().color("surface")
    return _soft(point)


def _soft(point: RunPoint) -> QColor:
    color = theme().color(_tone(point))
    color.setAlphaF(_SOFT)
    return color


def _bar(point: RunPoint, mark: str) -> QColor:
    """Return the colour of a bar; a failed or canceled run keeps its own when it is selected."""
    if not mark:
        return _soft(point)
    return theme().color(mark if _tone(point) == "c1" else _tone(point))


def _pen(point: RunPoint) -> QPen:
    if point.status in _FILLED:
        return QPen(Qt.PenStyle.NoPen)
    # Symbols are drawn scaled: any other pen than a cosmetic one would grow with them.
    return pg.mkPen(theme().color(_tone(point)), width=1, cosmetic=True)
