"""Which metrics are results, and which only repeat an argument that the run was given."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence

from workbench.core.metric import Scalar
from workbench.core.run import Run
from workbench.core.run_arguments import argument_pairs

# Runs looked at, from either end of the list.
_LOOKED_AT = 100


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
    """Return the metrics that equal an argument in most runs: settings, not scores.

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
    return frozenset(name for name, number in logged.items() if 2 * equal[name] > number)


class MetricOrder:
    """Which metrics have a column, and in which order: results first, then by first appearance.

    It depends on the runs alone, not on when they were taken over.

    Attributes:
        inputs: Metrics that only repeat an argument.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._seen: dict[str, tuple[int, int]] = {}
        self.inputs: frozenset[str] = frozenset()

    def start(self, runs: Sequence[Run]) -> tuple[str, ...]:
        """Forget all runs but these, and return the most frequent metrics in order."""
        self._seen = {}
        names = self._note(runs)
        self.inputs = input_metrics(runs)
        frequent = sorted(names, key=lambda name: (-names[name], self._seen[name]))
        return self._sorted(frequent[: self._most])

    def follow(
        self, known: tuple[str, ...], changed: Iterable[Run], runs: Sequence[Run]
    ) -> tuple[str, ...]:
        """Take changed runs into account; return ``known`` and new metrics in order."""
        names = self._note(changed)
        self.inputs = input_metrics(runs)
        fresh = sorted(set(names) - set(known), key=self._seen.__getitem__)
        return self._sorted([*known, *fresh[: self._most - len(known)]])

    def _note(self, runs: Iterable[Run]) -> Counter[str]:
        names: Counter[str] = Counter()
        for run in runs:
            for place, (name, value) in enumerate(run.metrics):
                if _is_number(value):
                    names[name] += 1
                    here = (run.number, place)
                    if here < self._seen.get(name, (run.number + 1, 0)):
                        self._seen[name] = here
        return names

    def _sorted(self, names: Iterable[str]) -> tuple[str, ...]:
        return tuple(sorted(names, key=lambda name: (name in self.inputs, self._seen[name])))


def _is_number(value: Scalar) -> bool:
    return not isinstance(value, str)
