"""The Compare page: two or three runs side by side, and why they differ."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cached_property

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from workbench.core.comparison import Comparison, Side
from workbench.core.restore import FileChange
from workbench.core.text_diff import BinaryDiff, DiffDocument
from workbench.core.wording import count
from workbench.viewmodels.compare_curves import curve_names, has_epochs, is_logged_at_once
from workbench.viewmodels.compare_states import CompareState
from workbench.views.compare.cards import RunCards
from workbench.views.compare.charts import CompareCharts
from workbench.views.compare.geometry import columns_in
from workbench.views.compare.head import CompareHead
from workbench.views.compare.section import CompareSection
from workbench.views.diff.changes_view import ChangesView
from workbench.views.kit.empty_state import EmptyState
from workbench.views.kit.page import Offer, Offers, Page
from workbench.views.kit.panel import Panel
from workbench.views.kit.progress import MovingBar
from workbench.views.theme.theme import theme

_LOADING_MS = 300
_SECTIONS = (
    ("metrics", "Metrics"),
    ("arguments", "Arguments"),
    ("code", "Code and environment"),
    ("outputs", "Outputs"),
)


def _local_now() -> datetime:
    return datetime.now(UTC).astimezone()


class ComparePage(Page):
    """Shows a :class:`CompareState`; scroll place, folds and choices outlive each update.

    Args:
        now: Returns the present time, with the user's time zone.

    Signals:
        back_requested: Back to where the user came from.
        list_requested: To Run List.
        run_opened: Id of a run to open.
        restore_requested: Id of a run whose snapshot to restore.
        baseline_chosen: Id of the run to compare the others with.
        removed: Place of the run, or the folder, to leave out.
        export_requested: The comparison is wanted as a file.
        changes_requested: ``Side`` whose files that differ from the baseline are shown now.
        change_selected: ``FileChange`` whose difference is wanted.
        retry_requested: What failed is to be tried again.
        chart_data_save_requested: ``ChartData`` to save as a file.
        chart_save_requested: Title of a chart, and its picture as PNG bytes.
    """

    back_requested = Signal()
    list_requested = Signal()
    run_opened = Signal(str)
    restore_requested = Signal(str)
    baseline_chosen = Signal(str)
    removed = Signal(int)
    export_requested = Signal()
    changes_requested = Signal(object)
    change_selected = Signal(object)
    retry_requested = Signal()
    chart_data_save_requested = Signal(object)
    chart_save_requested = Signal(str, bytes)

    def __init__(
        self, parent: QWidget | None = None, *, now: Callable[[], datetime] = _local_now
    ) -> None:
        super().__init__(parent)
        self._state = CompareState()
        self._side = ""
        self._epochs: object = None
        self.head = CompareHead()
        self.cards = RunCards(now)
        self.charts = CompareCharts()
        self.sections = {
            name: CompareSection(name, title, self.charts if name == "metrics" else None)
            for name, title in _SECTIONS
        }
        self.problem = EmptyState("circle-alert", "", "", "Try again", "rotate-cw")
        self.loading = MovingBar()
        self._loading_timer = QTimer(self)
        self._loading_timer.setSingleShot(True)
        self._loading_timer.setInterval(_LOADING_MS)
        self._loading_timer.timeout.connect(self.loading.show)
        self._build()
        self._connect()
        self.render(CompareState())

    @property
    def state(self) -> CompareState:
        """What is shown."""
        return self._state

    @cached_property
    def changes(self) -> ChangesView:
        """The files that differ; made when they are wanted first, for it takes its time."""
        made = ChangesView("Baseline", "Run", list_name="Files that differ")
        made.change_selected.connect(self.change_selected)
        made.offers_changed.connect(self.offers_changed)
        self._stack.addWidget(made)
        return made

    @property
    def shows_changes(self) -> bool:
        """Whether the files that differ are shown instead of the comparison."""
        return isinstance(self._stack.currentWidget(), ChangesView)

    @property
    def only_differences(self) -> bool:
        """Whether rows that are the same are left out."""
        return self.head.only_differences.isChecked()

    def start(self) -> None:
        """Forget what belongs to another comparison."""
        self._close_changes()
        self.charts.start()
        self.scroll_area.verticalScrollBar().setValue(0)

    def render(self, state: CompareState) -> None:  # type: ignore[override]  # a state, no painter
        """Show a comparison, or a newer state of it."""
        self._state = state
        comparison = state.comparison
        self._show_waiting(waits=comparison is None and state.problem is None)
        if not self.shows_changes:
            self.head.show_comparison(comparison if state.problem is None else None)
        if state.problem is not None:
            self.problem.set_text(state.problem.title, state.problem.text)
            self._stack.setCurrentWidget(self.problem)
            return
        if comparison is None:
            self._stack.setCurrentWidget(self._blank)
            return
        self._show_comparison(comparison, state)
        if not self.shows_changes:
            self._stack.setCurrentWidget(self._content)
        self.offers_changed.emit()

    def show_change(self, change: FileChange, content: DiffDocument | BinaryDiff | None) -> None:
        """Show the difference of a file."""
        if self.shows_changes:
            self.changes.show_diff(change.path, content)

    def set_change_counts(self, counts: Mapping[str, tuple[int, int]]) -> None:
        """Tell the added and removed lines of some files."""
        if self.shows_changes:
            self.changes.files.set_counts(counts)

    def offers(self) -> Offers:
        """Return what can be done now, by the id of the command."""
        offers = {"back": Offer(self.escape)}
        if self.shows_changes:
            return offers | self.changes.offers()
        if self._stack.currentWidget() is self._content:
            export = Offer(self.export_requested.emit, text="Export comparison…")
            offers |= {"export_table": export, **self.charts.offers()}
        return offers

    def escape(self) -> None:
        """Go one step back: from the files to the comparison, from there to where it began."""
        if self.shows_changes:
            self._close_changes()
        else:
            self.back_requested.emit()

    def _show_waiting(self, *, waits: bool) -> None:
        if not waits:
            self._loading_timer.stop()
            self.loading.hide()
        elif not self._loading_timer.isActive() and self.loading.isHidden():
            self._loading_timer.start()

    def _show_comparison(self, comparison: Comparison, state: CompareState) -> None:
        self.cards.show_comparison(comparison)
        several = len(comparison.runs) > 1
        for section in self.sections.values():
            section.show_comparison(comparison, only_differences=self.only_differences)
            # A folder has no metrics, arguments and outputs to compare with those of one run.
            section.setVisible(several or section.identity == "code")
        if state.curves is not None and len(state.curves) == len(comparison.sides):
            titles = [side.title for side in comparison.sides]
            key = (state.curves, tuple(titles))
            if key != self._epochs:
                self._epochs = key
                self.charts.show_curves(state.curves, titles)
                self._offer_axes()
        plotted = several and bool(state.curves and curve_names(state.curves))
        self.head.set_axis_shown(shown=plotted)
        self._fit()

    def _offer_axes(self) -> None:
        known = has_epochs(self._state.curves or ())
        self.head.set_epochs_known(known=known)
        no_epoch = not known and self.head.x_axis.current == "epoch"
        if no_epoch or is_logged_at_once(self._state.curves or ()):
            self.head.x_axis.set_current("step")
            self.charts.set_axis("step")

    def _fit(self) -> None:
        comparison = self._state.comparison
        if comparison is None:
            return
        self.charts.fit()
        columns = columns_in(self.scroll_area.viewport().width(), len(comparison.sides))
        self._page.setMinimumWidth(columns.total)
        self.cards.set_columns(columns)
        for section in self.sections.values():
            section.set_columns(columns)

    def _on_card(self, what: str, place: int) -> None:
        comparison = self._state.comparison
        if comparison is None or place >= len(comparison.sides):
            return
        run_id = comparison.sides[place].id
        match what:
            case "open":
                self.run_opened.emit(run_id)
            case "restore":
                self.restore_requested.emit(run_id)
            case "baseline":
                self.baseline_chosen.emit(run_id)
            case _:
                self.removed.emit(place)

    def _open_changes(self, place: int) -> None:
        comparison = self._state.comparison
        side = comparison.sides[place] if comparison else None
        if comparison is None or side is None or not side.changes:
            return
        base = comparison.base.title
        self.changes.diff.set_titles(base, side.title)
        self.head.show_place(_change_words(base, side))
        self._stack.setCurrentWidget(self.changes)
        self.changes_requested.emit(side)
        title = f"{count(len(side.changes), 'file')} differ{'s' if len(side.changes) == 1 else ''}"
        self.changes.render(side.changes, title)
        self.changes.files.setFocus(Qt.FocusReason.OtherFocusReason)

    def _close_changes(self) -> None:
        if self.shows_changes:
            self._stack.setCurrentWidget(self._content)
            self.head.show_place()
            self.head.show_comparison(self._state.comparison)
            self.sections["code"].table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _refilter(self) -> None:
        if self._state.comparison is not None:
            self._show_comparison(self._state.comparison, self._state)

    def _connect(self) -> None:
        head = self.head
        head.back_requested.connect(self.escape)
        head.list_requested.connect(self.list_requested)
        head.compare_requested.connect(self._close_changes)
        head.only_differences.toggled.connect(lambda _on: self._refilter())
        head.x_axis.chosen.connect(self.charts.set_axis)
        head.baseline.chosen.connect(self.baseline_chosen)
        head.export.clicked.connect(self.export_requested)
        self.cards.asked.connect(self._on_card)
        for section in self.sections.values():
            section.table.link_opened.connect(self._open_changes)
        self.problem.activated.connect(self.retry_requested)
        self.scroll_area.horizontalScrollBar().valueChanged.connect(self.cards.scroll_to)
        self.scroll_area.resized.connect(self._fit)
        theme().changed.connect(self._fit)
        self.charts.data_save_requested.connect(self.chart_data_save_requested)
        self.charts.picture_save_requested.connect(self.chart_save_requested)
        self.charts.offers_changed.connect(self.offers_changed)
        self._stack.currentChanged.connect(lambda _place: self.offers_changed.emit())
        escape = QShortcut(QKeySequence("Esc"), self)
        escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        escape.activated.connect(self.escape)

    def _build(self) -> None:
        self.setObjectName("comparePage")
        self._page = Panel("surface")
        rows = _column(self._page)
        for section in self.sections.values():
            rows.addWidget(section)
        rows.addStretch(1)
        self.scroll_area = _ScrollArea()
        self.scroll_area.setWidgetResizable(True)
        self.scroll_area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.scroll_area.setWidget(self._page)
        self._content = Panel("surface")
        content = _column(self._content)
        content.addWidget(self.cards)
        content.addWidget(self.scroll_area, 1)
        self._blank = Panel("surface")
        blank = _column(self._blank)
        blank.addWidget(self.loading)
        blank.addStretch(1)
        self.loading.hide()
        self._stack = QStackedWidget()
        for widget in (self._blank, self._content, self.problem):
            self._stack.addWidget(widget)
        layout = _column(self)
        layout.addWidget(self.head)
        layout.addWidget(self._stack, 1)


class _ScrollArea(QScrollArea):
    """Tells when there is more or less room, also because a scroll bar came or went.

    Signals:
        resized: The room has another size.
    """

    resized = Signal()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Tell it."""
        super().resizeEvent(event)
        self.resized.emit()


def _column(widget: QWidget) -> QVBoxLayout:
    layout = QVBoxLayout(widget)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    return layout


def _change_words(base: str, side: Side) -> str:
    return f"{base} and your folder now" if side.run is None else f"{base} and {side.title}"
