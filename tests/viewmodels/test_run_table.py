"""The model of the Run List: order, filters, and changes that leave the view where it is."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QAbstractItemModel, QItemSelectionModel, QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from tests.run_samples import NOW, make_run, make_runs, now, sample_runs
from workbench.core.run import Run, RunStatus
from workbench.core.run_filter import parse_filter
from workbench.viewmodels.run_columns import (
    Column,
    ColumnKind,
    StatusGroup,
    row_text,
    sort_key,
    tooltip,
)
from workbench.viewmodels.run_table import BEST_ROLE, RUN_ID_ROLE, RunTableModel

DISPLAY = Qt.ItemDataRole.DisplayRole
ASCENDING, DESCENDING = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder
FATAL = QAbstractItemModelTester.FailureReportingMode.Fatal


@pytest.fixture
def model(qapp: object) -> Iterator[RunTableModel]:
    model = RunTableModel(clock=now)
    QAbstractItemModelTester(model, FATAL, model)
    yield model
    model.deleteLater()


def numbers(model: RunTableModel) -> list[int]:
    return [run.number for run in model.shown_runs()]


def column(model: RunTableModel, key: str) -> int:
    return [column.key for column in model.columns].index(key)


def cell(model: RunTableModel, row: int, key: str, role: int = DISPLAY) -> object:
    return model.index(row, column(model, key)).data(role)


class Steps:
    """Counts what a model tells its views."""

    def __init__(self, model: QAbstractItemModel) -> None:
        self.resets = self.inserts = self.moves = self.removals = 0
        self.changed: list[tuple[int, int]] = []
        model.modelReset.connect(lambda: self._count("resets"))
        model.rowsInserted.connect(lambda: self._count("inserts"))
        model.rowsMoved.connect(lambda: self._count("moves"))
        model.rowsRemoved.connect(lambda: self._count("removals"))
        model.dataChanged.connect(lambda a, b: self.changed.append((a.row(), b.row())))

    def _count(self, name: str) -> None:
        setattr(self, name, getattr(self, name) + 1)


def test_newest_run_comes_first(model: RunTableModel) -> None:
    model.set_runs([make_run(1), make_run(2), make_run(3)])
    assert numbers(model) == [3, 2, 1]
    assert model.sort_state == (2, DESCENDING)


def test_cells_say_what_the_design_asks_for(model: RunTableModel) -> None:
    run = make_run(126, metrics=(("val_auc", 0.89123), ("note", "x")), ago=timedelta(hours=1))
    model.set_runs([run, make_run(127, RunStatus.QUEUED)])
    assert [cell(model, 1, c.key) for c in model.columns] == [
        "",
        "Completed",
        "#126",
        "train.py",
        "--lr 3e-4 --epochs 40",
        "local",
        "Today 10:52",
        "1 min 00 s",
        "0.8912",
        run.snapshot[:7],
    ]
    assert cell(model, 0, "started") == "Not started"
    assert cell(model, 0, "duration") == "–"
    assert cell(model, 0, "metric:val_auc") == "–"
    assert cell(model, 0, "snapshot") == "–"
    spoken = cell(model, 1, "select", Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Run #126, Completed, train.py, val_auc 0.8912"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.738, "0.7380"),
        (-0.5, "−0.5000"),
        (12.0, "12.00"),
        (1.674e-06, "1.674e−06"),
        (0.0, "0"),
        (41, "41"),
        (float("nan"), "nan"),
    ],
)
def test_metrics_keep_their_zeros(model: RunTableModel, value: float, shown: str) -> None:
    model.set_runs([make_run(1, metrics=(("m", value),))])
    assert cell(model, 0, "metric:m") == shown


def test_metric_columns_come_from_the_runs_most_frequent_first(model: RunTableModel) -> None:
    both = (("loss", 0.5), ("accuracy", 0.9))
    model.set_runs([make_run(1, metrics=(("accuracy", 0.8),)), make_run(2, metrics=both)])
    assert ",".join(model.metrics) == "accuracy,loss"
    model.update([make_run(3, metrics=(("f1", 0.7),))])
    assert ",".join(model.metrics) == "accuracy,loss,f1"
    assert [c.key for c in model.columns][-2:] == ["metric:f1", "snapshot"]


@pytest.mark.parametrize("order", [ASCENDING, DESCENDING])
def test_sorts_by_every_column_with_empty_cells_last(
    model: RunTableModel, order: Qt.SortOrder
) -> None:
    runs = sample_runs()
    model.set_runs(runs)
    for place, shown in enumerate(model.columns):
        model.sort(place, order)
        keys = [sort_key(run, shown) for run in model.shown_runs()]
        filled = [key for key in keys if key is not None]
        assert keys[: len(filled)] == filled
        assert filled == sorted(filled, reverse=order == DESCENDING)
        assert sorted(numbers(model)) == [run.number for run in runs]
        assert model.sort_state == (place, order)
        for row in (0, 7, len(runs) - 1):
            assert model.row_of(model.run_at(row).id) == row


def test_filter_line_script_and_status_work_together(model: RunTableModel) -> None:
    runs = sample_runs()
    model.set_runs(runs)
    model.set_filter("val_auc>0.86")
    good = [run for run in runs if parse_filter("val_auc>0.86").matches(run)]
    assert sorted(numbers(model)) == [run.number for run in good]
    assert model.counts()[StatusGroup.ALL] == len(good)
    model.set_status_group(StatusGroup.RUNNING)
    assert [run.status for run in model.shown_runs()] == [RunStatus.RUNNING]
    assert model.counts()[StatusGroup.ALL] == len(good), "the counts tell what a choice would show"
    model.set_script("features.py")
    assert numbers(model) == []
    assert model.is_filtered
    model.clear_filter()
    assert len(numbers(model)) == len(runs)
    assert model.scripts == ("features.py", "train.py")


def test_interrupted_runs_count_as_failed(model: RunTableModel) -> None:
    model.set_runs([make_run(1, RunStatus.INTERRUPTED), make_run(2, RunStatus.PREPARING)])
    assert model.counts()[StatusGroup.FAILED] == 1
    assert model.counts()[StatusGroup.RUNNING] == 1


def test_new_run_is_one_insert_at_the_top(model: RunTableModel) -> None:
    model.set_runs([make_run(1), make_run(2)])
    steps = Steps(model)
    model.update([make_run(3, RunStatus.PREPARING)])
    assert numbers(model) == [3, 2, 1]
    assert (steps.inserts, steps.resets, steps.changed) == (1, 0, [])


def test_changed_run_is_only_a_changed_row(model: RunTableModel) -> None:
    running = make_run(2, RunStatus.RUNNING)
    model.set_runs([make_run(1), running, make_run(3)])
    steps = Steps(model)
    model.update([replace(running, metrics=(("loss", 0.3),), status=RunStatus.FAILED)])
    assert (steps.inserts, steps.resets, steps.moves) == (0, 0, 0)
    assert steps.changed == [(1, 1)]
    model.update([model.run_at(1)])
    assert steps.changed == [(1, 1)], "the same run again is no change"


def test_row_moves_when_its_sorted_value_changes(model: RunTableModel) -> None:
    runs = [make_run(n, metrics=(("loss", n / 10),)) for n in range(1, 6)]
    model.set_runs(runs)
    model.sort(column(model, "metric:loss"), ASCENDING)
    kept = QPersistentModelIndex(model.index(0, 0))
    steps = Steps(model)
    model.update([replace(runs[0], metrics=(("loss", 0.45),))])
    assert numbers(model) == [2, 3, 4, 1, 5]
    assert (steps.moves, steps.resets) == (1, 0)
    assert (kept.row(), kept.data(RUN_ID_ROLE)) == (3, runs[0].id)
    model.update([replace(runs[0], metrics=(("loss", 0.01),))])
    assert (numbers(model), kept.row()) == ([1, 2, 3, 4, 5], 0)


def test_run_leaves_and_enters_a_filtered_list(model: RunTableModel) -> None:
    running = make_run(2, RunStatus.RUNNING)
    model.set_runs([make_run(1, RunStatus.RUNNING), running, make_run(3)])
    model.set_status_group(StatusGroup.RUNNING)
    steps = Steps(model)
    model.update([replace(running, status=RunStatus.FAILED)])
    assert (numbers(model), steps.removals) == ([1], 1)
    assert model.counts()[StatusGroup.FAILED] == 1
    model.update([running])
    assert (numbers(model), steps.inserts, steps.resets) == ([2, 1], 1, 0)
    assert model.counts()[StatusGroup.FAILED] == 0


def test_selection_survives_inserts_and_moves(model: RunTableModel) -> None:
    runs = [make_run(n, metrics=(("loss", n / 10),)) for n in range(1, 50)]
    model.set_runs(runs)
    model.sort(column(model, "metric:loss"), DESCENDING)
    selection = QItemSelectionModel(model)
    chosen = {runs[3].id, runs[20].id}
    flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
    for run_id in chosen:
        selection.select(model.index(model.row_of(run_id), 0), flags)
    model.update([make_run(60, metrics=(("loss", 0.77),)), replace(runs[3], metrics=())])
    assert {index.data(RUN_ID_ROLE) for index in selection.selectedRows()} == chosen
    selection.deleteLater()


def test_best_completed_value_is_marked(model: RunTableModel) -> None:
    model.set_runs(
        [
            make_run(1, metrics=(("loss", 0.3), ("acc", 0.9))),
            make_run(2, metrics=(("loss", 0.2), ("acc", 0.8))),
            make_run(3, RunStatus.RUNNING, metrics=(("loss", 0.1), ("acc", 0.99))),
        ]
    )
    assert [cell(model, row, "metric:loss", BEST_ROLE) for row in range(3)] == [False, True, False]
    assert [cell(model, row, "metric:acc", BEST_ROLE) for row in range(3)] == [False, False, True]
    model.update([make_run(3, metrics=(("loss", 0.1), ("acc", 0.99)))])
    assert [cell(model, row, "metric:loss", BEST_ROLE) for row in range(3)] == [True, False, False]


def test_durations_of_running_runs_go_on(qapp: object) -> None:
    moment = [NOW]
    model = RunTableModel(clock=lambda: moment[0])
    model.set_runs([make_run(1), make_run(2, RunStatus.RUNNING, ago=timedelta(seconds=31))])
    steps = Steps(model)
    assert cell(model, 0, "duration") == "30 s"
    moment[0] += timedelta(seconds=1)
    model.tick()
    assert (cell(model, 0, "duration"), steps.changed) == ("31 s", [(0, 0)])
    before = model.has_running
    model.update([make_run(2)])
    assert (before, model.has_running) == (True, False)
    model.deleteLater()


def test_very_many_changes_are_one_reset(model: RunTableModel) -> None:
    runs = make_runs(400)
    model.set_runs(runs[:300])
    steps = Steps(model)
    model.update([replace(run, note="x") for run in runs[:300]] + runs[300:])
    assert (steps.resets, steps.inserts) == (1, 0)
    assert numbers(model) == list(range(400, 0, -1))
    assert model.counts()[StatusGroup.ALL] == 400


def test_a_block_of_new_runs_is_one_insert(model: RunTableModel) -> None:
    runs = make_runs(500)
    model.set_runs(runs[:100])
    steps = Steps(model)
    model.update(runs[100:])
    assert (steps.resets, steps.inserts) == (0, 1)
    assert numbers(model) == list(range(500, 0, -1))


def _shortest(action: Callable[[int], object]) -> float:
    """Return the least time of some tries: what the machine does besides only adds to it."""
    times = []
    for attempt in range(5):
        start = perf_counter()
        action(attempt)
        times.append(perf_counter() - start)
    return min(times)


def test_one_changed_run_costs_a_fraction_of_showing_all(qapp: object) -> None:
    runs = make_runs(10_000)
    model = RunTableModel(clock=now)
    everything = _shortest(lambda _: model.set_runs(runs))
    changed = _shortest(lambda n: model.update([replace(runs[5000], note=str(n))]))
    added = _shortest(lambda n: model.update([replace(runs[0], id=f"new{n}", number=20_000 + n)]))
    assert max(changed, added) < everything / 4
    model.deleteLater()


STATUSES = st.sampled_from([RunStatus.RUNNING, RunStatus.COMPLETED, RunStatus.FAILED])
RUNS = st.builds(
    lambda number, status, loss: make_run(number, status, metrics=loss),
    st.integers(1, 12),
    STATUSES,
    st.sampled_from([(), (("loss", 0.1),), (("loss", 0.5),), (("loss", 0.9),)]),
)


@settings(max_examples=60, deadline=None)
@given(
    updates=st.lists(st.lists(RUNS, max_size=4), max_size=6),
    sorted_by=st.sampled_from(["run", "status", "metric:loss"]),
    order=st.sampled_from([ASCENDING, DESCENDING]),
    text=st.sampled_from(["", "loss<0.6", "status=failed"]),
)
def test_updates_end_where_a_fresh_start_would(
    qapp: object, updates: list[list[Run]], sorted_by: str, order: Qt.SortOrder, text: str
) -> None:
    start = [make_run(20, metrics=(("loss", 0.4),)), make_run(21)]
    live = RunTableModel(clock=now)
    QAbstractItemModelTester(live, FATAL, live)
    live.set_runs(start)
    live.sort(column(live, sorted_by), order)
    live.set_filter(text)
    state = {run.id: run for run in start}
    for batch in updates:
        distinct = {run.id: run for run in batch}
        live.update(distinct.values())
        state |= distinct
    fresh = RunTableModel(clock=now)
    fresh.set_runs(list(state.values()))
    fresh.sort(column(fresh, sorted_by), order)
    fresh.set_filter(text)
    assert numbers(live) == numbers(fresh)
    assert live.counts() == fresh.counts()
    assert live.has_running == fresh.has_running
    for model in (live, fresh):
        model.deleteLater()


def test_column_kinds_align_numbers_right(model: RunTableModel) -> None:
    model.set_runs([make_run(1, metrics=(("loss", 0.4),))])
    for place, shown in enumerate(model.columns):
        alignment = model.index(0, place).data(Qt.ItemDataRole.TextAlignmentRole)
        is_right = bool(alignment & Qt.AlignmentFlag.AlignRight)
        assert is_right == (shown.kind in {ColumnKind.DURATION, ColumnKind.METRIC})


def _scored(number: int, rate: float, *, first: str = "lr", second: str = "auc") -> Run:
    run = make_run(number, metrics=((first, rate), (second, rate / 2 + 0.7)))
    arguments = ("--rate", str(rate), "--fast")
    return replace(run, request=replace(run.request, arguments=arguments))


def test_a_metric_that_repeats_an_argument_is_no_score(model: RunTableModel) -> None:
    runs = [_scored(1, 0.1), _scored(2, 0.3), _scored(3, 0.2)]
    model.set_runs(runs)
    assert model.metrics == ("auc", "lr")
    assert model.inputs == {"lr"}
    best = {
        column.metric: [model.index(row, place).data(BEST_ROLE) for row in range(3)]
        for place, column in enumerate(model.columns)
        if column.metric
    }
    assert best == {"auc": [False, True, False], "lr": [False, False, False]}


def test_the_order_of_metrics_is_the_same_after_a_restart(model: RunTableModel) -> None:
    late = _scored(3, 0.2, first="zz", second="b")
    runs = [_scored(1, 0.1), late, _scored(2, 0.3, first="a", second="c")]
    model.set_runs([])
    for run in runs:
        model.update([replace(run, metrics=run.metrics[:1])])
        model.update([run])
    live = model.metrics
    model.set_runs(sorted(runs, key=lambda run: run.number))
    assert live == model.metrics == ("auc", "c", "b", "lr", "a", "zz")


def test_each_run_says_whether_its_snapshot_holds_everything() -> None:
    run = replace(_scored(1, 0.1), snapshot="71b0f4a" + "0" * 33)
    column = Column(ColumnKind.SNAPSHOT, "Snapshot")
    assert tooltip(run, column) == f"{run.snapshot}\nComplete"
    missing = replace(run, not_captured=2)
    assert tooltip(missing, column).endswith("\n2 files not captured")
    assert "2 files not captured" in row_text(missing, ())
    assert "not captured" not in row_text(run, ())
    assert tooltip(replace(run, snapshot=""), column) == ""
