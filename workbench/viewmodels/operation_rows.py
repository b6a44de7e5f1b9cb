"""The list of operations: what was done to the project folder, newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from workbench.core.restore import OperationEntry, OperationKind
from workbench.core.wording import count, format_moment

_Index = QModelIndex | QPersistentModelIndex


class OperationRole(IntEnum):
    """``ROW``: the :class:`OperationRow` of a row."""

    ROW = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True)
class OperationRow:
    """An operation in words.

    Attributes:
        entry: The operation.
        title: What was done.
        detail: How many files it changed, and when.
        icon: Name of its icon.
        tag: Where it stands now; empty for nothing to say.
    """

    entry: OperationEntry
    title: str
    detail: str
    icon: str
    tag: str = ""


def operation_row(entry: OperationEntry, now: datetime) -> OperationRow:
    """Return an operation in words.

    Args:
        entry: The operation.
        now: The present time, with the user's time zone.
    """
    operation = entry.operation
    files = count(operation.changed, "file")
    run = f"run #{operation.run_number}"
    if operation.kind is OperationKind.RESTORE:
        title, icon = f"Restored from {run}", "rotate-ccw"
        if operation.partial:
            title = f"Restored files from {run}"
    elif entry.restores:
        title, icon = f"Restored from {run} again", "redo-2"
    else:
        title, icon = f"Undid the restore from {run}", "undo-2"
    when = format_moment(operation.time.astimezone(now.tzinfo), now)
    detail = f"{files} changed · {when}"
    if operation.later_edits:
        detail += f" · {operation.later_edits:,} edited since, saved"
    tag = "Undone" if entry.undone else ""
    if entry.next_undo:
        tag = "Next to undo"
    elif entry.next_redo:
        tag = "Next to redo"
    return OperationRow(entry, title, detail, icon, tag)


class OperationsModel(QAbstractListModel):
    """Rows of the list of operations."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[OperationRow, ...] = ()

    @property
    def rows(self) -> tuple[OperationRow, ...]:
        """What is shown."""
        return self._rows

    def set_rows(self, rows: Sequence[OperationRow]) -> None:
        """Show other operations."""
        self.beginResetModel()
        self._rows = tuple(rows)
        self.endResetModel()

    def row_of(self, operation_id: str) -> int:
        """Return the row of an operation, -1 if there is none."""
        ids = [row.entry.operation.id for row in self._rows]
        return ids.index(operation_id) if operation_id in ids else -1

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """Return the number of operations."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a row shows or says."""
        if not index.isValid() or not 0 <= index.row() < len(self._rows):
            return None
        row = self._rows[index.row()]
        match role:
            case OperationRole.ROW:
                return row
            case Qt.ItemDataRole.DisplayRole:
                return row.title
            case Qt.ItemDataRole.ToolTipRole:
                return f"{row.title}\n{row.entry.operation.time.isoformat(timespec='seconds')}"
            case Qt.ItemDataRole.AccessibleTextRole:
                said = (row.title, row.detail.replace(" · ", ", "), row.tag)
                return ", ".join(filter(None, said))
            case _:
                return None
