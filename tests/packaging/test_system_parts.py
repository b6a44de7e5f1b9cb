"""Parts of the operating system: installed where this is allowed, else the line is told."""

import os
import re
import subprocess
import sys
from pathlib import Path

import PySide6
import pytest
import system_parts
from system_parts import Part, SetupError, choose, ensure_parts, install, qt_trouble

PACKAGING = Path(system_parts.__file__).parent
NOBODY = 65534


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of programs of our own, in front of the system's."""
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return folder


def program(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)


def as_administrator(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system_parts, "administrator", list)


def test_missing_packages_are_installed_after_an_update_if_need_be(
    programs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_administrator(monkeypatch)
    log = tmp_path / "log"
    updated = tmp_path / "updated"
    program(
        programs,
        "apt-get",
        f'echo "$DEBIAN_FRONTEND $*" >> {log}\n'
        f'if [ "$2" = update ]; then touch {updated}; fi\n'
        f"[ -e {updated} ]",
    )
    install((("first",), ("second",)), "Missing.")
    line = "noninteractive -q install -y --no-install-recommends first second"
    assert log.read_text("utf-8").splitlines() == [line, "noninteractive -q update", line]


def test_a_failed_installation_says_the_line(
    programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_administrator(monkeypatch)
    program(programs, "apt-get", "exit 100")
    with pytest.raises(SetupError, match="apt-get install --no-install-recommends first"):
        install((("first",),), "Missing.")


def test_who_may_not_install_is_told_the_one_line(programs: Path) -> None:
    """As another user, in a process of its own: these tests may run as root."""
    program(programs, "apt-get", "exit 1")
    program(programs, "sudo", "exit 1")
    code = (
        "import os, sys\n"
        "import system_parts as parts\n"
        f"if os.geteuid() == 0: os.setuid({NOBODY})\n"
        "try:\n"
        "    parts.install((('first',), ('second',)), 'Missing on this computer: x.')\n"
        "except parts.SetupError as error:\n"
        "    print(error)\n"
    )
    programs.parent.chmod(0o755)
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONPATH": str(PACKAGING)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "\n\n    sudo apt-get install --no-install-recommends first second\n" in done.stdout, (
        done.stderr
    )


def test_a_python_without_venv_is_told(programs: Path) -> None:
    """Debian keeps it in a package of its own."""
    program(programs, "apt-get", "exit 1")
    program(programs, "sudo", "exit 1")
    code = (
        "import importlib.util as util, os\n"
        "from pathlib import Path\n"
        "import environment as private\n"
        "find = util.find_spec\n"
        "util.find_spec = lambda name: None if name == 'ensurepip' else find(name)\n"
        f"if os.geteuid() == 0: os.setuid({NOBODY})\n"
        "try:\n"
        f"    private.prepare(('run',), folder=Path({str(programs)!r}) / '.venv')\n"
        "except private.SetupError as error:\n"
        "    print(error)\n"
    )
    programs.parent.chmod(0o755)
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONPATH": str(PACKAGING)},
        capture_output=True,
        text=True,
        check=False,
    )
    told = done.stdout.splitlines()
    assert told[0].startswith("Missing on this computer: the venv module of this Python"), (
        done.stderr
    )
    line = r"    sudo apt-get install --no-install-recommends python3(\.\d+)?-venv"
    assert re.fullmatch(line, told[-1])
    assert not (programs / ".venv").exists()


@pytest.mark.parametrize(
    ("known", "chosen"), [("libglib2.0-0t64", "libglib2.0-0t64"), ("libglib2.0-0", "libglib2.0-0")]
)
def test_the_name_that_this_release_knows_is_chosen(
    programs: Path, known: str, chosen: str
) -> None:
    program(programs, "apt-cache", f'[ "$3" = {known} ] && echo "Package: {known}"')
    assert choose((("libglib2.0-0t64", "libglib2.0-0"), ("libegl1",))) == [chosen, "libegl1"]


def test_what_is_present_is_not_installed(programs: Path) -> None:
    program(programs, "apt-get", "exit 1")
    ensure_parts([Part("it", lambda: True, (("package",),))])


def test_what_is_still_missing_after_the_installation_is_named(
    programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_administrator(monkeypatch)
    program(programs, "apt-get", "exit 0")
    with pytest.raises(SetupError, match="Still missing after the installation: the thing"):
        ensure_parts([Part("the thing", lambda: False, (("package",),))])


def test_qt_can_be_loaded_here_and_its_absence_is_told(tmp_path: Path) -> None:
    assert qt_trouble(Path(PySide6.__file__).parent.parent) == ""
    assert "libQt6Widgets.so.6" in qt_trouble(tmp_path)


def test_what_would_open_this_computer_to_others_is_left_to_a_person(
    programs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_administrator(monkeypatch)
    installed = tmp_path / "installed"
    program(programs, "apt-get", f"touch {installed}")
    part = Part("sshd", installed.exists, (("openssh-server",),), starts_service=True)
    monkeypatch.setattr(system_parts, "_SERVICES", tmp_path)
    with pytest.raises(SetupError, match="install --no-install-recommends openssh-server"):
        ensure_parts([part])
    monkeypatch.setattr(system_parts, "_SERVICES", tmp_path / "none")
    ensure_parts([part])
    assert installed.exists()
