"""Interleaved rounds of several measurements, and their table."""

import gc
import resource
import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import perf_counter

Measure = Callable[[], float]
"""Does something and returns the seconds that count of it."""


def _nothing() -> None:
    """Nothing has to be done first."""


@dataclass(frozen=True, slots=True)
class Case:
    """One way to do something.

    Attributes:
        run: What is timed.
        before: What has to be done first, each time; it is not timed.
    """

    run: Callable[[], object]
    before: Callable[[], object] = _nothing


def compare(
    title: str,
    measures: Mapping[str, Measure | Case],
    rounds: int = 7,
    before: Callable[[], object] = _nothing,
) -> dict[str, list[float]]:
    """Run each measurement ``rounds`` times in turn and print medians, and ratios to the first.

    A ratio is the median of the ratios within each round: what else a computer is busy with
    changes from round to round, and in one round it slows down all of them. The order turns from
    round to round.

    Args:
        title: Printed above the table.
        measures: By name; the first is the yardstick.
        rounds: How often each runs.
        before: Called before each round.

    Returns:
        All seconds by name.
    """
    seconds: dict[str, list[float]] = {name: [] for name in measures}
    processor: dict[str, list[float]] = {name: [] for name in measures}
    names = list(measures)
    for number in range(rounds):
        before()
        for name in names if number % 2 == 0 else reversed(names):
            each = measures[name]
            gc.collect()
            if isinstance(each, Case):
                each.before()
                spent, start = _processor(), perf_counter()
                each.run()
                seconds[name].append(perf_counter() - start)
                processor[name].append(_processor() - spent)
            else:
                seconds[name].append(each())
    _print(title, seconds, processor)
    return seconds


def ratio(values: list[float], base: list[float]) -> float:
    """Return the median of the ratios within each round."""
    return statistics.median(value / of for value, of in zip(values, base, strict=True))


def _processor() -> float:
    """Return the seconds of processor time of this process and of the children that ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def _print(title: str, seconds: dict[str, list[float]], processor: dict[str, list[float]]) -> None:
    base, base_processor = next(iter(seconds.values())), next(iter(processor.values()))
    print(f"\n{title} ({len(base)} rounds)")
    print(f"{'':44}{'median ms':>11}{'min ms':>11}{'ratio':>8}{'cpu ms':>11}{'ratio':>8}")
    for name, values in seconds.items():
        line = f"{name:44}{statistics.median(values) * 1000:11.1f}{min(values) * 1000:11.1f}"
        line += f"{ratio(values, base):8.2f}"
        if processor[name] and base_processor:
            line += f"{statistics.median(processor[name]) * 1000:11.1f}"
            line += f"{ratio(processor[name], base_processor):8.2f}"
        print(line, flush=True)
