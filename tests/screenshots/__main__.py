"""Draws every page and state with one set of sample data.

Usage::

    python -m tests.screenshots FOLDER           all states, both themes, three sizes, and zoomed
    python -m tests.screenshots FOLDER SCENE …   these states only; ``runs-`` is all of Run List
    python -m tests.screenshots --guide          the pictures of the user guide
    python -m tests.screenshots --references     what the tests compare the window with
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["TZ"] = "UTC"

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler
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


def take_all(camera: Camera, folder: Path, wanted: Sequence[str]) -> None:
    """Draw everything, or the scenes whose names begin with one of ``wanted``."""
    folder.mkdir(parents=True, exist_ok=True)
    names = [name for name in camera.names if not wanted or name.startswith(tuple(wanted))]
    for mode in THEMES:
        for size in SIZES:
            for name in names:
                picture = camera.take(name, mode, size)
                picture.save(str(folder / f"{name}-{mode.value}-{size[0]}.png"))
    for size in SIZES[:2]:
        for name in names:
            picture = camera.take(name, ThemeMode.LIGHT, size, zoom=200)
            picture.save(str(folder / f"{name}-zoom-{size[0]}.png"))


def main(target: str, wanted: Sequence[str] = ()) -> None:
    """Draw what is asked for."""
    qInstallMessageHandler(_hear)
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
        take_all(camera, Path(target), wanted)
    camera.close()
    # Now, and not when Python takes its modules apart in any order.
    application.shutdown()


def _hear(_kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
    """Pass on what Qt says, but not what it says about each window without a screen."""
    if "propagateSizeHints" not in text:
        sys.stderr.write(f"{text}\n")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2:])
