"""The text of a log: line numbers, colours of the program, and a fixed number of lines."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QKeyEvent,
    QPainter,
    QResizeEvent,
    QShowEvent,
    QTextBlock,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextOption,
)
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from workbench.viewmodels.log_buffer import MAX_LINES, LogLine
from workbench.views.kit.row_text import RowText
from workbench.views.run_detail.log_colors import text_format
from workbench.views.run_detail.log_lines import LogLines
from workbench.views.theme.theme import theme

_CLOCK = "00:00:00"
_MOST_MARKS = 500
_DROP_AT_ONCE = 5_000


class LogText(RowText):
    """Read-only lines, the newest ``MAX_LINES`` of them.

    Args:
        lines: What is known of the lines.

    Signals:
        follow_changed: ``bool``: whether the view stays at the end while lines come.
        menu_requested: Place on the screen.
    """

    follow_changed = Signal(bool)
    menu_requested = Signal(QPoint)

    def __init__(self, lines: LogLines) -> None:
        super().__init__("Log")
        self.setObjectName("log")
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self._lines = lines
        self._clocks = False
        self._end = 0
        self._follow = False
        self._changing = False
        self._look = 1
        self._needle = ""
        self._wraps = False
        # While it is empty, Qt takes over a width; of unwrapped lines only the longest counts.
        super().resizeEvent(QResizeEvent(QSize(1, 1), QSize(0, 0)))
        self.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        theme().changed.connect(self._restyle)
        self._restyle()

    @property
    def end(self) -> int:
        """Number of lines so far, with those no longer kept."""
        return self._end

    @property
    def first(self) -> int:
        """Number of the first line shown, from 0."""
        return self._end - self.document().blockCount() if self._end else 0

    @property
    def following(self) -> bool:
        """Whether the view stays at the end while lines come."""
        return self._follow

    @property
    def gutter_width(self) -> int:
        """Width of the line numbers, and of the times."""
        width = self.fontMetrics().horizontalAdvance("0" * self._digits()) + theme().px(32)
        return width + self._clock_width

    @property
    def _clock_width(self) -> int:
        width = self.fontMetrics().horizontalAdvance(_CLOCK) + theme().px(16)
        return width if self._clocks else 0

    def _digits(self) -> int:
        last = self._lines.number(self._end - 1) + 1 if self._end else 0
        return max(3, len(str(last)))

    def set_clocks(self, *, on: bool) -> None:
        """Show when each line came."""
        if on != self._clocks:
            self._clocks = on
            self.place_gutter()

    def look_again(self) -> None:
        """Draw what is known of the lines now."""
        self.gutter.update()

    def clear_lines(self) -> None:
        """Show nothing."""
        self._end = 0
        self._changing = True
        self.setPlainText("")
        self._changing = False
        self.place_gutter()

    def replace_from(self, first: int, lines: Sequence[LogLine]) -> None:
        """Show ``lines`` from line number ``first`` on; those before it stay."""
        if not lines:
            if first >= self._end:
                return
            lines = (LogLine(""),)
        self._changing = True
        bar = self.verticalScrollBar()
        text = "\n".join(line.text for line in lines)
        if not self._end or first < self.first or first > self._end:
            self.setPlainText(text)
        else:
            self._write(first, text)
        self._drop_oldest()
        before = self._digits()
        self._end = first + len(lines)
        if self._digits() != before:
            self.place_gutter()
        if self._follow:
            bar.setValue(bar.maximum())
        self._changing = False
        self._decorate()

    def cut_from(self, first: int) -> None:
        """Show nothing from line number ``first`` on."""
        if first >= self._end:
            return
        if first <= self.first:
            self.clear_lines()
            return
        self._changing = True
        cursor = QTextCursor(self.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        # With the break of the line before.
        place = self.document().findBlockByNumber(first - self.first).position() - 1
        cursor.setPosition(place, QTextCursor.MoveMode.KeepAnchor)
        cursor.removeSelectedText()
        self._end = first
        self._changing = False
        self._decorate()

    def set_follow(self, *, on: bool) -> None:
        """Stay at the end while lines come, or stop that."""
        if on:
            bar = self.verticalScrollBar()
            bar.setValue(bar.maximum())
        if on != self._follow:
            self._follow = on
            self.follow_changed.emit(on)

    def set_wrap(self, *, on: bool) -> None:
        """Break lines that are longer than the view."""
        mode = QPlainTextEdit.LineWrapMode
        self.setLineWrapMode(mode.WidgetWidth if on else mode.NoWrap)
        # Qt keeps a range of some pixels that came from before the vertical bar appeared.
        self._wraps = on
        policy = Qt.ScrollBarPolicy
        self.setHorizontalScrollBarPolicy(
            policy.ScrollBarAlwaysOff if on else policy.ScrollBarAsNeeded
        )
        self._keep_end()

    def find_next(self, text: str, *, back: bool = False, again: bool = False) -> bool:
        """Select the next place with ``text``, going round at the end; return whether there is one.

        Args:
            text: What is searched, in any case.
            back: Search upwards.
            again: Go on after the selected place instead of staying there if it still matches.
        """
        self._needle = text
        if not text:
            self._decorate()
            return True
        flag = QTextDocument.FindFlag.FindBackward if back else QTextDocument.FindFlag(0)
        cursor = self.textCursor()
        if not again and not back:
            cursor.setPosition(cursor.selectionStart())
        found = self.document().find(text, cursor, flag)
        if found.isNull():
            edge = QTextCursor(self.document())
            if back:
                edge.movePosition(QTextCursor.MoveOperation.End)
            found = self.document().find(text, edge, flag)
        if not found.isNull():
            self.setTextCursor(found)
            self.centerCursor()
        self._decorate()
        return not found.isNull()

    def show_last(self, text: str) -> None:
        """Select the last place with ``text``, or show the end if there is none."""
        edge = QTextCursor(self.document())
        edge.movePosition(QTextCursor.MoveOperation.End)
        found = self.document().find(text, edge, QTextDocument.FindFlag.FindBackward)
        self.setTextCursor(edge if found.isNull() else found)
        self.ensureCursorVisible()
        self._decorate()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Follow again with Ctrl+End."""
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if event.key() == Qt.Key.Key_End and control:
            self.set_follow(on=True)
            return
        super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu, also with Shift+F10."""
        place = event.globalPos()
        if event.reason() != QContextMenuEvent.Reason.Mouse:
            place = self.viewport().mapToGlobal(self.cursorRect().bottomLeft())
        self.menu_requested.emit(place)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the gutter as high as the text, and the end in view."""
        self._changing = True
        super().resizeEvent(event if self._wraps else _same_width(event))
        self._changing = False
        self._keep_end()

    def showEvent(self, event: QShowEvent) -> None:
        """Colour what comes into view."""
        super().showEvent(event)
        self._keep_end()

    def paint_gutter(self, gutter: QWidget, area: QRect) -> None:
        """Draw the numbers of the visible lines."""
        painter = QPainter(gutter)
        painter.fillRect(area, theme().color("sunken"))
        painter.setFont(self.font())
        painter.setPen(theme().color("text_3"))
        first, width = self.first, gutter.width() - theme().px(16)
        flags = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for index, top, _block in self.visible_rows(area) if self._end else ():
            row = QRect(0, top, width, self.row_height)
            if self._clocks:
                painter.drawText(row, flags, self._lines.clock(first + index))
            row.setWidth(width - self._clock_width)
            painter.drawText(row, flags, str(self._lines.number(first + index) + 1))
        painter.end()

    def _write(self, first: int, text: str) -> None:
        """Replace everything from a line on, which is at most the unfinished last one."""
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        if first < self._end:
            block = self.document().findBlockByNumber(first - self.first)
            cursor.setPosition(block.position())
            cursor.movePosition(QTextCursor.MoveOperation.End, QTextCursor.MoveMode.KeepAnchor)
            cursor.insertText(text)
        else:
            cursor.movePosition(QTextCursor.MoveOperation.End)
            cursor.insertText(f"\n{text}")
        cursor.endEditBlock()

    def _drop_oldest(self) -> None:
        """Keep the newest lines.

        An edit of its own: changes at both ends in one edit make Qt lay out every line again.
        Qt may move the whole text for it, so many lines go at once.
        """
        surplus = self.document().blockCount() - MAX_LINES
        if surplus > 0:
            surplus += _DROP_AT_ONCE
            cursor = QTextCursor(self.document())
            end = self.document().findBlockByNumber(surplus).position()
            cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
            cursor.removeSelectedText()

    def _decorate(self) -> None:
        """Colour the lines in view; a line out of view costs nothing until it is scrolled to."""
        if not self._end or not self.isVisible():
            return
        first = self.first
        marks: list[QTextEdit.ExtraSelection] = []
        for index, _top, block in list(self.visible_rows(self.viewport().rect())):
            if block.userState() != self._look or index + 1 == self.document().blockCount():
                block.setUserState(self._look)
                spans = self._lines.line(first + index).utf16_spans()
                if spans or block.layout().formats():
                    block.layout().setFormats([text_format(span) for span in spans])
                    self.document().markContentsDirty(block.position(), block.length())
            if self._needle:
                self._mark(block, marks)
        self.setExtraSelections(marks)
        self.gutter.update()

    def _mark(self, block: QTextBlock, marks: list[QTextEdit.ExtraSelection]) -> None:
        text, needle = block.text().lower(), self._needle.lower()
        place = text.find(needle)
        while place >= 0 and len(marks) < _MOST_MARKS:
            cursor = QTextCursor(block)
            cursor.setPosition(block.position() + place)
            cursor.setPosition(
                block.position() + place + len(needle), QTextCursor.MoveMode.KeepAnchor
            )
            mark = QTextEdit.ExtraSelection()
            style = QTextCharFormat()
            style.setBackground(theme().color("warn_soft"))
            mark.cursor = cursor
            mark.format = style
            marks.append(mark)
            place = text.find(needle, place + max(1, len(needle)))

    def _on_scrolled(self, value: int) -> None:
        if not self._changing and self.isVisible():
            on = value >= self.verticalScrollBar().maximum()
            if on != self._follow:
                self._follow = on
                self.follow_changed.emit(on)
        if not self._changing:
            self._decorate()

    def _keep_end(self) -> None:
        if self._follow:
            self._changing = True
            bar = self.verticalScrollBar()
            bar.setValue(bar.maximum())
            self._changing = False
        self._decorate()

    def _restyle(self) -> None:
        self._look += 1
        self.use_font(tab=8)
        self.place_gutter()
        self._decorate()


def _same_width(event: QResizeEvent) -> QResizeEvent:
    """Return the event of a change of the height alone.

    Where the width changes, Qt lays out every line again, also those that are not wrapped.
    """
    return QResizeEvent(event.size(), QSize(event.size().width(), event.oldSize().height()))
