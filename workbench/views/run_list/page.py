"""The Run List: every run of the project, and what can be done with the selected ones."""

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import (
    QGuiApplication,
    QHideEvent,
    QKeySequence,
    QResizeEvent,
    QShortcut,
    QShowEvent,
)
from PySide6.QtWidgets import QMenu, QStackedWidget, QVBoxLayout, QWidget

from workbench.core.run import Run
from workbench.core.wording import count
from workbench.viewmodels.run_states import RunListState
from workbench.viewmodels.run_table import RunTableModel
from workbench.views.kit.card import Panel
from workbench.views.kit.empty_state import EmptyState
from workbench.views.kit.restyle import announce
from workbench.views.run_list.actions import (
    Entry,
    fill_menu,
    lines_of,
    open_reason,
    restore_reason,
    rows_as_text,
    run_again_reason,
)
from workbench.views.run_list.chart_area import ChartArea
from workbench.views.run_list.columns import can_hide
from workbench.views.run_list.filters import FilterRow
from workbench.views.run_list.head import RunListHead
from workbench.views.run_list.loading import LoadingRows
from workbench.views.run_list.table import RunTableView
from workbench.views.theme.theme import theme

_SECOND_MS = 1000


class RunListPage(QWidget):
    """Shows the runs of :attr:`model` and a :class:`RunListState` around them.

    Signals:
        open_requested: Id of a run to open.
        restore_requested: Id of a run whose snapshot to restore.
        run_again_requested: Id of a run to run again.
        run_requested: The user wants to run the script chosen above.
        cancel_requested: Id of an active run to cancel.
    """

    open_requested = Signal(str)
    restore_requested = Signal(str)
    run_again_requested = Signal(str)
    run_requested = Signal()
    cancel_requested = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("runListPage")
        self.model = RunTableModel(self)
        self._state = RunListState(loading=True)
        self.head = RunListHead()
        self.filters = FilterRow(self.model)
        self.charts = ChartArea(self.model)
        self.table = RunTableView(self.model)
        self.no_runs = EmptyState(
            "hourglass",
            "No runs yet",
            "Choose a script above and select Run. "
            "Workbench saves a snapshot of the project folder first.",
            "Run",
            "play",
        )
        self.no_match = EmptyState("search", "No runs match this filter", "", "Clear filter", "x")
        self.no_match.button.set_kind("default")
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
        self._state = state
        self.no_runs.set_action(f"Run {state.script}" if state.script else "")
        self.no_runs.button.set_disabled_reason(state.run_blocked)
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

    def _choose_body(self) -> None:
        total = self.model.total
        waits = self._state.loading and not total
        if waits:
            self.loading.start()
            shown: QWidget = self.loading
        else:
            self.loading.stop()
            shown = self.table
            if not total:
                shown = self.no_runs
            elif not self.model.rowCount():
                self.no_match.set_text("No runs match this filter", self.filters.words())
                shown = self.no_match
        self._stack.setCurrentWidget(shown)
        self.filters.setVisible(bool(total))
        self.head.set_actions_shown(shown=bool(total))

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
        if number:
            text = f"{number:,} of {total:,} selected"
        elif shown != total:
            text = f"{shown:,} of {total:,} runs"
        else:
            text = count(total, "run")
        self.head.summary.setText(text)
        self.charts.show_marks(self.table.delegate.marks)
        runs = self.table.first_selected(1)
        first = runs[0] if runs else None
        self.head.open_button.set_disabled_reason(open_reason(number))
        self.head.restore_button.set_disabled_reason(restore_reason(number, first, self._state))
        self.head.more_button.set_disabled_reason("" if number else "Select a run")

    # actions

    def _emit_one(self, signal_name: str) -> None:
        if self.table.selected_count == 1:
            getattr(self, signal_name).emit(self.table.first_selected(1)[0].id)

    def _open(self) -> None:
        self._emit_one("open_requested")

    def _restore(self) -> None:
        if self.head.restore_button.isEnabled():
            self._emit_one("restore_requested")

    def _copy(self, text: str, said: str) -> None:
        if text:
            QGuiApplication.clipboard().setText(text)
            announce(self, said)

    def _copy_ids(self) -> None:
        self._copy(lines_of(self.selected_runs(), lambda run: run.id), "Run ID copied")

    def _copy_commits(self) -> None:
        text = lines_of(self.selected_runs(), lambda run: run.snapshot)
        self._copy(text, "Snapshot commit copied")

    def _copy_arguments(self) -> None:
        text = lines_of(self.selected_runs(), lambda run: run.arguments_text)
        self._copy(text, "Arguments copied")

    def _copy_rows(self) -> None:
        runs = self.selected_runs()
        columns = [
            column
            for number, column in enumerate(self.model.columns)
            if column.title and self.table.columns.is_shown(number)
        ]
        if runs:
            self._copy(rows_as_text(runs, columns, self.model), "Rows copied")

    def _entries(self, *, in_table: bool) -> list[Entry]:
        """Return the lines of the More menu, or of the context menu of the table."""
        number = self.table.selected_count
        runs = self.table.first_selected(2)
        first = runs[0] if runs else None
        restore = restore_reason(number, first, self._state)
        again = run_again_reason(number, self._state)
        entries: list[Entry] = []
        cancel = Entry("Cancel run", "circle-stop", lambda: self._emit_one("cancel_requested"))
        active = number == 1 and first is not None and first.status.is_active
        if active and in_table:
            entries.append(cancel)
        if in_table:
            entries.append(Entry("Open", "arrow-right", self._open, open_reason(number), active))
        run_again = lambda: self._emit_one("run_again_requested")  # noqa: E731
        entries.append(Entry("Run again", "rotate-cw", run_again, again))
        if in_table:
            entries.append(Entry("Restore", "rotate-ccw", self._restore, restore))
        entries.extend(self._copy_entries(in_table=in_table))
        if active and not in_table:
            entries.append(Entry(cancel.text, cancel.icon, cancel.act, starts_group=True))
        return entries

    def _copy_entries(self, *, in_table: bool) -> list[Entry]:
        arguments = Entry("Copy arguments", "terminal", self._copy_arguments)
        rest = [
            Entry("Copy run ID", "hash", self._copy_ids),
            Entry("Copy snapshot commit", "git-commit-horizontal", self._copy_commits),
        ]
        entries = [arguments, *rest] if in_table else [*rest, arguments]
        top = entries[0]
        return [Entry(top.text, top.icon, top.act, starts_group=True), *entries[1:]]

    def _fill_more(self) -> None:
        fill_menu(self.head.menu, self._entries(in_table=False))

    def _open_context_menu(self, position: QPoint) -> None:
        menu = QMenu(self)
        menu.setObjectName("runContextMenu")
        menu.aboutToHide.connect(menu.deleteLater)
        fill_menu(menu, self._entries(in_table=True))
        menu.popup(position)

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

    def _show_charts(self, shown: bool) -> None:  # noqa: FBT001 - a slot
        self.filters.set_charts(shown=shown)
        self.charts.set_wanted(wanted=shown)

    def _on_charts_possible(self, possible: bool) -> None:  # noqa: FBT001 - a slot
        reason = "" if possible else "These runs have no numbers to plot"
        self.filters.charts_button.set_disabled_reason(reason)

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
        self.table.menu_requested.connect(self._open_context_menu)
        self.table.typed.connect(self.filters.type)
        self.table.copied.connect(self._copy_rows)
        self.head.open_pressed.connect(self._open)
        self.head.restore_pressed.connect(self._restore)
        self.head.menu_opening.connect(self._fill_more)
        self.filters.charts_toggled.connect(self._show_charts)
        self.charts.possible.connect(self._on_charts_possible)
        self.charts.run_clicked.connect(self._select)
        self.charts.run_opened.connect(self.open_requested)
        self.filters.left_downwards.connect(self._enter_table)
        self.filters.columns_opening.connect(self._fill_columns)
        self.no_runs.activated.connect(self.run_requested)
        self.no_match.activated.connect(self.filters.clear)
        for keys, act in (
            ("Ctrl+F", self.filters.search.line.setFocus),
            ("Ctrl+R", self._restore),
            ("Ctrl+G", self.filters.charts_button.click),
            ("Ctrl+Shift+C", self.filters.open_columns),
            ("Ctrl+Shift+I", self._copy_ids),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(act)

    def _build(self) -> None:
        for widget in (self.table, self.no_runs, self.no_match, self.loading):
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
