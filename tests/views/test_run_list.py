"""The Run List page: signals by mouse and keyboard, live updates, filter, sorting, empty states."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QItemSelectionModel, QPoint, QRect, Qt
from PySide6.QtGui import QAccessible, QContextMenuEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from tests.run_samples import make_run, make_runs, now, sample_runs
from workbench.core.run import Run, RunStatus
from workbench.core.settings import ThemeMode
from workbench.viewmodels.run_columns import ColumnKind, StatusGroup
from workbench.viewmodels.run_states import RunListState
from workbench.views.run_list.page import RunListPage
from workbench.views.theme.theme import theme

# The offscreen platform says so for every menu that pops up.
pytestmark = pytest.mark.qt_log_ignore("grabbing the keyboard")
LEFT = Qt.MouseButton.LeftButton
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
NONE = Qt.KeyboardModifier.NoModifier
KEY = Qt.Key


def make_page(runs: list[Run] | None = None, width: int = 1376, height: int = 788) -> RunListPage:
    page = RunListPage()
    page.model.clock = now
    page.resize(width, height)
    # Charts have tests of their own.
    page.charts.set_wanted(wanted=False)
    page.model.set_runs(sample_runs() if runs is None else runs)
    page.render(RunListState(script="train.py"))
    page.show()
    page.activateWindow()
    QTest.qWaitForWindowActive(page)
    return page


@pytest.fixture
def page(qtbot: QtBot) -> RunListPage:
    """131 runs, newest first."""
    return make_page()


def column(page: RunListPage, kind: ColumnKind, metric: str = "") -> int:
    return next(
        number
        for number, item in enumerate(page.model.columns)
        if item.kind is kind and item.metric in ("", metric or item.metric)
    )


def cell(page: RunListPage, row: int, kind: ColumnKind = ColumnKind.SCRIPT) -> QPoint:
    index = page.model.index(row, column(page, kind))
    page.table.scrollTo(index)
    return page.table.visualRect(index).center()


def click(
    page: RunListPage,
    row: int,
    kind: ColumnKind = ColumnKind.SCRIPT,
    modifiers: Qt.KeyboardModifier = NONE,
) -> None:
    QTest.mouseClick(page.table.viewport(), LEFT, modifiers, cell(page, row, kind))


def double_click(page: RunListPage, row: int, kind: ColumnKind = ColumnKind.SCRIPT) -> None:
    click(page, row, kind)
    QTest.mouseDClick(page.table.viewport(), LEFT, NONE, cell(page, row, kind))


def press(page: RunListPage, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
    QTest.keyClick(page.table, key, modifiers)


def numbers(page: RunListPage) -> list[int]:
    return [run.number for run in page.selected_runs()]


def shown(page: RunListPage) -> list[int]:
    return [run.number for run in page.model.shown_runs()]


def run_of(page: RunListPage, number: int) -> Run:
    return next(run for run in page.model.shown_runs() if run.number == number)


def press_title(page: RunListPage, number: int) -> None:
    header = page.table.header
    middle = header.sectionViewportPosition(number) + header.sectionSize(number) // 2
    place = QPoint(middle, header.height() // 2)
    QTest.mouseClick(header.viewport(), LEFT, NONE, place)


def context_menu(page: RunListPage, *, keyboard: bool = False) -> dict[str, object]:
    reason = QContextMenuEvent.Reason.Keyboard if keyboard else QContextMenuEvent.Reason.Mouse
    event = QContextMenuEvent(reason, QPoint(5, 5), page.mapToGlobal(QPoint(100, 100)))
    QApplication.sendEvent(page.table.viewport(), event)
    menu = page.findChildren(QMenu, "runContextMenu")[-1]
    return entries(menu)


def entries(menu: QMenu) -> dict[str, object]:
    found = {action.text(): action for action in menu.actions() if action.text()}
    QTest.qWait(0)
    menu.hide()
    return dict(found)


def trigger(action: object) -> None:
    getattr(action, "trigger")()  # noqa: B009


def more(page: RunListPage) -> dict[str, object]:
    QTest.mouseClick(page.head.more_button, LEFT)
    return entries(page.head.menu)


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
        "Open", "Run again", "Restore", "Copy arguments", "Copy run ID", "Copy snapshot commit",
    ]  # fmt: skip


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


# live updates


def test_a_new_run_keeps_the_selection(page: RunListPage) -> None:
    click(page, 3)
    click(page, 5, modifiers=CTRL)
    page.model.update([make_run(132, RunStatus.QUEUED)])
    assert numbers(page) == [128, 126]
    assert shown(page)[0] == 132
    assert page.head.summary.text() == "2 of 132 selected"


def test_new_runs_do_not_move_what_one_looks_at(page: RunListPage) -> None:
    bar = page.table.verticalScrollBar()
    bar.setValue(40 * 32 + 5)
    top = page.model.run_at(page.table.rowAt(0)).number
    page.model.update([make_run(132), make_run(133)])
    assert page.model.run_at(page.table.rowAt(0)).number == top
    assert bar.value() == 42 * 32 + 5


def test_at_the_top_new_runs_come_into_view(page: RunListPage) -> None:
    page.model.update([make_run(132)])
    assert page.table.verticalScrollBar().value() == 0
    assert page.model.run_at(page.table.rowAt(0)).number == 132


def test_a_large_update_keeps_selection_current_row_and_place(page: RunListPage) -> None:
    click(page, 30)
    page.table.verticalScrollBar().setValue(20 * 32)
    top = page.model.run_at(page.table.rowAt(0)).number
    changed = [replace(run, note="x") for run in page.model.shown_runs()]
    page.model.update(changed)
    assert numbers(page) == [101]
    assert page.model.run_at(page.table.currentIndex().row()).number == 101
    assert page.model.run_at(page.table.rowAt(0)).number == top


def test_a_new_metric_column_belongs_to_selected_rows(page: RunListPage) -> None:
    click(page, 3)
    page.model.update([replace(run_of(page, 129), metrics=(("recall", 0.5),))])
    assert "recall" in page.model.metrics
    assert page.table.selected_count == 1
    last = page.model.columnCount() - 1
    selection = page.table.selectionModel()
    assert all(selection.isSelected(page.model.index(3, number)) for number in range(last + 1))


def test_a_status_that_changes_is_told_to_the_buttons(page: RunListPage) -> None:
    click(page, 0)
    assert not page.head.restore_button.isEnabled()
    done = replace(run_of(page, 131), status=RunStatus.COMPLETED, snapshot="c" * 40)
    page.model.update([done])
    assert page.head.restore_button.isEnabled()
    assert page.filters.segments.button("queued").text().endswith("1")


def test_running_icons_and_times_stop_when_nobody_sees_them(page: RunListPage) -> None:
    following = [page.is_following]
    page.hide()
    following.append(page.is_following)
    page.show()
    following.append(page.is_following)
    page.model.update([replace(run_of(page, 129), status=RunStatus.CANCELED, ended=now())])
    following.append(page.is_following)
    assert following == [True, False, True, False]


def test_rendering_again_changes_nothing_that_the_user_chose(page: RunListPage) -> None:
    click(page, 3)
    page.filters.search.line.setText("train")
    page.table.verticalScrollBar().setValue(64)
    page.render(RunListState(script="other.py"))
    page.hide()
    page.show()
    assert numbers(page) == [128]
    assert page.filters.search.text() == "train"
    assert page.table.verticalScrollBar().value() == 64


# filter


def test_typing_filters(qtbot: QtBot, page: RunListPage) -> None:
    QTest.keyClicks(page.filters.search.line, "script=features.py")
    qtbot.waitUntil(lambda: page.model.rowCount() == 13)
    assert page.head.summary.text() == "13 of 131 runs"


def test_letters_typed_into_the_table_go_into_the_filter(qtbot: QtBot, page: RunListPage) -> None:
    page.table.setFocus()
    press(page, KEY.Key_T)
    QTest.keyClicks(page.filters.search.line, "enure")
    assert page.filters.search.text() == "tenure"
    assert page.filters.search.line.hasFocus()
    qtbot.waitUntil(lambda: page.model.rowCount() == 13)


def test_down_goes_from_the_filter_into_the_table(page: RunListPage) -> None:
    page.filters.search.line.setFocus()
    QTest.keyClicks(page.filters.search.line, "features")
    QTest.keyClick(page.filters.search.line, KEY.Key_Down)
    assert page.table.hasFocus()
    assert page.model.rowCount() == 13


def test_ctrl_f_goes_to_the_filter(page: RunListPage) -> None:
    page.table.setFocus()
    QTest.keyClick(page.window(), KEY.Key_F, CTRL)
    assert page.filters.search.line.hasFocus()


def test_a_hidden_selected_run_is_selected_again(qtbot: QtBot, page: RunListPage) -> None:
    click(page, 4)
    page.filters.search.line.setText("status=completed")
    qtbot.waitUntil(lambda: page.model.rowCount() == 111)
    assert numbers(page) == []
    page.filters.search.line.clear()
    qtbot.waitUntil(lambda: page.model.rowCount() == 131)
    assert numbers(page) == [127]


def test_another_selection_forgets_hidden_runs(qtbot: QtBot, page: RunListPage) -> None:
    click(page, 4)
    page.filters.search.line.setText("status=completed")
    qtbot.waitUntil(lambda: page.model.rowCount() == 111)
    click(page, 0)
    page.filters.search.line.clear()
    qtbot.waitUntil(lambda: page.model.rowCount() == 131)
    assert numbers(page) == [128]


def test_segments_filter_and_count(page: RunListPage) -> None:
    assert page.filters.segments.button("failed").text() == "Failed  12"
    QTest.mouseClick(page.filters.segments.button("failed"), LEFT)
    assert page.model.rowCount() == 12
    assert page.filters.segments.button("all").text() == "All  131"
    QTest.keyClick(page.filters.segments.button("failed"), KEY.Key_Right)
    assert page.filters.chosen_group is StatusGroup.CANCELED
    assert page.model.rowCount() == 5


def test_a_narrow_page_has_a_box_instead_of_segments(qtbot: QtBot) -> None:
    page = make_page(width=960, height=528)
    assert not page.filters.segments.isVisible()
    box = page.filters.status.combo
    assert box.isVisible()
    QTest.keyClick(box, KEY.Key_End)
    assert page.filters.chosen_group is StatusGroup.CANCELED
    assert page.model.rowCount() == 5


def test_the_script_box_filters(page: RunListPage) -> None:
    box = page.filters.script.combo
    assert [box.itemText(i) for i in range(box.count())] == ["All", "features.py", "train.py"]
    QTest.keyClick(box, KEY.Key_Down)
    assert page.model.rowCount() == 13


def test_no_match_offers_to_clear_all_filters(qtbot: QtBot, page: RunListPage) -> None:
    QTest.mouseClick(page.filters.segments.button("failed"), LEFT)
    page.filters.search.line.setText("accuracy>0.9")
    qtbot.waitUntil(page.no_match.isVisible)
    assert page.filters.words() == "status=failed accuracy>0.9"
    QTest.mouseClick(page.no_match.button, LEFT)
    assert page.table.isVisible()
    assert page.model.rowCount() == 131
    assert page.filters.search.text() == ""
    assert page.filters.chosen_group is StatusGroup.ALL


def test_another_project_forgets_the_script_that_it_does_not_have(page: RunListPage) -> None:
    QTest.keyClick(page.filters.script.combo, KEY.Key_Down)
    page.model.set_runs([make_run(1, script="a.py"), make_run(2, script="b.py")])
    assert page.model.rowCount() == 2
    assert page.filters.script.current == ""


# sorting


def test_a_press_on_a_title_sorts_and_a_second_one_turns(page: RunListPage) -> None:
    metric = column(page, ColumnKind.METRIC, "val_auc")
    press_title(page, metric)
    best = [dict(run.metrics).get("val_auc") for run in page.model.shown_runs()][:3]
    values = [float(value) for value in best if value is not None]
    assert values == sorted(values, reverse=True)
    assert len(values) == 3
    press_title(page, metric)
    assert page.model.sort_state == (metric, Qt.SortOrder.AscendingOrder)
    press_title(page, column(page, ColumnKind.SCRIPT))
    assert page.model.shown_runs()[0].request.script == "features.py"


def test_sorting_keeps_the_selection(page: RunListPage) -> None:
    click(page, 3)
    press_title(page, column(page, ColumnKind.DURATION))
    assert numbers(page) == [128]


# columns


def visible(page: RunListPage) -> list[str]:
    header = page.table.header
    order = [header.logicalIndex(place) for place in range(header.count())]
    return [page.model.columns[n].title for n in order if not header.isSectionHidden(n)]


@pytest.mark.parametrize(
    ("width", "wanted"),
    [
        (
            1376,
            "Status,Run,Script,Arguments,Target,Started,Duration,val_auc,val_loss,val_f1,Snapshot",
        ),
        (1100, "Status,Run,Script,Arguments,Started,Duration,val_auc,val_loss"),
        (960, "Status,Run,Script,Arguments,Started,val_auc"),
    ],
)
def test_columns_follow_the_width(qtbot: QtBot, width: int, wanted: str) -> None:
    page = make_page(width=width)
    assert visible(page)[1:] == wanted.split(",")
    assert page.table.horizontalScrollBar().maximum() == 0
    assert page.table.header.length() == page.table.viewport().width()


def test_the_users_choice_of_columns_beats_the_width(page: RunListPage) -> None:
    page.filters.open_columns()
    actions = {action.text(): action for action in page.filters.columns_menu.actions()}
    assert "Arguments" not in actions
    assert actions["Target"].isChecked()
    actions["Target"].trigger()
    page.filters.columns_menu.hide()
    assert "Target" not in visible(page)
    page.table.columns.choose("duration", shown=True)
    page.resize(960, 600)
    assert "Duration" in visible(page)
    page.resize(1376, 788)
    assert "Target" not in visible(page)
    page.table.columns.forget()
    assert "Target" in visible(page)


def test_a_column_that_the_user_widened_stays_so(page: RunListPage) -> None:
    number = column(page, ColumnKind.SCRIPT)
    page.table.header.resizeSection(number, 180)
    page.model.update([make_run(132)])
    page.resize(1300, 700)
    assert page.table.columnWidth(number) == 180
    assert page.table.header.length() == page.table.viewport().width()


@pytest.mark.parametrize("zoom", [80, 150, 200])
def test_no_zoom_needs_horizontal_scrolling(qtbot: QtBot, zoom: int) -> None:
    page = make_page(width=1376)
    theme().set_zoom(zoom)
    QTest.qWait(0)
    assert page.table.horizontalScrollBar().maximum() == 0
    assert "Arguments" in visible(page)
    assert page.filters.segments.isVisible() == (zoom < 100)
    theme().set_zoom(100)


# empty states


def test_no_runs_offers_to_run_the_script(qtbot: QtBot) -> None:
    page = make_page([])
    assert page.no_runs.isVisible()
    assert page.no_runs.button.text() == "Run train.py"
    assert not page.head.open_button.isVisible()
    with qtbot.waitSignal(page.run_requested):
        QTest.mouseClick(page.no_runs.button, LEFT)


def test_without_a_script_there_is_nothing_to_run(qtbot: QtBot) -> None:
    page = make_page([])
    page.render(RunListState())
    assert not page.no_runs.button.isVisible()
    page.render(RunListState(script="train.py", run_blocked="Choose an interpreter"))
    assert page.no_runs.button.toolTip() == "Choose an interpreter"
    assert not page.no_runs.button.isEnabled()


def test_the_first_run_replaces_the_empty_state(qtbot: QtBot) -> None:
    page = make_page([])
    page.model.update([make_run(1, RunStatus.QUEUED)])
    assert page.table.isVisible()
    assert page.filters.isVisible()


def test_loading_is_told_only_after_a_moment(qtbot: QtBot) -> None:
    page = make_page([])
    page.render(RunListState(loading=True))
    assert page.loading.isVisible()
    assert not page.loading.is_shown
    assert not page.no_runs.isVisible()
    qtbot.waitUntil(lambda: page.loading.is_shown)
    page.model.set_runs(make_runs(3))
    page.render(RunListState())
    assert page.table.isVisible()
    assert not page.loading.is_shown


# assistive tools


def test_cells_and_titles_can_be_read_from_outside(page: RunListPage) -> None:
    table = QAccessible.queryAccessibleInterface(page.table)
    assert table is not None
    assert table.text(QAccessible.Text.Name) == "Run List"
    # The first row and column are headers.
    width = page.model.columnCount() + 1
    names = [table.child(place).text(QAccessible.Text.Name) for place in range(5 * width)]
    titles = [item.title for item in page.model.columns]
    read = dict(zip(titles, names[4 * width + 1 :], strict=True))
    assert read["Run"] == "#128"
    assert read["Status"] == "Completed"
    assert read["Script"] == "train.py"
    assert read[""].startswith("Run #128, Completed, train.py, val_auc")
    assert names[1:width] == ["Selected", *titles[1:]]
    assert titles[1:8] == [
        "Status", "Run", "Script", "Arguments", "Target", "Started", "Duration",
    ]  # fmt: skip


def test_names_of_the_controls(page: RunListPage) -> None:
    names = {
        "runFilter": page.filters.search.line,
        "openRun": page.head.open_button,
        "restoreRun": page.head.restore_button,
        "runMore": page.head.more_button,
        "toggleCharts": page.filters.charts_button,
        "columns": page.filters.columns_button,
        "scriptFilter": page.filters.script.combo,
        "runTable": page.table,
    }
    assert {widget.objectName() for widget in names.values()} == set(names)
    assert page.filters.search.line.accessibleName() == "Filter runs"
    assert page.head.more_button.accessibleName() == "More actions"
    assert page.table.accessibleName() == "Run List"


# large lists and looks


def test_all_of_many_runs_can_be_selected_and_sorted(qtbot: QtBot) -> None:
    page = make_page(make_runs(10_000))
    page.table.selectAll()
    assert page.head.summary.text() == "10,000 of 10,000 selected"
    press_title(page, column(page, ColumnKind.METRIC))
    assert page.table.selected_count == 10_000
    assert len(page.table.selected_ranges()) == 1


def test_both_themes_draw_selected_and_running_rows(page: RunListPage) -> None:
    click(page, 3)
    viewport = page.table.viewport()
    row = page.table.visualRect(page.model.index(3, 1))
    for mode in (ThemeMode.LIGHT, ThemeMode.DARK):
        theme().set_mode(mode)
        picture = viewport.grab(QRect(0, row.top(), 60, row.height())).toImage()
        middle = row.height() // 2
        assert picture.pixelColor(1, middle) == theme().color("c1")
        assert picture.pixelColor(12, middle) == theme().color("selected")
