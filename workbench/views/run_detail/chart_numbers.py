"""Numbers of long curves as arrays. Import this module only when a chart is shown."""

import numpy as np
from numpy.typing import NDArray

from workbench.core.metric import MetricSeries
from workbench.viewmodels.metric_chart import smooth
from workbench.views.run_detail.chart_lines import ChartOptions

Numbers = NDArray[np.float64]
_LONG = 2_000
_NEGLIGIBLE = 1e-12


def places(series: MetricSeries, options: ChartOptions) -> Numbers:
    """Return the place of each value on the X axis: steps from 1, or seconds."""
    if options.by_time:
        return np.array(series.seconds, dtype=np.float64)
    return np.arange(1, len(series.values) + 1, dtype=np.float64)


def heights(series: MetricSeries, options: ChartOptions, *, raw: bool = False) -> Numbers:
    """Return the place of each value on the Y axis; NaN for one that has none.

    Args:
        series: The curve.
        options: How it is drawn.
        raw: Leave out the smoothing.
    """
    values = np.array(series.values, dtype=np.float64)
    if not raw and options.smoothing > 0:
        values = smoothed(values, options.smoothing)
    values[~np.isfinite(values)] = np.nan
    if options.log_scale:
        result = np.full_like(values, np.nan)
        np.log10(values, out=result, where=values > 0)
        return result
    return values


def smoothed(values: Numbers, weight: float) -> Numbers:
    """Return the same as ``smooth``, quickly also for a million values."""
    if len(values) <= _LONG or not np.isfinite(values).all():
        return np.array(smooth(values.tolist(), weight), dtype=np.float64)
    result = (1 - weight) * values
    # The sum over all earlier values, doubled in each round until the rest is negligible.
    step, share = 1, weight
    while step < len(values) and share > _NEGLIGIBLE:
        result[step:] += share * result[:-step].copy()
        step, share = step * 2, share * share
    return result / (1 - weight ** np.arange(1, len(values) + 1))


def bounds(numbers: list[Numbers]) -> tuple[float, float] | None:
    """Return the least and the greatest of some numbers, ``None`` without any."""
    finite = [part[np.isfinite(part)] for part in numbers]
    ends = [(float(part.min()), float(part.max())) for part in finite if len(part)]
    if not ends:
        return None
    return min(low for low, _high in ends), max(high for _low, high in ends)


def index_at(xs: Numbers, x: float) -> int:
    """Return the index of the place closest to ``x`` in ascending ones, -1 if there is none."""
    after = int(np.searchsorted(xs, x))
    near = [index for index in (after - 1, after) if 0 <= index < len(xs)]
    return min(near, key=lambda index: abs(float(xs[index]) - x), default=-1)
