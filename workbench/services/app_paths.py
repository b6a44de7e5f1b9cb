"""Where Workbench keeps its own files."""

import os
from pathlib import Path
from typing import NamedTuple

import platformdirs

HOME_VARIABLE = "WORKBENCH_HOME"


class ProjectPaths(NamedTuple):
    """Everything kept for one project, outside its folder.

    Attributes:
        root: ``<data>/projects/<GUID>``.
    """

    root: Path

    @property
    def history(self) -> Path:
        """The hidden, bare history repository."""
        return self.root / "history.git"

    @property
    def database(self) -> Path:
        """The run records."""
        return self.root / "runs.sqlite"

    @property
    def runs(self) -> Path:
        """One folder for each run: log, metrics, captured outputs."""
        return self.root / "runs"

    @property
    def operations(self) -> Path:
        """Journal of restores and the list of operations."""
        return self.root / "operations"


class AppPaths(NamedTuple):
    """The application's folders. None of them is created by reading this."""

    data: Path
    config: Path
    cache: Path
    logs: Path

    @classmethod
    def from_environment(cls) -> "AppPaths":
        """Return the folders of this user; ``WORKBENCH_HOME`` overrides all of them."""
        home = os.environ.get(HOME_VARIABLE)
        if home:
            root = Path(home).expanduser().absolute()
            return cls(root / "data", root / "config", root / "cache", root / "logs")
        dirs = platformdirs.PlatformDirs("workbench", appauthor=False)
        return cls(
            dirs.user_data_path, dirs.user_config_path, dirs.user_cache_path, dirs.user_log_path
        )

    @property
    def database(self) -> Path:
        """The project list."""
        return self.data / "workbench.sqlite"

    @property
    def settings(self) -> Path:
        """The settings file."""
        return self.config / "settings.toml"

    def project(self, project_id: str) -> ProjectPaths:
        """Return the folders of one project."""
        return ProjectPaths(self.data / "projects" / project_id)
