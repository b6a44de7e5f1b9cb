"""Where each part of the window goes; until a part is there, its ground alone is shown."""

from collections.abc import Iterable
from typing import TypeVar

from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from workbench.views.kit.panel import Panel
from workbench.views.theme.theme import theme
from workbench.views.theme.tokens import ACTIVITY_BAR, HEADER, STATUS_BAR

Box = TypeVar("Box", bound=QBoxLayout)


class Places(Panel):
    """Places for header, activity bar, run bar, pages and status bar."""

    def __init__(self) -> None:
        super().__init__("window")
        px = theme().px
        self._top = Panel("chrome", "bottom")
        self._top.setFixedHeight(px(HEADER))
        self._side = Panel("chrome", "right")
        self._side.setFixedWidth(px(ACTIVITY_BAR))
        self._foot = Panel("chrome", "top")
        self._foot.setFixedHeight(px(STATUS_BAR))
        middle = Panel("surface")
        self._column = _plain(QVBoxLayout(middle))
        self._row = _plain(QHBoxLayout())
        self._row.addWidget(self._side)
        self._row.addWidget(middle, 1)
        self._rows = _plain(QVBoxLayout(self))
        self._rows.addWidget(self._top)
        self._rows.addLayout(self._row, 1)
        self._rows.addWidget(self._foot)
        # Without this the first control of the header would have the focus ring at start.
        middle.setFocus()

    def put_frame(self, header: QWidget, activity_bar: QWidget) -> None:
        """Put the parts at the top and at the left into their places."""
        _replace(self._rows, self._top, header)
        _replace(self._row, self._side, activity_bar)

    def put_parts(self, bars: Iterable[QWidget], pages: QWidget, status_bar: QWidget) -> None:
        """Put the parts in the middle and at the foot into their places.

        Args:
            bars: What is above the pages.
            pages: What gets the rest of the room.
            status_bar: The line at the foot.
        """
        for bar in bars:
            self._column.addWidget(bar)
        self._column.addWidget(pages, 1)
        _replace(self._rows, self._foot, status_bar)


def _plain(layout: Box) -> Box:
    """Return ``layout`` without margins and gaps."""
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    return layout


def _replace(layout: QBoxLayout, old: QWidget, new: QWidget) -> None:
    layout.replaceWidget(old, new)
    old.hide()
    old.deleteLater()
