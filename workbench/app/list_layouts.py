"""How the user arranged the lists, from one session to the next."""

from pathlib import Path

from PySide6.QtCore import QSettings

from workbench.viewmodels.list_layout import ListLayout, layout_of


class ListLayouts:
    """Reads and writes a small file of its own, beside that of the window.

    Args:
        path: Where it is kept; a missing or broken file means the usual arrangement.
    """

    def __init__(self, path: Path) -> None:
        self._settings = QSettings(str(path), QSettings.Format.IniFormat)

    @property
    def grouping(self) -> str:
        """What projects are grouped by; empty for the usual."""
        return str(self._settings.value("projects/grouping", ""))

    def keep_grouping(self, grouping: str) -> None:
        """Keep what projects are grouped by."""
        self._settings.setValue("projects/grouping", grouping)

    def read(self, project_id: str) -> ListLayout:
        """Return the arrangement of a project."""
        return layout_of(str(self._settings.value(f"runs/{project_id}", "")))

    def keep(self, project_id: str, layout: ListLayout) -> None:
        """Keep it; Qt writes the file a moment later."""
        self._settings.setValue(f"runs/{project_id}", layout.text())
