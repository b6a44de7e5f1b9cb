"""Feeds a long log to its view in small steps, so that the window stays quick."""

from collections import deque
from time import perf_counter

from PySide6.QtCore import QObject, QTimer, Signal

from workbench.viewmodels.log_buffer import LogBuffer, LogChange, LogLine

_MAX_BYTES, _MAX_LINES = 65_536, 500
# A step stops after this time even if it could take more; drawing the lines comes on top of it.
_BUDGET_S = 0.004
_PORTION_BYTES, _PORTION_LINES = 8_192, 100
# A backlog goes on after a breath; what comes live is gathered for a tenth of a second.
_BACKLOG_MS, _LIVE_MS = 2, 100


class LogFeed(QObject):
    """Queue of bytes before a buffer.

    Signals:
        changed: ``LogChange``: lines are new or different.
        drained: Everything that came so far is in the buffer.
    """

    changed = Signal(object)
    drained = Signal()

    def __init__(self, buffer: LogBuffer, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._buffer = buffer
        self._queue: deque[bytes] = deque()
        self._final = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._step)

    @property
    def pending(self) -> bool:
        """Whether something waits."""
        return bool(self._queue) or self._final

    def clear(self) -> None:
        """Forget what waits."""
        self._timer.stop()
        self._queue.clear()
        self._final = False

    def append(self, data: bytes, *, final: bool = False) -> None:
        """Take the next bytes of the log; ``final`` says that nothing follows."""
        # Cut once here, so that a step never copies the rest of a large piece.
        self._queue.extend(
            data[start : start + _MAX_BYTES] for start in range(0, len(data), _MAX_BYTES)
        )
        self._final = self._final or final
        if self.pending and not self._timer.isActive():
            self._timer.start(0 if self._buffer.size == 0 else _LIVE_MS)

    def _step(self) -> None:
        change = self._feed()
        if self._queue:
            self._timer.start(_BACKLOG_MS)
        self.changed.emit(change)
        if not self.pending:
            self.drained.emit()

    def _feed(self) -> LogChange:
        """Feed portions until the time is up; return what they changed together."""
        end = perf_counter() + _BUDGET_S
        before = self._buffer.size
        first, lines = -1, list[LogLine]()
        while True:
            data = self._next()
            last = self._final and not self._queue
            change = self._buffer.feed(data, final=last)
            if last:
                self._final = False
            first = change.first if first < 0 else first
            # The line that was unfinished before comes again with this portion.
            del lines[max(0, change.first - first) :]
            lines.extend(change.lines)
            taken = self._buffer.size - before
            full = taken >= _MAX_BYTES or len(lines) >= _MAX_LINES
            if full or not self._queue or perf_counter() >= end:
                return LogChange(first, tuple(lines))

    def _next(self) -> bytes:
        """Take one portion from the queue, joining small pieces."""
        portion = bytearray()
        lines = 0
        while self._queue and len(portion) < _PORTION_BYTES and lines < _PORTION_LINES:
            piece = self._queue.popleft()
            taken = piece[: _PORTION_BYTES - len(portion)]
            parts = taken.split(b"\n", _PORTION_LINES - lines)
            if len(parts) > _PORTION_LINES - lines:
                taken = taken[: len(taken) - len(parts[-1])]
            lines += taken.count(b"\n")
            portion += taken
            if len(taken) < len(piece):
                self._queue.appendleft(piece[len(taken) :])
        return bytes(portion)
