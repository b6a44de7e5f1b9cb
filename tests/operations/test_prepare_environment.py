"""Prepare a project's environment: complete, or the former one and a reason."""

import os
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import psutil
import pytest

from tests.forked import in_child, kill_at_change
from workbench.core.errors import CanceledError, WorkbenchError
from workbench.core.progress import CancelToken, Progress
from workbench.core.project import Project
from workbench.core.run import Interpreter, InterpreterKind
from workbench.operations.library import Library
from workbench.operations.prepare_environment import plan_environment, prepare_environment
from workbench.operations.run_options import load_run_options
from workbench.services.app_paths import AppPaths
from workbench.services.conda_names import pip_requirement
from workbench.services.environment_folder import is_being_built, mark_as_building
from workbench.services.environments import recover_environment
from workbench.services.interpreters import find_interpreters
from workbench.services.python_versions import python_matches

ROOT = Path(__file__).resolve().parents[2]
VERSION = ".".join(str(number) for number in sys.version_info[:3])
BASE = Interpreter(
    str(Path(sys.base_prefix) / "bin/python3"), InterpreterKind.SYSTEM, VERSION, "System"
)


@pytest.fixture(autouse=True)
def _bare_computer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{Path(BASE.path).parent}:/usr/bin:/bin")
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))


@pytest.fixture
def project(tmp_path: Path) -> Project:
    folder = tmp_path / "project"
    folder.mkdir()
    return Project("id", "project", folder)


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """A folder with one small package, so that no test needs a network."""
    place = tmp_path / "shelf"
    place.mkdir()
    info = "tinything-1.0.dist-info"
    with zipfile.ZipFile(place / "tinything-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("tinything.py", "VALUE = 42\n")
        wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: tinything\nVersion: 1.0\n")
        wheel.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{info}/RECORD", "")
    return place


def conda(project: Project, *lines: str) -> None:
    folder = project.folder / "aml_config"
    folder.mkdir(exist_ok=True)
    text = "\n".join(("dependencies:", *(f"  {line}" for line in lines)))
    (folder / "conda_dependencies.yml").write_text(text + "\n")


def with_shelf(shelf: Path, package: str) -> tuple[str, ...]:
    return ("- pip:", "  - --no-index", f"  - --find-links {shelf}", f"  - {package}")


def value_in(project: Project) -> str:
    done = subprocess.run(
        [project.folder / ".venv/bin/python", "-c", "import tinything; print(tinything.VALUE)"],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip()


def former(project: Project) -> Path:
    """Stand in for an environment that Workbench made before; returns a file in it."""
    own = project.folder / ".venv"
    own.mkdir()
    (own / "workbench-environment.json").write_text("{}")
    (own / "former.txt").touch()
    return own / "former.txt"


def environments(project: Project) -> list[str]:
    return sorted(path.name for path in project.folder.glob(".venv*"))


def test_packages_of_the_list_are_installed(project: Project, shelf: Path) -> None:
    conda(project, "- python=3.11", "- cudatoolkit=11", *with_shelf(shelf, "tinything"))
    project.folder.chmod(0o775)
    seen: list[Progress] = []
    found = prepare_environment(project, base=BASE, report=seen.append)
    assert project.folder.stat().st_mode & 0o7777 == 0o775
    assert found == Interpreter(
        str(project.folder / ".venv/bin/python"),
        InterpreterKind.VENV,
        VERSION,
        f".venv (Python {VERSION})",
    )
    assert value_in(project) == "42"
    assert environments(project) == [".venv"]
    assert find_interpreters(project.folder)[0] == found
    assert (project.folder / ".venv/.gitignore").read_text().strip().endswith("*")
    assert seen[-1].fraction == 1.0
    assert "cudatoolkit" in seen[-1].detail
    assert any("tinything" in item.detail for item in seen)
    assert not any("requirements.txt" in item.detail for item in seen)
    # Once more with another list: the former one is replaced.
    conda(project, "- pip")
    prepare_environment(project, base=BASE)
    assert value_in(project) == ""
    assert environments(project) == [".venv"]


@pytest.mark.parametrize("name", ["Bob's project #1", "日本 ${HOME}", "new\nline"])
def test_requirements_are_found_in_a_folder_with_an_odd_name(
    tmp_path: Path, shelf: Path, name: str
) -> None:
    project = Project("id", "project", tmp_path / name)
    project.folder.mkdir()
    lines = f"--no-index\n--find-links {shelf}\n-r more.txt\n"
    (project.folder / "requirements.txt").write_text(lines)
    (project.folder / "more.txt").write_text("tinything\n")
    prepare_environment(project, base=BASE)
    assert value_in(project) == "42"


def test_a_folder_that_no_environment_can_be_in_is_told(tmp_path: Path) -> None:
    project = Project("id", "project", tmp_path / "a:b")
    project.folder.mkdir()
    with pytest.raises(WorkbenchError, match="The environment wasn't made") as caught:
        prepare_environment(project, base=BASE)
    assert "contains the PATH separator :. Nothing was changed." in caught.value.text
    assert caught.value.hint == ""
    assert list(project.folder.iterdir()) == []


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PIP_TARGET", "elsewhere"),
        ("PIP_PREFIX", "elsewhere"),
        ("PIP_ROOT", "elsewhere"),
        ("PIP_DRY_RUN", "1"),
        ("PIP_USER", "1"),
    ],
)
def test_packages_go_into_the_environment_wherever_the_user_has_them_put_elsewhere(
    project: Project, shelf: Path, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, str(project.folder / value) if value == "elsewhere" else value)
    conda(project, *with_shelf(shelf, "tinything"))
    prepare_environment(project, base=BASE)
    assert value_in(project) == "42"
    assert not (project.folder / "elsewhere").exists()


