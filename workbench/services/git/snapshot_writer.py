"""Writes the objects of one snapshot through one ``git fast-import``.

The bytes are the ones that we read: git neither opens the files nor changes them. Nothing refers
to what was written before the caller moves the branch.
"""

import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Protocol

from workbench.core.errors import WorkbenchError
from workbench.core.progress import CancelToken
from workbench.core.snapshot import TreeEntry
from workbench.services.cancelable import stopped_if
from workbench.services.git.hardened import Completed, GitCommands, GitFailedError, GitProcess

_BRANCH = b"refs/workbench/unfinished"
_EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"  # git knows it without storing it
_ZEROS = bytes(1 << 20)
_LOOSE_LIMIT = 100
_LOOSE_BYTES = 32 << 20


class BlobStream(Protocol):
    """Takes the content of one large file piece by piece."""

    def write(self, chunk: bytes) -> None:
        """Take the next bytes."""


class SnapshotWriter:
    """One ``git fast-import``; call :meth:`commit` or :meth:`abandon` at the end."""

    def __init__(
        self,
        commands: GitCommands,
        lock: int,
        *,
        count: int,
        size: int,
        cancel: CancelToken | None = None,
    ) -> None:
        """Start git.

        Args:
            commands: Git for the history repository.
            lock: Descriptor of the repository's lock, kept by git until it ends.
            count: About how many files will be stored.
            size: About how many bytes they have.
            cancel: Asked while git finishes.
        """
        self._commands = commands
        self._lock = lock
        self._cancel = cancel
        # Few and small: single objects. Otherwise one pack, which is written once and not twice.
        loose = count < _LOOSE_LIMIT and size < _LOOSE_BYTES
        self._arguments = [
            "-c",
            f"fastimport.unpackLimit={_LOOSE_LIMIT if loose else 1}",
            "fast-import",
            "--quiet",
            "--done",
            "--depth=0",
            "--date-format=raw",
        ]
        self._process: GitProcess = commands.start(self._arguments, keep_open=[lock])

    def add(self, data: bytes) -> None:
        """Store the content of a file.

        Raises:
            GitFailedError: If git cannot go on, for example because the disk is full.
        """
        if len(data) < 65536:
            self._send(b"blob\ndata %d\n%b\n" % (len(data), data))
            return
        self._send(b"blob\ndata %d\n" % len(data))
        self._send(data)
        self._send(b"\n")

    @contextmanager
    def stream(self, size: int) -> Iterator[BlobStream]:
        """Store a file of this size piece by piece; what is missing at the end becomes zeros.

        Raises:
            GitFailedError: If git cannot go on.
        """
        self._send(b"blob\ndata %d\n" % size)
        part = _Part(self, size)
        try:
            yield part
        except WorkbenchError:
            raise  # canceled, or git failed: nobody goes on with this writer
        except BaseException:
            part.fill()
            raise
        part.fill()
        self._send(b"\n")

    def commit(
        self,
        parent: str,
        message: str,
        when: datetime,
        deleted: Iterable[str],
        changed: Sequence[TreeEntry],
        *,
        from_nothing: bool = False,
    ) -> str:
        """Store trees and a commit, end git, and return the commit's id. All of it is durable then.

        Args:
            parent: The commit before.
            message: What the commit says.
            when: Its time.
            deleted: Paths of the commit before that are gone.
            changed: What is new or different.
            from_nothing: ``changed`` is all there is; the tree of the commit before is not read.

        Raises:
            CanceledError: If canceled.
            GitFailedError: If anything could not be stored, or git said anything at all.
        """
        deleted = list(deleted)
        with stopped_if(self._cancel, self._process.kill, "Saving the snapshot"):
            self._send_commit(parent, message, when, from_nothing=from_nothing)
            for path in deleted:
                self._send(b"D %b\n" % _quoted(path))
            for entry in changed:
                self._send(
                    b"M %o %b %b\n" % (entry.mode, entry.object_id.encode(), _quoted(entry.path))
                )
            self._send(b"\nget-mark :1\nreset %b\n\ndone\n" % _BRANCH)
            done = self._end()
        commit = done.stdout.decode().strip()
        self._verify(_EMPTY_TREE if from_nothing else parent, commit, set(deleted), changed)
        return commit

    def _send_commit(
        self, parent: str, message: str, when: datetime, *, from_nothing: bool
    ) -> None:
        text = message.encode("utf-8", "replace")
        author = b"Workbench <workbench@localhost> %d +0000" % int(when.timestamp())
        self._send(
            b"commit %b\nmark :1\nauthor %b\ncommitter %b\ndata %d\n%b\n%b %b\n"
            % (
                _BRANCH,
                author,
                author,
                len(text),
                text,
                # a first "merge" makes a parent too, but starts without its files
                b"merge" if from_nothing else b"from",
                parent.encode(),
            )
        )

    def abandon(self) -> None:
        """End git without a commit. Files already stored stay unused until maintenance."""
        self._process.stop()

    def _end(self) -> Completed:
        try:
            self._process.stdin.flush()
        except BrokenPipeError:
            raise self._process.failure() from None
        done = self._process.finish()
        if done.code != 0 or done.stderr.strip():
            raise GitFailedError(self._arguments[2:], done.code, done.stderr)
        return done

    def _verify(
        self, before: str, commit: str, deleted: set[str], changed: Sequence[TreeEntry]
    ) -> None:
        """Have git itself say that the commit holds exactly what it should."""
        arguments = ["diff-tree", "-r", "-z", "--raw", "--no-renames", "--no-abbrev"]
        done = self._commands.run([*arguments, before, commit], keep_open=[self._lock])
        words = done.stdout.split(b"\0")
        stored: dict[str, tuple[int, str] | None] = {}
        for fact, path in zip(words[::2], words[1::2], strict=False):
            _, mode, _, object_id, status = fact[1:].split()
            gone = status == b"D"
            stored[os.fsdecode(path)] = None if gone else (int(mode, 8), object_id.decode())
        wanted: dict[str, tuple[int, str] | None] = dict.fromkeys(deleted)
        wanted |= {entry.path: (entry.mode, entry.object_id) for entry in changed}
        if stored != wanted or done.stderr.strip():
            raise GitFailedError(arguments, 0, f"the commit isn't complete\n{done.stderr}")

    def _send(self, data: bytes) -> None:
        try:
            self._process.stdin.write(data)
        except (BrokenPipeError, ValueError):
            raise self._process.failure() from None


class _Part:
    """Takes the pieces of one file and counts them."""

    def __init__(self, writer: SnapshotWriter, size: int) -> None:
        self._writer = writer
        self._left = size

    def write(self, chunk: bytes) -> None:
        """Take the next bytes; more than announced are ignored."""
        part = chunk[: self._left] if len(chunk) > self._left else chunk
        self._left -= len(part)
        self._writer._send(part)

    def fill(self) -> None:
        """Send zeros for what did not come."""
        while self._left:
            self.write(_ZEROS)


def blob_id(data: bytes) -> str:
    """Return git's id of a file with this content."""
    digest = hashlib.sha1(b"blob %d\0" % len(data), usedforsecurity=False)
    digest.update(data)
    return digest.hexdigest()


def _quoted(path: str) -> bytes:
    raw = os.fsencode(path)
    escaped = raw.replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n")
    return b'"%b"' % escaped
