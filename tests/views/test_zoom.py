"""Every page at the largest zoom, in the smallest window: nothing shrinks, is cut or overlaps."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from tests.screenshots.scenes import Stage, scenes
from tests.views import sample_states as sample
from tests.views.layout_check import problems
from workbench.core.run import Script
from workbench.core.settings import ThemeMode
from workbench.views.kit.label import Label
from workbench.views.theme.theme import theme

pytestmark = pytest.mark.qt_log_ignore("grabbing the keyboard", "setting the mouse cursor")

LOOKS = 50


@pytest.fixture
def stage(qapp: QApplication) -> Iterator[Stage]:
    stage = Stage()
    stage.begin(1024, 640)
    yield stage
    stage.reset()


def sizes(window: QWidget) -> dict[Label, int]:
    return {label: label.font().pixelSize() for label in window.findChildren(Label)}


def viewport(stage: Stage) -> QWidget:
    found = stage.window.stack.parentWidget()
    assert found is not None
    return found


def lasting_problems(stage: Stage) -> list[str]:
    """Return what is still wrong when late parts of a page had their time to come."""
    found: list[str] = []
    for _ in range(LOOKS):
        QTest.qWait(20)
        found = [*problems(stage.window), *(problems(stage.dialog) if stage.dialog else ())]
        if not found:
            break
    return found


@pytest.mark.parametrize("zoom", [100, 200])
def test_nothing_is_cut_or_overlaps_in_the_smallest_window(stage: Stage, zoom: int) -> None:
    theme().set_zoom(zoom)
    found: list[str] = []
    for name, play in scenes().items():
        stage.reset()
        play(stage)
        found += [f"{name}: {problem}" for problem in lasting_problems(stage)]
    assert not found, "\n".join(found)


def test_no_text_shrinks_when_the_theme_or_a_tone_changes(stage: Stage) -> None:
    theme().set_zoom(200)
    pages = ("projects", "runs", "run", "restore", "compare", "project", "operations", "settings")
    for page in pages:
        stage.show(page)
        QTest.qWait(20)
    before = sizes(stage.window)
    assert len(before) > 200
    assert min(before.values()) == 22
    for mode in (ThemeMode.DARK, ThemeMode.LIGHT):
        theme().set_mode(mode)
        assert sizes(stage.window) == before
    for label in before:
        tone = label.property("tone")
        label.set_tone("bad")
        label.set_tone(tone)
    assert sizes(stage.window) == before


def test_a_page_without_room_scrolls_to_what_gets_the_focus(stage: Stage) -> None:
    theme().set_zoom(200)
    stage.show("settings")
    stage.window.activateWindow()
    QTest.qWaitForWindowActive(stage.window)
    follow, view = stage.settings.follow, viewport(stage)
    assert not view.rect().contains(follow.mapTo(view, follow.rect().center()))
    stage.settings.browse.setFocus()
    QTest.keyClick(stage.settings.browse, Qt.Key.Key_Tab)
    assert follow.hasFocus()
    assert view.rect().contains(follow.mapTo(view, follow.rect().center()))
    stage.show("runs")
    assert stage.window.stack.pos().y() == 0


def test_a_page_with_room_does_not_scroll(stage: Stage) -> None:
    for page in ("projects", "runs", "run", "compare", "project", "operations", "settings"):
        stage.show(page)
        QTest.qWait(20)
        assert stage.window.stack.size() == viewport(stage).size()
        assert stage.window.stack.width() == 1024 - 64


def test_the_run_bar_has_two_rows_where_one_is_too_short(stage: Stage) -> None:
    stage.show("runs")
    bar = stage.window.run_bar
    assert bar.arguments.y() == bar.script.y()
    theme().set_zoom(200)
    QTest.qWait(20)
    assert bar.arguments.y() > bar.script.geometry().bottom()
    theme().set_zoom(100)
    QTest.qWait(20)
    assert bar.arguments.y() == bar.script.y()


def test_a_box_of_the_run_bar_takes_the_room_that_its_text_needs(stage: Stage) -> None:
    long = "experiments/nlp/train_transformer.py"
    script = Script(long, "python")
    stage.window.resize(1440, 900)
    stage.show("runs")
    bar = stage.window.run_bar
    usual = bar.script.width()
    bar.render(replace(sample.run_bar(), scripts=(script,), script=long))
    assert bar.script.width() == bar.script.full_width() > usual
    QTest.qWait(20)
    assert bar.arguments.width() >= 200
    stage.window.resize(1024, 640)
    QTest.qWait(20)
    assert bar.script.width() < usual
