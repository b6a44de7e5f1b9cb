"""Which columns of the Run List have room, and how wide they are."""

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QTableView

from workbench.core.run import RunStatus
from workbench.viewmodels.list_layout import ListLayout, arranged
from workbench.viewmodels.run_columns import Column, ColumnKind, cell_text
from workbench.viewmodels.run_table import RunTableModel
from workbench.views.theme.theme import theme

PAD, MARGIN, ICON, ICON_GAP = 8, 24, 16, 8
MEDIUM_FROM, WIDE_FROM = 1000, 1200
# The room beyond which each further metric gets a column.
_THIRD_METRIC_ROOM, _METRIC_ROOM = 1400, 100
_FIXED = frozenset({ColumnKind.SELECT, ColumnKind.RUN, ColumnKind.ARGUMENTS})
_ARGUMENTS_MIN = 160
# What goes first when even the columns of a width do not fit, for example with large fonts.
_SPARE = (
    ColumnKind.SNAPSHOT,
    ColumnKind.TARGET,
    ColumnKind.DURATION,
    ColumnKind.STARTED,
    ColumnKind.SCRIPT,
)
_WIDTHS = {
    ColumnKind.SELECT: 52,
    ColumnKind.RUN: 64,
    ColumnKind.TARGET: 112,
    ColumnKind.STARTED: 132,
    ColumnKind.DURATION: 104,
    ColumnKind.SNAPSHOT: 104,
}
_SCRIPT_MIN, _SCRIPT_MAX, _METRIC_MIN, _METRIC_MAX = 88, 184, 80, 152
_SORT_ARROW = 18
# Room of the icon at the best value, of the widest number, and how many rows are measured.
_AWARD, _NUMBER_MAX, _MEASURED_ROWS, _MEASURED_WORDS = 18, 200, 200, 8


def can_hide(column: Column) -> bool:
    """Whether the user may hide a column."""
    return column.kind not in _FIXED


