"""A shell in an empty folder, and in a project with a script."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.cli.shell import Shell
from tests.run_lab import until
from workbench.cli.opening import opened_library
from workbench.operations.cancel_run import cancel_run
from workbench.operations.list_projects import list_projects
from workbench.operations.project_context import open_context
from workbench.operations.refresh_runs import refresh_runs
from workbench.services.run_folder import RunFolder

TRAIN = """
import pathlib, sys
from azureml.logging import get_azureml_logger
rate = float(sys.argv[1]) if len(sys.argv) > 1 else 0.5
logger = get_azureml_logger()
logger.log("Regularization Rate", rate)
logger.log("Accuracy", round(1 - rate, 3))
print(f"accuracy is {1 - rate:.3f}")
pathlib.Path("outputs").mkdir(exist_ok=True)
pathlib.Path("outputs/model.txt").write_text(f"{rate}\\n")
if len(sys.argv) > 2:
    sys.exit(int(sys.argv[2]))
"""


@pytest.fixture
def shell(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Shell]:
    """A shell in an empty folder; at the end nothing of any project runs any more."""
    yield Shell(tmp_path, capsys, monkeypatch)
    with opened_library() as library:
        for row in list_projects(library):
            context = open_context(library, row.project)
            try:
                for run in context.store.active():
                    cancel_run(context, run.id)
                for path in context.paths.runs.iterdir():
                    until(partial(_is_left_alone, RunFolder(path)), "supervisors end")
                refresh_runs(context)
            finally:
                context.close()


def _is_left_alone(folder: RunFolder) -> bool:
    return not folder.is_looked_after()


@pytest.fixture
def project(shell: Shell) -> Shell:
    """A shell in the folder of a new project."""
    shell.wb("project", "create", "-n", "demo")
    shell.into("demo")
    shell.write("train.py", TRAIN)
    return shell


@pytest.fixture
def history(project: Shell) -> Shell:
    """A shell in a project with three runs: two that completed and one that failed."""
    project.wb("experiment", "submit", "train.py", "0.5")
    project.write("train.py", f"{TRAIN}# changed\n")
    project.write("notes/new.txt", "new\n")
    project.wb("experiment", "submit", "train.py", "0.01")
    project.wb("experiment", "submit", "train.py", "0.2", "3", code=3)
    # Where a run ran is known a moment after its end.
    until(lambda: all(run["user_id"] for run in project.json("history", "list")), "all to be known")
    return project
