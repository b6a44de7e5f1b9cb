"""A project with scripts that are really run."""

import os
import sys
import textwrap
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from workbench.core.project import Project
from workbench.core.run import Interpreter, InterpreterKind, Run, RunRequest
from workbench.operations.cancel_run import cancel_run
from workbench.operations.library import Library
from workbench.operations.project_context import ProjectContext, open_context
from workbench.operations.refresh_runs import refresh_runs
from workbench.operations.submit_run import submit_run
from workbench.services.app_paths import AppPaths
from workbench.services.run_folder import RunFolder

PROJECT_ID = "7d1c0000-0000-4000-8000-00000000c4d8"
PYTHON = Interpreter(sys.executable, InterpreterKind.VENV)
PROGRAM = Interpreter("", InterpreterKind.PROGRAM)
PATIENCE = 60.0


def until(condition: Callable[[], object], what: str = "condition") -> None:
    """Wait for a state; the test fails if it is not reached."""
    end = monotonic() + PATIENCE
    pause = threading.Event()
    while not condition():
        assert monotonic() < end, f"not reached: {what}"
        pause.wait(0.02)


@dataclass
class RunLab:
    """An open project in a temporary folder."""

    context: ProjectContext
    folder: Path

    def write(self, name: str, text: str, *, executable: bool = False) -> str:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")
        path.chmod(0o755 if executable else 0o644)
        return name

    def submit(self, text: str, *arguments: str, name: str = "train.py") -> Run:
        """Write a Python script and run it."""
        script = self.write(name, text)
        return submit_run(self.context, RunRequest(script, arguments, PYTHON))

    def finish(self, run: Run) -> Run:
        """Wait for a run's end."""
        until(lambda: not self.refreshed(run).status.is_active, f"end of {run.id}")
        return self.context.store.get(run.id)

    def refreshed(self, run: Run) -> Run:
        refresh_runs(self.context)
        return self.context.store.get(run.id)

    def settle(self) -> None:
        """Wait until everything is known of every run."""

        def settled() -> bool:
            refresh_runs(self.context)
            return not self.context.store.unfinished()

        until(settled, "nothing unfinished")

    def run_folder(self, run: Run) -> RunFolder:
        return RunFolder(self.context.paths.runs / run.id)

    def log(self, run: Run) -> str:
        return self.run_folder(run).log.read_text(encoding="utf-8")


@contextmanager
def run_lab(root: Path) -> Iterator[RunLab]:
    """Open a new project; at the end nothing of it runs any more."""
    folder = root / "project"
    folder.mkdir(exist_ok=True)
    with opened(root) as context:
        lab = RunLab(context, folder)
        try:
            yield lab
        finally:
            for run in context.store.active():
                cancel_run(context, run.id)
            folders = [RunFolder(path) for path in context.paths.runs.iterdir()]
            until(
                lambda: not any(folder.is_looked_after() for folder in folders), "supervisors end"
            )
            refresh_runs(context)


@contextmanager
def opened(root: Path) -> Iterator[ProjectContext]:
    """Open the project of a lab, as another process or later."""
    home = root / "home"
    library = Library.open(AppPaths(home / "data", home / "config", home / "cache", home / "logs"))
    context = open_context(library, Project(PROJECT_ID, "demo", root / "project"))
    try:
        yield context
    finally:
        context.close()
        library.close()


def environment() -> dict[str, str]:
    """Return the environment of another Python process that imports Workbench and the tests."""
    return {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parent.parent)}
