"""Draws the rows of the Run List."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QTableView

from workbench.core.run import Run, RunStatus
from workbench.viewmodels.run_columns import ColumnKind, cell_text
from workbench.viewmodels.run_table import RunTableModel
from workbench.views.kit.check_box import paint_box
from workbench.views.kit.spinner import paint_spinner
from workbench.views.kit.status_chip import status_icon
from workbench.views.run_list.columns import ICON, ICON_GAP, MARGIN, PAD
from workbench.views.run_list.words import WordCache
from workbench.views.theme.theme import theme

ROW = 32
_NOTHING = "–"
_BAR = 3
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_FONTS = {
    ColumnKind.RUN: "medium",
    ColumnKind.ARGUMENTS: "mono",
    ColumnKind.SNAPSHOT: "mono",
}
_QUIET = frozenset(
    {ColumnKind.ARGUMENTS, ColumnKind.TARGET, ColumnKind.STARTED, ColumnKind.SNAPSHOT}
)

# Number and place of a column in a row.
Cell = tuple[int, QRect]


class RunDelegate(QStyledItemDelegate):
    """One line in a row, in the fonts and colours of the design.

    The table has it draw whole rows. A call from Qt for each cell would have to wait for Python's
    other threads hundreds of times.

    Attributes:
        hover_row: Row under the mouse, -1 for none.
        marks: Colour token of the bar at the left of a run, by run id.
        shows_focus: Whether the current row is outlined.
        last_column: Column at the right end, which keeps the margin of the page.
    """

    def __init__(self, view: QTableView, model: RunTableModel) -> None:
        super().__init__(view)
        self._view = view
        self._model = model
        self.hover_row = -1
        self.marks: dict[str, str] = {}
        self.shows_focus = False
        self.last_column = -1
        self._words = WordCache()
        theme().changed.connect(self._words.clear)

    def sizeHint(
        self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Return the height of a row."""
        return QSize(theme().px(64), theme().px(ROW))

    def paint_row(
        self, painter: QPainter, row: int, cells: Sequence[Cell], *, selected: bool
    ) -> None:
        """Draw a row.

        Args:
            painter: Paints on the table.
            row: Its number.
            cells: Number and place of each column in sight.
            selected: Whether it is selected.
        """
        run = self._model.run_at(row)
        ground = cells[0][1].united(cells[-1][1])
        self._paint_ground(painter, ground, row, selected=selected)
        for number, rect in cells:
            column = self._model.columns[number]
            if column.kind is ColumnKind.SELECT:
                self._paint_select(painter, rect, run, selected=selected)
            elif column.kind is ColumnKind.STATUS:
                self._paint_status(painter, rect, run)
            else:
                self._paint_text(painter, rect, run, number)

    def _paint_ground(self, painter: QPainter, rect: QRect, row: int, *, selected: bool) -> None:
        look = theme()
        name = "surface"
        if selected:
            name = "selected" if self._view.hasFocus() else "selected_inactive"
        elif row == self.hover_row:
            name = "hover"
        painter.fillRect(rect, look.color(name))
        painter.setPen(look.color("line"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        if self.shows_focus and self._view.hasFocus() and row == self._view.currentIndex().row():
            painter.setPen(QPen(look.color("focus"), 2))
            painter.drawLine(rect.left(), rect.top() + 1, rect.right(), rect.top() + 1)
            painter.drawLine(rect.left(), rect.bottom(), rect.right(), rect.bottom())

    def _paint_select(self, painter: QPainter, rect: QRect, run: Run, *, selected: bool) -> None:
        look = theme()
        if token := self.marks.get(run.id):
            bar = QRect(rect.left(), rect.top(), look.px(_BAR), rect.height())
            painter.fillRect(bar, look.color(token))
        paint_check(painter, rect, "on" if selected else "", selected=selected)

    def _paint_status(self, painter: QPainter, rect: QRect, run: Run) -> None:
        look = theme()
        side = look.px(ICON)
        name, token = status_icon(run.status)
        corner = QPointF(rect.left() + look.px(PAD), rect.top() + (rect.height() - side) / 2)
        if run.status is RunStatus.RUNNING:
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            paint_spinner(painter, QRectF(corner.x(), corner.y(), side, side), token)
            painter.restore()
        else:
            ratio = painter.device().devicePixelRatioF()
            painter.drawPixmap(corner, look.pixmap(name, token, ICON, ratio))
        inset = look.px(PAD + ICON + ICON_GAP)
        words = rect.adjusted(inset, 0, -look.px(PAD) // 2, -1)
        self._draw(painter, words, run.status.label, ("body", "text"))

    def _paint_text(self, painter: QPainter, rect: QRect, run: Run, number: int) -> None:
        look = theme()
        column = self._model.columns[number]
        text = cell_text(run, column, self._model.clock())
        pad = look.px(PAD)
        right = look.px(MARGIN) if number == self.last_column else pad
        room = rect.adjusted(pad, 0, -right, -1)
        kind, tone = _FONTS.get(column.kind, "body"), "text"
        if text == _NOTHING:
            kind, tone = "body", "text_3"
        elif column.kind in _QUIET:
            tone = "text_2"
        elif self._model.is_best(run, column):
            kind = "strong"
            if column.metric == self._model.metrics[0]:
                self._paint_award(painter, room, text)
        elif column.metric and run.status.is_active:
            tone = "text_2"
        if column.kind is ColumnKind.SNAPSHOT and run.snapshot:
            room = self._paint_capture(painter, room, run)
        flags = _RIGHT if column.kind.is_number else _LEFT
        self._draw(painter, room, text, (kind, tone), flags)

    def _paint_capture(self, painter: QPainter, room: QRect, run: Run) -> QRect:
        """Draw whether the snapshot holds everything; return what is left of the cell."""
        look = theme()
        side = look.px(ICON)
        name, token = ("triangle-alert", "warn") if run.not_captured else ("shield-check", "ok")
        if run.snapshot in self._model.missing:
            name, token = "circle-x", "bad"
        top = room.top() + (room.height() - side) / 2
        ratio = painter.device().devicePixelRatioF()
        painter.drawPixmap(QPointF(room.left(), top), look.pixmap(name, token, ICON, ratio))
        return room.adjusted(side + look.px(ICON_GAP), 0, 0, 0)

    @staticmethod
    def _paint_award(painter: QPainter, room: QRect, text: str) -> None:
        look = theme()
        painter.setFont(look.font("strong"))
        words = painter.fontMetrics().horizontalAdvance(text)
        side = look.px(14)
        left = room.right() - words - side - look.px(4)
        if left < room.left() - look.px(PAD):
            return
        top = room.top() + (room.height() - side) / 2
        ratio = painter.device().devicePixelRatioF()
        painter.drawPixmap(QPointF(left, top), look.pixmap("award", "accent_text", 14, ratio))

    def _draw(
        self,
        painter: QPainter,
        room: QRect,
        text: str,
        style: tuple[str, str],
        flags: Qt.AlignmentFlag = _LEFT,
    ) -> None:
        kind, token = style
        words = self._words.get(text, kind, room.width())
        spare = room.width() - words.width if flags is _RIGHT else 0.0
        painter.setFont(words.font)
        painter.setPen(theme().color(token))
        top = room.top() + (room.height() - words.height) / 2
        painter.drawStaticText(QPointF(room.left() + spare, top), words.text)


def paint_check(painter: QPainter, rect: QRect, state: str, *, selected: bool = False) -> None:
    """Draw a check box at the page margin, see :func:`paint_box`."""
    look = theme()
    side = look.px(ICON)
    left = rect.left() + look.px(MARGIN)
    box = QRectF(left, rect.top() + (rect.height() - side) / 2, side, side)
    paint_box(painter, box, state, selected=selected)
