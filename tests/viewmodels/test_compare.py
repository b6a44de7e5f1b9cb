"""What the Compare page shows: tables, curves, words, and whom a run is compared with."""

import math

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester

from tests.run_samples import make_run
from tests.views import compare_samples as sample
from workbench.core.metric import MetricSeries
from workbench.core.run import RunStatus
from workbench.viewmodels.compare_curves import (
    curve_names,
    curves_of,
    epoch_places,
    first_charts,
    has_epochs,
    is_logged_at_once,
)
from workbench.viewmodels.compare_states import (
    best_run,
    compare_reason,
    page_title,
    previous_run,
    section_words,
)
from workbench.viewmodels.compare_table import CompareTableModel

TITLES = ("#126", "#125", "#121")


def curve(name: str, *values: float, every: float = 1) -> MetricSeries:
    seconds = tuple(every * (place + 1) for place in range(len(values)))
    return MetricSeries(name, values, seconds, values[-1])


def test_rows_change_in_place_while_a_run_goes_on() -> None:
    model = CompareTableModel()
    QAbstractItemModelTester(model)
    rows = sample.comparison().section("metrics").rows
    model.show(rows, TITLES, "#126")
    resets: list[int] = []
    changes: list[tuple[int, int]] = []
    model.modelReset.connect(lambda: resets.append(1))
    model.dataChanged.connect(lambda first, last: changes.append((first.row(), last.row())))
    model.show(rows, TITLES, "#126")
    assert (resets, changes) == ([], [])
    model.show((*rows[:4], sample.live().comparison.section("metrics").rows[4]), TITLES, "#126")  # type: ignore[union-attr]
    assert (resets, changes) == ([], [(4, 4)])
    model.show(rows[:2], TITLES, "#126")
    assert resets == [1]
    assert (model.rowCount(), model.columnCount()) == (2, 4)


def test_cells_say_everything_aloud() -> None:
    model = CompareTableModel()
    comparison = sample.comparison()
    role = Qt.ItemDataRole.AccessibleTextRole
    model.show(comparison.section("metrics").rows, TITLES, "#126")
    assert model.data(model.index(0, 0), role) == "val_auc"
    assert model.data(model.index(0, 1), role) == "val_auc, #126, 0.8912, Best"
    assert model.data(model.index(0, 2), role) == "val_auc, #125, 0.8871, −0.0041, worse than #126"
    model.show(comparison.section("arguments").rows, TITLES, "#126")
    assert model.data(model.index(0, 3), role) == "--model, #121, xgb, differs from #126"
    assert model.data(model.index(0, 2), role) == "--model, #125, ft-transformer"
    model.show(comparison.section("code").rows, TITLES, "#126")
    snapshot = model.index(1, 2)
    assert model.data(snapshot, role).endswith("2ad90b7, differs from #126, 4 files differ")


def test_sections_say_how_much_differs() -> None:
    comparison = sample.comparison()
    assert section_words(comparison.section("metrics")) == "5 differ"
    assert section_words(comparison.section("arguments")) == "5 differ, 0 are the same"
    assert section_words(comparison.section("code")) == "6 differ, 5 are the same"
    folder = sample.with_folder().comparison
    assert folder is not None
    # What the folder has not is not called the same.
    assert section_words(folder.section("metrics")) == "0 differ"
    assert page_title(comparison) == "Compare 3 runs"
    assert page_title(folder) == "Compare 1 run with your folder"


def test_two_or_three_runs_can_be_compared() -> None:
    reasons = [compare_reason(number) for number in range(5)]
    assert [bool(reason) for reason in reasons] == [True, True, False, False, True]
    assert reasons[0] == "Select 2 or 3 runs to compare"


def test_previous_and_best_run() -> None:
    runs = [
        make_run(1, metrics=(("loss", 0.5),)),
        make_run(2, metrics=(("loss", 0.25),)),
        make_run(3, RunStatus.FAILED, metrics=(("loss", 0.125),)),
        make_run(4, metrics=(("loss", math.nan),)),
        make_run(6),
    ]
    assert previous_run(runs, runs[4]) == runs[3]
    assert previous_run(runs, runs[0]) is None
    assert best_run(runs, "loss") == runs[1]
    assert best_run(runs, "other") is None


def test_first_charts_are_one_of_each_direction() -> None:
    assert first_charts(("val_auc", "val_f1", "val_loss")) == ("val_auc", "val_loss")
    assert first_charts(("auc", "f1")) == ("auc", "f1")
    assert first_charts(("auc",)) == ("auc",)


def test_curves_are_named_after_their_runs() -> None:
    curves = ((curve("auc", 1, 2), curve("epoch", 1, 2)), (curve("loss", 1, 2),))
    assert curve_names(curves) == ("auc", "loss")
    first, second = curves_of(curves, ("#2", "#1"), "auc")
    assert (first.name, first.values) == ("#2", (1, 2))
    assert (second.name, second.values) == ("#1", ())


def test_curves_logged_as_lists_have_no_time_to_draw_over() -> None:
    lists = curve("precision", 0.2, 0.5, 1.0, every=0)
    assert is_logged_at_once([[lists], [lists]])
    assert not is_logged_at_once([[lists], [curve("loss", 3, 2, 1)]])
    assert not is_logged_at_once([[curve("accuracy", 0.9)]])


def test_epochs_are_read_from_the_metric_of_that_name() -> None:
    same = (curve("auc", 5, 6, 7), curve("epoch", 0, 1, 2))
    often = (curve("loss", 1, 2, 3, 4, every=1), curve("Epoch", 10, 20, every=2))
    assert has_epochs((same, often))
    assert not has_epochs((same, (curve("auc", 1, 2),)))
    assert not has_epochs(())
    assert epoch_places((same, often), "auc") == ((0, 1, 2), ())
    assert epoch_places((same, often), "loss") == ((), (10, 10, 10, 20))
    # Places never go back, or the line would.
    back = (curve("auc", 1, 2, 3), curve("epoch", 3, 1, 2))
    assert epoch_places((back,), "auc") == ((3, 3, 3),)


@pytest.mark.parametrize("number", [2, 3])
def test_samples_have_a_side_for_each_run(number: int) -> None:
    state = sample.state(number)
    assert state.comparison is not None
    assert state.curves is not None
    assert len(state.comparison.sides) == len(state.curves) == number
