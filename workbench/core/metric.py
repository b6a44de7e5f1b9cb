"""Metrics that a script logs while it runs."""

from dataclasses import dataclass
from datetime import datetime

Scalar = int | float | str
MetricValue = Scalar | tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class MetricPoint:
    """One call of ``log(name, value)``.

    Attributes:
        sequence: Position in the run's stream, from 0; unique within a run.
        name: Metric name as logged.
        value: A number, a string, or a list of them.
        time: When it was logged (UTC).
    """

    sequence: int
    name: str
    value: MetricValue
    time: datetime


@dataclass(frozen=True, slots=True)
class MetricSeries:
    """All numbers of one metric in one run, in the order in which they were logged.

    Attributes:
        name: Metric name.
        values: Numbers; a logged list gives one value per element.
        seconds: Seconds since the run started, same length as ``values``; list elements share one.
        last: The last value as logged (a number, a string or a list).
    """

    name: str
    values: tuple[float, ...]
    seconds: tuple[float, ...]
    last: MetricValue

    @property
    def is_curve(self) -> bool:
        """Whether there is a line to draw rather than a single value."""
        return len(self.values) > 1


def series_of(points: list[MetricPoint], started: datetime) -> list[MetricSeries]:
    """Group points by metric name, keeping the order in which names first appeared."""
    grouped: dict[str, list[MetricPoint]] = {}
    for point in sorted(points, key=lambda item: item.sequence):
        grouped.setdefault(point.name, []).append(point)
    result = []
    for name, members in grouped.items():
        values: list[float] = []
        seconds: list[float] = []
        for member in members:
            for value in member.value if isinstance(member.value, tuple) else (member.value,):
                if isinstance(value, int | float):
                    values.append(float(value))
                    seconds.append((member.time - started).total_seconds())
        result.append(MetricSeries(name, tuple(values), tuple(seconds), members[-1].value))
    return result


def format_metric(value: MetricValue | None) -> str:
    """Return a metric for people: four significant decimals, a dash for nothing."""
    if value is None:
        return "–"
    if isinstance(value, tuple):
        return f"{len(value)} values"
    if isinstance(value, str):
        return value
    if isinstance(value, bool | int):
        return str(value).replace("-", "−")
    return f"{value:.4g}".replace("-", "−")


def format_delta(delta: float, *values: MetricValue) -> str:
    """Return a difference with its sign and the decimals that these values are shown with."""
    sign = "+" if delta > 0 else "−"
    shown = [format_metric(value) for value in values]
    decimals = max((len(text.partition(".")[2]) for text in shown), default=0)
    rounded = f"{abs(delta):.{decimals}f}"
    if any("e" in text for text in shown) or not float(rounded):
        rounded = format_metric(abs(delta))
    return f"{sign}{rounded}"
