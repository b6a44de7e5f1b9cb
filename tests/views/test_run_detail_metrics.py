"""The Metrics and Outputs tabs of Run Detail."""

import math
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from tests.run_samples import make_run, now, sample_outputs
from tests.views import run_detail_samples as sample
from workbench.core.metric import MetricSeries, format_metric
from workbench.core.run import Output, RunStatus
from workbench.views.run_detail.chart_lines import (
    ChartOptions,
    chart_contents,
    x_text,
    x_ticks,
    y_ticks,
)
from workbench.views.run_detail.chart_numbers import pieces
from workbench.views.run_detail.output_preview import read_image, read_table, read_text
from workbench.views.run_detail.page import RunDetailPage

LEFT = Qt.MouseButton.LeftButton
Key = Qt.Key


@pytest.fixture
def page(qtbot: QtBot) -> RunDetailPage:
    page = RunDetailPage(now=now)
    qtbot.addWidget(page)
    page.resize(1376, 788)
    page.show()
    qtbot.waitExposed(page)
    page.render(sample.state())
    return page


def wait_for_charts(page: RunDetailPage, qtbot: QtBot, number: int) -> None:
    qtbot.waitUntil(lambda: len(page.metrics.cards) >= number, timeout=20_000)
    qtbot.waitUntil(lambda: not page.metrics._drawing.isActive())


def curve(name: str, *values: float) -> MetricSeries:
    return MetricSeries(
        name, values, tuple(float(place) for place in range(len(values))), values[-1]
    )


def texts(widget: QWidget) -> list[str]:
    return [label.text() for label in widget.findChildren(QLabel) if label.isVisible()]


def test_a_tile_shows_exactly_the_formatted_value(page: RunDetailPage) -> None:
    shown = {tile.name.text(): tile for tile in page.metrics.tiles.tiles}
    for series in sample.state().metrics or ():
        assert shown[series.name].value.text() == format_metric(series.last)
    assert shown["device"].value.text() == "cuda:0 NVIDIA A10"
    assert shown["confusion"].value.text() == "4 values"
    auc = shown["val_auc"]
    assert (auc.delta.text(), auc.base.text()) == ("+0.0034", "vs #125")
    assert auc.delta.property("tone") == "ok"
    loss = shown["val_loss"]
    assert (loss.delta.text(), loss.delta.property("tone")) == ("−0.0047", "ok")
    assert shown["learning_rate"].delta.isHidden()


def test_a_worse_and_an_equal_value(page: RunDetailPage) -> None:
    state = sample.state()
    previous = make_run(125, metrics=(("val_auc", 0.9), ("steps", 5)))
    metrics = (curve("val_auc", 0.5, 0.8), MetricSeries("steps", (5.0,), (1.0,), 5))
    beside = replace(state.beside, ghost=previous)
    page.render(replace(state, metrics=metrics, beside=beside))
    auc, steps = page.metrics.tiles.tiles
    assert (auc.delta.text(), auc.delta.property("tone")) == ("−0.1", "bad")
    assert steps.delta.text() == "No change"


def test_tiles_find_room(page: RunDetailPage, qtbot: QtBot) -> None:
    assert page.metrics.tiles.columns == 5
    page.resize(960, 528)
    qtbot.waitUntil(lambda: page.metrics.tiles.columns == 4)
    page.resize(700, 528)
    qtbot.waitUntil(lambda: page.metrics.tiles.columns == 3)


def test_many_metrics_come_on_demand(page: RunDetailPage, qtbot: QtBot) -> None:
    metrics = tuple(MetricSeries(f"m{number}", (1.0,), (0.0,), 1.0) for number in range(100))
    page.render(replace(sample.state(), metrics=metrics))
    assert len(page.metrics.tiles.tiles) == 40
    assert page.metrics.tiles.more.text() == "Show 60 more"
    QTest.mouseClick(page.metrics.tiles.more, LEFT)
    assert len(page.metrics.tiles.tiles) == 100


def test_charts_of_the_curves(page: RunDetailPage, qtbot: QtBot) -> None:
    wait_for_charts(page, qtbot, 5)
    titles = [card.title.text() for card in page.metrics.cards if card.isVisible()]
    assert titles == ["val_auc", "val_f1", "val_loss", "learning_rate", "confusion"]
    plot = page.metrics.cards[0].plot
    assert plot.accessibleName() == "val_auc by step"
    assert plot.accessibleDescription().startswith("val_auc, 40 values, highest 0.8")


