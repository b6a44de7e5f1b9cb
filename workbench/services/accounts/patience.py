"""Waits for a keyring no longer than makes sense: it may never answer."""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

from workbench.core.account import SecretProblem, SecretStoreError

_LOOK = 0.1
_SILENT = "It gave no answer."
Answer = TypeVar("Answer")


class Patience:
    """Asks one thing after the other, each in a thread that nobody has to wait for.

    A keyring asks a person to unlock it, or hangs. What was asked goes on then, and what is asked
    after it waits for it.

    Args:
        seconds: How long is waited for one answer.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._turn = threading.Lock()
        self._over = threading.Event()

    def ask(self, question: Callable[[], Answer]) -> Answer:
        """Return what a function returns, or raise what it raises.

        Raises:
            SecretStoreError: If there is no answer in time, or nobody wants one any more.
        """
        end = time.monotonic() + self._seconds
        while not self._turn.acquire(timeout=_LOOK):
            self._check(end)
        answers: list[Answer] = []
        errors: list[BaseException] = []
        answered = threading.Event()

        def work() -> None:
            try:
                answers.append(question())
            except BaseException as error:  # noqa: BLE001 - raised in the thread that asked
                errors.append(error)
            finally:
                self._turn.release()
                answered.set()

        threading.Thread(target=work, name="keyring", daemon=True).start()
        while not answered.wait(_LOOK):
            self._check(end)
        if errors:
            raise errors[0]
        return answers[0]

    @property
    def is_over(self) -> bool:
        """Whether nobody waits any more."""
        return self._over.is_set()

    def end(self) -> None:
        """Have nobody wait any more, from now on."""
        self._over.set()

    def _check(self, end: float) -> None:
        if self._over.is_set() or time.monotonic() > end:
            raise SecretStoreError(SecretProblem.OTHER, _SILENT)
