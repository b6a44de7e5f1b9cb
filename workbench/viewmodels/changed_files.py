"""The list of files that differ between two states of a folder, in groups."""

from collections.abc import Collection, Mapping, Sequence
from enum import IntEnum
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from workbench.core.restore import ChangeKind, FileChange, with_dependent, without_dependent
from workbench.core.wording import count, format_size

RESTORE_GROUPS = {kind: kind.value for kind in ChangeKind}
CODE_GROUPS = {**RESTORE_GROUPS, ChangeKind.ADDED_BACK: "Added"}

_Index = QModelIndex | QPersistentModelIndex
_KINDS = tuple(ChangeKind)
_PLAIN = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
_CHECKED = Qt.CheckState.Checked


class ChangedFilesRole(IntEnum):
    """Roles besides Qt's own.

    ``CHANGE``: the ``FileChange`` of a row, ``None`` for a heading. ``GROUP``: ``(title, number of
    files)`` of a heading, else ``None``. ``COUNTS``: ``(added, removed)`` lines if known.
    ``SIZE``: what stands at the right while the counts are not known.
    """

    CHANGE = Qt.ItemDataRole.UserRole
    GROUP = Qt.ItemDataRole.UserRole + 1
    COUNTS = Qt.ItemDataRole.UserRole + 2
    SIZE = Qt.ItemDataRole.UserRole + 3


