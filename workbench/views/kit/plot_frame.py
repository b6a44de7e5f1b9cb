"""The frame of a plot: an area, round numbers at two axes, and the lines of a grid."""

import math
from collections.abc import Sequence

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QEnterEvent,
    QFocusEvent,
    QFontMetrics,
    QPainter,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from workbench.views.theme.theme import theme

Tick = tuple[float, str]
_LABEL_GAP = 6
# Farther out than this, in widths of the area, nothing is told apart and drawing gets slow.
_FARTHEST = 100.0


class PlotFrame(QWidget):
    """Knows where a value is drawn. A subclass sets the ranges and ticks, and draws the values.

    Args:
        left: Room for the numbers of the Y axis, in pixels of the design; more if they need it.
        bottom: Room for the numbers of the X axis.
        right: Free room at the right.

    Attributes:
        x_range: The first and the last value across.
        y_range: The lowest and the highest value.
        x_ticks: Place and text of each number at the X axis.
        y_ticks: Place and text of each number at the Y axis.

    Signals:
        menu_requested: Place on the screen.
        entered: The mouse or the focus came to it.
    """

    menu_requested = Signal(QPoint)
    entered = Signal()

    def __init__(self, left: int, bottom: int, right: int = 0) -> None:
        super().__init__()
        self._left, self._bottom, self._right = left, bottom, right
        self.x_range = (0.0, 1.0)
        self.y_range = (0.0, 1.0)
        self.x_ticks: Sequence[Tick] = ()
        self.y_ticks: Sequence[Tick] = ()
        self._area = QRectF()
        self._area_for: tuple[QSize, int, Sequence[Tick]] = (QSize(), 0, ())
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)
        expanding = QSizePolicy.Policy.Expanding
        self.setSizePolicy(expanding, expanding)

    def sizeHint(self) -> QSize:
        """Return a size that plots have room in."""
        return QSize(256, 192)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Tell that commands are about this plot now."""
        super().enterEvent(event)
        self.entered.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Tell that commands are about this plot now, too."""
        super().focusInEvent(event)
        self.entered.emit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu, also with Shift+F10."""
        place = event.globalPos()
        if event.reason() != QContextMenuEvent.Reason.Mouse:
            place = self.mapToGlobal(self.area().topLeft().toPoint())
        self.menu_requested.emit(place)

    def paint_focus(self, painter: QPainter) -> None:
        """Draw the ring of the keyboard, if this has the focus."""
        if self.hasFocus():
            painter.setClipping(False)
            painter.setPen(QPen(theme().color("focus"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            radius = theme().px(4)
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), radius, radius)

    def area(self) -> QRectF:
        """Return where values are drawn, in pixels of this widget."""
        look = theme()
        wanted = (self.size(), look.zoom, self.y_ticks)
        if self._area_for != wanted:
            self._area_for = wanted
            metrics = QFontMetrics(look.font("axis"))
            words = max((metrics.horizontalAdvance(text) for _, text in self.y_ticks), default=0)
            left, top = max(look.px(self._left), words + look.px(2 * _LABEL_GAP)), look.px(8)
            width = max(1, self.width() - left - look.px(self._right))
            height = max(1, self.height() - top - look.px(self._bottom))
            self._area = QRectF(left, top, width, height)
        return self._area

    def x_of(self, value: float) -> float:
        """Return the pixel across of a value."""
        area = self.area()
        return area.left() + _share(value, self.x_range) * area.width()

    def y_of(self, value: float) -> float:
        """Return the pixel down of a value."""
        area = self.area()
        return area.bottom() - _share(value, self.y_range) * area.height()

    def x_at(self, pixel: float) -> float:
        """Return the value across that is drawn at a pixel."""
        area = self.area()
        first, last = self.x_range
        return first + (pixel - area.left()) / area.width() * (last - first)

    def paint_frame(self, painter: QPainter, *, y_line: bool = False) -> None:
        """Draw the ground, the grid, the X axis and all numbers.

        Args:
            painter: Paints on this widget.
            y_line: Whether the Y axis is a line too.
        """
        look = theme()
        area = self.area()
        painter.fillRect(self.rect(), look.color("surface"))
        painter.setPen(QPen(look.color("grid"), 0))
        for value, _text in self.y_ticks:
            y = round(self.y_of(value)) + 0.5
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
        if y_line:
            painter.drawLine(area.topLeft(), area.bottomLeft())
        painter.setPen(QPen(look.color("axis"), 0))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        self._paint_numbers(painter, area)

    def _paint_numbers(self, painter: QPainter, area: QRectF) -> None:
        look = theme()
        painter.setPen(look.color("text_3"))
        painter.setFont(look.font("axis"))
        gap, height = look.px(_LABEL_GAP), painter.fontMetrics().height()
        flag = Qt.AlignmentFlag
        at_left = int(flag.AlignRight | flag.AlignVCenter) | int(Qt.TextFlag.TextDontClip)
        for value, text in self.y_ticks:
            y = self.y_of(value) - height / 2
            painter.drawText(QRectF(0, y, area.left() - gap, height), at_left, text)
        below = int(flag.AlignHCenter | flag.AlignTop) | int(Qt.TextFlag.TextDontClip)
        for value, text in self.x_ticks:
            width = painter.fontMetrics().horizontalAdvance(text)
            # At an end of the axis it stands as far inside as it has to.
            left = max(0.0, min(self.x_of(value) - width / 2, self.width() - width))
            painter.drawText(QRectF(left, area.bottom() + gap, width, height), below, text)


def _share(value: float, ends: tuple[float, float]) -> float:
    """Return where a value lies between two, 0 for the first and 1 for the second."""
    first, last = ends
    # Halves: the difference of two huge numbers would be infinite.
    size = last / 2 - first / 2
    share = (value / 2 - first / 2) / size if size else 0.5
    return max(-_FARTHEST, min(_FARTHEST, share)) if math.isfinite(share) else 0.0
