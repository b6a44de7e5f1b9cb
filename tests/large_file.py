"""Saves and restores one large file in a process of its own; prints the memory that it took.

``python -m tests.large_file <empty folder> <megabytes>``
"""

import os
import resource
import sys
from pathlib import Path

from tests.restorable_project import restorable_project

_BLOCK = 1 << 20


def _peak() -> int:
    """Return the most memory that this process had, in kilobytes."""
    words = Path("/proc/self/status").read_text(encoding="ascii").split()
    return int(words[words.index("VmHWM:") + 1])


def _write(path: Path, size: int) -> None:
    """Write some noise at the start, in the middle and at the end, and nothing in between."""
    with path.open("wb") as file:
        for at in (0, size // 2, size - _BLOCK):
            file.seek(at)
            file.write(os.urandom(_BLOCK))


def _is_same(path: Path, other: Path) -> bool:
    with path.open("rb") as one, other.open("rb") as two:
        while block := one.read(_BLOCK):
            if block != two.read(_BLOCK):
                return False
        return not two.read(1)


def main(root: Path, size: int) -> None:
    """Print the peaks of this process and of its children, and the space that the file takes."""
    with restorable_project(root) as project:
        large, copy = project.folder / "large.bin", root / "copy"
        _write(copy, size)
        os.system(f"cp --sparse=always '{copy}' '{large}'")
        run = project.run()
        large.write_bytes(b"spoilt")
        project.restore(run)
        children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        assert _is_same(large, copy)
        print(_peak(), children, large.stat().st_blocks * 512)  # noqa: T201 - that is what it is for


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) << 20)
