"""The list of changed files: one tab stop, arrows, and typing filters it.

Esc steps back: it empties the filter, then leaves its field, and only then is it the page's.
"""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QVBoxLayout, QWidget

from workbench.core.restore import ChangeKind, FileChange
from workbench.viewmodels.changed_files import RESTORE_GROUPS, ChangedFilesModel
from workbench.views.diff.file_delegate import FileDelegate
from workbench.views.kit.card import Panel
from workbench.views.kit.fields import SearchField
from workbench.views.theme.theme import theme

# Above this, rows of different height would make Qt measure each of them.
_UNIFORM_FROM = 2_000
_INTO_THE_LIST = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down, Qt.Key.Key_Up)


class _FilesView(QListView):
    """A list that gives typed text to a filter, and tells where a menu is wanted."""

    typed = Signal(str)
    menu_requested = Signal(QModelIndex, QPoint)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu of a file, also with Shift+F10."""
        index, position = self.indexAt(event.pos()), event.globalPos()
        if event.reason() != QContextMenuEvent.Reason.Mouse:
            index = self.currentIndex()
            corner = self.visualRect(index).bottomLeft() + QPoint(theme().px(24), 0)
            position = self.viewport().mapToGlobal(corner)
        if index.isValid():
            self.menu_requested.emit(index, position)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Start filtering with a letter."""
        text = event.text()
        control = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        if text.strip() and text.isprintable() and not event.modifiers() & control:
            self.typed.emit(text)
            return
        super().keyPressEvent(event)

    def moveCursor(
        self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        """Return where a key leads: never to a heading, which Qt would not select."""
        index = super().moveCursor(action, modifiers)
        if index.isValid() and not index.flags() & Qt.ItemFlag.ItemIsEnabled:
            return index.siblingAtRow(index.row() + 1)
        return index


class ChangedFilesList(QWidget):
    """Changed files in groups.

    Args:
        name: Accessible name of the list.
        groups: Title of each kind of change.

    Signals:
        file_selected: ``FileChange`` that became current, by the user or by ``select``.
        menu_requested: ``(FileChange, QPoint)``: the menu of a file is wanted, there on the screen.
    """

    file_selected = Signal(object)
    menu_requested = Signal(object, QPoint)

    def __init__(
        self,
        name: str,
        groups: Mapping[ChangeKind, str] = RESTORE_GROUPS,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.model = ChangedFilesModel(groups, self)
        self.view = _FilesView()
        self.view.setAccessibleName(name)
        self.view.setModel(self.model)
        self.view.setItemDelegate(FileDelegate(self.view))
        self.view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.view.setMouseTracking(True)
        self.search = SearchField("Filter files", "Filter files")
        self.search.line.installEventFilter(self)
        self.view.installEventFilter(self)
        self._search_row = Panel("surface", "bottom")
        row = QVBoxLayout(self._search_row)
        edge = theme().px(8)
        row.setContentsMargins(edge, edge, edge, edge)
        row.addWidget(self.search)
        self._search_row.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._search_row)
        layout.addWidget(self.view, 1)
        self.setFocusProxy(self.view)
        self.view.selectionModel().currentChanged.connect(self._on_current)
        self.view.typed.connect(self._start_filter)
        self.view.menu_requested.connect(self._on_menu)
        self.search.searched.connect(self._filter)
        self._shown: FileChange | None = None
        theme().changed.connect(self.view.doItemsLayout)

    @property
    def current(self) -> FileChange | None:
        """The file selected now."""
        return self.model.change_at(self.view.currentIndex().row())

    def set_changes(self, changes: Sequence[FileChange]) -> None:
        """Show other files; nothing is selected then."""
        self._shown = None
        self.search.line.clear()
        self._search_row.hide()
        self.model.set_filter("")
        self.model.set_changes(changes)
        self.view.setUniformItemSizes(self.model.rowCount() > _UNIFORM_FROM)

    def set_counts(self, counts: Mapping[str, tuple[int, int]]) -> None:
        """Tell the added and removed lines of some files."""
        self.model.set_counts(counts)

    def select(self, path: str) -> None:
        """Select a file; the first one if there is no such file."""
        row = self.model.row_of(path)
        row = self.model.first_row() if row < 0 else row
        if row >= 0:
            index = self.model.index(row)
            self.view.setCurrentIndex(index)

    def focus_filter(self) -> None:
        """Put the cursor into the filter."""
        self._search_row.show()
        self.search.line.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.line.selectAll()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let arrows in the filter move the list, Enter go back to it, and Esc step back."""
        in_field = watched is self.search.line
        if isinstance(event, QKeyEvent) and (in_field or self.search.text()):
            if event.key() == Qt.Key.Key_Escape:
                if event.type() == QEvent.Type.ShortcutOverride:
                    # Else the page takes it as its own shortcut and is left.
                    event.accept()
                elif event.type() == QEvent.Type.KeyPress:
                    self._step_back()
                return True
            if in_field and event.type() == QEvent.Type.KeyPress and event.key() in _INTO_THE_LIST:
                self._filter(self.search.text())
                self.view.setFocus(Qt.FocusReason.TabFocusReason)
                return True
        elif in_field and event.type() == QEvent.Type.FocusOut:
            self._search_row.setVisible(bool(self.search.text()))
        return super().eventFilter(watched, event)

    def _start_filter(self, text: str) -> None:
        self._search_row.show()
        self.search.line.setFocus(Qt.FocusReason.OtherFocusReason)
        self.search.line.setText(self.search.text() + text)

    def _step_back(self) -> None:
        if self.search.text():
            self.search.line.clear()
            self._filter("")
        else:
            self.view.setFocus(Qt.FocusReason.TabFocusReason)

    def _filter(self, text: str) -> None:
        self._search_row.setVisible(bool(text) or self.search.line.hasFocus())
        if text == self.model.filter:
            return
        shown = self._shown
        self.model.set_filter(text)
        self.select(shown.path if shown else "")

    def _on_menu(self, index: QModelIndex, position: QPoint) -> None:
        change = self.model.change_at(index.row())
        if change is not None:
            self.menu_requested.emit(change, position)

    def _on_current(self, index: QModelIndex) -> None:
        change = self.model.change_at(index.row())
        if index.row() == self.model.first_row():
            # Its heading comes into view, too.
            self.view.scrollToTop()
        if change is not None and change != self._shown:
            self._shown = change
            self.file_selected.emit(change)
