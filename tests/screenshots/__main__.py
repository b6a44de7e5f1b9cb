"""Draws every page and state with one set of sample data.

Usage::

    python -m tests.screenshots FOLDER         all states, both themes, three sizes
    python -m tests.screenshots --guide        the pictures of the user guide
    python -m tests.screenshots --references   what the tests compare the window with
"""

import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["TZ"] = "UTC"

from PySide6.QtWidgets import QApplication

from tests.screenshots.camera import REFERENCES, Camera, compared, reference_picture, save
from workbench.core.settings import ThemeMode
from workbench.views.theme.theme import theme

ROOT = Path(__file__).resolve().parents[2]
SIZES = ((1440, 900), (1024, 640), (2560, 1440))
THEMES = (ThemeMode.LIGHT, ThemeMode.DARK)
# Scene of each picture of the guide.
GUIDE = {
    "projects": "projects",
    "new-project": "new-project-repo",
    "run-list": "runs",
    "run-detail": "run-metrics-grouped",
    "log": "run-log-live",
    "restore": "restore-ready",
    "compare": "compare-three",
}


def take_all(camera: Camera, folder: Path) -> None:
    """Draw everything."""
    for mode in THEMES:
        for size in SIZES:
            for name in camera.names:
                picture = camera.take(name, mode, size)
                save(picture, folder / f"{name}-{mode.value}-{size[0]}.png")
    for name in camera.names:
        save(camera.take(name, ThemeMode.LIGHT, SIZES[0], zoom=200), folder / f"{name}-zoom.png")


def main(target: str) -> None:
    """Draw what is asked for."""
    application = QApplication([])
    theme().install(application)
    camera = Camera()
    if target == "--guide":
        for picture, scene in GUIDE.items():
            shown = camera.take(scene, ThemeMode.LIGHT, (1024, 640))
            save(shown, ROOT / "resources" / "help" / "pictures" / f"{picture}.png")
    elif target == "--references":
        for name, mode in compared():
            save(reference_picture(camera, name, mode), REFERENCES / f"{name}-{mode.value}.png")
    else:
        take_all(camera, Path(target))
    camera.close()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
