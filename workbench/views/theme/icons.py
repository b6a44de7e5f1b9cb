"""Icons drawn in any colour and size."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF
from PySide6.QtGui import QColor, QPainter
from PySide6.QtSvg import QSvgRenderer

from workbench.core.resources import resource_path


@lru_cache(maxsize=512)
def _svg(name: str) -> bytes:
    """Return the drawing of one icon with the stroke width of the design.

    Raises:
        FileNotFoundError: If no such icon ships.
    """
    data = resource_path("icons", f"{name}.svg").read_bytes()
    return data.replace(b'stroke-width="2"', b'stroke-width="1.75"')


@lru_cache(maxsize=256)
def _drawing(name: str, color: str) -> QSvgRenderer:
    data = _svg(name).replace(b"currentColor", color.encode())
    return QSvgRenderer(QByteArray(data))


def paint_icon(painter: QPainter, rect: QRectF, name: str, color: QColor) -> None:
    """Draw an icon into a square."""
    _drawing(name, color.name()).render(painter, rect)
