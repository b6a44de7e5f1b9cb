"""What Run Detail does for the commands that concern the run itself."""

from collections.abc import Callable

from workbench.core.run import Run
from workbench.viewmodels.run_states import RunDetailState
from workbench.views.kit.page import Offer, Offers
from workbench.views.run_detail.head import (
    NEWEST,
    NO_SNAPSHOT,
    OLDEST,
    DetailHead,
    restore_problem,
)

_ACTIVE = "Only runs that have ended can be deleted"


def run_offers(state: RunDetailState, head: DetailHead, ask: Callable[[str], None]) -> Offers:
    """Return what can be done with a run now, by the id of the command.

    Args:
        state: The run.
        head: Copies what is known about it.
        ask: Asks for ``"back"``, ``"newer"``, ``"older"``, ``"restore"``, ``"again"`` or
            ``"cancel"``.
    """
    run = state.run
    no_arguments = "" if run.request.arguments else "This run has no arguments"
    offers = {
        "back": Offer(lambda: ask("back")),
        "newer_run": Offer(lambda: ask("newer"), "" if state.newer else NEWEST),
        "older_run": Offer(lambda: ask("older"), "" if state.older else OLDEST),
        "compare": Offer(head.compare.open_menu),
        "restore": Offer(lambda: ask("restore"), restore_problem(state)),
        "copy_run_id": Offer(lambda: head.copy("id")),
        "copy_commit": Offer(lambda: head.copy("commit"), "" if run.snapshot else NO_SNAPSHOT),
        "copy_arguments": Offer(lambda: head.copy("arguments"), no_arguments),
    }
    if run.status.is_active:
        offers["cancel_run"] = Offer(lambda: ask("cancel"))
    else:
        offers["run_again"] = Offer(lambda: ask("again"), state.run_blocked)
    return offers


def aside_offers(run: Run, ask: Callable[[str, list[Run]], object]) -> Offers:
    """Return how the run can be put aside or taken back, by the id of the command.

    Args:
        run: The run.
        ask: Asks for ``"archive"``, ``"unarchive"`` or ``"delete"``.
    """
    what, words = ("unarchive", "Unarchive") if run.archived else ("archive", "")
    active = _ACTIVE if run.status.is_active else ""
    return {
        "archive_runs": Offer(lambda: ask(what, [run]), text=words),
        "delete_runs": Offer(lambda: ask("delete", [run]), active),
    }
