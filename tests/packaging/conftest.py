"""Fresh environments that borrow what is installed here, so that no test needs a network."""

import subprocess
import sys
import sysconfig
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = str(Path(__file__).resolve().parents[2])


@dataclass(frozen=True, slots=True)
class FreshEnvironment:
    """A virtual environment that has everything but Workbench itself.

    Attributes:
        folder: Its folder.
    """

    folder: Path

    def program(self, name: str) -> Path:
        """Return the path of one of its programs."""
        return self.folder / "bin" / name

    def install(self, *what: str) -> None:
        """Install from this computer only."""
        options = ["--no-index", "--no-deps", "--no-build-isolation", "--quiet"]
        command = [sys.executable, "-m", "pip", "--python", str(self.program("python"))]
        _run([*command, "install", *options, *what])

    def run(self, *command: str) -> str:
        """Run one of its programs somewhere else and return what it printed."""
        name, *arguments = command
        return _run([str(self.program(name)), *arguments], cwd=self.folder)


def _run(command: list[str], cwd: Path | None = None) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def make_environment(folder: Path) -> FreshEnvironment:
    """Make a fresh environment in a new folder."""
    _run([sys.executable, "-m", "venv", "--without-pip", str(folder)])
    site = next(folder.glob("lib/*/site-packages"))
    (site / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return FreshEnvironment(folder)


def build(folder: Path, *options: str) -> None:
    """Build distributions of this source into a folder: an sdist, and a wheel made from that.

    Args:
        folder: Where they go.
        options: For example ``"--wheel"`` for a wheel alone.
    """
    _run([sys.executable, "-m", "build", "--no-isolation", *options, "--outdir", str(folder), ROOT])


@pytest.fixture
def fresh_environment(tmp_path: Path) -> Callable[[str], FreshEnvironment]:
    """Make a fresh environment with a name."""
    return lambda name: make_environment(tmp_path / name)
