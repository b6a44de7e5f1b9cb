"""Size and place of a window as text, and back to where it can be seen."""

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

_NUMBERS = 5


def placement_text(window: QWidget) -> str:
    """Return corner of the frame, size without the frame, and whether it is maximized.

    Corner and size are those that the window takes when it is neither maximized nor minimized.
    """
    corner, size = window.pos(), window.size()
    state = window.windowState()
    if state not in (Qt.WindowState.WindowNoState, Qt.WindowState.WindowActive):
        normal = window.normalGeometry()
        corner, size = normal.topLeft() - (window.geometry().topLeft() - corner), normal.size()
    maximized = int(window.isMaximized())
    return f"{corner.x()},{corner.y()},{size.width()},{size.height()},{maximized}"


def place_window(window: QWidget, text: str) -> None:
    """Put a window where :func:`placement_text` found it; anything else is ignored.

    The corner of the frame is kept, not that of the content: a desktop adds the frame after the
    window is shown, so the other one would move the window a little at every start.
    """
    try:
        numbers = [int(part) for part in text.split(",")]
    except ValueError:
        return
    if len(numbers) != _NUMBERS or any(abs(number) >= 1 << 20 for number in numbers):
        return
    left, top, width, height, maximized = numbers
    frame = window.frameGeometry().size() - window.size()
    wanted = QRect(QPoint(left, top), QSize(width, height).expandedTo(window.minimumSize()) + frame)
    screen = QGuiApplication.screenAt(wanted.center()) or window.screen()
    fitting = fitted(wanted, screen.availableGeometry())
    window.resize(fitting.size() - frame)
    window.move(fitting.topLeft())
    if maximized:
        window.setWindowState(window.windowState() | Qt.WindowState.WindowMaximized)


def fitted(frame: QRect, room: QRect) -> QRect:
    """Return ``frame`` made smaller and moved so that ``room`` holds it."""
    size = frame.size().boundedTo(room.size())
    left = min(max(frame.left(), room.left()), room.left() + room.width() - size.width())
    top = min(max(frame.top(), room.top()), room.top() + room.height() - size.height())
    return QRect(QPoint(left, top), size)
