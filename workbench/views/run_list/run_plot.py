"""The plot of a chart card: points or bars by run number."""

from dataclasses import dataclass, field

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QFocusEvent,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygonF,
    QResizeEvent,
    QWheelEvent,
)

from workbench.core.metric import format_metric
from workbench.core.run import RunStatus
from workbench.core.wording import format_duration
from workbench.viewmodels.metric_chart import Points, RunPoint, nearest, nice_ticks, tick_text
from workbench.views.kit.plot_frame import PlotFrame
from workbench.views.kit.restyle import announce
from workbench.views.run_list.plot_looks import dashed_pen, run_bar, run_brush, run_pen
from workbench.views.theme.theme import theme

_REACH, _DRAG = 16, 6
_DOT, _RING = 7, 14
_LINE_NAME = "Best so far"
# At the right there is room for half of a number.
_AXIS_WIDTH, _AXIS_HEIGHT, _FREE_RIGHT, _TICK_ROOM = 44, 22, 12, 84
# Free part above and below the values, enough for a ring.
_ROOM = 0.12


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


class RunPlot(PlotFrame):
    """Points are pressed, double-clicked and pointed at; dragging zooms into a range of runs.

    Signals:
        clicked: Id of a run, and whether Ctrl or Shift was held.
        opened: Id of a run that was double-clicked.
        pointed: Id of the run under the mouse, empty for none.
    """

    clicked = Signal(str, bool)
    opened = Signal(str)
    pointed = Signal(str)

    def __init__(self) -> None:
        super().__init__(_AXIS_WIDTH, _AXIS_HEIGHT, _FREE_RIGHT)
        self._content = PlotContent([])
        self._marks: dict[str, str] = {}
        self._cursor = ""
        self._zoom: tuple[float, float] | None = None
        self._pressed: QPointF | None = None
        self._dragged = 0.0
        self._picture: QPixmap | None = None
        # Of the line, found with the picture.
        self._name_place: QRectF | None = None

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
            self.update()

    def show_cursor(self, run_id: str) -> None:
        """Show the value of a run; an empty id takes it away."""
        if run_id != self._cursor:
            self._cursor = run_id
            self.update()

    def restyle(self) -> None:
        """Take over the colours, fonts and sizes of the theme."""
        self._draw()

    @property
    def is_zoomed(self) -> bool:
        """Whether only some of the runs are shown."""
        return self._zoom is not None

    def reset_zoom(self) -> None:
        """Show all runs again."""
        self._zoom = None
        self._draw()
        self.entered.emit()

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
            self.update()
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
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open a run; beside the runs, show all of them again."""
        if point := self._nearest(event.position()):
            self.opened.emit(point.run_id)
        else:
            self.reset_zoom()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from run to run; Space selects the run, Enter opens it."""
        points = self._visible()
        here = next((n for n, point in enumerate(points) if point.run_id == self._cursor), -1)
        key, last = Qt.Key(event.key()), len(points) - 1
        wanted = {
            Qt.Key.Key_Left: max(here - 1, 0),
            Qt.Key.Key_Right: min(here + 1, last),
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }.get(key)
        if wanted is not None and points:
            self.pointed.emit(points[wanted].run_id)
            announce(self, self._words(points[wanted]))
        elif key == Qt.Key.Key_Space and here >= 0:
            self.clicked.emit(self._cursor, True)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and here >= 0:
            self.opened.emit(self._cursor)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the cursor away."""
        super().focusOutEvent(event)
        self.pointed.emit("")

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to what is around."""
        event.ignore()

    def leaveEvent(self, event: QEvent) -> None:
        """Take the cursor away."""
        super().leaveEvent(event)
        self.pointed.emit("")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose other ticks for another width."""
        super().resizeEvent(event)
        self._draw()

    # Drawing

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the runs, which stay as they are for long, and on them what is marked."""
        if self._picture is None:
            ratio = self.devicePixelRatioF()
            self._picture = QPixmap(self.size() * ratio)
            self._picture.setDevicePixelRatio(ratio)
            self._paint_runs(self._picture)
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture)
        painter.save()
        painter.setClipRect(self.area())
        marked = [point for point in self._visible() if point.run_id in self._marks]
        if self._content.bars:
            self._draw_bars(painter, marked, self._marks)
        else:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._draw_rings(painter, marked)
        painter.restore()
        if self._content.line[0] and self._name_place is not None:
            self._draw_line_name(painter, self._name_place)
        if self._pressed is not None and abs(self._dragged) > theme().px(_DRAG):
            area = self.area()
            left = min(self._pressed.x(), self._pressed.x() + self._dragged)
            shade = theme().color("accent")
            shade.setAlphaF(0.12)
            painter.fillRect(QRectF(left, area.top(), abs(self._dragged), area.height()), shade)
        elif point := self._find(self._cursor):
            self._draw_cursor(painter, point)
        self.paint_focus(painter)
        painter.end()

    def _paint_runs(self, picture: QPixmap) -> None:
        painter = QPainter(picture)
        self.paint_frame(painter)
        painter.setClipRect(self.area())
        if self._content.bars:
            self._draw_bars(painter, self._visible(), {})
        else:
            self._draw_line(painter)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            places = [(point, self._position(point)) for point in self._visible()]
            self._name_place = self._free_corner([place for _, place in places])
            self._draw_dots(painter, places)
        painter.end()

    def _draw(self) -> None:
        if visible := self._visible():
            self._set_ranges(visible)
        self._picture = None
        self.update()

    def _draw_line(self, painter: QPainter) -> None:
        corners = zip(*self._content.line, strict=True)
        painter.setPen(dashed_pen("ghost", (4, 3)))
        painter.drawPolyline(QPolygonF([self._place(x, y) for x, y in corners]))

    def _draw_dots(self, painter: QPainter, places: list[tuple[RunPoint, QPointF]]) -> None:
        radius = theme().px(_DOT) / 2
        looks: dict[RunStatus, tuple[QBrush, QPen]] = {}
        for point, place in places:
            if point.status not in looks:
                looks[point.status] = (QBrush(run_brush(point)), run_pen(point))
            brush, pen = looks[point.status]
            painter.setBrush(brush)
            painter.setPen(pen)
            painter.drawEllipse(place, radius, radius)

    def _draw_rings(self, painter: QPainter, marked: list[RunPoint]) -> None:
        look = theme()
        for point in marked:
            color = look.color(self._marks[point.run_id])
            position = self._position(point)
            painter.setPen(QPen(color, 2))
            painter.setBrush(look.color("surface"))
            painter.drawEllipse(position, look.px(_RING) / 2, look.px(_RING) / 2)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color)
            painter.drawEllipse(position, look.px(_DOT) / 2, look.px(_DOT) / 2)

    def _draw_bars(self, painter: QPainter, points: list[RunPoint], marks: dict[str, str]) -> None:
        floor = self.y_of(0)
        step = abs(self.x_of(1) - self.x_of(0))
        width = max(1.0, min(theme().px(8), step * 0.75))
        for point in points:
            position = self._position(point)
            top = min(position.y(), floor - 1)
            color = run_bar(point, marks.get(point.run_id, ""))
            painter.fillRect(QRectF(position.x() - width / 2, top, width, floor - top), color)

    def _free_corner(self, places: list[QPointF]) -> QRectF | None:
        """Return where the name of the line hides no run, ``None`` if that is nowhere."""
        look = theme()
        area, height = self.area(), look.px(16)
        width = look.px(26) + QFontMetrics(look.font("axis")).horizontalAdvance(_LINE_NAME)
        left, right = area.left() + look.px(8), area.right() - look.px(8) - width
        tops = (area.top(), area.bottom() - height - look.px(2))
        reach = look.px(_RING) / 2
        for top in reversed(tops) if self._content.falls else tops:
            for edge in (left, right):
                room = QRectF(edge, top, width, height)
                taken = room.adjusted(-reach, -reach, reach, reach)
                if not any(taken.contains(place) for place in places):
                    return room
        return None

    def _draw_line_name(self, painter: QPainter, ground: QRectF) -> None:
        look = theme()
        left, top, height = ground.left(), ground.top(), ground.height()
        painter.setFont(look.font("axis"))
        painter.fillRect(ground, look.color("surface"))
        painter.setPen(dashed_pen("ghost", (4, 3)))
        middle = round(top + height / 2) + 0.5
        painter.drawLine(QPointF(left, middle), QPointF(left + look.px(16), middle))
        painter.setPen(look.color("text_3"))
        flags = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        painter.drawText(ground.adjusted(look.px(22), 0, 4, 0), flags, _LINE_NAME)

    def _draw_cursor(self, painter: QPainter, point: RunPoint) -> None:
        look = theme()
        area = self.area()
        x = round(self._position(point).x()) + 0.5
        if not area.left() <= x <= area.right():
            return
        painter.setPen(dashed_pen("text_3", (3, 3)))
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        text = self._words(point)
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

    def _words(self, point: RunPoint) -> str:
        seconds, bars = point.value * self._content.seconds, self._content.bars
        value = format_duration(seconds) if bars else format_metric(point.value)
        return f"#{point.number}  {value}"

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
        self.x_range, self.y_range = (first, last), (low, high)
        places = nice_ticks(low, high, 3)
        step = places[1] - places[0] if len(places) > 1 else 0.0
        self.y_ticks = [(tick, tick_text(tick, step)) for tick in places]
        wanted = max(2, self.width() // theme().px(_TICK_ROOM))
        numbers = [tick for tick in nice_ticks(first, last, wanted) if tick == int(tick)]
        # At the ends of the axis there is no run, and no room for a whole number.
        self.x_ticks = [(tick, f"#{int(tick)}") for tick in numbers if first < tick < last]

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
        self.entered.emit()

    def _find(self, run_id: str) -> RunPoint | None:
        return next((point for point in self._content.points if point.run_id == run_id), None)

    def _place(self, x: float, y: float) -> QPointF:
        return QPointF(self.x_of(x), self.y_of(y))

    def _position(self, point: RunPoint) -> QPointF:
        return self._place(point.number, point.value)

    def _number_at(self, position: QPointF) -> float:
        return self.x_at(position.x())

    def _nearest(self, position: QPointF) -> RunPoint | None:
        """Return the run within reach of the mouse; of a bar, also far above it."""
        visible = self._visible()
        if not visible or not self.area().contains(position):
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
