"""Which disks tell of every change: those that only this computer writes to."""

import os
from pathlib import Path

# On these a store through a memory map shows in the file's times, once what was there is written
# out; on a disk in memory it never does.
_LOCAL = frozenset({"btrfs", "ext2", "ext3", "ext4", "f2fs", "xfs"})
_MOUNTS = Path("/proc/self/mountinfo")


def is_watchable(folder: Path) -> bool:
    """Whether nobody else writes to the disk of a folder, as on a network, without our knowing."""
    try:
        device = os.stat(folder).st_dev  # noqa: PTH116 - for its number only
        lines = _MOUNTS.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return False
    return _kind_of_disk(f"{os.major(device)}:{os.minor(device)}", lines) in _LOCAL


def _kind_of_disk(device: str, lines: list[str]) -> str:
    for line in lines:
        before, _, after = line.partition(" - ")
        if before.split()[2:3] == [device]:
            return after.split()[0]
    return ""
