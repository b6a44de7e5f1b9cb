"""Reads and changes the saved filters of a project."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal

from workbench.controllers.background import Background, log_lane
from workbench.core.errors import WorkbenchError
from workbench.core.saved_filter import Filters, SavedFilter
from workbench.operations.project_context import ProjectContext
from workbench.operations.saved_filters import (
    delete_filter,
    list_filters,
    rename_filter,
    save_filter,
)


class FilterController(QObject):
    """Does one thing after the other with the filters of a project, off the UI thread.

    Signals:
        listed: ``(ProjectContext, Filters)``: as they are now.
        saved: ``(ProjectContext, SavedFilter)``: it is kept.
        deleted: ``(ProjectContext, SavedFilter)``: it is gone, and :meth:`save` brings it back.
        failed: ``(WorkbenchError, Callable)``: nothing was changed; the call tries again.
    """

    listed = Signal(object, object)
    saved = Signal(object, object)
    deleted = Signal(object, object)
    failed = Signal(object, object)

    def __init__(self, background: Background) -> None:
        super().__init__()
        self._background = background

    def read(self, context: ProjectContext) -> None:
        """Read the filters of a project."""
        self._do(context, partial(list_filters, context))

    def save(self, context: ProjectContext, wanted: SavedFilter) -> None:
        """Keep a filter, in place of one of that name."""
        done = partial(self.saved.emit, context, wanted)
        self._do(context, partial(save_filter, context, wanted), done)

    def rename(self, context: ProjectContext, name: str, new: str) -> None:
        """Give a filter another name."""
        self._do(context, partial(rename_filter, context, name, new))

    def delete(self, context: ProjectContext, gone: SavedFilter) -> None:
        """Forget a filter."""
        done = partial(self.deleted.emit, context, gone)
        self._do(context, partial(delete_filter, context, gone.name), done)

    def _do(
        self,
        context: ProjectContext,
        act: Callable[[], Filters],
        done: Callable[[], object] | None = None,
    ) -> None:
        self._background.spawn(self._run(context, act, done), name="saved filters")

    async def _run(
        self,
        context: ProjectContext,
        act: Callable[[], Filters],
        done: Callable[[], object] | None,
    ) -> None:
        try:
            filters = await self._background.run(log_lane(context.project.id), act)
        except WorkbenchError as error:
            self.failed.emit(error, partial(self._do, context, act, done))
            return
        self.listed.emit(context, filters)
        if done is not None:
            done()
