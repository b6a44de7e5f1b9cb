"""Folders as tests need them: what is in one, byte for byte, and projects with a past."""

import hashlib
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from workbench.core.project import Project
from workbench.core.run import Interpreter, InterpreterKind, Run, RunRequest, RunStatus
from workbench.operations.library import Library
from workbench.operations.open_folder import open_folder
from workbench.services.app_paths import AppPaths, ProjectPaths
from workbench.services.run_store import RunStore

_OWN = (".git", ".azureml", ".venv", "aml_config", "outputs")
Facts = tuple[int, int, int, str]


def content(folder: Path) -> dict[str, tuple[int, str]]:
    """Return mode and digest of each file, without those of Git, Workbench, Python and the runs."""
    return {
        path.relative_to(folder).as_posix(): (path.stat().st_mode, _digest(path))
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.relative_to(folder).parts[0] not in _OWN
    }


def facts(folder: Path) -> dict[str, Facts]:
    """Return mode, time of change, inode and digest of everything below a folder."""
    found = {}
    for path in (folder, *sorted(folder.rglob("*"))):
        stat = path.lstat()
        digest = _digest(path) if path.is_file() else ""
        name = path.relative_to(folder).as_posix()
        found[name] = (stat.st_mode, stat.st_mtime_ns, stat.st_ino, digest)
    return found


def git(folder: Path, *arguments: str) -> str:
    """Return what git says in a folder; it writes nothing unless it has to."""
    return subprocess.run(
        ["git", *arguments],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
        env=os.environ | {"GIT_OPTIONAL_LOCKS": "0"},
    ).stdout.strip()


def app_paths(home: Path) -> AppPaths:
    """Return Workbench's own folders below a home folder of the tests."""
    root = home / "workbench"
    return AppPaths(root / "data", root / "config", root / "cache", root / "logs")


def project_paths(home: Path) -> ProjectPaths:
    """Return the folders of the only project."""
    (found,) = (app_paths(home).data / "projects").iterdir()
    return ProjectPaths(found)


def stored_runs(home: Path) -> list[Run]:
    """Return the run records of the only project."""
    store = RunStore(project_paths(home).database)
    try:
        return store.list_runs()
    finally:
        store.close()


def check_history(home: Path) -> None:
    """Check that the history repository is sound and holds what the run records say it holds."""
    history = project_paths(home).history
    git(history, "fsck", "--strict", "--no-dangling")
    for run in stored_runs(home):
        if run.snapshot:
            git(history, "rev-list", "--objects", run.snapshot)


def add_runs(home: Path, folder: Path, script: str, count: int) -> Project:
    """Adopt a folder and write records of earlier runs, as the application would."""
    paths = app_paths(home)
    library = Library.open(paths)
    project = open_folder(library, folder)
    store = RunStore(paths.project(project.id).database)
    begin = datetime.now(UTC) - timedelta(days=30)
    python = Interpreter(sys.executable, InterpreterKind.SYSTEM)
    request = RunRequest(script, ("--rate", "0.1"), python)
    for index in range(count):
        run = Run(f"seed_{index}", 0, project.id, RunStatus.PREPARING, request, begin)
        store.insert(run)
        ended = begin + timedelta(minutes=index)
        store.update(
            run.id,
            {
                "status": RunStatus.COMPLETED,
                "started": ended - timedelta(seconds=30),
                "ended": ended,
                "exit_code": 0,
            },
        )
        store.set_metrics(run.id, (("loss", 1 / (index + 1)), ("accuracy", index / count)), 1)
    store.close()
    library.store.close()
    return project


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