def automatic(columns: Sequence[Column], width: int) -> set[str]:
    """Return the keys of the columns that a width has room for.

    Args:
        columns: All columns.
        width: Room in pixels at the present zoom.
    """
    px = theme().px
    hidden: set[ColumnKind] = set()
    metrics = 3 + max(0, (width - px(_THIRD_METRIC_ROOM)) // px(_METRIC_ROOM))
    if width < px(WIDE_FROM):
        hidden |= {ColumnKind.TARGET, ColumnKind.SNAPSHOT}
        metrics = 2
    if width < px(MEDIUM_FROM):
        hidden.add(ColumnKind.DURATION)
        metrics = 1
    shown = {column.key for column in columns if not column.metric and column.kind not in hidden}
    names = [column.key for column in columns if column.metric]
    return shown | set(names[:metrics])


def fitting(
    columns: Sequence[Column], wanted: set[str], pinned: set[str], widths: dict[str, int], room: int
) -> set[str]:
    """Return ``wanted`` without what does not fit; pinned columns always stay.

    Args:
        columns: All columns.
        wanted: Keys of the columns to show if there is room.
        pinned: Keys of the columns that the user chose.
        widths: Pixels that each column needs, by key.
        room: Pixels that there are.
    """
    shown = set(wanted)
    spare = [column for column in reversed(columns) if column.metric][:-1]
    for kind in _SPARE:
        spare.extend(column for column in columns if column.kind is kind)
    for column in spare:
        if sum(widths[key] for key in shown) <= room:
            break
        if column.key not in pinned:
            shown.discard(column.key)
    return shown


def natural_width(column: Column, scripts: Iterable[str] = ()) -> int:
    """Return the width of a column in pixels; Arguments gets what is left over."""
    look = theme()
    if column.kind is ColumnKind.ARGUMENTS:
        return look.px(_ARGUMENTS_MIN)
    if column.kind is ColumnKind.STATUS:
        metrics = QFontMetrics(look.font("body"))
        words = max(metrics.horizontalAdvance(status.label) for status in RunStatus)
        return words + look.px(2 * PAD + ICON + ICON_GAP)
    if column.kind is ColumnKind.SCRIPT:
        metrics = QFontMetrics(look.font("body"))
        words = max((metrics.horizontalAdvance(script) for script in scripts), default=0)
        wide = words + look.px(2 * PAD + 2)
        return max(look.px(_SCRIPT_MIN), min(look.px(_SCRIPT_MAX), wide))
    if column.kind is ColumnKind.METRIC:
        metrics = QFontMetrics(look.font("secondary_medium"))
        wide = metrics.horizontalAdvance(column.title) + look.px(2 * PAD + _SORT_ARROW)
        return max(look.px(_METRIC_MIN), min(look.px(_METRIC_MAX), wide))
    return look.px(_WIDTHS[column.kind])


def number_width(model: RunTableModel, column: Column) -> int:
    """Return the width in pixels with which no value of a column of numbers is cut."""
    look = theme()
    total = model.rowCount()
    # Those at the top, and some of all the others.
    rows = {*range(min(total, _MEASURED_ROWS)), *range(0, total, total // _MEASURED_ROWS + 1)}
    now = model.clock()
    texts = {cell_text(model.run_at(row), column, now) for row in rows}
    longest = sorted(texts, key=len)[-_MEASURED_WORDS:]
    metrics = QFontMetrics(look.font("strong"))
    words = max((metrics.horizontalAdvance(text) for text in longest), default=0)
    award = _AWARD if column.metric and column.metric == model.metrics[0] else 0
    return min(look.px(_NUMBER_MAX), words + look.px(2 * PAD + 2 + award))


class ColumnLayout(QObject):
    """Shows and sizes the columns of a table; what the user chose beats the automatic choice.

    Signals:
        changed: Other columns are shown.
        arranged: The user showed, hid, moved or sized a column.
    """

    changed = Signal()
    arranged = Signal()

    def __init__(self, view: QTableView, model: RunTableModel) -> None:
        super().__init__(view)
        self._view = view
        self._model = model
        self._choices: dict[str, bool] = {}
        self._widths: dict[str, int] = {}
        self._busy = False
        self._scripts: tuple[str, ...] = ()
        self._numbers: dict[str, int] = {}
        # What the numbers were measured at.
        self._revision = -1
        self._order: tuple[str, ...] = ()
        view.horizontalHeader().sectionResized.connect(self._on_resized)
        view.horizontalHeader().sectionMoved.connect(self._on_moved)
        model.columnsInserted.connect(self._fit_anew)
        model.modelReset.connect(self._fit_anew)
        theme().changed.connect(self._on_theme)

    def layout_now(self) -> ListLayout:
        """Return what the user arranged, to be kept."""
        zoom = theme().zoom / 100
        widths = {key: round(width / zoom) for key, width in self._widths.items()}
        return ListLayout(dict(self._choices), self._order, widths)

    def set_layout(self, layout: ListLayout) -> None:
        """Arrange the columns as they were kept."""
        self._choices = dict(layout.shown)
        self._order = layout.order
        self._widths = {key: theme().px(width) for key, width in layout.widths.items()}
        self._arrange()
        self.fit()

    @property
    def choices(self) -> dict[str, bool]:
        """What the user chose: column key and whether it is shown."""
        return dict(self._choices)

    def choose(self, key: str, *, shown: bool) -> None:
        """Show or hide a column whatever the room is."""
        self._choices[key] = shown
        self.fit()
        self.arranged.emit()

    def forget(self) -> None:
        """Go back to the automatic choice, widths and order."""
        self._choices.clear()
        self._widths.clear()
        self._order = ()
        self._arrange()
        self.fit()
        self.arranged.emit()

    def is_shown(self, number: int) -> bool:
        """Whether a column is shown now."""
        return not self._view.isColumnHidden(number)

    def refit(self) -> None:
        """Fit again if scripts or numbers need another width now."""
        if self._revision == self._model.revision:
            return
        known, self._numbers = self._numbers, self._measure()
        if known != self._numbers or self._model.scripts != self._scripts:
            self.fit()

    def fit(self) -> None:
        """Choose the columns for the present room and give them their widths."""
        if self._busy:
            return
        self._busy = True
        try:
            self._fit()
        finally:
            self._busy = False

    def _arrange(self) -> None:
        """Put the columns into the user's order, or into the usual one."""
        keys = [column.key for column in self._model.columns]
        header = self._view.horizontalHeader()
        busy, self._busy = self._busy, True
        for visual, key in enumerate(arranged(keys, self._order)):
            header.moveSection(header.visualIndex(keys.index(key)), visual)
        self._busy = busy

    def _on_moved(self) -> None:
        if self._busy:
            return
        header = self._view.horizontalHeader()
        columns = self._model.columns
        self._order = tuple(columns[header.logicalIndex(n)].key for n in range(header.count()))
        self.fit()
        self.arranged.emit()

    def _fit_anew(self) -> None:
        self._arrange()
        self._numbers = self._measure()
        self.fit()

    def _measure(self) -> dict[str, int]:
        self._revision = self._model.revision
        columns = [column for column in self._model.columns if column.kind.is_number]
        widths = {column.key: number_width(self._model, column) for column in columns}
        words = QFontMetrics(theme().font("medium")).horizontalAdvance(f"#{self._model.total}")
        widths[ColumnKind.RUN.value] = words + theme().px(2 * PAD + 2)
        return widths

    def _fit(self) -> None:
        columns = self._model.columns
        self._scripts = self._model.scripts
        room = self._view.viewport().width()
        # Rules of width ask for the page: a scroll bar must not hide a column.
        wanted = automatic(columns, self._view.width())
        for key, shown in self._choices.items():
            (wanted.add if shown else wanted.discard)(key)
        pinned = {key for key, shown in self._choices.items() if shown}
        widths = {column.key: self._width(column) for column in columns}
        room_inside = room - theme().px(MARGIN - PAD)
        shown_keys = fitting(columns, wanted, pinned, widths, room_inside)
        header = self._view.horizontalHeader()
        changed = False
        used, arguments = 0, 0
        for number, column in enumerate(columns):
            hidden = column.key not in shown_keys
            changed |= hidden != self._view.isColumnHidden(number)
            self._view.setColumnHidden(number, hidden)
            if column.kind is ColumnKind.ARGUMENTS:
                arguments = number
            elif not hidden:
                header.resizeSection(number, widths[column.key])
                used += widths[column.key]
        used += self._edge(header.count())
        header.resizeSection(arguments, max(theme().px(_ARGUMENTS_MIN), room - used))
        if changed:
            self.changed.emit()

    def _edge(self, count: int) -> int:
        """Widen the last column by the margin of the page; return by how much."""
        header = self._view.horizontalHeader()
        extra = theme().px(MARGIN - PAD)
        for visual in range(count - 1, -1, -1):
            logical = header.logicalIndex(visual)
            if not header.isSectionHidden(logical):
                if self._model.columns[logical].kind is not ColumnKind.ARGUMENTS:
                    header.resizeSection(logical, header.sectionSize(logical) + extra)
                    return extra
                break
        return 0

    def _width(self, column: Column) -> int:
        chosen = self._widths.get(column.key)
        if chosen is not None:
            return chosen
        return max(natural_width(column, self._scripts), self._numbers.get(column.key, 0))

    def _on_resized(self, number: int, _old: int, new: int) -> None:
        if self._busy or not 0 <= number < len(self._model.columns):
            return
        column = self._model.columns[number]
        if column.kind not in {ColumnKind.ARGUMENTS, ColumnKind.SELECT}:
            is_last = self.last_shown() == number
            self._widths[column.key] = new - (theme().px(MARGIN - PAD) if is_last else 0)
            self.arranged.emit()
        self.fit()

    def last_shown(self) -> int:
        """Return the number of the column at the right end."""
        header = self._view.horizontalHeader()
        for visual in range(header.count() - 1, -1, -1):
            if not header.isSectionHidden(header.logicalIndex(visual)):
                return header.logicalIndex(visual)
        return -1

    def _on_theme(self) -> None:
        self._widths.clear()
        self._fit_anew()
