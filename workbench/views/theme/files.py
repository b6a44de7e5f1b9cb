"""Where the pictures, fonts and texts are that the views ship with."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[2]


def resource_path(*parts: str) -> Path:
    """Return the path of a shipped file; the wheel holds them inside the package."""
    installed = _PACKAGE / "_resources"
    root = installed if installed.is_dir() else _PACKAGE.parent / "resources"
    return root.joinpath(*parts)
