"""The dialog in which a script is chosen where no search came."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget


def choose_script(
    parent: QWidget, folder: Path, script: str, chosen: Callable[[str], object]
) -> None:
    """Let the user choose a script of a project.

    Args:
        parent: The window.
        folder: The project folder, which the dialog doesn't leave.
        script: Path of the script that is chosen now.
        chosen: Gets the path of the new one.
    """
    dialog = QFileDialog(parent, "Choose a script", str((folder / script).parent))
    dialog.setObjectName("chooseScript")
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setOption(QFileDialog.Option.DontResolveSymlinks)
    _keep_inside(dialog, folder)
    dialog.fileSelected.connect(chosen)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()


def _keep_inside(dialog: QFileDialog, folder: Path) -> None:
    """Lead a dialog that leaves a folder back to it."""

    def on_entered(entered: str) -> None:
        if not Path(entered).is_relative_to(folder):
            dialog.setDirectory(str(folder))

    dialog.directoryEntered.connect(on_entered)
