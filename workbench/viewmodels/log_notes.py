"""What is known of the lines of a log beside their text: their stream, and when they came."""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import datetime
from enum import Flag

from workbench.core.log_stretch import LogStream, LogStretch


class LineKind(Flag):
    """Of which streams a line may be; an unknown one is of either."""

    OUTPUT = 1
    ERRORS = 2
    EITHER = OUTPUT | ERRORS


_KINDS = {
    LogStream.OUTPUT: LineKind.OUTPUT,
    LogStream.ERRORS: LineKind.ERRORS,
    LogStream.EITHER: LineKind.EITHER,
}


class LogNotes:
    """All stretches of a log so far, by the bytes that they hold."""

    def __init__(self) -> None:
        self._ends = array("Q")
        self._kinds = array("B")
        self._times = array("d")
        self._streams = False

    @property
    def end(self) -> int:
        """The byte up to which something is known."""
        return self._ends[-1] if self._ends else 0

    @property
    def has_streams(self) -> bool:
        """Whether anything is known of streams."""
        return self._streams

    def clear(self) -> None:
        """Forget everything."""
        for numbers in (self._ends, self._kinds, self._times):
            del numbers[:]
        self._streams = False

    def extend(self, stretches: Iterable[LogStretch]) -> None:
        """Take the next stretches."""
        for stretch in stretches:
            if stretch.end > self.end:
                self._ends.append(stretch.end)
                self._kinds.append(_KINDS[stretch.stream].value)
                self._times.append(stretch.time)
                self._streams = self._streams or stretch.stream is not LogStream.EITHER

    def kind(self, start: int, end: int) -> LineKind:
        """Return of which streams the bytes from ``start`` up to ``end`` are."""
        if end > self.end:
            return LineKind.EITHER
        found = 0
        first = bisect_right(self._ends, start)
        for place in range(first, bisect_left(self._ends, end) + 1):
            found |= self._kinds[place]
        return LineKind(found) or LineKind.EITHER

    def is_error(self, start: int, end: int) -> bool:
        """Whether any of these bytes is certainly of the errors."""
        if end > self.end:
            return False
        first, last = bisect_right(self._ends, start), bisect_left(self._ends, end)
        return any(self._kinds[place] == LineKind.ERRORS.value for place in range(first, last + 1))

    def clock(self, start: int) -> str:
        """Return when a byte came, as a clock shows it here; empty if that is not known."""
        if start >= self.end:
            return ""
        moment = self._times[bisect_right(self._ends, start)]
        return datetime.fromtimestamp(moment).astimezone().strftime("%H:%M:%S")
