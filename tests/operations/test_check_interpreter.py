"""A file that the user says is a Python is run before it is believed."""

import subprocess
import sys
from pathlib import Path

import pytest

from workbench.core.errors import WorkbenchError
from workbench.core.project_choices import ProjectChoices
from workbench.core.run import InterpreterKind
from workbench.operations.check_interpreter import check_interpreter
from workbench.operations.library import Library
from workbench.operations.project_choices import choose_interpreter, load_choices, save_choices
from workbench.services.app_paths import AppPaths

VERSION = ".".join(map(str, sys.version_info[:3]))


def test_the_python_of_an_environment_is_named_by_its_folder(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "vision"], check=True)
    python = tmp_path / "vision" / "bin" / "python"
    found = check_interpreter(python)
    assert (found.path, found.version, found.problem) == (str(python), VERSION, "")
    assert found.kind is InterpreterKind.CUSTOM
    assert found.label == f"vision (Python {VERSION})"


@pytest.mark.parametrize("mode", [0o644, 0o755])
def test_a_file_that_is_no_python_says_so(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "notes.sh"
    file.write_text("#!/bin/sh\necho 3.12.1\n")
    file.chmod(mode)
    with pytest.raises(WorkbenchError) as caught:
        check_interpreter(file)
    assert caught.value.title == "notes.sh isn't a Python"
    assert "wasn't changed" in caught.value.text


def test_a_file_that_is_gone_says_so(tmp_path: Path) -> None:
    with pytest.raises(WorkbenchError, match="doesn't exist"):
        check_interpreter(tmp_path / "python")


def test_choosing_one_keeps_the_other_choices() -> None:
    library = Library.open(AppPaths.from_environment())
    try:
        save_choices(library, "p1", ProjectChoices("train.py", "--rate 1"))
        choose_interpreter(library, "p1", "/opt/python")
        assert load_choices(library, "p1") == ProjectChoices(
            "train.py", "--rate 1", interpreter="/opt/python"
        )
    finally:
        library.close()
