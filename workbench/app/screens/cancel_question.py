"""Cancel a run, asking first when work of more than a minute would be lost."""

from collections.abc import Callable
from datetime import UTC, datetime

from workbench.controllers.run_controller import RunController
from workbench.core.wording import format_duration
from workbench.views.kit.dialogs import ask
from workbench.views.main_window import MainWindow

_SURE_BEFORE_SECONDS = 60


def cancel_run(
    window: MainWindow,
    runs: RunController,
    run_id: str,
    done: Callable[[], None] = lambda: None,
) -> None:
    """Cancel a run, or ask whether to.

    Args:
        window: Parent of the question.
        runs: What knows and cancels the run.
        run_id: The run.
        done: Called once it was asked to end.
    """
    run = runs.run(run_id)
    if run is None:
        return

    def go_on() -> None:
        runs.cancel(run_id)
        done()

    seconds = run.duration(datetime.now(UTC)) or 0
    if seconds <= _SURE_BEFORE_SECONDS:
        go_on()
        return
    question = ask(
        window,
        f"Cancel #{run.number} {run.script_name}?",
        f"It has run for {format_duration(seconds)}. What it left in outputs is kept.",
        [("keep", "Keep running"), ("cancel", "Cancel run")],
        danger="cancel",
    )
    question.answered.connect(lambda answer: go_on() if answer == "cancel" else None)
