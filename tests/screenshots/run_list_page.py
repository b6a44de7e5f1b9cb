"""Pictures of the Run List with sample data: ``run_list_page.py FOLDER``.

Draws each state in both themes at the size that the page has in windows of 1440x900 and 1024x640.
"""

import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.run_samples import now, sample_runs
from workbench.core.settings import ThemeMode
from workbench.viewmodels.run_states import RunListState
from workbench.views.run_list.page import RunListPage
from workbench.views.theme.theme import theme

SIZES = {"1440x900": (1376, 788), "1024x640": (960, 528)}


class Camera:
    """Takes pictures of the page."""

    def __init__(self, page: RunListPage, folder: Path, suffix: str) -> None:
        self._page = page
        self._folder = folder
        self._suffix = suffix

    def take(self, name: str, milliseconds: int = 400) -> None:
        """Save a picture after the page had time to draw itself."""
        QTest.qWait(milliseconds)
        path = self._folder / f"run-list-{name}-{self._suffix}.png"
        self._page.grab().save(str(path))
        sys.stdout.write(f"{path}\n")


def take_all(page: RunListPage, camera: Camera) -> None:
    """Take a picture of each state."""
    page.model.clock = now
    page.show()
    page.activateWindow()
    camera.take("loading", 600)
    page.render(RunListState(script="train.py"))
    camera.take("empty")
    page.model.set_runs(sample_runs())
    camera.take("plain", 1500)
    runs = page.model.shown_runs()
    page.table.select_run(runs[4].id)
    page.table.select_run(runs[9].id, add=True)
    page.table.setFocus()
    camera.take("selected")
    page.filters.search.line.setText("status=failed accuracy>0.9")
    camera.take("no-match")


def main(folder: Path) -> None:
    """Draw all states."""
    application = QApplication([])
    theme().install(application)
    folder.mkdir(parents=True, exist_ok=True)
    for mode in (ThemeMode.LIGHT, ThemeMode.DARK):
        theme().set_mode(mode)
        for name, size in SIZES.items():
            page = RunListPage()
            page.resize(*size)
            take_all(page, Camera(page, folder, f"{mode.value}-{name}"))
            page.hide()
            page.deleteLater()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
