"""Ends a git command that gives no sign of life.

git itself notices silence during a transfer; this is for all the rest, such as a connection that
is never answered.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from workbench.services.git.hardened import GitProcess

_LATER = 1.5  # times as long as git waits: it says more


class SilenceWatch:
    """Watches one command; made by :func:`silence_watch`.

    Attributes:
        expired: Whether the command was ended.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds * _LATER
        self._process: GitProcess | None = None
        self._fed = threading.Event()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._wait, name="watch git", daemon=True)
        self.expired = False

    def begin(self, process: GitProcess) -> None:
        """Watch a command."""
        self._process = process
        self._thread.start()

    def feed(self) -> None:
        """Note a sign of life."""
        self._fed.set()

    def end(self) -> None:
        """Watch no longer."""
        self._over.set()
        self._fed.set()
        if self._process is not None:
            self._thread.join()

    def _wait(self) -> None:
        while self._fed.wait(self._seconds):
            if self._over.is_set():
                return
            self._fed.clear()
        self.expired = True
        if self._process is not None:
            self._process.stop_group()


@contextmanager
def silence_watch(seconds: float) -> Iterator[SilenceWatch]:
    """Watch a command that is started within the block.

    Args:
        seconds: How long git itself waits for a sign of life.
    """
    watch = SilenceWatch(seconds)
    try:
        yield watch
    finally:
        watch.end()
