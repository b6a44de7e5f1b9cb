"""What Workbench needs from the operating system, and how to get it there.

Standard library only: this runs before anything is installed.
"""

import ctypes
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

# Names in the order of preference: Debian 13 and Ubuntu 24.04 renamed one of them.
Package = tuple[str, ...]

_LAUNCHERS = ("/usr/libexec/at-spi-bus-launcher", "/usr/lib/at-spi2-core/at-spi-bus-launcher")
_GI_PROBE = "import gi; gi.require_version('Atspi', '2.0'); from gi.repository import Atspi"
SYSTEM_PYTHON = "/usr/bin/python3"


class SetupError(Exception):
    """Something is missing; the text tells a person what to do."""


@dataclass(frozen=True, slots=True)
class Part:
    """Something of the system that is needed.

    Attributes:
        what: What it is, for people.
        present: Whether it is there.
        packages: Debian packages that bring it.
        starts_service: Whether installing it lets others reach this computer from then on.
    """

    what: str
    present: Callable[[], bool]
    packages: tuple[Package, ...]
    starts_service: bool = False


def _library(name: str, *package: str) -> Part:
    return Part(name, lambda: not _load_error(name), (package,))


def _load_error(library: str) -> str:
    try:
        ctypes.CDLL(library)
    except OSError as error:
        return str(error)
    return ""


def _has_venv() -> bool:
    importlib.invalidate_caches()
    return all(importlib.util.find_spec(name) is not None for name in ("venv", "ensurepip"))


QT_LIBRARIES: tuple[Part, ...] = (
    _library("libglib-2.0.so.0", "libglib2.0-0t64", "libglib2.0-0"),
    _library("libEGL.so.1", "libegl1"),
    _library("libGL.so.1", "libgl1"),
    _library("libxkbcommon.so.0", "libxkbcommon0"),
    _library("libfontconfig.so.1", "libfontconfig1"),
    _library("libdbus-1.so.3", "libdbus-1-3"),
    _library("libxcb-cursor.so.0", "libxcb-cursor0"),
    _library("libxcb-icccm.so.4", "libxcb-icccm4"),
    _library("libxcb-keysyms.so.1", "libxcb-keysyms1"),
    _library("libxcb-shape.so.0", "libxcb-shape0"),
    _library("libxcb-xkb.so.1", "libxcb-xkb1"),
    _library("libxkbcommon-x11.so.0", "libxkbcommon-x11-0"),
)
VENV_PART = Part(
    "the venv module of this Python",
    _has_venv,
    ((f"python{sys.version_info.major}.{sys.version_info.minor}-venv", "python3-venv"),),
)


def _program(name: str, *packages: str) -> Part:
    return Part(
        name, lambda: shutil.which(name) is not None, tuple((package,) for package in packages)
    )


def _can_drive() -> bool:
    if not Path(SYSTEM_PYTHON).exists():
        return False
    command = [SYSTEM_PYTHON, "-c", _GI_PROBE]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


DESKTOP_PARTS: tuple[Part, ...] = (
    _program("Xvfb", "xvfb"),
    _program("openbox", "openbox"),
    _program("xdotool", "xdotool"),
    _program("import", "imagemagick"),
    _program("dbus-daemon", "dbus"),
    Part(
        "the accessibility bus",
        lambda: any(Path(name).exists() for name in _LAUNCHERS),
        (("at-spi2-core",),),
    ),
    Part(
        "the accessibility bindings of the system's Python",
        _can_drive,
        (("python3-gi",), ("gir1.2-atspi-2.0",)),
    ),
)


def _has_sshd() -> bool:
    places = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"))
    return shutil.which("sshd", path=places) is not None


GIT_PARTS: tuple[Part, ...] = (_program("git", "git"),)
TEST_PARTS: tuple[Part, ...] = (
    *GIT_PARTS,
    *DESKTOP_PARTS,
    _program("dbus-run-session", "dbus"),
    _program("gnome-keyring-daemon", "gnome-keyring"),
    _program("ssh", "openssh-client"),
    Part("sshd", _has_sshd, (("openssh-server",),), starts_service=True),
)
_SERVICES = Path("/run/systemd/system")


