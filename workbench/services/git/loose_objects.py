"""Single objects of a repository: a file each, named after its content."""

import hashlib
import os
import sys
import threading
import zlib
from collections.abc import Callable, Sequence
from io import FileIO
from itertools import count
from pathlib import Path

from workbench.services.git.compression import compressed
from workbench.services.git.durable import SyncPool

_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
# Windows does not even let go of a file that may not be written to.
_MODE = 0o666 if sys.platform == "win32" else 0o444
_numbers = count()


def object_id_of(kind: str, data: bytes) -> str:
    """Return git's id of an object."""
    digest = hashlib.sha1(b"%b %d\0" % (kind.encode(), len(data)), usedforsecurity=False)
    digest.update(data)
    return digest.hexdigest()


def read_loose(objects: Path, object_id: str) -> tuple[str, bytes] | None:
    """Return kind and content of a single object; ``None`` if it is not there, or is damaged."""
    try:
        raw = zlib.decompress((objects / object_id[:2] / object_id[2:]).read_bytes())
    except (OSError, zlib.error):
        return None
    if hashlib.sha1(raw, usedforsecurity=False).hexdigest() != object_id:
        return None
    head, _, data = raw.partition(b"\0")
    return head.partition(b" ")[0].decode(), data


def _created(path: Path) -> FileIO:
    """Make a file that nobody may write to later."""
    return FileIO(os.open(path, _CREATE, _MODE), "wb")


class LooseWriter:
    """Writes single objects; they get their names all together. Usable from several threads."""

    def __init__(self, objects: Path, disk: SyncPool) -> None:
        self._objects = objects
        self._disk = disk
        self._written: dict[str, Path] = {}
        self._lock = threading.Lock()

    def add(self, kind: str, object_id: str, data: bytes) -> None:
        """Store an object, also in place of a damaged one.

        Raises:
            OSError: If it cannot be written.
        """
        folder = self._objects / object_id[:2]
        path = folder / f"tmp_obj_{os.getpid()}_{next(_numbers)}"
        raw = compressed(b"%b %d\0" % (kind.encode(), len(data)) + data)
        try:
            file = _created(path)
        except FileNotFoundError:
            folder.mkdir(exist_ok=True)
            file = _created(path)
        with self._lock:
            self._written[object_id] = path
        with file:
            left = memoryview(raw)
            while left:
                left = left[file.write(left) :]

    def finish(self, also: Sequence[Path], beside: Callable[[], None]) -> list[Path]:
        """Have all of them reach the disk, then give them their names.

        Args:
            also: Other files that shall reach the disk too.
            beside: Called meanwhile.

        Returns:
            The folders that have to reach the disk for the names to be durable.

        Raises:
            OSError: If that fails.
        """
        self._disk.sync([*self._written.values(), *also], beside)
        folders = {self._objects} if self._written else set()
        for object_id, path in self._written.items():
            os.replace(path, path.with_name(object_id[2:]))  # noqa: PTH105 - says what it does
            folders.add(path.parent)
        self._written.clear()
        return sorted(folders)

    def abandon(self) -> None:
        """Remove what has no name yet."""
        for path in self._written.values():
            path.unlink(missing_ok=True)
        self._written.clear()
