"""The palette of Ctrl+K: what it finds, and what choosing a row does."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from workbench.views.main_window import MainWindow
from workbench.views.shell.palette import Palette


def open_palette(window: MainWindow) -> Palette:
    QTest.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    return next(each for each in window.findChildren(Palette) if each.isVisible())


def test_palette_finds_commands_projects_and_runs(qtbot: QtBot, window: MainWindow) -> None:
    palette = open_palette(window)
    QTest.keyClicks(palette.field.line, "zoo")
    assert palette.titles == ["Zoom in", "Zoom out", "Reset zoom"]
    palette.field.line.clear()
    QTest.keyClicks(palette.field.line, "theme")
    assert palette.titles == ["Theme: System", "Theme: Light", "Theme: Dark"]
    palette.field.line.clear()
    QTest.keyClicks(palette.field.line, "#126")
    assert palette.titles == ["#126 train.py"]
    with qtbot.waitSignal(window.run_chosen) as caught:
        QTest.keyClick(palette.field.line, Qt.Key.Key_Return)
    assert caught.args == ["p1_126"]


def test_palette_runs_a_command_and_opens_a_project(qtbot: QtBot, window: MainWindow) -> None:
    palette = open_palette(window)
    QTest.keyClicks(palette.field.line, "new proj")
    with qtbot.waitSignal(window.command) as caught:
        QTest.keyClick(palette.field.line, Qt.Key.Key_Return)
    assert caught.args == ["new_project"]
    palette = open_palette(window)
    QTest.keyClicks(palette.field.line, "churn")
    with qtbot.waitSignal(window.project_chosen) as chosen:
        QTest.keyClick(palette.field.line, Qt.Key.Key_Return)
    assert chosen.args == ["p1"]


def test_palette_does_not_run_what_is_disabled(qtbot: QtBot, window: MainWindow) -> None:
    window.set_command_enabled("undo_restore", "Nothing was restored yet")
    palette = open_palette(window)
    QTest.keyClicks(palette.field.line, "undo restore")
    with qtbot.assertNotEmitted(window.command):
        QTest.keyClick(palette.field.line, Qt.Key.Key_Return)
    assert palette.isVisible()
    QTest.keyClick(palette.field.line, Qt.Key.Key_Escape)
    assert not palette.isVisible()
