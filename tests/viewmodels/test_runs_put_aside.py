"""Runs that were archived or deleted, in the model of the Run List."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtTest import QAbstractItemModelTester

from tests.run_samples import make_run, now
from workbench.core.run import Run
from workbench.core.run_filter import parse_filter
from workbench.viewmodels.run_columns import StatusGroup
from workbench.viewmodels.run_table import RunTableModel

FATAL = QAbstractItemModelTester.FailureReportingMode.Fatal


@pytest.fixture
def model(qapp: object) -> Iterator[RunTableModel]:
    model = RunTableModel(clock=now)
    QAbstractItemModelTester(model, FATAL, model)
    model.set_runs(RUNS)
    yield model
    model.deleteLater()


def scored(number: int, accuracy: float) -> Run:
    return replace(make_run(number), metrics=(("accuracy", accuracy),))


RUNS = [scored(1, 0.5), scored(2, 0.9), scored(3, 0.7)]


def numbers(model: RunTableModel) -> list[int]:
    return [run.number for run in model.shown_runs()]


def best(model: RunTableModel) -> list[int]:
    (column,) = [column for column in model.columns if column.metric == "accuracy"]
    return [run.number for run in model.shown_runs() if model.is_best(run, column)]


@pytest.mark.parametrize("aside", [replace(RUNS[1], archived=True), replace(RUNS[1], deleted=True)])
def test_they_leave_the_list_and_come_back(model: RunTableModel, aside: Run) -> None:
    assert (numbers(model), best(model), model.total) == ([3, 2, 1], [2], 3)
    model.update([aside])
    assert (numbers(model), best(model), model.total) == ([3, 1], [3], 2)
    assert model.counts()[StatusGroup.ALL] == 2
    model.update([RUNS[1]])
    assert (numbers(model), best(model), model.total) == ([3, 2, 1], [2], 3)
    assert model.counts()[StatusGroup.ALL] == 3


def test_they_are_not_there_from_the_start_either(model: RunTableModel) -> None:
    model.set_runs([RUNS[0], replace(RUNS[1], archived=True), replace(RUNS[2], deleted=True)])
    assert (numbers(model), best(model), model.total) == ([1], [1], 1)


def test_archived_runs_are_shown_when_the_filter_asks_for_them(model: RunTableModel) -> None:
    model.update([replace(RUNS[1], archived=True), replace(RUNS[2], archived=True, deleted=True)])
    model.set_filter("archived=yes")
    assert numbers(model) == [2]
    model.set_filter("archived=no")
    assert numbers(model) == [1]
    model.set_filter("accuracy>0.4")
    assert numbers(model) == [1]


def test_the_filter_knows_what_was_put_aside() -> None:
    archived = replace(RUNS[0], archived=True)
    assert parse_filter("").matches(RUNS[0])
    assert not parse_filter("").matches(archived)
    assert parse_filter("archived=yes #1").matches(archived)
    assert not parse_filter("archived=yes").matches(RUNS[0])
    assert not parse_filter("archived=yes").matches(replace(archived, deleted=True))
