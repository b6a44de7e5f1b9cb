"""Saved filters and archived runs on the Run List page: by mouse, keyboard, menu and palette."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.run_samples import make_run
from tests.views.run_list_driver import KEY, LEFT, make_page, shown
from workbench.core.run import RunStatus
from workbench.core.saved_filter import SavedFilter
from workbench.views.main_window import MainWindow
from workbench.views.run_list.filter_dialog import FilterNameDialog
from workbench.views.run_list.page import RunListPage
from workbench.views.shell.palette import Palette

pytestmark = pytest.mark.qt_log_ignore("grabbing the keyboard")
GOOD = SavedFilter("Good ones", "val_auc>0.88", "completed")
FAILED = SavedFilter("Failed", "", "failed", "train.py")


@pytest.fixture
def page(qtbot: QtBot) -> RunListPage:
    """131 runs, and two saved filters."""
    page = make_page()
    page.saved_filters.set_filters((FAILED, GOOD))
    return page


def menu(page: RunListPage) -> dict[str, QAction]:
    """Press the button; return the lines of its menu."""
    QTest.mouseClick(page.filters.saved_button, LEFT)
    found = page.saved_filters.menu
    assert found.isVisible()
    lines = {action.text(): action for action in found.actions() if action.text()}
    found.hide()
    return lines


def dialog(page: RunListPage) -> FilterNameDialog:
    return next(each for each in page.findChildren(FilterNameDialog) if each.isVisible())


def test_a_filter_is_chosen_in_the_menu(page: RunListPage) -> None:
    lines = menu(page)
    assert list(lines) == ["Failed", "Good ones", "Save filter…", "Rename filter…", "Delete filter"]
    assert not lines["Save filter…"].isEnabled()
    assert lines["Save filter…"].toolTip() == "Filter the runs first"
    assert lines["Delete filter"].toolTip() == "Choose a saved filter first"
    lines["Good ones"].trigger()
    runs = page.model.shown_runs()
    assert 0 < len(runs) < page.model.total
    assert {run.status for run in runs} == {RunStatus.COMPLETED}
    assert all(dict(run.metrics)["val_auc"] > 0.88 for run in runs)  # type: ignore[operator]
    assert page.filters.search.text() == "val_auc>0.88"
    assert page.filters.segments.current == page.filters.status.current == "completed"

    lines = menu(page)
    assert lines["Good ones"].isChecked()
    assert not lines["Failed"].isChecked()
    lines["Failed"].trigger()
    assert {run.status for run in page.model.shown_runs()} == {RunStatus.FAILED}
    assert page.filters.search.text() == ""
    assert page.filters.script.current == "train.py"


def test_the_menu_is_used_by_the_keyboard(qtbot: QtBot, page: RunListPage) -> None:
    page.filters.saved_button.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(page.filters.saved_button, KEY.Key_Space)
    found = page.saved_filters.menu
    qtbot.waitUntil(found.isVisible)
    QTest.keyClick(found, KEY.Key_Down)
    QTest.keyClick(found, KEY.Key_Down)
    QTest.keyClick(found, KEY.Key_Return)
    assert page.saved_filters.in_use == GOOD


def test_a_script_that_never_ran_is_asked_for_in_the_line(page: RunListPage) -> None:
    page.saved_filters.set_filters((SavedFilter("x", "lr=1", "", "old one.py"),))
    page.saved_filters.apply("x")
    assert page.filters.search.text() == 'lr=1 script="old one.py"'
    assert page.filters.script.current == ""
    assert shown(page) == []


def test_a_filter_is_saved_under_a_name(qtbot: QtBot, page: RunListPage) -> None:
    page.filters.segments.chosen.emit("failed")
    QTest.keyClicks(page.filters.search.line, "lr=3e-4")
    qtbot.waitUntil(lambda: page.model.filter_text == "lr=3e-4")
    menu(page)["Save filter…"].trigger()
    asked = dialog(page)
    QTest.keyClick(asked.line, KEY.Key_Return)
    assert asked.row.error == "Enter a name"
    QTest.keyClicks(asked.line, "good ONES")
    assert asked.accept_button.text() == "Replace filter"
    asked.line.clear()
    QTest.keyClicks(asked.line, "x" * 61)
    assert asked.row.error == "Use at most 60 letters"
    asked.line.clear()
    QTest.keyClicks(asked.line, " Slow  ones ")
    assert asked.accept_button.text() == "Save filter"
    with qtbot.waitSignal(page.saved_filters.save_requested) as caught:
        QTest.keyClick(asked.line, KEY.Key_Return)
    assert caught.args == [SavedFilter("Slow ones", "lr=3e-4", "failed")]


def test_esc_saves_nothing(qtbot: QtBot, page: RunListPage) -> None:
    page.filters.segments.chosen.emit("failed")
    with qtbot.assertNotEmitted(page.saved_filters.save_requested):
        page.saved_filters.ask_name()
        QTest.keyClicks(dialog(page).line, "name")
        QTest.keyClick(dialog(page).line, KEY.Key_Escape)
    assert not [each for each in page.findChildren(FilterNameDialog) if each.isVisible()]


def test_nothing_matches_and_the_filter_is_saved_from_there(
    qtbot: QtBot, page: RunListPage
) -> None:
    page.filters.search.line.setText("val_auc>2")
    qtbot.waitUntil(page.no_match.isVisible)
    QTest.mouseClick(page.no_match.second_button, LEFT)
    QTest.keyClicks(dialog(page).line, "Too good")
    with qtbot.waitSignal(page.saved_filters.save_requested) as caught:
        QTest.mouseClick(dialog(page).accept_button, LEFT)
    assert caught.args == [SavedFilter("Too good", "val_auc>2")]


def test_the_filter_in_use_is_renamed_and_deleted(qtbot: QtBot, page: RunListPage) -> None:
    page.saved_filters.apply("Good ones")
    menu(page)["Rename filter “Good ones”…"].trigger()
    asked = dialog(page)
    assert asked.line.text() == "Good ones"
    asked.line.setText("FAILED")
    QTest.keyClick(asked.line, KEY.Key_Return)
    assert asked.row.error == "There is already a filter FAILED"
    asked.line.setText("The best")
    with qtbot.waitSignal(page.saved_filters.rename_requested) as renamed:
        QTest.keyClick(asked.line, KEY.Key_Return)
    assert renamed.args == [GOOD, "The best"]
    with qtbot.waitSignal(page.saved_filters.delete_requested) as deleted:
        menu(page)["Delete filter “Good ones”"].trigger()
    assert deleted.args == [GOOD]


def test_the_palette_finds_saved_filters(qtbot: QtBot) -> None:
    window = MainWindow()
    qtbot.addWidget(window)
    window.set_palette_filters(("Good ones", "Failed"))
    window.show()
    window.open_palette()
    palette = next(each for each in window.findChildren(Palette) if each.isVisible())
    QTest.keyClicks(palette.field.line, "filter good")
    with qtbot.waitSignal(window.filter_chosen) as caught:
        QTest.keyClick(palette.field.line, KEY.Key_Return)
    assert caught.args == ["Good ones"]


# archived runs


def test_a_button_shows_archived_runs(qtbot: QtBot) -> None:
    runs = [make_run(1), replace(make_run(2), archived=True), make_run(3)]
    page = make_page(runs)
    button = page.filters.archived_button
    assert (shown(page), button.accessibleName()) == ([3, 1], "Show archived runs")
    QTest.mouseClick(button, LEFT)
    assert (shown(page), button.accessibleName()) == ([2], "Hide archived runs")
    assert page.filters.search.text() == "archived=yes"
    assert page.head.summary.text() == "1 run shown"
    assert page.offers()["archived_runs"].checked
    QTest.mouseClick(button, LEFT)
    assert (shown(page), page.filters.search.text()) == ([3, 1], "")
    page.filters.search.line.setText("lr=3e-4 ARCHIVED!=yes train")
    page.filters.toggle_archived()
    assert page.filters.search.text() == "lr=3e-4 train"
    # Typed, the button follows.
    page.filters.search.line.setText("archived=yes")
    qtbot.waitUntil(lambda: shown(page) == [2])
    assert button.isChecked()


def test_where_all_runs_are_archived_the_page_says_so(page: RunListPage) -> None:
    page.model.set_runs([replace(make_run(number), archived=True) for number in (1, 2)])
    assert page.all_archived.isVisible()
    assert page.filters.isVisible()
    QTest.mouseClick(page.all_archived.button, LEFT)
    assert shown(page) == [2, 1]
    assert page.table.isVisible()
    page.model.set_runs([replace(make_run(1), deleted=True)])
    assert page.no_runs.isVisible()
