"""A read-only text with line numbers, coloured lines and marked words."""

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QFont,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QTextBlock,
    QTextCharFormat,
    QTextCursor,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QWidget

from workbench.views.diff.pane_lines import PaneLine, Tone
from workbench.views.kit.row_text import RowText
from workbench.views.theme.icons import paint_icon
from workbench.views.theme.theme import theme

_GROUND = {
    Tone.ADDED: "add_bg",
    Tone.REMOVED: "del_bg",
    Tone.GAP: "gap_bg",
    Tone.FOLD: "sunken",
}
_MARK = {Tone.ADDED: "add_mark", Tone.REMOVED: "del_mark"}
_SIGN = {Tone.ADDED: "+", Tone.REMOVED: "−"}

Span = tuple[int, int, str]


class DiffPane(RowText):
    """One side of a difference, or the unified form.

    ``stepped`` says whether the cursor was put on a change since the lines were shown.

    Signals:
        fold_opened: Row of a folded part that the user wants to see.
    """

    fold_opened = Signal(int)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self.setWordWrapMode(QTextOption.WrapMode.NoWrap)
        self.viewport().setMouseTracking(True)
        self._lines: list[PaneLine] = []
        self.stepped = False
        theme().changed.connect(self._restyle)
        self._restyle()

    @property
    def lines(self) -> Sequence[PaneLine]:
        """The lines shown."""
        return self._lines

    @property
    def gutter_width(self) -> int:
        """Width of the line numbers and the sign."""
        return len(self._columns()) * self._number_width() + theme().px(30)

    def set_lines(self, lines: Sequence[PaneLine]) -> None:
        """Show other lines, from the top."""
        self._lines = list(lines)
        self.stepped = False
        self.setPlainText("\n".join(line.text for line in self._lines))
        self.place_gutter()
        for index, line in enumerate(self._lines):
            if line.tone is Tone.FOLD:
                self.set_colors(index, ())

    def set_colors(self, index: int, spans: Sequence[Span]) -> None:
        """Colour parts of a line: ``(start, length, token)``; marked words stay plain text."""
        block = self.document().findBlockByNumber(index)
        line = self._lines[index]
        if line.tone is Tone.FOLD:
            formats = [_format(0, len(line.text), "text_3", theme().font("secondary"))]
        else:
            formats = [_format(*span) for span in spans]
            formats += [_format(start, end - start, "text") for start, end in line.marks]
        block.layout().setFormats(formats)
        self.document().markContentsDirty(block.position(), block.length())

    def go_to(self, index: int, above: int = 3) -> None:
        """Put the cursor on a line and scroll so that some lines above it are visible."""
        self.stepped = True
        cursor = QTextCursor(self.document().findBlockByNumber(index))
        self.setTextCursor(cursor)
        self.verticalScrollBar().setValue(max(0, index - above))

    def press_at(self, y: float) -> None:
        """Open the folded part at this height, if there is one."""
        index = self.cursorForPosition(QPointF(0, y).toPoint()).blockNumber()
        if 0 <= index < len(self._lines) and self._lines[index].tone is Tone.FOLD:
            self.fold_opened.emit(self._lines[index].row)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Open a folded part unless text was selected."""
        super().mouseReleaseEvent(event)
        if event.button() == Qt.MouseButton.LeftButton and not self.textCursor().hasSelection():
            self.press_at(event.position().y())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show a hand over folded parts."""
        super().mouseMoveEvent(event)
        index = self.cursorForPosition(event.position().toPoint()).blockNumber()
        fold = 0 <= index < len(self._lines) and self._lines[index].tone is Tone.FOLD
        shape = Qt.CursorShape.PointingHandCursor if fold else Qt.CursorShape.IBeamCursor
        self.viewport().setCursor(shape)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open the folded part under the cursor with Enter."""
        index = self.textCursor().blockNumber()
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers()
        if enter and 0 <= index < len(self._lines) and self._lines[index].tone is Tone.FOLD:
            self.fold_opened.emit(self._lines[index].row)
            return
        super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language and style of the window."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "stepped"):
            self.place_gutter()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground of lines and marked words, then the text."""
        painter = QPainter(self.viewport())
        for index, top, block in self._visible(event.rect()):
            self._paint_ground(
                painter, index, QRect(0, top, self.viewport().width(), self.row_height)
            )
            self._paint_marks(painter, index, top, block)
        painter.end()
        super().paintEvent(event)

    def paint_gutter(self, gutter: QWidget, area: QRect) -> None:
        """Draw numbers and signs of the visible lines."""
        painter = QPainter(gutter)
        painter.fillRect(area, theme().color("surface"))
        painter.setFont(self.font())
        width = self._number_width()
        for index, top, _block in self._visible(area):
            line = self._lines[index]
            row = QRect(0, top, gutter.width(), self.row_height)
            self._paint_ground(painter, index, row)
            if line.tone is Tone.FOLD:
                side = theme().px(14)
                edge = (self.row_height - side) / 2
                place = QRectF(width - side - theme().px(2), top + edge, side, side)
                paint_icon(painter, place, "unfold-vertical", theme().color("text_3"))
                continue
            painter.setPen(theme().color("text_3"))
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            for column, number in enumerate(line.numbers):
                if number:
                    cell = QRect(column * width, top, width, self.row_height)
                    painter.drawText(cell, int(right), str(number))
            sign = QRect(
                len(line.numbers) * width + theme().px(8), top, theme().px(10), row.height()
            )
            painter.drawText(sign, int(Qt.AlignmentFlag.AlignCenter), _SIGN.get(line.tone, ""))
        painter.end()

    def _paint_ground(self, painter: QPainter, index: int, row: QRect) -> None:
        tone = self._lines[index].tone
        if tone in _GROUND:
            painter.fillRect(row, theme().color(_GROUND[tone]))
        if tone is Tone.FOLD:
            painter.setPen(theme().color("line"))
            painter.drawLine(row.topLeft(), row.topRight())
            painter.drawLine(row.bottomLeft(), row.bottomRight())

    def _paint_marks(self, painter: QPainter, index: int, top: int, block: QTextBlock) -> None:
        line = self._lines[index]
        if not line.marks or not block.layout().lineCount():
            return
        text = block.layout().lineAt(0)
        left = self.contentOffset().x() + text.x()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme().color(_MARK.get(line.tone, "add_mark")))
        for start, end in line.marks:
            x1, x2 = _x(text.cursorToX(start)), _x(text.cursorToX(end))
            inset = theme().px(1)
            area = QRectF(left + x1, top + inset, x2 - x1, self.row_height - 2 * inset)
            painter.drawRoundedRect(area, theme().px(2), theme().px(2))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)

    def _visible(self, area: QRect) -> Iterator[tuple[int, int, QTextBlock]]:
        return self.visible_rows(area) if self._lines else iter(())

    def _columns(self) -> tuple[int, ...]:
        return self._lines[0].numbers if self._lines else (0,)

    def _number_width(self) -> int:
        largest = max((max(line.numbers) for line in self._lines), default=0)
        digits = max(3, len(str(largest)))
        return self.fontMetrics().horizontalAdvance("0" * digits) + theme().px(8)

    def _restyle(self) -> None:
        self.use_font(tab=4)
        for index, line in enumerate(self._lines):
            if line.marks or line.tone is Tone.FOLD:
                self.set_colors(index, ())
        self.document().markContentsDirty(0, self.document().characterCount())
        self.place_gutter()


def _x(place: object) -> float:
    """Return the horizontal place; Qt's binding gives it with the cursor position or alone."""
    first = place[0] if isinstance(place, tuple) else place
    return float(first) if isinstance(first, int | float) else 0.0


def _format(
    start: int, length: int, token: str, font: QFont | None = None
) -> QTextLayout.FormatRange:
    result = QTextLayout.FormatRange()
    result.start, result.length = start, length
    style = QTextCharFormat()
    style.setForeground(theme().color(token))
    if font is not None:
        style.setFont(font)
    result.format = style
    return result
