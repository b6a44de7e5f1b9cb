"""What differs between runs: the rules for each row of a comparison."""

import math
from collections.abc import Callable, Sequence
from datetime import datetime

from workbench.core.compare_facts import argument_rows, code_rows, output_rows
from workbench.core.comparison import (
    Cell,
    Comparison,
    Row,
    RowKind,
    Section,
    Side,
    Tone,
)
from workbench.core.metric import Scalar, format_delta, format_metric
from workbench.core.metric_direction import lower_is_better
from workbench.core.metric_inputs import input_metrics
from workbench.core.run import Run, RunStatus
from workbench.core.wording import format_duration

# Seconds below which tenths are shown.
_TENTHS_BELOW = 10


def compare(sides: Sequence[Side], baseline: int, now: datetime) -> Comparison:
    """Put what is known of runs side by side.

    Args:
        sides: Runs, or a run and the folder, in the order of the columns.
        baseline: Place of the run that the others are compared with.
        now: The present time, for the duration of active runs.
    """
    sides = tuple(sides)
    sections = (
        Section("metrics", "Metrics", _metric_rows(sides, baseline, now)),
        Section("arguments", "Arguments", argument_rows(sides, baseline)),
        Section("code", "Code and environment", code_rows(sides, baseline)),
        Section("outputs", "Outputs", output_rows(sides, baseline)),
    )
    return Comparison(sides, baseline, sections)


def _metric_rows(sides: Sequence[Side], baseline: int, now: datetime) -> tuple[Row, ...]:
    runs = [side.run for side in sides]
    inputs = input_metrics([run for run in runs if run])
    ordered = (runs[baseline], *runs)
    names = dict.fromkeys(name for run in ordered if run for name, _value in run.metrics)
    rows = [
        _metric_row(name, runs, baseline, is_input=name in inputs)
        for name in sorted(names, key=lambda name: name in inputs)
    ]
    return (*rows, _duration_row(runs, baseline, now))


def _metric_row(name: str, runs: Sequence[Run | None], baseline: int, *, is_input: bool) -> Row:
    values = [dict(run.metrics).get(name) if run else None for run in runs]
    numbers = [_number(value) for value in values]
    lower = lower_is_better(name)
    best = None if is_input else _best(numbers, lower=lower)
    base, base_value = numbers[baseline], values[baseline]
    cells = []
    for run, value, number in zip(runs, values, numbers, strict=True):
        delta = ""
        tone = Tone.NEUTRAL
        if number is not None and base is not None and number != base:
            delta = format_delta(number - base, number, base)
            tone = Tone.NEUTRAL if is_input else _tone(number - base, lower=lower)
        cells.append(
            Cell(
                format_metric(value),
                known=value is not None,
                differs=run is not None and not _same(value, base_value),
                delta=delta,
                tone=tone,
                best=best is not None and number == best,
            )
        )
    return Row(RowKind.METRIC, name, tuple(cells))


def _duration_row(runs: Sequence[Run | None], baseline: int, now: datetime) -> Row:
    seconds = [_as_shown(run.duration(now)) if run else None for run in runs]
    # How long a run took says nothing good about it unless it came to its end.
    completed = [
        number if run and run.status is RunStatus.COMPLETED else None
        for run, number in zip(runs, seconds, strict=True)
    ]
    best = _best(completed, lower=True)
    cells = []
    for place, run in enumerate(runs):
        number, base = seconds[place], seconds[baseline]
        delta, tone = "", Tone.NEUTRAL
        if number is not None and base is not None and number != base:
            change = number - base
            delta = f"{'+' if change > 0 else '−'}{format_duration(abs(change))}"
            if completed[place] is not None and completed[baseline] is not None:
                tone = _tone(change, lower=True)
        cells.append(
            Cell(
                format_duration(number),
                known=number is not None,
                differs=run is not None and number != base,
                delta=delta,
                tone=tone,
                best=best is not None and completed[place] == best,
            )
        )
    return Row(RowKind.METRIC, "Duration", tuple(cells))


def _as_shown(seconds: float | None) -> float | None:
    """Return a duration as exact as it is shown, so that differences fit what one sees."""
    if seconds is None:
        return None
    return round(seconds, 1) if seconds < _TENTHS_BELOW else float(int(seconds))


def _number(value: Scalar | None) -> float | None:
    """Return a finite number, ``None`` for anything else."""
    if isinstance(value, bool | str) or value is None or not math.isfinite(value):
        return None
    return value


def _same(value: Scalar | None, other: Scalar | None) -> bool:
    """Whether two values are equal; not a number equals itself here."""
    return value == other or (value != value and other != other)  # noqa: PLR0124 - NaN


def _best(numbers: Sequence[float | None], *, lower: bool) -> float | None:
    """Return the best number if there are several that differ."""
    known = [number for number in numbers if number is not None]
    if len(set(known)) < 2:
        return None
    pick: Callable[[list[float]], float] = min if lower else max
    return pick(known)


def _tone(delta: float, *, lower: bool) -> Tone:
    return Tone.BETTER if (delta < 0) == lower else Tone.WORSE
