"""Reads objects of a history repository through git processes that stay open."""

import hashlib
import threading
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from workbench.core.errors import NotFoundError, WorkbenchError
from workbench.services.git.hardened import GitCommands, GitProcess
from workbench.services.git.loose_objects import read_loose

_CHUNK = 1 << 20
_AT_ONCE = 400  # so many questions and answers fit into the pipes at once
_KEPT_READERS = 2
_ID_LENGTH = 40


@dataclass(frozen=True, slots=True)
class ObjectInfo:
    """Id, type and size of an object."""

    object_id: str
    type: str
    size: int


class UnreadableObjectError(WorkbenchError):
    """An object is there, but git can't read it."""


class ObjectReader:
    """Reads objects by id or name. Usable from several threads; none waits for another's blob."""

    def __init__(self, commands: GitCommands, objects: Path) -> None:
        self._commands = commands
        self._objects = objects
        self._asking = threading.Lock()
        self._checker: GitProcess | None = None
        self._idle_lock = threading.Lock()
        self._idle: list[GitProcess] = []
        self._round = 0  # readers of an earlier round are not kept

    def info(self, names: Sequence[str]) -> list[ObjectInfo | None]:
        """Return what each object is, ``None`` for those that are not there.

        Only the head of an object is looked at: one that is there may still be unreadable.

        Raises:
            WorkbenchError: If the repository cannot be read.
        """
        found: list[ObjectInfo | None] = []
        for start in range(0, len(names), _AT_ONCE):
            with self._asking:
                found += self._ask(names[start : start + _AT_ONCE])
        return found

    def read(self, name: str) -> bytes:
        """Return the content of an object.

        Raises:
            NotFoundError: If it is not there.
            WorkbenchError: If the repository cannot be read.
        """
        found = read_loose(self._objects, name) if len(name) == _ID_LENGTH else None
        return found[1] if found is not None else b"".join(self._chunks(name))

    def read_many(self, object_ids: Iterable[str]) -> dict[str, bytes]:
        """Return the contents of objects by their ids.

        Raises:
            NotFoundError: If one is not there.
            WorkbenchError: If the repository cannot be read.
        """
        found: dict[str, bytes] = {}
        packed: list[str] = []
        for object_id in object_ids:
            single = read_loose(self._objects, object_id)
            if single is None:
                packed.append(object_id)
            else:
                found[object_id] = single[1]
        for start in range(0, len(packed), _AT_ONCE):
            found.update(self._contents(packed[start : start + _AT_ONCE]))
        return found

    def copy(self, name: str, target: BinaryIO) -> None:
        """Write the content of an object to a file, a little at a time.

        Raises:
            NotFoundError: If it is not there.
            WorkbenchError: If the repository cannot be read.
            OSError: If the target cannot be written.
        """
        with closing(self._chunks(name)) as chunks:
            target.writelines(chunks)

    def is_sound(self, object_id: str) -> bool:
        """Read a blob as a whole and return whether it is the content that its id names.

        Raises:
            WorkbenchError: If git cannot be started.
        """
        chunks = self._chunks(object_id, with_head=True)
        try:
            with closing(chunks):
                digest = hashlib.sha1(usedforsecurity=False)
                for chunk in chunks:
                    digest.update(chunk)
        except (NotFoundError, UnreadableObjectError):
            return False
        return digest.hexdigest() == object_id

    def close(self) -> None:
        """End the git processes. They start again when something is read."""
        with self._asking:
            if self._checker is not None:
                self._checker.stop()
                self._checker = None
        with self._idle_lock:
            idle, self._idle = self._idle, []
            self._round += 1
        for reader in idle:
            reader.stop()

    def _chunks(self, name: str, *, with_head: bool = False) -> Generator[bytes, None, None]:
        """Yield the content of an object in pieces of at most 1 MiB."""
        started, reader, first = self._request([name])
        whole = False
        try:
            if first is None:
                whole = True
                raise _missing(name)
            if with_head:
                yield b"%b %d\0" % (first.type.encode(), first.size)
            yield from _answer(reader, first.size)
            whole = reader.stdout.read(1) == b"\n"
        finally:
            # whatever is left of this object in the pipe must not be taken for the next one
            self._release(reader, started, keep=whole)

    def _contents(self, names: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        """Yield objects with their contents; all are asked for before the first answer comes."""
        started, reader, first = self._request(names)
        whole = False
        try:
            for number, name in enumerate(names):
                info = first if number == 0 else _parse(reader.stdout.readline())
                if info is None:
                    raise _missing(name)
                yield name, b"".join(_answer(reader, info.size))
                if reader.stdout.read(1) != b"\n":
                    raise _unreadable(reader)
            whole = True
        finally:
            self._release(reader, started, keep=whole)

    def _request(self, names: Sequence[str]) -> tuple[int, GitProcess, ObjectInfo | None]:
        """Ask one reader for objects; return when it was taken, itself, and its first words."""
        for last in (False, True):
            with self._idle_lock:
                started = self._round
                reader = self._idle.pop() if self._idle and not last else None
            if reader is None:
                reader = self._commands.start(["cat-file", "--batch"])
            try:
                reader.stdin.write("".join(f"{name}\n" for name in names).encode())
                reader.stdin.flush()
                line = reader.stdout.readline()
            except BrokenPipeError:
                line = b""
            if line:
                return started, reader, _parse(line)
            if last:
                raise _unreadable(reader)
            reader.stop()  # it was ended from outside: once more with a new one
        raise AssertionError("unreachable")

    def _release(self, reader: GitProcess, started: int, *, keep: bool) -> None:
        with self._idle_lock:
            if keep and started == self._round and len(self._idle) < _KEPT_READERS:
                self._idle.append(reader)
                return
        reader.stop()

    def _ask(self, names: Sequence[str]) -> list[ObjectInfo | None]:
        for last in (False, True):
            if self._checker is None:
                self._checker = self._commands.start(["cat-file", "--batch-check"])
            checker = self._checker
            try:
                checker.stdin.write("".join(f"{name}\n" for name in names).encode())
                checker.stdin.flush()
                lines = [checker.stdout.readline() for _ in names]
            except BrokenPipeError:
                lines = [b""]
            if all(lines):
                return [_parse(line) for line in lines]
            self._checker = None
            if last:
                raise _unreadable(checker)
            checker.stop()
        raise AssertionError("unreachable")


def _answer(reader: GitProcess, size: int) -> Iterator[bytes]:
    """Yield the content of the object whose first words were read."""
    left = size
    while left:
        chunk = reader.stdout.read(min(left, _CHUNK))
        if not chunk:
            raise _unreadable(reader)
        left -= len(chunk)
        yield chunk


def _missing(name: str) -> NotFoundError:
    return NotFoundError("The snapshot isn't complete", f"{name} is missing.")


def _unreadable(process: GitProcess) -> WorkbenchError:
    return UnreadableObjectError(
        "The history of this project can't be read",
        "Nothing was changed.",
        details=process.failure().details,
    )


def _parse(line: bytes) -> ObjectInfo | None:
    words = line.split()
    if len(words) != 3 or not words[2].isdigit():
        return None  # "missing", "ambiguous"
    return ObjectInfo(words[0].decode(), words[1].decode(), int(words[2]))
