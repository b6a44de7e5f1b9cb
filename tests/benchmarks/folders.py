"""A folder that is both a project and a repository of its own, and changes in it."""

import os
import random
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from tests.e2e.waiting import wait_for
from workbench.core.project import NewProject
from workbench.core.snapshot import Snapshot, SnapshotKind
from workbench.operations.create_project import create_project
from workbench.operations.folder_following import FolderFollowing
from workbench.operations.library import Library
from workbench.operations.project_context import ProjectContext, open_context
from workbench.operations.take_snapshot import describe_folder, take_snapshot
from workbench.services.app_paths import AppPaths

_POOL = 8 << 20
_IN_A_FOLDER = 60
_QUIET = 60.0


@dataclass(frozen=True, slots=True)
class Size:
    """How much is in a folder.

    Attributes:
        files: Number of files.
        average: Bytes of a file.
    """

    files: int
    average: int

    def __str__(self) -> str:
        return f"{self.files:,} files, {self.files * self.average / 1e6:,.0f} MB"


SMALL = Size(200, 10_000)
MEDIUM = Size(10_000, 20_000)
LARGE = Size(100_000, 10_000)
HUGE = Size(3, 1_000_000_000)
SIZES = {"200": SMALL, "10k": MEDIUM, "100k": LARGE, "3x1gb": HUGE}


def opened_library(root: Path) -> Library:
    """Open the list of projects of a trial."""
    return Library.open(AppPaths(root / "data", root / "config", root / "cache", root / "logs"))


class Trial:
    """A project whose folder native git stores too, each in a repository of its own.

    Attributes:
        folder: The project folder.
        context: The open project.
    """

    def __init__(self, root: Path, size: Size) -> None:
        self._root = root
        self._library = opened_library(root)
        project = create_project(self._library, NewProject("bench", root))
        self.folder = project.folder
        self.context: ProjectContext = open_context(self._library, project)
        self.paths: list[Path] = []
        self._edits = 0
        _fill(self.folder, size, self.paths)

    def close(self) -> None:
        """Release everything."""
        self.context.close()
        self._library.close()

    def edit(self, count: int) -> None:
        """Change some files that were not changed lately."""
        for _ in range(count):
            self._edits += 1
            path = self.paths[(self._edits * 7919) % len(self.paths)]
            with path.open("r+b") as file:
                file.write(b"%012d" % self._edits)

    # native git

    def git(self, *arguments: str) -> None:
        """Run native git in the folder."""
        subprocess.run(["git", *arguments], cwd=self.folder, check=True, capture_output=True)

    def begin_native(self) -> None:
        """Begin a new repository."""
        shutil.rmtree(self.folder / ".git", ignore_errors=True)
        self.git("init", "-q")
        self.git("config", "user.name", "bench")
        self.git("config", "user.email", "bench@localhost")

    def commit_native(self) -> None:
        """Do what a user would do."""
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "run")

    # Workbench

    def begin(self) -> None:
        """Begin a new history, of which nothing is remembered."""
        paths = self.context.paths
        self.context.close()
        shutil.rmtree(paths.root)
        self.context = open_context(self._library, self.context.project)

    def take(self) -> Snapshot:
        """Take a snapshot as a run does."""
        return take_snapshot(self.context, SnapshotKind.RUN)

    @contextmanager
    def followed(self) -> Iterator[None]:
        """Have the folder followed as while its project is open in a window."""
        following = FolderFollowing(self.context.paths.root / "watch")
        before, self.context = self.context, replace(self.context, following=following)
        try:
            self.until_known()
            yield
        finally:
            self.context = before
            following.close()

    def until_known(self) -> None:
        """Look at the folder until what will change in it is known beforehand."""
        following = self.context.following
        watch = following.watch(self.folder) if following is not None else None
        assert watch is not None, "folders can't be followed here"

        def known() -> bool:
            describe_folder(self.context)
            memory = watch._memory
            return memory is not None and watch.moment(memory).hints is not None

        wait_for(known, "the folder to be followed", _QUIET)


@contextmanager
def trial(size: Size) -> Iterator[Trial]:
    """Make a folder in the place for temporary files, and delete it at the end."""
    with tempfile.TemporaryDirectory(prefix="bench-") as root:
        made = Trial(Path(root), size)
        try:
            yield made
        finally:
            made.close()


def _fill(folder: Path, size: Size, paths: list[Path]) -> None:
    """Write files of one to two thirds of digits and letters, the rest random, as data has it."""
    dice = random.Random(11)
    pool = bytearray(dice.randbytes(_POOL))
    for start in range(0, _POOL, 3 << 10):
        length = 2 << 10
        pool[start : start + length] = b"".join(
            b"%06d,%03d\n" % (dice.randrange(10**6), n % 1000) for n in range(length // 11 + 1)
        )[:length]
    data = bytes(pool)
    for number in range(size.files):
        path = folder / f"d{number // _IN_A_FOLDER:04d}" / f"f{number:06d}.csv"
        path.parent.mkdir(exist_ok=True)
        # From half the average to one and a half of it.
        left = size.average // 2 + dice.randrange(size.average + 1)
        with path.open("wb", buffering=0) as file:
            file.write(b"%012d,%d\n" % (0, number))
            while left > 0:
                at = dice.randrange(_POOL // 2)
                left -= file.write(data[at : at + min(left, _POOL // 2)])
        paths.append(path)
    os.sync()
