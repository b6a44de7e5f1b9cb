"""One choice out of a few, side by side."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from workbench.views.theme.theme import theme


class Segments(QFrame):
    """Up to six options; the arrow keys move the choice.

    Signals:
        chosen: Id of the option that the user chose.
    """

    chosen = Signal(str)

    def __init__(
        self, name: str, options: Sequence[tuple[str, str]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("segments", True)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._ids = [identity for identity, _label in options]
        self._labels = dict(options)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QPushButton] = {}
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2, 2, 2, 2)
        layout.setSpacing(2)
        for identity, label in options:
            button = QPushButton(label, self)
            button.setProperty("segment", True)
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setAutoDefault(False)
            button.installEventFilter(self)
            button.clicked.connect(lambda _=False, chosen=identity: self.chosen.emit(chosen))
            self._group.addButton(button)
            self._buttons[identity] = button
            layout.addWidget(button)
        self._buttons[self._ids[0]].setChecked(True)
        theme().changed.connect(self._restyle)
        self._restyle()

    @property
    def current(self) -> str:
        """Id of the option chosen now."""
        return next(name for name, button in self._buttons.items() if button.isChecked())

    def set_current(self, identity: str) -> None:
        """Choose an option without a signal."""
        self._buttons[identity].setChecked(True)

    def set_count(self, identity: str, count: int) -> None:
        """Show a number after an option's label; a negative one hides it."""
        suffix = f"  {count:,}" if count >= 0 else ""
        self._buttons[identity].setText(self._labels[identity] + suffix)

    def set_disabled_reason(self, identity: str, reason: str) -> None:
        """Disable an option and say why in its tooltip, or enable it with an empty reason."""
        button = self._buttons[identity]
        button.setEnabled(not reason)
        button.setToolTip(reason)

    def button(self, identity: str) -> QPushButton:
        """Return the button of an option."""
        return self._buttons[identity]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Move the choice with the arrow keys."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
            if step:
                usable = [name for name in self._ids if self._buttons[name].isEnabled()]
                index = (usable.index(self.current) + step) % len(usable)
                button = self._buttons[usable[index]]
                button.setFocus(Qt.FocusReason.TabFocusReason)
                button.click()
                return True
        return super().eventFilter(watched, event)

    def _restyle(self) -> None:
        for button in self._buttons.values():
            button.setFont(theme().font("secondary_medium"))
