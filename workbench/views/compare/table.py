"""The rows of one section."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QSizePolicy, QTableView

from workbench.viewmodels.compare_table import CompareTableModel
from workbench.views.compare.cell_delegate import ROW, CellDelegate, is_link
from workbench.views.compare.geometry import Columns
from workbench.views.kit.restyle import announce
from workbench.views.theme.theme import theme

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class CompareTable(QTableView):
    """As high as its rows: the page scrolls, not the table.

    Args:
        model: The rows.
        name: Name of the section.

    Signals:
        link_opened: Place of the run whose files that differ are wanted.
    """

    link_opened = Signal(int)

    def __init__(self, model: CompareTableModel, name: str) -> None:
        super().__init__()
        self._rows = model
        self.setModel(model)
        self.delegate = CellDelegate(self, model)
        self.setItemDelegate(self.delegate)
        self.setAccessibleName(name)
        self._set_up()
        model.modelReset.connect(self._fit)
        theme().changed.connect(self._restyle)
        self._restyle()

    def set_columns(self, columns: Columns) -> None:
        """Give the columns their widths."""
        self.setColumnWidth(0, columns.label)
        for place in range(len(columns.edges) - 1):
            self.setColumnWidth(place + 1, columns.width(place))

    def sizeHint(self) -> QSize:
        """Return the height of all rows."""
        return QSize(super().sizeHint().width(), self._rows.rowCount() * theme().px(ROW))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Let the wheel scroll the page."""
        event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open a link with Enter or Space, copy a value, and leave all else that does nothing."""
        index = self.currentIndex()
        if event.matches(QKeySequence.StandardKey.Copy):
            if index.isValid():
                QGuiApplication.clipboard().setText(str(index.data()))
                announce(self, "Value copied")
        elif event.key() in (*_ENTER, Qt.Key.Key_Space):
            self._open(index)
        elif event.key() == Qt.Key.Key_Escape:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show that a link is one."""
        index = self._link_at(event)
        if QPersistentModelIndex(index) != self.delegate.hovered:
            self.delegate.hovered = QPersistentModelIndex(index)
            hand = Qt.CursorShape.PointingHandCursor
            self.viewport().setCursor(hand if index.isValid() else Qt.CursorShape.ArrowCursor)
            self.viewport().update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Make the cell the current one, without a ring."""
        self.setCurrentIndex(self.indexAt(event.position().toPoint()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Open a link."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._open(self._link_at(event))

    def _link_at(self, event: QMouseEvent) -> QModelIndex:
        place = event.position().toPoint()
        index = self.indexAt(place)
        if index.isValid() and self.delegate.link_area(index, self.visualRect(index)).contains(
            place
        ):
            return index
        return QModelIndex()

    def _open(self, index: QModelIndex) -> None:
        cell = self._rows.cell(index) if index.isValid() else None
        if cell is not None and is_link(self._rows.kind(index), cell):
            self.link_opened.emit(index.column() - 1)

    def _fit(self) -> None:
        self.setFixedHeight(self.sizeHint().height())
        if not self.currentIndex().isValid() and self._rows.rowCount():
            self.setCurrentIndex(self._rows.index(0, 0))

    def _restyle(self) -> None:
        self.setFont(theme().font("body"))
        self.verticalHeader().setDefaultSectionSize(theme().px(ROW))
        self._fit()

    def _set_up(self) -> None:
        self.setShowGrid(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.setAutoScroll(False)
        off = Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setVerticalScrollBarPolicy(off)
        self.setHorizontalScrollBarPolicy(off)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        for header in (self.verticalHeader(), self.horizontalHeader()):
            header.hide()
            header.setMinimumSectionSize(1)
            header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
