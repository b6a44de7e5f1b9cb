"""Progress reports and cancellation, shared by every operation."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from workbench.core.errors import CanceledError


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an operation is.

    Attributes:
        kind: What is going on, for example ``"snapshot"`` or ``"restore"``.
        fraction: 0.0 to 1.0, never falling within one operation; ``None`` when unknown.
        title: Words for the user, for example ``"Saving snapshot"``.
        detail: The current item, for example ``"214 of 630 files"``.
    """

    kind: str
    fraction: float | None
    title: str
    detail: str = ""


Report = Callable[[Progress], None]


def no_report(progress: Progress) -> None:
    """Ignore a progress report (the default for callers that show none)."""


class CancelToken:
    """A flag one thread sets and an operation checks between its steps."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def cancel(self) -> None:
        """Ask the operation to stop at its next safe point."""
        self._event.set()

    @property
    def canceled(self) -> bool:
        """Whether a stop was asked for."""
        return self._event.is_set()

    def check(self, what: str = "The operation") -> None:
        """Stop here if asked to.

        Raises:
            CanceledError: If :meth:`cancel` was called.
        """
        if self._event.is_set():
            raise CanceledError(what)
