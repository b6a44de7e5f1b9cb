"""What the Compare page shows, and what else can be compared with a run."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from workbench.core.comparison import FEWEST, MOST, Comparison, Section
from workbench.core.metric import MetricSeries
from workbench.core.metric_direction import lower_is_better
from workbench.core.run import Run, RunStatus
from workbench.core.wording import count
from workbench.viewmodels.restore_states import Problem
from workbench.viewmodels.run_columns import metric_number

SELECT_TWO = "Select 2 or 3 runs to compare"
BEST, FIRST = "This is the best run", "This is the first run"


@dataclass(frozen=True, slots=True)
class CompareState:
    """The Compare page.

    Attributes:
        comparison: What is known; ``None`` while it is being read.
        curves: The metrics of each side; ``None`` while they are being read.
        problem: Why nothing can be compared.
    """

    comparison: Comparison | None = None
    curves: tuple[tuple[MetricSeries, ...], ...] | None = None
    problem: Problem | None = None


def compare_reason(number: int) -> str:
    """Return why this number of runs can't be compared, empty if it can."""
    return "" if FEWEST <= number <= MOST else SELECT_TWO


def page_title(comparison: Comparison) -> str:
    """Return the title of the page, for example ``"Compare 3 runs"``."""
    runs = len(comparison.runs)
    words = f"Compare {count(runs, 'run')}"
    return words if runs == len(comparison.sides) else f"{words} with your folder"


def section_words(section: Section) -> str:
    """Return how many rows of a section differ, and how many are the same."""
    if not section.rows:
        return ""
    differing, same = section.differing, section.same
    verb = "differs" if differing == 1 else "differ"
    if not same and section.id != "arguments":
        return f"{differing:,} {verb}"
    return f"{differing:,} {verb}, {same:,} {'is' if same == 1 else 'are'} the same"


def previous_run(runs: Iterable[Run], run: Run) -> Run | None:
    """Return the run before this one."""
    earlier = [other for other in runs if other.number < run.number]
    return max(earlier, key=lambda other: other.number, default=None)


def best_run(runs: Iterable[Run], metric: str) -> Run | None:
    """Return the completed run with the best value of a metric, ``None`` if there is none."""
    found: tuple[float, Run] | None = None
    lower = lower_is_better(metric)
    for run in runs:
        value = metric_number(run, metric) if run.status is RunStatus.COMPLETED else None
        if value is None or not math.isfinite(value):
            continue
        if found is None or (value < found[0] if lower else value > found[0]):
            found = value, run
    return found[1] if found else None
