"""What is known of the lines of a log that is shown."""

from typing import Protocol

from workbench.viewmodels.log_buffer import LogLine


class LogLines(Protocol):
    """What is known of the lines in a text, by their places from 0."""

    def line(self, place: int) -> LogLine:
        """Return a line with its colours."""
        ...

    def number(self, place: int) -> int:
        """Return its number in the log, from 0."""
        ...

    def clock(self, place: int) -> str:
        """Return when it came, empty if that is not known."""
        ...
