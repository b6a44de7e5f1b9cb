"""The filter row of the Run List: words, status, script, and what else is shown."""

import re

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from workbench.core.run_filter import parse_filter
from workbench.core.saved_filter import SavedFilter
from workbench.viewmodels.run_columns import StatusGroup
from workbench.viewmodels.run_table import RunTableModel
from workbench.views.kit.buttons import IconButton
from workbench.views.kit.fields import LabelledCombo, SearchField
from workbench.views.kit.segments import Segments
from workbench.views.theme.theme import theme

_LABELS = {group: group.value.capitalize() for group in StatusGroup}
_WIDE_FROM = 1200
_ARCHIVED_TERM = re.compile(r"(?:^|(?<=\s))archived(?:=|!=|<|>)\S*\s*", re.IGNORECASE)
_SHOW_ARCHIVED, _HIDE_ARCHIVED = "Show archived runs", "Hide archived runs"


class FilterRow(QWidget):
    """Asks the model for what it is set to.

    Signals:
        left_downwards: The user wants to go from the filter into the table.
        charts_toggled: Whether the charts shall be shown.
        columns_opening: The Columns menu is about to open and has to be filled.
    """

    left_downwards = Signal()
    charts_toggled = Signal(bool)
    columns_opening = Signal()

    def __init__(self, model: RunTableModel) -> None:
        super().__init__()
        self._model = model
        placeholder = "Filter, for example lr=3e-4 accuracy>0.88"
        self.search = SearchField(placeholder, "Filter runs")
        self.search.line.setObjectName("runFilter")
        options = [(group.value, _LABELS[group]) for group in StatusGroup]
        self.segments = Segments("Filter by status", options)
        self.segments.setObjectName("statusFilter")
        self.status = LabelledCombo("Status", "Filter by status")
        self.status.combo.setObjectName("statusFilter")
        self.script = LabelledCombo("Script")
        self.script.combo.setObjectName("scriptFilter")
        self.saved_button = IconButton("bookmark", "Saved filters")
        self.saved_button.setObjectName("savedFilters")
        self.archived_button = IconButton("archive", _SHOW_ARCHIVED, checkable=True)
        self.archived_button.setObjectName("toggleArchived")
        self.charts_button = IconButton("chart-line", "Hide charts", checkable=True)
        self.charts_button.setObjectName("toggleCharts")
        self.columns_button = IconButton("columns-3", "Columns (Ctrl+Shift+C)", "Columns")
        self.columns_button.setObjectName("columns")
        self.columns_menu = QMenu(self.columns_button)
        self.export_button = IconButton("download", "Export table (Ctrl+Shift+E)", "Export table")
        self.export_button.setObjectName("exportTable")
        self.set_charts(shown=True)
        self._build()
        self._connect()
        self.refresh()

    def refresh(self) -> None:
        """Show the model's numbers and what it is set to."""
        model = self._model
        archived = self.shows_archived
        self.archived_button.setChecked(archived)
        name = _HIDE_ARCHIVED if archived else _SHOW_ARCHIVED
        self.archived_button.setAccessibleName(name)
        self.archived_button.set_tip(name)
        counts = model.counts()
        group = self.chosen_group
        for choice in StatusGroup:
            self.segments.set_count(choice.value, counts[choice])
        entries = [(c.value, f"{_LABELS[c]}  {counts[c]:,}") for c in StatusGroup]
        # An open list must not change under the mouse.
        if not self.status.combo.view().isVisible():
            self.status.set_items(entries, group.value)
        scripts = [("", "All"), *((script, script) for script in model.scripts)]
        chosen = self.script.current
        self.script.set_items(scripts, chosen)
        if self.script.current != chosen:
            # Another project: it never ran that script.
            model.set_script("")

    def fit(self, width: int) -> None:
        """Choose the form of the status filter for a width of the page."""
        px = theme().px
        wide = width >= px(_WIDE_FROM)
        self.segments.setVisible(wide)
        self.status.setVisible(not wide)
        self.setMinimumWidth(self._narrow_width())

    def _narrow_width(self) -> int:
        """Return the least width of the narrow form: the room decides about the form."""
        edge, widths = self._row.contentsMargins(), []
        for place in range(self._row.count()):
            item = self._row.itemAt(place)
            widget = item.widget() if item is not None else None
            if widget is not None and widget is not self.segments:
                widths.append(max(widget.minimumSizeHint().width(), widget.minimumWidth()))
        gaps = self._row.spacing() * len(widths)
        return sum(widths) + gaps + edge.left() + edge.right()

    @property
    def chosen_group(self) -> StatusGroup:
        """The status filter in use."""
        return StatusGroup(self.segments.current)

    def clear(self) -> None:
        """Show all runs again."""
        self.search.line.clear()
        self.segments.set_current(StatusGroup.ALL.value)
        self.script.combo.setCurrentIndex(0)
        self._model.clear_filter()

    @property
    def is_filtered(self) -> bool:
        """Whether anything is filtered by."""
        return self._model.is_filtered

    @property
    def shows_archived(self) -> bool:
        """Whether the filter asks for archived runs."""
        return parse_filter(self.search.text()).asks_archived

    def toggle_archived(self) -> None:
        """Ask for archived runs, or no longer; the term for it stands in the filter line."""
        rest = _ARCHIVED_TERM.sub("", self.search.text()).strip()
        self._set_text(rest if self.shows_archived else f"{rest} archived=yes".strip())
        self.refresh()

    def filter_now(self) -> SavedFilter:
        """Return what is filtered by, without a name."""
        all_of_them = self.chosen_group is StatusGroup.ALL
        status = "" if all_of_them else self.chosen_group.value
        return SavedFilter("", self._model.filter_text, status, self.script.current)

    def apply(self, wanted: SavedFilter) -> None:
        """Filter by what was saved."""
        text, script = wanted.text, wanted.script
        if script and script not in self._model.scripts:
            # It was not run here: the box has no such entry, but the line can say it.
            text, script = f'{text} script="{script}"'.strip(), ""
        groups = {group.value for group in StatusGroup}
        status = wanted.status if wanted.status in groups else StatusGroup.ALL.value
        self._set_text(text)
        self.script.combo.setCurrentIndex(max(0, self.script.combo.findData(script)))
        self._model.set_script(script)
        self._choose_group(status)
        self.refresh()

    def words(self) -> str:
        """Return everything that is filtered by, as one would type it."""
        parts = []
        if self.chosen_group is not StatusGroup.ALL:
            parts.append(f"status={self.chosen_group.value}")
        if self.script.current:
            parts.append(f"script={self.script.current}")
        return " ".join([*parts, self._model.filter_text]).strip()

    def focus(self) -> None:
        """Put the cursor into the filter and select what is there."""
        self.search.line.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.line.selectAll()

    def type(self, text: str) -> None:
        """Put the cursor into the filter and type a text."""
        self.search.line.setFocus(Qt.FocusReason.OtherFocusReason)
        self.search.line.setCursorPosition(len(self.search.line.text()))
        self.search.line.insert(text)

    def set_charts(self, *, shown: bool) -> None:
        """Say whether charts are shown."""
        name = "Hide charts" if shown else "Show charts"
        self.charts_button.setChecked(shown)
        self.charts_button.setAccessibleName(name)
        self.charts_button.set_tip(f"{name} (Ctrl+G)")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Go from the filter into the table with the down key or Enter."""
        keys = (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter)
        pressed = event.type() == QEvent.Type.KeyPress
        if pressed and isinstance(event, QKeyEvent) and event.key() in keys:
            self._search(self.search.line.text())
            self.left_downwards.emit()
            return True
        return super().eventFilter(watched, event)

    def open_columns(self) -> None:
        """Open the menu of columns."""
        self.columns_opening.emit()
        corner = self.columns_button.rect().bottomRight()
        place = self.columns_button.mapToGlobal(corner)
        place.setX(place.x() - self.columns_menu.sizeHint().width())
        self.columns_menu.popup(place)

    def _set_text(self, text: str) -> None:
        """Filter by a line at once, not a moment after it is typed."""
        self.search.line.setText(text)
        self._search(text)

    def _choose_group(self, identity: str) -> None:
        self.segments.set_current(identity)
        self._model.set_status_group(StatusGroup(identity))

    def _search(self, text: str) -> None:
        if parse_filter(text).text != self._model.filter_text:
            self._model.set_filter(text)

    def _connect(self) -> None:
        self.search.searched.connect(self._search)
        self.search.line.installEventFilter(self)
        self.segments.chosen.connect(self._choose_group)
        self.status.chosen.connect(self._choose_group)
        self.script.chosen.connect(self._model.set_script)
        self.archived_button.clicked.connect(self.toggle_archived)
        self.charts_button.clicked.connect(self.charts_toggled)
        self.columns_button.clicked.connect(self.open_columns)

    def _build(self) -> None:
        px = theme().px
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(px(24), 0, px(24), px(16))
        row.setSpacing(px(8))
        self.search.setMinimumWidth(px(200))
        self.search.setMaximumWidth(px(344))
        self.status.setFixedWidth(px(152))
        self.script.setFixedWidth(px(144))
        row.addWidget(self.search, 9)
        row.addWidget(self.segments)
        row.addWidget(self.status)
        row.addWidget(self.script)
        row.addWidget(self.saved_button)
        row.addStretch(1)
        row.addWidget(self.archived_button)
        row.addWidget(self.charts_button)
        row.addWidget(self.columns_button)
        row.addWidget(self.export_button)
        self.setMinimumWidth(self._narrow_width())
