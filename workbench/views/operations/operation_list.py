"""The list of operations, two lines each."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QPainter

from workbench.viewmodels.operation_rows import OperationRole, OperationRow, OperationsModel
from workbench.views.kit.row_list import MIDDLE, RowDelegate, RowList
from workbench.views.theme.theme import theme

_ROW = 56


class _Delegate(RowDelegate):
    """Icon, what was done, how much and when, and where it stands."""

    def paint_row(
        self,
        painter: QPainter,
        rect: QRect,
        index: QModelIndex | QPersistentModelIndex,
        *,
        selected: bool,  # noqa: ARG002 - all rows have the same words
    ) -> None:
        """Draw what was done."""
        row = index.data(OperationRole.ROW)
        if isinstance(row, OperationRow):
            tone = "text_3" if row.entry.undone else "text_2"
            area = self.paint_icon(painter, rect, 12, row.icon, tone)
            self._paint_words(painter, area.adjusted(0, theme().px(9), 0, 0), row)

    def _paint_words(self, painter: QPainter, area: QRect, row: OperationRow) -> None:
        look = theme()
        area.setHeight(look.px(20))
        room = area.width()
        painter.setFont(look.font("secondary"))
        painter.setPen(look.color("accent_text" if row.entry.next_undo else "text_3"))
        painter.drawText(area, int(MIDDLE | Qt.AlignmentFlag.AlignRight), row.tag)
        if row.tag:
            room -= painter.fontMetrics().horizontalAdvance(row.tag) + look.px(12)
        painter.setFont(look.font("medium"))
        painter.setPen(look.color("text_3" if row.entry.undone else "text"))
        cut = Qt.TextElideMode.ElideRight
        title = painter.fontMetrics().elidedText(row.title, cut, room)
        painter.drawText(area, int(MIDDLE), title)
        area.translate(0, look.px(19))
        painter.setFont(look.font("secondary"))
        painter.setPen(look.color("text_3"))
        detail = painter.fontMetrics().elidedText(row.detail, cut, area.width())
        painter.drawText(area, int(MIDDLE), detail)


class OperationList(RowList):
    """Operations, newest first.

    Signals:
        chosen: ``str``: id of the operation that became current.
    """

    chosen = Signal(str)

    def __init__(self) -> None:
        self.rows = OperationsModel()
        super().__init__("Operations", self.rows)
        self.setObjectName("operationList")
        self.setItemDelegate(_Delegate(self, _ROW))
        self.selectionModel().currentChanged.connect(self._on_current)

    def show_rows(self, rows: tuple[OperationRow, ...], selected: str) -> None:
        """Show operations and select one, without telling so."""
        if rows != self.rows.rows:
            self.rows.set_rows(rows)
        row = self.rows.row_of(selected)
        if row >= 0 and row != self.currentIndex().row():
            self.setCurrentIndex(self.rows.index(row))

    def _on_current(self, index: QModelIndex) -> None:
        row = index.data(OperationRole.ROW)
        if isinstance(row, OperationRow):
            self.chosen.emit(row.entry.operation.id)
