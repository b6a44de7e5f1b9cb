"""Looks at the screen of a private desktop again and again, without saving what it sees."""

import ctypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.e2e.desktop import Desktop

_ALL_PLANES, _Z_PIXMAP = ctypes.c_ulong(-1).value, 2
_PIXEL = 4
BLOCK, _STEP = 64, 4
_PAUSE_SECONDS = 0.005
# Of the sampled pixels of a block, so many have to agree: letters and lines are no ground.
_MOST = 0.9
_LIGHT, _DARK = bytes(int(value >= 200) for value in range(256)), bytes(
    int(value <= 60) for value in range(256)
)  # fmt: skip


class _Image(ctypes.Structure):
    _fields_ = (
        *((name, ctypes.c_int) for name in ("width", "height", "xoffset", "format")),
        ("data", ctypes.c_void_p),
        *(
            (name, ctypes.c_int)
            for name in ("byte_order", "unit", "bit_order", "pad", "depth", "bytes_per_line")
        ),
    )


class Screen:
    """A connection of its own to the X server of a desktop."""

    def __init__(self, desktop: Desktop) -> None:
        self._x = ctypes.CDLL("libX11.so.6")
        self._x.XOpenDisplay.restype = ctypes.c_void_p
        self._x.XDefaultRootWindow.restype = ctypes.c_ulong
        self._x.XDefaultRootWindow.argtypes = (ctypes.c_void_p,)
        self._x.XGetImage.restype = ctypes.POINTER(_Image)
        self._x.XGetImage.argtypes = (
            ctypes.c_void_p, ctypes.c_ulong, ctypes.c_int, ctypes.c_int, ctypes.c_uint,
            ctypes.c_uint, ctypes.c_ulong, ctypes.c_int,
        )  # fmt: skip
        self._x.XClearWindow.argtypes = (ctypes.c_void_p, ctypes.c_ulong)
        self._x.XSync.argtypes = (ctypes.c_void_p, ctypes.c_int)
        self._x.XFree.argtypes = (ctypes.c_void_p,)
        self._x.XCloseDisplay.argtypes = (ctypes.c_void_p,)
        name = desktop.environment["DISPLAY"].encode()
        display: int | None = self._x.XOpenDisplay(name)
        if display is None:
            raise RuntimeError("The X server does not answer")
        self._display = ctypes.c_void_p(display)

    def close(self) -> None:
        """End the connection."""
        self._x.XCloseDisplay(self._display)

    def clear(self, window: int) -> None:
        """Let the server show its own ground of a window, as it does where a window grows."""
        self._x.XClearWindow(self._display, window)
        self._x.XSync(self._display, 0)

    def look(self, box: tuple[int, int, int, int]) -> "Grounds":
        """Return the grounds of a part of the screen: x, y, width, height."""
        root = self._x.XDefaultRootWindow(self._display)
        found = self._x.XGetImage(self._display, root, *box, _ALL_PLANES, _Z_PIXMAP)
        if not found:
            raise RuntimeError("The X server gave no picture")
        image = found.contents
        line, width, height = image.bytes_per_line, image.width, image.height
        data = ctypes.string_at(image.data, line * height)
        self._x.XFree(image.data)
        self._x.XFree(found)
        return _grounds(data, line, width, height)


@dataclass(frozen=True, slots=True)
class Grounds:
    """What most pixels of each block of a picture are.

    Attributes:
        light: Blocks, as column and row, that are light.
        dark: Those that are dark.
    """

    light: frozenset[tuple[int, int]]
    dark: frozenset[tuple[int, int]]


def _grounds(data: bytes, line: int, width: int, height: int) -> Grounds:
    light, dark = set(), set()
    for row in range(height // BLOCK):
        tops = range(row * BLOCK, (row + 1) * BLOCK, _STEP)
        for column in range(width // BLOCK):
            left = column * BLOCK * _PIXEL
            right = left + BLOCK * _PIXEL
            # Green tells how light a grey is.
            greens = b"".join(
                data[top * line + left + 1 : top * line + right : _STEP * _PIXEL] for top in tops
            )
            least = _MOST * len(greens)
            if greens.translate(_LIGHT).count(1) >= least:
                light.add((column, row))
            elif greens.translate(_DARK).count(1) >= least:
                dark.add((column, row))
    return Grounds(frozenset(light), frozenset(dark))


@dataclass
class Watch:
    """All that was seen while it was watched."""

    frames: list[Grounds] = field(default_factory=list)


@contextmanager
def watched(screen: Screen, box: tuple[int, int, int, int]) -> Iterator[Watch]:
    """Look at a part of the screen as often as possible within the block."""
    watch, ended = Watch(), threading.Event()
    failed: list[BaseException] = []

    def look() -> None:
        try:
            # The pause leaves the processor to what is watched.
            while not ended.wait(_PAUSE_SECONDS):
                frame = screen.look(box)
                if watch.frames[-1:] != [frame]:
                    watch.frames.append(frame)
        except BaseException as error:  # noqa: BLE001 - raised below, in the test's own thread
            failed.append(error)

    thread = threading.Thread(target=look, name="watch the screen")
    thread.start()
    try:
        yield watch
    finally:
        ended.set()
        thread.join()
        if failed:
            raise failed[0]
