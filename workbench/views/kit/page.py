"""A page of the window, and what it does for the window's commands."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget


@dataclass(frozen=True, slots=True)
class Offer:
    """What a page does when the user asks for a command.

    Attributes:
        act: Does it.
        reason: Why it can't be done now; empty when it can.
        checked: Whether a command that stays on or off is on.
        text: Words that say more than those of the command, for example "Hide charts".
    """

    act: Callable[[], object]
    reason: str = ""
    checked: bool = False
    text: str = ""


Offers = dict[str, Offer]


class Offering(Protocol):
    """A part of a page that does something for commands while it is in front."""

    def offers(self) -> Offers:
        """Return what it does now, by the id of the command."""
        ...


class Page(QWidget):
    """A page whose menus, shortcuts and palette entries are commands of the window.

    Signals:
        offers_changed: Other commands are possible now, or for other reasons not.
    """

    offers_changed = Signal()

    def offers(self) -> Offers:
        """Return what the page does now, by the id of the command."""
        return {}
