"""A project folder whose paths are reached without following any symlink."""

import errno
import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from workbench.core.errors import WorkbenchError
from workbench.core.folder_paths import ancestors, parent_of
from workbench.core.snapshot import MODE_EXECUTABLE, MODE_FILE, MODE_SYMLINK
from workbench.services.restore.system_calls import (
    EXCHANGE,
    NO_REPLACE,
    rename_with,
    time_of_birth,
)

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_CHUNK = 1 << 20
_KEPT_OPEN = 16
_NO_LINKS = {errno.EPERM, errno.EACCES, errno.ENOTSUP, errno.EMLINK, errno.EXDEV, errno.ENOSYS}


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


class ProjectTree:
    """File operations below one folder. Every path is relative to it, with ``/``.

    Each folder of a path is opened by descriptor and may not be a symlink, so that nothing outside
    the project can be reached even if somebody swaps a folder for a link meanwhile. The folders
    used last stay open. For one thread at a time.
    """

    def __init__(self, folder: Path) -> None:
        self._root = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        self._open: dict[str, int] = {}  # the one used last is at the end

    def close(self) -> None:
        """Release the descriptors."""
        self.forget()
        os.close(self._root)

    def forget(self, path: str = "") -> None:
        """Look at a folder and all below it afresh next time; ``""`` for every folder."""
        below = f"{path}/"
        for known in list(self._open):
            if not path or known == path or known.startswith(below):
                os.close(self._open.pop(known))

    def folder(self, path: str) -> nullcontext[int]:
        """Give a descriptor of a folder, to be used at once; ``""`` is the project folder.

        Raises:
            OSError: If a part is missing, is no folder or is a symlink.
        """
        return nullcontext(self._descriptor(path) if path else self._root)

    def _descriptor(self, path: str) -> int:
        descriptor = self._open.pop(path, -1)
        if descriptor < 0:
            descriptor = self._opened_folder(path)
        self._open[path] = descriptor
        if len(self._open) > _KEPT_OPEN:
            os.close(self._open.pop(next(iter(self._open))))
        return descriptor

    def _opened_folder(self, path: str) -> int:
        names = split_path(path)
        start, base = 0, self._root
        for level, folder in enumerate(ancestors(path), start=1):
            if folder in self._open:
                start, base = len(names) - level, self._open[folder]
                break
        descriptor = os.dup(base)
        try:
            for name in names[start:]:
                following = os.open(name, _FOLDER, dir_fd=descriptor)
                os.close(descriptor)
                descriptor = following
        except BaseException:
            os.close(descriptor)
            raise
        return descriptor

    def parent(self, path: str) -> nullcontext[tuple[int, str]]:
        """Give a descriptor of the folder of a path, and the last name."""
        name = split_path(path)[-1]
        folder = parent_of(path)
        return nullcontext((self._descriptor(folder) if folder else self._root, name))

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

    def birth(self) -> tuple[int, int, int]:
        """Return device, inode and time of birth (0 if unknown) of the project folder."""
        found = os.fstat(self._root)
        return found.st_dev, found.st_ino, time_of_birth(self._root)

    def can_unlock(self, folder: str) -> bool:
        """Whether this user owns the folder and may change its permissions."""
        found = self.stat(folder)
        return found is not None and found.st_uid == os.geteuid()

    def can_change(self, folder: str) -> bool:
        """Whether entries of this folder may be made, replaced and removed by this user."""
        with self.folder(folder) as descriptor:
            return os.access(".", os.W_OK | os.X_OK, dir_fd=descriptor, effective_ids=True)

    def names(self, folder: str) -> list[str]:
        """Return the sorted names in a folder."""
        with self.folder(folder) as descriptor, os.scandir(descriptor) as entries:
            return sorted(entry.name for entry in entries)

    def rename(self, source: str, target: str) -> None:
        """Move, replacing a file at the target."""
        self._moved(source, target)
        with self.parent(source) as (here, name), self.parent(target) as (there, new):
            os.rename(name, new, src_dir_fd=here, dst_dir_fd=there)

    def exchange(self, first: str, second: str) -> bool:
        """Let two files change their places in one step.

        Returns:
            False if this disk cannot do that; then nothing was changed.

        Raises:
            FileNotFoundError: If one of them is not there.
        """
        self._moved(first, second)
        with self.parent(first) as (here, name), self.parent(second) as (there, new):
            return rename_with(here, name, there, new, EXCHANGE)

    def place(self, source: str, target: str) -> None:
        """Move a file to a place that is free.

        Raises:
            FileExistsError: If it is not free.
        """
        self._moved(source, target)
        with self.parent(source) as (here, name), self.parent(target) as (there, new):
            if rename_with(here, name, there, new, NO_REPLACE):
                return
            try:
                os.link(name, new, src_dir_fd=here, dst_dir_fd=there, follow_symlinks=False)
            except OSError as error:
                if error.errno not in _NO_LINKS:
                    raise
            else:
                os.unlink(name, dir_fd=here)
                return
            if self.stat(target) is not None:
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), target)
            os.rename(name, new, src_dir_fd=here, dst_dir_fd=there)

    def rename_out(self, source: str, folder: int, name: str) -> None:
        """Move out of the project, to a free name in another folder."""
        self._moved(source)
        with self.parent(source) as (here, old):
            os.rename(old, name, src_dir_fd=here, dst_dir_fd=folder)

    def _moved(self, *paths: str) -> None:
        for path in paths:
            self.forget(path)

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
        self.forget(path)
        try:
            with self.parent(path) as (descriptor, name):
                os.rmdir(name, dir_fd=descriptor)
        except (FileNotFoundError, NotADirectoryError):
            return

    def set_mode(self, path: str, mode: int) -> None:
        """Set the permissions of a file or folder."""
        if not path:
            os.fchmod(self._root, mode)
            return
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
            return MODE_SYMLINK, blob_digest(len(text), text).hexdigest()
        if not stat.S_ISREG(found.st_mode):
            return None
        with self.opened(path) as descriptor:
            digest = blob_digest(os.fstat(descriptor).st_size)
            while chunk := os.read(descriptor, _CHUNK):
                digest.update(chunk)
            mode = MODE_EXECUTABLE if found.st_mode & stat.S_IXUSR else MODE_FILE
            return mode, digest.hexdigest()


def blob_digest(size: int, data: bytes = b"") -> "hashlib._Hash":
    """Return the beginning of the id of a stored file of this size, and of its first bytes."""
    return hashlib.sha1(b"blob %d\0" % size + data, usedforsecurity=False)
