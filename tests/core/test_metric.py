"""Metrics: points to curves, and values in words."""

from datetime import UTC, datetime, timedelta

import pytest

from workbench.core.metric import MetricPoint, MetricValue, format_metric, series_of

START = datetime(2024, 5, 14, 10, 0, tzinfo=UTC)


def point(sequence: int, name: str, value: MetricValue, second: float = 0) -> MetricPoint:
    return MetricPoint(sequence, name, value, START + timedelta(seconds=second))


def test_points_are_grouped_in_the_order_of_logging() -> None:
    points = [
        point(2, "loss", 0.25, 4),
        point(0, "loss", 0.5, 2),
        point(1, "auc", 0.9, 3),
    ]
    loss, auc = series_of(points, START)
    assert (loss.name, loss.values, loss.seconds) == ("loss", (0.5, 0.25), (2.0, 4.0))
    assert loss.last == 0.25
    assert loss.is_curve
    assert auc.name == "auc"
    assert not auc.is_curve


def test_a_logged_list_gives_one_value_for_each_element() -> None:
    (series,) = series_of([point(0, "loss", (3, 2.5, "x"), 1)], START)
    assert series.values == (3.0, 2.5)
    assert series.seconds == (1.0, 1.0)
    assert series.last == (3, 2.5, "x")


def test_text_has_no_curve() -> None:
    (series,) = series_of([point(0, "model", "xgb"), point(1, "model", "rf")], START)
    assert series.values == ()
    assert series.last == "rf"
    assert not series.is_curve
    assert series_of([], START) == []


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "–"),
        (0.891234, "0.8912"),
        (-0.00312, "−0.00312"),
        (1e-9, "1e−09"),
        (123456.0, "1.235e+05"),
        (37, "37"),
        (-3, "−3"),
        ("xgb-2", "xgb-2"),
        ((1, 2, 3), "3 values"),
        (float("nan"), "nan"),
    ],
)
def test_values_in_words(value: MetricValue | None, words: str) -> None:
    assert format_metric(value) == words
