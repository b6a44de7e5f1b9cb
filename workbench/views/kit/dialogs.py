"""Dialogs: a base with header, content and footer, and a question with named buttons.

They are shown with ``open()`` and answer with signals; nothing waits for them.
"""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QMoveEvent,
    QPainter,
    QPaintEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QDialog, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from workbench.views.kit.buttons import Button, IconButton
from workbench.views.kit.card import Panel
from workbench.views.kit.context_key import add_context_key
from workbench.views.kit.label import IconLabel, Label
from workbench.views.kit.overlay import Dimmer
from workbench.views.theme.theme import theme

# Heights of the title line and of the line of buttons, and the outline on both sides.
_HEAD, _FOOT, _AROUND = 40, 56, 2


class _DialogHead(Panel):
    """The title line, by which the dialog can be moved."""

    def __init__(self) -> None:
        super().__init__("chrome", "bottom")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Let the desktop move the dialog."""
        handle = self.window().windowHandle()
        if event.button() == Qt.MouseButton.LeftButton and handle is not None:
            handle.startSystemMove()


class _Body(QScrollArea):
    """The content of a dialog; it scrolls where the window below has less room than it needs."""

    def __init__(self, layout: QVBoxLayout, window: QWidget) -> None:
        super().__init__()
        self._window = window
        self._holder = QWidget()
        self._holder.setLayout(layout)
        self._layout = layout
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidgetResizable(True)
        self.setWidget(self._holder)
        self._holder.installEventFilter(self)

    def sizeHint(self) -> QSize:
        """Return what the content wants."""
        return self._holder.sizeHint()

    def minimumSizeHint(self) -> QSize:
        """Return what the content needs, at most what fits over the window."""
        px = theme().px
        room = self._window.size() - QSize(_AROUND, px(_HEAD + _FOOT) + _AROUND)
        return self._holder.minimumSizeHint().boundedTo(room)

    def hasHeightForWidth(self) -> bool:
        """Whether the content has wrapped texts."""
        return self._layout.hasHeightForWidth()

    def heightForWidth(self, width: int) -> int:
        """Return the height of the content at a width."""
        return self._layout.totalHeightForWidth(width)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow what the content asks for."""
        if watched is self._holder and event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)


class Dialog(QDialog):
    """A window-modal dialog that dims its parent.

    Put content into ``body``; put buttons into ``footer`` (already right-aligned).
    """

    def __init__(self, parent: QWidget, title: str) -> None:
        flags = Qt.WindowType.Dialog | Qt.WindowType.FramelessWindowHint
        super().__init__(parent, flags)
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self._dimmer: Dimmer | None = None
        self._place = QPoint()
        px = theme().px
        self.head = _DialogHead()
        self.head.setFixedHeight(px(_HEAD))
        head = QHBoxLayout(self.head)
        head.setContentsMargins(px(24), 0, px(8), 0)
        head.addWidget(Label(title, "medium"))
        head.addStretch(1)
        self.close_button = IconButton("x", "Close", small=True)
        self.close_button.clicked.connect(self.reject)
        head.addWidget(self.close_button)
        self.body = QVBoxLayout()
        self.body.setContentsMargins(px(24), px(24), px(24), px(24))
        self.body.setSpacing(px(12))
        foot = Panel("chrome", "top")
        foot.setFixedHeight(px(_FOOT))
        self.footer = QHBoxLayout(foot)
        self.footer.setContentsMargins(px(24), 0, px(24), 0)
        self.footer.setSpacing(px(8))
        self.footer.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(0)
        layout.addWidget(self.head)
        layout.addWidget(_Body(self.body, parent.window()), 1)
        layout.addWidget(foot)
        add_context_key(self)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the outline; there is no frame of the desktop around it."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme().color("line_2"))
        painter.fillRect(self.rect().adjusted(1, 1, -1, -1), theme().color("surface"))
        painter.end()

    def showEvent(self, event: QShowEvent) -> None:
        """Dim the parent window."""
        super().showEvent(event)
        self._place = self.pos()
        parent = self.parentWidget()
        if parent is not None:
            self._fit_into(parent.window().size())
        if parent is not None and self._dimmer is None:
            self._dimmer = Dimmer(parent.window())

    def _fit_into(self, room: QSize) -> None:
        """Be no larger than the window below: at a large zoom the content scrolls instead."""
        if self.minimumWidth() > room.width():
            self.setMinimumWidth(room.width())
        if self.minimumHeight() > room.height():
            self.setMinimumHeight(room.height())
        self.resize(self.size().boundedTo(room))

    def moveEvent(self, event: QMoveEvent) -> None:
        """Ask once more for the place if the desktop tells the corner of the screen.

        Some window managers first tell the place inside their own frame and nothing after it. Lists
        of combo boxes and tooltips would then open at the corner, too.
        """
        super().moveEvent(event)
        place, self._place = self._place, QPoint()
        if self.isVisible() and event.pos().isNull() and not place.isNull():
            self.move(place)

    def hideEvent(self, event: QHideEvent) -> None:
        """Take the dimming away."""
        super().hideEvent(event)
        if self._dimmer is not None:
            self._dimmer.hide()
            self._dimmer.deleteLater()
            self._dimmer = None

    def closeEvent(self, event: QCloseEvent) -> None:
        """Treat closing the window like Cancel."""
        event.ignore()
        self.reject()


