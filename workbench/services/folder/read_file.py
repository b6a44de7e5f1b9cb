"""Reads a file so that what is read is what the file held at one moment.

The file is read, never mapped into memory: a file that shrinks while it is mapped kills the
process. Its facts before and after have to be the same.
"""

import errno
import hashlib
import os
import stat
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from enum import Enum
from typing import NamedTuple, Protocol

from workbench.core.progress import CancelToken
from workbench.services.folder.clock import clock_tick_ns
from workbench.services.folder.open_folder import OpenFolder
from workbench.services.folder.walk import FileFacts, facts_of

LARGE = 16 << 20
_CHUNK = 1 << 20
_ATTEMPTS = 4
_LOOK_AGAIN = 32  # chunks of a large file after which it is checked for changes
_later = threading.Event()
_REPLACED = {errno.ELOOP, errno.ENOTDIR, errno.ENXIO, errno.EISDIR, errno.EMLINK}


class Chunks(Protocol):
    """Takes the content of one large file piece by piece."""

    object_id: str
    """Id of the content; known when all was given."""

    def write(self, chunk: bytes) -> None:
        """Take the next bytes."""


class BlobSink(Protocol):
    """Stores contents; what the same content is stored twice costs nothing."""

    def expect(self, count: int, size: int) -> None:
        """Hear about how many files with how many bytes will come."""

    def holds(self, commit: str) -> bool:
        """Return whether everything that this snapshot holds is stored."""

    def missing(self, object_ids: Iterable[str]) -> set[str]:
        """Return those of these contents that are not stored yet."""

    def add(self, object_id: str, data: bytes) -> None:
        """Store a content."""

    def stream(self, size: int) -> AbstractContextManager[Chunks]:
        """Store a large content; if the block fails, nothing of it is stored."""


class HashOnly:
    """A sink that stores nothing."""

    def expect(self, count: int, size: int) -> None:
        """Do nothing."""

    def holds(self, commit: str) -> bool:  # noqa: ARG002 - nothing is needed
        """Return yes."""
        return True

    def missing(self, object_ids: Iterable[str]) -> set[str]:  # noqa: ARG002 - nothing is needed
        """Return nothing: whatever is known is good enough."""
        return set()

    def add(self, object_id: str, data: bytes) -> None:
        """Do nothing."""

    @contextmanager
    def stream(self, size: int) -> Iterator[Chunks]:
        """Do nothing with the bytes but find their id."""
        nowhere = _Nowhere(size)
        yield nowhere
        nowhere.object_id = nowhere.digest.hexdigest()


class _Nowhere:
    def __init__(self, size: int) -> None:
        self.object_id = ""
        self.digest = _hash(size, b"")

    def write(self, chunk: bytes) -> None:
        self.digest.update(chunk)


class Outcome(Enum):
    """Why a file was not read."""

    GONE = "gone"
    CHANGING = "changing"
    SPECIAL = "special"


class Content(NamedTuple):
    """What a file held, and the facts it had at that time."""

    object_id: str
    size: int
    facts: FileFacts


class _ChangedError(Exception):
    """The file changed while it was read."""


def read_stable(
    folder: OpenFolder, path: str, sink: BlobSink, cancel: CancelToken
) -> Content | Outcome:
    """Read a file or link into a sink; try again if it changes meanwhile.

    Raises:
        OSError: If it cannot be read.
        CanceledError: If canceled.
    """
    for attempt in range(_ATTEMPTS):
        cancel.check("Saving the snapshot")
        try:
            return _read_once(folder, path, sink, cancel)
        except FileNotFoundError:
            if _is_gone(folder, path):
                return Outcome.GONE
        except _ChangedError:
            if attempt + 1 < _ATTEMPTS:
                _later.wait(clock_tick_ns() / 1e9)
        except OSError as exc:
            if exc.errno not in _REPLACED:
                raise
    return Outcome.CHANGING


def wait_until_settled(facts: FileFacts) -> None:
    """Wait the few milliseconds in which a change would not show in the file's times."""
    left = max(facts.mtime_ns, facts.ctime_ns) + clock_tick_ns() - time.time_ns()
    if 0 < left <= 4 * clock_tick_ns():
        _later.wait(left / 1e9)


def _is_gone(folder: OpenFolder, path: str) -> bool:
    try:
        folder.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return True
    return False


def _read_once(
    folder: OpenFolder, path: str, sink: BlobSink, cancel: CancelToken
) -> Content | Outcome:
    seen = folder.lstat(path)
    if stat.S_ISLNK(seen.st_mode):
        data = folder.read_link(path)
        object_id = _hash(len(data), data).hexdigest()
        if facts_of(folder.lstat(path)) != facts_of(seen):
            raise _ChangedError
        sink.add(object_id, data)
        return Content(object_id, len(data), facts_of(seen))
    if not stat.S_ISREG(seen.st_mode):
        return Outcome.SPECIAL
    wait_until_settled(facts_of(seen))
    descriptor = folder.open(path)
    try:
        before = os.fstat(descriptor)
        if not stat.S_ISREG(before.st_mode):
            return Outcome.SPECIAL
        if before.st_size <= LARGE:
            object_id = _read_small(descriptor, before, sink)
        else:
            object_id = _read_large(descriptor, before, sink, cancel)
        return Content(object_id, before.st_size, facts_of(before))
    finally:
        os.close(descriptor)


def _read_small(descriptor: int, before: os.stat_result, sink: BlobSink) -> str:
    size = before.st_size
    parts = []
    left = size + 1  # one more than there should be: to see that it did not grow
    while left > 0 and (part := os.read(descriptor, left)):
        parts.append(part)
        left -= len(part)
    data = parts[0] if len(parts) == 1 else b"".join(parts)
    if len(data) != size or not _is_same(descriptor, before):
        raise _ChangedError
    object_id = _hash(size, data).hexdigest()
    sink.add(object_id, data)
    return object_id


def _read_large(
    descriptor: int, before: os.stat_result, sink: BlobSink, cancel: CancelToken
) -> str:
    left = before.st_size
    number = 0
    with sink.stream(before.st_size) as target:
        while left:
            part = os.read(descriptor, min(left, _CHUNK))
            number += 1
            cancel.check("Saving the snapshot")
            if not part or (number % _LOOK_AGAIN == 0 and not _is_same(descriptor, before)):
                raise _ChangedError
            target.write(part)
            left -= len(part)
        if not _is_same(descriptor, before):
            raise _ChangedError
    return target.object_id


def _is_same(descriptor: int, before: os.stat_result) -> bool:
    return facts_of(os.fstat(descriptor)) == facts_of(before)


def _hash(size: int, data: bytes) -> "hashlib._Hash":
    digest = hashlib.sha1(b"blob %d\0" % size, usedforsecurity=False)
    digest.update(data)
    return digest
