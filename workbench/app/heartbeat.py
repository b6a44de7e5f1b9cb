"""Measures how long the UI thread was busy without a break."""

import logging
import sys
import threading
import traceback
from time import clock_gettime, perf_counter, pthread_getcpuclockid, thread_time

from PySide6.QtCore import QObject, Qt, QTimer

_log = logging.getLogger(__name__)
_INTERVAL_MS = 5
_REPORT_MS = 1000
_WORTH_TELLING_MS = 16
# From this processor time on, the log tells what the UI thread is doing.
_TOO_BUSY_S, _LOOK_EVERY_S = 0.05, 0.02
_DEEPEST = 12


class Heartbeat(QObject):
    """A 5 ms timer whose late arrivals are the pauses a user could feel.

    A pause has two measures: the time that passed, which grows when other programs take the
    processor, and the processor time that the UI thread used in it, which does not.

    Attributes:
        longest: Longest pause so far, in milliseconds.
        busiest: Most processor time used in one pause so far, in milliseconds.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.longest = 0.0
        self.busiest = 0.0
        self._recent = (0.0, 0.0)
        self._last = (0.0, 0.0)
        self._beat = QTimer(self)
        self._beat.setTimerType(Qt.TimerType.PreciseTimer)
        self._beat.timeout.connect(self._measure)
        self._report = QTimer(self)
        self._report.timeout.connect(self._log_recent)
        self._stopped = threading.Event()

    def start(self) -> None:
        """Begin measuring."""
        self._last = (perf_counter(), thread_time())
        self._beat.start(_INTERVAL_MS)
        self._report.start(_REPORT_MS)
        watcher = threading.Thread(
            target=self._watch, args=(threading.get_ident(),), name="heartbeat", daemon=True
        )
        watcher.start()

    def stop(self) -> None:
        """Stop measuring and log the longest pauses."""
        self._stopped.set()
        self._beat.stop()
        self._report.stop()
        _log.debug("longest UI gap %.0f ms, busiest %.0f ms", self.longest, self.busiest)

    def _measure(self) -> None:
        now = (perf_counter(), thread_time())
        gap = max(0.0, (now[0] - self._last[0]) * 1000 - _INTERVAL_MS)
        busy = (now[1] - self._last[1]) * 1000
        self._last = now
        self._recent = (max(self._recent[0], gap), max(self._recent[1], busy))
        self.longest = max(self.longest, gap)
        self.busiest = max(self.busiest, busy)

    def _watch(self, ui_thread: int) -> None:
        """Log where the UI thread is when a pause gets too long, once for each pause."""
        clock, told = pthread_getcpuclockid(ui_thread), 0.0
        while not self._stopped.wait(_LOOK_EVERY_S):
            beat = self._last[1]
            if beat == told or clock_gettime(clock) - beat < _TOO_BUSY_S:
                continue
            told = beat
            frame = sys._current_frames().get(ui_thread)
            stack = "".join(traceback.format_stack(frame)[-_DEEPEST:])
            _log.debug("UI thread busy for more than %.0f ms:\n%s", _TOO_BUSY_S * 1000, stack)

    def _log_recent(self) -> None:
        if self._recent[0] > _WORTH_TELLING_MS:
            _log.debug("UI gap %.0f ms, busy %.0f ms", *self._recent)
        self._recent = (0.0, 0.0)
