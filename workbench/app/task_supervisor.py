"""The owner of all background work: asyncio tasks and threads."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, ParamSpec, TypeVar

from workbench.core.errors import WorkbenchError
from workbench.core.progress import Progress, Report

P = ParamSpec("P")
T = TypeVar("T")

_log = logging.getLogger(__name__)


class TaskSupervisor:
    """Starts tasks, keeps them, reports their errors, and ends them in order.

    Blocking work runs on named lanes. A lane has one thread, so work on one project is never
    done twice at the same time, even when a waiting task was canceled.

    Args:
        on_bug: Called on the UI thread with an exception nobody expected.
        on_error: Called on the UI thread with an error meant for the user that no one handled.
    """

    def __init__(
        self,
        on_bug: Callable[[BaseException], None],
        on_error: Callable[[WorkbenchError], None],
    ) -> None:
        self._on_bug = on_bug
        self._on_error = on_error
        self._tasks: set[asyncio.Task[None]] = set()
        self._lanes: dict[str, ThreadPoolExecutor] = {}
        self._closing = False

    def spawn(self, coroutine: Coroutine[Any, Any, None], *, name: str) -> asyncio.Task[None]:
        """Start a task; while closing it is canceled before its first step."""
        task = asyncio.get_running_loop().create_task(coroutine, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._finished)
        if self._closing:
            task.cancel()
        return task

    async def run(
        self, lane: str, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Call a blocking function on a lane and wait for it."""
        executor = self._lanes.get(lane)
        if executor is None:
            executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix=lane)
            self._lanes[lane] = executor
        call = partial(function, *args, **kwargs)
        return await asyncio.get_running_loop().run_in_executor(executor, call)

    def reporter(self, receive: Callable[[Progress], None]) -> Report:
        """Return a report callback that hands progress over to the UI thread."""
        loop = asyncio.get_running_loop()

        def report(progress: Progress) -> None:
            # The loop may be gone when a long operation outlives the window.
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(receive, progress)

        return report

    async def close(self) -> None:
        """Cancel every task, wait for them, and let running thread work end.

        The event loop goes on meanwhile: a second start is answered.
        """
        self._closing = True
        current = asyncio.current_task()
        pending = [task for task in self._tasks if task is not current]
        for task in pending:
            task.cancel()
        await asyncio.gather(*pending, return_exceptions=True)
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(1, thread_name_prefix="closing") as closer:
            while self._lanes:
                lane, executor = self._lanes.popitem()
                _log.debug("closing lane %s", lane)
                end = partial(executor.shutdown, wait=True, cancel_futures=True)
                await loop.run_in_executor(closer, end)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if task.cancelled():
            return
        error = task.exception()
        if error is None:
            return
        if isinstance(error, WorkbenchError):
            _log.warning("%s: %s", task.get_name(), error)
            self._on_error(error)
        else:
            _log.error("task %s failed", task.get_name(), exc_info=error)
            self._on_bug(error)
