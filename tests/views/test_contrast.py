"""What is on screen has the contrast that people need, measured in pictures of the window."""

from collections import Counter
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QRect, QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from tests.screenshots.scenes import Stage, scenes
from tests.views.test_theme import contrast
from workbench.core.settings import ThemeMode
from workbench.views.kit.check_box import paint_box
from workbench.views.theme.theme import theme

pytestmark = pytest.mark.qt_log_ignore("grabbing the keyboard", "setting the mouse cursor")

SCENES = (
    "projects", "runs", "runs-jobs", "runs-messages", "runs-empty", "run-metrics", "run-failed",
    "run-outputs-table", "run-changes", "run-environment", "run-properties", "compare-all",
    "restore-ready", "restore-failed", "restore-blocked", "project", "operations", "settings",
)  # fmt: skip


@pytest.fixture
def stage(qapp: QApplication) -> Iterator[Stage]:
    stage = Stage()
    stage.begin(1440, 900)
    yield stage
    stage.reset()


def grounds(picture: QImage, area: QRect) -> str:
    """Return the colour that most of an area has: letters cover less than what is behind them."""
    seen = Counter(
        picture.pixel(x, y)
        for x in range(area.left(), area.right(), 2)
        for y in range(area.top(), area.bottom(), 2)
    )
    return QColor(seen.most_common(1)[0][0]).name() if seen else ""


def shown_labels(window: QWidget, room: QRect) -> Iterator[tuple[QLabel, QRect]]:
    for label in window.findChildren(QLabel):
        if label.text() and label.isEnabled() and label.isVisible():
            area = QRect(label.mapTo(window, QPoint(0, 0)), label.size())
            # What is scrolled away or below something else is no ground of its own.
            if room.contains(area) and window.childAt(area.center()) is label:
                yield label, area


@pytest.mark.parametrize("mode", [ThemeMode.LIGHT, ThemeMode.DARK])
def test_every_text_on_screen_can_be_read(stage: Stage, mode: ThemeMode) -> None:
    theme().set_mode(mode)
    plays, window = scenes(), stage.window
    weak, measured = set(), 0
    for name in SCENES:
        stage.reset()
        plays[name](stage)
        QTest.qWait(50)
        picture = window.grab().toImage()
        for label, area in shown_labels(window, picture.rect()):
            front = label.palette().color(label.foregroundRole()).name()
            ground = grounds(picture, area)
            measured += 1
            if ground and contrast(front, ground) < 4.5:
                weak.add(f"{name}: {label.text()!r}: {front} on {ground}")
    assert not weak
    assert measured > 600


@pytest.mark.parametrize("mode", [ThemeMode.LIGHT, ThemeMode.DARK])
@pytest.mark.parametrize("state", ["on", "part", ""])
def test_a_check_box_is_seen_on_each_ground_of_a_row(
    qapp: QApplication, mode: ThemeMode, state: str
) -> None:
    theme().set_mode(mode)
    for token, selected in (
        ("surface", False), ("hover", False), ("sunken", False),
        ("selected", True), ("selected_inactive", True),
    ):  # fmt: skip
        ground = theme().color(token)
        picture = QImage(24, 24, QImage.Format.Format_RGB32)
        picture.fill(ground)
        painter = QPainter(picture)
        paint_box(painter, QRectF(4, 4, 16, 16), state, selected=selected)
        painter.end()
        edge = picture.pixelColor(4, 12).name()
        assert contrast(edge, ground.name()) >= 3, (token, edge)
