"""A project folder with a history repository, and git as the judge of what is stored."""

import hashlib
import os
import stat
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from workbench.core.project import Project
from workbench.core.snapshot import Snapshot, SnapshotKind, TreeEntry
from workbench.operations.folder_following import FolderFollowing
from workbench.operations.take_snapshot import take_snapshot
from workbench.services.app_paths import ProjectPaths
from workbench.services.git.history_repository import HistoryRepository

PROJECT_ID = "5d0c3f0e-8a35-4a0b-b5a2-2f2f3c1d9e77"
EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"


@dataclass(frozen=True)
class Lab:
    """What a snapshot needs to know, and helpers around it."""

    project: Project
    paths: ProjectPaths
    history: HistoryRepository
    following: FolderFollowing | None = None

    @property
    def folder(self) -> Path:
        return self.project.folder

    def write(self, files: Mapping[str, bytes | str]) -> None:
        """Write files; text that starts with ``->`` is a link."""
        for name, content in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, str) and content.startswith("->"):
                path.symlink_to(content[2:])
            else:
                path.write_bytes(content.encode() if isinstance(content, str) else content)

    def take(self, kind: SnapshotKind = SnapshotKind.RUN, run_id: str = "") -> Snapshot:
        return take_snapshot(self, kind, run_id=run_id)

    def stored(self, commit: str) -> dict[str, tuple[int, bytes]]:
        """Return mode and bytes of everything in a snapshot, as git itself reads them."""
        found = {}
        for path, mode, object_id in self.listed(commit):
            data = self.git("cat-file", "blob", object_id)
            found[path] = (mode, data)
        return found

    def listed(self, commit: str) -> list[tuple[str, int, str]]:
        rows = []
        for record in self.git("ls-tree", "-r", "-z", "--full-tree", commit).split(b"\0")[:-1]:
            facts, _, path = record.partition(b"\t")
            mode, _, object_id = facts.decode().split()
            rows.append((os.fsdecode(path), int(mode, 8), object_id))
        return rows

    def git(self, *arguments: str) -> bytes:
        done = subprocess.run(
            ["git", f"--git-dir={self.paths.history}", *arguments], capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def check(self) -> None:
        """Have git say that the repository is in order, and find nothing left over."""
        done = subprocess.run(
            ["git", f"--git-dir={self.paths.history}", "fsck", "--strict", "--no-dangling"],
            capture_output=True,
            check=False,
        )
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
        assert leftovers(self.paths.history) == []

    def log(self) -> list[str]:
        """Return the snapshots on the branch, the newest first."""
        return self.git("rev-list", self.history.branch).decode().split()


def leftovers(git_dir: Path) -> list[str]:
    """Return what a dead git left in a repository."""
    found = [p for p in git_dir.rglob("*") if p.name.startswith(("tmp_", "fast_import_crash"))]
    found += [p for p in git_dir.rglob("*") if p.suffix in {".lock", ".keep"}]
    return [str(p.relative_to(git_dir)) for p in found if p.name != "workbench.lock"]


@contextmanager
def snapshot_lab(root: Path) -> Iterator[Lab]:
    """Yield an empty project below a folder."""
    folder = root / "project"
    folder.mkdir(parents=True)
    paths = ProjectPaths(root / "data" / PROJECT_ID)
    history = HistoryRepository.create(paths.history, PROJECT_ID)
    try:
        yield Lab(Project(PROJECT_ID, "Lab", folder), paths, history)
    finally:
        history.close()


def content_of(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Return mode and bytes of every file and link below a folder, without any ``.git``."""
    found: dict[str, tuple[int, bytes]] = {}
    for root, folders, files in os.walk(folder):
        if ".git" in folders:
            folders.remove(".git")
        for name in [*folders, *files]:
            path = Path(root, name)
            facts = path.lstat()
            key = str(path.relative_to(folder))
            if stat.S_ISLNK(facts.st_mode):
                found[key] = (0o120000, os.fsencode(path.readlink()))
            elif stat.S_ISREG(facts.st_mode) and name != ".git":
                mode = 0o100755 if facts.st_mode & stat.S_IXUSR else 0o100644
                found[key] = (mode, path.read_bytes())
    return found


def as_entries(content: Mapping[str, tuple[int, bytes]]) -> dict[str, TreeEntry]:
    """Return what a tree with this content has to hold."""
    return {
        path: TreeEntry(path, mode, _blob_id(data), len(data))
        for path, (mode, data) in content.items()
    }


def _blob_id(data: bytes) -> str:
    header = b"blob %d\0" % len(data)
    return hashlib.sha1(header + data, usedforsecurity=False).hexdigest()
