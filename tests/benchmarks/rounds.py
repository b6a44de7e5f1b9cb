"""Interleaved rounds of several measurements, and their table."""

import statistics
from collections.abc import Callable

Measure = Callable[[], float]


def compare(title: str, measures: dict[str, Measure], rounds: int = 7) -> dict[str, list[float]]:
    """Run each measurement ``rounds`` times in turn and print medians and ratios to the first.

    Args:
        title: Printed above the table.
        measures: Functions that return seconds, by name; the first is the yardstick.
        rounds: How often each runs.

    Returns:
        All seconds by name.
    """
    seconds: dict[str, list[float]] = {name: [] for name in measures}
    for _ in range(rounds):
        for name, measure in measures.items():
            seconds[name].append(measure())
    base = statistics.median(next(iter(seconds.values())))
    print(f"\n{title} ({rounds} rounds)")
    print(f"{'':44}{'median ms':>10}{'min ms':>10}{'ratio':>8}")
    for name, values in seconds.items():
        median = statistics.median(values)
        print(f"{name:44}{median * 1000:10.1f}{min(values) * 1000:10.1f}{median / base:8.2f}")
    return seconds
