"""The Run List page: opening, selecting and acting on runs, by mouse and keyboard."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QItemSelectionModel
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.run_samples import make_run
from tests.views.run_list_driver import (
    CTRL,
    KEY,
    LEFT,
    SHIFT,
    click,
    context_menu,
    double_click,
    make_page,
    more,
    numbers,
    press,
    press_title,
    run_of,
    trigger,
)
from workbench.core.run import Run
from workbench.viewmodels.run_columns import ColumnKind
from workbench.viewmodels.run_states import RunListState
from workbench.views.run_list.page import RunListPage

# The offscreen platform says so for every menu that pops up.
pytestmark = pytest.mark.qt_log_ignore("grabbing the keyboard")


@pytest.fixture
def page(qtbot: QtBot) -> RunListPage:
    """131 runs, newest first."""
    return make_page()


# opening


def test_a_double_click_on_the_script_opens_the_run(qtbot: QtBot, page: RunListPage) -> None:
    with qtbot.waitSignal(page.open_requested) as opened:
        double_click(page, 3)
    assert opened.args == [run_of(page, 128).id]


def test_enter_opens_the_current_run(qtbot: QtBot, page: RunListPage) -> None:
    click(page, 2)
    press(page, KEY.Key_Down)
    with qtbot.waitSignal(page.open_requested) as opened:
        press(page, KEY.Key_Return)
    assert opened.args == [run_of(page, 128).id]


def test_home_and_end_go_to_the_first_and_the_last_run(page: RunListPage) -> None:
    click(page, 2)
    press(page, KEY.Key_End)
    assert page.table.currentIndex().row() == page.table.model().rowCount() - 1
    press(page, KEY.Key_Home)
    assert page.table.currentIndex().row() == 0


def test_the_open_button_opens_the_selected_run(qtbot: QtBot, page: RunListPage) -> None:
    click(page, 3)
    with qtbot.waitSignal(page.open_requested) as opened:
        QTest.mouseClick(page.head.open_button, LEFT)
    assert opened.args == [run_of(page, 128).id]


def test_a_double_click_on_a_check_box_opens_nothing(qtbot: QtBot, page: RunListPage) -> None:
    with qtbot.assertNotEmitted(page.open_requested):
        double_click(page, 3, ColumnKind.SELECT)
    assert numbers(page) == []


# selection


def test_a_click_selects_one_run(page: RunListPage) -> None:
    click(page, 3)
    click(page, 5)
    assert numbers(page) == [126]
    assert page.head.summary.text() == "1 of 131 selected"


def test_check_boxes_add_and_take_away(page: RunListPage) -> None:
    click(page, 3, ColumnKind.SELECT)
    click(page, 5, ColumnKind.SELECT)
    assert numbers(page) == [128, 126]
    click(page, 3, ColumnKind.SELECT)
    assert numbers(page) == [126]


def test_ctrl_adds_and_shift_extends(page: RunListPage) -> None:
    click(page, 1)
    click(page, 3, modifiers=CTRL)
    assert numbers(page) == [130, 128]
    click(page, 5, modifiers=SHIFT)
    assert numbers(page) == [130, 128, 127, 126]


def test_space_toggles_and_keeps_the_rest(page: RunListPage) -> None:
    click(page, 1)
    page.table.selectionModel().setCurrentIndex(
        page.model.index(4, 1), QItemSelectionModel.SelectionFlag.NoUpdate
    )
    press(page, KEY.Key_Space)
    assert numbers(page) == [130, 127]
    press(page, KEY.Key_Space)
    assert numbers(page) == [130]


def test_shift_and_down_extend_the_selection(page: RunListPage) -> None:
    click(page, 1)
    press(page, KEY.Key_Down, SHIFT)
    press(page, KEY.Key_Down, SHIFT)
    assert numbers(page) == [130, 129, 128]


def test_escape_clears_the_selection(page: RunListPage) -> None:
    click(page, 1)
    press(page, KEY.Key_Escape)
    assert numbers(page) == []
    assert page.head.summary.text() == "131 runs"


def test_the_box_in_the_header_selects_all_and_none(page: RunListPage) -> None:
    click(page, 1)
    assert page.table.header.check == "part"
    press_title(page, 0)
    assert page.table.selected_count == 131
    assert page.table.header.check == "on"
    press_title(page, 0)
    assert page.table.selected_count == 0
    assert page.table.header.check == ""


def test_the_first_three_selected_rows_have_series_colours(page: RunListPage) -> None:
    for row in (7, 1, 5, 3):
        click(page, row, ColumnKind.SELECT)
    marks = page.table.delegate.marks
    found = {number: marks.get(run_of(page, number).id) for number in (130, 128, 126, 124)}
    assert found == {130: "c1", 128: "c2", 126: "c3", 124: None}


def test_buttons_say_why_they_are_disabled(page: RunListPage) -> None:
    assert page.head.open_button.toolTip() == "Select one run"
    assert not page.head.open_button.isEnabled()
    click(page, 3)
    assert page.head.open_button.isEnabled()
    assert page.head.restore_button.isEnabled()
    click(page, 4, modifiers=CTRL)
    assert not page.head.open_button.isEnabled()
    assert page.head.restore_button.toolTip() == "Select one run"
    click(page, 0)
    assert page.head.restore_button.toolTip() == "This run has no snapshot"


def test_a_blocked_restore_tells_its_reason(page: RunListPage) -> None:
    click(page, 3)
    page.render(RunListState(restore_blocked="#129 is using this folder"))
    assert not page.head.restore_button.isEnabled()
    assert page.head.restore_button.toolTip() == "#129 is using this folder"


# actions


def test_restore_by_button_menu_and_shortcut(qtbot: QtBot, page: RunListPage) -> None:
    click(page, 3)
    wanted = [run_of(page, 128).id]
    with qtbot.waitSignal(page.restore_requested) as asked:
        QTest.mouseClick(page.head.restore_button, LEFT)
    assert asked.args == wanted
    with qtbot.waitSignal(page.restore_requested) as asked:
        trigger(context_menu(page)["Restore"])
    assert asked.args == wanted
    with qtbot.waitSignal(page.restore_requested) as asked:
        QTest.keyClick(page.window(), KEY.Key_R, CTRL)
    assert asked.args == wanted


def test_run_again_from_both_menus(qtbot: QtBot, page: RunListPage) -> None:
    click(page, 3)
    for menu in (more, context_menu):
        with qtbot.waitSignal(page.run_again_requested) as asked:
            trigger(menu(page)["Run again"])
        assert asked.args == [run_of(page, 128).id]


def test_a_menu_says_why_a_line_is_disabled(page: RunListPage) -> None:
    page.render(RunListState(run_blocked="Choose a script"))
    click(page, 3)
    action = more(page)["Run again"]
    assert getattr(action, "toolTip")() == "Choose a script"  # noqa: B009
    assert not getattr(action, "isEnabled")()  # noqa: B009


def test_only_active_runs_offer_cancel_and_it_stands_first(qtbot: QtBot, page: RunListPage) -> None:
    click(page, 3)
    assert "Cancel run" not in context_menu(page)
    assert "Cancel run" not in more(page)
    click(page, 2)
    assert next(iter(context_menu(page))) == "Cancel run"
    for menu in (more, context_menu):
        with qtbot.waitSignal(page.cancel_requested) as asked:
            trigger(menu(page)["Cancel run"])
        assert asked.args == [run_of(page, 129).id]


def test_the_context_menu_has_the_lines_of_the_design(page: RunListPage) -> None:
    click(page, 3)
    assert list(context_menu(page, keyboard=True)) == [
        "Open", "Run again", "Compare", "Compare with best", "Restore",
        "Copy arguments", "Copy run ID", "Copy snapshot commit",
        "Edit note", "Archive", "Delete…",
    ]  # fmt: skip


def test_selected_runs_are_archived_or_deleted(page: RunListPage, qtbot: QtBot) -> None:
    offers = page.offers()
    assert offers["archive_runs"].reason == offers["delete_runs"].reason == "Select a run"
    click(page, 3)
    click(page, 5, modifiers=CTRL)
    selected = page.selected_runs()
    assert len(selected) == 2
    for menu in (more, context_menu):
        with qtbot.waitSignal(page.aside_requested) as asked:
            trigger(menu(page)["Archive"])
        assert asked.args == ["archive", selected]
        with qtbot.waitSignal(page.aside_requested) as asked:
            trigger(menu(page)["Delete…"])
        assert asked.args == ["delete", selected]
    with qtbot.waitSignal(page.aside_requested) as asked:
        QTest.keyClick(page.table, KEY.Key_Delete)
    assert asked.args == ["delete", selected]


def test_archived_runs_can_be_put_back(qtbot: QtBot) -> None:
    page = make_page([make_run(1), replace(make_run(2), archived=True)])
    qtbot.addWidget(page)
    page.filters.search.line.setText("archived=yes")
    qtbot.waitUntil(lambda: page.model.run_at(0).number == 2)
    click(page, 0)
    assert page.offers()["archive_runs"].text == "Unarchive"
    with qtbot.waitSignal(page.aside_requested) as asked:
        page.offers()["archive_runs"].act()
    assert [asked.args[0], [run.number for run in asked.args[1]]] == ["unarchive", [2]]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Copy run ID", lambda run: run.id),
        ("Copy snapshot commit", lambda run: run.snapshot),
        ("Copy arguments", lambda run: run.arguments_text),
    ],
)
def test_copying(page: RunListPage, text: str, read: Callable[[Run], str]) -> None:
    for menu in (more, context_menu):
        QGuiApplication.clipboard().clear()
        click(page, 3)
        trigger(menu(page)[text])
        assert QGuiApplication.clipboard().text() == read(run_of(page, 128))


def test_copying_rows_gives_a_table(page: RunListPage) -> None:
    click(page, 3)
    click(page, 4, modifiers=SHIFT)
    press(page, KEY.Key_C, CTRL)
    lines = [line.split("\t") for line in QGuiApplication.clipboard().text().splitlines()]
    assert lines[0][:3] == ["Status", "Run", "Script"]
    assert [line[1] for line in lines[1:]] == ["#128", "#127"]


def test_two_or_three_runs_are_compared(page: RunListPage) -> None:
    asked: list[str] = []
    page.compare_requested.connect(asked.append)
    button = page.head.compare_button
    assert (button.isEnabled(), button.toolTip()) == (False, "Select 2 or 3 runs to compare")
    click(page, 4)
    assert not button.isEnabled()
    click(page, 6, modifiers=CTRL)
    assert button.isEnabled()
    QTest.mouseClick(button, LEFT)
    trigger(context_menu(page)["Compare"])
    assert asked == ["", ""]
    assert page.offers()["compare_with_best"].reason == "Select one run"
    click(page, 4)
    assert page.offers()["compare"].reason == "Select 2 or 3 runs to compare"
    trigger(context_menu(page)["Compare with best"])
    page.offers()["compare_with_folder"].act()
    assert asked == ["", "", "best", "folder"]
    for row in (6, 8, 10):
        click(page, row, modifiers=CTRL)
    assert button.toolTip() == "Select 2 or 3 runs to compare"
