"""How much processor time something may take on this computer, as busy as it is now.

Processor time does not grow while others have the processor, but it does when they share its caches
and its threads, and computers differ. So limits are told in units of a fixed piece of work, which
is measured beside what is tested.
"""

from statistics import median
from time import thread_time

# So many seconds the work takes on the computers the limits were chosen on, when they are idle.
_USUAL_SECONDS = 0.008
_ROUNDS = 9


def allowed(seconds: float) -> float:
    """Return the processor time, in seconds, that corresponds to a limit for an idle computer."""
    return seconds * max(1.0, median(_work() for _ in range(_ROUNDS)) / _USUAL_SECONDS)


def _work() -> float:
    begin = thread_time()
    words = {f"{number:06}": (number, str(number)) for number in range(8_000)}
    found = sorted(words, key=lambda word: words[word][1])
    assert found[0] == "000000"
    return thread_time() - begin
