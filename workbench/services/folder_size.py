"""How much a folder takes on the disk."""

import os
from pathlib import Path

_BLOCK = 512


def folder_size(folder: Path) -> int:
    """Return the bytes that all files below a folder take on the disk."""
    total = 0
    for parent, _folders, files in os.walk(folder):
        for name in files:
            try:
                facts = Path(parent, name).lstat()
            except FileNotFoundError:
                continue  # files come and go here while a run is active
            blocks = getattr(facts, "st_blocks", None)
            total += facts.st_size if blocks is None else blocks * _BLOCK
    return total
