"""The table of the Run List. Selection and scroll place outlive every change of the model."""

from itertools import islice

from PySide6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView

from workbench.core.run import Run
from workbench.viewmodels.run_columns import ColumnKind
from workbench.viewmodels.run_table import RunTableModel
from workbench.views.kit.rows import RowsView
from workbench.views.run_list.columns import ColumnLayout
from workbench.views.run_list.delegate import ROW, RunDelegate
from workbench.views.run_list.header import RunHeader
from workbench.views.run_list.place import PlaceKeeper, selected_rows
from workbench.views.run_list.turning import TurningIcons
from workbench.views.theme.theme import theme

_MARKS = ("c1", "c2", "c3")
_FLAG = QItemSelectionModel.SelectionFlag
_TOGGLE = _FLAG.Toggle | _FLAG.Rows
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
# By the mouse, or when the page is shown again: a key pressed in it shows it then.
_UNSEEN = (Qt.FocusReason.MouseFocusReason, Qt.FocusReason.OtherFocusReason)
_NOT_TYPED = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.MetaModifier
)


class RunTableView(RowsView):
    """The table.

    Signals:
        opened: Id of a run (double click or Enter).
        menu_requested: Global position.
        marked: Other runs are selected, or the selected ones have other rows.
        typed: Text typed into the table.
        delete_pressed: The selected runs shall be deleted.
        copied: The user wants the selected rows on the clipboard.
    """

    opened = Signal(str)
    menu_requested = Signal(QPoint)
    marked = Signal()
    typed = Signal(str)
    copied = Signal()
    delete_pressed = Signal()

    def __init__(self, model: RunTableModel) -> None:
        super().__init__()
        self._runs = model
        self.header = RunHeader(model, self)
        self.setHorizontalHeader(self.header)
        self.setModel(model)
        self.delegate = RunDelegate(self, model)
        self.setItemDelegate(self.delegate)
        self.setObjectName("runTable")
        self.setAccessibleName("Run List")
        self._set_up()
        self.turning = TurningIcons(self, model)
        self.place = PlaceKeeper(self, model)
        self.columns = ColumnLayout(self, model)
        self.columns.changed.connect(self._on_columns)
        self.header.sectionClicked.connect(self._on_title)
        # Not by overriding the virtual function of the same name: with PySide 6.11.3 the process
        # then crashes when a second table is made.
        self.selectionModel().selectionChanged.connect(self._on_selection)
        self.place.restored.connect(self._on_marked)
        model.rowsMoved.connect(self._on_marked)
        model.rowsInserted.connect(self._on_marked)
        theme().changed.connect(self._restyle)
        self._restyle()

    # Selection

    def selected_ranges(self) -> list[tuple[int, int]]:
        """Return the first and last row of each selected block, from the top."""
        return selected_rows(self.selectionModel())

    @property
    def selected_count(self) -> int:
        """How many runs are selected."""
        return sum(last - first + 1 for first, last in self.selected_ranges())

    def selected_runs(self) -> list[Run]:
        """Return the selected runs in the order shown."""
        return [
            self._runs.run_at(row)
            for first, last in self.selected_ranges()
            for row in range(first, last + 1)
        ]

    def first_selected(self, most: int) -> list[Run]:
        """Return the selected runs at the top, without looking at all of them."""
        rows = (row for first, last in self.selected_ranges() for row in range(first, last + 1))
        return [self._runs.run_at(row) for row in islice(rows, most)]

    def select_run(self, run_id: str, *, add: bool = False) -> None:
        """Select a run and bring it into view; with ``add``, toggle it in the selection."""
        row = self._runs.row_of(run_id)
        if row < 0:
            return
        index = self._runs.index(row, self._first_shown())
        flags = _TOGGLE if add else _FLAG.ClearAndSelect | _FLAG.Rows
        self.selectionModel().setCurrentIndex(index, flags)
        self.scrollTo(index)

    # Events

    def selectionCommand(
        self, index: QModelIndex | QPersistentModelIndex, event: QEvent | None = None
    ) -> QItemSelectionModel.SelectionFlag:
        """Let a press on a check box toggle its row and leave the others alone."""
        if isinstance(event, QMouseEvent) and self._is_check(index):
            plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
            if plain and event.button() == Qt.MouseButton.LeftButton:
                pressed = event.type() == QEvent.Type.MouseButtonPress
                return _TOGGLE if pressed else _FLAG.NoUpdate
        return super().selectionCommand(index, event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Hide the outline of the keyboard."""
        self._show_focus(shown=False)
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open the run; a second quick press on a check box toggles again."""
        index = self.indexAt(event.position().toPoint())
        if event.button() != Qt.MouseButton.LeftButton or not index.isValid():
            super().mouseDoubleClickEvent(event)
        elif self._is_check(index):
            self.selectionModel().setCurrentIndex(index, _TOGGLE)
        else:
            super().mouseDoubleClickEvent(event)
            self.opened.emit(self._runs.run_at(index.row()).id)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show the hover colour on the whole row."""
        super().mouseMoveEvent(event)
        self._set_hover(self.indexAt(event.position().toPoint()).row())

    def leaveEvent(self, event: QEvent) -> None:
        """Take the hover colour away."""
        super().leaveEvent(event)
        self._set_hover(-1)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Outline the current row for the keyboard."""
        super().focusInEvent(event)
        self._show_focus(shown=event.reason() not in _UNSEEN)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show the selection as inactive."""
        super().focusOutEvent(event)
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open with Enter, toggle with Space, clear with Esc, filter by typing."""
        self._show_focus(shown=True)
        current = self.currentIndex()
        if event.key() in _ENTER and current.isValid():
            self.opened.emit(self._runs.run_at(current.row()).id)
        elif event.key() == Qt.Key.Key_Space and current.isValid():
            self.selectionModel().select(current, _TOGGLE)
        elif event.key() == Qt.Key.Key_Escape:
            if self.selectionModel().hasSelection():
                self.clearSelection()
            else:
                event.ignore()
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copied.emit()
        elif event.key() == Qt.Key.Key_Delete:
            self.delete_pressed.emit()
        elif event.text().strip().isprintable() and self._is_typed(event):
            self.typed.emit(event.text())
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Open the menu of the selected runs, also with Shift+F10."""
        position = event.globalPos()
        if event.reason() != QContextMenuEvent.Reason.Mouse:
            current = self.currentIndex()
            if not self.selectionModel().hasSelection() and current.isValid():
                self.selectionModel().select(current, _FLAG.ClearAndSelect | _FLAG.Rows)
            visible = current.siblingAtColumn(self._first_shown())
            corner = self.visualRect(visible).bottomLeft() + QPoint(theme().px(24), 0)
            position = self.viewport().mapToGlobal(corner)
        if self.selectionModel().hasSelection():
            self.menu_requested.emit(position)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rows in sight."""
        area = event.rect()
        first, last = self.rowAt(area.top()), self.rowAt(area.bottom())
        columns = self._columns_in(area)
        if first < 0 or not columns:
            return
        if last < 0:
            last = self._runs.rowCount() - 1
        selection = self.selectionModel()
        painter = QPainter(self.viewport())
        for row in range(first, last + 1):
            top, height = self.rowViewportPosition(row), self.rowHeight(row)
            cells = [(number, QRect(left, top, width, height)) for number, left, width in columns]
            selected = selection.isSelected(self._runs.index(row, 0))
            self.delegate.paint_row(painter, row, cells, selected=selected)
        painter.end()

    def _columns_in(self, area: QRect) -> list[tuple[int, int, int]]:
        """Return number, left edge and width of each column in sight, from the left."""
        found = []
        for visual in range(self.header.count()):
            number = self.header.logicalIndex(visual)
            left, width = self.columnViewportPosition(number), self.columnWidth(number)
            if width and left <= area.right() and left + width > area.left():
                found.append((number, left, width))
        return found

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the columns."""
        super().resizeEvent(event)
        self.columns.fit()

    # Inside

    def _set_up(self) -> None:
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)

    def _is_check(self, index: QModelIndex | QPersistentModelIndex) -> bool:
        if not index.isValid():
            return False
        return self._runs.columns[index.column()].kind is ColumnKind.SELECT

    @staticmethod
    def _is_typed(event: QKeyEvent) -> bool:
        return bool(event.text().strip()) and not event.modifiers() & _NOT_TYPED

    def _first_shown(self) -> int:
        return self.header.logicalIndex(1)

    def _show_focus(self, *, shown: bool) -> None:
        if shown != self.delegate.shows_focus:
            self.delegate.shows_focus = shown
            self.viewport().update()

    def _set_hover(self, row: int) -> None:
        if row != self.delegate.hover_row:
            self.delegate.hover_row = row
            self.viewport().update()

    def _on_title(self, number: int) -> None:
        if self._runs.columns[number].kind is not ColumnKind.SELECT:
            self._runs.sort(number, self.header.next_order(number))
            self.header.viewport().update()
        elif self.header.check == "on":
            self.clearSelection()
        else:
            self.selectAll()

    def _on_selection(self) -> None:
        if not self.place.is_restoring:
            self.place.forget_hidden()
            self._on_marked()

    def _on_columns(self) -> None:
        last = self.columns.last_shown()
        self.delegate.last_column = self.header.last_column = last
        self.header.viewport().update()
        self.viewport().update()

    def _on_marked(self) -> None:
        number = self.selected_count
        check = "part" if number else ""
        self.header.set_check("on" if number and number == self._runs.rowCount() else check)
        runs = self.first_selected(len(_MARKS))
        self.delegate.marks = {run.id: mark for run, mark in zip(runs, _MARKS, strict=False)}
        self.viewport().update()
        self.marked.emit()

    def _restyle(self) -> None:
        px = theme().px
        self.verticalHeader().setMinimumSectionSize(px(ROW))
        self.verticalHeader().setDefaultSectionSize(px(ROW))
        self.horizontalHeader().setFixedHeight(px(ROW))
        self.verticalScrollBar().setSingleStep(px(ROW))
        self.columns.fit()
        self._on_columns()
