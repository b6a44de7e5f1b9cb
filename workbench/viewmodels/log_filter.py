"""Which lines of a log are shown: all of them, or those of one stream."""

from bisect import bisect_left

from workbench.viewmodels.log_buffer import LogBuffer, LogChange
from workbench.viewmodels.log_notes import LineKind, LogNotes

ALL = LineKind.EITHER


class LogFilter:
    """Numbers the lines that are shown, from 0, and counts the lines that are errors.

    It goes through the log in steps, so that a long one never keeps the window waiting.

    Args:
        buffer: The lines.
        notes: What is known of them.

    Attributes:
        kind: Of which streams lines are shown.
        errors: How many of the lines looked at are certainly errors.
        mixed: Whether a line that is shown may be of either stream.
    """

    def __init__(self, buffer: LogBuffer, notes: LogNotes) -> None:
        self._buffer = buffer
        self._notes = notes
        self.kind = ALL
        self.errors = 0
        self.mixed = False
        self._counted = 0
        self._numbers: list[int] = []
        self._next = 0
        # The first line of which not everything was known when it was looked at.
        self._unsure = -1

    @property
    def is_whole(self) -> bool:
        """Whether every line is shown."""
        return self.kind is ALL

    @property
    def waiting(self) -> bool:
        """Whether some lines were not looked at yet."""
        behind = not self.is_whole and self._next < self._buffer.end
        return behind or self._counted < self._countable()

    def clear(self) -> None:
        """Forget the lines of another log."""
        self.errors = self._counted = 0
        self.choose(self.kind)

    def choose(self, kind: LineKind) -> None:
        """Show other lines from now on, beginning anew."""
        self.kind = kind
        self.mixed = False
        self._numbers = []
        self._next = self._buffer.first
        self._unsure = -1

    def number(self, place: int) -> int:
        """Return the number in the log of a line that is shown."""
        if self.is_whole:
            return place
        return self._numbers[place] if place < len(self._numbers) else self._buffer.end

    def forget_from(self, number: int) -> int:
        """Look again at all lines from one on; return the place where they began."""
        place = bisect_left(self._numbers, number)
        del self._numbers[place:]
        self._next = min(self._next, max(number, self._buffer.first))
        return place

    def learn(self) -> int:
        """Take note that more is known; return the first line to look at again, -1 for none."""
        unsure, self._unsure = self._unsure, -1
        return unsure

    def take(self, most: int) -> LogChange:
        """Look at the next lines; return those of them that are shown."""
        place, lines = len(self._numbers), []
        self._next = max(self._next, self._buffer.first)
        end = min(self._buffer.end, self._next + most)
        for number in range(self._next, end):
            start, after = self._buffer.bytes_of(number)
            if after > self._notes.end and self._unsure < 0:
                self._unsure = number
            kind = self._notes.kind(start, after)
            if kind & self.kind:
                self.mixed = self.mixed or kind is LineKind.EITHER
                self._numbers.append(number)
                lines.append(self._buffer.line(number))
        self._next = max(self._next, end)
        return LogChange(place, tuple(lines))

    def count(self, most: int) -> None:
        """Count the errors among the next lines of which everything is known."""
        self._counted = max(self._counted, self._buffer.first)
        end = min(self._countable(), self._counted + most)
        for number in range(self._counted, end):
            start, after = self._buffer.bytes_of(number)
            if after > self._notes.end:
                end = number
                break
            self.errors += self._notes.is_error(start, after)
        self._counted = max(self._counted, end)

    def _countable(self) -> int:
        finished = self._buffer.finished
        if not self._notes.has_streams or self._counted >= finished:
            return self._counted
        first = max(self._counted, self._buffer.first)
        known = self._buffer.bytes_of(first)[1] <= self._notes.end
        return finished if known else self._counted
