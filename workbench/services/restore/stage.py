"""Writing the new files beside the places they belong, before anything in place is changed."""

import io
import os
from collections.abc import Callable, Container
from typing import BinaryIO, Protocol

from workbench.core.errors import WorkbenchError
from workbench.core.snapshot import MODE_SYMLINK, TreeEntry
from workbench.services.restore.durability import few, sync_file_system, sync_folders
from workbench.services.restore.journal import Journal
from workbench.services.restore.project_tree import ProjectTree
from workbench.services.restore.steps import PREFIX, FileStep

_HOLE = 1 << 15


class Blobs(Protocol):
    """Where the content of stored files comes from."""

    def copy_blob(self, object_id: str, target: BinaryIO) -> object:
        """Write a blob's bytes to ``target`` with bounded memory."""
        ...


class _SparseFile(io.FileIO):
    """A new file in which blocks of zeros take no space on the disk."""

    def __init__(self, descriptor: int) -> None:
        super().__init__(descriptor, "wb", closefd=False)

    def write(self, data: "bytes | bytearray | memoryview", /) -> int:  # type: ignore[override]
        block = bytes(data)
        if len(block) >= _HOLE and not block.strip(b"\0"):
            self.seek(len(block), os.SEEK_CUR)
            return len(block)
        written = 0
        while written < len(block):
            written += super().write(block[written:])
        return written


def new_path(operation_id: str, index: int, step: FileStep) -> str:
    """Return where the new content of a file waits."""
    return _beside(step.place, f"{PREFIX}{operation_id}-{index}.new")


def old_path(operation_id: str, index: int, step: FileStep) -> str:
    """Return where the replaced or removed file is kept until the restore is verified."""
    return _beside(step.place, f"{PREFIX}{operation_id}-{index}.old")


def is_ours(path: str) -> bool:
    """Whether this is the path of a temporary file of a restore."""
    return path.rpartition("/")[2].startswith(PREFIX) and path.endswith((".new", ".old"))


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
    files = enumerate(journal.steps.files)
    writes = [
        (index, step, step.after)
        for index, step in files
        if step.after and (only is None or index in only)
    ]
    one_by_one = few(len(writes))
    for done, (index, step, entry) in enumerate(writes, start=1):
        path = new_path(journal.head.id, index, step)
        tree.remove(path)
        if entry.mode == MODE_SYMLINK:
            text = io.BytesIO()
            blobs.copy_blob(entry.object_id, text)
            tree.make_link(path, text.getvalue(), step.modified)
        else:
            with tree.created(path) as descriptor:
                _fill(descriptor, blobs, step, entry, sync=one_by_one)
        if tree.identity(path) != (entry.mode, entry.object_id):
            raise WorkbenchError(
                "The snapshot is damaged", f"{step.path} isn't stored as it was saved."
            )
        on_file(done)
    if not one_by_one:
        with tree.folder("") as descriptor:
            sync_file_system(descriptor)
    sync_folders(tree, {step.place for _, step, _ in writes})


def unstage(tree: ProjectTree, journal: Journal) -> None:
    """Remove everything :func:`stage` wrote that was not put in place."""
    for index, step in enumerate(journal.steps.files):
        if step.after:
            tree.remove(new_path(journal.head.id, index, step))


def _fill(descriptor: int, blobs: Blobs, step: FileStep, entry: TreeEntry, *, sync: bool) -> None:
    with _SparseFile(descriptor) as stream:
        blobs.copy_blob(entry.object_id, stream)
        stream.truncate(entry.size)
    os.fchmod(descriptor, step.mode)
    if step.modified is not None:
        os.utime(descriptor, ns=(step.modified, step.modified))
    if sync:
        os.fsync(descriptor)


def _beside(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name
