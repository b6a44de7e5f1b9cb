"""The Operations page: what restores, undos and redos changed, and the next undo and redo."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from workbench.core.wording import count
from workbench.viewmodels.operations_state import OperationsState
from workbench.views.diff.changes_view import ChangesView
from workbench.views.kit.buttons import Button, IconButton
from workbench.views.kit.card import Panel
from workbench.views.kit.empty_state import EmptyState
from workbench.views.kit.label import Label
from workbench.views.kit.page import Offer, Offers, Page
from workbench.views.operations.operation_list import OperationList
from workbench.views.theme.theme import theme

_LIST, _NARROW_LIST, _NARROW = 320, 240, 1040


class OperationsPage(Page):
    """Shows an :class:`OperationsState`.

    Signals:
        back_requested: Back to the Project page (also Esc).
        chosen: ``str``: id of the operation whose changes are wanted.
        file_selected: ``FileChange`` whose difference is wanted.
        undo_requested: Take back the last operation.
        redo_requested: Do again what was undone.
    """

    back_requested = Signal()
    chosen = Signal(str)
    file_selected = Signal(object)
    undo_requested = Signal()
    redo_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("operationsPage")
        self.back = IconButton("chevron-left", "Back to Project (Alt+Left)", "Back", small=True)
        self.to_project = Button("Project", kind="link")
        self.undo = Button("Undo", "undo-2")
        self.undo.setObjectName("undoOperation")
        self.redo = Button("Redo", "redo-2")
        self.redo.setObjectName("redoOperation")
        self.list = OperationList()
        self.changes = ChangesView("Before", "After", list_name="Files that it changed")
        self.changes.keep_list()
        self.problem = EmptyState("triangle-alert", "")
        self.changes.right.addWidget(self.problem)
        self.empty = EmptyState(
            "history",
            "Nothing was restored yet",
            "Each restore appears here, with what it changed and a way back.",
        )
        self._blank = QWidget()
        self._build()
        self._connect()
        self.render(OperationsState())

    def render(self, state: OperationsState) -> None:  # type: ignore[override]  # a state
        """Show ``state``."""
        self._show_buttons(state)
        if state.rows is None:
            self._stack.setCurrentWidget(self._blank)
            return
        self._stack.setCurrentWidget(self._splitter if state.rows else self.empty)
        # Choosing a row asks for its changes, and the answer may render this page again.
        self.list.show_rows(state.rows, state.selected)
        self._show_changes(state)
        self.offers_changed.emit()

    def offers(self) -> Offers:
        """Return what can be done now, by the id of the command."""
        offers = {"back": Offer(self.back_requested.emit)}
        if self._stack.currentWidget() is self._splitter:
            offers |= self.changes.offers()
        return offers

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the list less room when the window is narrow."""
        super().resizeEvent(event)
        px = theme().px
        width = px(_NARROW_LIST if self.width() < px(_NARROW) else _LIST)
        self._splitter.setSizes([width, max(1, self.width() - width)])

    def _show_buttons(self, state: OperationsState) -> None:
        for button, words, usual, redo in (
            (self.undo, state.undo, "Undo", False),
            (self.redo, state.redo, "Redo", True),
        ):
            button.set_text(words or usual)
            button.set_tip("Ctrl+Alt+Y" if redo else "Ctrl+Alt+Z")
            button.set_disabled_reason(state.problem_of(redo=redo))

    def _show_changes(self, state: OperationsState) -> None:
        changes = state.changes or ()
        title = f"{count(len(changes), 'file')} changed" if state.changes is not None else ""
        self.changes.render(changes, title, selected=state.path)
        if state.changes is not None and not changes:
            self.problem.set_text(
                state.problem or "No file changed",
                "" if state.problem else "It changed empty folders or permissions only.",
            )
            self.changes.right.setCurrentWidget(self.problem)
            return
        self.changes.right.setCurrentWidget(self.changes.diff)
        self.changes.files.set_counts(state.counts)
        self.changes.show_diff(state.path, state.content)

    def _connect(self) -> None:
        self.back.clicked.connect(self.back_requested)
        self.to_project.clicked.connect(self.back_requested)
        self.undo.clicked.connect(self.undo_requested)
        self.redo.clicked.connect(self.redo_requested)
        self.list.chosen.connect(self.chosen)
        self.changes.change_selected.connect(self.file_selected)
        self.changes.offers_changed.connect(self.offers_changed)
        shortcut = QShortcut(QKeySequence("Esc"), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(self.back_requested)

    def _build(self) -> None:
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setHandleWidth(1)
        self._splitter.setChildrenCollapsible(False)
        self.list.setMinimumWidth(theme().px(240))
        self._splitter.addWidget(self.list)
        self._splitter.addWidget(self.changes)
        self._splitter.setStretchFactor(1, 1)
        self._stack = QStackedWidget()
        for page in (self._blank, self._splitter, self.empty):
            self._stack.addWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._build_head())
        layout.addWidget(self._stack, 1)
        self.setFocusProxy(self.list)

    def _build_head(self) -> QWidget:
        px = theme().px
        head = Panel("surface", "bottom")
        path = QHBoxLayout()
        path.setContentsMargins(0, px(4), 0, px(4))
        path.setSpacing(px(4))
        path.addWidget(self.back)
        path.addWidget(self.to_project)
        path.addWidget(Label("/", "body", "text_3"))
        here = Label("Operations", "body", "text_2")
        here.setIndent(px(3))
        path.addWidget(here)
        path.addStretch(1)
        title = QHBoxLayout()
        title.setSpacing(px(8))
        title.addWidget(Label("Operations", "title"))
        title.addStretch(1)
        title.addWidget(self.undo)
        title.addWidget(self.redo)
        layout = QVBoxLayout(head)
        layout.setContentsMargins(px(24), 0, px(24), px(12))
        layout.setSpacing(0)
        layout.addLayout(path)
        layout.addLayout(title)
        return head
