"""Notices restores that another process makes, such as the command line."""

import asyncio
import logging

from PySide6.QtCore import QObject, Signal

from workbench.controllers.background import Background
from workbench.core.errors import WorkbenchError
from workbench.operations.project_context import ProjectContext
from workbench.operations.undo_restore import restores_mark

_log = logging.getLogger(__name__)
_LANE = "restores"
_SECONDS = 1.0


class RestoreWatcher(QObject):
    """Looks once a second whether a restore, undo or redo was noted.

    Signals:
        changed: ``ProjectContext``: something was noted since the last look, by any process.
    """

    changed = Signal(object)

    def __init__(self, background: Background) -> None:
        super().__init__()
        self._background = background
        self._following: asyncio.Task[None] | None = None

    def follow(self, context: ProjectContext | None) -> None:
        """Watch this project from now on, and no other."""
        if self._following is not None:
            self._following.cancel()
            self._following = None
        if context is not None:
            self._following = self._background.spawn(self._follow(context), name="follow restores")

    async def _follow(self, context: ProjectContext) -> None:
        known = await self._look(context)
        while True:
            await asyncio.sleep(_SECONDS)
            mark = await self._look(context)
            if mark != known:
                known = mark
                self.changed.emit(context)

    async def _look(self, context: ProjectContext) -> tuple[int, int]:
        try:
            return await self._background.run(_LANE, restores_mark, context)
        except WorkbenchError as error:
            # Whoever restores something is told the same.
            _log.warning("list of restores: %s", error)
            return (0, 0)
