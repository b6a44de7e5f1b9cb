"""The Compare page: columns, sections, charts, links, keys."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.run_samples import now
from tests.views import compare_samples as sample
from tests.views import run_detail_samples
from workbench.core.metric import MetricSeries
from workbench.viewmodels.compare_states import CompareState
from workbench.viewmodels.restore_states import Problem
from workbench.views.compare.page import ComparePage
from workbench.views.compare.table import CompareTable
from workbench.views.theme.theme import theme

LEFT = Qt.MouseButton.LeftButton
WIDE, NARROW = (1376, 788), (960, 528)
SIGNALS = (
    "back_requested",
    "list_requested",
    "run_opened",
    "restore_requested",
    "baseline_chosen",
    "removed",
    "export_requested",
    "changes_requested",
    "change_selected",
    "retry_requested",
)
Wishes = list[tuple[object, ...]]


@pytest.fixture
def page(qtbot: QtBot) -> ComparePage:
    page = ComparePage(now=now)
    qtbot.addWidget(page)
    page.resize(*WIDE)
    page.show()
    qtbot.waitExposed(page)
    page.activateWindow()
    page.render(sample.state())
    page.setFocus()
    return page


def wishes_of(page: ComparePage) -> Wishes:
    seen: Wishes = []
    for name in SIGNALS:
        getattr(page, name).connect(lambda *values, name=name: seen.append((name, *values)))
    return seen


def labels(table: CompareTable) -> list[str]:
    model = table.model()
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


def click_link(table: CompareTable, column: int) -> None:
    row = labels(table).index("Snapshot")
    index = table.model().index(row, column)
    area = table.delegate.link_area(index, table.visualRect(index))
    QTest.mouseClick(table.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, area.center())


def test_runs_stand_side_by_side(page: ComparePage) -> None:
    assert page.head.title.text() == "Compare 3 runs"
    assert page.cards.base.text() == "Baseline #126"
    assert [card.number.text() for card in page.cards.cards] == ["#126", "#125", "#121"]
    assert [card.badge.isVisible() for card in page.cards.cards] == [True, False, False]
    assert page.cards.cards[2].when.text() == "Yesterday 17:52 on docker-python"
    assert page.sections["metrics"].head.words == "5 differ"
    assert page.sections["metrics"].head.accessibleName() == "Metrics, 5 differ"
    assert labels(page.sections["metrics"].table)[-1] == "Duration"


def test_columns_of_all_parts_are_the_same(page: ComparePage) -> None:
    for size in (WIDE, NARROW):
        page.resize(*size)
        QTest.qWait(0)
        lefts = [card.mapTo(page, QPoint(0, 0)).x() for card in page.cards.cards]
        for section in page.sections.values():
            table = section.table
            if table.isVisible():
                starts = [table.columnViewportPosition(column) for column in (1, 2, 3)]
                assert starts == lefts
        assert lefts[0] == (168 if size is WIDE else 136)
        assert page.scroll_area.horizontalScrollBar().maximum() == 0


def test_columns_that_have_no_room_scroll_with_their_cards(page: ComparePage) -> None:
    theme().set_zoom(200)
    page.resize(*WIDE)
    QTest.qWait(0)
    bar = page.scroll_area.horizontalScrollBar()
    assert bar.maximum() > 0
    assert page.sections["metrics"].table.columnWidth(1) >= 520
    bar.setValue(bar.maximum())
    left = page.sections["metrics"].table.mapTo(page, QPoint(0, 0)).x()
    assert page.cards.cards[0].mapTo(page, QPoint(0, 0)).x() == left + 272


def test_only_differences_hides_what_is_the_same(page: ComparePage) -> None:
    code = page.sections["code"]
    assert "Computer" not in labels(code.table)
    page.head.only_differences.setChecked(False)
    assert "Computer" in labels(code.table)
    assert code.table.height() == 28 * len(labels(code.table))


def test_nothing_to_show_is_said(page: ComparePage) -> None:
    state = sample.state(2)
    comparison = state.comparison
    assert comparison is not None
    bare = tuple(
        replace(section, rows=() if section.id == "outputs" else section.rows)
        for section in comparison.sections
    )
    page.render(CompareState(replace(comparison, sections=bare), ()))
    assert page.sections["outputs"].nothing.text() == "No run left output files"
    assert page.sections["outputs"].nothing.isVisible()
    assert not page.sections["outputs"].table.isVisible()


def test_sections_fold(page: ComparePage) -> None:
    section = page.sections["metrics"]
    section.head.setFocus()
    QTest.keyClick(section.head, Qt.Key.Key_Space)
    assert not section.table.isVisible()
    assert not page.charts.isVisible()
    assert section.head.accessibleDescription() == "Folded"
    page.render(sample.live())
    assert not section.table.isVisible()


def test_charts_have_a_common_cursor_and_colours_of_their_runs(page: ComparePage) -> None:
    first, second = page.charts.cards
    assert page.charts.metrics == ("val_auc", "val_loss")
    assert first.content is not None
    assert [series.name for series in first.content.series] == ["#126", "#125", "#121"]
    first.hovered.emit(180.0)
    assert first.plot.cursor_x == second.plot.cursor_x == 180.0
    assert first.box.isVisible()
    assert not second.box.isVisible()
    page.charts.choose(0, "val_f1")
    assert first.content.title == "val_f1"
    description = second.plot.accessibleDescription()
    assert description.startswith("#126, 40 values, lowest")


def test_run_without_a_curve_keeps_the_colours_of_the_others(page: ComparePage) -> None:
    curves = sample.curves()
    page.render(replace(sample.state(), curves=(curves[0], (), curves[2])))
    card = page.charts.cards[0]
    QTest.qWait(250)
    values = card.plot.show_cursor(180.0)
    assert [(place, name) for place, name, _value in values] == [(0, "#126"), (2, "#121")]


def test_epochs_need_a_metric_of_that_name(page: ComparePage) -> None:
    epoch = page.head.x_axis.button("epoch")
    assert not epoch.isEnabled()
    assert "epoch" in epoch.toolTip()
    # The arrows go past it.
    time = page.head.x_axis.button("time")
    time.setFocus()
    QTest.keyClick(time, Qt.Key.Key_Right)
    assert page.head.x_axis.current == "step"
    numbers = tuple(float(number) for number in range(1, 41))
    curves = tuple(
        (*run, MetricSeries("epoch", numbers, run[0].seconds, 40)) for run in sample.curves()
    )
    page.render(replace(sample.state(), curves=curves))
    assert epoch.isEnabled()
    epoch.click()
    QTest.qWait(250)
    card = page.charts.cards[0]
    assert card.plot.accessibleName() == "val_auc by epoch"
    assert list(card.plot.xs[0]) == list(numbers)


def test_link_leads_to_the_files_that_differ_and_back(page: ComparePage) -> None:
    wishes = wishes_of(page)
    table = page.sections["code"].table
    click_link(table, 2)
    assert page.head.title.text() == "#126 and #125"
    assert [name for name, *_ in wishes] == ["changes_requested", "change_selected"]
    change = page.changes.files.current
    assert change is not None
    page.show_change(change, run_detail_samples.difference())
    page.render(sample.live())
    assert page.head.title.text() == "#126 and #125"
    QTest.keyClick(page.changes.files.view, Qt.Key.Key_Escape)
    assert not page.shows_changes
    assert page.head.title.text() == "Compare 3 runs"
    assert table.hasFocus()


def test_everything_by_keyboard(page: ComparePage) -> None:
    wishes = wishes_of(page)
    table = page.sections["code"].table
    table.setFocus(Qt.FocusReason.TabFocusReason)
    table.setCurrentIndex(table.model().index(labels(table).index("Snapshot"), 3))
    QTest.keyClick(table, Qt.Key.Key_Return)
    assert page.shows_changes
    QTest.keyClick(page.changes.files.view, Qt.Key.Key_Escape)
    wishes.clear()
    QTest.keyClick(table, Qt.Key.Key_Escape)
    assert wishes == [("back_requested",)]


def test_cards_ask_for_what_their_menu_says(page: ComparePage) -> None:
    wishes = wishes_of(page)
    card = page.cards.cards[1]
    actions = {action.text(): action for action in card.more.popup.actions()}
    for text in ("Open", "Restore", "Use as baseline"):
        actions[text].trigger()
    card.remove.click()
    comparison = sample.comparison()
    run_id = comparison.sides[1].id
    assert wishes == [
        ("run_opened", run_id),
        ("restore_requested", run_id),
        ("baseline_chosen", run_id),
        ("removed", 1),
    ]
    assert card.remove.accessibleName() == "Remove #125 from comparison"
    assert card.remove.objectName() == "removeRun2"


def test_two_are_the_fewest(page: ComparePage) -> None:
    page.render(sample.state(2))
    assert [card.isVisible() for card in page.cards.cards] == [True, True, False]
    assert not page.cards.cards[0].remove.isEnabled()
    assert page.cards.cards[0].remove.toolTip() == "Two are the fewest to compare"


def test_baseline_is_chosen_in_the_head(page: ComparePage) -> None:
    wishes = wishes_of(page)
    combo = page.head.baseline.combo
    assert [combo.itemText(place) for place in range(3)] == ["#126", "#125", "#121"]
    combo.setCurrentIndex(1)
    combo.activated.emit(1)
    assert wishes == [("baseline_chosen", sample.comparison().sides[1].id)]
    page.render(sample.state(3, baseline=1))
    assert page.cards.base.text() == "Baseline #125"
    page.head.export.click()
    assert wishes[-1] == ("export_requested",)


def test_folder_has_code_only(page: ComparePage) -> None:
    page.render(sample.with_folder())
    visible = [name for name, section in page.sections.items() if section.isVisible()]
    assert visible == ["code"]
    assert page.cards.cards[1].number.text() == "Folder now"
    assert not page.head.x_axis.isVisible()
    click_link(page.sections["code"].table, 2)
    assert page.head.title.text() == "#126 and your folder now"


def test_live_values_change_in_place(page: ComparePage) -> None:
    page.resize(*NARROW)
    page.render(sample.live())
    bar = page.scroll_area.verticalScrollBar()
    QTest.qWait(20)
    bar.setValue(90)
    resets: list[int] = []
    page.sections["metrics"].model.modelReset.connect(lambda: resets.append(1))
    state = sample.live()
    comparison = state.comparison
    assert comparison is not None
    rows = comparison.section("metrics").rows
    cells = (*rows[0].cells[:2], replace(rows[0].cells[2], text="0.9999"))
    metrics = replace(
        comparison.section("metrics"), rows=(replace(rows[0], cells=cells), *rows[1:])
    )
    page.render(
        replace(state, comparison=replace(comparison, sections=(metrics, *comparison.sections[1:])))
    )
    assert page.sections["metrics"].model.index(0, 3).data() == "0.9999"
    assert resets == []
    assert bar.value() == 90


def test_waiting_is_shown_after_a_while_and_a_problem_can_be_tried_again(page: ComparePage) -> None:
    wishes = wishes_of(page)
    page.render(CompareState())
    assert not page.loading.isVisible()
    QTest.qWait(350)
    assert page.loading.isVisible()
    page.render(CompareState(problem=Problem("Run not found", "This project has no such run.")))
    assert not page.loading.isVisible()
    page.problem.button.click()
    assert wishes == [("retry_requested",)]
    page.render(sample.state())
    assert page.cards.isVisible()


def test_long_texts_do_not_widen_the_page(page: ComparePage) -> None:
    page.resize(*NARROW)
    page.render(sample.long())
    QTest.qWait(0)
    assert page.minimumSizeHint().width() <= NARROW[0]
    assert page.scroll_area.horizontalScrollBar().maximum() == 0
