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
        save: Keeps what the next session takes over from the window, which is on screen then.
        leave: Closes the window for good.
    """

    def __init__(
        self,
        window: MainWindow,
        runs: RunController,
        background: Background,
        save: Callable[[], None],
        leave: Callable[[], None],
    ) -> None:
        super().__init__()
        self._window = window
        self._runs = runs
        self._background = background
        self._save = save
        self._leave = leave
        self._asking = False
        self._finishing = False
        runs.not_started.connect(self._on_not_started)

    def quit(self) -> None:
        """Close at once without active runs; else ask, one question at a time."""
        active = self._runs.pending
        if not active:
            self._save()
            self._leave()
        elif not self._asking and not self._finishing:
            self._asking = True
            self._window.ask_close(active).answered.connect(self._on_answer)

    def _on_answer(self, answer: str) -> None:
        self._asking = False
        if answer == "background":
            self._finishing = True
            self._background.spawn(self._finish_and_leave(), name="start runs and close")
        elif answer == "cancel_runs":
            self._background.spawn(self._cancel_and_leave(), name="cancel runs and close")

    async def _finish_and_leave(self) -> None:
        """Leave as soon as no run needs this process: each has its snapshot and was started."""
        self._save()
        self._window.hide()
        await self._runs.all_started()
        self._finishing = False
        # The user may have opened it again meanwhile.
        if not self._window.isVisible():
            self._leave()

    def _on_not_started(self) -> None:
        # It can't be kept running, so the user is told: the window says why.
        if self._finishing:
            self._window.show()

    async def _cancel_and_leave(self) -> None:
        if await self._runs.cancel_all():
            self._save()
            self._leave()
