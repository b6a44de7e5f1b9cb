"""Measures how long the UI thread was busy without a break."""

import logging
from time import perf_counter

from PySide6.QtCore import QObject, Qt, QTimer

_log = logging.getLogger(__name__)
_INTERVAL_MS = 5
_REPORT_MS = 1000


class Heartbeat(QObject):
    """A 5 ms timer whose late arrivals are the pauses a user could feel.

    Every second with a pause above 16 ms is logged as ``longest UI gap <n> ms``.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.longest = 0.0
        self._recent = 0.0
        self._last = perf_counter()
        self._beat = QTimer(self)
        self._beat.setTimerType(Qt.TimerType.PreciseTimer)
        self._beat.timeout.connect(self._measure)
        self._report = QTimer(self)
        self._report.timeout.connect(self._log_recent)

    def start(self) -> None:
        """Begin measuring."""
        self._last = perf_counter()
        self._beat.start(_INTERVAL_MS)
        self._report.start(_REPORT_MS)

    def _measure(self) -> None:
        now = perf_counter()
        gap = max(0.0, (now - self._last) * 1000 - _INTERVAL_MS)
        self._last = now
        self._recent = max(self._recent, gap)
        self.longest = max(self.longest, gap)

    def _log_recent(self) -> None:
        if self._recent > 16:
            _log.debug("longest UI gap %.0f ms", self._recent)
        self._recent = 0.0
