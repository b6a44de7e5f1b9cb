"""Captures the files that a run left in ``outputs/``."""

import errno
import os
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

if sys.platform != "win32":
    import fcntl

Signature = tuple[int, int, int, int]
_FICLONE = 0x40049409
_CHUNK = 8 * 1024 * 1024
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_MOST_PROBLEMS = 10


def listing(folder: Path) -> "dict[str, Signature]":
    """Return all files below a folder with what tells whether one was written since."""
    return {
        path: (found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)
        for path, found in _walk(folder)
    }


class Capture:
    """Copies new and changed files into the run's folder.

    Attributes:
        count: Number of files copied.
        size: Their bytes.
        problems: Sentences about what could not be copied.
    """

    def __init__(self, source: Path, target: Path) -> None:
        self._source = source
        self._target = target
        self.count = 0
        self.size = 0
        self.problems: list[str] = []

    def run(self, before: "dict[str, Signature]", stopped: "Callable[[], bool]") -> None:
        """Copy what differs from the listing ``before``; checks ``stopped`` between files."""
        for path, now in sorted(listing(self._source).items()):
            if before.get(path) == now:
                continue
            if stopped():
                self._problem("Not all outputs were saved: saving them was canceled.")
                return
            try:
                self._copy(path)
            except OSError as error:
                if error.errno in _FULL:
                    self._problem("Not all outputs were saved: the disk is full.")
                    return
                self._problem(f"{path} wasn't saved: {error.strerror or error}.")

    def _copy(self, path: str) -> None:
        source = self._source / path
        if source.is_symlink() and not _is_inside(source, self._source):
            self._problem(f"{path} wasn't saved: it is a link to a place outside outputs.")
            return
        target = self._target / path
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = target.with_name(f".{os.getpid()}.{self.count}.tmp")
        try:
            size = _copy_file(source, temporary)
            temporary.replace(target)
        except BaseException:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise
        self.count += 1
        self.size += size

    def _problem(self, text: str) -> None:
        if len(self.problems) < _MOST_PROBLEMS:
            self.problems.append(text)


def _walk(folder: Path) -> "Iterator[tuple[str, os.stat_result]]":
    waiting = [""]
    while waiting:
        inner = waiting.pop()
        try:
            with os.scandir(folder / inner) as entries:
                for entry in entries:
                    path = f"{inner}/{entry.name}" if inner else entry.name
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(path)
                        continue
                    with suppress(OSError):
                        found = entry.stat()
                        if stat.S_ISREG(found.st_mode):
                            yield path, found
        except OSError:
            continue  # not there, or not readable: nothing to capture in it


def _is_inside(path: Path, folder: Path) -> bool:
    return path.resolve().is_relative_to(folder.resolve())


def _copy_file(source: Path, target: Path) -> int:
    with source.open("rb", buffering=0) as reader, target.open("xb", buffering=0) as writer:
        found = os.fstat(reader.fileno())
        # At most what it holds now: something may go on appending to it.
        size = _copy_data(reader.fileno(), writer.fileno(), found.st_size)
    with suppress(OSError):
        os.utime(target, ns=(found.st_atime_ns, found.st_mtime_ns))
        target.chmod(stat.S_IMODE(found.st_mode) & 0o777 | stat.S_IRUSR)
    return size


def _copy_data(reader: int, writer: int, size: int) -> int:
    if sys.platform == "linux":
        with suppress(OSError):
            # Shares the blocks where the file system can: no time and no space.
            fcntl.ioctl(writer, _FICLONE, reader)
            return size
    copied = 0
    while copied < size:
        step = _copy_some(reader, writer, min(_CHUNK, size - copied))
        if not step:
            break
        copied += step
    return copied


def _copy_some(reader: int, writer: int, count: int) -> int:
    if sys.platform == "linux" and hasattr(os, "copy_file_range"):
        try:
            step = os.copy_file_range(reader, writer, count)
        except OSError as error:
            if error.errno in _FULL:
                raise
        else:
            if step:
                return step
    data = os.read(reader, count)
    view = memoryview(data)
    while view:
        view = view[os.write(writer, view) :]
    return len(data)
