"""What the commands of the window do: each screen offers its own."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject

from workbench.views.main_window import MainWindow


class CommandHandlers(QObject):
    """Calls what was offered for a command when the user asks for it.

    Args:
        window: The window with the commands.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._handlers: dict[str, Callable[[], object]] = {}
        window.command.connect(self._on_command)

    def add(self, handlers: Mapping[str, Callable[[], object]]) -> None:
        """Offer what commands do, by their ids in ``views/commands.py``.

        Raises:
            ValueError: If a command does something already.
        """
        twice = self._handlers.keys() & handlers.keys()
        if twice:
            raise ValueError(f"Commands with two handlers: {', '.join(sorted(twice))}")
        self._handlers.update(handlers)

    def _on_command(self, identity: str) -> None:
        # Commands that only change how the window looks are carried out by the window.
        handler = self._handlers.get(identity)
        if handler is not None:
            handler()
