"""What happens to active runs when the window is closed."""

from collections.abc import Callable

from PySide6.QtCore import QObject

from workbench.controllers.background import Background
from workbench.controllers.run_controller import RunController
from workbench.views.main_window import MainWindow


class Closing(QObject):
    """Asks, and does what the user answers.

    Args:
        window: Parent of the question.
        runs: What knows and cancels active runs.
        background: Where canceling is waited for.
        leave: Closes the window for good.
    """

    def __init__(
        self,
        window: MainWindow,
        runs: RunController,
        background: Background,
        leave: Callable[[], None],
    ) -> None:
        super().__init__()
        self._window = window
        self._runs = runs
        self._background = background
        self._leave = leave
        self._asking = False

    def quit(self) -> None:
        """Close at once without active runs; else ask, one question at a time."""
        active = self._runs.active()
        if not active:
            self._leave()
        elif not self._asking:
            self._asking = True
            self._window.ask_close(len(active)).answered.connect(self._on_answer)

    def _on_answer(self, answer: str) -> None:
        self._asking = False
        if answer == "background":
            self._leave()
        elif answer == "cancel_runs":
            self._background.spawn(self._cancel_and_leave(), name="cancel runs and close")

    async def _cancel_and_leave(self) -> None:
        await self._runs.cancel_all()
        self._leave()
