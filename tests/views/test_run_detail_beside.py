"""What Run Detail shows beside a run: curves, files and code of another one."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.run_samples import make_run
from tests.views import run_detail_samples as sample
from tests.views.run_detail_driver import labels, open_page
from workbench.core.metric import MetricSeries, format_metric
from workbench.core.run import Output
from workbench.viewmodels.beside_run import FOLDER, NONE, PREVIOUS
from workbench.viewmodels.run_states import RunDetailState
from workbench.views.run_detail.chart_card import ChartCard
from workbench.views.run_detail.page import RunDetailPage

LEFT = Qt.MouseButton.LeftButton
Key = Qt.Key
# The offscreen platform says so for every list that pops up.
pytestmark = pytest.mark.qt_log_ignore("grabbing the keyboard")


@pytest.fixture
def page(qtbot: QtBot) -> RunDetailPage:
    return open_page(qtbot)


def grouped(metrics: tuple[MetricSeries, ...] | None = None) -> RunDetailState:
    return replace(sample.state(), metrics=metrics or sample.grouped_metrics())


def cards(page: RunDetailPage, qtbot: QtBot, state: RunDetailState) -> list[ChartCard]:
    page.render(state)
    curves = {series.name for series in state.metrics or () if series.is_curve}
    qtbot.waitUntil(
        lambda: bool(page.metrics.cards) and not page.metrics._drawing.isActive(), timeout=20_000
    )
    assert curves
    return [card for card in page.metrics.cards if card.isVisible()]


def test_the_curves_of_the_run_before_are_drawn_behind(page: RunDetailPage, qtbot: QtBot) -> None:
    loss, auc = cards(page, qtbot, grouped())[:2]
    assert sorted(labels(loss)) == ["#125", "loss", "train_loss", "val_loss"]
    assert sorted(labels(auc)) == ["#125", "#126", "val_auc"]
    ((xs, ys),) = auc.plot.ghosts
    earlier = {series.name: series for series in sample.earlier_metrics()}
    assert tuple(ys) == earlier["val_auc"].values
    assert list(xs) == [float(step) for step in range(1, 41)]
    # It is in sight with its lowest value.
    assert auc.plot.y_range[0] <= min(ys)
    assert auc.plot.accessibleDescription().endswith("; with #125 behind")
    assert page.metrics.tiles.tiles[0].base.text() == "vs #125"


def test_the_cursor_tells_the_values_of_both_runs(page: RunDetailPage, qtbot: QtBot) -> None:
    loss, auc = cards(page, qtbot, grouped())[:2]
    auc.hovered.emit(31.0)
    own, ghost = (
        format_metric(series.values[30])
        for series in (sample.grouped_metrics()[2], sample.earlier_metrics()[2])
    )
    assert labels(auc.box) == ["Step 31", "val_auc", own, "#125", ghost]
    loss.hovered.emit(31.0)
    assert "#125 train_loss" in labels(loss.box)
    short = tuple(replace(item, values=item.values[:20]) for item in sample.earlier_metrics())
    state = grouped()
    state = replace(state, beside=replace(state.beside, ghost_metrics=short))
    auc = cards(page, qtbot, state)[1]
    qtbot.waitUntil(lambda: len(auc.plot.ghosts[0][1]) == 20)
    auc.hovered.emit(31.0)
    assert labels(auc.box) == ["Step 31", "val_auc", own]


def test_the_table_of_a_chart_holds_both_runs(page: RunDetailPage, qtbot: QtBot) -> None:
    auc = cards(page, qtbot, grouped())[1]
    data = auc.data()
    assert data.header == ["Step", "Seconds", "val_auc", "val_auc #125"]
    assert data.rows[30][3] == repr(sample.earlier_metrics()[2].values[30])


def test_another_run_is_chosen_with_the_keyboard(page: RunDetailPage, qtbot: QtBot) -> None:
    cards(page, qtbot, grouped())
    box = page.metrics.compare_with
    assert box.combo.currentText() == "#125"
    texts = [box.combo.itemText(place) for place in range(box.combo.count())]
    assert texts == ["None", "#125", "#124", "#123", "#121", "#120", "Another run…"]
    seen: list[object] = []
    page.metrics.ghost_chosen.connect(seen.append)
    page.metrics.other_ghost_requested.connect(lambda: seen.append("other"))
    page.offers()["compare_curves"].act()
    assert box.combo.view().isVisible()
    QTest.keyClick(box.combo.view(), Key.Key_Down)
    QTest.keyClick(box.combo.view(), Key.Key_Return)
    assert seen == [sample.beside().others[1].id]
    box.combo.setFocus()
    QTest.keyClick(box.combo, Key.Key_Home)
    assert seen[1:] == [NONE]
    QTest.keyClick(box.combo, Key.Key_End)
    assert seen[2:] == ["other"]
    # The box shows what is drawn until a run was chosen.
    assert box.current == NONE


def test_without_another_run_a_chart_stands_alone(page: RunDetailPage, qtbot: QtBot) -> None:
    state = grouped()
    alone = replace(state.beside, curves=NONE, ghost=None, ghost_metrics=None)
    auc = cards(page, qtbot, replace(state, beside=alone))[1]
    assert labels(auc) == ["val_auc"]
    assert auc.plot.ghosts == []
    assert page.metrics.tiles.tiles[0].base.isHidden()
    assert page.metrics.compare_with.combo.currentText() == "None"
    # It comes back when it is chosen again.
    auc = cards(page, qtbot, state)[1]
    qtbot.waitUntil(lambda: sorted(labels(auc)) == ["#125", "#126", "val_auc"])


def test_a_fixed_run_stays_chosen_among_others(page: RunDetailPage, qtbot: QtBot) -> None:
    state = grouped()
    far = make_run(7)
    fixed = replace(state.beside, curves=far.id, ghost=far, ghost_metrics=())
    cards(page, qtbot, replace(state, beside=fixed))
    box = page.metrics.compare_with
    assert (box.current, box.combo.currentText()) == (far.id, "#7")
    assert box.combo.itemData(1) == PREVIOUS


def test_epochs_are_the_axis_of_scripts_that_log_them(page: RunDetailPage, qtbot: QtBot) -> None:
    axis = page.metrics.x_axis
    cards(page, qtbot, grouped())
    assert (axis.current, axis.button("epoch").isEnabled()) == ("step", False)
    assert axis.button("epoch").toolTip() == "The runs don't log an epoch"
    metrics = sample.grouped_metrics()
    # Two values in each epoch.
    halves = tuple(float(1 + step // 2) for step in range(40))
    epochs = MetricSeries("Epoch", halves, metrics[0].seconds, 20)
    state = grouped((*metrics, epochs))
    both = replace(state.beside, ghost_metrics=sample.with_epochs(sample.earlier_metrics()))
    shown = cards(page, qtbot, replace(state, beside=both))
    qtbot.waitUntil(lambda: shown[1].plot.accessibleName() == "val_auc by epoch")
    assert axis.current == "epoch"
    assert "Epoch" not in [card.title.text() for card in shown]
    assert "Epoch" not in [tile.name.text() for tile in page.metrics.tiles.tiles]
    assert (shown[1].plot.xs[0][0], shown[1].plot.xs[0][-1]) == (1.0, 20.0)
    assert shown[1].plot.ghosts[0][0][-1] == 40.0
    page.offers()["x_axis"].act()
    assert axis.current == "step"
    qtbot.waitUntil(lambda: shown[1].plot.accessibleName() == "val_auc by step")
    QTest.mouseClick(axis.button("time"), LEFT)
    qtbot.waitUntil(lambda: shown[1].plot.accessibleName() == "val_auc by time")
    # A run without epochs is drawn over its steps, and the choice comes back with the epochs.
    QTest.mouseClick(axis.button("epoch"), LEFT)
    cards(page, qtbot, grouped())
    assert axis.current == "step"


def beside_outputs(page: RunDetailPage, path: str) -> Output:
    """Show a file with the one of run 125 beside it."""
    state = sample.state()
    beside = replace(state.beside, output=PREVIOUS, output_run=state.beside.previous)
    page.render(replace(state, beside=beside))
    page.show_tab("outputs")
    model = page.outputs.model
    page.outputs.list.setCurrentIndex(model.index(model.row_of(path)))
    output = page.outputs.current
    assert output is not None
    return output


def test_a_picture_stands_beside_the_one_of_another_run(page: RunDetailPage) -> None:
    before = sample.state().beside.previous
    assert before is not None
    output = beside_outputs(page, "reports/roc_curve.png")
    page.show_preview(output, sample.picture())
    page.outputs.show_beside(before, output, output, sample.picture(400, 300))
    pair = page.outputs.pair
    assert pair.is_split
    assert abs(pair.own.width() - pair.other.width()) < 5
    assert {"#126, this run", "#125 train.py"} <= set(labels(pair))
    assert pair.other.accessibleName() == "Preview of reports/roc_curve.png of #125"
    assert pair.other.picture.image.width() == 400
    QTest.mouseClick(page.outputs.fit.button("full"), LEFT)
    assert pair.own.picture.shown_size.width() == 800
    assert pair.other.picture.shown_size.width() == 400
    page.render(sample.state())
    assert not pair.is_split


def test_texts_beside_each_other_scroll_together(page: RunDetailPage, qtbot: QtBot) -> None:
    before = sample.state().beside.previous
    assert before is not None
    output = beside_outputs(page, "metrics.json")
    lines = "\n".join(f"line {number}" for number in range(500))
    page.show_preview(output, lines.encode())
    page.outputs.show_beside(before, output, output, lines[:-400].encode())
    own, other = page.outputs.pair.own.text, page.outputs.pair.other.text
    qtbot.waitUntil(lambda: other.verticalScrollBar().maximum() > 300)
    own.verticalScrollBar().setValue(200)
    assert other.verticalScrollBar().value() == 200
    other.verticalScrollBar().setValue(100)
    assert own.verticalScrollBar().value() == 100
    # The shorter one does not keep the longer one from its end.
    own.verticalScrollBar().setValue(own.verticalScrollBar().maximum())
    assert own.verticalScrollBar().value() == own.verticalScrollBar().maximum()


def test_a_run_without_that_file_says_so(page: RunDetailPage) -> None:
    before = sample.state().beside.previous
    assert before is not None
    output = beside_outputs(page, "metrics.json")
    page.outputs.show_beside(before, output, None, b"")
    assert "No such file in #125" in labels(page.outputs.pair.other)
    environment = replace(before.environment, host="gpu-vm-weu")
    far = replace(before, machine="other", environment=environment)
    page.outputs.show_beside(far, output, None, b"")
    assert "The output files of #125 are on gpu-vm-weu." in labels(page.outputs.pair.other)
    # One that comes late for another file is not shown.
    page.outputs.show_beside(before, Output("other.json", 1), Output("other.json", 1), b"late")
    assert "late" not in page.outputs.pair.other.text.toPlainText()


def test_whose_file_stands_beside_is_chosen(page: RunDetailPage) -> None:
    beside_outputs(page, "metrics.json")
    seen: list[object] = []
    page.outputs.beside_chosen.connect(seen.append)
    page.outputs.other_beside_requested.connect(lambda: seen.append("other"))
    box = page.outputs.beside.combo
    assert box.currentText() == "#125"
    page.offers()["beside_output"].act()
    QTest.keyClick(box.view(), Key.Key_Home)
    QTest.keyClick(box.view(), Key.Key_Return)
    QTest.keyClick(box, Key.Key_End)
    assert seen == [NONE, "other"]


def test_since_when_code_changes_are_shown_is_chosen(page: RunDetailPage) -> None:
    page.show_tab("changes")
    box = page.changes.base.combo
    texts = [box.itemText(place) for place in range(box.count())]
    assert texts == ["#125", "#124", "#123", "#121", "#120", "Folder now", "Another run…"]
    seen: list[object] = []
    page.changes.base_chosen.connect(seen.append)
    page.changes.other_base_requested.connect(lambda: seen.append("other"))
    page.offers()["changes_base"].act()
    QTest.keyClick(box.view(), Key.Key_Down)
    QTest.keyClick(box.view(), Key.Key_Return)
    box.setFocus()
    QTest.keyClick(box, Key.Key_End)
    assert seen == [sample.beside().others[1].id, "other"]

    state = sample.state()
    page.render(replace(state, beside=replace(state.beside, base=FOLDER), previous=None))
    assert page.changes.view.title.text() == "9 files changed after #126"
    assert page.properties.changes.text() == "9 files changed after #126"
    assert box.currentText() == "Folder now"
    assert box.itemText(0) == "Previous run"
    page.render(replace(state, beside=replace(state.beside, base=FOLDER), changes=()))
    assert "No changes after #126" in labels(page.changes.empty)
    # What is chosen can be changed where there are no files, too.
    assert box.isVisible()

    later = make_run(130)
    fixed = replace(state.beside, base=later.id)
    page.render(replace(state, beside=fixed, previous=later))
    assert page.changes.view.title.text() == "9 files changed compared with #130"
    assert box.currentText() == "#130"


def test_a_run_without_a_snapshot_has_no_changes_to_choose(page: RunDetailPage) -> None:
    state = sample.state()
    page.show_tab("changes")
    page.render(replace(state, run=replace(state.run, snapshot=""), changes=()))
    assert not page.changes.base.isVisible()
    assert page.offers()["changes_base"].reason == "This run has no snapshot"
