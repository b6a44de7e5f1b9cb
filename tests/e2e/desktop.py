"""A desktop of its own for each test: X server, window manager, session bus. Nothing is shared."""

import os
import select
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Self

from tests.e2e.waiting import wait_for

START_SECONDS = 60.0
STOP_SECONDS = 10.0
_LOOKS = 10
_NOT_OURS = (
    "WAYLAND_DISPLAY",
    "XAUTHORITY",
    "NO_AT_BRIDGE",
    "AT_SPI_BUS_ADDRESS",
    "SESSION_MANAGER",
)


class Desktop:
    """A private X server with openbox and a session bus; ends with the ``with`` block.

    Args:
        size: Of its screen.
        managed: Whether there is a window manager, which has frames around windows.

    Attributes:
        environment: Environment variables for programs that are to appear on it.
    """

    def __init__(self, size: tuple[int, int] = (1600, 1000), *, managed: bool = True) -> None:
        self._size = size
        self._managed = managed
        self._stack = ExitStack()
        self.environment: dict[str, str] = {}

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            folder = Path(tempfile.mkdtemp(prefix="workbench-desktop-"))
            stack.callback(shutil.rmtree, folder, ignore_errors=True)
            self._log = stack.enter_context((folder / "desktop.log").open("wb"))
            self.environment = _environment(folder)
            self._start(stack)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def run(self, command: Sequence[str]) -> subprocess.CompletedProcess[bytes]:
        """Run a program on this desktop to its end; a failure is an error."""
        return subprocess.run(
            command, env=self.environment, check=True, capture_output=True, timeout=START_SECONDS
        )

    def screenshot(self, path: Path, box: tuple[int, int, int, int] | None = None) -> Path:
        """Save a picture of the whole desktop, or of a part of it: x, y, width, height."""
        path.parent.mkdir(parents=True, exist_ok=True)
        crop: list[str] = []
        if box is not None:
            x, y, width, height = box
            crop = ["-crop", f"{width}x{height}+{x}+{y}", "+repage"]
        self.run(["import", "-window", "root", *crop, str(path)])
        return path

    def steady_screenshot(self, path: Path, box: tuple[int, int, int, int]) -> Path:
        """Save a picture as soon as nothing in it moves any more, or after ten looks."""
        looks: list[bytes] = []

        def look() -> bool:
            looks.append(self.screenshot(path, box).read_bytes())
            return len(looks) >= _LOOKS or looks[-1] in looks[-2:-1]

        wait_for(look, f"the picture {path.name}", START_SECONDS)
        return path

    def _start(self, stack: ExitStack) -> None:
        width, height = self._size
        screen = ["-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp"]
        number = self._announced(stack, ["Xvfb", "-displayfd", "{}", *screen])
        self.environment["DISPLAY"] = f":{number}"
        bus = ["dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address={}"]
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = self._announced(stack, bus)
        if not self._managed:
            return
        self._keep(stack, ["openbox", "--sm-disable"], ())
        wait_for(self._is_managed, "the window manager", START_SECONDS)

    def _is_managed(self) -> bool:
        asked = ["xdotool", "get_num_desktops"]
        done = subprocess.run(asked, env=self.environment, capture_output=True, check=False)
        return done.returncode == 0

    def _announced(self, stack: ExitStack, command: Sequence[str]) -> str:
        """Start a server that writes to a pipe how it can be reached, as soon as it can be."""
        reading, writing = os.pipe()
        try:
            self._keep(stack, [part.format(writing) for part in command], (writing,))
        finally:
            os.close(writing)
        with os.fdopen(reading, "rb") as pipe:
            if not select.select([pipe], [], [], START_SECONDS)[0]:
                raise TimeoutError(f"{command[0]} did not start")
            said = pipe.readline().decode().strip()
        if not said:
            raise RuntimeError(f"{command[0]} ended at once")
        return said

    def _keep(self, stack: ExitStack, command: Sequence[str], fds: tuple[int, ...]) -> None:
        process = subprocess.Popen(
            command,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            pass_fds=fds,
        )
        stack.callback(stop, process)


def stop(process: "subprocess.Popen[bytes] | subprocess.Popen[str]") -> None:
    """End a process: politely, then for certain."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
    process.wait()


def _environment(folder: Path) -> dict[str, str]:
    runtime = folder / "runtime"
    runtime.mkdir(mode=0o700)
    inherited: Mapping[str, str] = os.environ
    kept = {name: value for name, value in inherited.items() if name not in _NOT_OURS}
    return kept | {
        "XDG_RUNTIME_DIR": str(runtime),
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "QT_QPA_PLATFORM": "xcb",
        "QT_ACCESSIBILITY": "1",
        "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
        "QT_LOGGING_RULES": "qt.accessibility.atspi=false",
    }
