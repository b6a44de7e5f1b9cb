"""Every view test runs with the application's look, at its usual size, in light colours."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget
from pytestqt.qtbot import QtBot

from tests.views import sample_states as sample
from workbench.core.settings import ThemeMode
from workbench.views.main_window import MainWindow
from workbench.views.new_project_dialog import NewProjectDialog
from workbench.views.theme.theme import theme


@pytest.fixture(autouse=True)
def _look(qapp: QApplication) -> Iterator[None]:
    theme().install(qapp)
    theme().set_mode(ThemeMode.LIGHT)
    theme().set_zoom(100)
    yield
    for window in QApplication.topLevelWidgets():
        window.hide()
        window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def window(qtbot: QtBot) -> MainWindow:
    """The window with a project open and the Runs page shown."""
    window = MainWindow()
    for page in ("projects", "runs", "project", "settings"):
        window.add_page(page, QWidget())
    window.set_project("churn-prediction")
    window.run_bar.render(sample.run_bar())
    window.show_page("runs")
    window.set_palette_items(sample.palette())
    window.show()
    window.activateWindow()
    QTest.qWaitForWindowActive(window)
    return window


@pytest.fixture
def new_project_dialog(qtbot: QtBot, tmp_path: Path) -> Iterator[NewProjectDialog]:
    """The New project dialog, open over a window."""
    window = QMainWindow()
    window.resize(1200, 800)
    window.show()
    dialog = NewProjectDialog(window, sample.new_project(tmp_path))
    dialog.open()
    dialog.activateWindow()
    QTest.qWaitForWindowActive(dialog)
    yield dialog
    window.close()