def test_a_failure_keeps_the_former_environment_and_pips_words(
    project: Project, shelf: Path
) -> None:
    kept = former(project)
    conda(project, *with_shelf(shelf, "no-such-thing==9"))
    with pytest.raises(WorkbenchError) as caught:
        prepare_environment(project, base=BASE)
    assert "no-such-thing==9" in caught.value.details
    assert caught.value.text == (
        "No matching distribution found for no-such-thing==9. Nothing was changed."
    )
    assert kept.exists()
    token = CancelToken()

    def cancel_at_packages(progress: Progress) -> None:
        if progress.fraction is None:
            token.cancel()

    with pytest.raises(CanceledError):
        prepare_environment(project, base=BASE, report=cancel_at_packages, cancel=token)
    assert kept.exists()
    assert environments(project) == [".venv"]


def test_a_network_that_is_not_there_is_told_as_that(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "https://127.0.0.1:9/simple")  # nothing listens there
    monkeypatch.setenv("PIP_RETRIES", "1")
    conda(project, "- pip:", "  - tinything")
    with pytest.raises(WorkbenchError, match="couldn't reach the place where packages come from"):
        prepare_environment(project, base=BASE)
    assert environments(project) == []


def test_a_first_failure_leaves_no_half_environment(project: Project) -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(CanceledError):
        prepare_environment(project, base=BASE, cancel=token)
    assert environments(project) == []
    broken = Interpreter("/bin/false", InterpreterKind.CUSTOM, VERSION, "broken")
    with pytest.raises(WorkbenchError, match="broken can't make environments"):
        prepare_environment(project, base=broken)
    assert environments(project) == []


