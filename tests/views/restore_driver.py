"""Working the Restore page by mouse, and noting what it wants."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from workbench.views.restore_page import RestorePage

LEFT = Qt.MouseButton.LeftButton


def named(page: QWidget, name: str) -> QWidget:
    found = page.findChild(QWidget, name)
    assert isinstance(found, QWidget)
    return found


def click(page: QWidget, name: str) -> None:
    QTest.mouseClick(named(page, name), LEFT)


class Wishes:
    """Notes all signals of a page."""

    def __init__(self, page: RestorePage) -> None:
        self.seen: list[tuple[str, object]] = []
        for name in (
            "back_requested",
            "list_requested",
            "cancel_requested",
            "refresh_requested",
            "cancel_progress_requested",
            "commit_preview_requested",
            "cancel_run_requested",
        ):
            getattr(page, name).connect(lambda name=name: self.seen.append((name, None)))
        for name in (
            "restore_requested",
            "commit_requested",
            "file_selected",
            "scope_chosen",
            "check_asked",
            "folder_changed",
            "folder_requested",
            "file_requested",
        ):
            getattr(page, name).connect(lambda value, name=name: self.seen.append((name, value)))

    @property
    def last(self) -> tuple[str, object]:
        return self.seen[-1] if self.seen else ("", None)
