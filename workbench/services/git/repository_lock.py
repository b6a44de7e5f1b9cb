"""One writer at a time for a history repository, and cleaning up after one that died."""

import os
import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from workbench.core.progress import CancelToken

LOCK_FILE = "workbench.lock"
_PAUSE = 0.01
_PATIENCE = 0.5  # seconds after which a wait is worth telling
_later = threading.Event()
_swept: set[str] = set()


@contextmanager
def repository_lock(
    git_dir: Path,
    cancel: CancelToken | None = None,
    on_wait: Callable[[], None] | None = None,
) -> Iterator[int]:
    """Hold the repository's lock; yield its file descriptor for git commands to inherit.

    The kernel releases it when the last process that holds the descriptor is gone: git that
    outlives us keeps it until it is dead too. Leftovers of a dead writer are removed first.

    Args:
        git_dir: The history repository.
        cancel: Asked while waiting.
        on_wait: Called once if another writer keeps the lock for more than a moment.

    Raises:
        CanceledError: If canceled while waiting.
        OSError: If the lock file cannot be opened.
    """
    descriptor = os.open(git_dir / LOCK_FILE, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        tell_at = time.monotonic() + _PATIENCE
        while not _try_lock(descriptor):
            if cancel is not None:
                cancel.check("Saving the snapshot")
            if on_wait is not None and time.monotonic() >= tell_at:
                on_wait()
                on_wait = None
            _later.wait(_PAUSE)
        died = os.fstat(descriptor).st_size > 0
        sweep(git_dir, thorough=died or str(git_dir) not in _swept)
        _swept.add(str(git_dir))
        os.pwrite(descriptor, b"busy", 0) if sys.platform != "win32" else None
        yield descriptor
        os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def _try_lock(descriptor: int) -> bool:
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415 - does not exist elsewhere

        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
    import fcntl  # noqa: PLC0415 - does not exist on Windows

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def sweep(git_dir: Path, *, thorough: bool) -> None:
    """Remove what a dead git left. Only for whoever holds the lock.

    Args:
        git_dir: The history repository.
        thorough: Also look into every folder of loose objects.
    """
    _remove(git_dir.glob("*.lock"), keep=LOCK_FILE)
    _remove(git_dir.glob("fast_import_crash_*"))
    _remove((git_dir / "refs").rglob("*.lock"))
    pack = git_dir / "objects" / "pack"
    _remove(pack.glob("tmp_*"))
    _remove(pack.glob(".tmp-*"))
    _remove(path for path in pack.glob("*.keep") if _is_of_fast_import(path))
    if thorough:
        _remove((git_dir / "objects").glob("tmp_*"))
        _remove((git_dir / "objects").glob("??/tmp_*"))


def _remove(paths: Iterator[Path], keep: str = "") -> None:
    for path in list(paths):
        if path.name == keep:
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _is_of_fast_import(path: Path) -> bool:
    try:
        return path.read_bytes().startswith(b"fast-import")
    except FileNotFoundError:
        return False
