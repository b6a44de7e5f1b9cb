"""Waits until a window is on screen."""

import asyncio

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget


class _PaintWatch(QObject):
    def __init__(self, window: QWidget, painted: asyncio.Event) -> None:
        super().__init__(window)
        self._painted = painted
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Notice the paint; the event itself goes on to the window."""
        if event.type() is QEvent.Type.Paint:
            watched.removeEventFilter(self)
            # The picture is on screen only after this event was handled.
            QTimer.singleShot(0, self._painted.set)
        return False


async def show_and_wait(window: QWidget) -> None:
    """Show a window and return when it was painted for the first time."""
    painted = asyncio.Event()
    watch = _PaintWatch(window, painted)
    window.show()
    await painted.wait()
    watch.deleteLater()
