"""Makes what was written to a history repository survive a power cut."""

import os
import stat
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

_AT_ONCE = 8


class SyncPool:
    """Has several files reach the disk at once, which takes it few steps. Usable from threads.

    Its threads wait for the next time: to start them takes longer than what they do.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pool: ThreadPoolExecutor | None = None

    def sync(self, paths: Sequence[Path], beside: Callable[[], None] | None = None) -> None:
        """Have files, or the lists of names of folders, reach the disk.

        Args:
            paths: Files and folders.
            beside: Called meanwhile, in this thread.

        Raises:
            OSError: If one does not get there.
        """
        if beside is None and len(paths) == 1:
            sync_path(paths[0])
            return
        waiting: list[Future[None]] = []
        try:
            waiting += [self.begin(path) for path in paths]
            if beside is not None:
                beside()
        finally:
            problems = [each.exception() for each in waiting]
        for problem in problems:
            if problem is not None:
                raise problem

    def begin(self, path: Path) -> "Future[None]":
        """Begin to have a file reach the disk; the answer tells when, or why not."""
        return self._started().submit(sync_path, path)

    def close(self) -> None:
        """End its threads."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown()

    def _started(self) -> ThreadPoolExecutor:
        with self._lock:
            if self._pool is None:
                self._pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="sync")
            return self._pool


def make_durable(git_dir: Path, since_ns: int) -> None:
    """Have everything that was written to the object store since then reach the disk.

    git does this for the files, but not for the folders in which it renames them; and before
    version 2.36 it did not do it for single objects either.

    Args:
        git_dir: The history repository.
        since_ns: Nanoseconds since the epoch; a little earlier does no harm.
    """
    objects = git_dir / "objects"
    for folder in [*objects.glob("??"), objects / "pack"]:
        # Somebody else may tidy, or write temporary files, at the same time.
        with suppress(FileNotFoundError):
            if folder.stat().st_mtime_ns >= since_ns:
                _sync_folder(folder, since_ns)
    sync_path(objects)


def _sync_folder(folder: Path, since_ns: int) -> None:
    for name in os.listdir(folder):  # noqa: PTH208 - names only, many of them
        path = folder / name
        with suppress(FileNotFoundError):
            facts = path.stat()
            if stat.S_ISREG(facts.st_mode) and facts.st_ctime_ns >= since_ns:
                sync_path(path)
    sync_path(folder)


def sync_path(path: Path) -> None:
    """Have a file, or the list of names of a folder, reach the disk."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except (PermissionError, FileNotFoundError):
        return  # Windows opens no folder; a temporary file may be gone
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
