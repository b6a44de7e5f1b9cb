"""Which metrics are results, and which only repeat an argument that the run was given."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence

from workbench.core.run import Run
from workbench.core.run_arguments import argument_pairs

# Runs looked at, from either end of the list.
_LOOKED_AT = 100
# How far a run got; its last value is no result.
_COUNTERS = frozenset({"epoch", "step", "iteration", "global_step"})


def argument_numbers(arguments: tuple[str, ...]) -> tuple[float, ...]:
    """Return the values of arguments that are finite numbers."""
    numbers = []
    for _name, text in argument_pairs(arguments):
        try:
            number = float(text)
        except ValueError:
            continue
        if math.isfinite(number):
            numbers.append(number)
    return tuple(numbers)


def is_argument(value: object, numbers: Iterable[float]) -> bool:
    """Whether a logged value is one of the numbers that a run was given."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return any(math.isclose(value, number, rel_tol=1e-9) for number in numbers)


def input_metrics(runs: Sequence[Run]) -> frozenset[str]:
    """Return the metrics that equal an argument in most runs, or count: no scores.

    Args:
        runs: Oldest first. Of very many, the oldest and the newest are looked at.
    """
    if len(runs) > 2 * _LOOKED_AT:
        runs = [*runs[:_LOOKED_AT], *runs[-_LOOKED_AT:]]
    logged: Counter[str] = Counter()
    equal: Counter[str] = Counter()
    for run in runs:
        numbers = argument_numbers(run.request.arguments) if run.metrics else ()
        for name, value in run.metrics:
            if not isinstance(value, str):
                logged[name] += 1
                equal[name] += is_argument(value, numbers)
    return frozenset(
        name
        for name, number in logged.items()
        if 2 * equal[name] > number or name.lower() in _COUNTERS
    )
