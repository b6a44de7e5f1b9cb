"""Settings: the page, the View menu, and the file they are kept in."""

import os
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject

from workbench.controllers.background import Background
from workbench.controllers.contexts import Contexts
from workbench.core.errors import WorkbenchError
from workbench.core.settings import Settings, ThemeMode
from workbench.services.app_paths import AppPaths
from workbench.services.settings import SettingsFile
from workbench.viewmodels.states import SettingsState
from workbench.views.main_window import MainWindow
from workbench.views.settings_page import SettingsPage
from workbench.views.theme.theme import theme

_LANE = "settings"


class SettingsScreen(QObject):
    """Applies what the user sets at once, and keeps it.

    Args:
        window: Has the View menu.
        page: The view.
        paths: Where settings are kept.
        background: For writing them.
        contexts: The open projects, whose folders are followed or not.
    """

    def __init__(
        self,
        window: MainWindow,
        page: SettingsPage,
        paths: AppPaths,
        background: Background,
        contexts: Contexts,
    ) -> None:
        super().__init__()
        self._window = window
        self._page = page
        self._paths = paths
        self._file = SettingsFile(paths.settings)
        self._background = background
        self._contexts = contexts
        self.settings = Settings()
        window.appearance_changed.connect(self._on_appearance)
        page.theme_chosen.connect(self._on_theme)
        page.zoom_chosen.connect(self._on_zoom)
        page.projects_folder_chosen.connect(self._on_folder)
        page.following_chosen.connect(self._on_following)

    async def load(self) -> str:
        """Read the settings and apply them; return a warning for the user, or nothing."""
        loaded = await self._background.run(_LANE, self._file.load)
        self.settings = loaded.settings
        self._contexts.follow(on=self.settings.follow_folders)
        if theme().mode is not self.settings.theme:
            theme().set_mode(self.settings.theme)
        if theme().zoom != self._percent:
            theme().set_zoom(self._percent)
        self._render()
        return loaded.warning

    @property
    def projects_folder(self) -> Path:
        """Folder that gets new projects unless another is chosen."""
        chosen = self.settings.projects_folder
        return _whole(chosen) if chosen else Path.home() / "projects"

    @property
    def new_project_folder(self) -> Path:
        """Folder that was used last for a new project; at first the one from the settings."""
        last = self.settings.last_folder
        return Path(last) if last else self.projects_folder

    def remember_folder(self, folder: Path) -> None:
        """Offer this folder for the next new project."""
        if folder != self.new_project_folder:
            self._keep(replace(self.settings, last_folder=str(folder)))

    @property
    def _percent(self) -> int:
        return round(self.settings.zoom * 100)

    def _on_appearance(self, mode: ThemeMode, zoom: int) -> None:
        self._keep(replace(self.settings, theme=mode, zoom=zoom / 100))

    def _on_theme(self, mode: ThemeMode) -> None:
        theme().set_mode(mode)
        self._keep(replace(self.settings, theme=mode))

    def _on_zoom(self, percent: int) -> None:
        theme().set_zoom(percent)
        self._keep(replace(self.settings, zoom=theme().zoom / 100))

    def _on_folder(self, folder: str) -> None:
        problem = "" if _whole(folder).is_absolute() else "Enter the whole path"
        self._page.show_folder_error(problem)
        if not problem:
            self._keep(replace(self.settings, projects_folder=folder, last_folder=""))

    def _on_following(self, on: bool) -> None:  # noqa: FBT001 - a signal's value
        self._contexts.follow(on=on)
        self._keep(replace(self.settings, follow_folders=on))

    def _keep(self, settings: Settings) -> None:
        self.settings = settings
        self._render()
        self._background.spawn(self._save(settings), name="save settings")

    async def _save(self, settings: Settings) -> None:
        try:
            await self._background.run(_LANE, self._file.save, settings)
        except WorkbenchError as error:
            self._window.show_error(error)

    def _render(self) -> None:
        self._page.render(
            SettingsState(
                self.settings.theme,
                self._percent,
                str(self.projects_folder),
                str(self._paths.data),
                self.settings.follow_folders,
            )
        )


def _whole(folder: str) -> Path:
    """Return a folder as a path; ``~`` of somebody who is not known here stays as it is typed."""
    return Path(os.path.expanduser(folder))  # noqa: PTH111 - that of Path fails then
