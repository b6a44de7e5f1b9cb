"""Controls above the charts, drawn by the design."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSlider

from workbench.views.kit.label import Label
from workbench.views.theme.theme import theme


class SmoothingSlider(QSlider):
    """How strongly curves are smoothed, with the number beside it."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setRange(0, 99)
        self.setPageStep(10)
        self.setAccessibleName("Smoothing")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.number = Label("0.00", "secondary")
        self.number.setMinimumWidth(theme().px(32))
        self.valueChanged.connect(self._show_number)
        theme().changed.connect(self.update)

    @property
    def weight(self) -> float:
        """The share of what came before, from 0 to 0.99."""
        return self.value() / 100

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw a thin line with a round knob."""
        look = theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = look.px(12)
        room = self.width() - side - 2
        middle = self.height() / 2
        place = 1 + room * self.value() / max(1, self.maximum())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.color("line_2"))
        painter.drawRect(QRectF(1, middle - 1, self.width() - 2, 2))
        painter.setBrush(look.color("accent"))
        painter.drawRect(QRectF(1, middle - 1, place, 2))
        painter.setPen(look.color("focus" if self.hasFocus() else "control"))
        painter.setBrush(look.color("surface"))
        knob = QRectF(place, middle - side / 2, side, side)
        painter.drawEllipse(knob)
        if self.hasFocus():
            painter.drawEllipse(knob.adjusted(1, 1, -1, -1))
        painter.end()

    def _show_number(self, value: int) -> None:
        self.number.setText(f"{value / 100:.2f}")
