"""What must be so before the first file is written."""

import os
import stat
from pathlib import Path

from workbench.core.errors import RestoreBlockedError
from workbench.core.folder_paths import parent_of
from workbench.core.wording import format_size
from workbench.services.restore.project_tree import ProjectTree
from workbench.services.restore.steps import FolderStep, Steps

RESERVE = 32_000_000


def folders_to_unlock(tree: ProjectTree, steps: Steps) -> tuple[FolderStep, ...]:
    """Return the read-only folders that will change and that this user may make writable.

    Raises:
        RestoreBlockedError: If a folder may not be changed by this user at all, or nothing can be
            written to its disk.
    """
    _check_disk(tree)
    locked = []
    present = {_nearest_folder(tree, folder) for folder in set(steps.touched_folders())}
    for folder in sorted(present):
        if tree.can_change(folder):
            continue
        found = tree.stat(folder)
        if found is None or not tree.can_unlock(folder):
            name = f"{folder}/" if folder else "The project folder"
            raise RestoreBlockedError(
                f"{name} can't be changed",
                "You don't have permission to change the files in it. Nothing was changed.",
                hint="Change its permissions, then restore again.",
                retry=True,
            )
        locked.append(FolderStep(folder, stat.S_IMODE(found.st_mode)))
    return tuple(locked)


def _check_disk(tree: ProjectTree) -> None:
    with tree.folder("") as descriptor:
        flags = os.fstatvfs(descriptor).f_flag
    if flags & os.ST_RDONLY:
        raise RestoreBlockedError(
            "The project folder can't be changed",
            "It is on a disk that can only be read. Nothing was changed.",
            hint="Make the disk writable, or restore to a new folder.",
            retry=True,
        )


def check_space(tree: ProjectTree, steps: Steps, data: Path, *, reserve: int = RESERVE) -> None:
    """Check that the new files fit on the disk, with some space to spare.

    Args:
        tree: The project folder.
        steps: What will be done.
        data: Folder on the disk to which files are moved that are in the way.
        reserve: Bytes to spare.

    Raises:
        RestoreBlockedError: If they don't.
    """
    written = sum(step.after.size for step in steps.files if step.after)
    with tree.folder("") as descriptor:
        _check_free(os.fstatvfs(descriptor), written, reserve)
        same_disk = os.fstat(descriptor).st_dev == data.stat().st_dev
    if not same_disk:
        aside = sum(step.before.size for step in steps.files if step.in_the_way and step.before)
        _check_free(os.statvfs(data), aside, reserve)


def _check_free(facts: os.statvfs_result, needed: int, reserve: int) -> None:
    free = facts.f_bavail * facts.f_frsize
    if needed and free < needed + reserve:
        raise RestoreBlockedError(
            "The disk is too full",
            f"The restore writes {format_size(needed)} and {format_size(free)} are free. "
            "Nothing was changed.",
            hint=f"Make {format_size(needed + reserve - free)} free, then restore again.",
            retry=True,
        )


def _nearest_folder(tree: ProjectTree, folder: str) -> str:
    while folder and not tree.is_folder(folder):
        folder = parent_of(folder)
    return folder
