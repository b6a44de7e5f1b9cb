"""F6 and Shift+F6: jump between the regions of the window."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

if TYPE_CHECKING:
    from workbench.views.main_window import MainWindow


def first_focus(widget: QWidget) -> QWidget | None:
    """Return the first child in tab order that can take the focus by Tab."""
    candidate = widget.nextInFocusChain()
    while candidate is not None and candidate is not widget:
        if widget.isAncestorOf(candidate) and _takes_tab(candidate):
            return candidate
        candidate = candidate.nextInFocusChain()
    return None


def _takes_tab(widget: QWidget) -> bool:
    tab = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
    return tab and widget.isVisible() and widget.isEnabled()


class Regions:
    """The regions in the order in which F6 visits them."""

    def __init__(self, window: "MainWindow") -> None:
        self._window = window

    def current(self) -> int:
        """Return the index of the region that has the focus, -1 for none."""
        focused = QApplication.focusWidget()
        for index, region in enumerate(self._all()):
            if focused is not None and (region is focused or region.isAncestorOf(focused)):
                return index
        return -1

    def move(self, *, backwards: bool) -> None:
        """Put the focus into the next region that can take it."""
        regions = self._all()
        start = self.current()
        step = -1 if backwards else 1
        for distance in range(1, len(regions) + 1):
            region = regions[(start + step * distance) % len(regions)]
            target = self._target(region)
            if region.isVisible() and target is not None:
                target.setFocus(Qt.FocusReason.ShortcutFocusReason)
                return

    def _target(self, region: QWidget) -> QWidget | None:
        if region is self._window.activity_bar:
            self._window.activity_bar.focus_first()
            return QApplication.focusWidget()
        return first_focus(region)

    def _all(self) -> list[QWidget]:
        window = self._window
        return [
            window.header,
            window.activity_bar,
            window.run_bar,
            window.stack,
            window.jobs_panel,
            window.status_bar,
        ]