def test_train_and_validation_share_a_chart(page: RunDetailPage, qtbot: QtBot) -> None:
    page.render(replace(sample.state(), metrics=sample.grouped_metrics()))
    wait_for_charts(page, qtbot, 2)
    card = page.metrics.cards[0]
    assert card.title.text() == "loss"
    assert {"val_loss", "train_loss"} <= set(texts(card))


def test_the_cursor_is_linked(page: RunDetailPage, qtbot: QtBot) -> None:
    page.render(replace(sample.state(), metrics=sample.grouped_metrics()))
    wait_for_charts(page, qtbot, 2)
    loss, auc = page.metrics.cards[:2]
    loss.hovered.emit(30.7)
    content = loss.content
    assert content is not None
    shown = texts(loss.box)
    assert shown[0] == "Step 31"
    assert format_metric(content.series[0].values[30]) in shown
    assert auc.plot.cursor_x == 31
    assert auc.box.isHidden()
    loss.hovered.emit(None)
    assert loss.box.isHidden()
    assert auc.plot.cursor_x is None


def test_axis_smoothing_and_log_scale(page: RunDetailPage, qtbot: QtBot) -> None:
    page.render(replace(sample.state(), metrics=(curve("loss", 100.0, 1.0, 10.0, -1.0),)))
    wait_for_charts(page, qtbot, 1)
    plot = page.metrics.cards[0].plot
    QTest.mouseClick(page.metrics.x_axis.button("time"), LEFT)
    qtbot.waitUntil(lambda: list(plot.xs[0]) == [0.0, 1.0, 2.0, 3.0])
    QTest.mouseClick(page.metrics.log_scale, LEFT)
    qtbot.waitUntil(lambda: plot.ys[0][:3] == [2.0, 0.0, 1.0])
    assert math.isnan(plot.ys[0][3])
    QTest.mouseClick(page.metrics.log_scale, LEFT)
    page.metrics.smoothing.setFocus()
    QTest.keyClick(page.metrics.smoothing, Key.Key_PageUp)
    assert page.metrics.smoothing.number.text() == "0.10"
    qtbot.waitUntil(lambda: plot.smoothed)
    assert plot.ys[0][0] == 100.0
    assert 1.0 < plot.ys[0][1] < 100.0


def test_new_values_are_drawn_while_the_run_goes_on(page: RunDetailPage, qtbot: QtBot) -> None:
    run = make_run(127, RunStatus.RUNNING)
    page.render(replace(sample.state(), run=run, metrics=(curve("loss", 3.0, 2.0),)))
    wait_for_charts(page, qtbot, 1)
    page.render(replace(sample.state(), run=run, metrics=(curve("loss", 3.0, 2.0, 1.0),)))
    qtbot.waitUntil(lambda: list(page.metrics.cards[0].plot.ys[0]) == [3.0, 2.0, 1.0])
    assert page.metrics.tiles.tiles[0].value.text() == "1"


