"""How the window looks. Apart from the other settings: the first paint needs nothing else."""

from enum import Enum

MIN_ZOOM = 0.8
MAX_ZOOM = 2.0


class ThemeMode(Enum):
    """Which colours the window uses. The value is what is stored."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"