def test_a_build_is_canceled_although_the_clock_was_set(
    project: Project, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = former(project)
    conda(project, *with_shelf(shelf, "tinything"))
    token = CancelToken()

    def set_clock_and_cancel(progress: Progress) -> None:
        if progress.fraction is None and not token.canceled:
            if sys.platform == "linux":
                # What everything that is computed from the clock sees when somebody sets it back.
                shifted = psutil.boot_time() - 3600
                monkeypatch.setattr(psutil._pslinux, "boot_time", lambda: shifted)
            assert is_being_built(project.folder / ".venv")
            token.cancel()

    with pytest.raises(CanceledError):
        prepare_environment(project, base=BASE, report=set_clock_and_cancel, cancel=token)
    assert kept.exists()
    assert environments(project) == [".venv"]


_KILLED = """
import os, signal, sys
from pathlib import Path
from workbench.core.project import Project
from workbench.core.run import Interpreter, InterpreterKind
from workbench.operations.prepare_environment import prepare_environment
def report(progress):
    if progress.fraction is None:
        os.kill(os.getpid(), signal.SIGKILL)
base = Interpreter(sys.argv[2], InterpreterKind.SYSTEM, "3.11.0")
prepare_environment(Project("id", "p", Path(sys.argv[1])), base=base, report=report)
"""


def test_a_killed_build_is_never_used_and_the_former_one_comes_back(
    project: Project, shelf: Path
) -> None:
    kept = former(project)
    conda(project, *with_shelf(shelf, "tinything"))
    done = subprocess.run(
        [sys.executable, "-c", _KILLED, project.folder, BASE.path],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        timeout=60,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    assert environments(project) == [".venv", ".venv-former"]
    found = find_interpreters(project.folder)[0]
    assert found.problem == "The environment isn't complete. Prepare it again."
    broken = Interpreter("/bin/false", InterpreterKind.CUSTOM, VERSION, "broken")
    with pytest.raises(WorkbenchError):
        prepare_environment(project, base=broken)
    assert kept.exists()
    assert environments(project) == [".venv"]


def test_after_a_kill_the_former_one_is_back_when_the_project_is_looked_at(
    project: Project, shelf: Path
) -> None:
    kept = former(project)
    conda(project, *with_shelf(shelf, "tinything"))
    command = [sys.executable, "-c", _KILLED, str(project.folder), BASE.path]
    values = os.environ | {"PYTHONPATH": str(ROOT)}
    subprocess.run(command, env=values, timeout=60, check=False)
    assert not kept.exists()
    library = Library.open(AppPaths.from_environment())
    load_run_options(library, project)
    library.close()
    assert kept.exists()
    assert environments(project) == [".venv"]


def test_an_environment_that_is_about_to_take_its_place_is_not_disturbed(project: Project) -> None:
    """Between the two renames of a build there is none under the name."""
    former(project).parent.rename(project.folder / ".venv-former")
    prepared = project.folder / ".venv-abcd"
    prepared.mkdir()
    mark_as_building(prepared)
    with pytest.raises(WorkbenchError, match="is being prepared"):
        recover_environment(project.folder)
    assert environments(project) == [".venv-abcd", ".venv-former"]


def test_what_the_user_moved_away_stays_there(project: Project) -> None:
    (project.folder / ".venv-former").mkdir()
    recover_environment(project.folder)
    assert environments(project) == [".venv-former"]


def test_a_kill_between_the_two_renames_of_a_build_loses_nothing(
    project: Project, shelf: Path
) -> None:
    kept = former(project)
    conda(project, *with_shelf(shelf, "tinything"))

    def build() -> None:
        kill_at_change(1, ".venv-former")
        prepare_environment(project, base=BASE)

    assert in_child(build) == -signal.SIGKILL
    assert not (project.folder / ".venv").exists()
    recover_environment(project.folder)
    assert kept.exists()
    assert environments(project) == [".venv"]


def test_an_environment_of_the_user_is_only_replaced_if_they_say_so(project: Project) -> None:
    own = project.folder / ".venv"
    own.mkdir()
    (own / "mine.txt").write_text("kept")
    with pytest.raises(WorkbenchError, match="an environment of its own"):
        prepare_environment(project, base=BASE)
    assert (own / "mine.txt").read_text() == "kept"
    assert plan_environment(project).replaces_own
    prepare_environment(project, base=BASE, replace_own=True)
    assert not (own / "mine.txt").exists()
    assert (own / "bin/python").exists()
    assert not plan_environment(project).replaces_own


def test_requirements_are_used_when_the_list_is_empty_and_a_missing_python_is_told(
    project: Project, shelf: Path
) -> None:
    conda(project, "- python=2.7", "- pip")
    requirements = project.folder / "requirements.txt"
    requirements.write_text(f"--no-index\n--find-links {shelf}\ntinything\n")
    plan = plan_environment(project)
    assert plan.source == "requirements.txt"
    assert plan.packages == (f"-r {requirements}",)
    seen: list[Progress] = []
    prepare_environment(project, report=seen.append)
    assert seen[-1].detail.startswith("Python 2.7 isn't installed; Python ")
    assert value_in(project) == "42"


def test_the_plan_says_what_it_cannot_do(project: Project) -> None:
    assert plan_environment(project).packages == ()
    (project.folder / "requirements.txt").touch()
    (project.folder / "more.txt").touch()
    conda(
        project,
        "- python=3.5.2",
        "- scikit-learn=0.19",
        "- conda-forge::pytorch",
        "- libgcc",
        "- pip:",
        "  - -r more.txt",
        "  - notebook",
    )
    plan = plan_environment(project)
    assert plan.source == "aml_config/conda_dependencies.yml"
    assert plan.python == "3.5.2"
    assert plan.packages == (
        "scikit-learn==0.19.*", "torch", f"-r {project.folder / 'more.txt'}", "notebook",
    )  # fmt: skip
    assert plan.left_out == ("libgcc",)
    assert plan.notes == (
        "Not installed, because only conda has them: libgcc.",
        "requirements.txt isn't used because aml_config/conda_dependencies.yml lists packages.",
    )


@pytest.mark.parametrize(
    ("package", "line"),
    [
        ("numpy", "numpy"),
        ("numpy=1.16", "numpy==1.16.*"),
        ("numpy==1.16.2", "numpy==1.16.2"),
        ("numpy=1.16.2=py37_0", "numpy==1.16.2"),
        ("numpy 1.16.2 py37_0", "numpy==1.16.2"),
        ("numpy 1.16.*", "numpy==1.16.*"),
        ("numpy >=1.10, <2", "numpy>=1.10,<2"),
        ("numpy=*", "numpy"),
        ("numpy *", "numpy"),
        ("numpy 1.6|1.7", None),
        ("conda-forge::opencv", "opencv-python"),
        ("librosa", "librosa"),
        ("pip=9", ""),
        ("cudatoolkit=10.1", None),
        ("r-ggplot2", None),
        ("_libgcc_mutex", None),
        ("; rm -rf", None),
    ],
)
def test_conda_packages_in_pips_words(package: str, line: str | None) -> None:
    assert pip_requirement(package) == line


@pytest.mark.parametrize(
    ("wanted", "fits"),
    [
        ("", True),
        ("3.11", True),
        ("3.11.*", True),
        ("3.11.2", True),
        ("=3.11", True),
        (">=3.9", True),
        (">=3.9,<3.11", False),
        ("<=3.11", False),
        ("~=3.9", True),
        ("!=3.11.*", False),
        ("3", True),
        ("2", False),
        ("3.1", False),
        ("anything", True),
    ],
)
def test_versions_of_python(wanted: str, fits: bool) -> None:
    assert python_matches("3.11.7", wanted) is fits
