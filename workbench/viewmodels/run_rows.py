"""The runs behind the Run List: which there are, which a filter shows, and in which order.

Runs live in one list and never move in it; a run's index there is its *place*. ``order`` holds the
places of the rows shown.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from workbench.core.metric_direction import best_of
from workbench.core.run import Run, RunStatus
from workbench.core.run_filter import RunFilter, search_text
from workbench.viewmodels.run_columns import (
    Column,
    StatusGroup,
    metric_number,
    sort_key,
    sort_keys,
    status_group,
)
from workbench.viewmodels.run_order import RunOrder


@dataclass(frozen=True, slots=True)
class RowChoice:
    """What the rows were set to.

    Attributes:
        filter: The filter line.
        group: The choice of the status filter.
        script: The only script whose runs are shown; empty for all.
        sort_column: The column the rows are sorted by.
        descending: Whether the greatest value stands first.
    """

    filter: RunFilter
    group: StatusGroup
    script: str
    sort_column: Column
    descending: bool


def _counts(run: Run) -> bool:
    """Whether a run is compared with others: one that was put aside is not."""
    return not (run.archived or run.deleted)


class RunRows:
    """Runs with a filter and an order. The model that owns it tells views about each change."""

    def __init__(self, sort_column: Column) -> None:
        self.runs: list[Run] = []
        self.order: list[int] = []
        self.places: dict[str, int] = {}
        self.counts: Counter[StatusGroup] = Counter()
        self.scripts: Counter[str] = Counter()
        self.running: set[int] = set()
        # Those that are archived or deleted: nobody sees them unless the filter asks for them.
        self.aside: set[int] = set()
        self.best: dict[str, float] = {}
        self.sorting = RunOrder()
        self.sort_column = sort_column
        self.filter = RunFilter()
        self._reads_text = False
        self.group = StatusGroup.ALL
        self.script = ""
        self._searchable: list[str] = []
        self._shown = bytearray()
        self._in_filter = bytearray()

    @property
    def choice(self) -> RowChoice:
        """Filter and order in use."""
        return RowChoice(
            self.filter, self.group, self.script, self.sort_column, self.sorting.descending
        )

    def choose(self, choice: RowChoice) -> None:
        """Use another filter and order; :meth:`show_matching` applies the filter."""
        self.set_filter(choice.filter)
        self.group, self.script = choice.group, choice.script
        self.set_sort(choice.sort_column, descending=choice.descending)

    def set_filter(self, wanted: RunFilter) -> None:
        """Use another filter line; :meth:`show_matching` applies it."""
        self.filter = wanted
        self._reads_text = wanted.reads_text

    def set_runs(self, runs: Sequence[Run]) -> None:
        """Hold these runs and no others."""
        self.runs = list(runs)
        self.places = {run.id: place for place, run in enumerate(self.runs)}
        self._searchable = [""] * len(self.runs)
        self.scripts = Counter([run.request.script for run in self.runs])
        self.running = {p for p, run in enumerate(self.runs) if run.status is RunStatus.RUNNING}
        self.aside = {p for p, run in enumerate(self.runs) if not _counts(run)}
        self.sorting.numbers = [run.number for run in self.runs]
        self.best = {}
        self.set_sort(self.sort_column, descending=self.sorting.descending)

    def set_sort(self, column: Column, *, descending: bool) -> None:
        """Sort by a column."""
        self.sort_column = column
        self.sorting.descending = descending
        self.sorting.keys = sort_keys(self.runs, column)
        self.order = self.sorting.sorted(self.order)

    def is_shown(self, place: int) -> bool:
        """Whether a run has a row."""
        return bool(self._shown[place])

    def row(self, place: int) -> int:
        """Return the row where a run stands, or belongs."""
        return self.sorting.position(self.order, place)

    def append(self, run: Run) -> int:
        """Add a run without showing it, and return its place."""
        place = len(self.runs)
        self.runs.append(run)
        self.places[run.id] = place
        self._searchable.append("")
        self._shown.append(0)
        self._in_filter.append(0)
        self.scripts[run.request.script] += 1
        self.sorting.numbers.append(run.number)
        self.sorting.keys.append(sort_key(run, self.sort_column))
        if run.status is RunStatus.RUNNING:
            self.running.add(place)
        if not _counts(run):
            self.aside.add(place)
        return place

    def replace(self, place: int, run: Run) -> None:
        """Put a changed run in its place; the caller admits it again and moves its row."""
        if self._in_filter[place]:
            self.counts[status_group(self.runs[place].status)] -= 1
            self._in_filter[place] = 0
        self.runs[place] = run
        self._searchable[place] = ""
        self.running.discard(place)
        if run.status is RunStatus.RUNNING:
            self.running.add(place)
        self.aside.discard(place)
        if not _counts(run):
            self.aside.add(place)

    def admit(self, place: int) -> bool:
        """Count a run and return whether the filters let it be shown."""
        run = self.runs[place]
        if self.script and run.request.script != self.script:
            return False
        if self.filter.terms or place in self.aside:
            text = self._text_of(place) if self._reads_text else ""
            if not self.filter.matches(run, text):
                return False
        self._in_filter[place] = 1
        group = status_group(run.status)
        self.counts[group] += 1
        return self.group in {StatusGroup.ALL, group}

    def show_matching(self) -> None:
        """Apply the filters to all runs anew."""
        places: Iterable[int]
        filtered = self.script or self.filter.terms or self.group is not StatusGroup.ALL
        if filtered or self.aside:
            self.counts = Counter()
            self._in_filter = bytearray(len(self.runs))
            places = [place for place in range(len(self.runs)) if self.admit(place)]
        else:
            # Without a filter there is nothing to ask of each single run.
            self.counts = Counter()
            # By name, because hashing an enum member is slow.
            for name, number in Counter([run.status.name for run in self.runs]).items():
                self.counts[status_group(RunStatus[name])] += number
            self._in_filter = bytearray(b"\x01") * len(self.runs)
            places = range(len(self.runs))
        self._shown = bytearray(len(self.runs))
        for place in places:
            self._shown[place] = 1
        self.order = self.sorting.sorted(places)

    def show(self, row: int, places: list[int]) -> None:
        """Give runs that belong side by side their rows."""
        self.order[row:row] = places
        for place in places:
            self._shown[place] = 1

    def hide(self, row: int) -> None:
        """Take a row away."""
        self._shown[self.order.pop(row)] = 0

    def blocks(self, places: Iterable[int]) -> dict[int, list[int]]:
        """Group runs without a row by the row where they belong."""
        blocks: dict[int, list[int]] = {}
        for place in self.sorting.sorted(places):
            blocks.setdefault(self.row(place), []).append(place)
        return blocks

    def is_best(self, run: Run, metric: str) -> bool:
        """Whether a completed run has the best value of a metric."""
        best = self.best.get(metric)
        if best is None or run.status is not RunStatus.COMPLETED:
            return False
        return metric_number(run, metric) == best

    def note_best(self, metric: str, runs: Iterable[Run]) -> bool:
        """Take the values of some runs into account; return whether the best value changed.

        A completed run keeps its values, so the best one can only be replaced by a better one.
        """
        completed = (run for run in runs if run.status is RunStatus.COMPLETED and _counts(run))
        values = [value for run in completed if (value := metric_number(run, metric)) is not None]
        known = self.best.get(metric)
        best = best_of(metric, values if known is None else [*values, known])
        if best is None or best == known:
            return False
        self.best[metric] = best
        return True

    def compare_again(self, metrics: Iterable[str], aside: set[int]) -> None:
        """Look for the best values anew if others are put aside than before."""
        if aside != self.aside:
            for metric in metrics:
                self.best.pop(metric, None)
                self.note_best(metric, self.runs)

    def _text_of(self, place: int) -> str:
        text = self._searchable[place]
        if not text:
            text = self._searchable[place] = search_text(self.runs[place])
        return text
