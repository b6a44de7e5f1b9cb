"""Keeps Python's search for garbage cycles from stopping all threads while much is made.

A walk, or reading runs, makes hundreds of thousands of small objects, none of them in a cycle. Each
full search goes through all of them and lets no other thread run, which a window feels. Memory is
freed as always: only cycles wait until that has ended.
"""

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_lock = threading.Lock()
_paused = 0
_was_enabled = False


@contextmanager
def collections_paused() -> Iterator[None]:
    """Search for no cycles meanwhile, in the whole process; may be nested and used by threads.

    Best as a decorator: what a function made is freed before the next search then.
    """
    global _paused, _was_enabled  # noqa: PLW0603 - there is one collector in a process
    with _lock:
        if _paused == 0:
            _was_enabled = gc.isenabled()
            gc.disable()
        _paused += 1
    try:
        yield
    finally:
        with _lock:
            _paused -= 1
            if _paused == 0 and _was_enabled:
                gc.enable()
