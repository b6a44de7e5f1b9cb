"""List of the files that a run left in ``outputs/``."""

from collections.abc import Sequence
from enum import Enum
from pathlib import PurePosixPath
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from workbench.core.run import Output
from workbench.core.wording import format_size

OUTPUT_ROLE = Qt.ItemDataRole.UserRole + 1
Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
PREVIEW_LIMIT = 2_000_000

_IMAGES = {".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp", ".svg", ".ico", ".ppm", ".pgm"}
_TABLES = {".csv", ".tsv"}
_TEXTS = {
    ".txt", ".log", ".json", ".jsonl", ".yaml", ".yml", ".toml", ".ini", ".cfg", ".md", ".py",
    ".xml", ".html", ".tex", ".out", ".r", ".sh", ".sql",
}  # fmt: skip


class OutputKind(Enum):
    """How the content of an output can be shown."""

    IMAGE = "image"
    TABLE = "table"
    TEXT = "text"
    OTHER = "other"


def output_kind(path: str) -> OutputKind:
    """Return how a file is shown, judged by its name."""
    ending = PurePosixPath(path).suffix.lower()
    if ending in _IMAGES:
        return OutputKind.IMAGE
    if ending in _TABLES:
        return OutputKind.TABLE
    return OutputKind.TEXT if ending in _TEXTS else OutputKind.OTHER


def has_preview(output: Output) -> bool:
    """Return whether the content is shown at all; large files are not read into the window."""
    if output_kind(output.path) is OutputKind.OTHER:
        return False
    return output.size <= PREVIEW_LIMIT or output_kind(output.path) is OutputKind.IMAGE


class OutputsModel(QAbstractListModel):
    """Output files by path. Growing lists keep the selection."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._outputs: list[Output] = []

    @property
    def outputs(self) -> tuple[Output, ...]:
        """The files, by path."""
        return tuple(self._outputs)

    def set_outputs(self, outputs: Sequence[Output]) -> None:
        """Show these files."""
        wanted = {output.path: output for output in outputs}
        for row in reversed(range(len(self._outputs))):
            if self._outputs[row].path not in wanted:
                self.beginRemoveRows(_NOWHERE, row, row)
                del self._outputs[row]
                self.endRemoveRows()
        for row, path in enumerate(sorted(wanted)):
            output = wanted[path]
            if row == len(self._outputs) or self._outputs[row].path != path:
                self.beginInsertRows(_NOWHERE, row, row)
                self._outputs.insert(row, output)
                self.endInsertRows()
            elif self._outputs[row] != output:
                self._outputs[row] = output
                self.dataChanged.emit(self.index(row), self.index(row))

    def row_of(self, path: str) -> int:
        """Return the row of a file, -1 if there is none."""
        paths = [output.path for output in self._outputs]
        return paths.index(path) if path in paths else -1

    def output_at(self, index: Index) -> Output | None:
        """Return the file of a row."""
        if index.isValid() and index.row() < len(self._outputs):
            return self._outputs[index.row()]
        return None

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """Return the number of files."""
        return 0 if parent.isValid() else len(self._outputs)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a row shows."""
        output = self.output_at(index)
        if output is None:
            return None
        if role == OUTPUT_ROLE:
            return output
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole}:
            return output.path
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{output.path}, {format_size(output.size)}"
        return None
