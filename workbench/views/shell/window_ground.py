"""What the X server shows where the window grows, until the application has painted there."""

import ctypes
import logging

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from workbench.views.theme.theme import theme

# The library through which Qt itself talks to the X server.
_LIBRARY, _PLATFORM = "libxcb.so.1", "xcb"
_BACK_PIXEL = 2
_log = logging.getLogger(__name__)


class WindowGround(QObject):
    """Gives a window the ground of the theme on X11; other platforms need nothing.

    Qt lets the server show there whatever it has. Often that is white: in dark colours it flashes
    each time the window grows.

    Args:
        window: A window of its own.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._xcb: ctypes.CDLL | None = None
        self._server = ctypes.c_void_p()
        if QGuiApplication.platformName() == _PLATFORM and self._connect():
            window.installEventFilter(self)
            theme().changed.connect(self._fill)
            self._fill()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Fill the window anew when the platform gives it another one."""
        if watched is self._window and event.type() == QEvent.Type.WinIdChange:
            self._fill()
        return super().eventFilter(watched, event)

    def _connect(self) -> bool:
        """Open a connection of our own, whose errors concern nobody else; the process ends it."""
        try:
            xcb = ctypes.CDLL(_LIBRARY)
        except OSError as error:
            _log.info("The window keeps the server's ground: %s", error)
            return False
        xcb.xcb_connect.restype = ctypes.c_void_p
        xcb.xcb_connection_has_error.argtypes = (ctypes.c_void_p,)
        xcb.xcb_disconnect.argtypes = (ctypes.c_void_p,)
        xcb.xcb_flush.argtypes = (ctypes.c_void_p,)
        xcb.xcb_change_window_attributes.argtypes = (
            ctypes.c_void_p, ctypes.c_uint32, ctypes.c_uint32, ctypes.POINTER(ctypes.c_uint32),
        )  # fmt: skip
        server = ctypes.c_void_p(xcb.xcb_connect(None, None))
        if xcb.xcb_connection_has_error(server):
            xcb.xcb_disconnect(server)
            return False
        self._xcb, self._server = xcb, server
        return True

    def _fill(self) -> None:
        if self._xcb is None or not self._window.internalWinId():
            return
        color = ctypes.c_uint32(theme().color("surface").rgb() & 0xFFFFFF)
        window = int(self._window.internalWinId())
        self._xcb.xcb_change_window_attributes(
            self._server, window, _BACK_PIXEL, ctypes.byref(color)
        )
        self._xcb.xcb_flush(self._server)
