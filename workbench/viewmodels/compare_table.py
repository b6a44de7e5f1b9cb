"""The rows of one section of a comparison as a table: a label, then a column for each run."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from workbench.core.comparison import Cell, Row, RowKind, Tone

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
_TONES = {Tone.BETTER: "better", Tone.WORSE: "worse"}


class CompareTableModel(QAbstractTableModel):
    """Rows that change in place while a run goes on."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[Row, ...] = ()
        self._titles: tuple[str, ...] = ()
        self._baseline = ""

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows shown."""
        return self._rows

    def show(self, rows: Sequence[Row], titles: Sequence[str], baseline: str) -> None:
        """Show these rows; those that are there already change in place.

        Args:
            rows: The rows.
            titles: Name of each run.
            baseline: Name of the run that the others are compared with.
        """
        rows, before = tuple(rows), self._rows
        same = (tuple(titles), baseline) == (self._titles, self._baseline) and [
            (row.kind, row.label) for row in rows
        ] == [(row.kind, row.label) for row in before]
        if not same:
            self.beginResetModel()
            self._rows, self._titles, self._baseline = rows, tuple(titles), baseline
            self.endResetModel()
            return
        self._rows = rows
        for number, (row, old) in enumerate(zip(rows, before, strict=True)):
            if row != old:
                self.dataChanged.emit(self.index(number, 0), self.index(number, len(titles)))

    def cell(self, index: Index) -> Cell | None:
        """Return what a row says about a run, ``None`` for its label."""
        return self._rows[index.row()].cells[index.column() - 1] if index.column() else None

    def kind(self, index: Index) -> RowKind:
        """Return what a row is about."""
        return self._rows[index.row()].kind

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """Return the number of rows."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        """Return one for the label and one for each run."""
        return 0 if parent.isValid() else len(self._titles) + 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a text, or what assistive tools and tooltips say."""
        if not index.isValid():
            return None
        cell = self.cell(index)
        if role == Qt.ItemDataRole.DisplayRole:
            return cell.text if cell else self._rows[index.row()].label
        if role == Qt.ItemDataRole.ToolTipRole:
            return cell.text if cell else self._rows[index.row()].label
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._words(index, cell)
        return None

    def _words(self, index: Index, cell: Cell | None) -> str:
        label = self._rows[index.row()].label
        if cell is None:
            return label
        parts = [label, self._titles[index.column() - 1], cell.text]
        if cell.delta:
            tone = _TONES.get(cell.tone)
            parts.append(f"{cell.delta}, {tone} than {self._baseline}" if tone else cell.delta)
        elif cell.differs:
            parts.append(f"differs from {self._baseline}")
        if cell.best:
            parts.append("Best")
        if cell.note:
            parts.append(cell.note)
        return ", ".join(parts)
