"""The Run List: every run of the project, and what can be done with the selected ones."""

from dataclasses import replace

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from workbench.core.run import Run
from workbench.core.wording import count
from workbench.viewmodels.list_layout import ListLayout
from workbench.viewmodels.run_states import RunListState
from workbench.viewmodels.run_table import RunTableModel
from workbench.views.command_menu import fill_menu, open_menu
from workbench.views.kit.card import Panel
from workbench.views.kit.empty_state import EmptyState
from workbench.views.kit.page import Offer, Offers, Page
from workbench.views.run_list.actions import CONTEXT_MENU, MORE_MENU, SOME_RUN, RunActions
from workbench.views.run_list.chart_area import ChartArea
from workbench.views.run_list.columns import can_hide
from workbench.views.run_list.filters import FilterRow
from workbench.views.run_list.head import RunListHead
from workbench.views.run_list.loading import LoadingRows
from workbench.views.run_list.saved_filters import SavedFilters
from workbench.views.run_list.table import RunTableView
from workbench.views.theme.theme import theme

_SECOND_MS = 1000
_NO_RUNS = "There are no runs yet"
_NOT_PLOTTED = "These runs have no numbers to plot"


class RunListPage(Page):
    """Shows the runs of :attr:`model` and a :class:`RunListState` around them.

    Signals:
        open_requested: Id of a run to open.
        restore_requested: Id of a run whose snapshot to restore.
        run_again_requested: Id of a run to run again.
        run_requested: The user wants to run the script chosen above.
        prepare_requested: The user wants an environment with the packages of the project.
        cancel_requested: Id of an active run to cancel.
        note_requested: Id of a run whose note to edit.
        compare_requested: See :class:`RunActions`.
        aside_requested: See :class:`RunActions`.
        layout_changed: ``ListLayout`` that the user arranged, to be kept for the project.
        export_requested: The user wants the runs shown as a file.
        chart_data_save_requested: ``ChartData`` to save as a file.
        chart_save_requested: Title of a chart, and its picture as PNG bytes.
    """

    open_requested = Signal(str)
    restore_requested = Signal(str)
    run_again_requested = Signal(str)
    run_requested = Signal()
    prepare_requested = Signal()
    cancel_requested = Signal(str)
    note_requested = Signal(str)
    compare_requested = Signal(str)
    aside_requested = Signal(str, object)
    layout_changed = Signal(object)
    export_requested = Signal()
    chart_data_save_requested = Signal(object)
    chart_save_requested = Signal(str, bytes)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("runListPage")
        self.model = RunTableModel(self)
        self._state = RunListState(loading=True)
        self.head = RunListHead()
        self.filters = FilterRow(self.model)
        self.saved_filters = SavedFilters(self.filters)
        self.charts = ChartArea(self.model)
        self.table = RunTableView(self.model)
        self.run_actions = RunActions(self.table, self.model)
        self._can_plot = False
        self.no_runs = EmptyState(
            "hourglass",
            "No runs yet",
            "Choose a script above and select Run. "
            "Workbench saves a snapshot of the project folder first.",
            "Run",
            "play",
            "Prepare environment",
        )
        self.no_match = EmptyState(
            "search",
            "No runs match this filter",
            action="Clear filter",
            action_icon="x",
            second_action="Save filter",
        )
        self.no_match.set_text_kind("mono")
        self.no_match.button.set_kind("default")
        self.no_match.second_button.set_kind("flat")
        self.all_archived = EmptyState(
            "archive",
            "All runs are archived",
            "They are kept with their snapshots, logs and outputs.",
            "Show archived runs",
            "archive",
        )
        self.all_archived.button.set_kind("default")
        self.loading = LoadingRows()
        self._stack = QStackedWidget()
        self._clock = QTimer(self)
        self._clock.setInterval(_SECOND_MS)
        self._clock.timeout.connect(self.model.tick)
        self._build()
        self._connect()
        self._refresh()

    def render(self, state: RunListState) -> None:  # type: ignore[override]  # a state
        """Show ``state``; selection, scroll place and filter stay."""
        self._state = self.run_actions.state = state
        self.no_runs.set_action(f"Run {state.script}" if state.script else "")
        self.no_runs.button.set_disabled_reason(state.run_blocked)
        self.no_runs.second_button.setVisible(state.unprepared)
        self._refresh()

    @property
    def is_following(self) -> bool:
        """Whether times and icons of running runs go on."""
        return self._clock.isActive()

    def selected_runs(self) -> list[Run]:
        """Return the selected runs in the order shown."""
        return self.table.selected_runs()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Hide what has no room."""
        super().resizeEvent(event)
        self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        """Let durations and icons go on."""
        super().showEvent(event)
        self._follow_running()
        self.charts.refresh_soon()

    def hideEvent(self, event: QHideEvent) -> None:
        """Let durations and icons rest: nobody sees them."""
        super().hideEvent(event)
        self._follow_running()

    def show_missing(self, snapshots: frozenset[str]) -> None:
        """Mark the runs whose snapshots are not in the history on this computer."""
        self.model.missing = snapshots
        self.table.viewport().update()

    def _fit(self) -> None:
        self.filters.fit(self.width())
        self.charts.fit(self.width(), self.window().height())

    # what is shown

    def _refresh(self) -> None:
        self.filters.refresh()
        self.table.columns.refit()
        self._choose_body()
        self._follow_running()
        self._on_marked()

    @property
    def _has_runs(self) -> bool:
        """Whether there is any run, also an archived one."""
        return bool(self.model.total or self.model.archived)

    def _choose_body(self) -> None:
        waits = self._state.loading and not self._has_runs
        if waits:
            self.loading.start()
        else:
            self.loading.stop()
        self._stack.setCurrentWidget(self.loading if waits else self._body())
        self.filters.setVisible(self._has_runs)
        self.head.set_actions_shown(shown=self._has_runs)

    def _body(self) -> QWidget:
        """Return what stands in the place of the rows, or the rows."""
        if self.model.rowCount():
            return self.table
        if not self._has_runs:
            return self.no_runs
        if not self.model.total and not self.filters.is_filtered:
            return self.all_archived
        self.no_match.set_text("No runs match this filter", self.filters.words())
        return self.no_match

    def _follow_running(self) -> None:
        runs = self.isVisible() and self.model.has_running
        self.table.turning.set_turning(turning=runs)
        if runs and not self._clock.isActive():
            self._clock.start()
        elif not runs:
            self._clock.stop()

    def _on_marked(self) -> None:
        number, total = self.table.selected_count, self.model.total
        shown = self.model.rowCount()
        archived = self.filters.shows_archived
        if number:
            text = f"{number:,} of {shown if archived else total:,} selected"
        elif archived:
            text = f"{count(shown, 'run')} shown"
        elif shown != total:
            text = f"{shown:,} of {total:,} runs"
        else:
            text = count(total, "run")
        self.head.summary.setText(text)
        self.charts.show_marks(self.table.delegate.marks)
        offers = self.run_actions.offers()
        self.head.open_button.set_disabled_reason(offers["open_run"].reason)
        self.head.compare_button.set_disabled_reason(offers["compare"].reason)
        self.head.restore_button.set_disabled_reason(offers["restore"].reason)
        self.head.more_button.set_disabled_reason("" if number else SOME_RUN)
        self.offers_changed.emit()

    # actions

    def offers(self) -> Offers:
        """Return what can be done now, by the id of the command."""
        shown = self.charts.is_wanted
        offers = self.run_actions.offers() | self.charts.offers()
        none = "" if self._has_runs else _NO_RUNS
        offers["export_table"] = Offer(
            self.export_requested.emit,
            none or ("" if self.model.rowCount() else "No runs match this filter"),
        )
        offers["find"] = Offer(self.filters.focus, none)
        offers["columns"] = Offer(self.filters.open_columns, none)
        offers |= self.saved_filters.offers(none)
        archived = self.filters.shows_archived
        offers["archived_runs"] = Offer(
            self.filters.toggle_archived,
            none,
            checked=archived,
            text="Hide archived runs" if archived else "",
        )
        offers["toggle_charts"] = Offer(
            self.filters.charts_button.click,
            "" if self._can_plot else _NOT_PLOTTED,
            checked=shown and self._can_plot,
            text="Hide charts" if shown and self._can_plot else "Show charts",
        )
        return offers

    def _act(self, name: str) -> None:
        """Do what a button or key asks for, if it is possible."""
        offer = self.run_actions.offers().get(name)
        if offer is not None and not offer.reason:
            offer.act()

    def _fill_more(self) -> None:
        fill_menu(self.head.menu, MORE_MENU, self.run_actions.offers())

    def _open_context_menu(self, position: QPoint) -> None:
        open_menu(self, "runContextMenu", position, CONTEXT_MENU, self.run_actions.offers())

    def _fill_columns(self) -> None:
        menu, columns = self.filters.columns_menu, self.table.columns
        menu.clear()
        for number, column in enumerate(self.model.columns):
            if can_hide(column):
                action = menu.addAction(column.title)
                action.setCheckable(True)
                action.setChecked(columns.is_shown(number))
                action.toggled.connect(
                    lambda shown, key=column.key: columns.choose(key, shown=shown)
                )
        menu.addSeparator()
        menu.addAction("Choose by window width").triggered.connect(columns.forget)

    def set_layout(self, layout: ListLayout) -> None:
        """Arrange columns and charts as they were kept for the project."""
        self.table.columns.set_layout(layout)
        self.filters.set_charts(shown=layout.charts)
        self.charts.set_wanted(wanted=layout.charts)
        self.offers_changed.emit()

    def _tell_layout(self) -> None:
        columns = self.table.columns.layout_now()
        self.layout_changed.emit(replace(columns, charts=self.charts.is_wanted))

    def _show_charts(self, shown: bool) -> None:  # noqa: FBT001 - a slot
        self.filters.set_charts(shown=shown)
        self.charts.set_wanted(wanted=shown)
        self.offers_changed.emit()
        self._tell_layout()

    def _on_charts_possible(self, possible: bool) -> None:  # noqa: FBT001 - a slot
        self._can_plot = possible
        self.filters.charts_button.set_disabled_reason("" if possible else _NOT_PLOTTED)
        self.offers_changed.emit()

    def _select(self, run_id: str, add: bool) -> None:  # noqa: FBT001 - a slot
        self.table.select_run(run_id, add=add)

    def _enter_table(self) -> None:
        if self.model.rowCount():
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _connect(self) -> None:
        theme().changed.connect(self._fit)
        self.model.counts_changed.connect(self._refresh)
        self.table.marked.connect(self._on_marked)
        self.table.opened.connect(self.open_requested)
        for name in ("open", "restore", "run_again", "cancel", "note", "compare", "aside"):
            getattr(self.run_actions, f"{name}_requested").connect(
                getattr(self, f"{name}_requested")
            )
        self.table.menu_requested.connect(self._open_context_menu)
        self.table.columns.arranged.connect(self._tell_layout)
        self.table.typed.connect(self.filters.type)
        self.table.copied.connect(self.run_actions.copy_rows)
        self.table.delete_pressed.connect(lambda: self._act("delete_runs"))
        self.head.open_pressed.connect(lambda: self._act("open_run"))
        self.head.compare_pressed.connect(lambda: self._act("compare"))
        self.head.restore_pressed.connect(lambda: self._act("restore"))
        self.head.menu_opening.connect(self._fill_more)
        self.filters.charts_toggled.connect(self._show_charts)
        self.charts.possible.connect(self._on_charts_possible)
        self.charts.data_save_requested.connect(self.chart_data_save_requested)
        self.charts.picture_save_requested.connect(self.chart_save_requested)
        self.charts.offers_changed.connect(self.offers_changed)
        self.filters.export_button.clicked.connect(self.export_requested)
        self.charts.run_clicked.connect(self._select)
        self.charts.run_opened.connect(self.open_requested)
        self.filters.left_downwards.connect(self._enter_table)
        self.filters.columns_opening.connect(self._fill_columns)
        self.no_runs.activated.connect(self.run_requested)
        self.no_runs.second_activated.connect(self.prepare_requested)
        self.no_match.activated.connect(self.filters.clear)
        self.no_match.second_activated.connect(self.saved_filters.ask_name)
        self.all_archived.activated.connect(self.filters.toggle_archived)
        self.saved_filters.changed.connect(self.offers_changed)

    def _build(self) -> None:
        for widget in (self.table, self.no_runs, self.no_match, self.all_archived, self.loading):
            self._stack.addWidget(widget)
        panel = Panel("surface")
        self.body = QVBoxLayout(panel)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(0)
        self.body.addWidget(self.head)
        self.body.addWidget(self.filters)
        self.body.addWidget(self.charts)
        self.body.addWidget(self._stack, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(panel)
