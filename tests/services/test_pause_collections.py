"""Python's search for garbage cycles rests during a walk, and only then."""

import gc
import threading

import pytest

from workbench.services.pause_collections import collections_paused


def test_it_rests_until_the_last_one_is_done() -> None:
    assert gc.isenabled()
    with collections_paused():
        assert not gc.isenabled()
        with collections_paused():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_it_goes_on_after_an_error() -> None:
    with pytest.raises(ValueError, match="x"), collections_paused():
        raise ValueError("x")
    assert gc.isenabled()


def test_two_threads() -> None:
    entered, leave = threading.Event(), threading.Event()

    def rest() -> None:
        with collections_paused():
            entered.set()
            leave.wait(10)

    thread = threading.Thread(target=rest)
    thread.start()
    assert entered.wait(10)
    with collections_paused():
        pass
    assert not gc.isenabled()
    leave.set()
    thread.join()
    assert gc.isenabled()


def test_one_that_rests_anyway_stays_so() -> None:
    gc.disable()
    try:
        with collections_paused():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_as_a_decorator() -> None:
    @collections_paused()
    def ask() -> bool:
        return gc.isenabled()

    assert not ask()
    assert not ask()
    assert gc.isenabled()
