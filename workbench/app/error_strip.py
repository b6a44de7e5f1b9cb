"""The error above the page, and what its buttons do."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject

from workbench.core.errors import WorkbenchError
from workbench.views.main_window import MainWindow

Act = Callable[[], object]
_RETRY = "retry"


class ErrorStrip(QObject):
    """Shows what could not be done, and does it again when the user wants that.

    Args:
        window: Has the strip.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        self._window = window
        self._acts: dict[str, Act] = {}
        self._last: Act | None = None
        window.error_action.connect(self._on_action)

    def show(
        self,
        error: WorkbenchError,
        again: Act | None = None,
        *,
        helps: bool | None = None,
        more: Sequence[tuple[str, str, Act]] = (),
    ) -> None:
        """Show an error above the page until it is dismissed.

        Args:
            error: What went wrong.
            again: Does the same again.
            helps: Whether that can help; by default what the error says.
            more: ``(id, label, act)`` of more buttons.
        """
        self._acts = {identity: act for identity, _label, act in more}
        if again is not None and (error.retry if helps is None else helps):
            self._acts[_RETRY] = again
        labels = tuple((identity, label) for identity, label, _act in more)
        self._window.show_error(error, retry=_RETRY in self._acts, more=labels)

    def repeatable(self, act: Act) -> Callable[[], None]:
        """Return a call of ``act`` that :meth:`show_last` can offer again."""

        def call() -> None:
            self._last = act
            act()

        return call

    def show_last(self, error: WorkbenchError) -> None:
        """Show what is wrong with the last act made :meth:`repeatable`."""
        self.show(error, self._last)

    def _on_action(self, action: str) -> None:
        act = self._acts.get(action)
        self._acts = {}
        if act is not None:
            act()
