"""A turning icon. All of them share one timer, which runs only while one is visible."""

from functools import lru_cache
from weakref import WeakSet

from PySide6.QtCore import QObject, QRectF, QTimer
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QStyle, QWidget

from workbench.views.theme.icons import paint_icon
from workbench.views.theme.theme import theme

_FRAMES_PER_SECOND = 12
_STEP_DEGREES = 30


class SpinnerClock(QObject):
    """Turns every visible spinner by the same angle."""

    def __init__(self) -> None:
        super().__init__()
        self.angle = 0
        self._widgets: WeakSet[QWidget] = WeakSet()
        self._timer = QTimer(self)
        self._timer.setInterval(1000 // _FRAMES_PER_SECOND)
        self._timer.timeout.connect(self._tick)

    @property
    def running(self) -> bool:
        """Whether anything turns now."""
        return self._timer.isActive()

    def add(self, widget: QWidget) -> None:
        """Repaint ``widget`` on each step until it is removed."""
        self._widgets.add(widget)
        if animations_on() and not self._timer.isActive():
            self._timer.start()

    def remove(self, widget: QWidget) -> None:
        """Stop repainting ``widget``."""
        self._widgets.discard(widget)
        if not self._widgets:
            self._timer.stop()

    def _tick(self) -> None:
        self.angle = (self.angle + _STEP_DEGREES) % 360
        for widget in list(self._widgets):
            widget.update()


@lru_cache(maxsize=1)
def spinner_clock() -> SpinnerClock:
    """Return the one clock of all spinners; delegates may register their viewport with it."""
    return SpinnerClock()


def animations_on() -> bool:
    """Whether the system wants moving parts."""
    style = QApplication.style()
    return bool(style.styleHint(QStyle.StyleHint.SH_Widget_Animate))


class Spinner(QWidget):
    """A turning circle of ``size`` pixels."""

    def __init__(
        self, size: int = 16, tone: str = "accent_text", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._size = size
        self._tone = tone
        theme().changed.connect(self._restyle)
        self._restyle()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the circle at the present angle."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_spinner(painter, QRectF(self.rect()), self._tone)
        painter.end()

    def showEvent(self, _event: QShowEvent) -> None:
        """Start turning."""
        spinner_clock().add(self)

    def hideEvent(self, _event: QHideEvent) -> None:
        """Stop turning."""
        spinner_clock().remove(self)

    def _restyle(self) -> None:
        side = theme().px(self._size)
        self.setFixedSize(side, side)
        self.update()


def paint_spinner(painter: QPainter, rect: QRectF, tone: str = "accent_text") -> None:
    """Draw the circle at the present angle; for delegates."""
    painter.save()
    painter.translate(rect.center())
    painter.rotate(spinner_clock().angle)
    half = rect.width() / 2
    square = QRectF(-half, -half, rect.width(), rect.height())
    paint_icon(painter, square, "loader-circle", theme().color(tone))
    painter.restore()
