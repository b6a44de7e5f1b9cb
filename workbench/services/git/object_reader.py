"""Reads objects of a history repository through git processes that stay open."""

import threading
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import BinaryIO

from workbench.core.errors import NotFoundError, WorkbenchError
from workbench.services.git.hardened import GitCommands, GitProcess

_CHUNK = 1 << 20
_AT_ONCE = 400  # so many questions and answers fit into the pipes at once


@dataclass(frozen=True, slots=True)
class ObjectInfo:
    """Id, type and size of an object."""

    object_id: str
    type: str
    size: int


class ObjectReader:
    """Reads objects by id or name. Usable from several threads, one at a time."""

    def __init__(self, commands: GitCommands) -> None:
        self._commands = commands
        self._lock = threading.Lock()
        self._processes: dict[str, GitProcess] = {}

    def info(self, names: Sequence[str]) -> list[ObjectInfo | None]:
        """Return what each object is, ``None`` for those that are not there.

        Raises:
            WorkbenchError: If the repository cannot be read.
        """
        with self._lock:
            found: list[ObjectInfo | None] = []
            for start in range(0, len(names), _AT_ONCE):
                found += self._ask(names[start : start + _AT_ONCE])
            return found

    def read(self, name: str) -> bytes:
        """Return the content of an object.

        Raises:
            NotFoundError: If it is not there.
            WorkbenchError: If the repository cannot be read.
        """
        return b"".join(self._chunks(name))

    def copy(self, name: str, target: BinaryIO) -> None:
        """Write the content of an object to a file, a little at a time.

        Raises:
            NotFoundError: If it is not there.
            WorkbenchError: If the repository cannot be read.
            OSError: If the target cannot be written.
        """
        with closing(self._chunks(name)) as chunks:
            target.writelines(chunks)

    def _chunks(self, name: str) -> Generator[bytes, None, None]:
        """Yield the content of an object in pieces of at most 1 MiB."""
        with self._lock:
            process, first = self._request(name)
            if first is None:
                raise NotFoundError("The snapshot isn't complete", f"{name} is missing.")
            left = first.size
            try:
                while left:
                    chunk = self._next_chunk(process, min(left, _CHUNK))
                    left -= len(chunk)
                    yield chunk
                process.stdout.read(1)
            except BaseException:
                # whatever is left of this object in the pipe must not be taken for the next one
                self._drop("--batch")
                raise

    def _next_chunk(self, process: GitProcess, size: int) -> bytes:
        chunk = process.stdout.read(size)
        if not chunk:
            raise self._damaged(process)
        return chunk

    def close(self) -> None:
        """End the git processes. They start again when something is read."""
        with self._lock:
            for mode in list(self._processes):
                self._drop(mode)

    def _request(self, name: str) -> tuple[GitProcess, ObjectInfo | None]:
        for last in (False, True):
            process = self._process("--batch")
            try:
                process.stdin.write(name.encode() + b"\n")
                process.stdin.flush()
                line = process.stdout.readline()
            except BrokenPipeError:
                line = b""
            if line:
                return process, _parse(line)
            if last:
                raise self._damaged(process)
            self._drop("--batch")  # it was ended from outside: once more with a new one
        raise AssertionError("unreachable")

    def _ask(self, names: Sequence[str]) -> list[ObjectInfo | None]:
        for last in (False, True):
            process = self._process("--batch-check")
            try:
                process.stdin.write("".join(f"{name}\n" for name in names).encode())
                process.stdin.flush()
                lines = [process.stdout.readline() for _ in names]
            except BrokenPipeError:
                lines = [b""]
            if all(lines):
                return [_parse(line) for line in lines]
            if last:
                raise self._damaged(process)
            self._drop("--batch-check")
        raise AssertionError("unreachable")

    def _process(self, mode: str) -> GitProcess:
        if mode not in self._processes:
            self._processes[mode] = self._commands.start(["cat-file", mode])
        return self._processes[mode]

    def _drop(self, mode: str) -> None:
        process = self._processes.pop(mode, None)
        if process is not None:
            process.stop()

    def _damaged(self, process: GitProcess) -> WorkbenchError:
        failure = process.failure()
        self._processes = {m: p for m, p in self._processes.items() if p is not process}
        return WorkbenchError(
            "The history of this project can't be read",
            "Nothing was changed.",
            details=failure.details,
        )


def _parse(line: bytes) -> ObjectInfo | None:
    words = line.split()
    if len(words) != 3 or words[-1] in {b"missing", b"ambiguous"}:
        return None
    return ObjectInfo(words[0].decode(), words[1].decode(), int(words[2]))
