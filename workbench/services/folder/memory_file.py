"""Keeps the memory of a folder in a file: all of it now and then, in between only what changed.

Each part says which one it continues. Whatever does not fit - half of a part, one that continues
another - ends the file as if it were not there.
"""

import marshal
import os
import secrets
import sys
import time
import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

from workbench.core.snapshot import LeftOut, NotCaptured, NotCapturedReason
from workbench.services.folder.memory import Known, Listed, Memory
from workbench.services.folder.walk import FileFacts, FolderFacts, FoundFolder

_MAGIC = b"workbench folder memory 1 %d.%d\n" % sys.version_info[:2]
_AT_ONCE = 2_000  # few enough that no other thread waits long
_ABANDONED = 600.0  # seconds
_SMALL = 65536  # bytes
_KEPT = 4
_SMALL_PART = 0.2  # of the folder; a larger change is a reason to write all of it

_WORTH_AN_INDEX = 1_000  # files

Identity = tuple[int, ...]
_Head = tuple[Any, ...]


class Index(NamedTuple):
    """A list of the files outside of this one, by which they can be compared fast.

    Attributes:
        identity: What tells that it is still the same.
        left: Files that it does not tell about, or tells something old.
    """

    identity: Identity
    left: set[str]

    def without(self, paths: Iterable[str]) -> "Index":
        """Return the same without what it tells about some files."""
        return Index(self.identity, self.left.union(paths))


MakeIndex = Callable[[Memory], Index]


class _Part(NamedTuple):
    name: bytes
    before: bytes
    head: _Head | None
    files: dict[str, Known | None]
    listed: dict[str, tuple[Any, ...] | None]
    by_index: Index | None


class MemoryFile:
    """The memory of one folder in its file.

    Attributes:
        memory: What is known.
        index: The index of its files, if there is one.
    """

    # Those that were read or written in this process last, and what tells that they are the same.
    _latest: ClassVar["OrderedDict[Path, tuple[Identity, MemoryFile]]"] = OrderedDict()

    def __init__(self, file: Path, index: MakeIndex | None = None) -> None:
        self._file = file
        self._make_index = index
        self.index: Index | None = None
        self.memory = self._saved = Memory()
        self._files: set[str] | None = set()  # what is not in the file yet; None: everything
        self._listed: set[str] = set()
        self._last = b""  # name of the last part that fits
        self._end = 0  # where that part ends
        self._base = 0  # where the parts that hold everything end

    @classmethod
    def load(cls, file: Path, index: MakeIndex | None = None) -> "MemoryFile":
        """Return what is stored in a file; nothing if it is missing or damaged.

        Args:
            file: The file.
            index: Makes an index of all files.
        """
        latest = cls._latest.get(file)
        try:
            identity = _identity(file)
            if latest is not None and latest[0] == identity:
                return latest[1]._copy(index)
            loaded = cls(file, index)
            loaded._read(file.read_bytes())
            loaded._keep_copy(identity)
        except (OSError, ValueError, EOFError, TypeError, LookupError, zlib.error):
            return cls(file, index)
        return loaded

    def take(
        self, memory: Memory, files: Iterable[str] | None = None, listed: Iterable[str] = ()
    ) -> None:
        """Have a new memory in place of the one before.

        Args:
            memory: The new one.
            files: Paths of files in which it differs; ``None`` if that is not known.
            listed: Paths of folders in which it differs.
        """
        self.memory = memory
        if files is None or self._files is None:
            self._files = None
            return
        new = set(files)
        self._files |= new
        self._listed.update(listed)
        if self.index is not None:
            self.index = self.index.without(new)

    def stored(self, mark: str, touched: frozenset[str]) -> None:
        """Note that all that is remembered is stored now.

        Args:
            mark: Names the snapshot that holds it.
            touched: Files for which other times are on record with that snapshot.
        """
        memory = self.memory
        if (memory.commit, memory.touched, memory.same_beside) != (mark, touched, True):
            self.memory = memory.as_of(mark, touched)

    def save(self) -> None:
        """Write what is new to the file.

        Raises:
            OSError: If it cannot be written.
        """
        if self._saved is self.memory:
            return
        if not self._append():
            self._write_all()
        self._saved = self.memory
        self._files, self._listed = set(), set()
        self._keep_copy(_identity(self._file))

    def _keep_copy(self, identity: Identity) -> None:
        latest = MemoryFile._latest
        latest[self._file] = (identity, self._copy(None))
        latest.move_to_end(self._file)
        while len(latest) > _KEPT:
            latest.popitem(last=False)

    def _copy(self, index: MakeIndex | None) -> "MemoryFile":
        copy = MemoryFile(self._file, index)
        copy.index = self.index
        copy.memory = copy._saved = self.memory
        copy._last, copy._end, copy._base = self._last, self._end, self._base
        return copy

    def _append(self) -> bool:
        """Add what changed to the file, if that is little and nobody else wrote to it."""
        memory, changed = self.memory, self._files
        if not self._last or changed is None:
            return False
        if len(changed) + len(self._listed) > _SMALL_PART * len(memory.files) + 10:
            return False
        name = secrets.token_bytes(8)
        files = {path: memory.files.get(path) for path in changed}
        listed = {path: memory.listed.get(path) for path in self._listed}
        plain = {path: each and _plain(each) for path, each in listed.items()}
        part = _part(name, self._last, _head(memory), files, plain)
        if self._end - self._base + len(part) > self._base + _SMALL:
            return False
        with self._file.open("r+b", buffering=0) as file:
            if file.seek(0, os.SEEK_END) != self._end:
                return False
            file.write(part)
        self._last, self._end = name, self._end + len(part)
        return True

    def _write_all(self) -> None:
        temporary = self._file.with_name(f"{self._file.name}.{os.getpid()}.new")
        memory = self.memory
        name = secrets.token_bytes(8)
        is_large = len(memory.files) >= _WORTH_AN_INDEX
        self.index = self._make_index(memory) if self._make_index and is_large else None
        try:
            with temporary.open("wb") as target:
                target.write(_MAGIC)
                for files in _some(memory.files.items()):
                    target.write(_part(name, b"", files=dict(files)))
                for listed in _some(memory.listed.items()):
                    plain = {path: _plain(each) for path, each in listed}
                    target.write(_part(name, b"", listed=plain))
                target.write(_part(name, b"", _head(memory), index=self.index))
                self._end = self._base = target.tell()
            os.replace(temporary, self._file)  # noqa: PTH105 - the name says what it does
        finally:
            temporary.unlink(missing_ok=True)
        self._last = name
        self._remove_abandoned()

    def _read(self, content: bytes) -> None:
        if not content.startswith(_MAGIC):
            raise ValueError("another format")
        files: dict[str, Known] = {}
        listed: dict[str, Listed] = {}
        head: _Head | None = None
        for part, end in _parts(content):
            if head is not None and part.before != self._last:
                break
            _update(files, part.files)
            _update(listed, {path: each and _listed(each) for path, each in part.listed.items()})
            if part.head is None:
                continue
            if head is None:
                self._base, self.index = end, part.by_index
            elif self.index is not None:
                self.index = self.index.without(part.files)
            head, self._last, self._end = part.head, part.name, end
        if head is None:
            raise ValueError("not whole")
        self.memory = self._saved = _memory(head, files, listed)

    def _remove_abandoned(self) -> None:
        """Remove what processes left that died while they wrote."""
        for path in self._file.parent.glob(f"{self._file.name}.*.new"):
            try:
                if path.stat().st_mtime < time.time() - _ABANDONED:
                    path.unlink()
            except FileNotFoundError:
                continue  # its process lives and has just finished


