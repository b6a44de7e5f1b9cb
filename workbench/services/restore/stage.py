"""Writing the new files beside the places they belong, before anything in place is changed."""

import io
import os
from collections.abc import Callable, Container, Iterable
from typing import Any, BinaryIO, Protocol

from workbench.core.errors import WorkbenchError
from workbench.core.folder_paths import parent_of
from workbench.core.snapshot import MODE_SYMLINK, TreeEntry
from workbench.services.restore.durability import few, sync_file_system, sync_folders
from workbench.services.restore.journal import Journal
from workbench.services.restore.project_tree import ProjectTree, blob_digest
from workbench.services.restore.steps import PREFIX, FileStep

_HOLE = 1 << 15
_PART = ".part"
Write = tuple[str, TreeEntry, int, int | None]


class Blobs(Protocol):
    """Where the content of stored files comes from."""

    def copy_blob(self, object_id: str, target: BinaryIO) -> object:
        """Write a blob's bytes to ``target`` with bounded memory."""
        ...


class _SparseFile(io.FileIO):
    """A new file in which blocks of zeros take no space on the disk; knows what was written."""

    def __init__(self, descriptor: int, size: int) -> None:
        super().__init__(descriptor, "wb", closefd=False)
        self._digest = blob_digest(size)

    @property
    def blob_id(self) -> str:
        """The id of the bytes so far, if they are as many as announced."""
        return self._digest.hexdigest()

    def write(self, data: Any, /) -> int:
        """Write all of it."""
        block = bytes(data)
        self._digest.update(block)
        if len(block) >= _HOLE and not block.strip(b"\0"):
            self.seek(len(block), os.SEEK_CUR)
            return len(block)
        written = 0
        while written < len(block):
            written += super().write(block[written:])
        return written


