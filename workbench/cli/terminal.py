"""Talking with the person at the terminal: questions, progress, Ctrl-C."""

import getpass
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from types import FrameType

from workbench.cli.errors import InterruptedByUserError, NeedsYesError
from workbench.core.errors import CanceledError
from workbench.core.progress import CancelToken, Progress, Report

_QUIET_SECONDS = 0.3
_CLEAR_LINE = "\r\x1b[K"
_WIDTH = 78


def is_asked() -> bool:
    """Whether somebody can answer questions."""
    return sys.stdin is not None and sys.stdin.isatty()


def confirm(question: str, *, yes: bool, before: str = "") -> bool:
    """Return whether the user says yes.

    Args:
        question: A sentence that ends with a question mark.
        yes: Whether ``--yes`` was given.
        before: What has to be known for the answer; shown above the question.

    Raises:
        NeedsYesError: If nobody can be asked.
    """
    if yes:
        return True
    if not is_asked():
        raise NeedsYesError(question)
    return ask(f"{before}{question} [y/N] ").strip().lower() in {"y", "yes"}


def ask(question: str) -> str:
    """Ask on standard error and return the answer; the end of the input is an empty one."""
    sys.stderr.write(question)
    sys.stderr.flush()
    return sys.stdin.readline()


def ask_secret(question: str, cancel: CancelToken) -> str:
    """Ask for something that nobody may see on the screen; else read a line of standard input.

    Raises:
        InterruptedByUserError: If the user pressed Ctrl-C instead.
    """
    former = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        if is_asked():
            return getpass.getpass(question, sys.stderr).strip()
        return sys.stdin.readline().strip() if sys.stdin is not None else ""
    except (KeyboardInterrupt, EOFError) as error:
        cancel.cancel()
        sys.stderr.write("\n")
        raise InterruptedByUserError("Nothing was changed") from error
    finally:
        signal.signal(signal.SIGINT, former)


def cancelled() -> InterruptedByUserError:
    """Return the error for a question that was answered with no."""
    return InterruptedByUserError("Nothing was changed")


class _ProgressLine:
    """Shows progress on one line of the terminal, if it takes longer than a moment."""

    def __init__(self) -> None:
        self._begin = monotonic()
        self._shown = False

    def report(self, progress: Progress) -> None:
        """Show how far it is."""
        if monotonic() - self._begin < _QUIET_SECONDS or not sys.stderr.isatty():
            return
        percent = "" if progress.fraction is None else f" {progress.fraction:4.0%}"
        text = f"{progress.title}{percent}  {progress.detail}"[:_WIDTH]
        sys.stderr.write(f"{_CLEAR_LINE}{text}")
        sys.stderr.flush()
        self._shown = True

    def clear(self) -> None:
        """Take the line away."""
        if self._shown:
            sys.stderr.write(_CLEAR_LINE)
            sys.stderr.flush()


@contextmanager
def working() -> Iterator[tuple[Report, CancelToken]]:
    """Show the progress of an operation; Ctrl-C cancels it at its next safe point.

    Raises:
        InterruptedByUserError: If it was canceled so.
    """
    line = _ProgressLine()
    with _interruptible() as token:
        try:
            yield line.report, token
        except CanceledError as error:
            if not token.canceled:
                raise
            raise InterruptedByUserError(error.text) from error
        finally:
            line.clear()


@contextmanager
def _interruptible() -> Iterator[CancelToken]:
    token = CancelToken()
    if threading.current_thread() is not threading.main_thread():
        yield token
        return

    def on_signal(number: int, frame: FrameType | None) -> None:
        if token.canceled:
            # Pressed again: it takes too long, or can't be canceled.
            signal.default_int_handler(number, frame)
        token.cancel()

    former = signal.signal(signal.SIGINT, on_signal)
    try:
        yield token
    finally:
        signal.signal(signal.SIGINT, former)
