"""Table of the packages that were installed where a run ran."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

_TITLES = ("Package", "Version")
Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


class PackagesModel(QAbstractTableModel):
    """Packages by name, narrowed by a text found in their name."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._packages: tuple[tuple[str, str], ...] = ()
        self._shown: list[tuple[str, str]] = []
        self._filter = ""

    @property
    def total(self) -> int:
        """Number of packages, whether the filter hides them or not."""
        return len(self._packages)

    def set_packages(self, packages: Sequence[tuple[str, str]]) -> None:
        """Show these packages."""
        if tuple(packages) != self._packages:
            self._packages = tuple(packages)
            self._show_matching()

    def set_filter(self, text: str) -> None:
        """Show only packages with this text in their name."""
        if text.strip().lower() != self._filter:
            self._filter = text.strip().lower()
            self._show_matching()

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """Return the number of packages shown."""
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        """Return two: name and version."""
        return 0 if parent.isValid() else len(_TITLES)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a name or a version."""
        if index.isValid() and role == Qt.ItemDataRole.DisplayRole:
            return self._shown[index.row()][index.column()]
        return None

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        """Return the title of a column."""
        if orientation == Qt.Orientation.Horizontal and 0 <= section < len(_TITLES):
            if role == Qt.ItemDataRole.DisplayRole:
                return _TITLES[section]
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def _show_matching(self) -> None:
        self.beginResetModel()
        self._shown = [package for package in self._packages if self._filter in package[0].lower()]
        self.endResetModel()
