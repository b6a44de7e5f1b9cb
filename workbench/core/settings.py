"""The user's settings of the application."""

from dataclasses import dataclass
from enum import Enum

MIN_ZOOM = 0.8
MAX_ZOOM = 2.0


class ThemeMode(Enum):
    """Which colours the window uses. The value is what is stored."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True)
class Settings:
    """What the user set.

    Attributes:
        theme: Which colours the window uses.
        zoom: Scale of all sizes, ``MIN_ZOOM`` to ``MAX_ZOOM``.
        projects_folder: Where a new project goes unless another folder is chosen; empty for the
            folder ``projects`` in the user's home.
        workspace: Workspace that a new project is put into; empty for the default one.
    """

    theme: ThemeMode = ThemeMode.SYSTEM
    zoom: float = 1.0
    projects_folder: str = ""
    workspace: str = ""


@dataclass(frozen=True, slots=True)
class LoadedSettings:
    """Settings as read, with what could not be used.

    Attributes:
        settings: Usable settings; defaults stand in for what could not be read.
        warning: One sentence for the user, empty when all was well.
    """

    settings: Settings
    warning: str = ""
