"""Nothing flashes: what is on the X server's screen is looked at while the window changes.

There is no window manager: its own frame has another ground for a moment.
"""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.desktop import Desktop, stop
from tests.e2e.screen_watch import BLOCK, Screen, Watch, watched
from tests.e2e.waiting import wait_for

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("runs", "run-metrics", "run-log", "restore-ready", "compare-three", "projects", "project",
         "operations", "settings", "runs-jobs")  # fmt: skip
SIZES = ((1024, 640), (1440, 900), (1100, 800), (1440, 640), (1024, 900), (1440, 900))


class Window:
    """The window in a process of its own."""

    def __init__(self, desktop: Desktop, home: Path) -> None:
        home.mkdir()
        own = {"HOME": str(home), "WORKBENCH_HOME": str(home), "TZ": "UTC"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.e2e.flicker_window"],
            cwd=ROOT,
            env=desktop.environment | own,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.number = int(self._said())
        self._answered()

    def do(self, *words: object) -> None:
        """Tell it what to do, and wait until that is on screen."""
        assert self._process.stdin is not None
        print(*words, file=self._process.stdin, flush=True)
        self._answered()

    def _said(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()

    def _answered(self) -> None:
        assert self._said() == "done\n"

    def close(self) -> None:
        """End it."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        assert self._process.wait(60) == 0

    def kill(self) -> None:
        """End it in any case."""
        stop(self._process)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()


@pytest.fixture
def desktop() -> Iterator[Desktop]:
    """A private X server with nothing else on it."""
    with Desktop(managed=False) as private:
        yield private


@pytest.fixture
def window(desktop: Desktop, tmp_path: Path) -> Iterator[Window]:
    """The window with dark colours, at its usual size."""
    window = Window(desktop, tmp_path / "home")
    try:
        window.do("size", 1440, 900)
        yield window
    finally:
        window.kill()


@pytest.fixture
def screen(desktop: Desktop) -> Iterator[Screen]:
    screen = Screen(desktop)
    yield screen
    screen.close()


BOX = (0, 0, 1600, 1000)


def light_blocks(watch: Watch) -> list[list[tuple[int, int]]]:
    return [sorted(frame.light) for frame in watch.frames if frame.light]


def test_a_flash_would_be_seen(window: Window, screen: Screen) -> None:
    window.do("scene", "runs")
    with watched(screen, BOX) as watch:
        window.do("flash", "on")
        wait_for(lambda: bool(light_blocks(watch)), "the flash to be seen", 60)
        window.do("flash", "off")
        wait_for(lambda: not watch.frames[-1].light, "the flash to end", 60)


def test_pages_and_sizes_change_without_a_light_frame(window: Window, screen: Screen) -> None:
    with watched(screen, BOX) as watch:
        for page in PAGES:
            window.do("scene", page)
        for size in SIZES:
            window.do("size", *size)
        wait_for(lambda: bool(watch.frames), "a picture", 60)
    assert not light_blocks(watch)
    window.close()


def test_the_server_has_the_ground_of_the_theme(window: Window, screen: Screen) -> None:
    window.do("scene", "runs")
    box = (0, 0, 1440, 896)
    blocks = (1440 // BLOCK) * (896 // BLOCK)
    for mode in ("dark", "light", "dark"):
        window.do("theme", mode)
        # Only what is painted meanwhile is not of that ground: icons that turn.
        wait_for(lambda mode=mode: _cleared(window, screen, box, mode) > 0.9 * blocks, mode, 60)  # type: ignore[misc]
    window.close()


def _cleared(window: Window, screen: Screen, box: tuple[int, int, int, int], mode: str) -> int:
    screen.clear(window.number)
    seen = screen.look(box)
    return len(seen.dark if mode == "dark" else seen.light)


def test_colours_change_at_once_everywhere(window: Window, screen: Screen) -> None:
    for page in PAGES:
        window.do("scene", page)
        dark = screen.look(BOX)
        with watched(screen, BOX) as watch:
            window.do("theme", "light")
            wait_for(lambda: bool(watch.frames) and bool(watch.frames[-1].light), "light", 60)
        light = screen.look(BOX)
        # What has a plain ground in both: there neither frame may show the other's.
        plain = dark.dark & light.light
        assert len(plain) > 20
        mixed = [
            (len(frame.light & plain), len(frame.dark & plain))
            for frame in watch.frames
            if frame.light & plain and frame.dark & plain
        ]
        assert not mixed, page
        window.do("theme", "dark")
    window.close()
