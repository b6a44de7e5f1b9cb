"""Each page looks as in its reference picture, in both themes.

After a wanted change: ``python -m tests.screenshots --references``, look at the pictures, commit.
"""

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from tests.screenshots.camera import (
    MOST_DIFFERENT,
    REFERENCES,
    Camera,
    compared,
    difference,
    reference_picture,
)

pytestmark = pytest.mark.qt_log_ignore("grabbing the keyboard", "setting the mouse cursor")


@pytest.fixture
def camera(qapp: QApplication) -> Iterator[Camera]:
    camera = Camera()
    yield camera
    camera.close()


def test_every_page_looks_as_before(
    camera: Camera, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("pictures")
    changed = []
    for name, mode in compared():
        file = f"{name}-{mode.value}.png"
        picture = reference_picture(camera, name, mode)
        share = difference(picture, QImage(str(REFERENCES / file)))
        if share > MOST_DIFFERENT:
            picture.save(str(folder / file))
            changed.append(f"{file}: {share:.1%} of the pixels differ")
    assert not changed, f"{changed}; the new pictures are in {folder}"


def test_there_is_no_reference_that_nobody_looks_at() -> None:
    wanted = {f"{name}-{mode.value}.png" for name, mode in compared()}
    assert {path.name for path in REFERENCES.iterdir()} == wanted


def test_a_difference_is_found() -> None:
    one = QImage(100, 100, QImage.Format.Format_RGB888)
    one.fill(QColor("white"))
    other = one.copy()
    assert difference(one, other) == 0
    for x in range(20):
        for y in range(10):
            other.setPixelColor(x, y, QColor("navy"))
    assert difference(one, other) == 0.02
    near = one.copy()
    near.fill(QColor("#F0F0F0"))
    assert difference(one, near) == 0
    assert difference(one, one.copy(0, 0, 50, 50)) == 1
