"""Computers that share one project through a Git repo: each has a data folder and a folder."""

import subprocess
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from tests.run_lab import PYTHON
from workbench.core.history_sync import SyncStatus
from workbench.core.project import Project, history_branch
from workbench.core.run import Run, RunEnvironment, RunRequest, RunStatus
from workbench.core.snapshot import SnapshotKind
from workbench.operations.library import Library
from workbench.operations.project_context import ProjectContext, open_context
from workbench.operations.sync_history import sync_history, sync_status
from workbench.operations.take_snapshot import take_snapshot
from workbench.services.app_paths import AppPaths
from workbench.services.git.access import Access, NoCredentials

PROJECT_ID = "7d1c0000-0000-4000-8000-00000000c4d8"
BRANCH = history_branch(PROJECT_ID)
OLD_ID = "9e2d0000-0000-4000-8000-00000000c4d8"


@dataclass
class Computer:
    """An open project on one computer."""

    context: ProjectContext
    name: str
    access: Access = field(default_factory=lambda: Access(NoCredentials()))

    @property
    def folder(self) -> Path:
        return self.context.project.folder

    def write(self, **files: str) -> None:
        for name, text in files.items():
            (self.folder / f"{name}.py").write_text(text, encoding="utf-8")

    def run(self, *, status: RunStatus = RunStatus.COMPLETED, accuracy: float = 0.9) -> Run:
        """Save a snapshot and record a run that has ended, as if a script had run."""
        context = self.context
        run_id = f"demo_{self.name}_{uuid.uuid4().hex[:12]}"
        snapshot = take_snapshot(context, SnapshotKind.RUN, run_id=run_id)
        now = datetime.now(UTC)
        run = Run(
            run_id,
            0,
            PROJECT_ID,
            status,
            RunRequest("train.py", ("--name", self.name), PYTHON),
            now,
            now,
            None if status.is_active else now,
            0,
            snapshot=snapshot.commit,
            snapshot_is_new=snapshot.is_new,
            environment=RunEnvironment("3.11", "python", (("numpy", "2.0"),), host=self.name),
            metrics=(("accuracy", accuracy),),
        )
        run = context.store.insert(run)
        context.store.close_run(run.id)
        return replace(context.store.get(run.id))

    def sync(self) -> SyncStatus:
        return sync_history(self.context, self.access)

    def status(self) -> SyncStatus:
        return sync_status(self.context)

    def tip(self) -> str:
        return self.context.history.tip()

    def runs(self) -> dict[str, Run]:
        return {run.id: run for run in self.context.store.list_runs()}


@contextmanager
def computer(
    root: Path, repo: str, name: str = "one", access: Access | None = None
) -> Iterator[Computer]:
    """Open the project of a computer, as it was left there."""
    home = root / name
    folder = home / "project"
    folder.mkdir(parents=True, exist_ok=True)
    paths = AppPaths(home / "data", home / "config", home / "cache", home / "logs")
    library = Library.open(paths)
    context = open_context(library, Project(PROJECT_ID, "demo", folder, repo=repo))
    try:
        yield Computer(context, name, access or Access(NoCredentials()))
    finally:
        context.close()
        library.close()


def bare_repo(root: Path, name: str = "repo.git") -> Path:
    """Make a bare repository that refuses whatever rewrites history."""
    path = root / name
    git(root, "init", "-q", "--bare", "-b", "master", str(path))
    for key in ("denyNonFastForwards", "denyDeletes", "fsckObjects"):
        git(path, "config", f"receive.{key}", "true")
    return path


def old_repo(
    root: Path, name: str = "old.git", branch: str = history_branch(OLD_ID)
) -> tuple[Path, list[str]]:
    """Make a repository as the old Workbench left it; return its snapshots too."""
    repo, work = bare_repo(root, name), root / f"{name}-made-in"
    (work / ".azureml").mkdir(parents=True)
    text = f'{{"Id": "{OLD_ID.upper()}", "Scope": "/subscriptions/1/projects/myIris"}}'
    (work / ".azureml" / "project.json").write_text(text, "utf-8")
    (work / "aml_config").mkdir()
    (work / "aml_config" / "local.compute").write_text("type: local\n", "utf-8")
    (work / "iris.py").write_text("print('master')\n", "utf-8")
    git(work, "init", "-q", "-b", "master")
    git(work, "add", ".")
    git(work, "commit", "-q", "-m", "work")
    git(work, "push", "-q", str(repo), "master")
    git(work, "checkout", "-q", "--orphan", "history")
    found = []
    for number in range(3):
        (work / "iris.py").write_text(f"print({number})\n", "utf-8")
        git(work, "add", ".")
        git(work, "commit", "-q", "-m", f"Run {number}\n\nof the old Workbench")
        found.append(git(work, "rev-parse", "HEAD"))
    git(work, "push", "-q", str(repo), f"HEAD:refs/heads/{branch}")
    return repo, found


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def fsck(*folders: Path) -> None:
    """Have git say that repositories are in order."""
    for folder in folders:
        done = subprocess.run(
            ["git", f"--git-dir={folder}", "fsck", "--strict", "--no-dangling"],
            capture_output=True,
            text=True,
            check=False,
        )
        said = [line for line in done.stderr.splitlines() if not line.startswith("notice: ")]
        assert (done.returncode, done.stdout, said) == (0, "", []), folder


def reachable(folder: Path, branch: str = BRANCH) -> set[str]:
    return set(git(folder, "rev-list", branch).split())
