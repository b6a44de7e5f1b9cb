"""Moving files out of the project folder without ever destroying them.

Everything goes to one flat folder under short names with a number, whatever its path was: no path
is too long and no two are in each other's way. ``index.jsonl`` there tells what was where.
"""

import errno
import json
import os
import stat
from pathlib import Path

from workbench.services.restore.journal import sync_folder
from workbench.services.restore.project_tree import ProjectTree

_INDEX = "index.jsonl"
_PART = ".part"
_CHUNK = 1 << 20
_NAME_BYTES = 100


class Aside:
    """The folder of one operation for what it moves out of the project; made when needed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._last = -1

    def keep(self, tree: ProjectTree, path: str, name: str) -> Path:
        """Move a file, symlink or folder out of the project.

        Args:
            tree: The project folder.
            path: What to move.
            name: Its path as the user knows it.

        Returns:
            Where it is now.

        Raises:
            OSError: If it could not be moved; then it is still where it was.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        new = self._free_name(name)
        self._note(new, name)
        target = ProjectTree(self._folder)
        try:
            with target.folder("") as folder:
                tree.rename_out(path, folder, new)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            _copy_all(tree, path, target, new)
            self.sync()
            _remove_all(tree, path)
        finally:
            target.close()
        return self._folder / new

    def sync(self) -> None:
        """Make durable what was moved here."""
        if self._last < 0:
            return
        with (self._folder / _INDEX).open("ab") as stream:
            os.fsync(stream.fileno())
        sync_folder(self._folder)

    def _free_name(self, name: str) -> str:
        if self._last < 0:
            numbers = (found.name.partition("-")[0] for found in self._folder.iterdir())
            self._last = max((int(text) for text in numbers if text.isdigit()), default=0)
        self._last += 1
        last = os.fsencode(name.rpartition("/")[2])[:_NAME_BYTES]
        return f"{self._last}-{last.decode(errors='ignore')}"

    def _note(self, new: str, name: str) -> None:
        """Note what this will be, before it is moved."""
        with (self._folder / _INDEX).open("ab") as stream:
            stream.write(json.dumps({"name": new, "path": name}).encode() + b"\n")


def _copy_all(tree: ProjectTree, path: str, target: ProjectTree, new: str) -> None:
    """Copy to another disk; under its name there is never half of it."""
    part = f"{new}{_PART}"
    try:
        waiting = [(path, part)]
        folders = []
        while waiting:
            source, copy = waiting.pop()
            found = tree.stat(source)
            if found is not None and stat.S_ISDIR(found.st_mode):
                target.make_folder(copy, stat.S_IRWXU)
                folders.append(copy)
                waiting += [(f"{source}/{name}", f"{copy}/{name}") for name in tree.names(source)]
            else:
                _copy_one(tree, source, target, copy, found)
        for folder in reversed(folders):
            target.sync_folder(folder)
        target.rename(part, new)
    except BaseException:
        _remove_all(target, part)
        raise


def _copy_one(
    tree: ProjectTree, path: str, target: ProjectTree, copy: str, found: os.stat_result | None
) -> None:
    if found is None:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
    if stat.S_ISLNK(found.st_mode):
        target.make_link(copy, tree.read_link(path), found.st_mtime_ns)
        return
    if not stat.S_ISREG(found.st_mode):
        raise OSError(errno.EINVAL, "not a regular file", path)
    with tree.opened(path) as source, target.created(copy) as descriptor:
        while chunk := os.read(source, _CHUNK):
            _write(descriptor, chunk)
        os.fchmod(descriptor, stat.S_IMODE(found.st_mode))
        os.utime(descriptor, ns=(found.st_atime_ns, found.st_mtime_ns))
        os.fsync(descriptor)


def _write(descriptor: int, chunk: bytes) -> None:
    left = memoryview(chunk)
    while left:
        left = left[os.write(descriptor, left) :]


def _remove_all(tree: ProjectTree, path: str) -> None:
    """Remove a file, or a folder with all that is in it."""
    if not tree.is_folder(path):
        tree.remove(path)
        return
    folders = [path]
    for folder in folders:  # grows while we go
        for name in tree.names(folder):
            inside = f"{folder}/{name}"
            if tree.is_folder(inside):
                folders.append(inside)
            else:
                tree.remove(inside)
    for folder in reversed(folders):
        tree.remove_folder(folder)
