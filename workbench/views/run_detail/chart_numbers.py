"""Numbers of curves: where each value is drawn."""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

from workbench.core.metric import MetricSeries
from workbench.viewmodels.metric_chart import smooth, thin_out
from workbench.views.run_detail.chart_lines import ChartOptions

Numbers = Sequence[float]


def places(series: MetricSeries, options: ChartOptions) -> Numbers:
    """Return the place of each value on the X axis: steps from 1, or seconds."""
    if options.by_time:
        return series.seconds
    return [float(step) for step in range(1, len(series.values) + 1)]


def heights(series: MetricSeries, options: ChartOptions, *, raw: bool = False) -> Numbers:
    """Return the place of each value on the Y axis; one that is not finite has none.

    Args:
        series: The curve.
        options: How it is drawn.
        raw: Leave out the smoothing.
    """
    values: Numbers = series.values
    if not raw and options.smoothing > 0:
        values = smooth(values, options.smoothing)
    if options.log_scale:
        return [math.log10(value) if value > 0 else math.nan for value in values]
    return values


def bounds(numbers: Iterable[Numbers]) -> tuple[float, float] | None:
    """Return the least and the greatest finite number, ``None`` without any."""
    parts = [[value for value in part if math.isfinite(value)] for part in numbers]
    ends = [(min(part), max(part)) for part in parts if part]
    if not ends:
        return None
    return min(low for low, _high in ends), max(high for _low, high in ends)


def within(xs: Numbers, ends: tuple[float, float], *, around: int = 0) -> slice:
    """Return which of some ascending places lie between two, and how many beside them."""
    first, last = bisect_left(xs, ends[0]), bisect_right(xs, ends[1])
    return slice(max(0, first - around), last + around)


def pieces(xs: Numbers, ys: Numbers, pixels: int) -> list[list[tuple[float, float]]]:
    """Return the corners of the unbroken parts of a curve, no more than a plot can show.

    Args:
        xs: Ascending places.
        ys: Heights; the curve breaks where one is not finite.
        pixels: Width of the plot.
    """
    parts: list[list[tuple[float, float]]] = [[]]
    for x, y in zip(*thin_out(xs, ys, pixels), strict=True):
        if math.isfinite(y):
            parts[-1].append((x, y))
        elif parts[-1]:
            parts.append([])
    return [part for part in parts if len(part) > 1]
