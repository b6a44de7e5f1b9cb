"""Follow a run until it has ended."""

import threading
from collections.abc import Callable
from time import monotonic

from workbench.core.run import Run
from workbench.operations.project_context import ProjectContext
from workbench.operations.read_run import read_log
from workbench.operations.refresh_runs import refresh_runs

_PAUSE_SECONDS = 0.1


def _ignore(_data: bytes) -> None:
    """Nobody wants to know."""


class RunFollower:
    """Hands over the log of a run as it grows, and tells how the run ended.

    Args:
        context: The project.
        run_id: The run.
        on_log: Gets each new piece of the log.
    """

    def __init__(
        self, context: ProjectContext, run_id: str, on_log: Callable[[bytes], object] = _ignore
    ) -> None:
        self._context = context
        self._run_id = run_id
        self._on_log = on_log
        self._offset = 0

    def follow(self, stop: threading.Event | None = None, seconds: float = float("inf")) -> Run:
        """Return the run when it has ended and its whole log was handed over.

        Args:
            stop: Ends it early, without any effect on the run; it can be followed again.
            seconds: The same after so long.

        Raises:
            NotFoundError: If there is no such run.
            WorkbenchError: If its log or the records can't be read.
        """
        stop = stop or threading.Event()
        end = monotonic() + seconds
        while True:
            refresh_runs(self._context)
            run = self._context.store.get(self._run_id)
            # What the script wrote last is there when the run has ended.
            self._hand_over(stop)
            if not run.status.is_active or monotonic() > end or stop.wait(_PAUSE_SECONDS):
                return run

    def _hand_over(self, stop: threading.Event) -> None:
        while not stop.is_set():
            data, self._offset = read_log(self._context, self._run_id, self._offset)
            if not data:
                return
            self._on_log(data)
