"""Try again does what failed, not what failed some other time."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from workbench.app.error_strip import ErrorStrip
from workbench.core.errors import WorkbenchError
from workbench.views.main_window import MainWindow

HELPS = WorkbenchError("The folder can't be read", "The disk is busy.", retry=True)
HELPS_NOT = WorkbenchError("This folder holds another project", "Nothing was changed.")


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    window = MainWindow()
    window.fill_frame()
    window.complete()
    window.show()
    yield window
    window.hide()
    window.deleteLater()


def button(window: MainWindow, identity: str) -> QAbstractButton:
    found = window.error_banner.button(identity)
    assert found is not None
    return found


def test_each_error_is_tried_again_in_its_own_way(window: MainWindow) -> None:
    strip, done = ErrorStrip(window), []
    strip.show(HELPS, lambda: done.append("run"))
    strip.show(HELPS, lambda: done.append("open"))
    button(window, "retry").click()
    assert done == ["open"]
    assert window.error_banner.isHidden()
    strip.show(HELPS_NOT, lambda: done.append("nothing"))
    assert window.error_banner.button("retry") is None
    strip.show(HELPS_NOT, lambda: done.append("run"), helps=True)
    button(window, "retry").click()
    assert done == ["open", "run"]
    strip.show(HELPS)
    assert window.error_banner.button("retry") is None


def test_an_act_with_a_button_of_its_own(window: MainWindow) -> None:
    strip, done = ErrorStrip(window), []
    more = (("without_snapshot", "Run without snapshot", lambda: done.append("without")),)
    strip.show(HELPS, lambda: done.append("again"), more=more)
    button(window, "without_snapshot").click()
    window.error_action.emit("retry")
    assert done == ["without"]


def test_what_was_asked_for_last_is_repeated(window: MainWindow) -> None:
    strip, done = ErrorStrip(window), []
    undo = strip.repeatable(lambda: done.append("undo"))
    redo = strip.repeatable(lambda: done.append("redo"))
    redo()
    undo()
    strip.show_last(HELPS)
    button(window, "retry").click()
    assert done == ["redo", "undo", "undo"]
