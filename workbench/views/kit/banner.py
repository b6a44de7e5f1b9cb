"""A message that stays in the page until it is solved."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from workbench.views.kit.buttons import Button, IconButton
from workbench.views.kit.label import IconLabel, Label
from workbench.views.kit.restyle import announce, set_style_property
from workbench.views.theme.theme import theme

_ICONS = {"warn": "triangle-alert", "bad": "circle-x", "info": "info", "ok": "circle-check"}
# Room for icon and words below which the buttons go under them.
_WORDS_LEAST = 260
_TONES = {"warn": "warn", "bad": "bad", "info": "accent_text", "ok": "ok"}


class Banner(QFrame):
    """Icon, title, one sentence and up to two buttons. Hidden while there is nothing to say.

    Signals:
        action: Id of the button that was pressed; ``"dismiss"`` for the close button.
    """

    action = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = IconLabel("info")
        self._title = Label("", "medium", wrap=True)
        self._text = Label("", "body", "text_2", wrap=True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(theme().px(8))
        self._close = IconButton("x", "Dismiss", small=True)
        self._close.clicked.connect(lambda: self.action.emit("dismiss"))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._title)
        words.addWidget(self._text)
        inner = self._inner = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        inner.setSpacing(theme().px(12))
        inner.addLayout(words, 1)
        inner.addLayout(self._buttons)
        layout = QHBoxLayout(self)
        edge = theme().px(11)
        layout.setContentsMargins(theme().px(12), edge, theme().px(12), edge)
        layout.setSpacing(theme().px(12))
        layout.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(inner, 1)
        layout.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    @property
    def title(self) -> str:
        """The title shown, empty while hidden."""
        return self._title.text()

    def button(self, action: str) -> Button | None:
        """Return the button of an action id."""
        return self.findChild(Button, f"banner_{action}")

    def render(  # type: ignore[override]  # a state, no painter
        self,
        kind: str,
        title: str,
        text: str = "",
        actions: Sequence[tuple[str, str]] = (),
        *,
        dismissible: bool = False,
    ) -> None:
        """Show a message, or hide with an empty ``title``.

        Args:
            kind: ``"warn"``, ``"bad"``, ``"info"`` or ``"ok"``.
            title: What happened.
            text: One sentence more.
            actions: ``(id, label)`` of each button.
            dismissible: Whether it can be closed without solving it.
        """
        changed = title != self._title.text()
        self._title.setText(title)
        self._text.setText(text)
        self._text.setVisible(bool(text))
        self._close.setVisible(dismissible)
        set_style_property(self, "banner", kind)
        self._icon.set_icon(_ICONS[kind], _TONES[kind])
        self._set_actions(actions)
        self.setVisible(bool(title))
        if changed and title:
            announce(self, f"{title}. {text}" if text else title)

    def clear(self) -> None:
        """Hide it."""
        self.render("info", "")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the buttons below the words where these would have little room beside them."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        buttons = self._buttons.sizeHint().width()
        narrow = bool(self._buttons.count()) and self.width() - buttons < theme().px(_WORDS_LEAST)
        way = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        self._inner.setDirection(way)
        self._buttons.setAlignment(
            Qt.AlignmentFlag.AlignLeft if narrow else Qt.AlignmentFlag.AlignRight
        )

    def _set_actions(self, actions: Sequence[tuple[str, str]]) -> None:
        while (item := self._buttons.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.setParent(None)
                widget.deleteLater()
        for identity, label in actions:
            button = Button(label, small=True)
            button.setObjectName(f"banner_{identity}")
            button.clicked.connect(lambda _=False, chosen=identity: self.action.emit(chosen))
            self._buttons.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        self._fit()
