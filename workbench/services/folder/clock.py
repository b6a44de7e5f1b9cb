"""How far the times of files can be relied upon."""

import sys
import time
from functools import cache

_SECOND = 1_000_000_000
_SLOWEST_WRITE = 50  # nanoseconds a byte: 20 MB in a second


@cache
def clock_tick_ns() -> int:
    """Return how far apart two times of files have to be to tell an order, in nanoseconds."""
    coarse = getattr(time, "CLOCK_REALTIME_COARSE", None) or (6 if sys.platform == "linux" else 0)
    resolution = time.clock_getres(coarse) if sys.platform != "win32" else 0.016
    return max(1_000_000, int(resolution * _SECOND))


def is_settled(mtime_ns: int, ctime_ns: int, now_ns: int, size: int = 0) -> bool:
    """Return whether a later change of this file or folder would show in its times.

    One that was changed at ``now_ns`` may be changed again without getting another time. And one
    call that writes a lot moves the time only when it begins: a large file has to rest longer.
    """
    rest = 2 * clock_tick_ns() + size * _SLOWEST_WRITE
    if mtime_ns % _SECOND == 0 and ctime_ns % _SECOND == 0:
        rest += 2 * _SECOND
    return max(ctime_ns, mtime_ns) < now_ns - rest
