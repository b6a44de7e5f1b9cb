"""The list of output files with kind, path and size."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFontMetrics, QKeyEvent, QPainter

from workbench.core.run import Output
from workbench.core.wording import format_size
from workbench.viewmodels.changed_files import display_path
from workbench.viewmodels.outputs_model import OUTPUT_ROLE, OutputKind, OutputsModel, output_kind
from workbench.views.kit.row_list import MIDDLE, RowDelegate, RowList
from workbench.views.theme.theme import theme

_ROW = 40
_ICONS = {
    OutputKind.IMAGE: "file-image",
    OutputKind.TABLE: "file-spreadsheet",
    OutputKind.TEXT: "file-text",
    OutputKind.OTHER: "file-box",
}


class OutputDelegate(RowDelegate):
    """Icon, path and size."""

    def paint_row(
        self,
        painter: QPainter,
        rect: QRect,
        index: QModelIndex | QPersistentModelIndex,
        *,
        selected: bool,
    ) -> None:
        """Draw a file."""
        output = index.data(OUTPUT_ROLE)
        if isinstance(output, Output):
            icon, token = _ICONS[output_kind(output.path)], "accent_text" if selected else "text_2"
            area = self.paint_icon(painter, rect, 12, icon, token)
            self._paint_words(painter, area, output)

    def _paint_words(self, painter: QPainter, area: QRect, output: Output) -> None:
        look = theme()
        size = format_size(output.size)
        painter.setFont(look.font("secondary"))
        painter.setPen(look.color("text_3"))
        painter.drawText(area, int(MIDDLE | Qt.AlignmentFlag.AlignRight), size)
        room = area.width() - painter.fontMetrics().horizontalAdvance(size) - look.px(12)
        font = look.font("body")
        text = QFontMetrics(font).elidedText(
            display_path(output.path), Qt.TextElideMode.ElideMiddle, room
        )
        painter.setFont(font)
        painter.setPen(look.color("text"))
        painter.drawText(area, int(MIDDLE), text)


class OutputList(RowList):
    """Output files.

    Signals:
        opened: The current file is to be opened (double click or Enter).
        menu_requested: Place on the screen, for the menu of the current file.
    """

    opened = Signal()
    menu_requested = Signal(QPoint)

    def __init__(self, model: OutputsModel) -> None:
        super().__init__("Output files", model)
        self.setObjectName("outputFiles")
        self.setItemDelegate(OutputDelegate(self, _ROW))
        self.doubleClicked.connect(lambda _index: self.opened.emit())

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
