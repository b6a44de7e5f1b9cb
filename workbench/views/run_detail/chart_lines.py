"""What a chart of one run draws: which metrics share a chart, and its axes."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from workbench.core.metric import MetricSeries
from workbench.viewmodels.compare_curves import epoch_places, is_epoch
from workbench.viewmodels.metric_chart import nice_ticks, tick_text

_PARTS = {"train", "training", "val", "valid", "validation", "test", "eval"}
_MOST_LINES = 4
_DECADES = 2
_X_TICKS = 5
_LAST_POWER = 300
_CLOCK_STEPS = (1, 2, 3, 5, 10, 15, 20, 30, 60)


@dataclass(frozen=True, slots=True)
class ChartOptions:
    """How all charts are drawn.

    Attributes:
        by_time: Whether the X axis is the time since the start instead of the step.
        smoothing: 0 for none, close to 1 for much.
        log_scale: Whether the Y axis is logarithmic.
        step_name: What a place on the X axis is called unless it is a time.
    """

    by_time: bool = False
    smoothing: float = 0.0
    log_scale: bool = False
    step_name: str = "Step"


@dataclass(frozen=True, slots=True)
class ChartContent:
    """One chart: a title and one to four curves.

    Attributes:
        title: Its title.
        series: The curves.
        metric: The metric of all of them, where they are named after runs; else empty.
        places: Where the values of each curve stand on the X axis, unless at their step or time.
        markers: Whether shapes tell the curves apart, too.
        own: What the run is called beside another one; empty while it stands alone.
        ghosts: The same curves of another run, as far as it has them.
        ghost: What that run is called.
        ghost_places: Where their values stand on the X axis, as in ``places``.
    """

    title: str
    series: tuple[MetricSeries, ...]
    metric: str = ""
    places: tuple[tuple[float, ...], ...] = ()
    markers: bool = False
    own: str = ""
    ghosts: tuple[MetricSeries, ...] = ()
    ghost: str = ""
    ghost_places: tuple[tuple[float, ...], ...] = ()


def chart_contents(metrics: Sequence[MetricSeries]) -> list[ChartContent]:
    """Return the charts of a run; ``train_loss`` and ``val_loss`` share one named ``loss``."""
    groups: dict[str, list[MetricSeries]] = {}
    for series in metrics:
        if series.is_curve and not is_epoch(series):
            groups.setdefault(_family(series.name), []).append(series)
    result = []
    for family, members in groups.items():
        if 1 < len(members) <= _MOST_LINES:
            result.append(ChartContent(family, tuple(members)))
        else:
            result.extend(ChartContent(series.name, (series,)) for series in members)
    return result


def with_ghost(
    content: ChartContent, own: str, ghost: str, metrics: Sequence[MetricSeries]
) -> ChartContent:
    """Return a chart with the same curves of another run behind its own.

    Args:
        content: The chart.
        own: What its run is called.
        ghost: What the other run is called.
        metrics: Everything that one logged.
    """
    known = {series.name: series for series in metrics if series.is_curve}
    found = tuple(known[series.name] for series in content.series if series.name in known)
    return replace(content, own=own, ghost=ghost, ghosts=found) if found else content


def over_epochs(
    content: ChartContent, metrics: Sequence[MetricSeries], ghosts: Sequence[MetricSeries]
) -> ChartContent:
    """Return a chart whose values stand at the epoch in which they were logged."""
    return replace(
        content,
        places=tuple(epoch_places([metrics], series.name)[0] for series in content.series),
        ghost_places=tuple(epoch_places([ghosts], series.name)[0] for series in content.ghosts),
    )


def _family(name: str) -> str:
    for mark in "_/.-":
        first, found, rest = name.partition(mark)
        if found and rest and first.lower() in _PARTS:
            return rest
    return name


def y_ticks(low: float, high: float, options: ChartOptions) -> list[tuple[float, str]]:
    """Return place and text of each tick of the Y axis."""
    if not options.log_scale:
        return _ticks(low, high)
    if high - low >= _DECADES:
        first, last = max(-_LAST_POWER, math.ceil(low)), min(_LAST_POWER, math.floor(high))
        step = max(1, (last - first) // 4)
        return [(float(n), _power(n)) for n in range(first, last + 1, step)]
    if not (math.isfinite(low) and math.isfinite(high)):
        return []
    limit = float(_LAST_POWER)
    first_value, last_value = (10 ** max(-limit, min(limit, end)) for end in (low, high))
    ticks = _ticks(first_value, last_value)
    return [(math.log10(value), text) for value, text in ticks if value > 0]


def x_ticks(low: float, high: float, options: ChartOptions) -> list[tuple[float, str]]:
    """Return place and text of each tick of the X axis."""
    if options.by_time:
        size, unit = _time_unit(high)
        ticks = _time_ticks(low / size, high / size)
        # The unit stands once, at the end.
        return [
            (value * size, f"{text} {unit}" if place == len(ticks) else text)
            for place, (value, text) in enumerate(ticks, 1)
        ]
    places = [place for place, _text in _ticks(low, high, _X_TICKS)]
    return [(place, f"{round(place):,}") for place in places if place == round(place)]


def x_text(x: float, options: ChartOptions) -> str:
    """Return a place on the X axis in words."""
    if not options.by_time:
        return f"{options.step_name} {round(x):,}"
    size, unit = _time_unit(x)
    return f"{x / size:.4g} {unit}"


def _time_ticks(low: float, high: float) -> list[tuple[float, str]]:
    """Return ticks where a clock would have them; short and long times have round numbers."""
    step = next((step for step in _CLOCK_STEPS if (high - low) / step <= _X_TICKS), 0)
    if high - low < _X_TICKS or not step:
        return _ticks(low, high, _X_TICKS)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [(float(n * step), tick_text(n * step, step)) for n in range(first, last + 1)]


def _time_unit(seconds: float) -> tuple[int, str]:
    if seconds >= 2 * 3600:
        return 3600, "h"
    return (60, "min") if seconds >= 120 else (1, "s")


def _ticks(low: float, high: float, wanted: int = 4) -> list[tuple[float, str]]:
    places = nice_ticks(low, high, wanted)
    step = places[1] - places[0] if len(places) > 1 else abs(high - low)
    return [(place, tick_text(place, step)) for place in places]


def _power(number: int) -> str:
    return tick_text(10.0**number, 10.0**number)
