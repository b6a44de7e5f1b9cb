"""Numbers for charts: smoothing, thinning out to pixels, ticks, and metrics over runs."""

import math
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from workbench.core.metric import MetricSeries, MetricValue, Scalar
from workbench.core.metric_direction import lower_is_better
from workbench.core.metric_inputs import argument_numbers, is_argument
from workbench.core.run import Run, RunStatus
from workbench.viewmodels.run_columns import metric_number, metric_value

MAX_RUNS = 200
# Minutes of the longest run.
_SECONDS_BELOW, _HOURS_ABOVE = 2, 120
Points = tuple[list[float], list[float]]


def smooth(values: Sequence[float], weight: float) -> list[float]:
    """Return an exponential moving average that starts at the first value.

    Args:
        values: Numbers; one that is not finite is kept as it is and not averaged.
        weight: 0 changes nothing, close to 1 smooths strongly.
    """
    if weight <= 0:
        return list(values)
    result = []
    average, share = 0.0, 1.0
    for value in values:
        if not math.isfinite(value):
            result.append(value)
            continue
        average = average * weight + (1 - weight) * value
        share *= weight
        # Without this the first values would be drawn towards zero.
        result.append(average / (1 - share))
    return result


def thin_out(xs: Sequence[float], ys: Sequence[float], pixels: int) -> Points:
    """Return at most four points for each pixel, with every peak kept.

    Args:
        xs: Ascending numbers.
        ys: As many numbers.
        pixels: Width of the plot.
    """
    size = len(xs)
    if pixels <= 0 or size <= 4 * pixels:
        return list(xs), list(ys)
    keep: list[int] = []
    for pixel in range(pixels):
        first, end = size * pixel // pixels, size * (pixel + 1) // pixels
        finite = [place for place in range(first, end) if math.isfinite(ys[place])]
        if finite:
            low, high = min(finite, key=ys.__getitem__), max(finite, key=ys.__getitem__)
            keep.extend(sorted({first, low, high, end - 1}))
    return [xs[place] for place in keep], [ys[place] for place in keep]


def nice_ticks(low: float, high: float, wanted: int = 4) -> list[float]:
    """Return round numbers inside a range, about as many as wanted."""
    if not (math.isfinite(low) and math.isfinite(high)) or high <= low or wanted < 1:
        return []
    rough = (high - low) / wanted
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= rough)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [number * step for number in range(first, last + 1)]


def tick_text(value: float, step: float) -> str:
    """Return a number for an axis whose ticks are ``step`` apart."""
    if value == 0 or abs(value) < step * 1e-6:
        return "0"
    if abs(value) >= 1e6 or abs(value) < 1e-3:
        mantissa, _, exponent = f"{value:.2e}".partition("e")
        mantissa = mantissa.rstrip("0").rstrip(".")
        return f"{mantissa}e{int(exponent)}".replace("-", "−")
    decimals = max(0, min(6, -math.floor(math.log10(step) + 1e-9))) if step > 0 else 2
    if decimals and abs(step * 10**decimals - round(step * 10**decimals)) > 1e-6:
        decimals += 1
    return f"{value:,.{decimals}f}".replace("-", "−")


def nearest(xs: Sequence[float], x: float) -> int:
    """Return the index of the number closest to ``x`` in ascending numbers, -1 if there is none."""
    if not xs:
        return -1
    place = bisect_left(xs, x)
    if place == 0:
        return 0
    if place == len(xs):
        return len(xs) - 1
    return place if xs[place] - x < x - xs[place - 1] else place - 1


@dataclass(frozen=True, slots=True)
class Tile:
    """The last value of one metric.

    Attributes:
        name: Metric name.
        value: The value as logged.
        delta: How much it differs from the previous run; ``None`` without a number to compare.
        is_better: Whether that is an improvement.
    """

    name: str
    value: MetricValue
    delta: float | None = None
    is_better: bool = False


def tiles(
    metrics: Iterable[MetricSeries], previous: Run | None, arguments: tuple[str, ...] = ()
) -> list[Tile]:
    """Return a tile for each metric, numbers and texts before lists.

    Args:
        metrics: Metrics of a run.
        previous: The run to compare with.
        arguments: Those of the run: a metric that repeats one is not compared.
    """
    result = []
    numbers = argument_numbers(arguments)
    for series in metrics:
        before = metric_value(previous, series.name) if previous else None
        given = len(set(series.values)) <= 1 and is_argument(series.last, numbers)
        delta = None if given else _delta(series.last, before)
        better = delta is not None and (delta < 0) == lower_is_better(series.name) and delta != 0
        result.append(Tile(series.name, series.last, delta, better))
    return sorted(result, key=lambda tile: isinstance(tile.value, tuple))


def _delta(value: MetricValue, before: Scalar | None) -> float | None:
    if isinstance(value, str | tuple) or before is None or isinstance(before, str):
        return None
    difference = float(value) - float(before)
    return difference if math.isfinite(difference) else None


@dataclass(frozen=True, slots=True)
class RunPoint:
    """One run in a chart over runs.

    Attributes:
        run_id: The run.
        number: Its number, the place on the X axis.
        value: What is drawn; for durations in minutes.
        status: Its status.
    """

    run_id: str
    number: int
    value: float
    status: RunStatus


def metric_points(runs: Iterable[Run], metric: str) -> list[RunPoint]:
    """Return one metric of the newest runs that have it, oldest first."""
    points = []
    for run in _newest(runs):
        value = metric_number(run, metric)
        if value is not None and math.isfinite(value):
            points.append(RunPoint(run.id, run.number, value, run.status))
    return points


def duration_points(runs: Iterable[Run]) -> list[RunPoint]:
    """Return the minutes that the newest ended runs took, oldest first."""
    points = []
    for run in _newest(runs):
        seconds = run.duration(run.ended) if run.ended else None
        if seconds is not None:
            points.append(RunPoint(run.id, run.number, seconds / 60, run.status))
    return points


def duration_unit(points: Iterable[RunPoint]) -> tuple[str, float]:
    """Return the unit for durations in minutes: its name, and its length in seconds."""
    longest = max((point.value for point in points), default=0.0)
    if longest < _SECONDS_BELOW:
        return "s", 1
    return ("h", 3600) if longest > _HOURS_ABOVE else ("min", 60)


def best_point(points: Iterable[RunPoint], metric: str) -> RunPoint | None:
    """Return the completed run with the best value."""
    completed = [point for point in points if point.status is RunStatus.COMPLETED]
    if not completed:
        return None
    pick = min if lower_is_better(metric) else max
    return pick(completed, key=lambda point: point.value)


def best_so_far(points: Iterable[RunPoint], metric: str) -> Points:
    """Return the corners of the line that shows the best completed value up to each run."""
    lower = lower_is_better(metric)
    xs: list[float] = []
    ys: list[float] = []
    for point in points:
        better = not ys or (point.value < ys[-1] if lower else point.value > ys[-1])
        if point.status is RunStatus.COMPLETED and better:
            if ys:
                xs.append(point.number)
                ys.append(ys[-1])
            xs.append(point.number)
            ys.append(point.value)
        elif ys:
            xs.append(point.number)
            ys.append(ys[-1])
    return xs, ys


def _newest(runs: Iterable[Run]) -> list[Run]:
    ordered = sorted(runs, key=lambda run: run.number)
    return ordered[-MAX_RUNS:]
