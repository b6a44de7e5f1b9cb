"""``packaging/run.py`` and ``packaging/test.py`` as somebody starts them."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest
from environment import Environment, lock_digests, problem
from sizes import functions, modules

import workbench

ROOT = Path(__file__).resolve().parents[2]
PACKAGING = ROOT / "packaging"


@pytest.fixture(autouse=True)
def _environment_is_ready() -> None:
    """These tests start what is prepared; they must not renew it under a running test suite."""
    assert not problem(Environment(ROOT / ".venv"), lock_digests(("run",))), (
        "Start the tests with python3 packaging/test.py"
    )


def start(
    *arguments: str, environment: dict[str, str] | None = None
) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, str(PACKAGING / "run.py"), *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("name", ["run.py", "test.py"])
def test_an_old_python_is_told_so(name: str) -> None:
    script = PACKAGING / name
    ast.parse(script.read_text("utf-8"), feature_version=(3, 7))
    code = (
        "import sys, runpy; sys.hexversion = 0x03090000; sys.version_info = (3, 9, 1)\n"
        f"runpy.run_path({str(script)!r}, run_name='__main__')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "Python 3.11 or newer, and this is Python 3.9." in done.stderr
    assert f"python3.12 packaging/{name}" in done.stderr


def test_arguments_reach_the_application() -> None:
    done = start("--version")
    assert (done.returncode, done.stdout) == (0, f"Workbench {workbench.__version__}\n")


def test_it_starts_where_python_leaves_out_the_folder_of_a_script() -> None:
    done = start("--version", environment=os.environ | {"PYTHONSAFEPATH": "1"})
    assert (done.returncode, done.stdout) == (0, f"Workbench {workbench.__version__}\n")


def test_without_a_display_the_demonstration_is_offered() -> None:
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    done = start(environment={k: v for k, v in os.environ.items() if k not in hidden})
    assert done.returncode == 1
    assert "python3 packaging/run.py --demo" in done.stderr


def test_a_wrong_use_of_the_demonstration_is_told() -> None:
    done = start("--demo", "one", "two")
    assert done.returncode == 2
    assert "--demo [FOLDER]" in done.stderr


def test_sizes_are_measured(tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text("def first():\n    return 1\n\n\nclass A:\n    def second(self): ...\n")
    assert modules([module])[0].lines == 6
    assert [size.lines for size in functions([module])] == [2, 1]
