"""Waiting that a cancellation cuts short."""

import threading
import time

import pytest

from workbench.core.errors import CanceledError
from workbench.core.progress import CancelToken
from workbench.services.cancelable import stopped_if, wait_for


def _cancel_later(seconds: float = 0.1) -> CancelToken:
    cancel = CancelToken()
    timer = threading.Timer(seconds, cancel.cancel)
    timer.daemon = True
    timer.start()
    return cancel


def test_work_that_ends_is_waited_for() -> None:
    done = []
    for cancel in (None, CancelToken()):
        wait_for(lambda: done.append(1), cancel, "It")
    assert done == [1, 1]


@pytest.mark.parametrize("cancel", [None, CancelToken()])
def test_what_goes_wrong_is_raised(cancel: CancelToken | None) -> None:
    def fail() -> None:
        raise OSError(5, "broken")

    with pytest.raises(OSError, match="broken"):
        wait_for(fail, cancel, "It")


def test_a_canceled_wait_ends_while_the_work_goes_on() -> None:
    go_on, ended = threading.Event(), threading.Event()

    def work() -> None:
        go_on.wait(20)
        ended.set()

    start = time.monotonic()
    with pytest.raises(CanceledError):
        wait_for(work, _cancel_later(), "It")
    assert time.monotonic() - start < 15
    go_on.set()
    assert ended.wait(5)


def test_a_block_is_stopped() -> None:
    stopped = threading.Event()

    def block() -> None:
        with stopped_if(_cancel_later(), stopped.set, "It"):
            assert stopped.wait(20)
            raise OSError(32, "whatever stopping it leads to")

    with pytest.raises(CanceledError):
        block()


def test_a_block_that_is_not_canceled_is_left_alone() -> None:
    stopped = threading.Event()
    with stopped_if(CancelToken(), stopped.set, "It"):
        pass
    with pytest.raises(KeyError), stopped_if(CancelToken(), stopped.set, "It"):
        raise KeyError
    assert not stopped.is_set()
