"""The Run List page: columns, empty states, names for assistive tools, looks."""

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QAccessible, QFontMetrics
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.run_samples import make_run, make_runs, sample_runs
from tests.views.run_list_driver import (
    LEFT,
    click,
    column,
    make_page,
    press_title,
)
from workbench.core.run import RunStatus
from workbench.core.settings import ThemeMode
from workbench.viewmodels.list_layout import ListLayout, arranged, layout_of
from workbench.viewmodels.run_columns import ColumnKind
from workbench.viewmodels.run_states import RunListState
from workbench.views.run_list.page import RunListPage
from workbench.views.theme.theme import theme

# The offscreen platform says so for every menu that pops up.
pytestmark = pytest.mark.qt_log_ignore("grabbing the keyboard")


@pytest.fixture
def page(qtbot: QtBot) -> RunListPage:
    """131 runs, newest first."""
    return make_page()


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


def test_numbers_are_never_cut(qtbot: QtBot) -> None:
    runs = [
        make_run(n, metrics=(("loss", -1.2345e-11 * n), ("acc", 0.0012345), ("f1", 0.5)))
        for n in range(1, 6)
    ]
    page = make_page(runs, width=1440)
    metrics = QFontMetrics(theme().font("strong"))
    for name, award in (("loss", 18), ("acc", 0)):
        number = column(page, ColumnKind.METRIC, name)
        texts = [page.model.index(row, number).data() for row in range(5)]
        widest = max(metrics.horizontalAdvance(text) for text in texts)
        assert page.table.columnWidth(number) >= widest + theme().px(16 + award)
    number = column(page, ColumnKind.METRIC, "acc")
    before = page.table.columnWidth(number)
    page.model.update([make_run(6, metrics=(("loss", 0.5), ("acc", -1.23456e-123)))])
    assert page.table.columnWidth(number) > before


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


def test_the_number_of_the_ten_thousandth_run_is_not_cut(page: RunListPage) -> None:
    page.model.set_runs(make_runs(12_000))
    number = next(
        place for place, column in enumerate(page.model.columns) if column.kind is ColumnKind.RUN
    )
    words = QFontMetrics(theme().font("medium")).horizontalAdvance("#12000")
    assert page.table.columnWidth(number) >= words + theme().px(16)


def test_what_the_user_arranged_is_told_and_put_back(qtbot: QtBot) -> None:
    page = make_page()
    told: list[ListLayout] = []
    page.layout_changed.connect(told.append)
    columns, header = page.table.columns, page.table.header
    columns.choose("snapshot", shown=False)
    header.moveSection(header.visualIndex(column(page, ColumnKind.STARTED)), 2)
    header.resizeSection(column(page, ColumnKind.SCRIPT), 150)
    page.filters.charts_button.click()
    kept = layout_of(told[-1].text())
    assert kept == told[-1]
    assert kept.shown == {"snapshot": False}
    assert kept.order[:3] == ("select", "status", "started")
    assert kept.widths == {"script": 150}
    assert kept.charts is page.charts.is_wanted

    # Another page, as after the next start; its metric columns come later.
    other = RunListPage()
    qtbot.addWidget(other)
    other.resize(1376, 788)
    other.show()
    other.set_layout(kept)
    other.model.set_runs(sample_runs())
    other.render(RunListState())
    assert order(other) == order(page)
    assert other.table.isColumnHidden(column(other, ColumnKind.SNAPSHOT))
    assert other.table.columnWidth(column(other, ColumnKind.SCRIPT)) == 150
    assert other.charts.is_wanted is kept.charts
    other.table.columns.forget()
    assert order(other)[:4] == ["select", "status", "run", "script"]


def order(page: RunListPage) -> list[str]:
    header = page.table.header
    columns = page.model.columns
    return [columns[header.logicalIndex(visual)].key for visual in range(header.count())]


@pytest.mark.parametrize(
    "text", ["", "no json", "[]", '{"shown": 1, "order": {}, "widths": {"run": "x", "b": 9999}}']
)
def test_nonsense_means_the_usual_arrangement(text: str) -> None:
    assert layout_of(text) == ListLayout()


def test_a_new_column_stays_behind_the_one_it_follows() -> None:
    assert arranged(["a", "b", "c"], []) == ["a", "b", "c"]
    assert arranged(["a", "b", "new", "c"], ["c", "b", "a", "gone"]) == ["c", "b", "new", "a"]
    assert arranged(["new", "a"], ["a"]) == ["new", "a"]
