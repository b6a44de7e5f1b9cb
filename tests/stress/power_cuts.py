"""Cuts the power after "saved": copies of a disk as it is at that moment, opened elsewhere.

``sudo python -m tests.stress.power_cuts [cuts]``

Project and data are on an ext4 disk of their own, in a file. While a snapshot is saved or a folder
is restored, or some time after that, the file is copied as it is: what the kernel has not written
yet is missing in the copy, as after a power cut. The copy is mounted and looked through.
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
from pathlib import Path
from threading import Event, Thread

from tests.restorable_project import Picture, RestorableProject, restorable_project
from tests.stress.scene import Scene, carry_out, look
from workbench.core.errors import RestoreBlockedError
from workbench.operations.recover_restore import recover_restore

_CUTS = 100
_SIZE = "96M"
_COMMIT_SECONDS = 1
_ATTEMPTS = 200
_later = Event()


def may_mount() -> bool:
    """Whether this computer lets us make and mount a disk of our own."""
    if os.geteuid() != 0:
        return False
    with tempfile.TemporaryDirectory() as place, disk(Path(place)) as (_, mounted):
        return mounted.is_mount()


@contextmanager
def disk(place: Path) -> Iterator[tuple[Path, Path]]:
    """Make a disk in a file; give the file, and where it is mounted.

    Its list of files is written each second and their contents much later: the order in which most
    is lost.
    """
    image, mounted = place / "disk", place / "mounted"
    mounted.mkdir()
    subprocess.run(["truncate", "-s", _SIZE, image], check=True)
    subprocess.run(["mkfs.ext4", "-q", "-F", image], check=True, capture_output=True)
    with _mounted(image, mounted, f"loop,commit={_COMMIT_SECONDS}"):
        yield image, mounted


@contextmanager
def _mounted(image: Path, place: Path, options: str = "loop") -> Iterator[None]:
    done = subprocess.run(["mount", "-o", options, image, place], check=False, capture_output=True)
    try:
        yield
    finally:
        if done.returncode == 0:
            subprocess.run(["umount", "-l", place], check=True)


class PowerCuts:
    """Power cuts of one computer.

    Attributes:
        cut: How often the power was cut, by what was going on.
        torn: How many copies could not be used: something was written while they were made.
    """

    def __init__(self, place: Path, image: Path, mounted: Path, seed: int) -> None:
        self._place = place
        self._image = image
        self._dice = random.Random(seed)
        self._scene = Scene(mounted, self._dice)
        self._root = mounted
        self.cut: Counter[str] = Counter()
        self.torn = 0

    def once(self, *, wait: float) -> None:
        """Save or restore, cut the power that many seconds after it, and look at what is left."""
        with restorable_project(self._root) as project:
            self._edit(project)
            way, run = self._scene.choose(project)
            targets = self._scene.targets(project, way, run)
            try:
                carry_out(project, way, run)
            except RestoreBlockedError:
                return  # the folder is that already
            _later.wait(wait)
            copy = self._copy()
            saved = project.context.history.tip()
            now = look(project)
        self._scene.reopen(targets)
        self._check(copy, saved, [now])
        self.cut[f"{way}: {wait} s after it"] += 1

    def meanwhile(self) -> None:
        """Cut the power at a moment while something goes on."""
        with restorable_project(self._root) as project:
            self._edit(project)
            way, run = self._scene.choose(project)
            targets = self._scene.targets(project, way, run)
            copies: list[Path] = []

            def cut() -> None:
                _later.wait(self._dice.uniform(0.0, 0.25))
                copies.append(self._copy())

            cutter = Thread(target=cut)
            cutter.start()
            try:
                carry_out(project, way, run)
            except RestoreBlockedError:
                pass
            finally:
                cutter.join()
        self._scene.reopen(targets)
        self._check(copies[0], "", targets)
        self.cut[f"{way}: meanwhile"] += 1

    def _edit(self, project: RestorableProject) -> None:
        """Change files; what somebody saved themselves is on the disk before we begin."""
        self._scene.edit(project)
        subprocess.run(["sync", "-f", self._root], check=True)

    def _copy(self) -> Path:
        """Copy the disk as it is at one moment: nothing may be written to it meanwhile."""
        copy = self._place / "copy"
        for _ in range(_ATTEMPTS):
            before = self._written()
            subprocess.run(["cp", "--sparse=always", self._image, copy], check=True)
            if before[1] == 0 and before == self._written():
                return copy
            self.torn += 1
        raise AssertionError("The disk was never still for as long as copying it takes.")

    def _written(self) -> tuple[int, int]:
        """Return how much was written to the disk so far, and how much is on its way."""
        asked = ["findmnt", "-n", "-o", "SOURCE", str(self._root)]
        device = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()
        numbers = Path(f"/sys/block/{Path(device).name}/stat").read_text("ascii").split()
        return int(numbers[6]), int(numbers[8])

    def _check(self, copy: Path, saved: str, targets: list[Picture]) -> None:
        place = self._place / "after"
        place.mkdir(exist_ok=True)
        with _mounted(copy, place), restorable_project(place) as project:
            recover_restore(project.context)
            self._check_runs(project, saved)
            now = look(project)
            assert now in targets, "the folder is neither source nor target"
            _check_git(place)
            take = project.run()
            assert project.context.history.has_commit(take.snapshot)

    def _check_runs(self, project: RestorableProject, saved: str) -> None:
        history = project.context.history
        if saved:
            assert history.tip() == saved
        for run in project.context.store.list_runs():
            if run.snapshot:
                entries = history.tree_entries(run.snapshot)
                assert not history.damaged(each.object_id for each in entries.values()), run.id


def _check_git(place: Path) -> None:
    git_dir = place / "data" / "history.git"
    done = subprocess.run(
        ["git", f"--git-dir={git_dir}", "fsck", "--strict", "--no-dangling"],
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr + done.stdout


def main(cuts: int) -> None:
    """Run it."""
    if not may_mount():
        sys.exit("This needs to make and mount a disk of its own: run it as root.")
    seed = int(os.environ.get("SEED", time.time_ns() % 1_000_000))
    print(f"SEED={seed}")
    with tempfile.TemporaryDirectory() as place, disk(Path(place)) as (image, mounted):
        power = PowerCuts(Path(place), image, mounted, seed)
        while power.cut.total() < cuts:
            power.once(wait=0)
            power.once(wait=1.5 * _COMMIT_SECONDS)
            power.meanwhile()
    for name, times in sorted(power.cut.items()):
        print(f"{times:6} {name}")
    print(f"{power.cut.total():6} cuts, {power.torn} copies thrown away")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else _CUTS)
