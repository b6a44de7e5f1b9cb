"""Moves the branch of a history repository as git does, without starting it.

The new value is written to ``<branch>.lock``, which only one process can make; then the file is
renamed over the old one. Git and we keep each other out that way.
"""

import os
import re
from pathlib import Path

from workbench.services.git.durable import sync_path

_ID = re.compile(rb"[0-9a-f]{40}\n?")


def read_reference(path: Path) -> str:
    """Return the id that the file of a branch holds; empty if there is none or it is damaged."""
    try:
        content = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return ""
    return content.decode().strip() if _ID.fullmatch(content) else ""


def move_reference(path: Path, new: str, old: str) -> bool:
    """Let a branch lead to another commit, if it leads where it should; durable at the end.

    Args:
        path: The file of the branch.
        new: Id of the commit that it shall lead to.
        old: Id of the commit that it leads to now.

    Returns:
        False if it leads somewhere else, or another process is moving it; nothing was changed.

    Raises:
        OSError: If it cannot be written; nothing was changed.
    """
    lock = path.with_name(f"{path.name}.lock")
    try:
        descriptor = os.open(lock, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
    except FileExistsError:
        return False
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123 - from a descriptor
            if read_reference(path) != old:
                lock.unlink()
                return False
            file.write(f"{new}\n".encode())
            file.flush()
            os.fsync(descriptor)
        os.replace(lock, path)  # noqa: PTH105 - the name says what it does
    except BaseException:
        lock.unlink(missing_ok=True)
        raise
    sync_path(path.parent)
    return True
