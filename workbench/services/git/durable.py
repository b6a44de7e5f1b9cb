"""Makes what was written to a history repository survive a power cut."""

import os
import stat
from contextlib import suppress
from pathlib import Path


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
