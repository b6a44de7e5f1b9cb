"""Notes beside the log which of its bytes are of which stream, and when they came.

The script writes straight into the log, so that nothing of it depends on the process that watches.
What is noted here is only looked at from outside: how far each stream has written at that moment.
"""

import os
import threading
from contextlib import suppress
from pathlib import Path
from time import time

_ACTIVE_SECONDS, _IDLE_SECONDS = 0.01, 0.05
# So long after the last byte, looks become rarer.
_ACTIVE_LOOKS = 50
# Between two questions the script may write.
_TRIES = 5
_MOST_BYTES = 16_000_000
OUT, ERR, MIXED = "o", "e", "m"


class LogIndex:
    """Watches the two streams of a script.

    Each line of the index is ``end kind time``: up to which byte of the log a stretch goes, whether
    it is of the standard output (``o``), of the errors (``e``) or of either (``m``, both wrote
    between two looks), and the time in seconds. Stretches follow each other without a gap.

    Args:
        index: File to note it in.
        out: Descriptor of the log that the script writes its output with.
        err: The one for errors; the same number where the system can't keep them apart.
    """

    def __init__(self, index: Path, out: int, err: int) -> None:
        self._index = index
        self._out, self._err = out, err
        self._end = 0
        self._grew = False
        self._written = 0
        # The stretch that may still grow.
        self._open: tuple[int, str, float] | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="watch log", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def finish(self) -> None:
        """Look once more, and close everything."""
        self._stop.set()
        self._thread.join()
        for descriptor in {self._out, self._err}:
            with suppress(OSError):
                os.close(descriptor)

    def _watch(self) -> None:
        idle = 0
        # A full disk takes the index away, never the log.
        with suppress(OSError), self._index.open("ab", buffering=0) as stream:
            while self._written < _MOST_BYTES:
                last = self._stop.is_set()
                data = b"".join(self._look())
                idle = 0 if self._grew else idle + 1
                if last and self._open is not None:
                    data += _line(self._open)
                if data:
                    self._written += stream.write(data)
                if last:
                    return
                self._stop.wait(_ACTIVE_SECONDS if idle < _ACTIVE_LOOKS else _IDLE_SECONDS)

    def _look(self) -> "list[bytes]":
        """Return the lines of stretches that are complete."""
        out, err, is_one_moment = self._places()
        begin, moment = self._end, time()
        self._end = max(begin, out, err)
        self._grew = self._end > begin
        if not self._grew:
            return []
        if not is_one_moment or self._out == self._err:
            return self._put(self._end, MIXED, moment)
        if err <= begin:
            return self._put(out, OUT, moment)
        if out <= begin:
            return self._put(err, ERR, moment)
        # After the last byte of the one, all are of the other.
        lines = self._put(min(out, err), MIXED, moment)
        return lines + self._put(self._end, OUT if out > err else ERR, moment)

    def _places(self) -> "tuple[int, int, bool]":
        """Return how far both streams have written, and whether that is of one moment.

        Where there was no error up to the second question, all before the first one is output.
        """
        out, err = os.lseek(self._out, 0, os.SEEK_CUR), 0
        for _ in range(_TRIES):
            err = os.lseek(self._err, 0, os.SEEK_CUR)
            if err <= self._end:
                return out, err, True
            before, out = out, os.lseek(self._out, 0, os.SEEK_CUR)
            if out == before:
                return out, err, True
        return out, err, False

    def _put(self, end: int, kind: str, moment: float) -> "list[bytes]":
        before, self._open = self._open, (end, kind, moment)
        if before is None:
            return []
        if before[1] == kind and int(before[2]) == int(moment):
            self._open = (end, kind, before[2])
            return []
        return [_line(before)]


def _line(stretch: "tuple[int, str, float]") -> bytes:
    end, kind, moment = stretch
    return f"{end} {kind} {moment:.2f}\n".encode()
