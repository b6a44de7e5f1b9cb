"""What one run can be compared with, as commands."""

from collections.abc import Callable

from workbench.core.run import Run
from workbench.viewmodels.compare_states import FIRST
from workbench.views.kit.page import Offer, Offers

_WITH = ("previous", "best", "other", "folder")


def compare_offers(run: Run | None, ask: Callable[[str], object], reason: str = "") -> Offers:
    """Return the comparisons of a run, by the id of the command.

    Args:
        run: The run; ``None`` if it is not one that is chosen.
        ask: Asks for one: with the ``"previous"``, the ``"best"`` or an ``"other"`` run, or with
            the ``"folder"``.
        reason: Why none of them is possible.
    """
    is_first = run is not None and run.number == 1
    return {
        f"compare_with_{what}": Offer(
            lambda what=what: ask(what),  # type: ignore[misc]
            reason or (FIRST if is_first and what == "previous" else ""),
        )
        for what in _WITH
    }
