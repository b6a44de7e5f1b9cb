"""The Operations page, made when it is opened for the first time."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from PySide6.QtCore import QObject

from workbench.controllers.background import Background
from workbench.controllers.operations_controller import OperationsController
from workbench.controllers.restore_controller import RestoreController
from workbench.core.errors import WorkbenchError
from workbench.core.restore import FileChange, Operation, OperationEntry, UndoState
from workbench.core.text_diff import BinaryDiff, DiffDocument
from workbench.operations.project_context import ProjectContext
from workbench.viewmodels.operation_rows import operation_row
from workbench.viewmodels.operations_state import OperationsState
from workbench.viewmodels.restore_words import redo_text, undo_text
from workbench.views.main_window import MainWindow
from workbench.views.operations.page import OperationsPage

_PAGE = "operations"


class OperationsScreen(QObject):
    """Shows what was done to the open project's folder.

    Args:
        window: The window that gets the page.
        restore: Undoes and redoes, and knows what is next.
        steps: What Undo and Redo do.
        back: Leaves the page.
        background: Where operations are read.
    """

    def __init__(
        self,
        window: MainWindow,
        restore: RestoreController,
        steps: tuple[Callable[[], object], Callable[[], object]],
        back: Callable[[], object],
        background: Background,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._restore = restore
        self._steps = steps
        self._back = back
        self._controller = OperationsController(background)
        self._page: OperationsPage | None = None
        self._context: ProjectContext | None = None
        self._entries: dict[str, OperationEntry] = {}
        self._state = OperationsState()

    def open(self) -> None:
        """Show the page as things are now."""
        context = self._restore.context
        if context is None:
            return
        page = self._page or self._make_page()
        if context is not self._context:
            self._context = context
            self._controller.leave()
            self._state = OperationsState(context.project.name)
        self._show_steps(self._restore.undo_state)
        self._window.show_page(_PAGE)
        page.list.setFocus()
        self._controller.look(context)

    def _make_page(self) -> OperationsPage:
        page, controller = OperationsPage(), self._controller
        self._page = page
        self._window.add_page(_PAGE, page)
        undo, redo = self._steps
        page.back_requested.connect(self._back)
        page.undo_requested.connect(undo)
        page.redo_requested.connect(redo)
        page.chosen.connect(self._choose)
        page.file_selected.connect(self._select)
        controller.listed.connect(self._on_listed)
        controller.changed.connect(self._on_changed)
        controller.failed.connect(self._on_failed)
        controller.differences.ready.connect(self._on_difference)
        controller.differences.counted.connect(lambda counts: self._update(counts=counts))
        self._restore.undo_changed.connect(self._on_undo_changed)
        self._restore.working.connect(lambda busy: self._update(busy=busy))
        return page

    def _update(self, **changes: object) -> None:
        self._state = replace(self._state, **changes)  # type: ignore[arg-type]  # field names
        if self._page is not None:
            self._page.render(self._state)

    def _show_steps(self, state: UndoState) -> None:
        self._update(
            undo=undo_text(state) if state.undo is not None else "",
            redo=redo_text(state) if state.redo is not None else "",
            busy=self._restore.busy,
        )

    def _on_undo_changed(self, state: UndoState) -> None:
        self._show_steps(state)
        if self._context is not None and self._context is self._restore.context:
            self._controller.look(self._context)

    def _on_listed(self, context: ProjectContext, entries: tuple[OperationEntry, ...]) -> None:
        if context is not self._context:
            return
        now = datetime.now().astimezone()
        newest = entries[0].operation.id if entries else ""
        # After an undo or redo the newest is what everybody wants to see.
        same = newest and newest in self._entries
        self._entries = {entry.operation.id: entry for entry in entries}
        rows = tuple(operation_row(entry, now) for entry in entries)
        selected = self._state.selected if same and self._state.selected else newest
        self._update(rows=rows)
        self._choose(selected)

    def _choose(self, operation_id: str) -> None:
        entry = self._entries.get(operation_id)
        if entry is None or self._context is None:
            return
        if operation_id == self._state.selected and self._state.changes is not None:
            self._update()
            return
        self._update(
            selected=operation_id, changes=None, problem="", path="", content=None, counts={}
        )
        self._controller.choose(self._context, entry.operation)

    def _on_changed(self, operation: Operation, changes: tuple[FileChange, ...]) -> None:
        if operation.id == self._state.selected:
            self._update(changes=changes)

    def _on_failed(self, operation: Operation, error: WorkbenchError) -> None:
        if operation.id == self._state.selected:
            self._update(changes=(), problem=error.title)

    def _select(self, change: FileChange) -> None:
        self._update(path=change.path, content=None)
        self._controller.differences.show(change)

    def _on_difference(self, change: FileChange, content: DiffDocument | BinaryDiff) -> None:
        if change.path == self._state.path:
            self._update(content=content)
