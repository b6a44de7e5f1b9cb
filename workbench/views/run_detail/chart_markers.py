"""How curves are told apart without colour: the shape on a curve, and a piece of it in a legend."""

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from workbench.views.theme.theme import theme

_SIDE, _MOST = 6.5, 6
_WIDTH, _WIDTH_WITH_MARKER, _HEIGHT = 18, 23, 16


def marked(size: int) -> list[int]:
    """Return which of a number of points get a shape: a few, and the last one."""
    parts = min(_MOST, size - 1)
    if parts < 1:
        return list(range(size))
    return [round(part * (size - 1) / parts) for part in range(1, parts + 1)]


def paint_marker(painter: QPainter, place: int, middle: QPointF) -> None:
    """Draw the shape of a curve: circle, square, triangle or diamond."""
    half = theme().px(_SIDE * 10) / 20
    x, y = middle.x(), middle.y()
    if place == 0:
        painter.drawEllipse(middle, half, half)
        return
    far = half * 1.25
    corners = {
        1: ((-half, -half), (half, -half), (half, half), (-half, half)),
        2: ((0, -far), (far, half), (-far, half)),
    }.get(place, ((0, -far), (far, 0), (0, far), (-far, 0)))
    painter.drawPolygon(QPolygonF([QPointF(x + right, y + down) for right, down in corners]))


class Swatch(QWidget):
    """A piece of line in the look of a curve.

    Args:
        token: Its colour.
        dash: Its dashes.
        marker: Place of the curve whose shape is on it, -1 for none.
    """

    def __init__(self, token: str, dash: tuple[float, ...] = (), marker: int = -1) -> None:
        super().__init__()
        self._token = token
        self._dash = dash
        self._marker = marker
        width = _WIDTH if marker < 0 else _WIDTH_WITH_MARKER
        self.setFixedSize(QSize(theme().px(width), theme().px(_HEIGHT)))
        theme().changed.connect(self.update)

    def set_token(self, token: str) -> None:
        """Change the colour."""
        if token != self._token:
            self._token = token
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the line."""
        painter = QPainter(self)
        color = theme().color(self._token)
        pen = QPen(color, 2)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        if self._dash:
            pen.setDashPattern([part / 2 for part in self._dash])
        painter.setPen(pen)
        middle = self.height() // 2
        painter.drawLine(0, middle, self.width(), middle)
        if self._marker >= 0:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(color, 1))
            painter.setBrush(color)
            paint_marker(painter, self._marker, QPointF(self.width() / 2, middle))
        painter.end()
