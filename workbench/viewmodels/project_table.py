"""The table of the Projects page: projects in groups."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum, StrEnum

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from workbench.core.metric import format_metric
from workbench.core.project import FolderState
from workbench.core.run import Run
from workbench.core.wording import count, format_moment
from workbench.viewmodels.states import ProjectRow, ProjectsState
from workbench.viewmodels.sync_words import repo_title, sync_label, sync_sentence

Index = QModelIndex | QPersistentModelIndex
ROW_ROLE = Qt.ItemDataRole.UserRole
SECOND_ROLE = Qt.ItemDataRole.UserRole + 1
_YESTERDAY = "Yesterday"
_TOP = QModelIndex()
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class Grouping(StrEnum):
    """What the projects of a group share."""

    WORKSPACE = "workspace"
    LAST_RUN = "last-run"
    NONE = "none"


class Column(IntEnum):
    """Columns from left to right."""

    PROJECT = 0
    LAST_RUN = 1
    METRIC = 2
    RUNS = 3
    REPO = 4
    OPENED = 5
    MENU = 6


_TITLES = {
    Column.PROJECT: "Project",
    Column.LAST_RUN: "Last run",
    Column.METRIC: "Main metric",
    Column.RUNS: "Runs",
    Column.REPO: "Git repo",
    Column.OPENED: "Opened",
    Column.MENU: "",
}


@dataclass(frozen=True, slots=True)
class Group:
    """The heading of a group.

    Attributes:
        name: What its projects share, for example their workspace.
        size: Number of its projects that are shown or folded away.
        folded: Whether its projects are hidden.
    """

    name: str
    size: int
    folded: bool


@dataclass(frozen=True, slots=True)
class Activity:
    """Something that happened lately in any project."""

    run: Run
    project_id: str
    project: str
    time: datetime


def recent_activity(rows: tuple[ProjectRow, ...], most: int) -> list[Activity]:
    """Return the newest runs of all projects, newest first."""
    found = [
        Activity(run, row.listed.project.id, row.listed.project.name, run.ended or run.created)
        for row in rows
        for run in row.recent
    ]
    found.sort(key=lambda item: item.time, reverse=True)
    return found[:most]


def short_folder(folder: str, home: str) -> str:
    """Return a folder with ``~`` for the home folder."""
    inside = home and (folder == home or folder.startswith(f"{home}/"))
    return f"~{folder[len(home) :]}" if inside else folder


class ProjectTable(QAbstractTableModel):
    """Rows are :class:`Group` headings and :class:`ProjectRow` entries (``ROW_ROLE``)."""

    def __init__(self) -> None:
        super().__init__()
        self._state = ProjectsState()
        self._words = ""
        self._workspace = ""
        self._grouping = Grouping.WORKSPACE
        self._folded: set[tuple[Grouping, str]] = set()
        self._sort = (Column.OPENED, Qt.SortOrder.DescendingOrder)
        self._rows: list[Group | ProjectRow] = []

    def set_state(self, state: ProjectsState) -> None:
        """Show other projects."""
        self._state = state
        self._rebuild()

    def set_filter(self, words: str, workspace: str) -> None:
        """Show only projects with all these words, of one workspace unless that is empty."""
        self._words, self._workspace = words, workspace
        self._rebuild()

    def set_grouping(self, grouping: Grouping) -> None:
        """Put projects together by something else."""
        self._grouping = grouping
        self._rebuild()

    def toggle(self, name: str) -> None:
        """Fold or unfold the projects of a group."""
        self._folded ^= {(self._grouping, name)}
        self._rebuild()

    def row_of(self, project_id: str) -> int:
        """Return the row of a project, -1 if it is not shown."""
        for index, row in enumerate(self._rows):
            if isinstance(row, ProjectRow) and row.listed.project.id == project_id:
                return index
        return -1

    def row_at(self, row: int) -> Group | ProjectRow:
        """Return what a row shows."""
        return self._rows[row]

    def rowCount(self, parent: Index = _TOP) -> int:
        """Return the number of rows."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _TOP) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() else len(Column)

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = int(Qt.ItemDataRole.DisplayRole),
    ) -> object:
        """Return the titles."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return _TITLES[Column(section)]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = (
                Qt.AlignmentFlag.AlignRight
                if section == Column.RUNS
                else Qt.AlignmentFlag.AlignLeft
            )
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Let projects be selected, and headings be reached."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        if isinstance(self._rows[index.row()], Group):
            return Qt.ItemFlag.ItemIsEnabled
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        """Return text, second line, tooltip, or the row itself."""
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role == ROW_ROLE:
            return row
        if isinstance(row, Group):
            text = f"{row.name}, {count(row.size, 'project')}"
            shown = role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole)
            return text if shown and index.column() == 0 else None
        column = Column(index.column())
        first, second = self._texts(row, column)
        spoken = f"{first}, {second}" if second else first
        return {
            Qt.ItemDataRole.DisplayRole: first,
            SECOND_ROLE: second,
            Qt.ItemDataRole.AccessibleTextRole: spoken,
            Qt.ItemDataRole.ToolTipRole: self._tip(row, column),
        }.get(role)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Order the projects within their groups."""
        self._sort = (Column(column), order)
        self._rebuild()

    def _texts(self, row: ProjectRow, column: Column) -> tuple[str, str]:
        project = row.listed.project
        if column is Column.PROJECT:
            return project.name, short_folder(str(project.folder), self._state.home)
        if column is Column.LAST_RUN:
            return self._last_run(row)
        if column is Column.METRIC and row.metric_values:
            return format_metric(row.metric_values[-1]), row.metric
        if column is Column.RUNS:
            return (f"{row.run_count:,}" if row.run_count else "–"), ""
        if column is Column.REPO:
            return repo_title(project.repo) or "None", sync_label(row.sync)
        return (self._opened(row), "") if column is Column.OPENED else ("", "")

    def _last_run(self, row: ProjectRow) -> tuple[str, str]:
        if row.listed.folder_state is FolderState.MISSING:
            return "Folder not found", "Locate folder"
        if row.listed.folder_state is FolderState.OTHER_PROJECT:
            return "Another project is in this folder", "Locate folder"
        if not row.recent:
            return "No runs yet", ""
        run = row.recent[0]
        return f"#{run.number} {run.script_name}", self._run_words(run)

    def _run_words(self, run: Run) -> str:
        if run.status.is_active:
            return run.status.label
        moment = self._moment(run.ended or run.created)
        if moment.startswith(("Today", _YESTERDAY)):
            moment = moment[0].lower() + moment[1:]
        return f"{run.status.label} {moment}"

    def _opened(self, row: ProjectRow) -> str:
        if row.listed.project.id == self._state.current:
            return "Now"
        if row.listed.opened is None:
            return "Never"
        # The time of another day is in the tooltip.
        moment = self._moment(row.listed.opened)
        return _YESTERDAY if moment.startswith(_YESTERDAY) else moment

    def _moment(self, moment: datetime) -> str:
        if self._state.now is None:
            return ""
        return format_moment(moment.astimezone(self._state.now.tzinfo), self._state.now)

    def _tip(self, row: ProjectRow, column: Column) -> object:
        if column is Column.PROJECT:
            return str(row.listed.project.folder)
        if column is Column.REPO:
            return "\n".join(filter(None, (row.listed.project.repo, sync_sentence(row.sync))))
        if column is Column.OPENED and row.listed.opened is not None:
            return row.listed.opened.isoformat(timespec="seconds")
        return None

    def _passing(self) -> list[ProjectRow]:
        words = self._words.casefold().split()
        return [row for row in self._state.rows if self._passes(row, words)]

    def _passes(self, row: ProjectRow, words: list[str]) -> bool:
        listed = row.listed
        if self._workspace and listed.workspace != self._workspace:
            return False
        text = f"{listed.project.name} {listed.project.folder} {listed.workspace}".casefold()
        return all(word in text for word in words)

    def _rebuild(self) -> None:
        rows: list[Group | ProjectRow] = []
        if self._grouping is Grouping.NONE:
            rows += self._ordered(self._passing())
        else:
            rows += self._grouped()
        if [self._key(row) for row in rows] == [self._key(row) for row in self._rows]:
            self._rows = rows
            if rows:
                self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(Column) - 1))
            return
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def _grouped(self) -> list[Group | ProjectRow]:
        groups: dict[str, list[ProjectRow]] = {}
        for row in sorted(self._passing(), key=lambda row: self._group_of(row).casefold()):
            groups.setdefault(self._group_of(row), []).append(row)
        rows: list[Group | ProjectRow] = []
        for name, members in groups.items():
            folded = (self._grouping, name) in self._folded and not self._words
            rows.append(Group(name, len(members), folded))
            rows += [] if folded else self._ordered(members)
        return rows

    def _group_of(self, row: ProjectRow) -> str:
        if self._grouping is Grouping.WORKSPACE:
            return row.listed.workspace
        return row.recent[0].status.label if row.recent else "No runs yet"

    def _ordered(self, rows: list[ProjectRow]) -> list[ProjectRow]:
        column, order = self._sort
        reverse = order == Qt.SortOrder.DescendingOrder
        if column is Column.RUNS:
            return sorted(rows, key=lambda row: row.run_count, reverse=reverse)
        if column is Column.OPENED:
            current = self._state.current
            return sorted(
                rows,
                key=lambda row: (
                    row.listed.project.id == current,
                    row.listed.opened or _NEVER,
                ),
                reverse=reverse,
            )
        return sorted(rows, key=lambda row: row.listed.project.name.casefold(), reverse=reverse)

    @staticmethod
    def _key(row: Group | ProjectRow) -> object:
        if isinstance(row, Group):
            return row.name, row.folded
        return row.listed.project.id, row.listed.folder_state
