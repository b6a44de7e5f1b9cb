"""Writes the objects of one snapshot in git's own form, without starting git.

The bytes are the ones that we read. Few and small contents become single objects, many or large
ones packs. Nothing refers to what was written before the caller moves the branch.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Protocol

from workbench.core.errors import WorkbenchError
from workbench.core.progress import CancelToken
from workbench.services.cancelable import wait_for
from workbench.services.git.durable import SyncPool
from workbench.services.git.loose_objects import LooseWriter, object_id_of
from workbench.services.git.pack_writer import BlobPart, PackWriter
from workbench.services.git.trees import MadeTrees

_LOOSE_LIMIT = 100
_LOOSE_BYTES = 32 << 20


def _nothing() -> None:
    """Nothing is to be done meanwhile."""


class BlobStream(Protocol):
    """Takes the content of one large file piece by piece."""

    object_id: str
    """Known when all was given."""

    def write(self, chunk: bytes) -> None:
        """Take the next bytes."""


class CannotStoreError(WorkbenchError):
    """Something could not be written to the history."""


class SnapshotWriter:
    """The new objects of one snapshot; call :meth:`finish` or :meth:`abandon` at the end.

    Contents may come from several threads.
    """

    def __init__(self, git_dir: Path, disk: SyncPool, *, count: int, size: int) -> None:
        """Prepare to write.

        Args:
            git_dir: The history repository.
            disk: Has files reach the disk.
            count: About how many files will be stored.
            size: About how many bytes they have.
        """
        self._packs = git_dir / "objects" / "pack"
        self._loose = LooseWriter(git_dir / "objects", disk)
        self._is_bulk = count >= _LOOSE_LIMIT or size >= _LOOSE_BYTES
        self._bulk: PackWriter | None = None
        self._large: list[PackWriter] = []
        self._lock = threading.Lock()

    def add(self, object_id: str, data: bytes, kind: str = "blob") -> None:
        """Store an object.

        Raises:
            CannotStoreError: If it cannot be written, for example because the disk is full.
        """
        with _storing():
            if not self._is_bulk:
                self._loose.add(kind, object_id, data)
                return
            with self._lock:
                if self._bulk is None:
                    self._bulk = PackWriter(self._packs)
                bulk = self._bulk
            bulk.add(kind, object_id, data)

    @contextmanager
    def stream(self, size: int) -> Iterator[BlobStream]:
        """Store a file of this size piece by piece; if the block fails nothing of it is kept.

        Raises:
            CannotStoreError: If it cannot be written; also by the stream itself.
        """
        with _storing():
            large = PackWriter(self._packs)
        try:
            with _storing():
                part = large.begin(size)
            stream = _Stream(part)
            yield stream
            with _storing():
                large.add_part(part)
            stream.object_id = part.object_id
        except BaseException:
            large.abandon()
            raise
        with self._lock:
            self._large.append(large)

    def add_trees(self, trees: MadeTrees) -> None:
        """Store the new trees of a folder.

        Raises:
            CannotStoreError: If they cannot be written.
        """
        for tree, data in trees.new.items():
            self.add(tree, data, "tree")

    def add_commit(self, tree: str, parent: str, message: str, when: datetime) -> str:
        """Store a commit; return its id.

        Raises:
            CannotStoreError: If it cannot be written.
        """
        author = f"Workbench <workbench@localhost> {int(when.timestamp())} +0000"
        text = (
            f"tree {tree}\nparent {parent}\nauthor {author}\ncommitter {author}\n\n{message}"
        ).encode("utf-8", "replace")
        commit = object_id_of("commit", text)
        with _storing():
            self._loose.add("commit", commit, text)
        return commit

    def finish(
        self,
        cancel: CancelToken | None = None,
        also: Sequence[Path] = (),
        beside: Callable[[], None] = _nothing,
    ) -> list[Path]:
        """Have everything reach the disk, and give it its name.

        Args:
            cancel: Asked while large contents are on their way.
            also: Other files that shall reach the disk too.
            beside: Called while the last objects are on their way.

        Returns:
            The folders that have to reach the disk for all names to be durable.

        Raises:
            CanceledError: If canceled.
            CannotStoreError: If that fails.
        """
        packs = self._packed()
        with _storing():
            for packed in packs:
                wait_for(packed.end, cancel, "Saving the snapshot")
            for packed in packs:
                packed.place()
            self._large.clear()
            self._bulk = None
            return self._loose.finish(also, beside)

    def abandon(self) -> None:
        """Remove what is not finished."""
        for packed in self._packed():
            packed.abandon()
        self._loose.abandon()

    def _packed(self) -> list[PackWriter]:
        return [*self._large, *([self._bulk] if self._bulk else [])]


class _Stream:
    """Passes pieces on to a pack."""

    def __init__(self, part: BlobPart) -> None:
        self.object_id = ""
        self._part = part

    def write(self, chunk: bytes) -> None:
        with _storing():
            self._part.write(chunk)


@contextmanager
def _storing() -> Iterator[None]:
    """Tell what can't be written apart from what can't be read."""
    try:
        yield
    except OSError as exc:
        raise CannotStoreError(
            "The history of this project can't be written",
            "Nothing was changed.",
            details=str(exc),
            retry=True,
        ) from exc


def blob_id(data: bytes) -> str:
    """Return git's id of a file with this content."""
    return object_id_of("blob", data)
