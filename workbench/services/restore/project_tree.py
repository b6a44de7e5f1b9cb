"""A project folder whose paths are reached without following any symlink."""

import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from workbench.core.errors import WorkbenchError
from workbench.core.snapshot import MODE_EXECUTABLE, MODE_FILE, MODE_SYMLINK

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_CHUNK = 1 << 20


class UnsafePathError(WorkbenchError):
    """A path of a snapshot would leave the project folder or reach into a Git repository."""


def split_path(path: str) -> list[str]:
    """Return the names of a path.

    Raises:
        UnsafePathError: If the path is absolute, climbs up, or leads into a ``.git``.
    """
    names = path.split("/")
    if any(name in {"", ".", "..", ".git"} or "\0" in name for name in names):
        raise UnsafePathError(
            "This snapshot can't be restored",
            f"It holds the path {path!r}, which is not a file of the project. Nothing was changed.",
        )
    return names


def parent_of(path: str) -> str:
    """Return the folder of a path; empty for the project folder itself."""
    return path.rpartition("/")[0]


def ancestors(path: str) -> Iterator[str]:
    """Yield the folders above a path, nearest first, without the project folder itself."""
    folder = parent_of(path)
    while folder:
        yield folder
        folder = parent_of(folder)


class ProjectTree:
    """File operations below one folder. Every path is relative to it, with ``/``.

    Each folder of a path is opened by descriptor and may not be a symlink, so that nothing outside
    the project can be reached even if somebody swaps a folder for a link meanwhile.
    """

    def __init__(self, folder: Path) -> None:
        self._root = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)

    def close(self) -> None:
        """Release the descriptor of the folder."""
        os.close(self._root)

    @contextmanager
    def folder(self, path: str) -> Iterator[int]:
        """Give a descriptor of a folder; ``""`` is the project folder.

        Raises:
            OSError: If a part is missing, is no folder or is a symlink.
        """
        descriptor = os.dup(self._root)
        try:
            for name in split_path(path) if path else ():
                following = os.open(name, _FOLDER, dir_fd=descriptor)
                os.close(descriptor)
                descriptor = following
            yield descriptor
        finally:
            os.close(descriptor)

    @contextmanager
    def parent(self, path: str) -> Iterator[tuple[int, str]]:
        """Give a descriptor of the folder of a path, and the last name."""
        name = split_path(path)[-1]
        with self.folder(parent_of(path)) as descriptor:
            yield descriptor, name

    def stat(self, path: str) -> os.stat_result | None:
        """Return the path's own status (never of a link's target), ``None`` if it is not there."""
        try:
            if not path:
                return os.fstat(self._root)
            with self.parent(path) as (descriptor, name):
                return os.stat(name, dir_fd=descriptor, follow_symlinks=False)
        except (FileNotFoundError, NotADirectoryError):
            return None

    def is_folder(self, path: str) -> bool:
        """Whether the path is a real folder."""
        found = self.stat(path)
        return found is not None and stat.S_ISDIR(found.st_mode)

    def holds_folder(self, folder: str, name: str) -> bool:
        """Whether a folder holds a real folder of this name, which may be ``.git``."""
        try:
            with self.folder(folder) as descriptor:
                found = os.stat(name, dir_fd=descriptor, follow_symlinks=False)
        except (FileNotFoundError, NotADirectoryError):
            return False
        return stat.S_ISDIR(found.st_mode)

    def can_change(self, folder: str) -> bool:
        """Whether entries of this folder may be made, replaced and removed by this user."""
        with self.folder(folder) as descriptor:
            return os.access(".", os.W_OK | os.X_OK, dir_fd=descriptor, effective_ids=True)

    def names(self, folder: str) -> list[str]:
        """Return the sorted names in a folder."""
        with self.folder(folder) as descriptor, os.scandir(descriptor) as entries:
            return sorted(entry.name for entry in entries)

    def link(self, source: str, target: str) -> None:
        """Give the file or symlink a second name."""
        with self.parent(source) as (here, name), self.parent(target) as (there, new):
            os.link(name, new, src_dir_fd=here, dst_dir_fd=there, follow_symlinks=False)

    def rename(self, source: str, target: str) -> None:
        """Move, replacing a file at the target."""
        with self.parent(source) as (here, name), self.parent(target) as (there, new):
            os.rename(name, new, src_dir_fd=here, dst_dir_fd=there)

    def rename_out(self, source: str, target: Path) -> None:
        """Move out of the project, to a path that must not exist yet."""
        with self.parent(source) as (here, name):
            os.rename(name, target, src_dir_fd=here)

    def remove(self, path: str) -> None:
        """Remove a file or symlink; nothing happens if it is not there."""
        try:
            with self.parent(path) as (descriptor, name):
                os.unlink(name, dir_fd=descriptor)
        except (FileNotFoundError, NotADirectoryError):
            return

    def make_folder(self, path: str, mode: int) -> None:
        """Make a folder with exactly these permissions; an existing one stays as it is."""
        with self.parent(path) as (descriptor, name):
            try:
                os.mkdir(name, dir_fd=descriptor)
            except FileExistsError:
                if not self.is_folder(path):
                    raise
                return
        self.set_mode(path, mode)

    def remove_folder(self, path: str) -> None:
        """Remove an empty folder; nothing happens if it is not there.

        Raises:
            OSError: If it is not empty or cannot be removed.
        """
        try:
            with self.parent(path) as (descriptor, name):
                os.rmdir(name, dir_fd=descriptor)
        except (FileNotFoundError, NotADirectoryError):
            return

    def set_mode(self, path: str, mode: int) -> None:
        """Set the permissions of a file or folder."""
        with self.opened(path) as descriptor:
            os.fchmod(descriptor, mode)

    @contextmanager
    def opened(self, path: str) -> Iterator[int]:
        """Give a descriptor to read a file or folder; never through a symlink, never blocking."""
        with self.parent(path) as (folder, name):
            descriptor = os.open(name, _READ, dir_fd=folder)
        try:
            yield descriptor
        finally:
            os.close(descriptor)

    @contextmanager
    def created(self, path: str) -> Iterator[int]:
        """Give a descriptor to write a new file that only this user may read yet."""
        with self.parent(path) as (folder, name):
            descriptor = os.open(name, _CREATE, 0o600, dir_fd=folder)
        try:
            yield descriptor
        finally:
            os.close(descriptor)

    def make_link(self, path: str, text: bytes, modified: int | None) -> None:
        """Make a symlink; ``modified`` is its time in nanoseconds, ``None`` for now."""
        with self.parent(path) as (folder, name):
            os.symlink(text, os.fsencode(name), dir_fd=folder)
            if modified is not None:
                os.utime(name, ns=(modified, modified), dir_fd=folder, follow_symlinks=False)

    def read_link(self, path: str) -> bytes:
        """Return the text of a symlink."""
        with self.parent(path) as (folder, name):
            return os.readlink(os.fsencode(name), dir_fd=folder)

    def sync_folder(self, path: str) -> None:
        """Make the names in a folder durable; a folder that is gone needs nothing."""
        try:
            with self.folder(path) as descriptor:
                os.fsync(descriptor)
        except (FileNotFoundError, NotADirectoryError):
            return

    def identity(self, path: str) -> tuple[int, str] | None:
        """Return the mode and blob id a snapshot would store, ``None`` for anything else."""
        found = self.stat(path)
        if found is None:
            return None
        if stat.S_ISLNK(found.st_mode):
            text = self.read_link(path)
            return MODE_SYMLINK, _blob(len(text), [text])
        if not stat.S_ISREG(found.st_mode):
            return None
        with self.opened(path) as descriptor:
            size = os.fstat(descriptor).st_size
            chunks = iter(lambda: os.read(descriptor, _CHUNK), b"")
            mode = MODE_EXECUTABLE if found.st_mode & stat.S_IXUSR else MODE_FILE
            return mode, _blob(size, chunks)


def _blob(size: int, chunks: "Iterator[bytes] | list[bytes]") -> str:
    digest = hashlib.sha1(b"blob %d\0" % size, usedforsecurity=False)
    for chunk in chunks:
        digest.update(chunk)
    return digest.hexdigest()