def ensure_parts(parts: Sequence[Part]) -> None:
    """Install what is missing, where this is allowed.

    Raises:
        SetupError: If something stays missing; the text has the one line to run.
    """
    if sys.platform != "linux":
        return
    missing = [part for part in parts if not part.present()]
    if not missing:
        return
    names = ", ".join(part.what for part in missing)
    packages = tuple(package for part in missing for package in part.packages)
    why = f"Missing on this computer: {names}."
    if _SERVICES.is_dir() and any(part.starts_service for part in missing):
        # A container starts nothing by itself; on a desktop this is a person's decision.
        line = " ".join(["sudo apt-get install --no-install-recommends", *choose(packages)])
        raise SetupError(
            f"{why}\nThe tests use an SSH server of their own, but its package also starts one "
            f"that others can reach. Install it yourself if that is all right here, and switch "
            f"that one off with: sudo systemctl disable --now ssh\n\n    {line}"
        )
    install(packages, why)
    still = [part.what for part in missing if not part.present()]
    if still:
        raise SetupError(f"Still missing after the installation: {', '.join(still)}.")


def ensure_qt_libraries(packages: Path) -> None:
    """See to it that the shared libraries of the system that Qt needs are there.

    Args:
        packages: The folder of installed packages that holds ``PySide6``.

    Raises:
        SetupError: If one stays missing; the text has the one line to run.
    """
    if sys.platform != "linux":
        return
    trouble = qt_trouble(packages)
    if not trouble:
        return
    packages_of_qt = tuple(package for part in QT_LIBRARIES for package in part.packages)
    install(packages_of_qt, f"Qt cannot be loaded: {trouble}.")
    trouble = qt_trouble(packages)
    if trouble:
        raise SetupError(f"Qt still cannot be loaded: {trouble}.")


def qt_trouble(packages: Path) -> str:
    """Return why Qt's libraries cannot be loaded, or an empty string.

    They are really loaded, including the plugin that talks to the X server: a list of names would
    be wrong on the next distribution.
    """
    qt = packages / "PySide6" / "Qt"
    names = ("lib/libQt6Widgets.so.6", "lib/libQt6Svg.so.6", "plugins/platforms/libqxcb.so")
    errors = (_load_error(str(qt / name)) for name in names)
    return next((error for error in errors if error), "")


def install(packages: Sequence[Package], why: str) -> None:
    """Install Debian packages, or say the line that does it.

    Raises:
        SetupError: If that is not allowed, not possible, or failed.
    """
    prefix = administrator()
    if shutil.which("apt-get") is None:
        wanted = " ".join(dict.fromkeys(names[-1] for names in packages))
        raise SetupError(
            f"{why}\nInstall what these Debian packages hold with this system's own tool:\n{wanted}"
        )
    if prefix is None:
        line = " ".join(["sudo apt-get install --no-install-recommends", *choose(packages)])
        raise SetupError(f"{why}\nThis line installs it, then start again:\n\n    {line}")
    print(f"{why} Installing …", file=sys.stderr, flush=True)
    if not _apt_install(prefix, choose(packages)):
        # A new container has no package lists, an old one has stale ones.
        _apt(prefix, ["update"])
        if not _apt_install(prefix, choose(packages)):
            line = " ".join(["apt-get install --no-install-recommends", *choose(packages)])
            raise SetupError(f"{why}\nThe installation failed. The line was:\n\n    {line}")


def administrator() -> list[str] | None:
    """Return what to put before a command that needs an administrator; ``None`` if we may not."""
    if sys.platform == "win32":
        return None
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo is None:
        return None
    allowed = subprocess.run([sudo, "-n", "true"], capture_output=True, check=False)
    return [sudo, "-n"] if allowed.returncode == 0 else None


def choose(packages: Sequence[Package]) -> list[str]:
    """Return for each package the name that this system knows."""
    return list(dict.fromkeys(_known_name(names) for names in packages))


def _known_name(names: Package) -> str:
    if len(names) > 1 and shutil.which("apt-cache"):
        for name in names:
            shown = subprocess.run(
                ["apt-cache", "show", "--no-all-versions", name], capture_output=True, check=False
            )
            if shown.returncode == 0 and shown.stdout:
                return name
    return names[-1]


def _apt_install(prefix: list[str], names: list[str]) -> bool:
    return _apt(prefix, ["install", "-y", "--no-install-recommends", *names])


def _apt(prefix: list[str], arguments: list[str]) -> bool:
    command = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", *arguments]
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=sys.stderr.fileno(), check=False
    )
    return done.returncode == 0
