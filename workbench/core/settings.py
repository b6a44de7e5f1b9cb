"""The user's settings of the application."""

from dataclasses import dataclass

from workbench.core.appearance import MAX_ZOOM, MIN_ZOOM, ThemeMode

__all__ = ["MAX_ZOOM", "MIN_ZOOM", "LoadedSettings", "Settings", "ThemeMode"]


@dataclass(frozen=True, slots=True)
class Settings:
    """What the user set.

    Attributes:
        theme: Which colours the window uses.
        zoom: Scale of all sizes, ``MIN_ZOOM`` to ``MAX_ZOOM``.
        projects_folder: Where a new project goes unless another folder is chosen; empty for the
            folder ``projects`` in the user's home.
        workspace: Workspace that a new project is put into; empty for the default one.
        last_folder: Folder that was used last for a new project; empty before the first one and
            after ``projects_folder`` was set.
        insecure_hosts: Hosts of Git repos that may be reached by ``http://``.
        follow_folders: Whether the folders of open projects are followed, so that snapshots know
            beforehand what changed.
    """

    theme: ThemeMode = ThemeMode.SYSTEM
    zoom: float = 1.0
    projects_folder: str = ""
    workspace: str = ""
    last_folder: str = ""
    insecure_hosts: tuple[str, ...] = ()
    follow_folders: bool = True


@dataclass(frozen=True, slots=True)
class LoadedSettings:
    """Settings as read, with what could not be used.

    Attributes:
        settings: Usable settings; defaults stand in for what could not be read.
        warning: One sentence for the user, empty when all was well.
    """

    settings: Settings
    warning: str = ""
