"""Wheel, sdist and editable install, each started from a fresh environment."""

import subprocess
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

import workbench
from tests.packaging.conftest import FreshEnvironment, build

ROOT = Path(__file__).resolve().parents[2]
RESOURCE = "from workbench.core.resources import resource_path as p; print(p('theme.qss'))"


@pytest.fixture(scope="module")
def distributions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with an sdist, and a wheel that was built from that sdist."""
    folder = tmp_path_factory.mktemp("distributions")
    build(folder)
    return folder


def the_only(folder: Path, pattern: str) -> Path:
    (found,) = folder.glob(pattern)
    return found


def both_programs_start(environment: FreshEnvironment) -> None:
    assert environment.run("wb", "--version") == f"wb {workbench.__version__}\n"
    assert environment.run("workbench", "--version") == f"Workbench {workbench.__version__}\n"


def test_the_wheel_starts(
    distributions: Path, fresh_environment: Callable[[str], FreshEnvironment]
) -> None:
    environment = fresh_environment("wheel")
    environment.install(str(the_only(distributions, "*.whl")))
    both_programs_start(environment)
    resource = Path(environment.run("python", "-c", RESOURCE).strip())
    assert resource.is_relative_to(environment.folder)
    assert resource.read_bytes() == (ROOT / "resources" / "theme.qss").read_bytes()


def test_the_wheel_holds_every_module_and_every_resource(distributions: Path) -> None:
    with zipfile.ZipFile(the_only(distributions, "*.whl")) as wheel:
        held = set(wheel.namelist())
    listed = subprocess.run(
        ["git", "ls-files", "-z", "workbench", "resources"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    names = [name for name in listed.stdout.decode().split("\0") if (ROOT / name).is_file()]
    wanted = {
        f"workbench/_{name}" if name.startswith("resources/") else name for name in names if name
    }
    assert len(wanted) > 100
    assert not wanted - held
    assert not {name for name in held if name.startswith(("tests/", "packaging/"))}


def test_the_sdist_starts(
    distributions: Path, fresh_environment: Callable[[str], FreshEnvironment], tmp_path: Path
) -> None:
    with tarfile.open(the_only(distributions, "*.tar.gz")) as archive:
        archive.extractall(tmp_path, filter="data")
    environment = fresh_environment("sdist")
    environment.install(str(the_only(tmp_path, "workbench-*")))
    both_programs_start(environment)


def test_an_editable_install_starts_and_follows_the_clone(
    fresh_environment: Callable[[str], FreshEnvironment],
) -> None:
    environment = fresh_environment("editable")
    environment.install("--editable", str(ROOT))
    both_programs_start(environment)
    resource = Path(environment.run("python", "-c", RESOURCE).strip())
    assert resource == ROOT / "resources" / "theme.qss"