class _Digest(io.BytesIO):
    """Takes bytes and keeps nothing but their id."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self._digest = blob_digest(size)

    @property
    def blob_id(self) -> str:
        """The id of the bytes so far, if they are as many as announced."""
        return self._digest.hexdigest()

    def write(self, data: Any, /) -> int:
        """Take some bytes."""
        self._digest.update(data)
        return len(data)

    def writelines(self, lines: Iterable[Any], /) -> None:
        """Take many."""
        for line in lines:
            self.write(line)


def new_path(operation_id: str, index: int, step: FileStep) -> str:
    """Return where the new content of a file waits."""
    return _beside(step.place, f"{PREFIX}{operation_id}-{index}.new")


def old_path(operation_id: str, index: int, step: FileStep) -> str:
    """Return where the replaced or removed file is kept until the restore is verified."""
    return _beside(step.place, f"{PREFIX}{operation_id}-{index}.old")


def is_ours(path: str) -> bool:
    """Whether this is the path of a temporary file of a restore."""
    return path.rpartition("/")[2].startswith(PREFIX) and path.endswith((".new", ".old", _PART))


def check_saved(journal: Journal, blobs: Blobs) -> None:
    """Read back what the safety snapshot holds of every file that is replaced or removed.

    Raises:
        WorkbenchError: If one cannot be read as it was.
    """
    checked: set[str] = set()
    for step in journal.steps.files:
        entry = step.before
        if entry is None or entry.object_id in checked:
            continue
        found = _Digest(entry.size)
        try:
            blobs.copy_blob(entry.object_id, found)
        except WorkbenchError as error:
            raise _damaged_copy(step.path, error.details or str(error)) from error
        if found.blob_id != entry.object_id:
            raise _damaged_copy(step.path, f"{entry.object_id} holds other bytes")
        checked.add(entry.object_id)


def stage(
    tree: ProjectTree,
    journal: Journal,
    blobs: Blobs,
    on_file: Callable[[int], None],
    only: Container[int] | None = None,
) -> None:
    """Write the content of every file that the restore will put in place, durably.

    Args:
        tree: The project folder.
        journal: Says which files.
        blobs: Where their content comes from.
        on_file: Called with the number of files done.
        only: Positions of the files to write; ``None`` for all.

    Raises:
        OSError: If the disk is full, for example.
        WorkbenchError: If the history does not hold what it should.
    """
    writes = [
        (new_path(journal.head.id, index, step), step.after, step.mode, step.modified)
        for index, step in enumerate(journal.steps.files)
        if step.after and (only is None or index in only)
    ]
    _write_all(tree, writes, blobs, on_file, again=only is not None)


def stage_former(tree: ProjectTree, journal: Journal, blobs: Blobs, only: Container[int]) -> None:
    """Write files as they were before, from the safety snapshot, where replaced ones are kept.

    Raises:
        OSError: If the disk is full, for example.
        WorkbenchError: If the history does not hold what it should.
    """
    writes = [
        (old_path(journal.head.id, index, step), step.before, step.old_mode, step.old_modified)
        for index, step in enumerate(journal.steps.files)
        if step.before and index in only
    ]
    _write_all(tree, writes, blobs, lambda _: None, again=True)


def unstage(tree: ProjectTree, journal: Journal) -> None:
    """Remove everything :func:`stage` wrote that was not put in place, and halves of it."""
    for index, step in enumerate(journal.steps.files):
        new, old = (path(journal.head.id, index, step) for path in (new_path, old_path))
        for name in (new, f"{new}{_PART}") if step.after else ():
            tree.remove(name)
        if step.before:
            tree.remove(f"{old}{_PART}")


def _write_all(
    tree: ProjectTree,
    writes: list[Write],
    blobs: Blobs,
    on_file: Callable[[int], None],
    *,
    again: bool,
) -> None:
    one_by_one = few(len(writes))
    for done, (path, entry, mode, modified) in enumerate(writes, start=1):
        # Under its own name there is never half of it: that name says how far the restore is.
        part = f"{path}{_PART}"
        if again:
            tree.remove(part)
        try:
            write_stored(tree, (part, entry, mode, modified), blobs, sync=one_by_one)
        except BaseException:
            tree.remove(part)
            raise
        tree.rename(part, path)
        on_file(done)
    if not one_by_one:
        with tree.folder("") as descriptor:
            sync_file_system(descriptor)
    sync_folders(tree, {parent_of(path) for path, *_ in writes})


def write_stored(tree: ProjectTree, write: Write, blobs: Blobs, *, sync: bool) -> None:
    """Write one file and check that it is what was stored.

    Args:
        tree: The folder.
        write: Where to, what, with which permission bits, and its time in nanoseconds (``None``
            for now).
        blobs: Where its content comes from.
        sync: Whether it is made durable at once.

    Raises:
        OSError: If the disk is full, for example.
        WorkbenchError: If the history does not hold what it should.
    """
    _check_written(write[1], _write(tree, write, blobs, sync=sync))


def _write(tree: ProjectTree, write: Write, blobs: Blobs, *, sync: bool) -> str:
    """Write one file; return the id of what was written."""
    path, entry, mode, modified = write
    if entry.mode == MODE_SYMLINK:
        text = io.BytesIO()
        blobs.copy_blob(entry.object_id, text)
        tree.make_link(path, text.getvalue(), modified)
        return blob_digest(entry.size, text.getvalue()).hexdigest()
    with tree.created(path) as descriptor:
        written = _fill(descriptor, blobs, entry)
        os.fchmod(descriptor, mode)
        if modified is not None:
            os.utime(descriptor, ns=(modified, modified))
        if sync:
            os.fsync(descriptor)
    return written


def _check_written(entry: TreeEntry, written: str) -> None:
    if written != entry.object_id:
        raise WorkbenchError(
            "The snapshot is damaged", f"{entry.path} isn't stored as it was saved."
        )


def _fill(descriptor: int, blobs: Blobs, entry: TreeEntry) -> str:
    """Write a stored file; return the id of what was written."""
    with _SparseFile(descriptor, entry.size) as stream:
        blobs.copy_blob(entry.object_id, stream)
        stream.truncate(entry.size)
        return stream.blob_id


def _damaged_copy(path: str, details: str) -> WorkbenchError:
    return WorkbenchError(
        f"The history holds a damaged copy of {path}",
        "It couldn't be brought back later, so it stays.",
        details=details,
    )


def _beside(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name
