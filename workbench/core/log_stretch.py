"""Which bytes of a log are of which stream, and when they came."""

from dataclasses import dataclass
from enum import Enum


class LogStream(Enum):
    """Where bytes of a log come from."""

    OUTPUT = "o"
    ERRORS = "e"
    EITHER = "m"


@dataclass(frozen=True, slots=True)
class LogStretch:
    """A part of a log; it begins where the one before it ends.

    Attributes:
        end: The byte after its last one, counted from the start of the log.
        stream: Where it comes from.
        time: When its first byte was seen, in seconds since the epoch.
    """

    end: int
    stream: LogStream
    time: float
