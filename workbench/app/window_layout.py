"""Size and place of the window, and the last project, from one session to the next."""

from pathlib import Path

from PySide6.QtCore import QSettings

from workbench.views.main_window import MainWindow


class WindowLayout:
    """Reads and writes a small file of its own.

    Args:
        path: Where it is kept; a missing or broken file means defaults.
        window: The window.
    """

    def __init__(self, path: Path, window: MainWindow) -> None:
        self._path = path
        self._settings = QSettings(str(path), QSettings.Format.IniFormat)
        self._window = window

    @property
    def project(self) -> str:
        """Id of the project that was open; empty for none."""
        return str(self._settings.value("project", ""))

    def restore(self) -> None:
        """Put the window where it was; the first time, make it fit the screen."""
        layout = str(self._settings.value("layout", ""))
        if layout:
            self._window.restore_layout(layout)
            return
        room = self._window.screen().availableSize()
        frame = self._window.frameGeometry().size() - self._window.size()
        self._window.resize(self._window.size().boundedTo(room - frame))

    def save(self, project_id: str) -> None:
        """Keep where the window is, and which project is open."""
        self._settings.setValue("layout", self._window.save_layout())
        self._settings.setValue("project", project_id)
        self._settings.sync()

    def keep_project(self, project_id: str) -> None:
        """Keep which project is open, in case that the process is killed; for any thread."""
        settings = QSettings(str(self._path), QSettings.Format.IniFormat)
        settings.setValue("project", project_id)
        settings.sync()
