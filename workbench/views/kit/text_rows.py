"""Plain text in rows of the height of the design, as logs and changes are shown."""

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QTextBlock, QTextDocument
from PySide6.QtWidgets import QPlainTextDocumentLayout

from workbench.views.theme.theme import theme


class RowLayout(QPlainTextDocumentLayout):
    """Gives every row the height of the design instead of that of the font."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self.row_height = theme().line_height("mono")

    def blockBoundingRect(self, block: QTextBlock) -> QRectF:
        """Return the place of a line, each of its rows centred."""
        rect = super().blockBoundingRect(block)
        if not block.isValid():
            return rect
        layout = block.layout()
        rows = layout.lineCount()
        for number in range(rows):
            line = layout.lineAt(number)
            top = number * self.row_height + max(0, (self.row_height - line.height()) // 2)
            if line.y() != top:
                line.setPosition(QPointF(line.x(), top))
        rect.setHeight(self.row_height * max(1, rows))
        return rect
