"""The Run List page while runs come and change, with a filter, and sorted."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.run_samples import make_run, now
from tests.views.run_list_driver import (
    CTRL,
    KEY,
    LEFT,
    click,
    column,
    make_page,
    numbers,
    press,
    press_title,
    run_of,
    shown,
)
from workbench.core.run import RunStatus
from workbench.viewmodels.run_columns import ColumnKind, StatusGroup
from workbench.viewmodels.run_states import RunListState
from workbench.views.run_list.page import RunListPage

# The offscreen platform says so for every menu that pops up.
pytestmark = pytest.mark.qt_log_ignore("grabbing the keyboard")


@pytest.fixture
def page(qtbot: QtBot) -> RunListPage:
    """131 runs, newest first."""
    return make_page()


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
