"""A framed box with an optional header."""

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from workbench.views.kit.label import ElidedLabel
from workbench.views.kit.panel import Panel
from workbench.views.theme.theme import theme

__all__ = ["Card", "Panel"]


class Card(QFrame):
    """A box with a line around it; put content into ``body`` and buttons into ``header``."""

    def __init__(self, title: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        px = theme().px
        self.setProperty("card", True)
        self.title = ElidedLabel(title, "medium")
        self.header = QHBoxLayout()
        self.header.setContentsMargins(px(12), px(8), px(12), 0)
        self.header.setSpacing(px(8))
        self.header.addWidget(self.title)
        self.header.addStretch(1)
        self.body = QVBoxLayout()
        self.body.setContentsMargins(px(12), px(8), px(12), px(12))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        if title:
            layout.addLayout(self.header)
        layout.addLayout(self.body, 1)
