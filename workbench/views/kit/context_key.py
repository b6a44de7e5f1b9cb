"""Shift+F10 opens the context menu, like the Menu key: Qt's X11 plugin knows the latter only."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QWidget

_KEYS = "Shift+F10"


def add_context_key(window: QWidget) -> None:
    """Let Shift+F10 ask what has the focus in a window for its context menu."""
    shortcut = QShortcut(QKeySequence(_KEYS), window)
    shortcut.setObjectName("contextKey")
    shortcut.activated.connect(lambda: _ask(window))


def _ask(window: QWidget) -> None:
    focused = QApplication.focusWidget()
    if focused is None or focused.window() is not window:
        return
    query = Qt.InputMethodQuery.ImCursorRectangle
    place = focused.inputMethodQuery(query).center()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, place, focused.mapToGlobal(place))
    QApplication.sendEvent(focused, event)
