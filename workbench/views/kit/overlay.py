"""Child widgets that lie over their parent: the dimming of a dialog and the drawn-over panel."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from workbench.views.theme.theme import theme


class Dimmer(QWidget):
    """Darkens a window while a dialog is open on it."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        window.installEventFilter(self)
        self.setGeometry(window.rect())
        self.raise_()
        self.show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep covering the window."""
        parent = self.parentWidget()
        if event.type() == QEvent.Type.Resize and watched is parent:
            self.setGeometry(parent.rect())
        return super().eventFilter(watched, event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the shade."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme().color("overlay"))
        painter.end()
