"""Interpreters: every one offered was run, none is Workbench's own, none replaces another."""

import shutil
import sys
import tempfile
import venv
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.forked import as_ordinary_user, give_to_ordinary_user
from workbench.core.run import InterpreterKind
from workbench.services.interpreters import (
    default_interpreter,
    describe_interpreter,
    find_interpreters,
)

VERSION = ".".join(str(number) for number in sys.version_info[:3])
BASE = Path(sys.base_prefix) / "bin" / f"python{sys.version_info[0]}.{sys.version_info[1]}"
pytestmark = pytest.mark.usefixtures("bare_computer")


@pytest.fixture
def bare_computer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A computer whose only Python is ``system/python3``."""
    system = tmp_path / "system"
    system.mkdir()
    (system / "python3").symlink_to(BASE)
    monkeypatch.setenv("PATH", str(system))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    for name in ("VIRTUAL_ENV", "CONDA_PREFIX"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    return folder


def python_in(root: Path) -> Path:
    venv.create(root, symlinks=True)
    return root / "bin" / "python"


def script(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


def test_the_system_python_is_found_with_its_version(project: Path, bare_computer: Path) -> None:
    (found,) = find_interpreters(project)
    assert found.path in {str(bare_computer / "system/python3"), str(BASE)}
    assert found.version == VERSION
    assert VERSION in found.label
    assert not found.problem


def test_without_any_python_there_is_none(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    assert find_interpreters(project) == []
    assert default_interpreter(project) is None


def test_the_projects_own_environment_comes_first(project: Path) -> None:
    own = python_in(project / ".venv")
    found = find_interpreters(project)
    assert len(found) == 2
    assert (found[0].path, found[0].kind) == (str(own), InterpreterKind.VENV)
    assert found[0].label == f".venv (Python {VERSION})"


def test_the_environment_workbench_runs_in_is_not_offered(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bin_folder = str(Path(sys.executable).parent)
    monkeypatch.setenv("PATH", f"{bin_folder}:{tmp_path / 'system'}")
    monkeypatch.setenv("VIRTUAL_ENV", sys.prefix)
    assert sys.prefix != sys.base_prefix
    for found in find_interpreters(project):
        assert not found.path.startswith(sys.prefix)


def test_a_chosen_one_comes_first_even_if_it_is_gone(project: Path, tmp_path: Path) -> None:
    python_in(project / ".venv")
    chosen = python_in(tmp_path / "mine")
    found = default_interpreter(project, chosen=str(chosen))
    assert found is not None
    assert (found.path, found.kind, found.version) == (str(chosen), InterpreterKind.CUSTOM, VERSION)
    chosen.unlink()
    found = default_interpreter(project, chosen=str(chosen))
    assert found is not None
    assert (found.path, found.version) == (str(chosen), "")
    assert found.problem == f"{chosen} doesn't exist."


def test_a_dead_environment_of_the_project_is_told_not_replaced(project: Path) -> None:
    own = python_in(project / ".venv")
    own.unlink()
    (project / ".venv/bin/python3").unlink()
    own.symlink_to("/nowhere/python")
    found = default_interpreter(project)
    assert found is not None
    assert found.path == str(own)
    assert "gone" in found.problem


def test_python_location_is_respected(project: Path, tmp_path: Path) -> None:
    python_in(project / ".venv")
    wanted = python_in(tmp_path / "wanted")
    settings = project / "aml_config/local.compute"
    settings.parent.mkdir()
    settings.write_text(f'type: "local"\npythonLocation: "{wanted}"\n')
    found = default_interpreter(project)
    assert found is not None
    assert found.path == str(wanted)
    settings.write_text('pythonLocation: "../wanted/bin/python"\n')
    found = default_interpreter(project)
    assert found is not None
    assert found.path == str(wanted)
    settings.write_text('pythonLocation: "python9.9"\n')
    found = default_interpreter(project)
    assert found is not None
    assert found.problem
    settings.write_text('pythonLocation: "python"\n')
    found = default_interpreter(project)
    assert found is not None
    assert found.path == str(project / ".venv/bin/python")


def test_programs_that_only_look_like_python_are_dropped(project: Path, tmp_path: Path) -> None:
    script(tmp_path / "system/python", "#!/bin/sh\necho Python 3.11.0\n")
    script(tmp_path / "pyenv/versions/9.9.9/bin/python", "#!/bin/sh\nexit 1\n")
    assert [found.version for found in find_interpreters(project)] == [VERSION]


def test_a_shim_is_shown_as_what_it_starts(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = tmp_path / "pyenv/versions" / VERSION / "bin/python"
    venv.create(real.parent.parent, symlinks=True)
    script(tmp_path / "shims/python3", f'#!/bin/sh\nexec "{real}" "$@"\n')
    monkeypatch.setenv("PATH", str(tmp_path / "shims"))
    found = find_interpreters(project)
    assert [each.path for each in found] == [str(real)]


def test_conda_environments_are_listed_once(project: Path, tmp_path: Path) -> None:
    root = tmp_path / "conda/envs/vision"
    own = python_in(root)
    (root / "conda-meta").mkdir()
    listing = tmp_path / "home/.conda/environments.txt"
    listing.parent.mkdir(parents=True)
    listing.write_text(f"{root}\n{tmp_path / 'gone'}\n{root}\n")
    found = {each.path: each for each in find_interpreters(project)}
    assert found[str(own)].kind is InterpreterKind.CONDA
    assert found[str(own)].label == f"conda vision (Python {VERSION})"
    assert len(found) == 2


def test_an_upgraded_interpreter_is_asked_again(project: Path) -> None:
    fake = '#!/bin/sh\nexec "{}" "$@"\n'
    own = project / ".venv/bin/python"
    python_in(project / ".venv")
    assert find_interpreters(project)[0].version == VERSION
    own.unlink()
    script(own, fake.format("/nowhere/python"))
    assert find_interpreters(project)[0].problem == f"{own} doesn't start."


def test_one_interpreter_is_described(tmp_path: Path) -> None:
    assert describe_interpreter(BASE).version == VERSION
    assert describe_interpreter(tmp_path).problem


@pytest.fixture
def reachable() -> Iterator[Path]:
    """A folder that every user of the computer can reach, with a locked one in it."""
    root = Path(tempfile.mkdtemp())
    root.chmod(0o755)
    (root / "project" / ".venv").mkdir(parents=True)
    (root / "project/.venv/pyvenv.cfg").touch()
    (root / "home/.conda").mkdir(parents=True)
    (root / "locked/conda/conda-meta").mkdir(parents=True)
    give_to_ordinary_user(root)
    (root / "locked").chmod(0)
    yield root
    for folder in (root / "locked", root / "project/.venv"):
        folder.chmod(0o700)
    shutil.rmtree(root)


def test_what_another_user_keeps_to_himself_is_not_there(
    reachable: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = reachable / "locked/conda"
    (reachable / "home/.conda/environments.txt").write_text(f"{locked}\n")
    (reachable / "home/.conda/environments.txt").chmod(0o644)
    monkeypatch.setenv("PATH", str(locked / "bin"))
    monkeypatch.setenv("CONDA_PREFIX", str(locked))
    monkeypatch.setenv("PYENV_ROOT", str(locked))

    def look() -> list[str]:
        monkeypatch.setenv("HOME", str(reachable / "home"))
        return [found.path for found in find_interpreters(reachable)]

    assert as_ordinary_user(look) == []


def test_a_chosen_one_and_an_own_one_that_cannot_be_read_say_so(reachable: Path) -> None:
    chosen, own = reachable / "locked/conda/bin/python", reachable / "project/.venv"
    own.chmod(0)

    def look() -> list[tuple[str, str]]:
        found = find_interpreters(reachable / "project", chosen=str(chosen))
        return [(each.path, each.problem) for each in found if each.problem]

    assert as_ordinary_user(look) == [
        (str(chosen), f"{chosen} can't be used because access to it was denied."),
        (str(own / "bin/python"), f"{own} can't be read because access to it was denied."),
    ]
    assert as_ordinary_user(lambda: describe_interpreter(chosen).problem)
