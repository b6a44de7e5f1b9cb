"""The chart cards of the Run List: when they are made, what they show, and the mouse on them."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.run_samples import make_run, make_runs, now, sample_runs
from tests.views.page_keys import give_commands
from workbench.core.run import Run, RunStatus
from workbench.core.settings import ThemeMode
from workbench.viewmodels.run_states import RunListState
from workbench.views.run_list.charts import ChartCards
from workbench.views.run_list.page import RunListPage
from workbench.views.run_list.run_chart import RunChart
from workbench.views.theme.theme import theme

LEFT = Qt.MouseButton.LeftButton
CTRL = Qt.KeyboardModifier.ControlModifier


def make_page(runs: list[Run], width: int = 1376, height: int = 788) -> RunListPage:
    page = RunListPage()
    page.model.clock = now
    page.resize(width, height)
    page.model.set_runs(runs)
    page.render(RunListState(script="train.py"))
    give_commands(page)
    page.show()
    page.activateWindow()
    QTest.qWaitForWindowActive(page)
    return page


def wait_for_charts(qtbot: QtBot, page: RunListPage, number: int) -> list[RunChart]:
    def drawn() -> bool:
        cards = page.charts.cards
        return cards is not None and len([c for c in cards.charts if c.content]) == number

    qtbot.waitUntil(drawn)
    QTest.qWait(20)
    assert isinstance(page.charts.cards, ChartCards)
    return page.charts.cards.charts


@pytest.fixture
def page(qtbot: QtBot) -> Iterator[RunListPage]:
    page = make_page(sample_runs(60))
    wait_for_charts(qtbot, page, 3)
    yield page
    page.hide()
    page.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def charts(page: RunListPage) -> list[RunChart]:
    assert page.charts.cards is not None
    return page.charts.cards.charts


def titles(page: RunListPage) -> list[str]:
    return [chart.content.title for chart in charts(page) if chart.content]


def place(page: RunListPage, chart: int, number: int) -> QPoint:
    run = next(run for run in page.model.shown_runs() if run.number == number)
    found = charts(page)[chart].plot.place_of(run.id)
    assert found is not None
    return found.toPoint()


def press(
    page: RunListPage,
    chart: int,
    position: QPoint,
    modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    QTest.mouseClick(charts(page)[chart].plot, LEFT, modifier, position)


def selected(page: RunListPage) -> list[int]:
    return [run.number for run in page.selected_runs()]


def numbers_on_axis(chart: RunChart) -> tuple[float, float]:
    low, high = chart.plot.x_range
    return round(low), round(high)


def test_two_metrics_and_the_duration_have_a_card(page: RunListPage) -> None:
    assert titles(page) == ["val_auc", "val_loss", "Duration"]
    auc, loss, duration = charts(page)
    assert auc.word.text() == "Highest"
    assert loss.word.text() == "Lowest"
    assert not duration.best_run.isVisible()
    assert auc.plot.accessibleName() == "val_auc by run"
    best = auc.best_run.text()
    assert auc.plot.accessibleDescription().endswith(f"highest {auc.best_value.text()} in {best}")


def test_nothing_is_drawn_for_runs_without_numbers(qtbot: QtBot) -> None:
    page = make_page([make_run(1, RunStatus.QUEUED)])
    qtbot.waitUntil(lambda: not page.filters.charts_button.isEnabled())
    assert page.filters.charts_button.toolTip() == "These runs have no numbers to plot"
    assert page.charts.cards is None
    assert not page.charts.isVisible()
    ended = replace(make_run(1), metrics=(("accuracy", 0.5),))
    page.model.update([ended])
    wait_for_charts(qtbot, page, 2)
    assert page.charts.isVisible()


def test_charts_wait_until_the_page_is_shown(qtbot: QtBot) -> None:
    page = RunListPage()
    page.model.set_runs(sample_runs(30))
    page.charts.refresh()
    assert page.charts.cards is None
    page.show()
    wait_for_charts(qtbot, page, 3)


def test_a_press_on_a_point_selects_its_run(page: RunListPage) -> None:
    press(page, 0, place(page, 0, 40))
    assert selected(page) == [40]
    press(page, 1, place(page, 1, 20), CTRL)
    assert selected(page) == [40, 20]
    assert page.table.rowAt(page.table.viewport().height() // 2) >= 0


def test_a_press_on_a_bar_selects_its_run(page: RunListPage) -> None:
    press(page, 2, place(page, 2, 31) + QPoint(0, 3))
    assert selected(page) == [31]


def test_a_press_beside_all_points_selects_nothing(page: RunListPage) -> None:
    press(page, 0, place(page, 0, 40) + QPoint(0, 60))
    assert selected(page) == []


def test_a_double_press_opens_the_run(qtbot: QtBot, page: RunListPage) -> None:
    viewport = charts(page)[0].plot
    with qtbot.waitSignal(page.open_requested) as opened:
        QTest.mouseDClick(viewport, LEFT, Qt.KeyboardModifier.NoModifier, place(page, 0, 40))
    assert page.model.find(opened.args[0]) == page.model.shown_runs()[20]


def test_the_best_run_can_be_selected(page: RunListPage) -> None:
    QTest.mouseClick(charts(page)[0].best_run, LEFT)
    assert [f"#{number}" for number in selected(page)] == [charts(page)[0].best_run.text()]


def test_selected_runs_are_ringed_in_the_colour_of_their_row(page: RunListPage) -> None:
    run = page.model.shown_runs()[20]
    page.table.select_run(run.id)
    for mode in (ThemeMode.LIGHT, ThemeMode.DARK):
        theme().set_mode(mode)
        QTest.qWait(20)
        spot = place(page, 0, run.number)
        picture = charts(page)[0].plot.grab().toImage()
        assert picture.pixelColor(spot) == theme().color("c1")
        assert picture.pixelColor(2, 2) == theme().color("surface")


@pytest.mark.parametrize(
    ("status", "token"), [(RunStatus.FAILED, "bad"), (RunStatus.CANCELED, "idle")]
)
def test_a_selected_bar_keeps_the_colour_of_its_status(
    qtbot: QtBot, status: RunStatus, token: str
) -> None:
    page = make_page([make_run(1), make_run(2, status), make_run(3)])
    (duration,) = wait_for_charts(qtbot, page, 1)
    assert duration.legend.accessibleName().endswith("Canceled") == (token == "idle")
    page.table.select_run(page.model.shown_runs()[1].id)
    QTest.qWait(20)
    spot = duration.plot.place_of(page.model.shown_runs()[1].id)
    assert spot is not None
    picture = duration.plot.grab().toImage()
    assert picture.pixelColor(spot.toPoint() + QPoint(0, 3)) == theme().color(token)


def test_pointing_at_a_run_shows_it_in_every_chart(page: RunListPage) -> None:
    before = [chart.plot.grab().toImage() for chart in charts(page)]
    QTest.mouseMove(charts(page)[0].plot, place(page, 0, 40))
    QTest.qWait(20)
    after = [chart.plot.grab().toImage() for chart in charts(page)]
    assert all(one != other for one, other in zip(before, after, strict=True))


def test_dragging_zooms_and_a_double_press_beside_shows_all(page: RunListPage) -> None:
    plot = charts(page)[0].plot
    none = Qt.KeyboardModifier.NoModifier
    whole = numbers_on_axis(charts(page)[0])
    start, end = place(page, 0, 20), place(page, 0, 40)
    QTest.mousePress(plot, LEFT, none, start)
    QTest.mouseMove(plot, end)
    QTest.mouseRelease(plot, LEFT, none, end)
    assert numbers_on_axis(charts(page)[0]) == (20, 40)
    assert selected(page) == []
    empty = QPoint(plot.width() // 2, plot.height() // 2 + 30)
    QTest.mouseDClick(plot, LEFT, none, empty)
    assert numbers_on_axis(charts(page)[0]) == whole


def test_another_metric_can_be_chosen(qtbot: QtBot, page: RunListPage) -> None:
    charts(page)[0].metric_chosen.emit("val_loss")
    qtbot.waitUntil(lambda: titles(page) == ["val_loss", "val_auc", "Duration"])


@pytest.mark.qt_log_ignore("grabbing the keyboard")
def test_the_menu_of_a_chart_offers_all_metrics(qtbot: QtBot, page: RunListPage) -> None:
    chart = charts(page)[1]
    assert chart.chooser.accessibleName() == "Metric of chart 2"
    QTest.mouseClick(chart.chooser, LEFT)
    actions = chart.menu.actions()
    assert [action.text() for action in actions] == ["val_auc", "val_loss", "val_f1"]
    assert [action.isChecked() for action in actions] == [False, True, False]
    actions[2].trigger()
    chart.menu.hide()
    qtbot.waitUntil(lambda: titles(page) == ["val_auc", "val_f1", "Duration"])


def test_charts_follow_the_filter(qtbot: QtBot, page: RunListPage) -> None:
    page.filters.search.line.setText("status=failed")
    wait_for_charts(qtbot, page, 1)
    assert titles(page) == ["Duration"]
    page.filters.clear()
    wait_for_charts(qtbot, page, 3)


def test_charts_can_be_hidden_by_button_and_shortcut(page: RunListPage) -> None:
    button = page.filters.charts_button
    assert button.accessibleName() == "Hide charts"
    QTest.mouseClick(button, LEFT)
    assert not page.charts.isVisible()
    assert button.accessibleName() == "Show charts"
    QTest.keyClick(page, Qt.Key.Key_G, CTRL)
    assert page.charts.isVisible()
    assert button.isChecked()


def test_a_small_window_has_two_low_cards(qtbot: QtBot) -> None:
    page = make_page(sample_runs(60), 960, 528)
    wait_for_charts(qtbot, page, 3)
    assert [chart.isVisible() for chart in charts(page)] == [True, True, False]
    assert charts(page)[0].height() == 136
    page.resize(1376, 788)
    QTest.qWait(20)
    assert [chart.isVisible() for chart in charts(page)] == [True, True, True]
    assert charts(page)[0].height() == 188


def test_many_runs_are_drawn_as_the_newest(qtbot: QtBot) -> None:
    page = make_page(make_runs(3_000))
    drawn = wait_for_charts(qtbot, page, 2)
    assert drawn[0].content is not None
    assert len(drawn[0].content.plot.points) == 200
    assert drawn[0].content.plot.points[-1].number == 3_000


@pytest.mark.parametrize("best", [1, 3])
def test_the_name_of_the_line_hides_no_run(qtbot: QtBot, best: int) -> None:
    values = {number: 0.95 if number == best else 0.90 + number / 100 for number in (1, 2, 3)}
    runs = [replace(make_run(number), metrics=(("accuracy", values[number]),)) for number in values]
    page = make_page(runs)
    wait_for_charts(qtbot, page, 2)
    plot = charts(page)[0].plot
    picture = plot.grab().toImage()
    ratio = picture.devicePixelRatioF()
    for number in values:
        point = place(page, 0, number)
        color = picture.pixelColor(int(point.x() * ratio), int(point.y() * ratio))
        assert color != theme().color("surface"), number
