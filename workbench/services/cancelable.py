"""Waiting for what cannot be interrupted, in a way that a cancellation does not wait for."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from workbench.core.progress import CancelToken

_PAUSE = 0.05


def wait_for(work: Callable[[], object], cancel: CancelToken | None, what: str) -> None:
    """Do something that may take long and does no harm when nobody waits for it any more.

    Raises:
        CanceledError: If canceled; the work goes on by itself.
        Exception: Whatever the work raises.
    """
    if cancel is None:
        work()
        return
    failures: list[BaseException] = []
    done = threading.Event()

    def run() -> None:
        try:
            work()
        except BaseException as exc:  # noqa: BLE001 - raised again by whoever waits
            failures.append(exc)
        finally:
            done.set()

    threading.Thread(target=run, name="waiting", daemon=True).start()
    while not done.wait(_PAUSE):
        cancel.check(what)
    if failures:
        raise failures[0]


@contextmanager
def stopped_if(cancel: CancelToken | None, stop: Callable[[], None], what: str) -> Iterator[None]:
    """Call ``stop`` from another thread as soon as it is canceled, while the block waits.

    Raises:
        CanceledError: If it was stopped, in place of what the block raises because of that.
    """
    if cancel is None:
        yield
        return
    ended = threading.Event()
    stopped = threading.Event()

    def watch() -> None:
        while not ended.wait(_PAUSE):
            if cancel.canceled:
                stopped.set()
                stop()
                return

    watcher = threading.Thread(target=watch, name="cancel", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()
        if stopped.is_set():
            cancel.check(what)
