"""Draws the cells of a comparison."""

from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QTableView

from workbench.core.comparison import Cell, RowKind, Tone
from workbench.viewmodels.compare_table import CompareTableModel
from workbench.views.compare.geometry import MARGIN, PAD
from workbench.views.theme.theme import theme

ROW = 28
_MONO = frozenset({RowKind.ARGUMENT, RowKind.SNAPSHOT})
_MONO_LABEL = frozenset({RowKind.ARGUMENT, RowKind.PACKAGE})
_CHIPPED = frozenset({RowKind.ARGUMENT, RowKind.FACT, RowKind.PACKAGE, RowKind.OUTPUT})
_TONES = {Tone.BETTER: "ok", Tone.WORSE: "bad", Tone.NEUTRAL: "text_3"}
# Numbers are followed by their difference at the same place in every row.
_SLOT, _GAP, _CHIP, _ICON = 44, 14, 6, 16
_MIDDLE = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft


@dataclass(frozen=True, slots=True)
class Style:
    """How a text looks: kind of font, colour token, and whether a line is below it."""

    kind: str
    token: str
    underlined: bool = False

    def made_font(self) -> QFont:
        """Return the font."""
        font = theme().font(self.kind)
        font.setUnderline(self.underlined)
        return font


class CellDelegate(QStyledItemDelegate):
    """A name in the first column, values with what is to be said about them in the others.

    Attributes:
        hovered: The cell whose link the mouse is on.
    """

    def __init__(self, view: QTableView, model: CompareTableModel) -> None:
        super().__init__(view)
        self._view = view
        self._model = model
        self.hovered = QPersistentModelIndex()

    def sizeHint(
        self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Return the height of a row."""
        return QSize(theme().px(64), theme().px(ROW))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw one cell."""
        look, rect = theme(), QRect(option.rect)
        painter.save()
        painter.setPen(look.color("line"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        cell, kind = self._model.cell(index), self._model.kind(index)
        if cell is None:
            left = look.px(MARGIN)
            room = rect.adjusted(left, 0, -look.px(8), -1)
            style = Style("mono" if kind in _MONO_LABEL else "secondary", "text_2")
            middle = kind is RowKind.OUTPUT
            self._write(painter, room, str(index.data()), style, middle=middle)
        else:
            painter.drawLine(rect.topLeft(), rect.bottomLeft())
            room = rect.adjusted(look.px(PAD) + 1, 0, -look.px(8), -1)
            if kind is RowKind.METRIC:
                self._paint_number(painter, room, cell)
            else:
                self._paint_text(painter, room, index, kind, cell)
        if self._view.hasFocus() and index == self._view.currentIndex():
            painter.setPen(QPen(look.color("focus"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(rect.adjusted(2, 1, -1, -2))
        painter.restore()

    def link_area(self, index: QModelIndex | QPersistentModelIndex, rect: QRect) -> QRect:
        """Return where the link of a cell is, empty without one."""
        cell = self._model.cell(index)
        if cell is None or not is_link(self._model.kind(index), cell):
            return QRect()
        look = theme()
        left = rect.left() + look.px(PAD) + 1 + self._advance(cell.text, "mono") + look.px(8)
        width = self._advance(cell.note, "secondary_medium")
        return QRect(left, rect.top(), width, rect.height())

    def _paint_number(self, painter: QPainter, room: QRect, cell: Cell) -> None:
        look = theme()
        style = Style("strong" if cell.best else "body", "text" if cell.known else "text_3")
        used = self._write(painter, room, cell.text, style)
        left = room.left() + max(used, look.px(_SLOT)) + look.px(_GAP)
        if cell.delta:
            place = QRect(left, room.top(), max(0, room.right() - left), room.height())
            used = self._write(painter, place, cell.delta, Style("secondary", _TONES[cell.tone]))
            left += used + look.px(8)
        if cell.best and left + look.px(_ICON) < room.right():
            side = look.px(_ICON)
            ratio = painter.device().devicePixelRatioF()
            top = room.center().y() + 1 - side / 2
            picture = look.pixmap("award", "accent_text", _ICON, ratio)
            painter.drawPixmap(QPointF(left, top), picture)
            left += side + look.px(4)
            place = QRect(left, room.top(), max(0, room.right() - left), room.height())
            self._write(painter, place, "Best", Style("secondary_medium", "accent_text"))

    def _paint_text(
        self,
        painter: QPainter,
        room: QRect,
        index: QModelIndex | QPersistentModelIndex,
        kind: RowKind,
        cell: Cell,
    ) -> None:
        look = theme()
        font = "mono" if kind in _MONO else "body"
        note = cell.note
        spare = self._advance(note, "secondary_medium") + look.px(8) if note else 0
        chip = cell.known and cell.differs and kind in _CHIPPED
        value = room.adjusted(0, 0, -min(spare, room.width() // 2), 0)
        tone = "accent_text" if chip else "text" if cell.known else "text_3"
        if chip:
            pad = look.px(_CHIP)
            width = min(self._advance(cell.text, font), value.width())
            height = look.px(20)
            top = room.center().y() + 1 - height / 2
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.color("accent_soft"))
            box = QRectF(value.left() - pad, top, width + 2 * pad, height)
            painter.drawRoundedRect(box, look.px(4), look.px(4))
        used = self._write(painter, value, cell.text, Style(font, tone), middle=True)
        if note:
            link = is_link(kind, cell)
            gap = look.px(8) + (look.px(_CHIP) if chip else 0)
            place = room.adjusted(used + gap, 0, 0, 0)
            style = Style("secondary", "text_3")
            if link:
                hovered = QPersistentModelIndex(index) == self.hovered
                style = Style("secondary_medium", "accent_text", hovered)
            self._write(painter, place, note, style)

    @staticmethod
    def _write(
        painter: QPainter, room: QRect, text: str, style: Style, *, middle: bool = False
    ) -> int:
        """Draw a line of text, cut if needed, and return its width."""
        painter.setFont(style.made_font())
        painter.setPen(theme().color(style.token))
        mode = Qt.TextElideMode.ElideMiddle if middle else Qt.TextElideMode.ElideRight
        metrics = painter.fontMetrics()
        shown = metrics.elidedText(" ".join(text.split()), mode, max(0, room.width()))
        painter.drawText(room, int(_MIDDLE), shown)
        return metrics.horizontalAdvance(shown)

    @staticmethod
    def _advance(text: str, kind: str) -> int:
        return QFontMetrics(theme().font(kind)).horizontalAdvance(text)


def is_link(kind: RowKind, cell: Cell) -> bool:
    """Return whether a cell leads to the files that differ."""
    return kind is RowKind.SNAPSHOT and cell.differs and cell.note.endswith(("differ", "differs"))
