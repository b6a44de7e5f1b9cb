"""Header and activity bar: what fills the frame of the window first."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from workbench.views.shell.activity_bar import NO_PROJECT, ActivityBar
from workbench.views.shell.header import Header
from workbench.views.shell.places import Places
from workbench.views.theme.theme import theme

if TYPE_CHECKING:
    from workbench.views.main_window import MainWindow


class Frame:
    """Header and activity bar of a window.

    Args:
        window: The window they belong to.
        places: Where they go.
    """

    def __init__(self, window: "MainWindow", places: Places) -> None:
        theme().set_font()
        self.header = Header()
        self.activity_bar = ActivityBar()
        self.header.go_to.connect(window.open_palette)
        self.activity_bar.chosen.connect(window.page_requested)
        places.put_frame(self.header, self.activity_bar)
        window.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.set_project("")

    def set_project(self, name: str) -> None:
        """Let the pages of a project be chosen, or say why they can't be."""
        reason = "" if name else NO_PROJECT
        self.activity_bar.set_disabled_reason("runs", reason)
        self.activity_bar.set_disabled_reason("project", reason)
