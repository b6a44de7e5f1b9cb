"""The state of the open project's folder, looked at again when it may have changed."""

import asyncio
import logging

from PySide6.QtCore import QObject, Signal

from workbench.controllers.background import Background
from workbench.core.errors import WorkbenchError
from workbench.core.run import UserRepository
from workbench.operations.folder_status import folder_status
from workbench.operations.project_context import ProjectContext

_log = logging.getLogger(__name__)
_LANE = "status"
_SECONDS = 15.0


class StatusController(QObject):
    """Tells branch and number of changed files.

    Signals:
        changed: ``UserRepository`` of the open project; empty without one.
    """

    changed = Signal(object)

    def __init__(self, background: Background) -> None:
        super().__init__()
        self._background = background
        self._context: ProjectContext | None = None
        self._wake = asyncio.Event()
        self._watching = True
        self.repository = UserRepository()

    def start(self) -> None:
        """Begin to look every 15 seconds and whenever :meth:`refresh` is called."""
        self._background.spawn(self._follow(), name="follow the folder's state")

    def set_context(self, context: ProjectContext | None) -> None:
        """Look at this project's folder from now on."""
        self._context = context
        self._tell(UserRepository())
        self.refresh()

    def set_watching(self, *, watching: bool) -> None:
        """Look regularly only while the window is active."""
        self._watching = watching
        if watching:
            self.refresh()

    def refresh(self) -> None:
        """Look now."""
        self._wake.set()

    async def _follow(self) -> None:
        while True:
            self._wake.clear()
            await self._look()
            try:
                async with asyncio.timeout(_SECONDS if self._watching else None):
                    await self._wake.wait()
            except TimeoutError:
                continue

    async def _look(self) -> None:
        context = self._context
        if context is None:
            return
        try:
            state = await self._background.run(_LANE, folder_status, context)
        except WorkbenchError as error:
            _log.warning("state of the folder: %s", error)
            return
        if context is self._context:
            self._tell(state)

    def _tell(self, repository: UserRepository) -> None:
        if repository != self.repository:
            self.repository = repository
            self.changed.emit(repository)
