"""A table of texts, as a file or a chart holds it."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

_Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


class TextTableModel(QAbstractTableModel):
    """Rows of texts below a header."""

    def __init__(self) -> None:
        super().__init__()
        self._header: Sequence[str] = []
        self._rows: Sequence[Sequence[str]] = []
        self._complete = True

    @property
    def size_text(self) -> str:
        """How much of the table is shown."""
        rows = f"{len(self._rows):,} rows"
        return rows if self._complete else f"first {rows}"

    def set_rows(
        self, header: Sequence[str], rows: Sequence[Sequence[str]], *, complete: bool = True
    ) -> None:
        """Show a table; ``complete`` says whether these are all of its rows."""
        self.beginResetModel()
        self._header, self._rows, self._complete = header, rows, complete
        self.endResetModel()

    def text(self) -> str:
        """Return the rows shown, as a spreadsheet takes them."""
        return "\n".join("\t".join(row) for row in [self._header, *self._rows])

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        """Return the number of rows."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = _NOWHERE) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() else len(self._header)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the text of a cell."""
        if not index.isValid() or role != Qt.ItemDataRole.DisplayRole:
            return None
        row = self._rows[index.row()]
        return row[index.column()] if index.column() < len(row) else ""

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return the title of a column, or the number of a row."""
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation == Qt.Orientation.Vertical:
            return section + 1
        return self._header[section] if section < len(self._header) else ""
