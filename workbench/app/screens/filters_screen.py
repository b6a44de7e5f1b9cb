"""Saved filters of the Run List, bound to their controller."""

from collections.abc import Callable

from PySide6.QtCore import QObject

from workbench.app.error_strip import ErrorStrip
from workbench.controllers.filter_controller import FilterController
from workbench.controllers.project_controller import ProjectController
from workbench.core.errors import WorkbenchError
from workbench.core.saved_filter import Filters, SavedFilter
from workbench.operations.project_context import ProjectContext
from workbench.views.main_window import MainWindow
from workbench.views.run_list.page import RunListPage

_LIST = "runs"


class FiltersScreen(QObject):
    """Keeps filters that the user names, and offers those of the open project."""

    def __init__(
        self,
        window: MainWindow,
        page: RunListPage,
        projects: ProjectController,
        controller: FilterController,
        errors: ErrorStrip,
    ) -> None:
        super().__init__()
        self._window = window
        self._page = page
        self._projects = projects
        self._controller = controller
        self._errors = errors
        saved = page.saved_filters
        saved.save_requested.connect(self._save)
        saved.rename_requested.connect(self._rename)
        saved.delete_requested.connect(self._delete)
        window.filter_chosen.connect(self._show)
        controller.listed.connect(self._on_listed)
        controller.saved.connect(self._on_saved)
        controller.deleted.connect(self._on_deleted)
        controller.failed.connect(self._on_failed)

    def set_context(self, context: ProjectContext | None) -> None:
        """Offer the filters of this project from now on."""
        self._offer(())
        if context is not None:
            self._controller.read(context)

    def _offer(self, filters: Filters) -> None:
        self._page.saved_filters.set_filters(filters)
        self._window.set_palette_filters(tuple(each.name for each in filters))

    def _save(self, wanted: SavedFilter) -> None:
        if self._projects.current is not None:
            self._controller.save(self._projects.current, wanted)

    def _rename(self, used: SavedFilter, name: str) -> None:
        if self._projects.current is not None:
            self._controller.rename(self._projects.current, used.name, name)

    def _delete(self, used: SavedFilter) -> None:
        if self._projects.current is not None:
            self._controller.delete(self._projects.current, used)

    def _show(self, name: str) -> None:
        self._window.show_page(_LIST)
        self._page.saved_filters.apply(name)

    def _on_listed(self, context: ProjectContext, filters: Filters) -> None:
        if context is self._projects.current:
            self._offer(filters)

    def _on_saved(self, context: ProjectContext, wanted: SavedFilter) -> None:
        if context is self._projects.current:
            self._window.toasts.show(
                f"Filter “{wanted.name}” is saved",
                "It is offered beside the filter of the Run List, and by Ctrl+K.",
                "ok",
                key="filter",
            )

    def _on_deleted(self, context: ProjectContext, gone: SavedFilter) -> None:
        self._window.toasts.show(
            f"Filter “{gone.name}” is deleted",
            "",
            "undo",
            "Undo",
            lambda: self._controller.save(context, gone),
            key="filter",
        )

    def _on_failed(self, error: WorkbenchError, again: Callable[[], None]) -> None:
        self._errors.show(error, again)
