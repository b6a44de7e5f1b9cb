"""Which metrics have a column in the Run List, and in which order."""

from collections import Counter
from collections.abc import Iterable, Sequence

from workbench.core.metric import Scalar
from workbench.core.metric_inputs import input_metrics
from workbench.core.run import Run


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
