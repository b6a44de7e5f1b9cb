"""Helpers of the tests of the Run Detail page."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from tests.run_samples import now
from tests.views import run_detail_samples as sample
from tests.views.page_keys import give_commands
from workbench.views.kit.buttons import Button
from workbench.views.run_detail.page import RunDetailPage

LEFT = Qt.MouseButton.LeftButton
WIDE, NARROW = (1376, 788), (960, 528)
SIGNALS = (
    "back_requested",
    "list_requested",
    "run_shown",
    "run_again_requested",
    "cancel_requested",
    "restore_requested",
    "note_changed",
    "output_selected",
    "output_save_requested",
    "output_open_requested",
    "outputs_folder_requested",
    "log_save_requested",
    "change_selected",
)


Wishes = list[tuple[object, ...]]


def open_page(qtbot: QtBot) -> RunDetailPage:
    """Return the page with a run, on screen and with the focus."""
    page = RunDetailPage(now=now)
    qtbot.addWidget(page)
    page.resize(*WIDE)
    page.show()
    qtbot.waitExposed(page)
    page.activateWindow()
    page.render(sample.state())
    page.setFocus()
    give_commands(page)
    return page


def wishes_of(page: RunDetailPage) -> Wishes:
    """Return a list that fills with every signal of the page."""
    seen: Wishes = []
    for name in SIGNALS:
        getattr(page, name).connect(lambda *values, name=name: seen.append((name, *values)))
    return seen


def named(page: QWidget, name: str) -> QWidget:
    found = page.findChild(QWidget, name)
    assert isinstance(found, QWidget)
    return found


def button(page: QWidget, name: str) -> Button:
    found = named(page, name)
    assert isinstance(found, Button)
    return found


def click(page: QWidget, name: str) -> None:
    QTest.mouseClick(named(page, name), LEFT)


def focused(page: QWidget) -> QWidget:
    found = QApplication.focusWidget()
    return found if found is not None and page.isAncestorOf(found) else page


def labels(widget: QWidget) -> list[str]:
    return [label.text() for label in widget.findChildren(QLabel) if label.isVisible()]


def clipboard() -> str:
    return QGuiApplication.clipboard().text()
