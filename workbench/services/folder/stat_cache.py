"""Remembers the content id of files that were read, so that unchanged ones need no reading.

Only a hint: it may be deleted at any time, and a damaged file is ignored.
"""

import marshal
import os
import sys
import time
import zlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import ClassVar

from workbench.services.folder.walk import FileFacts

_MAGIC = b"workbench folder cache 2 %d.%d\n" % sys.version_info[:2]
_AT_ONCE = 2_000  # few enough that no other thread waits long
_SECOND = 1_000_000_000
_ABANDONED = 600.0  # seconds
_SLOWEST_WRITE = 50  # nanoseconds a byte: 20 MB in a second

Known = tuple[int, int, int, int, int, str]
"""Facts of a file and the id of its content, as a plain tuple: the garbage collector, which stops
all threads, does not look at those."""


def known(facts: FileFacts, object_id: str) -> Known:
    """Return what is kept of a file."""
    return (*facts, object_id)


@cache
def clock_tick_ns() -> int:
    """Return how far apart two times of files have to be to tell an order, in nanoseconds."""
    coarse = getattr(time, "CLOCK_REALTIME_COARSE", None) or (6 if sys.platform == "linux" else 0)
    resolution = time.clock_getres(coarse) if sys.platform != "win32" else 0.016
    return max(1_000_000, int(resolution * _SECOND))


def is_settled(facts: FileFacts, now_ns: int) -> bool:
    """Return whether a later change of this file would show in its times.

    A file that was changed at ``now_ns`` may be changed again without getting another time. And
    one call that writes a lot moves the time only when it begins: a large file has to rest longer.
    """
    mtime, ctime = facts.mtime_ns, facts.ctime_ns
    rest = 2 * clock_tick_ns() + facts.size * _SLOWEST_WRITE
    if mtime % _SECOND == 0 and ctime % _SECOND == 0:
        rest += 2 * _SECOND
    return (max(ctime, mtime)) < now_ns - rest


class StatCache:
    """Content ids by path, each valid for exactly the facts it was stored with."""

    # The last one that was read or written in this process: (file, what tells it, content).
    _latest: ClassVar[tuple[Path, tuple[int, ...], dict[str, Known]] | None] = None

    def __init__(self, file: Path) -> None:
        self._file = file
        self._known: dict[str, Known] = {}  # replaced, never changed
        self._changed = False

    @classmethod
    def load(cls, file: Path) -> "StatCache":
        """Return what is stored in a file; nothing if it is missing or damaged."""
        loaded = cls(file)
        latest = cls._latest
        try:
            if latest is not None and latest[:2] == (file, _identity(file)):
                loaded._known = latest[2]
                return loaded
            loaded._known = dict(_read(file.read_bytes()))
            cls._latest = (file, _identity(file), loaded._known)
        except (OSError, ValueError, EOFError, TypeError, zlib.error):
            loaded._known = {}
        return loaded

    def object_id(self, path: str, facts: FileFacts) -> str:
        """Return the content id of a file, empty if it has to be read."""
        kept = self._known.get(path)
        return kept[5] if kept is not None and kept[:5] == facts else ""

    def replace(self, found: dict[str, Known]) -> None:
        """Take what is known after a walk, to keep; files that are not in it are forgotten."""
        if found != self._known:
            self._known = found
            self._changed = True

    def save(self) -> None:
        """Write it to its file, if anything changed.

        Raises:
            OSError: If it cannot be written.
        """
        if not self._changed:
            return
        temporary = self._file.with_name(f"{self._file.name}.{os.getpid()}.new")
        try:
            with temporary.open("wb") as target:
                target.write(_MAGIC)
                for chunk in _chunks(self._known):
                    target.write(chunk)
            identity = _identity(temporary)
            os.replace(temporary, self._file)  # noqa: PTH105 - the name says what it does
            StatCache._latest = (self._file, identity, self._known)
        finally:
            temporary.unlink(missing_ok=True)
        self._changed = False
        self._remove_abandoned()

    def _remove_abandoned(self) -> None:
        """Remove what processes left that died while they wrote."""
        for path in self._file.parent.glob(f"{self._file.name}.*.new"):
            try:
                if path.stat().st_mtime < time.time() - _ABANDONED:
                    path.unlink()
            except FileNotFoundError:
                continue  # its process lives and has just finished


def _identity(file: Path) -> tuple[int, ...]:
    facts = file.stat()
    return (facts.st_mtime_ns, facts.st_size, facts.st_ino)


def _chunks(content: dict[str, Known]) -> Iterator[bytes]:
    part: list[tuple[str, Known]] = []
    for item in content.items():
        part.append(item)
        if len(part) == _AT_ONCE:
            yield _chunk(part)
            part = []
    yield _chunk(part)


def _chunk(part: list[tuple[str, Known]]) -> bytes:
    packed = marshal.dumps(part)
    return b"%d %d\n" % (len(packed), zlib.crc32(packed)) + packed


def _read(content: bytes) -> Iterator[tuple[str, Known]]:
    if not content.startswith(_MAGIC):
        raise ValueError("another format")
    at = len(_MAGIC)
    while at < len(content):
        end = content.index(b"\n", at)
        size, check = map(int, content[at:end].split())
        packed = content[end + 1 : end + 1 + size]
        if len(packed) != size or zlib.crc32(packed) != check:
            raise ValueError("damaged")
        yield from marshal.loads(packed)  # noqa: S302 - checked above
        at = end + 1 + size
