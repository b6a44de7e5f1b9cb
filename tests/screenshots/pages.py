"""Pictures of the window and its pages, light and dark, in two sizes.

Usage: ``python -m tests.screenshots.pages FOLDER``
"""

import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from tests.views import sample_states as sample
from workbench.core.errors import InvalidInputError, WorkbenchError
from workbench.core.settings import ThemeMode
from workbench.viewmodels.states import ProjectsState, SettingsState
from workbench.views.main_window import MainWindow
from workbench.views.new_project_dialog import NewProjectDialog
from workbench.views.project_page import ProjectPage
from workbench.views.projects_page import ProjectsPage
from workbench.views.settings_page import SettingsPage
from workbench.views.theme.theme import theme

SIZES = ((1440, 900), (1024, 640))


def make_window() -> MainWindow:
    """Return a window with all pages filled."""
    window = MainWindow()
    projects, project, settings = ProjectsPage(), ProjectPage(), SettingsPage()
    projects.render(sample.projects())
    project.render(sample.project_page())
    settings.render(
        SettingsState(ThemeMode.SYSTEM, 100, "/home/user/projects", "/home/user/.local/share")
    )
    for name, page in (
        ("projects", projects),
        ("runs", QWidget()),
        ("project", project),
        ("settings", settings),
    ):
        window.add_page(name, page)
    window.set_project("churn-prediction")
    window.run_bar.render(sample.run_bar())
    window.status_bar.render(sample.status())
    window.jobs_panel.render(sample.jobs())
    window.set_palette_items(sample.palette())
    return window


class Camera:
    """Takes pictures of a window."""

    def __init__(self, window: MainWindow, folder: Path, suffix: str) -> None:
        self._window = window
        self._folder = folder
        self._suffix = suffix

    def take(self, name: str, over: QWidget | None = None) -> None:
        """Save a picture, with a dialog drawn where it would be."""
        QTest.qWait(60)
        picture = self._window.grab()
        if over is not None:
            top_left = (self._window.rect().center() - over.rect().center()) * 1
            over.render(picture, top_left)
        picture.save(str(self._folder / f"{name}-{self._suffix}.png"))


def take_all(window: MainWindow, camera: Camera) -> None:
    """Take a picture of every page and of what lies over them."""
    for page in ("projects", "project", "settings", "runs"):
        window.show_page(page)
        camera.take(page)
    window.set_jobs_shown(shown=True)
    camera.take("jobs")
    window.set_jobs_shown(shown=False)
    window.show_page("projects")
    dialog = NewProjectDialog(window, sample.new_project(Path("/home/user/projects")))
    dialog.name.setText("iris species")
    dialog.open()
    dialog.show_error(InvalidInputError("name", "Use A–Z, a–z, 0–9, - _ and . only"))
    camera.take("new-project", dialog)
    dialog.finish()
    window.show_error(
        WorkbenchError("The run didn't start", "The disk is full.", details="x", retry=True)
    )
    window.toasts.show("Restored from run #121", "9 files changed", "ok", "Undo")
    window.toasts.show("Restore undone", "Your folder is as it was at 11:52.", "undo", "Redo")
    camera.take("messages")
    window.clear_error()
    for toast in window.toasts.toasts:
        toast.dismiss()
    asked = window.ask_close(2)
    camera.take("close", asked)
    asked.reject()
    shown = window.stack.currentWidget()
    if isinstance(shown, ProjectsPage):
        shown.render(ProjectsState(templates=sample.TEMPLATES, now=sample.NOW))
        camera.take("projects-empty")
        shown.render(sample.projects())


def main(folder: Path) -> None:
    """Take all pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    application = QApplication([])
    theme().install(application)
    window = make_window()
    window.show()
    for mode in (ThemeMode.LIGHT, ThemeMode.DARK):
        theme().set_mode(mode)
        for width, height in SIZES:
            window.resize(width, height)
            take_all(window, Camera(window, folder, f"{mode.value}-{width}"))
    theme().set_zoom(150)
    window.resize(1440, 900)
    take_all(window, Camera(window, folder, "zoom-150"))
    theme().set_zoom(100)
    take_all(window, Camera(window, folder, "zoom-back"))
    window.hide()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
