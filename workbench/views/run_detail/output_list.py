"""The list of output files with kind, path and size."""

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QContextMenuEvent, QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from workbench.core.run import Output
from workbench.core.wording import format_size
from workbench.viewmodels.changed_files import display_path
from workbench.viewmodels.outputs_model import OUTPUT_ROLE, OutputKind, OutputsModel, output_kind
from workbench.views.theme.icons import paint_icon
from workbench.views.theme.theme import theme

_ROW = 40
_ICONS = {
    OutputKind.IMAGE: "file-image",
    OutputKind.TABLE: "file-spreadsheet",
    OutputKind.TEXT: "file-text",
    OutputKind.OTHER: "file-box",
}
_MIDDLE = Qt.AlignmentFlag.AlignVCenter


class OutputDelegate(QStyledItemDelegate):
    """Icon, path and size."""

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
        output = index.data(OUTPUT_ROLE)
        if not isinstance(output, Output):
            return
        look, rect = theme(), QRect(option.rect)
        state: QStyle.StateFlag = option.state
        selected = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.fillRect(rect, look.color(_ground(state)))
        painter.setPen(look.color("line"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        ring = QStyle.StateFlag.State_HasFocus | QStyle.StateFlag.State_KeyboardFocusChange
        if state & ring == ring:
            painter.setPen(look.color("focus"))
            painter.drawRect(rect.adjusted(0, 0, -1, -2))
        side = look.px(16)
        icon = QRectF(rect.left() + look.px(24), rect.center().y() - side / 2, side, side)
        token = "accent_text" if selected else "text_2"
        paint_icon(painter, icon, _ICONS[output_kind(output.path)], look.color(token))
        area = rect.adjusted(look.px(48), 0, -look.px(16), 0)
        self._paint_words(painter, area, output)
        painter.restore()

    def _paint_words(self, painter: QPainter, area: QRect, output: Output) -> None:
        look = theme()
        size = format_size(output.size)
        painter.setFont(look.font("secondary"))
        painter.setPen(look.color("text_3"))
        painter.drawText(area, int(_MIDDLE | Qt.AlignmentFlag.AlignRight), size)
        room = area.width() - painter.fontMetrics().horizontalAdvance(size) - look.px(12)
        font = look.font("body")
        text = QFontMetrics(font).elidedText(
            display_path(output.path), Qt.TextElideMode.ElideMiddle, room
        )
        painter.setFont(font)
        painter.setPen(look.color("text"))
        painter.drawText(area, int(_MIDDLE), text)


class OutputList(QListView):
    """Output files.

    Signals:
        opened: The current file is to be opened (double click or Enter).
        menu_requested: Place on the screen, for the menu of the current file.
    """

    opened = Signal()
    menu_requested = Signal(QPoint)

    def __init__(self, model: OutputsModel) -> None:
        super().__init__()
        self.setObjectName("outputFiles")
        self.setAccessibleName("Output files")
        self.setModel(model)
        self.setItemDelegate(OutputDelegate(self))
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.doubleClicked.connect(lambda _index: self.opened.emit())
        theme().changed.connect(self.doItemsLayout)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu of a file, also with Shift+F10."""
        index, place = self.indexAt(event.pos()), event.globalPos()
        if event.reason() != QContextMenuEvent.Reason.Mouse:
            index = self.currentIndex()
            place = self.viewport().mapToGlobal(self.visualRect(index).bottomLeft())
        if index.isValid():
            self.setCurrentIndex(index)
            self.menu_requested.emit(place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open with Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit()
            return
        super().keyPressEvent(event)


def _ground(state: QStyle.StateFlag) -> str:
    if state & QStyle.StateFlag.State_Selected:
        active = bool(state & QStyle.StateFlag.State_Active)
        return "selected" if active else "selected_inactive"
    return "hover" if state & QStyle.StateFlag.State_MouseOver else "surface"