class AskDialog(Dialog):
    """A question whose buttons name the act.

    Signals:
        answered: Id of the button; the id of the first button for Esc and closing.
    """

    answered = Signal(str)

    def __init__(
        self,
        parent: QWidget,
        title: str,
        text: str,
        buttons: Sequence[tuple[str, str]],
        danger: str = "",
    ) -> None:
        super().__init__(parent, title)
        px = theme().px
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
        self._escape = buttons[0][0]
        self._done = False
        self._buttons: dict[str, Button] = {}
        line = QHBoxLayout()
        line.setSpacing(px(12))
        icon = IconLabel("triangle-alert", "warn") if danger else IconLabel("info", "accent_text")
        line.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
        words = Label(text, "body", "text", wrap=True)
        words.setMinimumWidth(px(360))
        line.addWidget(words, 1)
        self.body.addLayout(line)
        for index, (identity, label) in enumerate(buttons):
            kind = "primary" if index == len(buttons) - 1 else "default"
            button = Button(label, kind="danger" if identity == danger else kind)
            button.clicked.connect(lambda _=False, chosen=identity: self._answer(chosen))
            self.footer.addWidget(button)
            self._buttons[identity] = button
        last = self._buttons[buttons[-1][0]]
        last.setDefault(True)
        last.setFocus(Qt.FocusReason.TabFocusReason)

    def button(self, identity: str) -> Button:
        """Return the button with this id."""
        return self._buttons[identity]

    def reject(self) -> None:
        """Answer with the first button."""
        self._answer(self._escape)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Press the focused button with Enter, which Qt does for default buttons only."""
        focused = self.focusWidget()
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and isinstance(focused, Button):
            focused.click()
            return
        super().keyPressEvent(event)

    def _answer(self, identity: str) -> None:
        if self._done:
            return
        self._done = True
        self.hide()
        self.answered.emit(identity)
        self.deleteLater()


def ask(
    parent: QWidget,
    title: str,
    text: str,
    buttons: Sequence[tuple[str, str]],
    *,
    danger: str = "",
) -> AskDialog:
    """Open a question and return at once; connect to ``answered``.

    Args:
        parent: Its window is dimmed.
        title: The question in a few words.
        text: What each answer means.
        buttons: ``(id, label)`` from left to right; the first one is what Esc means, the last one
            is what Enter means.
        danger: Id of a button whose text is shown in red.
    """
    dialog = AskDialog(parent, title, text, buttons, danger)
    dialog.open()
    return dialog
