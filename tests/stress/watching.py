"""Has another process change files in every way, and looks each time whether all was noticed.

``python -m tests.stress.watching [seconds]``
"""

import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from tests.snapshot_lab import Lab, as_entries, content_of, snapshot_lab
from workbench.operations.folder_following import FolderFollowing

_SECONDS = 600
_ROOT = Path(__file__).resolve().parents[2]


class Watching:
    """A watched project and somebody who changes it.

    Attributes:
        looks: How many looks there were, by whether it was known beforehand what changed.
    """

    def __init__(self, lab: Lab, following: FolderFollowing, outside: Path, seed: int) -> None:
        self._lab = replace(lab, following=following)
        watch = following.watch(lab.folder)
        assert watch is not None
        self._watch = watch
        self._dice = random.Random(seed)
        self.looks: Counter[str] = Counter()
        outside.mkdir()
        words = [sys.executable, "-m", "tests.stress.editor"]
        words += [str(lab.folder), str(outside), str(seed)]
        self._editor = subprocess.Popen(
            words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=_ROOT
        )

    def close(self) -> None:
        """End the other process."""
        self._editor.communicate()

    def storm(self) -> None:
        """Have so much changed that the kernel can't tell all of it."""
        self._tell("storm")

    def once(self) -> None:
        """Have something changed, take a snapshot, and compare it with the folder."""
        if self._dice.random() < 0.02:
            self.storm()
        self._tell(str(self._dice.choice([0, 1, 1, 2, 5, 20])))
        memory = self._watch._memory
        snapshot = self._lab.take()
        stored = self._lab.history.tree_entries(snapshot.commit)
        wanted = as_entries(content_of(self._lab.folder))
        different = {p for p in stored.keys() | wanted.keys() if stored.get(p) != wanted.get(p)}
        assert not different, (memory is not None, different)
        self.looks["known" if memory is not None else "asked"] += 1

    def _tell(self, words: str) -> None:
        stdin, stdout = self._editor.stdin, self._editor.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(f"{words}\n")
        stdin.flush()
        assert stdout.readline() == "done\n"


@contextmanager
def watching(root: Path, seed: int) -> Iterator[Watching]:
    """Make a project, watch it, and start the process that changes it."""
    with snapshot_lab(root) as lab:
        lab.write({f"{folder}/{name}": os.urandom(20) for folder in "pqr" for name in "abc"})
        following = FolderFollowing(lab.paths.root / "watch")
        try:
            found = Watching(lab, following, root / "outside", seed)
            try:
                yield found
            finally:
                found.close()
        finally:
            following.close()


def main(seconds: float) -> None:
    """Run it."""
    seed = int(os.environ.get("SEED", time.time_ns() % 1_000_000))
    print(f"SEED={seed}")
    with tempfile.TemporaryDirectory(dir=os.environ.get("PLACE")) as root:
        end = time.monotonic() + seconds
        with watching(Path(root), seed) as found:
            while time.monotonic() < end:
                found.once()
            print(dict(found.looks))


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else _SECONDS)
