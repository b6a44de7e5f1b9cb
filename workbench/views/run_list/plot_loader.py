"""Loads the plotting library in steps, so that the window answers between them."""

import importlib

from PySide6.QtCore import QObject, QTimer, Signal

# From the innermost outwards. Not in a thread: modules that use Qt are only safe to import where
# the window lives.
_STEPS = (
    "numpy",
    "pyqtgraph.Qt",
    "pyqtgraph.functions",
    "pyqtgraph.graphicsItems.GraphicsObject",
    "pyqtgraph.graphicsItems.ViewBox",
    "pyqtgraph.graphicsItems.PlotItem",
    "pyqtgraph",
)


class PlotLoader(QObject):
    """Imports pyqtgraph (half a second of work), one part in each turn of the event loop.

    Signals:
        loaded: It can be used now.
    """

    loaded = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.is_loaded = False
        self._left = list(_STEPS)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._load_next)

    def start(self) -> None:
        """Begin to load; a second call does nothing."""
        if not self.is_loaded:
            self._timer.start()

    def _load_next(self) -> None:
        if self._left:
            importlib.import_module(self._left.pop(0))
            return
        self._timer.stop()
        self.is_loaded = True
        self.loaded.emit()
