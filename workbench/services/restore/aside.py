"""Moving files out of the project folder without ever destroying them."""

import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from workbench.services.restore.journal import sync_folder
from workbench.services.restore.project_tree import ProjectTree

_CHUNK = 1 << 20


def move_aside(tree: ProjectTree, path: str, target: Path) -> Path:
    """Move a file, symlink or folder out of the project.

    Args:
        target: Where to; if something is there, a number is added to the name.

    Returns:
        Where it is now.

    Raises:
        OSError: If it could not be moved; then it is still where it was.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    free = next(name for name in _names(target) if not os.path.lexists(name))
    try:
        tree.rename_out(path, free)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        _copy(tree, path, free)
        _remove(tree, path)
    sync_folder(free.parent)
    return free


def _names(target: Path) -> Iterator[Path]:
    yield target
    number = 2
    while True:
        yield target.with_name(f"{target.name}~{number}")
        number += 1


def _copy(tree: ProjectTree, path: str, target: Path) -> None:
    found = tree.stat(path)
    if found is None:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
    if stat.S_ISLNK(found.st_mode):
        target.symlink_to(os.fsdecode(tree.read_link(path)))
    elif stat.S_ISDIR(found.st_mode):
        target.mkdir()
        for name in tree.names(path):
            _copy(tree, f"{path}/{name}", target / name)
        sync_folder(target)
    elif stat.S_ISREG(found.st_mode):
        _copy_file(tree, path, target, found)
    else:
        raise OSError(errno.EINVAL, "not a regular file", path)


def _copy_file(tree: ProjectTree, path: str, target: Path, found: os.stat_result) -> None:
    with tree.opened(path) as source, target.open("xb") as stream:
        while chunk := os.read(source, _CHUNK):
            stream.write(chunk)
        stream.flush()
        os.fchmod(stream.fileno(), stat.S_IMODE(found.st_mode))
        os.utime(stream.fileno(), ns=(found.st_atime_ns, found.st_mtime_ns))
        os.fsync(stream.fileno())


def _remove(tree: ProjectTree, path: str) -> None:
    if tree.is_folder(path):
        for name in tree.names(path):
            _remove(tree, f"{path}/{name}")
        tree.remove_folder(path)
    else:
        tree.remove(path)