def _identity(file: Path) -> Identity:
    facts = file.stat()
    return facts.st_mtime_ns, facts.st_size, facts.st_ino


def _update(known: dict[str, Any], changes: dict[str, Any]) -> None:
    for path, each in changes.items():
        if each is None:
            known.pop(path, None)
        else:
            known[path] = each


def _some(items: Iterable[tuple[str, Any]]) -> Iterator[list[tuple[str, Any]]]:
    part: list[tuple[str, Any]] = []
    for item in items:
        part.append(item)
        if len(part) == _AT_ONCE:
            yield part
            part = []
    yield part


def _part(
    name: bytes,
    before: bytes,
    head: _Head | None = None,
    files: dict[str, Any] | None = None,
    listed: dict[str, Any] | None = None,
    *,
    index: Index | None = None,
) -> bytes:
    plain = None if index is None else (index.identity, list(index.left))
    packed = marshal.dumps((name, before, head, files or {}, listed or {}, plain))
    return b"%d %d\n" % (len(packed), zlib.crc32(packed)) + packed


def _parts(content: bytes) -> Iterator[tuple[_Part, int]]:
    """Yield the parts and where they end, up to one that is not whole."""
    at = len(_MAGIC)
    while at < len(content):
        end = content.find(b"\n", at, at + 40)
        if end < 0:
            return
        size, check = map(int, content[at:end].split())
        packed = content[end + 1 : end + 1 + size]
        if len(packed) != size or zlib.crc32(packed) != check:
            return
        at = end + 1 + size
        part = _Part(*marshal.loads(packed))  # noqa: S302 - checked above
        if part.by_index is not None:
            identity, left = part.by_index
            part = part._replace(by_index=Index(identity, set(left)))
        yield part, at


def _head(memory: Memory) -> tuple[Any, ...]:
    return (
        memory.key,
        list(memory.restless),
        [(each.path, each.reason.name) for each in memory.changing],
        {path: tuple(facts) for path, facts in memory.rules.items()},
        memory.total,
        memory.commit,
        list(memory.touched),
        memory.same_beside,
    )


def _memory(head: tuple[Any, ...], files: dict[str, Known], listed: dict[str, Listed]) -> Memory:
    key, restless, changing, rules, total, commit, touched, same_beside = head
    return Memory(
        key,
        listed,
        files,
        frozenset(restless),
        tuple(NotCaptured(path, NotCapturedReason[reason]) for path, reason in changing),
        {path: FileFacts(*facts) for path, facts in rules.items()},
        total,
        commit,
        frozenset(touched),
        same_beside,
    )


def _plain(listed: Listed) -> tuple[Any, ...]:
    facts = None if listed.facts is None else tuple(listed.facts)
    return facts, listed.folders, listed.files, [_plain_beside(each) for each in listed.beside]


def _plain_beside(each: FoundFolder | LeftOut | NotCaptured) -> tuple[Any, ...]:
    if isinstance(each, FoundFolder):
        return each.path, each.mode, each.is_empty
    if isinstance(each, LeftOut):
        return each.path, each.rule, each.source
    return each.path, each.reason.name


def _listed(plain: tuple[Any, ...]) -> Listed:
    facts, folders, files, beside = plain
    found = tuple(_beside(each) for each in beside)
    return Listed(None if facts is None else FolderFacts(*facts), folders, files, found)


def _beside(plain: tuple[Any, ...]) -> FoundFolder | LeftOut | NotCaptured:
    if len(plain) == 2:
        return NotCaptured(plain[0], NotCapturedReason[plain[1]])
    if isinstance(plain[1], int):
        return FoundFolder(*plain)
    return LeftOut(*plain)
