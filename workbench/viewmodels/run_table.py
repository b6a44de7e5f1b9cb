"""Model of the Run List, made for 100,000 runs.

Single changes become inserts, moves and ``dataChanged``, so a view keeps its selection and its
scroll position. Sorting, filtering and very large updates reset the model: the view then puts the
selection back by run id.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Self

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from workbench.core.run import Run
from workbench.core.run_filter import RunFilter, parse_filter
from workbench.viewmodels.metric_order import MetricOrder
from workbench.viewmodels.run_columns import (
    LEADING,
    TRAILING,
    Column,
    ColumnKind,
    StatusGroup,
    cell_text,
    row_text,
    sort_key,
    tooltip,
)
from workbench.viewmodels.run_rows import RowChoice, RunRows

RUN_ROLE = Qt.ItemDataRole.UserRole + 1
RUN_ID_ROLE = Qt.ItemDataRole.UserRole + 2
BEST_ROLE = Qt.ItemDataRole.UserRole + 3
MAX_METRICS = 12
_SPOKEN_METRICS = 3
# With more single steps than this, resetting once is quicker than telling the view each one.
_MAX_STEPS = 64
_RUN_COLUMN = LEADING[2]
_DURATION_COLUMN = LEADING[7]

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


def local_now() -> datetime:
    """Return the time in the zone of this computer."""
    return datetime.now(UTC).astimezone()


class PreparedRuns:
    """Runs with all that a model needs to show them. Filling it is safe in any thread.

    Attributes:
        rows: The runs in order.
        metrics: Which metrics have a column.
        columns: All columns.
        choice: Filter and order that it was made for.
    """

    def __init__(self, choice: RowChoice) -> None:
        self.choice = choice
        self.rows = RunRows(_RUN_COLUMN)
        self.metrics = MetricOrder(MAX_METRICS)
        self.columns: tuple[Column, ...] = LEADING + TRAILING

    def fill(self, runs: Sequence[Run]) -> Self:
        """Take these runs."""
        rows = self.rows
        self.columns = _columns(self.metrics.start(runs))
        rows.choose(possible(self.choice, self.columns))
        rows.set_runs(runs)
        rows.show_matching()
        for column in self.columns:
            if column.metric:
                rows.note_best(column.metric, runs)
        return self


def possible(choice: RowChoice, columns: tuple[Column, ...]) -> RowChoice:
    """Return a choice as it was, or newest first if the column it sorts by is gone."""
    if choice.sort_column in columns:
        return choice
    return replace(choice, sort_column=_RUN_COLUMN, descending=True)


class RunTableModel(QAbstractTableModel):
    """Runs of one project, newest first until sorted otherwise.

    Attributes:
        revision: Counts the changes of what is shown.
        missing: Snapshots of runs that are not in the history on this computer.
    """

    counts_changed = Signal()

    def __init__(
        self, parent: QObject | None = None, *, clock: Callable[[], datetime] = local_now
    ) -> None:
        super().__init__(parent)
        self.clock = clock
        self.revision = 0
        self.missing: frozenset[str] = frozenset()
        self._rows = RunRows(_RUN_COLUMN)
        self._metrics = MetricOrder(MAX_METRICS)
        self._columns: tuple[Column, ...] = LEADING + TRAILING

    # What is in it

    @property
    def columns(self) -> tuple[Column, ...]:
        """All columns in model order; metric columns only ever come before Snapshot."""
        return self._columns

    @property
    def metrics(self) -> tuple[str, ...]:
        """Metrics that have a column: results first, then those that repeat an argument."""
        return tuple(column.metric for column in self._columns if column.metric)

    @property
    def inputs(self) -> frozenset[str]:
        """Metrics that only repeat an argument: none of their values is a best one."""
        return self._metrics.inputs

    @property
    def total(self) -> int:
        """Number of runs, whether a filter hides them or not; without those put aside."""
        return len(self._rows.runs) - len(self._rows.aside)

    @property
    def archived(self) -> int:
        """Number of archived runs."""
        rows = self._rows
        return sum(not rows.runs[place].deleted for place in rows.aside)

    @property
    def scripts(self) -> tuple[str, ...]:
        """Scripts that were run, by path."""
        return tuple(
            sorted(script for script, number in self._rows.scripts.items() if number and script)
        )

    @property
    def filter_text(self) -> str:
        """The filter line in use."""
        return self._rows.filter.text

    @property
    def is_filtered(self) -> bool:
        """Whether any filter may hide runs."""
        rows = self._rows
        return bool(rows.filter.terms or rows.script or rows.group is not StatusGroup.ALL)

    def counts(self) -> dict[StatusGroup, int]:
        """Return how many runs each choice of the status filter would show."""
        counts = {group: self._rows.counts[group] for group in StatusGroup}
        counts[StatusGroup.ALL] = self._rows.counts.total()
        return counts

    def run_at(self, row: int) -> Run:
        """Return the run of a row."""
        return self._rows.runs[self._rows.order[row]]

    def find(self, run_id: str) -> Run | None:
        """Return a run by its id, also one that a filter hides."""
        place = self._rows.places.get(run_id)
        return None if place is None else self._rows.runs[place]

    def is_best(self, run: Run, column: Column) -> bool:
        """Whether a run has the best value of a metric that is a score."""
        scored = bool(column.metric) and column.metric not in self.inputs
        return scored and self._rows.is_best(run, column.metric)

    def row_of(self, run_id: str) -> int:
        """Return the row of a run, -1 if it is not shown."""
        place = self._rows.places.get(run_id)
        if place is None or not self._rows.is_shown(place):
            return -1
        return self._rows.row(place)

    def shown_runs(self) -> list[Run]:
        """Return the runs shown, in the order shown."""
        return [self._rows.runs[place] for place in self._rows.order]

    @property
    def has_running(self) -> bool:
        """Whether :meth:`tick` has anything to do."""
        return bool(self._rows.running)

    # Changing what is in it

    def set_runs(self, runs: Sequence[Run]) -> None:
        """Hold these runs and no others (for example after opening another project)."""
        self.show(self.preparation().fill(runs))

    def preparation(self) -> PreparedRuns:
        """Return an empty preparation for the filter and the order in use."""
        return PreparedRuns(self._rows.choice)

    def show(self, prepared: PreparedRuns) -> None:
        """Hold prepared runs and no others, whatever was filtered and sorted by meanwhile."""
        choice = self._rows.choice
        self.beginResetModel()
        self._rows, self._metrics, self._columns = prepared.rows, prepared.metrics, prepared.columns
        if choice != prepared.choice:
            self._rows.choose(possible(choice, self._columns))
            self._rows.show_matching()
        self._end_reset()
        self.counts_changed.emit()

    def update(self, runs: Iterable[Run]) -> None:
        """Take over new and changed runs; runs not named stay as they are."""
        rows = self._rows
        added: list[int] = []
        changed: list[tuple[int, Run]] = []
        for run in runs:
            place = rows.places.get(run.id)
            if place is None:
                added.append(rows.append(run))
            elif rows.runs[place] is not run and rows.runs[place] != run:
                changed.append((place, run))
        if not added and not changed:
            return
        aside = set(rows.aside)
        self.revision += 1
        if self._steps(added, changed) > _MAX_STEPS:
            self._take_many(changed)
        else:
            for place, run in changed:
                self._take_changed(place, run)
            self._insert([place for place in added if rows.admit(place)])
        rows.compare_again(self.metrics, aside)
        self._update_metrics([rows.runs[place] for place in added] + [run for _, run in changed])
        self.counts_changed.emit()

    def tick(self) -> None:
        """Let the durations of running runs go on; call once a second."""
        column = self._columns.index(_DURATION_COLUMN)
        for place in self._rows.running:
            if self._rows.is_shown(place):
                index = self.index(self._rows.row(place), column)
                self.dataChanged.emit(index, index, [Qt.ItemDataRole.DisplayRole])

    # Filter and order

    def set_filter(self, text: str) -> None:
        """Show only runs that match a filter line (see ``workbench.core.run_filter``)."""
        before = self._rows.filter
        self._rows.set_filter(parse_filter(text))
        if before.terms != self._rows.filter.terms:
            self._filter_again()

    def set_status_group(self, group: StatusGroup) -> None:
        """Show only runs of one choice of the status filter."""
        if group is not self._rows.group:
            self._rows.group = group
            self._filter_again()

    def set_script(self, script: str) -> None:
        """Show only runs of one script; an empty text shows all."""
        if script != self._rows.script:
            self._rows.script = script
            self._filter_again()

    def clear_filter(self) -> None:
        """Show all runs."""
        if self.is_filtered:
            rows = self._rows
            rows.set_filter(RunFilter())
            rows.script, rows.group = "", StatusGroup.ALL
            self._filter_again()

    @property
    def sort_state(self) -> tuple[int, Qt.SortOrder]:
        """The column the rows are sorted by, and its direction."""
        order = Qt.SortOrder.DescendingOrder
        if not self._rows.sorting.descending:
            order = Qt.SortOrder.AscendingOrder
        return self._columns.index(self._rows.sort_column), order

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; runs without a value stand last, equal ones newest first."""
        if 0 <= column < len(self._columns) and (column, order) != self.sort_state:
            self.beginResetModel()
            descending = order == Qt.SortOrder.DescendingOrder
            self._rows.set_sort(self._columns[column], descending=descending)
            self._end_reset()

    # Qt

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """Return the number of runs shown."""
        return 0 if parent.isValid() else len(self._rows.order)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() else len(self._columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell shows."""
        if not index.isValid():
            return None
        run = self.run_at(index.row())
        column = self._columns[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return cell_text(run, column, self.clock())
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip(run, column, self.missing) or None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column)
        if role == Qt.ItemDataRole.AccessibleTextRole and column.kind is ColumnKind.SELECT:
            return row_text(run, self.metrics[:_SPOKEN_METRICS], self.missing)
        return self._own_role(run, column, role)

    def _own_role(self, run: Run, column: Column, role: int) -> Any:
        if role == RUN_ROLE:
            return run
        if role == RUN_ID_ROLE:
            return run.id
        if role == BEST_ROLE:
            return self.is_best(run, column)
        return None

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        """Return the title of a column."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self._columns):
            return None
        column = self._columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return column.title or "Selected"
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column)
        return None

    # Inside

    def _end_reset(self) -> None:
        self.revision += 1
        self.endResetModel()

    def _filter_again(self) -> None:
        self.beginResetModel()
        self._rows.show_matching()
        self._end_reset()
        self.counts_changed.emit()

    def _steps(self, added: list[int], changed: list[tuple[int, Run]]) -> int:
        """Return how many single steps an update takes; new runs mostly stand side by side."""
        if len(changed) > _MAX_STEPS:
            return len(changed)
        return len(changed) + len({self._rows.row(place) for place in added})

    def _take_many(self, changed: list[tuple[int, Run]]) -> None:
        self.beginResetModel()
        for place, run in changed:
            self._rows.replace(place, run)
            self._rows.sorting.keys[place] = sort_key(run, self._rows.sort_column)
        self._rows.show_matching()
        self._end_reset()

    def _take_changed(self, place: int, run: Run) -> None:
        rows = self._rows
        key = sort_key(run, rows.sort_column)
        was_shown = rows.is_shown(place)
        row = rows.row(place) if was_shown else -1
        rows.replace(place, run)
        stays = rows.admit(place)
        if was_shown and not stays:
            self.beginRemoveRows(_NOWHERE, row, row)
            rows.hide(row)
            self.endRemoveRows()
        elif was_shown and key != rows.sorting.keys[place]:
            row = self._move(place, row, key)
        rows.sorting.keys[place] = key
        if was_shown and stays:
            self.dataChanged.emit(self.index(row, 0), self.index(row, len(self._columns) - 1))
        elif stays:
            self._insert([place])

    def _move(self, place: int, row: int, key: Any) -> int:
        """Move a row to where its new key belongs, and return its new row."""
        rows = self._rows
        rest = rows.order[:row] + rows.order[row + 1 :]
        rows.sorting.keys[place] = key
        target = rows.sorting.position(rest, place)
        if target == row:
            return row
        # Qt counts the destination with the row still in its old place.
        destination = target if target < row else target + 1
        self.beginMoveRows(_NOWHERE, row, row, _NOWHERE, destination)
        rest.insert(target, place)
        rows.order = rest
        self.endMoveRows()
        return target

    def _insert(self, places: list[int]) -> None:
        """Insert rows, those that come to stand side by side in one step."""
        blocks = self._rows.blocks(places)
        for row in sorted(blocks, reverse=True):
            self.beginInsertRows(_NOWHERE, row, row + len(blocks[row]) - 1)
            self._rows.show(row, blocks[row])
            self.endInsertRows()

    def _update_metrics(self, runs: list[Run]) -> None:
        known, inputs = self.metrics, self.inputs
        wanted = self._metrics.follow(known, runs, self._rows.runs)
        if wanted[: len(known)] != known:
            self.beginResetModel()
            self._columns = _columns(wanted)
            self._end_reset()
        elif new := len(wanted) - len(known):
            first = len(self._columns) - len(TRAILING)
            self.beginInsertColumns(_NOWHERE, first, first + new - 1)
            self._columns = _columns(wanted)
            self.endInsertColumns()
        for number, column in enumerate(self._columns):
            if not column.metric:
                continue
            changed = self._rows.note_best(column.metric, runs)
            changed |= column.metric in inputs ^ self.inputs
            if changed and self._rows.order:
                last = self.index(len(self._rows.order) - 1, number)
                self.dataChanged.emit(self.index(0, number), last, [BEST_ROLE])


def _alignment(column: Column) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column.kind.is_number else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


def _columns(metrics: Iterable[str]) -> tuple[Column, ...]:
    return (*LEADING, *(Column(ColumnKind.METRIC, name, name) for name in metrics), *TRAILING)
