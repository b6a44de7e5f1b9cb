"""Waiting for a state, with a limit and a message."""

from collections.abc import Callable
from threading import Event
from time import monotonic
from typing import TypeVar

Found = TypeVar("Found")
INTERVAL = 0.05
_PAUSE = Event()


def wait_for(
    ask: Callable[[], Found | None],
    what: str,
    timeout: float,
    explain: Callable[[], str] = lambda: "",
) -> Found:
    """Ask again and again until the answer is true, and return it.

    Raises:
        AssertionError: If it stays false; names what was waited for and adds the explanation.
    """
    end = monotonic() + timeout
    while True:
        answer = ask()
        if answer:
            return answer
        if monotonic() > end:
            raise AssertionError(f"Waited {timeout:g} s for {what}.\n{explain()}")
        _PAUSE.wait(INTERVAL)
