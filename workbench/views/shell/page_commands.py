"""Commands that the page in front carries out: they follow what it offers."""

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from workbench.views.commands import CommandTable
from workbench.views.kit.page import Offers, Page


class PageCommands(QObject):
    """Enables the commands that a page offers, and passes them on to it.

    Args:
        commands: The commands of the window.
    """

    def __init__(self, commands: CommandTable) -> None:
        super().__init__(commands)
        self._commands = commands
        self._names = [name for name in commands if commands.command(name).elsewhere]
        self._page: Page | None = None
        # A page often has several reasons at once to tell that something changed.
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self.refresh)
        commands.menu_opening.connect(self.refresh)
        self.refresh()

    def show(self, widget: QWidget) -> None:
        """Follow a page; one without commands of its own offers none."""
        if self._page is not None:
            self._page.offers_changed.disconnect(self._soon.start)
        self._page = widget if isinstance(widget, Page) else None
        if self._page is not None:
            self._page.offers_changed.connect(self._soon.start)
        self.refresh()

    def refresh(self) -> None:
        """Show what is possible now."""
        self._soon.stop()
        offers = self._offers()
        for name in self._names:
            command, offer = self._commands.command(name), offers.get(name)
            action = self._commands[name]
            self._commands.set_enabled(name, command.elsewhere if offer is None else offer.reason)
            self._commands.set_text(name, (offer.text if offer else "") or command.text)
            if command.checkable:
                action.setChecked(offer is not None and offer.checked)

    def act(self, name: str) -> bool:
        """Carry a command out as the page offers it; False if it is none of a page."""
        if name not in self._names:
            return False
        offer = self._offers().get(name)
        if offer is not None and not offer.reason:
            offer.act()
        # Also takes back the mark that Qt itself changed.
        self.refresh()
        return True

    def _offers(self) -> Offers:
        return self._page.offers() if self._page is not None else {}
