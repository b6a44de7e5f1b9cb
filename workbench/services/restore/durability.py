"""Making many small changes durable at once."""

import ctypes
import os
import sys
from collections.abc import Iterable

from workbench.services.restore.project_tree import ProjectTree

_FEW = 64


def sync_file_system(descriptor: int) -> None:
    """Write everything of the file system that holds this descriptor to the disk.

    Raises:
        OSError: If the disk reports an error.
    """
    if sys.platform != "linux":
        os.sync()
        return
    library = ctypes.CDLL(None, use_errno=True)
    if library.syncfs(descriptor) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def sync_folders(tree: ProjectTree, folders: Iterable[str]) -> None:
    """Make the names in these folders durable, one by one or all together."""
    distinct = set(folders)
    if len(distinct) <= _FEW:
        for folder in distinct:
            tree.sync_folder(folder)
        return
    with tree.folder("") as descriptor:
        sync_file_system(descriptor)


def few(count: int) -> bool:
    """Whether so few files are better synced one by one."""
    return count <= _FEW