def test_the_wheel_over_a_chart_scrolls_the_page(page: RunDetailPage, qtbot: QtBot) -> None:
    wait_for_charts(page, qtbot, 5)
    plot = page.metrics.cards[0].plot
    before = plot.x_range, plot.y_range
    middle = QPointF(plot.rect().center())
    event = QWheelEvent(
        middle, plot.mapToGlobal(middle), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(plot, event)
    assert not event.isAccepted()
    assert (plot.x_range, plot.y_range) == before


def test_odd_numbers_can_be_drawn(page: RunDetailPage, qtbot: QtBot) -> None:
    odd = (
        curve("nan", math.nan, math.nan),
        curve("inf", math.inf, 1.0, -math.inf),
        curve("same", 2.0, 2.0, 2.0),
        curve("huge", 1e300, -1e300),
        curve("negative", -5.0, -4.0),
    )
    page.render(replace(sample.state(), metrics=odd))
    wait_for_charts(page, qtbot, 5)
    QTest.mouseClick(page.metrics.log_scale, LEFT)
    qtbot.wait(100)
    for card in page.metrics.cards:
        card.hovered.emit(1.0)
    assert not page.grab().isNull()


def test_no_metrics(page: RunDetailPage) -> None:
    page.render(replace(sample.state(), metrics=()))
    assert "No metrics in this run" in texts(page.metrics.empty)
    QTest.mouseClick(page.metrics.empty.button, LEFT)
    assert QGuiApplication.clipboard().text() == 'run_logger.log("accuracy", 0.97)'
    page.render(replace(sample.state(), run=make_run(127, RunStatus.RUNNING), metrics=()))
    assert "No metrics yet" in texts(page.metrics.empty)


def test_places_on_the_axes() -> None:
    steps, times, logs = ChartOptions(), ChartOptions(by_time=True), ChartOptions(log_scale=True)
    assert [text for _place, text in x_ticks(1, 40, steps)] == ["10", "20", "30", "40"]
    assert [text for _place, text in x_ticks(1, 3, steps)] == ["1", "2", "3"]
    minutes = [text for _place, text in x_ticks(0, 600, times)]
    assert minutes == ["0", "2", "4", "6", "8", "10 min"]
    assert [text for _place, text in y_ticks(-2, 1, logs)] == ["0.01", "0.1", "1", "10"]
    assert [place for place, _text in y_ticks(0, 1, logs)] == pytest.approx(
        [math.log10(value) for value in (2.5, 5, 7.5, 10)]
    )
    assert x_text(31.2, steps) == "Step 31"
    assert x_text(90, times) == "90 s"


def test_a_curve_breaks_where_it_has_no_height_and_keeps_its_peaks() -> None:
    ys = [1.0, 2.0, math.nan, 3.0, math.inf, 4.0, 5.0]
    assert pieces([float(x) for x in range(7)], ys, 100) == [
        [(0.0, 1.0), (1.0, 2.0)], [(5.0, 4.0), (6.0, 5.0)],
    ]  # fmt: skip
    steps = [float(step) for step in range(100_000)]
    values = [math.sin(step / 50) for step in steps]
    values[70_001] = 9.0
    (curve_shown,) = pieces(steps, values, 400)
    assert len(curve_shown) <= 1_600
    assert (70_001.0, 9.0) in curve_shown


def test_dragging_zooms_into_a_curve(page: RunDetailPage, qtbot: QtBot) -> None:
    wait_for_charts(page, qtbot, 5)
    plot = page.metrics.cards[0].plot
    whole = plot.x_range, plot.y_range
    none, middle = Qt.KeyboardModifier.NoModifier, plot.height() // 2
    ends = [QPoint(round(plot.x_of(step)), middle) for step in (10, 20)]
    QTest.mousePress(plot, LEFT, none, ends[0])
    QTest.mouseMove(plot, ends[1])
    QTest.mouseRelease(plot, LEFT, none, ends[1])
    assert [round(end) for end in plot.x_range] == [10, 20]
    assert plot.y_range != whole[1]
    QTest.mouseDClick(plot, LEFT, none, ends[0])
    assert (plot.x_range, plot.y_range) == whole


def test_only_a_few_curves_share_a_chart() -> None:
    names = ["train_loss", "val_loss", "lr", "test/acc"]
    assert [item.title for item in chart_contents([curve(name, 1.0, 2.0) for name in names])] == [
        "loss", "lr", "test/acc",
    ]  # fmt: skip
    many = [curve(f"{part}_x", 1.0, 2.0) for part in ("train", "val", "test", "eval", "valid")]
    assert len(chart_contents(many)) == 5
    assert chart_contents([MetricSeries("one", (1.0,), (0.0,), 1.0)]) == []


def test_outputs_are_listed_and_asked_for(page: RunDetailPage) -> None:
    seen: list[tuple[str, object]] = []
    page.output_selected.connect(lambda output: seen.append(("select", output)))
    page.output_open_requested.connect(lambda output: seen.append(("open", output)))
    page.output_save_requested.connect(lambda output: seen.append(("save", output)))
    page.outputs_folder_requested.connect(lambda: seen.append(("folder", None)))
    page.show_tab("outputs")
    files = sample_outputs()
    assert page.outputs.total.text() == "5 files, 9.0 MB in outputs"
    assert seen == [("select", files[0])]
    QTest.keyClick(page.outputs.list, Key.Key_Down)
    QTest.keyClick(page.outputs.list, Key.Key_Return)
    QTest.mouseClick(page.outputs.open, LEFT)
    QTest.mouseClick(page.outputs.save, LEFT)
    QTest.mouseClick(page.outputs.folder, LEFT)
    assert seen[1:] == [
        ("select", files[1]), ("open", files[1]), ("open", files[1]), ("save", files[1]),
        ("folder", None),
    ]  # fmt: skip
    center = page.outputs.list.visualRect(page.outputs.model.index(3)).center()
    QTest.mouseClick(page.outputs.list.viewport(), LEFT, pos=center)
    assert seen[-1] == ("select", files[3])
    QTest.mouseDClick(page.outputs.list.viewport(), LEFT, pos=center)
    assert seen[-1] == ("open", files[3])


def choose(page: RunDetailPage, path: str, data: bytes) -> Output:
    page.show_tab("outputs")
    page.outputs.list.setCurrentIndex(page.outputs.model.index(page.outputs.model.row_of(path)))
    output = page.outputs.current
    assert output is not None
    page.show_preview(output, data)
    return output


def test_a_picture_is_fitted_or_shown_in_full(page: RunDetailPage) -> None:
    page.resize(900, 500)
    choose(page, "reports/roc_curve.png", sample.picture(800, 560))
    preview = page.outputs.preview
    assert preview.currentWidget() is preview.picture
    assert preview.accessibleName() == "Preview of reports/roc_curve.png"
    assert page.outputs.size_words.text() == "800 × 560"
    assert preview.picture.shown_size.width() < 800
    QTest.mouseClick(page.outputs.fit.button("full"), LEFT)
    assert preview.picture.shown_size.width() == 800
    QTest.mouseClick(page.outputs.copy, LEFT)
    assert QGuiApplication.clipboard().image().width() == 800


def test_texts_tables_and_other_files(page: RunDetailPage) -> None:
    preview = page.outputs.preview
    choose(page, "metrics.json", b'{"auc": 0.89}')
    assert preview.text.toPlainText() == '{\n  "auc": 0.89\n}'
    QTest.mouseClick(page.outputs.copy, LEFT)
    assert QGuiApplication.clipboard().text() == '{\n  "auc": 0.89\n}'
    choose(page, "predictions.csv", sample.table(30))
    assert preview.currentWidget() is preview.table
    assert page.outputs.size_words.text() == "30 rows"
    QTest.mouseClick(page.outputs.copy, LEFT)
    assert QGuiApplication.clipboard().text().startswith("id\tname\tscore\n0\tuser_0\t0.000")
    choose(page, "model.pt", b"\x80\x02")
    assert preview.currentWidget() is preview.nothing
    assert page.outputs.copy.isHidden()
    choose(page, "confusion_matrix.png", b"no picture")
    assert "No preview" in texts(preview.nothing)


def test_a_late_preview_of_another_file_is_not_shown(page: RunDetailPage) -> None:
    late = choose(page, "metrics.json", b"{}")
    choose(page, "predictions.csv", sample.table(3))
    page.show_preview(late, b"late")
    assert page.outputs.preview.currentWidget() is page.outputs.preview.table


def test_a_growing_list_keeps_the_chosen_file(page: RunDetailPage) -> None:
    choose(page, "metrics.json", b"{}")
    more = (Output("a.txt", 1), *sample_outputs())
    page.render(replace(sample.state(), outputs=more))
    current = page.outputs.current
    assert current is not None
    assert current.path == "metrics.json"
    assert page.outputs.preview.text.toPlainText() == "{}"
    page.render(replace(sample.state(), outputs=()))
    assert "No output files" in texts(page.outputs.empty)


def test_reading_of_odd_files() -> None:
    assert read_text("a.json", b"{broken") == "{broken"
    assert read_text("a.txt", b"\xff\xfe") == "\ufffd\ufffd"
    assert read_table("a.csv", b"") == ([], [])
    assert read_table("a.tsv", b"a\tb\n1\n") == (["a", "b"], [["1"]])
    assert read_table("a.csv", b"a\n1,2\n") == (["a", ""], [["1", "2"]])
    header, rows = read_table("a.csv", b"x\n" + b"1\n" * 5_000)
    assert (header, len(rows)) == (["x"], 1_000)
    assert read_image(b"no picture").isNull()
