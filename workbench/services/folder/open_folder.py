"""Opens what is in a folder, part by part, without ever following a link out of it.

Each part of a path is opened inside the one before, so that a path may be longer than the system
allows for one call, and a folder that is replaced by a link meanwhile is not followed.
"""

import os
import sys
from pathlib import Path

_KEPT_OPEN = 48
_BY_PARTS = os.open in os.supports_dir_fd and sys.platform != "win32"
_FOLDER = (
    os.O_RDONLY
    | getattr(os, "O_DIRECTORY", 0)
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_CLOEXEC", 0)
)
_FILE = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)  # a pipe in place of a file must not make us wait
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)


class OpenFolder:
    """Keeps the folders on the way to the last opened path open. For one thread."""

    def __init__(self, root: Path) -> None:
        """Open the folder.

        Raises:
            OSError: If it cannot be opened.
        """
        self._root = root
        self._parts: list[tuple[str, int]] = []
        self._first = os.open(root, _FOLDER & ~getattr(os, "O_NOFOLLOW", 0)) if _BY_PARTS else -1

    def __enter__(self) -> "OpenFolder":
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close everything that is open."""
        self.close()

    def close(self) -> None:
        """Close everything that is open."""
        self._keep(0)
        if self._first >= 0:
            os.close(self._first)
            self._first = -1

    def scan(self, path: str) -> "os._ScandirIterator[str]":
        """List a folder below this one (``""``: itself); close what is returned.

        The entries may be asked for their facts until another folder is opened.

        Raises:
            OSError: If it cannot be opened; ``ELOOP`` or ``ENOTDIR`` if it is no folder any more.
        """
        if not _BY_PARTS:
            return os.scandir(self._root / path)
        return os.scandir(self._descriptor(path))

    def facts(self, path: str) -> os.stat_result:
        """Return the facts of a folder that is about to be listed (``""``: itself).

        Raises:
            OSError: If it cannot be opened; ``ELOOP`` or ``ENOTDIR`` if it is no folder any more.
        """
        if not _BY_PARTS:
            return os.lstat(self._root / path)
        return os.fstat(self._descriptor(path))

    def open(self, path: str) -> int:
        """Open a file below this folder for reading; return its descriptor.

        Raises:
            OSError: If it cannot be opened, or is a link.
        """
        if not _BY_PARTS:
            return os.open(self._root / path, _FILE)
        folder, _, name = path.rpartition("/")
        return os.open(name, _FILE, dir_fd=self._descriptor(folder))

    def lstat(self, path: str) -> os.stat_result:
        """Return the facts of an entry below this folder, of a link itself."""
        if not _BY_PARTS:
            return os.lstat(self._root / path)
        folder, _, name = path.rpartition("/")
        return os.stat(name, dir_fd=self._descriptor(folder), follow_symlinks=False)

    def read_link(self, path: str) -> bytes:
        """Return where a link below this folder leads."""
        if not _BY_PARTS:
            return os.fsencode(os.readlink(self._root / path))  # noqa: PTH115 - as it is
        folder, _, name = path.rpartition("/")
        return os.fsencode(os.readlink(name, dir_fd=self._descriptor(folder)))

    def _descriptor(self, path: str) -> int:
        """Return the open descriptor of a folder."""
        names = path.split("/") if path else []
        same = 0
        for (name, _), wanted in zip(self._parts, names, strict=False):
            if name != wanted:
                break
            same += 1
        self._keep(same)
        if self._parts and self._parts[-1][1] < 0:
            self._keep(0)  # it was closed to save descriptors: from the start again
        for name in names[len(self._parts) :]:
            inside = self._parts[-1][1] if self._parts else self._first
            self._parts.append((name, os.open(name, _FOLDER, dir_fd=inside)))
            self._close_far_one()
        return self._parts[-1][1] if self._parts else self._first

    def _close_far_one(self) -> None:
        far = len(self._parts) - 1 - _KEPT_OPEN
        if far >= 0 and self._parts[far][1] >= 0:
            os.close(self._parts[far][1])
            self._parts[far] = (self._parts[far][0], -1)

    def _keep(self, count: int) -> None:
        while len(self._parts) > count:
            _, descriptor = self._parts.pop()
            if descriptor >= 0:
                os.close(descriptor)
