"""What must be so before the first file is written."""

import os

from workbench.core.errors import RestoreBlockedError
from workbench.core.wording import format_size
from workbench.services.restore.project_tree import ProjectTree, parent_of
from workbench.services.restore.steps import Steps

RESERVE = 32_000_000


def check_writable(tree: ProjectTree, steps: Steps) -> None:
    """Check that every folder that will change may be changed by this user.

    Raises:
        RestoreBlockedError: If one may not.
    """
    present = {_nearest_folder(tree, folder) for folder in set(steps.touched_folders())}
    for folder in sorted(present):
        if not tree.can_change(folder):
            name = f"{folder}/" if folder else "The project folder"
            raise RestoreBlockedError(
                f"{name} can't be changed",
                "You don't have permission to change the files in it. Nothing was changed.",
                hint="Change its permissions, then restore again.",
                retry=True,
            )


def check_space(tree: ProjectTree, steps: Steps, *, reserve: int = RESERVE) -> None:
    """Check that the new files fit on the disk, with some space to spare.

    Raises:
        RestoreBlockedError: If they don't.
    """
    needed = sum(step.after.size for step in steps.files if step.after)
    if not needed:
        return
    with tree.folder("") as descriptor:
        facts = os.fstatvfs(descriptor)
    free = facts.f_bavail * facts.f_frsize
    if free < needed + reserve:
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
