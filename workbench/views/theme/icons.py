"""Icons recoloured from a colour token, at any size and pixel ratio."""

from collections.abc import Callable
from functools import lru_cache

from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QIconEngine, QImage, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from workbench.views.theme.files import resource_path

ColorOf = Callable[[str], QColor]


@lru_cache(maxsize=512)
def _svg(name: str) -> bytes:
    """Return the drawing of one icon with the stroke width of the design.

    Raises:
        FileNotFoundError: If no such icon ships.
    """
    data = resource_path("icons", f"{name}.svg").read_bytes()
    return data.replace(b'stroke-width="2"', b'stroke-width="1.75"')


def paint_icon(painter: QPainter, rect: QRectF, name: str, color: QColor) -> None:
    """Draw an icon into a square."""
    data = _svg(name).replace(b"currentColor", color.name().encode())
    QSvgRenderer(QByteArray(data)).render(painter, rect)


class TokenIconEngine(QIconEngine):
    """Draws an icon in the colour that its token has at that moment, so it follows the theme."""

    def __init__(self, name: str, colors: ColorOf, token: str, on_token: str, pad: int) -> None:
        super().__init__()
        self._name = name
        self._colors = colors
        self._token = token
        self._on_token = on_token or token
        self._pad = pad

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        """Draw into ``rect``, leaving the padding free at the right."""
        name = self._on_token if state == QIcon.State.On else self._token
        color = self._colors("text_off" if mode == QIcon.Mode.Disabled else name)
        side = min(rect.width() - self._pad, rect.height())
        top = rect.y() + (rect.height() - side) / 2
        square = QRectF(rect.x() + (rect.width() - self._pad - side) / 2, top, side, side)
        paint_icon(painter, square, self._name, color)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        """Return a picture for a screen without scaling."""
        return self.scaledPixmap(size, mode, state, 1.0)

    def scaledPixmap(
        self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float
    ) -> QPixmap:
        """Return a picture for a screen with the pixel ratio ``scale``; ``size`` is logical."""
        image = QImage(size * scale, QImage.Format.Format_ARGB32_Premultiplied)
        image.setDevicePixelRatio(scale)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        try:
            self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        finally:
            painter.end()
        return QPixmap.fromImage(image)

    def clone(self) -> "TokenIconEngine":
        """Return a copy, kept alive here because Qt takes only the C++ half."""
        copy = TokenIconEngine(self._name, self._colors, self._token, self._on_token, self._pad)
        _clones.append(copy)
        return copy


_clones: list[TokenIconEngine] = []
