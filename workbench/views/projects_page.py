"""The Projects page: every project this computer knows, and how to start a new one."""

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QGuiApplication, QHideEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedWidget, QVBoxLayout, QWidget

from workbench.core.project import FolderState
from workbench.core.wording import count
from workbench.viewmodels.project_table import Column, Grouping, ProjectTable
from workbench.viewmodels.states import ProjectsState
from workbench.views.kit.buttons import Button
from workbench.views.kit.card import Panel
from workbench.views.kit.empty_state import EmptyState
from workbench.views.kit.fields import LabelledCombo, SearchField
from workbench.views.kit.label import IconLabel, Label
from workbench.views.kit.page import Offer, Offers, Page
from workbench.views.kit.restyle import announce
from workbench.views.kit.spinner import spinner_clock
from workbench.views.project_table_view import ProjectTableView
from workbench.views.projects_side import ProjectsSide
from workbench.views.theme.theme import theme

_SIDE_FROM = 1240
# Width of the table below which a column is left out; the name stays.
_SHOWN_FROM = {Column.OPENED: 1000, Column.RUNS: 880, Column.REPO: 800, Column.METRIC: 600}
_GROUPINGS = (
    (Grouping.WORKSPACE.value, "Workspace"),
    (Grouping.LAST_RUN.value, "Last run"),
    (Grouping.NONE.value, "None"),
)


