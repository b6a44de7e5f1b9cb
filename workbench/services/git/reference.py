"""Moves the branch of a history repository as git does, without starting it.

The new value is written to ``<branch>.lock``, which only one process can make; then the file is
renamed over the old one. Git and we keep each other out that way.
"""

import os
import re
from pathlib import Path

_ID = re.compile(rb"[0-9a-f]{40}\n?")


def read_reference(path: Path) -> str:
    """Return the id that the file of a branch holds; empty if there is none or it is damaged."""
    try:
        content = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return ""
    return content.decode().strip() if _ID.fullmatch(content) else ""


class ReferenceMove:
    """A branch on its way to another commit; nobody else can move it meanwhile.

    Attributes:
        lock: The file with its new value, which has to reach the disk before :meth:`finish`.
    """

    def __init__(self, path: Path, lock: Path) -> None:
        """Use :func:`begin_move`."""
        self._path = path
        self.lock = lock
        self._is_done = False

    def finish(self) -> list[Path]:
        """Let the branch lead there.

        Returns:
            The folders that have to reach the disk for that to be durable.

        Raises:
            OSError: If it cannot be written; the branch is then where it was.
        """
        os.replace(self.lock, self._path)  # noqa: PTH105 - the name says what it does
        self._is_done = True
        return [self._path.parent, self._path.parent.parent]

    def abandon(self) -> None:
        """Leave the branch where it is; nothing happens after :meth:`finish`."""
        if not self._is_done:
            self.lock.unlink(missing_ok=True)


def begin_move(path: Path, new: str, old: str) -> ReferenceMove | None:
    """Prepare to let a branch lead to another commit, if it leads where it should.

    Args:
        path: The file of the branch.
        new: Id of the commit that it shall lead to.
        old: Id of the commit that it leads to now.

    Returns:
        ``None`` if it leads somewhere else, or another process is moving it.

    Raises:
        OSError: If it cannot be written.
    """
    lock = path.with_name(f"{path.name}.lock")
    try:
        descriptor = os.open(lock, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
    except FileExistsError:
        return None
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123 - from a descriptor
            if read_reference(path) == old:
                file.write(f"{new}\n".encode())
                return ReferenceMove(path, lock)
        lock.unlink()
    except BaseException:
        lock.unlink(missing_ok=True)
        raise
    return None
