"""A combo box drawn by the design: outline, text, chevron, and a ring while it has the focus."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFocusEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QSizePolicy, QWidget

from workbench.views.theme.theme import theme

_PAD, _CHEVRON = 10, 16


class ComboBox(QComboBox):
    """A choice from a list; with ``editable`` also a typed one.

    Qt on Linux tells assistive tools the current text as its name, so put a label with a buddy
    before it (``LabelledCombo`` and ``FormRow`` do).
    """

    def __init__(self, *, editable: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.inset = 0
        self._error = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(4)
        self.setMaxVisibleItems(14)
        self.setEditable(editable)
        if editable:
            self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
            line = QLineEdit()
            line.setProperty("bare", True)
            self.setLineEdit(line)
        theme().changed.connect(self._restyle)
        self._restyle()

    def set_items(self, items: Sequence[tuple[str, str]], current: str) -> None:
        """Replace the entries without a signal.

        Args:
            items: ``(id, text)`` of each entry.
            current: Id of the entry to choose; the first one if it is not there.
        """
        present = [(self.itemData(i), self.itemText(i)) for i in range(self.count())]
        self.blockSignals(True)
        if present != list(items):
            self.clear()
            for identity, text in items:
                self.addItem(text, identity)
        index = self.findData(current)
        self.setCurrentIndex(index if index >= 0 or not items else 0)
        self.blockSignals(False)
        self.update()

    def set_error(self, *, on: bool) -> None:
        """Show the outline of an error."""
        self._error = on
        self.update()

    def set_disabled_reason(self, reason: str) -> None:
        """Disable it and say why in its tooltip, or enable it with an empty reason."""
        self.setEnabled(not reason)
        self.setToolTip(reason)

    def sizeHint(self) -> QSize:
        """Return the height of a control and room for some text."""
        return QSize(theme().px(160), theme().px(32))

    def minimumSizeHint(self) -> QSize:
        """Return the narrowest useful form."""
        return QSize(self.inset + theme().px(72), theme().px(32))

    def full_width(self) -> int:
        """Return the width at which nothing of the text is cut."""
        text = self.currentText() or self.placeholderText()
        around = theme().px(_PAD) + self.inset + theme().px(_CHEVRON + 12)
        return self.fontMetrics().horizontalAdvance(text) + around + 1

    def showPopup(self) -> None:
        """Open the list, at least as wide as its longest entry."""
        view = self.view()
        view.setMinimumWidth(max(self.width(), view.sizeHintForColumn(0) + theme().px(40)))
        super().showPopup()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the line edit inside the outline."""
        super().resizeEvent(event)
        self._place_editor()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the ring."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide the ring."""
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw outline, text and chevron."""
        look = theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        color, width = self._outline()
        painter.setPen(QPen(color, width))
        painter.setBrush(look.color("surface") if self.isEnabled() else Qt.BrushStyle.NoBrush)
        half = width / 2
        frame = QRectF(self.rect()).adjusted(half, half, -half, -half)
        painter.drawRoundedRect(frame, look.px(6) - half, look.px(6) - half)
        side = look.px(_CHEVRON)
        tone = "text_3" if self.isEnabled() else "text_off"
        corner = QPointF(self.width() - side - look.px(8), (self.height() - side) / 2)
        painter.drawPixmap(
            corner, look.pixmap("chevron-down", tone, _CHEVRON, self.devicePixelRatioF())
        )
        if not self.isEditable():
            painter.setPen(look.color("text" if self.isEnabled() else "text_off"))
            painter.setFont(self.font())
            room = self._text_rect()
            text = self.currentText() or self.placeholderText()
            text = self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room.width())
            flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
            painter.drawText(room, int(flags), text)
        painter.end()

    def _outline(self) -> tuple[QColor, float]:
        look = theme()
        if not self.isEnabled():
            return look.color("line"), 1.0
        if self._error:
            return look.color("bad"), 2.0 if self.hasFocus() else 1.0
        if self.hasFocus():
            return look.color("focus"), 2.0
        return look.color("control"), 1.0

    def _text_rect(self) -> QRect:
        look = theme()
        left = look.px(_PAD) + self.inset
        right = look.px(_CHEVRON + 12)
        return QRect(left, 1, self.width() - left - right, self.height() - 2)

    def _place_editor(self) -> None:
        line = self.lineEdit()
        if line is not None:
            line.setGeometry(self._text_rect())

    def _restyle(self) -> None:
        self.setFont(theme().font("body"))
        self.setFixedHeight(theme().px(32))
        self._place_editor()
        self.update()
