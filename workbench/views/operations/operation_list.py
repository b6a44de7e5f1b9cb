"""The list of operations, two lines each."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from workbench.viewmodels.operation_rows import OperationRole, OperationRow, OperationsModel
from workbench.views.theme.icons import paint_icon
from workbench.views.theme.theme import theme

_ROW = 56
_MIDDLE = Qt.AlignmentFlag.AlignVCenter


class _Delegate(QStyledItemDelegate):
    """Icon, what was done, how much and when, and where it stands."""

    def sizeHint(
        self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Return the height of a row."""
        return QSize(0, theme().px(_ROW))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw one row."""
        row = index.data(OperationRole.ROW)
        if not isinstance(row, OperationRow):
            return
        look, rect = theme(), QRect(option.rect)
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.fillRect(rect, look.color(_ground(state)))
        painter.setPen(look.color("line"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        ring = QStyle.StateFlag.State_HasFocus | QStyle.StateFlag.State_KeyboardFocusChange
        if state & ring == ring:
            painter.setPen(look.color("focus"))
            painter.drawRect(rect.adjusted(0, 0, -1, -2))
        side = look.px(16)
        icon = QRectF(rect.left() + look.px(24), rect.top() + look.px(12), side, side)
        tone = "text_3" if row.entry.undone else "text_2"
        paint_icon(painter, icon, row.icon, look.color(tone))
        area = rect.adjusted(look.px(48), look.px(9), -look.px(16), 0)
        self._paint_words(painter, area, row)
        painter.restore()

    def _paint_words(self, painter: QPainter, area: QRect, row: OperationRow) -> None:
        look = theme()
        area.setHeight(look.px(20))
        room = area.width()
        painter.setFont(look.font("secondary"))
        painter.setPen(look.color("accent_text" if row.entry.next_undo else "text_3"))
        painter.drawText(area, int(_MIDDLE | Qt.AlignmentFlag.AlignRight), row.tag)
        if row.tag:
            room -= painter.fontMetrics().horizontalAdvance(row.tag) + look.px(12)
        painter.setFont(look.font("medium"))
        painter.setPen(look.color("text_3" if row.entry.undone else "text"))
        cut = Qt.TextElideMode.ElideRight
        title = painter.fontMetrics().elidedText(row.title, cut, room)
        painter.drawText(area, int(_MIDDLE), title)
        area.translate(0, look.px(19))
        painter.setFont(look.font("secondary"))
        painter.setPen(look.color("text_3"))
        detail = painter.fontMetrics().elidedText(row.detail, cut, area.width())
        painter.drawText(area, int(_MIDDLE), detail)


class OperationList(QListView):
    """Operations, newest first.

    Signals:
        chosen: ``str``: id of the operation that became current.
    """

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.rows = OperationsModel()
        self.setObjectName("operationList")
        self.setAccessibleName("Operations")
        self.setModel(self.rows)
        self.setItemDelegate(_Delegate(self))
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.selectionModel().currentChanged.connect(self._on_current)
        theme().changed.connect(self.doItemsLayout)

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


def _ground(state: QStyle.StateFlag) -> str:
    if state & QStyle.StateFlag.State_Selected:
        active = bool(state & QStyle.StateFlag.State_Active)
        return "selected" if active else "selected_inactive"
    return "hover" if state & QStyle.StateFlag.State_MouseOver else "surface"
