"""Asks for a folder with the desktop's own dialog."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget


def choose_folder(
    parent: QWidget, title: str, start: Path | str, chosen: Callable[[str], object]
) -> None:
    """Open the dialog and return at once.

    Args:
        parent: Its window waits for the dialog.
        title: What the folder is for.
        start: The folder that is shown first.
        chosen: Gets the path of the folder; it is not called if there is none.
    """
    dialog = QFileDialog(parent, title, str(start))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    dialog.fileSelected.connect(chosen)
    dialog.open()
