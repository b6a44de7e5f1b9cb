"""Keeps the history of every open project in step with its Git repo, in the background."""

import asyncio
import logging
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from workbench.controllers.background import Background
from workbench.controllers.contexts import Contexts
from workbench.core.errors import CanceledError, WorkbenchError
from workbench.core.history_sync import SyncState, SyncStatus
from workbench.core.progress import CancelToken, Progress, Report
from workbench.operations.library import Library
from workbench.operations.project_context import ProjectContext
from workbench.operations.sync_history import sync_history, sync_status

_log = logging.getLogger(__name__)
# Pauses in seconds: after one failure after the other, and when all is well.
_AFTER_FAILURES = (5.0, 15.0, 60.0, 300.0, 900.0)
_BETWEEN = 300.0
# Something was left for the next time, for example because another process is at it.
_SOON = 5.0


class SyncController(QObject):
    """Pushes and fetches: when a project is opened, after each run, when asked to, now and then.

    What failed is tried again, with longer and longer pauses; nothing ever waits for it.

    Signals:
        changed: ``(project id, SyncStatus)``.
        received: Id of a project for which something new may have come from other computers.
        failed: ``(project id, WorkbenchError)``: something on this computer can't be used.
    """

    changed = Signal(str, object)
    received = Signal(str)
    failed = Signal(str, object)

    def __init__(self, library: Library, contexts: Contexts, background: Background) -> None:
        super().__init__()
        self._library = library
        self._contexts = contexts
        self._background = background
        self._wakes: dict[str, asyncio.Event] = {}
        self._statuses: dict[str, SyncStatus] = {}
        self._failures: dict[str, int] = {}

    def status(self, project_id: str) -> SyncStatus:
        """Return where the history of a project stands, as last known."""
        return self._statuses.get(project_id, SyncStatus())

    def follow(self, project_id: str) -> None:
        """Keep an open project in step from now on, beginning at once."""
        if project_id in self._wakes:
            self.wake(project_id)
            return
        self._wakes[project_id] = asyncio.Event()
        self._background.spawn(self._follow(project_id), name="sync history")

    def wake(self, project_id: str) -> None:
        """Look now whether there is something to push."""
        if project_id in self._wakes:
            self._wakes[project_id].set()

    def push_now(self, project_id: str) -> None:
        """Push and fetch now, however often it failed before."""
        self._failures.pop(project_id, None)
        self.follow(project_id)

    def try_again(self) -> None:
        """Try again now what was refused: somebody signed in, or entered an access token."""
        for project_id, status in list(self._statuses.items()):
            if status.state.is_problem:
                self.push_now(project_id)

    async def _follow(self, project_id: str) -> None:
        wake = self._wakes[project_id]
        while True:
            wake.clear()
            pause = await self._sync(project_id)
            try:
                async with asyncio.timeout(pause):
                    await wake.wait()
            except TimeoutError:
                continue

    async def _sync(self, project_id: str) -> float | None:
        """Sync once; returns the seconds until the next time, ``None`` for when it is asked for."""
        context = self._contexts.get(project_id)
        if context is None:
            return None
        if not context.project.repo:
            self._tell(project_id, SyncStatus())
            return None
        cancel = CancelToken()
        try:
            if project_id not in self._statuses:
                known = await self._background.run(_lane(project_id), sync_status, context)
                self._tell(project_id, known)
            report = self._background.reporter(lambda it: self._on_progress(project_id, it))
            status = await self._background.run(
                _lane(project_id), self._exchange, context, report, cancel
            )
        except CanceledError:
            return _SOON
        except WorkbenchError as error:
            _log.warning("history of %s: %s", project_id, error)
            self.failed.emit(project_id, error)
            return self._pause_after_failure(project_id)
        finally:
            # Also when nobody waits for it any more: then git ends too.
            cancel.cancel()
        self._tell(project_id, status)
        self.received.emit(project_id)
        return self._pause_after(project_id, status)

    def _exchange(self, context: ProjectContext, report: Report, cancel: CancelToken) -> SyncStatus:
        return sync_history(context, self._library.access(), report=report, cancel=cancel)

    def _pause_after(self, project_id: str, status: SyncStatus) -> float:
        if status.state.is_problem:
            return self._pause_after_failure(project_id)
        self._failures.pop(project_id, None)
        return _BETWEEN if status.state is SyncState.UP_TO_DATE else _SOON

    def _pause_after_failure(self, project_id: str) -> float:
        number = self._failures.get(project_id, 0)
        self._failures[project_id] = number + 1
        return _AFTER_FAILURES[min(number, len(_AFTER_FAILURES) - 1)]

    def _on_progress(self, project_id: str, progress: Progress) -> None:
        # What is only looked at is over in a moment: it would flicker.
        if progress.fraction is not None:
            known = self.status(project_id)
            self._tell(project_id, replace(known, state=SyncState.WORKING, progress=progress))

    def _tell(self, project_id: str, status: SyncStatus) -> None:
        if status != self._statuses.get(project_id):
            self._statuses[project_id] = status
            self.changed.emit(project_id, status)


def _lane(project_id: str) -> str:
    return f"sync {project_id}"
