"""Short messages in a corner at the bottom that go away by themselves."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from workbench.views.kit.buttons import Button, IconButton
from workbench.views.kit.label import IconLabel, Label
from workbench.views.kit.restyle import announce
from workbench.views.kit.status_icons import NOTIFICATION_ICONS
from workbench.views.theme.theme import theme
from workbench.views.theme.tokens import ACTIVITY_BAR

_SHOWN_MS, _SHOWN_WITH_ACTION_MS = 8_000, 20_000
_MOST, _WIDTH, _EDGE, _GAP, _STATUS_BAR = 3, 360, 16, 8, 24
# Above the buttons at the foot of a page: a message never covers what comes next.
_FOOT = 72


class Toast(QFrame):
    """One message. It stays while the mouse or the focus is on it.

    Signals:
        closed: It went away.
    """

    closed = Signal()

    def __init__(self, parent: QWidget, title: str, text: str, kind: str, action: str) -> None:
        super().__init__(parent)
        self.setProperty("toast", True)
        self.title = title
        self.setAccessibleName(f"{title}. {text}" if text else title)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SHOWN_WITH_ACTION_MS if action else _SHOWN_MS)
        self._timer.timeout.connect(self._on_timeout)
        self.action_button = Button(action, small=True)
        self.close_button = IconButton("x", "Dismiss", small=True)
        self.close_button.clicked.connect(self.dismiss)
        self._build(title, text, kind)
        self.action_button.setVisible(bool(action))
        self._timer.start()

    def dismiss(self) -> None:
        """Take it away."""
        self._timer.stop()
        self.hide()
        self.closed.emit()

    def enterEvent(self, event: QEnterEvent) -> None:
        """Stay while the mouse is here."""
        super().enterEvent(event)
        self._timer.stop()

    def leaveEvent(self, event: QEvent) -> None:
        """Count down again."""
        super().leaveEvent(event)
        self._timer.start()

    def _on_timeout(self) -> None:
        if self.action_button.hasFocus() or self.close_button.hasFocus():
            self._timer.start()
        else:
            self.dismiss()

    def _build(self, title: str, text: str, kind: str) -> None:
        px = theme().px
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(Label(title, "medium", wrap=True))
        if text:
            words.addWidget(Label(text, "secondary", "text_2", wrap=True))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(px(12), px(11), px(12), px(11))
        layout.setSpacing(px(12))
        layout.addWidget(IconLabel(*NOTIFICATION_ICONS[kind]), 0, Qt.AlignmentFlag.AlignVCenter)
        layout.addLayout(words, 1)
        layout.addWidget(self.action_button)
        layout.addWidget(self.close_button)
        self.setFixedWidth(px(_WIDTH))


class ToastHost(QObject):
    """Stacks at most three toasts in the corner of a window."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._toasts: list[Toast] = []
        self._keys: dict[Toast, str] = {}
        window.installEventFilter(self)

    @property
    def toasts(self) -> list[Toast]:
        """What is shown now, oldest first."""
        return list(self._toasts)

    def show(
        self,
        title: str,
        text: str = "",
        kind: str = "info",
        action: str = "",
        on_action: Callable[[], object] | None = None,
        key: str = "",
    ) -> Toast:
        """Show a message.

        Args:
            title: What happened.
            text: One sentence more.
            kind: ``"info"``, ``"ok"``, ``"warn"``, ``"bad"`` or ``"undo"``.
            action: Label of its button, empty for none.
            on_action: Called when the button is pressed; the toast goes away then.
            key: What it is about: it takes the place of the message shown with the same key.
        """
        self.dismiss(key)
        while len(self._toasts) >= _MOST:
            self._toasts[0].dismiss()
        toast = Toast(self._window, title, text, kind, action)
        toast.closed.connect(lambda: self._remove(toast))
        if on_action is not None:
            toast.action_button.clicked.connect(lambda: self._act(toast, on_action))
        self._toasts.append(toast)
        if key:
            self._keys[toast] = key
        toast.show()
        self._place()
        announce(self._window, f"{title}. {text}" if text else title)
        return toast

    def dismiss(self, key: str) -> None:
        """Take the messages with this key away; an empty key is none."""
        for toast in [toast for toast in self._toasts if key and self._keys.get(toast) == key]:
            toast.dismiss()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in the corner when the window changes its size."""
        if event.type() == QEvent.Type.Resize and watched is self._window:
            self._place()
        return super().eventFilter(watched, event)

    def _act(self, toast: Toast, on_action: Callable[[], object]) -> None:
        toast.dismiss()
        on_action()

    def _remove(self, toast: Toast) -> None:
        if toast in self._toasts:
            self._toasts.remove(toast)
            self._keys.pop(toast, None)
            toast.deleteLater()
            self._place()

    def _place(self) -> None:
        if not self._toasts:
            return
        px = theme().px
        for toast in self._toasts:
            # Of the toast, not of its layout: that knows nothing of the border.
            height = toast.heightForWidth(toast.width())
            toast.resize(toast.width(), height if height > 0 else toast.sizeHint().height())
        area = self._area()
        top = area.top()
        for toast in self._toasts:
            toast.move(area.left(), top)
            toast.raise_()
            top += toast.height() + px(_GAP)

    def _area(self) -> QRect:
        """Return where the messages go: the right corner, or the left one if it covers less."""
        px, window = theme().px, self._window
        width = max(toast.width() for toast in self._toasts)
        height = sum(toast.height() + px(_GAP) for toast in self._toasts) - px(_GAP)
        top = window.height() - px(_STATUS_BAR + _FOOT) - height
        right = QRect(window.width() - width - px(_EDGE), top, width, height)
        left = QRect(px(ACTIVITY_BAR + _EDGE), top, width, height)
        return min(right, left, key=self._covered)

    def _covered(self, area: QRect) -> int:
        """Return how many controls would lie below ``area``."""
        window, number = self._window, 0
        for kind in (QAbstractButton, QLineEdit, QComboBox, QPlainTextEdit):
            for control in window.findChildren(kind):
                place = QRect(control.mapTo(window, QPoint(0, 0)), control.size())
                if area.intersects(place) and control.isVisibleTo(window):
                    number += not any(toast.isAncestorOf(control) for toast in self._toasts)
        return number