def display_path(path: str) -> str:
    """Return a path that can be shown: bytes that are not UTF-8 become replacement characters."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def display_size(change: FileChange) -> str:
    """Return the size of a changed file as it will be, or as it was if it goes away."""
    entry = change.after or change.before
    return "" if entry is None else format_size(entry.size)


class ChangedFilesModel(QAbstractListModel):
    """Files under the headings Added back, Modified, Deleted; a filter leaves out files.

    Args:
        groups: Title of each kind of change.

    Signals:
        check_asked: ``frozenset[str]``: the paths that shall be checked from now on; answer with
            ``set_checked``.
    """

    check_asked = Signal(object)

    def __init__(
        self, groups: Mapping[ChangeKind, str] = RESTORE_GROUPS, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._groups = dict(groups)
        self._changes: tuple[FileChange, ...] = ()
        self._counts: dict[str, tuple[int, int]] = {}
        self._checked: frozenset[str] | None = None
        self._filter = ""
        self._haystack: list[str] | None = None
        # Each row is the index of a change, or ``-1 - kind`` for a heading.
        self._rows: list[int] = []
        self._sizes = [0] * len(_KINDS)
        self._row_of: dict[str, int] | None = None

    @property
    def changes(self) -> tuple[FileChange, ...]:
        """All files, also those that the filter leaves out."""
        return self._changes

    @property
    def has_uncommitted(self) -> bool:
        """Whether any file is marked as not committed."""
        return any(change.uncommitted for change in self._changes)

    @property
    def filter(self) -> str:
        """The text that paths have to contain."""
        return self._filter

    def set_changes(self, changes: Sequence[FileChange]) -> None:
        """Show other files; the filter stays."""
        self.beginResetModel()
        self._changes = tuple(changes)
        self._counts = {}
        self._haystack = None
        self._build()
        self.endResetModel()

    @property
    def checkable(self) -> bool:
        """Whether rows and headings have check boxes."""
        return self._checked is not None

    def set_checked(self, paths: frozenset[str] | None) -> None:
        """Check these files and no others; ``None`` takes the check boxes away."""
        if paths == self._checked:
            return
        self._checked = paths
        if self._rows:
            roles = [Qt.ItemDataRole.CheckStateRole, Qt.ItemDataRole.AccessibleTextRole]
            self.dataChanged.emit(
                self.index(0), self.index(len(self._rows) - 1), [int(role) for role in roles]
            )

    def set_filter(self, text: str) -> None:
        """Show only files whose path contains ``text`` in any case."""
        if text == self._filter:
            return
        self.beginResetModel()
        self._filter = text
        self._build()
        self.endResetModel()

    def set_counts(self, counts: Mapping[str, tuple[int, int]]) -> None:
        """Tell the added and removed lines of some files."""
        for path, pair in counts.items():
            if self._counts.get(path) == pair:
                continue
            self._counts[path] = pair
            row = self.row_of(path)
            if row >= 0:
                index = self.index(row)
                roles = [ChangedFilesRole.COUNTS, Qt.ItemDataRole.AccessibleTextRole]
                self.dataChanged.emit(index, index, [int(role) for role in roles])

    def change_at(self, row: int) -> FileChange | None:
        """Return the file of a row; ``None`` for a heading or a row that does not exist."""
        if not 0 <= row < len(self._rows) or self._rows[row] < 0:
            return None
        return self._changes[self._rows[row]]

    def row_of(self, path: str) -> int:
        """Return the row of a path, -1 if it is not shown."""
        if self._row_of is None:
            self._row_of = {
                self._changes[item].path: row for row, item in enumerate(self._rows) if item >= 0
            }
        return self._row_of.get(path, -1)

    def first_row(self) -> int:
        """Return the first row with a file, -1 without files."""
        return 1 if len(self._rows) > 1 else -1

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """Return the number of rows, headings included."""
        return 0 if parent.isValid() else len(self._rows)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """Let the arrow keys skip headings, unless these have check boxes."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        if self.checkable:
            return _PLAIN | Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemNeverHasChildren
        if self._rows[index.row()] < 0:
            return Qt.ItemFlag.NoItemFlags
        return _PLAIN | Qt.ItemFlag.ItemNeverHasChildren

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a row shows or says."""
        if not index.isValid() or not 0 <= index.row() < len(self._rows):
            return None
        item = self._rows[index.row()]
        if role == Qt.ItemDataRole.CheckStateRole:
            return self._check_state(self._paths_at(index.row()))
        if item < 0:
            return self._heading(-1 - item, role)
        return self._file(self._changes[item], role)

    def setData(self, index: _Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Ask for a file, or all files shown below a heading, to be checked or not."""
        if role != Qt.ItemDataRole.CheckStateRole or self._checked is None:
            return False
        paths = self._paths_at(index.row())
        if Qt.CheckState(value) is _CHECKED:
            checked = self._checked | with_dependent(self._changes, self._checked | set(paths))
        else:
            checked = without_dependent(self._changes, self._checked, paths)
        self.check_asked.emit(checked)
        return True

    def _paths_at(self, row: int) -> list[str]:
        """Return the file of a row, or all that are shown below a heading."""
        if self._rows[row] >= 0:
            return [self._changes[self._rows[row]].path]
        size = self._sizes[-1 - self._rows[row]]
        return [self._changes[item].path for item in self._rows[row + 1 : row + 1 + size]]

    def _check_state(self, paths: Collection[str]) -> Qt.CheckState | None:
        if self._checked is None:
            return None
        found = sum(path in self._checked for path in paths)
        if found == len(paths):
            return _CHECKED
        return Qt.CheckState.PartiallyChecked if found else Qt.CheckState.Unchecked

    def _heading(self, kind: int, role: int) -> Any:
        title, size = self._groups[_KINDS[kind]], self._sizes[kind]
        match role:
            case ChangedFilesRole.GROUP:
                return (title, size)
            case Qt.ItemDataRole.DisplayRole:
                return title
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{title}, {count(size, 'file')}"
            case _:
                return None

    def _file(self, change: FileChange, role: int) -> Any:
        match role:
            case ChangedFilesRole.CHANGE:
                return change
            case ChangedFilesRole.COUNTS:
                return self._counts.get(change.path)
            case ChangedFilesRole.SIZE:
                return display_size(change)
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.ToolTipRole:
                return display_path(change.path)
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._spoken(change)
            case _:
                return None

    def _spoken(self, change: FileChange) -> str:
        parts = [self._groups[change.kind], display_path(change.path)]
        if change.uncommitted:
            parts.append("not committed")
        counts = self._counts.get(change.path)
        if counts is None:
            parts += filter(None, (display_size(change),))
        else:
            words = zip(counts, ("added", "removed"), strict=True)
            parts += [f"{number:,} {word}" for number, word in words if number]
        return ", ".join(parts)

    def _build(self) -> None:
        """Put the files that pass the filter under their headings."""
        members: dict[ChangeKind, list[int]] = {kind: [] for kind in _KINDS}
        needle = self._filter.casefold()
        if needle and self._haystack is None:
            self._haystack = [display_path(change.path).casefold() for change in self._changes]
        for index, change in enumerate(self._changes):
            if not needle or (self._haystack and needle in self._haystack[index]):
                members[change.kind].append(index)
        self._rows = []
        for number, kind in enumerate(_KINDS):
            self._sizes[number] = len(members[kind])
            if members[kind]:
                self._rows += [-1 - number, *members[kind]]
        self._row_of = None
