"""Which curves of several runs are compared, and where their values are drawn."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate

from workbench.core.metric import MetricSeries
from workbench.core.metric_direction import lower_is_better

EPOCH = "epoch"
Curves = Sequence[Sequence[MetricSeries]]


def curve_names(curves: Curves) -> tuple[str, ...]:
    """Return the metrics of which any run has a curve, in the order of their logging."""
    names = dict.fromkeys(series.name for run in curves for series in run if series.is_curve)
    return tuple(name for name in names if name.lower() != EPOCH)


def first_charts(names: Sequence[str]) -> tuple[str, ...]:
    """Return the two metrics shown at first: one that shall be high and one that shall be low."""
    if len(names) < 2:
        return tuple(names)
    first = names[0]
    other = lower_is_better(first)
    second = next((name for name in names if lower_is_better(name) != other), names[1])
    return first, second


def curves_of(curves: Curves, titles: Sequence[str], metric: str) -> tuple[MetricSeries, ...]:
    """Return one metric of each run, named after the run; empty where a run has none."""
    found = []
    for title, run in zip(titles, curves, strict=True):
        own = next((series for series in run if series.name == metric), None)
        found.append(replace(own, name=title) if own else MetricSeries(title, (), (), ""))
    return tuple(found)


def is_epoch(series: MetricSeries) -> bool:
    """Whether these are the epochs in which others were logged: a place, not a result."""
    return series.name.lower() == EPOCH and series.is_curve


def has_epochs(curves: Curves) -> bool:
    """Whether every run that has a curve logs which epoch it is in."""
    plotted = [run for run in curves if curve_names([run])]
    return bool(plotted) and all(_epochs(run) is not None for run in plotted)


def is_logged_at_once(curves: Curves) -> bool:
    """Whether all curves were logged in one moment, as a list is: time tells nothing then."""
    shown = [series for run in curves for series in run if series.is_curve]
    return bool(shown) and all(series.seconds[0] == series.seconds[-1] for series in shown)


def epoch_places(curves: Curves, metric: str) -> tuple[tuple[float, ...], ...]:
    """Return the epoch in which each value of a metric was logged, for each run."""
    places = []
    for run in curves:
        own = next((series for series in run if series.name == metric), None)
        epochs = _epochs(run)
        places.append(_places(own, epochs) if own and epochs else ())
    return tuple(places)


def _epochs(run: Sequence[MetricSeries]) -> MetricSeries | None:
    return next((series for series in run if series.name.lower() == EPOCH and series.values), None)


def _places(series: MetricSeries, epochs: MetricSeries) -> tuple[float, ...]:
    if len(series.values) == len(epochs.values):
        # Both are logged once an epoch, in whichever order.
        found = epochs.values
    else:
        last = len(epochs.values) - 1
        found = tuple(
            epochs.values[min(last, max(0, bisect_right(epochs.seconds, second) - 1))]
            for second in series.seconds
        )
    # A line goes to the right only.
    return tuple(accumulate(found, max))
