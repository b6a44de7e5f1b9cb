"""Reads many files at once: hashing, compressing and the disk leave each other time."""

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from workbench.core.progress import CancelToken
from workbench.services.folder.open_folder import OpenFolder
from workbench.services.folder.read_file import BlobSink, Content, Outcome, read_stable

_FEW = 24
_MUCH = 16 << 20
_MOST_THREADS = 4

Taken = Callable[[str, Content | Outcome | OSError], None]
"""Called with each path and what was found, or why it can't be read; by one thread at a time."""


def read_many(
    root: Path, paths: Sequence[str], size: int, sink: BlobSink, cancel: CancelToken, take: Taken
) -> None:
    """Read files and links into a sink, in about this order.

    Args:
        root: The project folder.
        paths: What to read.
        size: About how many bytes that is.
        sink: Takes the contents; by several threads if there are many.
        cancel: Checked between files.
        take: Hears of each file.

    Raises:
        CanceledError: If canceled.
        WorkbenchError: If the sink fails.
        OSError: If the folder itself can't be opened.
    """
    shared = _Shared(iter(paths), sink, cancel, take)
    is_small = len(paths) < _FEW and (size < _MUCH or len(paths) == 1)
    threads = 1 if is_small else max(2, min(_MOST_THREADS, os.cpu_count() or 1))
    if threads == 1:
        shared.read(root)
        return
    with ThreadPoolExecutor(threads, thread_name_prefix="read") as pool:
        running = [pool.submit(shared.read, root) for _ in range(threads)]
    cancel.check("Saving the snapshot")
    for each in running:
        each.result()


class _Shared:
    """What the threads share."""

    def __init__(
        self, left: Iterator[str], sink: BlobSink, cancel: CancelToken, take: Taken
    ) -> None:
        self._left = left
        self._sink = sink
        self._cancel = cancel
        self._take = take
        self._lock = threading.Lock()
        self._failed = threading.Event()

    def read(self, root: Path) -> None:
        """Read what nobody else does, until nothing is left or somebody fails."""
        try:
            with OpenFolder(root) as opened:
                while not self._failed.is_set() and (path := self._next()) is not None:
                    self._read_one(opened, path)
        except BaseException:
            self._failed.set()
            raise

    def _next(self) -> str | None:
        with self._lock:
            return next(self._left, None)

    def _read_one(self, opened: OpenFolder, path: str) -> None:
        found: Content | Outcome | OSError
        try:
            found = read_stable(opened, path, self._sink, self._cancel)
        except OSError as exc:
            found = exc
        with self._lock:
            self._take(path, found)
