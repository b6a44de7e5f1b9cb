"""A project with real snapshots and runs, for tests that restore it."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from workbench.core.project import Project
from workbench.core.restore import Operation
from workbench.core.run import Interpreter, InterpreterKind, Run, RunRequest, RunStatus
from workbench.core.snapshot import SnapshotKind
from workbench.operations.apply_restore import apply_restore
from workbench.operations.plan_restore import plan_restore
from workbench.operations.project_context import ProjectContext
from workbench.operations.take_snapshot import take_snapshot
from workbench.services.app_paths import ProjectPaths
from workbench.services.git.history_repository import HistoryRepository
from workbench.services.run_store import RunStore

PROJECT_ID = "0f6b2f5c-3a51-4a87-9d7e-8f1c2f2f4a10"
_PYTHON = Interpreter("/usr/bin/python3", InterpreterKind.SYSTEM)

Files = dict[str, bytes | str]
Picture = dict[str, tuple[str, int, bytes]]


@dataclass
class RestorableProject:
    """A project folder, its history and its runs."""

    context: ProjectContext

    @property
    def folder(self) -> Path:
        return self.context.project.folder

    def write(self, files: Files) -> None:
        """Write files; a value that starts with ``->`` is a link, with ``#!`` a program."""
        for name, content in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, str) and content.startswith("->"):
                path.symlink_to(content[2:])
                continue
            data = content.encode() if isinstance(content, str) else content
            path.write_bytes(data)
            if data.startswith(b"#!"):
                path.chmod(0o755)

    def run(self, status: RunStatus = RunStatus.COMPLETED, *, snapshot: bool = True) -> Run:
        """Save a snapshot and add a run that has it."""
        number = len(self.context.store.list_runs()) + 1
        commit = take_snapshot(self.context, SnapshotKind.RUN).commit if snapshot else ""
        run = Run(
            id=f"sample_{number}",
            number=number,
            project_id=PROJECT_ID,
            status=RunStatus.PREPARING,
            request=RunRequest("train.py", (), _PYTHON),
            created=datetime(2026, 1, 1, 12, number % 60, tzinfo=UTC),
        )
        store = self.context.store
        store.insert(run)
        store.update(run.id, {"status": status, "snapshot": commit})
        return store.get(run.id)

    def restore(self, run: Run) -> Operation:
        """Plan and apply."""
        return apply_restore(self.context, plan_restore(self.context, run.id))

    def picture(self) -> Picture:
        """Return kind, permissions and content of everything in the folder."""
        return picture(self.folder)


def picture(folder: Path) -> Picture:
    """Return kind, permissions and content of everything below a folder."""
    found: Picture = {}
    for here, folders, files in os.walk(os.fsencode(folder)):
        for name in [*folders, *files]:
            path = os.path.join(here, name)  # noqa: PTH118 - bytes
            facts = os.lstat(path)
            shown = os.fsdecode(os.path.relpath(path, os.fsencode(folder)))
            if stat.S_ISLNK(facts.st_mode):
                found[shown] = ("link", 0, os.readlink(path))  # noqa: PTH115 - bytes
            elif stat.S_ISREG(facts.st_mode):
                with open(path, "rb") as stream:  # noqa: PTH123 - bytes
                    found[shown] = ("file", stat.S_IMODE(facts.st_mode), stream.read())
            else:
                kind = "folder" if stat.S_ISDIR(facts.st_mode) else "other"
                found[shown] = (kind, stat.S_IMODE(facts.st_mode), b"")
    return found


@contextmanager
def restorable_project(
    root: Path, *, repo: str = "", machine: str = ""
) -> Iterator[RestorableProject]:
    """Open the project below ``root``, making it if it is not there; close it at the end.

    Args:
        root: Holds the folder and its data.
        repo: Git repo that it is linked to.
        machine: Id of this computer.
    """
    folder = root / "project"
    folder.mkdir(parents=True, exist_ok=True)
    paths = ProjectPaths(root / "data")
    paths.root.mkdir(exist_ok=True)
    context = ProjectContext(
        Project(PROJECT_ID, "sample", folder, repo=repo),
        paths,
        RunStore(paths.database),
        HistoryRepository.create(paths.history, PROJECT_ID),
        machine,
    )
    try:
        yield RestorableProject(context)
    finally:
        context.close()
