"""Writing a stored state into an empty folder."""

import os
import stat
from collections.abc import Callable, Iterable
from pathlib import Path

from workbench.core.errors import WorkbenchError
from workbench.core.folder_paths import ancestors, needed_folders, parent_of
from workbench.core.progress import CancelToken
from workbench.core.snapshot import Manifest, TreeEntry
from workbench.core.wording import format_size
from workbench.services.restore.checks import RESERVE
from workbench.services.restore.durability import sync_file_system
from workbench.services.restore.project_tree import ProjectTree
from workbench.services.restore.stage import Blobs, write_stored
from workbench.services.restore.steps import default_mode

_FOLDER_MODE = 0o755


def check_room(entries: Iterable[TreeEntry], place: Path, *, reserve: int = RESERVE) -> None:
    """Check that all files fit on the disk, with some space to spare.

    Args:
        entries: The files.
        place: A folder that exists, on that disk.
        reserve: Bytes to spare.

    Raises:
        WorkbenchError: If they don't.
    """
    needed = sum(entry.size for entry in entries)
    facts = os.statvfs(place)
    free = facts.f_bavail * facts.f_frsize
    if free < needed + reserve:
        raise WorkbenchError(
            "The disk is too full",
            f"The folder takes {format_size(needed)} and {format_size(free)} are free. "
            "Nothing was written.",
            hint=f"Make {format_size(needed + reserve - free)} free, or choose another disk.",
            retry=True,
        )


def fill_folder(
    folder: Path,
    entries: Iterable[TreeEntry],
    manifest: Manifest,
    blobs: Blobs,
    *,
    on_file: Callable[[int], None],
    cancel: CancelToken,
) -> None:
    """Write files and folders into an empty folder, durably.

    Args:
        folder: Where to.
        entries: The files.
        manifest: Permissions, times and empty folders.
        blobs: Where their content comes from.
        on_file: Called with the number of files done.
        cancel: Checked before each file.

    Raises:
        CanceledError: If canceled; what is written so far stays.
        UnsafePathError: If a path would leave the folder.
        OSError: If the disk is full, for example.
        WorkbenchError: If the history does not hold what it should.
    """
    files = sorted(entries, key=lambda entry: (parent_of(entry.path), entry.path))
    paths = [entry.path for entry in files]
    empty = [path for path in manifest.empty_folders if _is_free(path, frozenset(paths))]
    folders = sorted(needed_folders(paths) | needed_folders(empty) | set(empty))
    tree = ProjectTree(folder)
    try:
        for path in folders:
            tree.make_folder(path, stat.S_IRWXU)
        for done, entry in enumerate(files, start=1):
            cancel.check("Restoring to a new folder")
            mode = manifest.modes.get(entry.path, default_mode(entry))
            modified = manifest.mtimes.get(entry.path)
            write_stored(tree, (entry.path, entry, mode, modified), blobs, sync=False)
            on_file(done)
        # Deepest first: a folder that may not be searched closes the way to what is in it.
        for path in reversed(folders):
            tree.set_mode(path, manifest.modes.get(f"{path}/", _FOLDER_MODE))
        with tree.folder("") as descriptor:
            sync_file_system(descriptor)
    finally:
        tree.close()


def _is_free(path: str, files: frozenset[str]) -> bool:
    return path not in files and files.isdisjoint(ancestors(path))
