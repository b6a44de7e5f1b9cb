"""The table of the Projects page."""

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from workbench.core.project import FolderState
from workbench.viewmodels.project_table import Column, Group, ProjectTable
from workbench.viewmodels.states import ProjectRow
from workbench.views.kit.buttons import Button, IconButton
from workbench.views.kit.rows import RowsView
from workbench.views.project_delegate import GROUP, ROW, ProjectDelegate
from workbench.views.theme.theme import theme

_WIDTHS = {
    Column.LAST_RUN: 184,
    Column.METRIC: 212,
    Column.RUNS: 72,
    Column.REPO: 188,
    Column.OPENED: 116,
}


class ProjectTableView(RowsView):
    """The table. Headings fold; Enter and double-click open.

    Signals:
        opened: Id of a project.
        menu_requested: ``(id, global position)``.
        removed: Id of a project (Delete key).
        located: Id of a project whose folder is elsewhere now.
    """

    opened = Signal(str)
    menu_requested = Signal(str, QPoint)
    removed = Signal(str)
    located = Signal(str)

    def __init__(self, model: ProjectTable) -> None:
        super().__init__()
        self._table = model
        self.setModel(model)
        self.delegate = ProjectDelegate(self)
        self.setItemDelegate(self.delegate)
        self.setObjectName("projectTable")
        self.setAccessibleName("Projects")
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(True)
        header.setSortIndicatorShown(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(Column.PROJECT, QHeaderView.ResizeMode.Stretch)
        header.setMinimumSectionSize(16)
        header.sectionClicked.connect(self._on_header)
        self._order = Qt.SortOrder.DescendingOrder
        model.modelReset.connect(self._after_reset)
        theme().changed.connect(self._restyle)
        self._restyle()

    @property
    def current_project(self) -> str:
        """Id of the selected project, empty for none."""
        row = self.currentIndex().row()
        entry = self._table.row_at(row) if 0 <= row < self._table.rowCount() else None
        return entry.listed.project.id if isinstance(entry, ProjectRow) else ""

    def select_project(self, project_id: str) -> None:
        """Select a project if it is shown."""
        row = self._table.row_of(project_id)
        if row >= 0:
            self.setCurrentIndex(self._table.index(row, 0))

    def sizeHint(self) -> QSize:
        """Return the height of all rows, so that what follows stands right below."""
        height = self.horizontalHeader().height() + 1
        height += sum(self.rowHeight(row) for row in range(self._table.rowCount()))
        return QSize(600, height)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show the hover colour on the whole row."""
        super().mouseMoveEvent(event)
        self._set_hover(self.indexAt(event.position().toPoint()).row())

    def leaveEvent(self, event: QEvent) -> None:
        """Take the hover colour away."""
        super().leaveEvent(event)
        self._set_hover(-1)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Fold a workspace when its heading is pressed."""
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and isinstance(self._table.row_at(index.row()), Group):
            self._toggle(index.row())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open the project."""
        super().mouseDoubleClickEvent(event)
        if self.indexAt(event.position().toPoint()).isValid() and self.current_project:
            self.opened.emit(self.current_project)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open with Enter, fold with Space, remove with Delete."""
        row = self.currentIndex().row()
        heading = 0 <= row < self._table.rowCount() and isinstance(self._table.row_at(row), Group)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.current_project:
            self.opened.emit(self.current_project)
        elif event.key() == Qt.Key.Key_Delete and self.current_project:
            self.removed.emit(self.current_project)
        elif heading and event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return):
            self._toggle(row)
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Open the menu of the project, also with Shift+F10."""
        if event.reason() == QContextMenuEvent.Reason.Mouse:
            self.setCurrentIndex(self.indexAt(event.pos()))
            position = event.globalPos()
        else:
            corner = self.visualRect(self.currentIndex()).bottomLeft()
            position = self.viewport().mapToGlobal(corner)
        if self.current_project:
            self.menu_requested.emit(self.current_project, position)

    def _toggle(self, row: int) -> None:
        entry = self._table.row_at(row)
        if isinstance(entry, Group):
            self._table.toggle(entry.name)

    def _set_hover(self, row: int) -> None:
        if row != self.delegate.hover_row:
            self.delegate.hover_row = row
            self.viewport().update()

    def _on_header(self, column: int) -> None:
        if column not in (Column.PROJECT, Column.RUNS, Column.OPENED):
            return
        descending = self._order == Qt.SortOrder.DescendingOrder
        self._order = Qt.SortOrder.AscendingOrder if descending else Qt.SortOrder.DescendingOrder
        self._table.sort(column, self._order)

    def _after_reset(self) -> None:
        px = theme().px
        self.clearSpans()
        for row in range(self._table.rowCount()):
            group = isinstance(self._table.row_at(row), Group)
            self.setRowHeight(row, px(GROUP if group else ROW))
            if group:
                self.setSpan(row, 0, 1, len(Column))
        self._add_row_widgets()
        self.updateGeometry()

    def _add_row_widgets(self) -> None:
        for row in range(self._table.rowCount()):
            entry = self._table.row_at(row)
            if not isinstance(entry, ProjectRow):
                continue
            project = entry.listed.project
            more = IconButton("ellipsis", "More", f"More actions for {project.name}", small=True)
            more.clicked.connect(
                lambda _=False, button=more, identity=project.id: self.menu_requested.emit(
                    identity, button.mapToGlobal(button.rect().bottomLeft())
                )
            )
            self.setIndexWidget(self._table.index(row, Column.MENU), _centered(more))
            if entry.listed.folder_state is not FolderState.PRESENT:
                self.setIndexWidget(self._table.index(row, Column.LAST_RUN), self._link(entry))

    def _link(self, row: ProjectRow) -> QWidget:
        px = theme().px
        name = row.listed.project.name
        link = Button("Locate folder", kind="link", name=f"Locate folder of {name}", small=True)
        link.clicked.connect(lambda: self.located.emit(row.listed.project.id))
        holder = QWidget()
        layout = QVBoxLayout(holder)
        layout.setContentsMargins(px(30), px(24), 0, 0)
        layout.addWidget(link)
        layout.addStretch(1)
        return holder

    def _restyle(self) -> None:
        px = theme().px
        self.horizontalHeader().setFixedHeight(px(32))
        self.horizontalHeader().setFont(theme().font("secondary_medium"))
        for column, width in _WIDTHS.items():
            self.setColumnWidth(column, px(width))
        self.setColumnWidth(Column.MENU, px(56))
        self._after_reset()


def _centered(widget: QWidget) -> QWidget:
    holder = QWidget()
    layout = QHBoxLayout(holder)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(widget)
    return holder
