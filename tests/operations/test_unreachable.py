"""What may not be looked at is told with its reason; it is neither a defect nor called missing."""

import codecs
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.forked import as_ordinary_user, give_to_ordinary_user
from tests.run_lab import PROGRAM, PYTHON, RunLab, run_lab
from workbench.core.errors import WorkbenchError
from workbench.core.run import Interpreter, InterpreterKind, RunRequest, RunStatus
from workbench.operations.edit_project import edit_project
from workbench.operations.library import Library
from workbench.operations.prepare_environment import prepare_environment
from workbench.operations.submit_run import queue_run, submit_run
from workbench.services.app_paths import AppPaths

# A Python may be out of that user's reach too.
TRAIN = RunRequest("train.sh", (), PROGRAM)


@pytest.fixture
def root() -> Iterator[Path]:
    """A folder of another user who is not root."""
    root = Path(tempfile.mkdtemp())
    root.chmod(0o755)
    give_to_ordinary_user(root)
    # The standard library may be out of that user's reach.
    codecs.lookup("utf-8-sig")
    yield root
    for folder in (root / "closed", root / "project/closed"):
        if folder.exists():
            folder.chmod(0o755)
    shutil.rmtree(root)


def told(function: Callable[[], object]) -> str:
    with pytest.raises(WorkbenchError) as caught:
        function()
    return f"{caught.value.title}: {caught.value.text}"


def denied(place: Path) -> str:
    return (
        f"The run didn't start: {place} can't be used because access to it was denied. "
        "Nothing was changed."
    )


def test_a_script_and_a_python_in_closed_folders_start_nothing(root: Path) -> None:
    def look() -> list[str]:
        with run_lab(root) as lab:
            lab.write("train.py", "print(1)")
            lab.write("closed/train.py", "print(1)")
            (lab.folder / "closed").chmod(0)
            (root / "closed").mkdir()
            (root / "closed/python").symlink_to(sys.executable)
            (root / "closed").chmod(0)
            python = Interpreter(str(root / "closed/python"), InterpreterKind.CUSTOM)
            requests = (
                RunRequest("closed/train.py", (), PYTHON),
                RunRequest("train.py", (), python),
            )
            words = [told(partial(submit_run, lab.context, each)) for each in requests]
            assert lab.context.store.list_runs() == []
            return words

    assert as_ordinary_user(look) == [
        denied(root / "project/closed/train.py"),
        denied(root / "closed/python"),
    ]


def in_a_closed_folder(act: Callable[[RunLab], list[str]], root: Path) -> list[str]:
    """Do something with a project that is in a folder which can be closed."""
    inner = root / "closed"
    inner.mkdir()
    with run_lab(root) as lab:
        lab.folder.rename(inner / "project")
        lab.folder.symlink_to(inner / "project")
        lab.write("train.sh", "touch started\n")
        try:
            return act(lab)
        finally:
            inner.chmod(0o755)
            assert not (lab.folder / "started").exists()


def test_a_project_that_cannot_be_reached_is_not_called_missing(root: Path) -> None:
    def act(lab: RunLab) -> list[str]:
        home = root / "home"
        library = Library.open(AppPaths(home / "data", home / "config", home, home / "logs"))
        project = lab.context.project
        (root / "closed").chmod(0)
        words = [
            told(lambda: submit_run(lab.context, TRAIN)),
            told(lambda: prepare_environment(project)),
            told(lambda: edit_project(library, project, name="other")),
        ]
        library.close()
        return words

    folder = root / "project"
    reason = f"{folder} can't be opened because access to it was denied. Nothing was changed."
    assert as_ordinary_user(lambda: in_a_closed_folder(act, root)) == [
        denied(folder),
        f"The folder can't be read: {reason}",
        f"The folder can't be read: {reason}",
    ]


def test_a_run_whose_turn_comes_when_the_folder_cannot_be_reached_says_so(root: Path) -> None:
    def act(lab: RunLab) -> list[str]:
        queued = queue_run(lab.context, TRAIN)
        (root / "closed").chmod(0)
        words = told(queued.start)
        (root / "closed").chmod(0o755)
        run = lab.context.store.get(queued.run.id)
        assert (run.status, run.started) == (RunStatus.FAILED, None)
        return [words, f"The run didn't start: {run.message}"]

    words = denied(root / "project")
    assert as_ordinary_user(lambda: in_a_closed_folder(act, root)) == [words, words]
