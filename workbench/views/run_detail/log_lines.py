"""The rows of a log: their height, and what is known of their lines."""

from typing import Protocol

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QTextBlock, QTextDocument
from PySide6.QtWidgets import QPlainTextDocumentLayout

from workbench.viewmodels.log_buffer import LogLine
from workbench.views.theme.theme import theme


class LogLines(Protocol):
    """What is known of the lines in a text, by their places from 0."""

    def line(self, place: int) -> LogLine:
        """Return a line with its colours."""
        ...

    def number(self, place: int) -> int:
        """Return its number in the log, from 0."""
        ...

    def clock(self, place: int) -> str:
        """Return when it came, empty if that is not known."""
        ...


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
