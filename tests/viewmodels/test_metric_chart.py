"""Numbers that charts are drawn from."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.run_samples import make_run, sample_metrics, sample_runs
from workbench.core.metric import MetricSeries
from workbench.core.run import RunStatus
from workbench.viewmodels.metric_chart import (
    MAX_RUNS,
    RunPoint,
    best_point,
    best_so_far,
    duration_points,
    duration_unit,
    metric_points,
    nearest,
    nice_ticks,
    smooth,
    thin_out,
    tick_text,
    tiles,
)


def test_no_smoothing_keeps_the_values() -> None:
    assert smooth([1.0, 5.0], 0.0) == [1.0, 5.0]


def test_smoothing_starts_at_the_first_value_and_lags() -> None:
    result = smooth([2.0, 2.0, 10.0], 0.9)
    assert result[:2] == pytest.approx([2.0, 2.0])
    assert 2 < result[2] < 10


def test_smoothing_passes_over_what_is_no_number() -> None:
    result = smooth([1.0, math.nan, 1.0], 0.5)
    assert math.isnan(result[1])
    assert result[2] == pytest.approx(1.0)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=3000), st.integers(1, 60))
def test_thinning_out_keeps_order_ends_and_peaks(values: list[float], pixels: int) -> None:
    xs = [float(place) for place in range(len(values))]
    thin_xs, thin_ys = thin_out(xs, values, pixels)
    assert len(thin_xs) == len(thin_ys) <= max(4 * pixels, 4)
    assert thin_xs == sorted(thin_xs)
    assert (thin_xs[0], thin_xs[-1]) == (xs[0], xs[-1])
    assert (min(thin_ys), max(thin_ys)) == (min(values), max(values))


def test_ticks_are_round_and_inside() -> None:
    assert nice_ticks(0.83, 0.89) == pytest.approx([0.84, 0.86, 0.88])
    assert nice_ticks(0, 15) == pytest.approx([0, 5, 10, 15])
    assert nice_ticks(1, 1) == []
    assert nice_ticks(math.nan, 1) == []


@pytest.mark.parametrize(
    ("value", "step", "text"),
    [
        (0.85, 0.01, "0.85"),
        (0.875, 0.025, "0.875"),
        (3e-4, 1e-4, "3e−4"),
        (-5, 5, "−5"),
        (12000, 2000, "12,000"),
        (1e-17, 0.1, "0"),
        (2.5e7, 5e6, "2.5e7"),
    ],
)
def test_tick_text(value: float, step: float, text: str) -> None:
    assert tick_text(value, step) == text


@given(st.lists(st.floats(-100, 100), min_size=1, unique=True), st.floats(-200, 200))
def test_nearest_is_the_nearest(values: list[float], x: float) -> None:
    xs = sorted(values)
    assert abs(xs[nearest(xs, x)] - x) == min(abs(value - x) for value in xs)


def test_nearest_of_nothing() -> None:
    assert nearest([], 1.0) == -1


def test_tiles_compare_with_the_previous_run() -> None:
    before = make_run(1, metrics=(("val_auc", 0.8), ("val_loss", 0.2), ("device", "cpu")))
    found = {tile.name: tile for tile in tiles(sample_metrics(), before)}
    assert found["val_auc"].delta == pytest.approx(0.0907, abs=0.01)
    assert found["val_auc"].is_better
    assert not found["val_loss"].is_better
    assert found["device"].delta is None
    assert found["parameters"].delta is None
    assert list(found)[-1] == "confusion", "lists come last"


def test_an_equal_value_is_no_improvement() -> None:
    series = MetricSeries("loss", (0.2,), (1.0,), 0.2)
    (tile,) = tiles([series], make_run(1, metrics=(("loss", 0.2),)))
    assert (tile.delta, tile.is_better) == (0.0, False)


def test_a_metric_that_repeats_an_argument_is_not_compared() -> None:
    series = MetricSeries("lr", (0.2,), (1.0,), 0.2)
    before = make_run(1, metrics=(("lr", 0.1),))
    (tile,) = tiles([series], before, ("--rate", "2e-1"))
    assert (tile.delta, tile.is_better) == (None, False)
    (tile,) = tiles([series], before, ("--rate", "0.3"))
    assert tile.delta == pytest.approx(0.1)


def test_metric_over_runs() -> None:
    runs = [
        make_run(1, metrics=(("loss", 0.5),)),
        make_run(2, metrics=()),
        make_run(3, RunStatus.FAILED, metrics=(("loss", 0.1),)),
        make_run(4, metrics=(("loss", 0.4),)),
        make_run(5, metrics=(("loss", 0.45),)),
        make_run(6, metrics=(("loss", math.inf),)),
    ]
    points = metric_points(runs, "loss")
    assert [point.number for point in points] == [1, 3, 4, 5]
    best = best_point(points, "loss")
    assert best is not None
    assert best.number == 4
    assert best_so_far(points, "loss") == ([1, 3, 4, 4, 5], [0.5, 0.5, 0.5, 0.4, 0.4])


def test_only_the_newest_runs_are_drawn() -> None:
    runs = [replace(make_run(1), number=number, id=str(number)) for number in range(300)]
    points = duration_points(runs)
    assert len(points) == MAX_RUNS
    assert points[-1].number == 299
    assert points[0].value == 1.0


def test_runs_that_have_not_ended_have_no_duration_yet() -> None:
    drawn = {point.status for point in duration_points(sample_runs())}
    assert not any(status.is_active for status in drawn)


def test_best_of_no_completed_runs() -> None:
    assert best_point([], "loss") is None


@pytest.mark.parametrize(
    ("minutes", "unit"), [(0.2, "s"), (1.9, "s"), (2, "min"), (120, "min"), (121, "h")]
)
def test_the_unit_of_durations_follows_the_longest(minutes: float, unit: str) -> None:
    points = [RunPoint("1", 1, 0.1, RunStatus.FAILED), RunPoint("2", 2, minutes, RunStatus.FAILED)]
    name, seconds = duration_unit(points)
    assert name == unit
    assert seconds == {"s": 1, "min": 60, "h": 3600}[unit]
