"""Where Workbench keeps its own files."""

import logging
import os
import stat
from pathlib import Path
from typing import NamedTuple

import platformdirs

HOME_VARIABLE = "WORKBENCH_HOME"
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
# What Workbench keeps directly in its folders: a folder with something else is not its own.
_MARKS = frozenset(
    {"creating", "opening", "projects", "settings.toml", "window.ini", "window.lock"}
    | {"workbench.log", "workbench.sqlite"}
)
_log = logging.getLogger(__name__)


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
    def records(self) -> Path:
        """Run records of all computers of the project, as they go to its Git repo (bare)."""
        return self.root / "records.git"

    @property
    def sync(self) -> Path:
        """What the Git repo last answered."""
        return self.root / "sync.json"

    @property
    def outgoing_files(self) -> Path:
        """Files of runs on their way to the Git repo; there only as long as they are."""
        return self.root / "outgoing-files.git"

    @property
    def incoming_files(self) -> Path:
        """Files of a run on their way from the Git repo; there only as long as they are."""
        return self.root / "incoming-files.git"

    @property
    def filters(self) -> Path:
        """Saved filters of the Run List."""
        return self.root / "filters.json"

    @property
    def runs(self) -> Path:
        """One folder for each run: log, metrics, captured outputs."""
        return self.root / "runs"

    @property
    def gates(self) -> Path:
        """Interpreters that are known to wait until the snapshot is saved."""
        return self.root / "gates.json"

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

    def make_private(self) -> None:
        """Make the folders so that only this user can look into them.

        They hold copies of the projects' files, arguments and variables of runs. Whatever is in
        them is out of the reach of others then, however it was made. A folder that is there loses
        the permissions of others if it is Workbench's own; where the system does not let that
        happen it is told in the log.

        Raises:
            OSError: If a folder cannot be made.
        """
        for folder in dict.fromkeys(self):
            try:
                folder.parent.mkdir(parents=True, exist_ok=True)
                folder.mkdir(mode=stat.S_IRWXU)
            except FileExistsError:
                if not folder.is_dir():
                    raise
                _take_from_others(folder)


def _take_from_others(folder: Path) -> None:
    try:
        info = folder.stat()
        if info.st_mode & _OTHERS and _is_own(folder, info):
            folder.chmod(stat.S_IMODE(info.st_mode) & ~_OTHERS)
    except OSError as error:
        _log.warning("%s stays open to other users of this computer: %s", folder, error)


def _is_own(folder: Path, info: os.stat_result) -> bool:
    if hasattr(os, "geteuid") and info.st_uid != os.geteuid():
        _log.warning("%s belongs to another user and stays as it is", folder)
        return False
    names = {entry.name for entry in folder.iterdir()}
    return not names or not _MARKS.isdisjoint(names)
