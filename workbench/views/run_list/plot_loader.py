"""Loads the plotting library without holding up the window."""

import importlib
import threading

from PySide6.QtCore import QObject, QTimer, Signal

_CHECK_MS = 30


class PlotLoader(QObject):
    """Imports pyqtgraph (half a second of work) in a thread of its own.

    Signals:
        loaded: It can be used now.
    """

    loaded = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._thread: threading.Thread | None = None
        self.is_loaded = False
        self._timer = QTimer(self)
        self._timer.setInterval(_CHECK_MS)
        self._timer.timeout.connect(self._check)

    def start(self) -> None:
        """Begin to load; a second call does nothing."""
        if self._thread is None:
            self._thread = threading.Thread(target=_load, name="plotting library")
            self._thread.start()
            self._timer.start()

    def _check(self) -> None:
        if self._thread is not None and not self._thread.is_alive():
            self._timer.stop()
            self.is_loaded = True
            self.loaded.emit()


def _load() -> None:
    importlib.import_module("pyqtgraph")
