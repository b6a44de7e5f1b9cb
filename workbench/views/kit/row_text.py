"""A read-only text in rows, with a gutter for numbers at its left."""

from collections.abc import Iterator

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import (
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextBlock,
    QTextDocument,
)
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QWidget

from workbench.views.kit.text_rows import RowLayout
from workbench.views.theme.theme import theme


class _Gutter(QWidget):
    """What stands at the left of the lines."""

    def __init__(self, text: "RowText") -> None:
        super().__init__(text)
        self._text = text

    def sizeHint(self) -> QSize:
        """Return the width that the largest number needs."""
        return QSize(self._text.gutter_width, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what belongs to the visible lines."""
        self._text.paint_gutter(self, event.rect())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Do what the text does with a press beside a line."""
        self._text.press_at(event.position().y())


class RowText(QPlainTextEdit):
    """Text in the mono font whose rows have the height of the design.

    A kind of text says how wide its gutter is and draws it.

    Args:
        name: Name for assistive software.
        parent: Parent widget.
    """

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setProperty("bare", True)
        self.setReadOnly(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setUndoRedoEnabled(False)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        document = QTextDocument(self)
        document.setUndoRedoEnabled(False)
        self._rows = RowLayout(document)
        document.setDocumentLayout(self._rows)
        document.setDocumentMargin(0)
        self.setDocument(document)
        self.gutter = _Gutter(self)
        # Without a widget there, the style draws a frame between the scroll bars.
        self.setCornerWidget(QWidget())
        self.updateRequest.connect(lambda *_: self.gutter.update())

    @property
    def row_height(self) -> int:
        """Height of one row in pixels."""
        return self._rows.row_height

    @property
    def gutter_width(self) -> int:
        """Width of the gutter in pixels."""
        return 0

    def paint_gutter(self, gutter: QWidget, area: QRect) -> None:
        """Draw the gutter of the visible lines."""

    def press_at(self, y: float) -> None:
        """Hear of a press in the gutter at this height."""

    def place_gutter(self) -> None:
        """Give the gutter the width that it needs now."""
        width = self.gutter_width
        self.setViewportMargins(width, 0, 0, 0)
        inside = self.contentsRect()
        self.gutter.setGeometry(inside.left(), inside.top(), width, self.viewport().height())
        self.gutter.update()

    def visible_rows(self, area: QRect) -> Iterator[tuple[int, int, QTextBlock]]:
        """Yield ``(number, top, block)`` of the lines in an area of the viewport."""
        block = self.firstVisibleBlock()
        if not block.isValid():
            return
        number = block.blockNumber()
        top = round(self.blockBoundingGeometry(block).translated(self.contentOffset()).top())
        while block.isValid() and top <= area.bottom():
            height = round(self.blockBoundingRect(block).height())
            if top + height >= area.top():
                yield number, top, block
            top += height
            block = block.next()
            number += 1

    def use_font(self, tab: int) -> None:
        """Take the mono font of the theme; a tab is as wide as so many spaces."""
        font = theme().font("mono")
        self.setFont(font)
        self.document().setDefaultFont(font)
        self.setTabStopDistance(self.fontMetrics().horizontalAdvance(" ") * tab)
        self._rows.row_height = theme().line_height("mono")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the gutter as high as the text."""
        super().resizeEvent(event)
        self.place_gutter()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the text, and a ring while it has the focus."""
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self.viewport())
            painter.setPen(theme().color("focus"))
            painter.drawRect(self.viewport().rect().adjusted(0, 0, -1, -1))
            painter.end()
