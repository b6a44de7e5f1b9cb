"""Icons for buttons and menus, in the colour that a token has at the moment they are drawn."""

from collections.abc import Callable
from functools import lru_cache

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QIconEngine, QImage, QPainter, QPixmap

from workbench.views.theme.icons import paint_icon

ColorOf = Callable[[str], QColor]


class TokenIconEngine(QIconEngine):
    """Draws an icon in the colour that its token has at that moment."""

    def __init__(self, name: str, colors: ColorOf, token: str, on_token: str, pad: int) -> None:
        super().__init__()
        self._name = name
        self._colors = colors
        self._token = token
        self._on_token = on_token or token
        self._pad = pad

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        """Draw into ``rect``, leaving the padding free at the right."""
        paint_icon(painter, _square(rect, self._pad), self._name, self._color(mode, state))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        """Return a picture for a screen without scaling."""
        return self.scaledPixmap(size, mode, state, 1.0)

    def scaledPixmap(
        self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float
    ) -> QPixmap:
        """Return a picture for a screen with the pixel ratio ``scale``; ``size`` is logical."""
        color = self._color(mode, state).name()
        return _picture(self._name, color, size.width(), size.height(), self._pad, scale)

    def clone(self) -> "TokenIconEngine":
        """Return a copy, kept alive here because Qt takes only the C++ half."""
        copy = TokenIconEngine(self._name, self._colors, self._token, self._on_token, self._pad)
        _clones.append(copy)
        return copy

    def _color(self, mode: QIcon.Mode, state: QIcon.State) -> QColor:
        token = self._on_token if state == QIcon.State.On else self._token
        return self._colors("text_off" if mode == QIcon.Mode.Disabled else token)


_clones: list[TokenIconEngine] = []


def _square(rect: QRect, pad: int) -> QRectF:
    """Return where the drawing goes: in the middle of what the padding leaves."""
    side = min(rect.width() - pad, rect.height())
    left = rect.x() + (rect.width() - pad - side) / 2
    return QRectF(left, rect.y() + (rect.height() - side) / 2, side, side)


@lru_cache(maxsize=512)
def _picture(name: str, color: str, width: int, height: int, pad: int, scale: float) -> QPixmap:
    image = QImage(QSize(width, height) * scale, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(scale)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    try:
        square = _square(QRect(QPoint(0, 0), QSize(width, height)), pad)
        paint_icon(painter, square, name, QColor(color))
    finally:
        # An image that goes away while it is painted on ends the process.
        painter.end()
    return QPixmap.fromImage(image)
