"""Controls above the charts, drawn by the design."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QCheckBox, QSlider

from workbench.views.kit.label import Label
from workbench.views.theme.icons import paint_icon
from workbench.views.theme.theme import theme

_BOX, _GAP = 16, 8


class CheckBox(QCheckBox):
    """A box with a text beside it."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setAccessibleName(text)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        theme().changed.connect(self._restyle)
        self._restyle()

    def sizeHint(self) -> QSize:
        """Return the room for box and text."""
        px = theme().px
        width = px(_BOX + _GAP) + self.fontMetrics().horizontalAdvance(self.text()) + px(4)
        return QSize(width, px(28))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the box, and a ring while it has the focus."""
        look = theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = look.px(_BOX)
        box = QRectF(1.5, (self.height() - side) / 2 + 0.5, side - 1, side - 1)
        on = self.isChecked()
        painter.setPen(look.color("accent" if on else "control"))
        painter.setBrush(look.color("accent" if on else "surface"))
        painter.drawRoundedRect(box, look.px(4), look.px(4))
        if on:
            paint_icon(painter, box.adjusted(2, 2, -2, -2), "check", look.color("text_on"))
        if self.hasFocus():
            painter.setPen(look.color("focus"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(-1, -1, 1, 1), look.px(5), look.px(5))
        painter.setPen(look.color("text"))
        area = self.rect().adjusted(look.px(_BOX + _GAP) + 1, 0, 0, 0)
        painter.drawText(area, int(Qt.AlignmentFlag.AlignVCenter), self.text())
        painter.end()

    def _restyle(self) -> None:
        self.setFont(theme().font("body"))
        self.updateGeometry()


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
