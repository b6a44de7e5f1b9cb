"""What is put beside an open run: the curves, files and snapshots of another one."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from operator import attrgetter

from workbench.core.metric import MetricSeries
from workbench.core.run import Run

NONE, PREVIOUS, OTHER, FOLDER = "none", "previous", "other", "folder"
MOST_OFFERED = 12
_number = attrgetter("number")


@dataclass(frozen=True, slots=True)
class BesideState:
    """What is chosen to stand beside a run. A choice is the id of a run, or one of the words above.

    Attributes:
        others: Runs that are offered, the nearest first.
        previous: The run before, whose metrics can be compared; ``None`` if there is none.
        curves: Whose curves are compared.
        ghost: The run that ``curves`` leads to; ``None`` for none.
        ghost_metrics: Everything it logged; ``None`` while that is being read.
        output: Whose output file is shown beside the run's own.
        output_run: The run that ``output`` leads to; ``None`` for none.
        base: Since when code changes are shown.
    """

    others: tuple[Run, ...] = ()
    previous: Run | None = None
    curves: str = PREVIOUS
    ghost: Run | None = None
    ghost_metrics: tuple[MetricSeries, ...] | None = None
    output: str = NONE
    output_run: Run | None = None
    base: str = PREVIOUS


def run_before(runs: Iterable[Run], run: Run) -> Run | None:
    """Return the run before one whose metrics can be compared: of the same script, with metrics."""
    script = run.script_name
    earlier = reversed(_by_number(other for other in runs if other.number < run.number))
    return next((other for other in earlier if other.metrics and other.script_name == script), None)


def near_runs(runs: Sequence[Run], run: Run, most: int = MOST_OFFERED) -> tuple[Run, ...]:
    """Return the runs next to one: those of the same script first, earlier ones before later ones.

    Args:
        runs: All runs of the project.
        run: The run.
        most: How many are wanted.
    """

    script = run.script_name
    others = _by_number(other for other in runs if other.id != run.id)
    place = bisect_left(others, run.number, key=_number)
    earlier, later = others[:place][::-1], others[place:]
    alike = (other for other in (*earlier, *later) if other.script_name == script)
    unlike = (other for other in (*earlier, *later) if other.script_name != script)
    return tuple(islice(chain(alike, unlike), most))


def run_text(other: Run, run: Run) -> str:
    """Return how another run is called beside one, for example ``"#124 features.py"``."""
    script = "" if other.script_name == run.script_name else f" {other.script_name}"
    return f"#{other.number}{script}"


def run_items(
    run: Run, state: BesideState, chosen: Run | None, previous: Run | None
) -> list[tuple[str, str]]:
    """Return the entries for other runs, ``(id, text)``, with the chosen one among them.

    Args:
        run: The open run.
        state: What is offered.
        chosen: A run that was chosen; ``None`` for none.
        previous: The run that "previous" leads to; ``None`` where that is not offered.
    """
    offered = list(state.others)
    if chosen is not None and all(other.id != chosen.id for other in offered):
        offered.insert(0, chosen)
    if previous is not None:
        offered = [other for other in offered if other.id != previous.id]
    items = [(PREVIOUS, run_text(previous, run))] if previous is not None else []
    items += [(other.id, run_text(other, run)) for other in offered]
    return [*items, (OTHER, "Another run…")] if items else items


def chosen_item(choice: str, chosen: Run | None, previous: Run | None) -> str:
    """Return which entry of ``run_items`` is the chosen one."""
    if chosen is None:
        return NONE if choice in (PREVIOUS, NONE) else choice
    return PREVIOUS if previous is not None and chosen.id == previous.id else chosen.id


def _by_number(runs: Iterable[Run]) -> list[Run]:
    """Return runs by their numbers, quickly where they are almost in that order."""
    return sorted(runs, key=_number)
