"""What a page shows instead of an empty list."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from workbench.views.kit.buttons import Button
from workbench.views.kit.label import IconLabel, Label
from workbench.views.theme.theme import theme


class EmptyState(QWidget):
    """A tile with an icon, a title, at most two lines, and one action.

    Args:
        icon: Name of its icon.
        title: What is missing.
        text: What to do about it.
        action: Label of its button; empty for none.
        action_icon: Icon of the button.
        second_action: Label of a second button; empty for none.

    Signals:
        activated: The action was pressed.
        second_activated: The second action was pressed.
    """

    activated = Signal()
    second_activated = Signal()

    def __init__(
        self,
        icon: str,
        title: str,
        text: str = "",
        action: str = "",
        action_icon: str = "",
        second_action: str = "",
    ) -> None:
        super().__init__()
        self._icon = IconLabel(icon, "text_2", 24)
        self._title = Label(title, "section")
        self._text = Label(text, "body", "text_2", wrap=True)
        self.button = Button(action, action_icon, "primary")
        self.button.clicked.connect(self.activated)
        self.second_button = Button(second_action)
        self.second_button.clicked.connect(self.second_activated)
        self._build()
        self.set_text(title, text)
        self.set_action(action)
        self.second_button.setVisible(bool(second_action))

    def set_text(self, title: str, text: str) -> None:
        """Change the words."""
        self._title.setText(title)
        self._text.setText(text)
        self._text.setVisible(bool(text))

    def set_text_kind(self, kind: str) -> None:
        """Change the font of the text: ``"mono"`` for what was typed."""
        self._text.set_kind(kind)

    def set_icon(self, icon: str) -> None:
        """Change the icon."""
        self._icon.set_icon(icon)

    def set_action(self, label: str) -> None:
        """Change the label of the action; an empty one hides it."""
        self.button.set_text(label)
        self.button.setVisible(bool(label))

    def _build(self) -> None:
        center = Qt.AlignmentFlag.AlignHCenter
        tile = QFrame()
        tile.setProperty("tile", True)
        tile.setFixedSize(theme().px(48), theme().px(48))
        inner = QVBoxLayout(tile)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignCenter)
        self._text.setAlignment(center)
        self._text.setFixedWidth(theme().px(320))
        buttons = QHBoxLayout()
        buttons.setSpacing(theme().px(8))
        buttons.addStretch(1)
        buttons.addWidget(self.button)
        buttons.addWidget(self.second_button)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setSpacing(theme().px(8))
        layout.addStretch(2)
        layout.addWidget(tile, 0, center)
        layout.addSpacing(theme().px(4))
        layout.addWidget(self._title, 0, center)
        # In a row of its own: an aligned widget would not get the height its lines need.
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self._text)
        row.addStretch(1)
        layout.addLayout(row)
        layout.addSpacing(theme().px(4))
        layout.addLayout(buttons)
        layout.addStretch(3)
