"""Takes pictures of the window that are the same each time, and compares them."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from tests.screenshots.scenes import SETTLE_MS, Stage, scenes
from workbench.core.settings import ThemeMode
from workbench.views.kit.spinner import spinner_clock
from workbench.views.theme.theme import theme

REFERENCES = Path(__file__).resolve().parent / "references"
SIZE, HALF = (1024, 640), 512
# Colours of a channel that are nearer than this count as equal, and so do pictures with fewer
# different pixels than this share: another version of a font library moves edges a little.
NEAR, MOST_DIFFERENT = 48, 0.01
# One state of each page is compared.
_COMPARED = (
    "projects",
    "new-project",
    "new-project-files",
    "runs",
    "run-metrics",
    "run-log",
    "run-outputs-picture",
    "run-changes",
    "run-environment",
    "compare-three",
    "restore-ready",
    "project",
    "operations",
    "settings",
    "help",
)
_ANGLE = 30
_MOST_COLORS, _APART = 255, 10
# A picture is taken when nothing changed for this long, at the latest after so many looks.
_LOOK_MS, _LOOKS = 150, 40


class Camera:
    """One window that plays all scenes."""

    def __init__(self) -> None:
        self._scenes = scenes()
        self._stage = Stage()
        self._stage.window.complete()
        self._stage.window.show()

    @property
    def names(self) -> list[str]:
        """Names of all scenes."""
        return list(self._scenes)

    def take(self, name: str, mode: ThemeMode, size: tuple[int, int], *, zoom: int = 100) -> QImage:
        """Return a picture of a scene."""
        window = self._stage.window
        theme().set_mode(mode)
        theme().set_zoom(zoom)
        window.resize(*size)
        QTest.qWait(1)
        self._stage.reset()
        self._scenes[name](self._stage)
        picture = self._steady()
        if self._stage.dialog is not None:
            _draw_over(picture, window, self._stage.dialog)
        return picture

    def _steady(self) -> QImage:
        """Return the window when charts, colours and late states are drawn."""
        QTest.qWait(SETTLE_MS)
        before = QImage()
        for _ in range(_LOOKS):
            # What turns stands still in a picture.
            spinner_clock().angle = _ANGLE
            picture = self._stage.window.grab().toImage()
            if picture == before:
                break
            before = picture
            QTest.qWait(_LOOK_MS)
        return before

    def close(self) -> None:
        """Close the window, with all that it holds: nothing is left to the end of Python."""
        theme().set_zoom(100)
        self._stage.reset()
        self._stage.window.hide()
        self._stage.window.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def _draw_over(picture: QImage, window: QWidget, dialog: QWidget) -> None:
    painter = QPainter(picture)
    painter.drawPixmap(window.rect().center() - dialog.rect().center(), dialog.grab())
    painter.end()


def save(picture: QImage, path: Path) -> None:
    """Save a picture in a small file: with few colours, and zero is the strongest compression."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with_few_colors(picture).save(str(path), quality=0)


def with_few_colors(picture: QImage) -> QImage:
    """Return a picture with fewer colours: the frequent ones that can be told apart."""
    image = picture.convertToFormat(QImage.Format.Format_RGB32)
    pixels = memoryview(bytes(image.constBits())).cast("I")
    place: dict[int, int] = {}
    palette: list[int] = []
    for color, _number in Counter(pixels).most_common():
        nearest = min(range(len(palette)), key=lambda n, c=color: _far(palette[n], c), default=-1)  # type: ignore[misc]
        if nearest < 0 or (len(palette) < _MOST_COLORS and _far(palette[nearest], color) > _APART):
            nearest = len(palette)
            palette.append(color)
        place[color] = nearest
    data = bytes(map(place.__getitem__, pixels))
    width, height = image.width(), image.height()
    small = QImage(data, width, height, width, QImage.Format.Format_Indexed8)
    small.setColorTable(palette)
    # The bytes are Python's.
    return small.copy()


def _far(one: int, other: int) -> int:
    return sum(abs((one >> shift & 255) - (other >> shift & 255)) for shift in (0, 8, 16))


def compared() -> Iterator[tuple[str, ThemeMode]]:
    """Yield the scenes that tests compare, in both themes."""
    for name in _COMPARED:
        for mode in (ThemeMode.LIGHT, ThemeMode.DARK):
            yield name, mode


def reference_picture(camera: Camera, name: str, mode: ThemeMode) -> QImage:
    """Return a scene as it is compared: half of its size, which forgives the edges of letters."""
    picture = camera.take(name, mode, SIZE)
    return picture.scaledToWidth(HALF, Qt.TransformationMode.SmoothTransformation).convertToFormat(
        QImage.Format.Format_RGB888
    )


def difference(one: QImage, other: QImage) -> float:
    """Return the share of pixels that differ; 1 for pictures of different sizes."""
    if one.size() != other.size():
        return 1.0
    pair = [image.convertToFormat(QImage.Format.Format_RGB32) for image in (one, other)]
    first, second = (bytes(image.constBits()) for image in pair)
    # Four bytes for each pixel, the last of them without a meaning.
    far = [abs(a - b) > NEAR for a, b in zip(first, second, strict=True)]
    different = sum(
        1
        for blue, green, red in zip(far[0::4], far[1::4], far[2::4], strict=True)
        if blue or green or red
    )
    return different / (one.width() * one.height())
