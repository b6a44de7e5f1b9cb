"""Every view test runs with the application's look, at its usual size, in light colours."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from workbench.core.settings import ThemeMode
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
