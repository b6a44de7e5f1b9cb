"""Check boxes and radio buttons, drawn by the design."""

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QRadioButton, QSizePolicy

from workbench.views.theme.icons import paint_icon
from workbench.views.theme.theme import theme

_BOX, _GAP = 16, 8
_CHOICE_GAP, _CHOICE_HEIGHT, _CHOICE_COMPACT = 12, 44, 26


def paint_box(painter: QPainter, box: QRectF, state: str, *, selected: bool = False) -> None:
    """Draw a check box: ``"on"``, ``"part"`` or empty.

    Args:
        painter: Draws it.
        box: Where.
        state: What it shows.
        selected: Whether its row has the ground of a selected one, which asks for a stronger edge.
    """
    look = theme()
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(look.color(box_edge(state, selected=selected)), 1))
    painter.setBrush(look.color("accent" if state else "surface"))
    edge = 0.5
    painter.drawRoundedRect(box.adjusted(edge, edge, -edge, -edge), look.px(4), look.px(4))
    if state:
        inset = look.px(2)
        ratio = painter.device().devicePixelRatioF()
        picture = look.pixmap("check" if state == "on" else "minus", "text_on", 12, ratio)
        painter.drawPixmap(QPointF(box.left() + inset, box.top() + inset), picture)
    painter.restore()


def box_edge(state: str, *, selected: bool) -> str:
    """Return the colour token of the edge of a check box, which can be told from its ground."""
    if state:
        return "accent_text"
    return "text_3" if selected else "control"


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
        off = "text_off" if not self.isEnabled() else ""
        painter.setPen(look.color(off or ("accent" if on else "control")))
        painter.setBrush(look.color(off or "accent") if on else look.color("surface"))
        painter.drawRoundedRect(box, look.px(4), look.px(4))
        if on:
            paint_icon(painter, box.adjusted(2, 2, -2, -2), "check", look.color("text_on"))
        if self.hasFocus():
            painter.setPen(look.color("focus"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(-1, -1, 1, 1), look.px(5), look.px(5))
        painter.setPen(look.color(off or "text"))
        area = self.rect().adjusted(look.px(_BOX + _GAP) + 1, 0, 0, 0)
        painter.drawText(area, int(Qt.AlignmentFlag.AlignVCenter), self.text())
        painter.end()

    def _restyle(self) -> None:
        self.setFont(theme().font("body"))
        self.updateGeometry()


class Choice(QRadioButton):
    """One of a few choices: what it is, and in a second line what that means.

    Args:
        text: What it is.
        meaning: What it means.
    """

    def __init__(self, text: str, meaning: str) -> None:
        super().__init__(text)
        self._meaning = meaning
        self._compact = False
        self.setAccessibleName(text)
        self.setAccessibleDescription(meaning)
        self.setToolTip(meaning)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self._restyle)
        self._restyle()

    def set_compact(self, *, compact: bool) -> None:
        """Leave the second line to the tooltip, where there is little room."""
        if compact != self._compact:
            self._compact = compact
            self.updateGeometry()
            self.update()

    @property
    def _height(self) -> int:
        return theme().px(_CHOICE_COMPACT if self._compact else _CHOICE_HEIGHT)

    def sizeHint(self) -> QSize:
        """Return the room for the mark and both lines."""
        look = theme()
        widths = (
            QFontMetrics(look.font(font)).horizontalAdvance(text)
            for font, text in (("body", self.text()), ("secondary", self._meaning))
        )
        return QSize(look.px(_BOX + _CHOICE_GAP + 4) + max(widths), self._height)

    def minimumSizeHint(self) -> QSize:
        """Return the least room: both lines may be cut."""
        return QSize(theme().px(120), self._height)

    def hitButton(self, pos: object) -> bool:  # noqa: ARG002 - Qt's own signature
        """Take a click anywhere in it."""
        return True

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the mark, both lines, and a ring while it has the focus."""
        look = theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line = look.px(20)
        side = look.px(_BOX)
        mark = QRectF(1.5, look.px(2) + (line - side) / 2 + 0.5, side - 1, side - 1)
        self._paint_mark(painter, mark)
        left = look.px(_BOX + _CHOICE_GAP)
        room = self.width() - left - look.px(2)
        lines = (
            ("body", "text", self.text(), look.px(2)),
            ("secondary", "text_3", self._meaning, line),
        )
        for font, token, text, top in lines[:1] if self._compact else lines:
            painter.setFont(look.font(font))
            painter.setPen(look.color(token if self.isEnabled() else "text_off"))
            shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room)
            area = QRect(left, top, room, line)
            painter.drawText(area, int(Qt.AlignmentFlag.AlignVCenter), shown)
        painter.end()

    def _paint_mark(self, painter: QPainter, mark: QRectF) -> None:
        look = theme()
        on = self.isChecked()
        tone = ("accent" if on else "control") if self.isEnabled() else "text_off"
        painter.setPen(look.color(tone))
        painter.setBrush(look.color(tone if on else "surface"))
        painter.drawEllipse(mark)
        if on:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.color("text_on"))
            inset = look.px(5)
            painter.drawEllipse(mark.adjusted(inset, inset, -inset, -inset))
        if self.hasFocus():
            painter.setPen(QPen(look.color("focus"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(mark.adjusted(-1, -1, 1, 1))

    def _restyle(self) -> None:
        self.setFont(theme().font("body"))
        self.updateGeometry()
