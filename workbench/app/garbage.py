"""Looks for garbage when that is not felt.

Python looks by itself whenever many objects were made, on whatever thread makes them. With
thousands of runs in memory that stops the window for tens of milliseconds, and a widget could be
deleted by a thread that must not touch it.
"""

import gc
from time import thread_time

from PySide6.QtCore import QObject, QTimer

_EVERY_MS = 1000
# Looks at what is young, between two looks at everything.
_YOUNG_LOOKS = 30
# So many objects that came and stayed since the last look were loaded, for example runs.
_LOADED = 20_000
_TOO_LONG_S = 0.02


class GarbageCollector(QObject):
    """Looks for garbage once a second, on the UI thread and on no other.

    What is loaded in large numbers is set aside instead: it is freed as always when nobody refers
    to it, but not gone through again and again.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._looks = 0
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        """Look from now on, but not among what is there already."""
        gc.disable()
        gc.freeze()
        self._timer.start(_EVERY_MS)

    def stop(self) -> None:
        """Leave it to Python again."""
        self._timer.stop()
        gc.enable()

    def look(self) -> None:
        """Free what became garbage."""
        if gc.get_count()[0] > _LOADED:
            gc.freeze()
            return
        self._looks += 1
        if self._looks % _YOUNG_LOOKS:
            gc.collect(1)
            return
        began = thread_time()
        gc.collect()
        if thread_time() - began > _TOO_LONG_S:
            # What is left is in use.
            gc.freeze()