class ProjectsPage(Page):
    """Shows a :class:`ProjectsState`.

    Signals:
        open_requested: Id of a project to open.
        new_requested: Id of a template, empty for the usual one.
        open_folder_requested: The user wants to open a folder.
        from_repo_requested: The user wants to open a project from a Git repo.
        show_folder_requested: Id of a project whose folder to show in the file manager.
        locate_requested: Id of a project whose folder is elsewhere now.
        remove_requested: Id of a project to take off the list.
        grouping_chosen: Value of the ``Grouping`` that the user chose.
    """

    open_requested = Signal(str)
    new_requested = Signal(str)
    open_folder_requested = Signal()
    from_repo_requested = Signal()
    show_folder_requested = Signal(str)
    locate_requested = Signal(str)
    remove_requested = Signal(str)
    grouping_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("projectsPage")
        self._state = ProjectsState(loading=True)
        self._model = ProjectTable()
        self.table = ProjectTableView(self._model)
        self._summary = Label("", "body", "text_2")
        self.open_button = Button("Open folder", "folder-open")
        self.repo_button = Button("Open from Git repo", "folder-git-2")
        self.new_button = Button("New project", "plus", "primary")
        self.search = SearchField("Find a project", "Find a project")
        self.workspace = LabelledCombo("Workspace")
        self.grouping = LabelledCombo("Group by")
        self.grouping.combo.setObjectName("groupBy")
        self.workspace.setFixedWidth(theme().px(176))
        self.grouping.setFixedWidth(theme().px(184))
        self.grouping.set_items(list(_GROUPINGS), Grouping.WORKSPACE)
        self.side = ProjectsSide()
        self.empty = EmptyState(
            "folder-plus",
            "Create your first project",
            "Start from a template or open a folder that you already have.",
            "New project",
            "plus",
            "Open folder",
        )
        self.no_match = EmptyState(
            "search", "No projects match this filter", "", "Clear filter", "x"
        )
        self._stack = QStackedWidget()
        self._filters = QWidget()
        self._build()
        self._connect()

    def render(self, state: ProjectsState) -> None:  # type: ignore[override]  # a state
        """Show ``state``; selection and filter stay."""
        selected = self.table.current_project
        self._state = state
        self.table.delegate.icons = {item.id: item.icon for item in state.templates}
        names = sorted({row.listed.workspace for row in state.rows}, key=str.casefold)
        options = [("", "All"), *((name, name) for name in names)]
        self.workspace.set_items(options, self.workspace.current)
        self._model.set_state(state)
        self.table.select_project(selected or state.current)
        total = count(len(state.rows), "project") if names else ""
        more = f" in {count(len(names), 'workspace')}" if len(names) > 1 else ""
        self._summary.setText(total + more)
        self.side.show_state(state)
        if any(row.has_active for row in state.rows):
            spinner_clock().add(self.table.viewport())
        else:
            spinner_clock().remove(self.table.viewport())
        self._choose_body()

    def offers(self) -> Offers:
        """Return what can be done now, by the id of the command."""
        if self._filters.isHidden():
            return {}
        return {
            "find": Offer(self._focus_search),
            "group_projects": Offer(self._choose_grouping),
        }

    def set_grouping(self, value: str) -> None:
        """Group the projects as it was kept; an unknown value changes nothing."""
        if value in dict(_GROUPINGS):
            self.grouping.set_items(list(_GROUPINGS), value)
            self._model.set_grouping(Grouping(value))

    def _on_grouping(self, value: str) -> None:
        self._model.set_grouping(Grouping(value))
        self.grouping_chosen.emit(value)

    def _choose_grouping(self) -> None:
        self.grouping.combo.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.grouping.combo.showPopup()

    def _focus_search(self) -> None:
        self.search.line.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.line.selectAll()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Hide what has no room."""
        super().resizeEvent(event)
        self._fit()

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop turning icons that nobody sees."""
        spinner_clock().remove(self.table.viewport())
        super().hideEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Go from the filter into the table with the down key."""
        down = (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() == Qt.Key.Key_Down
        )
        if down and self._model.rowCount():
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)
            return True
        return super().eventFilter(watched, event)

    def _fit(self) -> None:
        px = theme().px
        self.side.setVisible(self.window().width() >= px(_SIDE_FROM))
        room = self.width() - (self.side.width() if not self.side.isHidden() else 0)
        for column, least in _SHOWN_FROM.items():
            self.table.setColumnHidden(column, room < px(least))

    def _choose_body(self) -> None:
        empty = not self._state.rows and not self._state.loading
        self._filters.setVisible(not empty)
        self.offers_changed.emit()
        self._summary.setVisible(not empty)
        # Then the same two buttons are in the middle.
        self.open_button.setVisible(not empty)
        self.new_button.setVisible(not empty)
        if empty:
            self._stack.setCurrentIndex(1)
        elif not self._model.rowCount() and not self._state.loading:
            self._stack.setCurrentIndex(2)
        else:
            self._stack.setCurrentIndex(0)

    def _filter(self) -> None:
        self._model.set_filter(self.search.text(), self.workspace.current)
        self.no_match.set_text("No projects match this filter", self.search.text())
        self._choose_body()

    def _clear_filter(self) -> None:
        self.search.line.clear()
        self.workspace.combo.setCurrentIndex(0)
        self._filter()

    def _open_menu(self, project_id: str, position: QPoint) -> None:
        row = next(row for row in self._state.rows if row.listed.project.id == project_id)
        missing = row.listed.folder_state is not FolderState.PRESENT
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        entries = [
            ("Open", "arrow-right", self.open_requested, missing),
            ("Open in file manager", "folder-open", self.show_folder_requested, missing),
            ("Locate folder", "folder-search", self.locate_requested, not missing),
            ("Remove from list", "x", self.remove_requested, False),
        ]
        for text, icon, signal, hidden in entries:
            if not hidden:
                action = menu.addAction(theme().icon(icon), text)
                action.triggered.connect(
                    lambda _=False, emit=signal.emit, identity=project_id: emit(identity)
                )
        if repo := row.listed.project.repo:
            copy = QAction(theme().icon("copy"), "Copy Git repo address", menu)
            copy.triggered.connect(lambda: self._copy_address(repo))
            menu.insertAction(menu.actions()[-1], copy)
        menu.popup(position)

    def _copy_address(self, address: str) -> None:
        QGuiApplication.clipboard().setText(address)
        announce(self, "Git repo address copied")

    def _connect(self) -> None:
        self.open_button.clicked.connect(self._request_folder)
        self.repo_button.clicked.connect(self.from_repo_requested)
        self.new_button.clicked.connect(lambda: self.new_requested.emit(""))
        self.empty.activated.connect(lambda: self.new_requested.emit(""))
        self.empty.second_activated.connect(self.open_folder_requested)
        self.no_match.activated.connect(self._clear_filter)
        self.side.template_chosen.connect(self.new_requested)
        self.side.all_requested.connect(lambda: self.new_requested.emit(""))
        self.search.searched.connect(lambda _text: self._filter())
        self.search.line.installEventFilter(self)
        self.workspace.chosen.connect(lambda _name: self._filter())
        theme().changed.connect(self._fit)
        self.grouping.chosen.connect(self._on_grouping)
        self.table.opened.connect(self._open)
        self.table.menu_requested.connect(self._open_menu)
        self.table.removed.connect(self.remove_requested)
        self.table.located.connect(self.locate_requested)

    def _request_folder(self) -> None:
        self.open_folder_requested.emit()

    def _open(self, project_id: str) -> None:
        row = next(row for row in self._state.rows if row.listed.project.id == project_id)
        missing = row.listed.folder_state is not FolderState.PRESENT
        (self.locate_requested if missing else self.open_requested).emit(project_id)

    def _build(self) -> None:
        px = theme().px
        head = QHBoxLayout()
        head.setContentsMargins(px(24), 0, px(24), 0)
        head.setSpacing(px(8))
        head.addWidget(Label("Projects", "title"))
        head.addSpacing(px(4))
        head.addWidget(self._summary)
        head.addStretch(1)
        head.addWidget(self.repo_button)
        head.addWidget(self.open_button)
        head.addWidget(self.new_button)
        header = QWidget()
        header.setFixedHeight(px(64))
        header.setLayout(head)
        filters = QHBoxLayout(self._filters)
        filters.setContentsMargins(px(24), 0, px(24), px(16))
        filters.setSpacing(px(8))
        self.search.setMaximumWidth(px(304))
        self.search.setMinimumWidth(px(200))
        filters.addWidget(self.search, 2)
        filters.addWidget(self.workspace)
        filters.addWidget(self.grouping)
        filters.addStretch(1)
        note = QHBoxLayout()
        note.setContentsMargins(px(24), px(16), px(24), px(16))
        note.setSpacing(px(8))
        note.addWidget(IconLabel("info", "text_3"))
        words = "Removing a project from this list never deletes its folder or its history."
        note.addWidget(Label(words, "body", "text_2"))
        note.addStretch(1)
        listing = QWidget()
        column = QVBoxLayout(listing)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.table)
        column.addLayout(note)
        column.addStretch(1)
        for widget in (listing, self.empty, self.no_match):
            self._stack.addWidget(widget)
        main = Panel("surface")
        body = QVBoxLayout(main)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(0)
        body.addWidget(header)
        body.addWidget(self._filters)
        body.addWidget(self._stack, 1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(main, 1)
        layout.addWidget(self.side)
