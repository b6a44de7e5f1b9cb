"""The Metrics tab: last values as tiles, curves as charts."""

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from workbench.core.metric import MetricSeries
from workbench.core.run import Run
from workbench.viewmodels.beside_run import NONE, BesideState, chosen_item, run_items
from workbench.viewmodels.compare_curves import has_epochs, is_epoch
from workbench.viewmodels.metric_chart import tiles
from workbench.viewmodels.run_states import RunDetailState
from workbench.views.kit.buttons import Button
from workbench.views.kit.check_box import CheckBox
from workbench.views.kit.empty_state import EmptyState
from workbench.views.kit.label import Label
from workbench.views.kit.page import Offer, Offers
from workbench.views.kit.segments import Segments
from workbench.views.run_detail.chart_card import ChartCard
from workbench.views.run_detail.chart_controls import SmoothingSlider
from workbench.views.run_detail.chart_lines import (
    ChartContent,
    ChartOptions,
    chart_contents,
    over_epochs,
    with_ghost,
)
from workbench.views.run_detail.metric_tiles import MetricTiles
from workbench.views.run_detail.run_choice import RunChoice
from workbench.views.theme.theme import theme

EXAMPLE_LINE = 'run_logger.log("accuracy", 0.97)'
_FIRST_CHARTS = 12
_ONE_COLUMN, _LOW = 720, 700
_PLOT, _PLOT_LOW = 188, 116
_REDRAW_MS = 200
_COMPARE_WITH, _NARROW = "Compare with", 1000
_NO_EPOCH = "The runs don't log an epoch"
_AXES = (("epoch", "Epoch"), ("step", "Step"), ("time", "Time"))


class MetricsTab(QStackedWidget):
    """Everything a run logged.

    Signals:
        data_save_requested: ``ChartData`` to save as a file.
        picture_save_requested: Title of a chart, and its picture as PNG bytes.
        ghost_chosen: ``str``: with which run the curves are compared, see ``BesideState``.
        other_ghost_requested: The user wants to choose that run among all runs.
        offers_changed: Other commands are possible now.
    """

    ghost_chosen = Signal(str)
    other_ghost_requested = Signal()
    data_save_requested = Signal(object)
    picture_save_requested = Signal(str, bytes)
    offers_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._metrics: tuple[MetricSeries, ...] | None = None
        self._run: Run | None = None
        self._beside = BesideState()
        self._axis = ""
        self._contents: list[ChartContent] = []
        self._stale = False
        self._fresh = True
        self._most = _FIRST_CHARTS
        self._columns = 0
        self.cards: list[ChartCard] = []
        self._current: ChartCard | None = None
        self.tiles = MetricTiles()
        self.x_axis = Segments("X axis", _AXES)
        self.smoothing = SmoothingSlider()
        self.log_scale = CheckBox("Log scale")
        self.compare_with = RunChoice(_COMPARE_WITH)
        self.more = Button("")
        self.empty = EmptyState(
            "chart-line",
            "No metrics in this run",
            f"Log one from your script: {EXAMPLE_LINE}",
            "Copy line",
            "copy",
        )
        self._controls = QWidget()
        self._drawing = QTimer(self)
        self._drawing.setSingleShot(True)
        self._drawing.timeout.connect(self._draw)
        self._build()
        self._connect()

    @property
    def options(self) -> ChartOptions:
        """How the charts are drawn now."""
        axis = self.x_axis.current
        return ChartOptions(
            axis == "time",
            self.smoothing.weight,
            self.log_scale.isChecked(),
            "Epoch" if axis == "epoch" else "Step",
        )

    def offers(self) -> Offers:
        """Return what can be done with the chart that the user is at, else the first one."""
        shown = [card for card in self.cards if not card.isHidden()]
        if self.currentWidget() is not self._scroll or not shown:
            return {}
        card = self._current if self._current in shown else shown[0]
        log_scale = Offer(self.log_scale.toggle, checked=self.log_scale.isChecked())
        return {
            "compare_curves": Offer(self.compare_with.open),
            "x_axis": Offer(self._next_axis),
            "log_scale": log_scale,
            **card.offers(),
        }

    def start(self) -> None:
        """Forget the charts that were opened for another run."""
        self._most = _FIRST_CHARTS
        self._fresh = True
        self.tiles.reset()
        self._scroll.verticalScrollBar().setValue(0)
        for card in self.cards:
            card.plot.reset_zoom()
            card.show_cursor(None, with_box=False)

    def show_state(self, state: RunDetailState) -> None:
        """Show the metrics of a run."""
        self._show_words(state)
        same_run = self._run is not None and state.run.id == self._run.id
        if same_run and state.metrics is self._metrics and state.beside == self._beside:
            return
        self._run, self._metrics, self._beside = state.run, state.metrics, state.beside
        self._stale = True
        if self.isVisible():
            self._update_content()

    def showEvent(self, event: QShowEvent) -> None:
        """Bring everything up to date when the tab is opened."""
        super().showEvent(event)
        self._update_content()
        if len(self.cards) < min(len(self._contents), self._most):
            # The tab was left before all charts were made.
            self._drawing.start(0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose one or two columns and the height of the plots."""
        super().resizeEvent(event)
        self._arrange()

    def _show_words(self, state: RunDetailState) -> None:
        metrics = state.metrics
        if metrics:
            self.setCurrentWidget(self._scroll)
        elif metrics is None:
            self.setCurrentWidget(self._blank)
        elif state.run.status.is_active:
            self.empty.set_text("No metrics yet", "They appear here while the script logs them.")
            self.empty.set_action("")
            self.setCurrentWidget(self.empty)
        else:
            text = f"Log one from your script: {EXAMPLE_LINE}"
            self.empty.set_text("No metrics in this run", text)
            self.empty.set_action("Copy line")
            self.setCurrentWidget(self.empty)

    def _update_content(self) -> None:
        if not self._stale:
            return
        self._stale = False
        metrics, ghost = self._metrics or (), self._beside.ghost
        base = f"#{ghost.number}" if ghost else ""
        arguments = self._run.request.arguments if self._run else ()
        results = [series for series in metrics if not is_epoch(series)]
        self.tiles.show_tiles(tiles(results, ghost, arguments), base)
        self._show_choices(metrics)
        self._contents = self._make_contents(metrics)
        self._controls.setVisible(bool(self._contents))
        if not self._drawing.isActive():
            self._drawing.start(0 if self._fresh else _REDRAW_MS)
        self._fresh = False

    def _show_choices(self, metrics: tuple[MetricSeries, ...]) -> None:
        """Show with what the curves are compared, and the axes that they have."""
        beside, run = self._beside, self._run
        if run is None:
            return
        items = [(NONE, "None"), *run_items(run, beside, beside.ghost, beside.previous)]
        self.compare_with.show_items(
            items, chosen_item(beside.curves, beside.ghost, beside.previous)
        )
        known = has_epochs([metrics, beside.ghost_metrics or ()])
        self.x_axis.set_disabled_reason("epoch", "" if known else _NO_EPOCH)
        wanted = self._axis or "epoch"
        self.x_axis.set_current("step" if wanted == "epoch" and not known else wanted)

    def _make_contents(self, metrics: tuple[MetricSeries, ...]) -> list[ChartContent]:
        contents = chart_contents(metrics)
        ghost, ghosts = self._beside.ghost, self._beside.ghost_metrics or ()
        if ghost is not None and ghosts and self._run is not None:
            own, other = f"#{self._run.number}", f"#{ghost.number}"
            contents = [with_ghost(content, own, other, ghosts) for content in contents]
        if self.x_axis.current == "epoch":
            contents = [over_epochs(content, metrics, ghosts) for content in contents]
        return contents

    def _choose_axis(self, axis: str) -> None:
        self._axis = axis
        self._stale, self._fresh = True, True
        self._update_content()

    def _next_axis(self) -> None:
        """Draw over what comes next in the choice of the X axis."""
        names = [name for name, _text in _AXES if self.x_axis.button(name).isEnabled()]
        axis = names[(names.index(self.x_axis.current) + 1) % len(names)]
        self.x_axis.set_current(axis)
        self._choose_axis(axis)

    def _draw(self) -> None:
        """Draw all charts; new ones come one at a time, so that the window stays quick."""
        shown = self._contents[: self._most]
        hidden = len(self._contents) - len(shown)
        self.more.set_text(f"Show {hidden:,} more")
        self.more.setVisible(hidden > 0)
        self.offers_changed.emit()
        for place, card in enumerate(self.cards):
            card.setVisible(place < len(shown))
            if place < len(shown):
                card.show_content(shown[place], self.options)
        if len(self.cards) < len(shown) and self.isVisible():
            self._add_card().show_content(shown[len(self.cards) - 1], self.options)
            self._drawing.start(0)

    def _add_card(self) -> ChartCard:
        card = ChartCard()
        card.set_plot_height(self._plot_height())
        card.hovered.connect(lambda x, card=card: self._show_cursor(card, x))
        card.entered.connect(lambda card=card: self._enter(card))
        card.menu_requested.connect(lambda place, card=card: self._open_menu(card, place))
        card.forms.data_save_requested.connect(self.data_save_requested)
        card.forms.picture_save_requested.connect(self.picture_save_requested)
        place = len(self.cards)
        self.cards.append(card)
        self._grid.addWidget(card, *divmod(place, max(1, self._columns)))
        return card

    def _enter(self, card: ChartCard) -> None:
        self._current = card
        self.offers_changed.emit()

    def _open_menu(self, card: ChartCard, place: QPoint) -> None:
        self._enter(card)
        card.forms.open_menu(place, self.offers())

    def _show_cursor(self, source: ChartCard, x: float | None) -> None:
        if x is not None and source.plot.hasFocus():
            self._scroll.ensureWidgetVisible(source)
        place = x if x is None or self.options.by_time else float(max(0, round(x)))
        for card in self.cards:
            if not card.isHidden():
                card.show_cursor(place, with_box=card is source)

    def _show_more(self) -> None:
        self._most = len(self._contents)
        self._drawing.start(0)

    def _redraw_soon(self) -> None:
        if not self._drawing.isActive():
            self._drawing.start(30)

    def _plot_height(self) -> int:
        page = self.window().height() if self.window() is not self else self.height()
        return theme().px(_PLOT_LOW if page < theme().px(_LOW) else _PLOT)

    def _arrange(self) -> None:
        columns = 1 if self.width() < theme().px(_ONE_COLUMN) else 2
        self._fit_choice()
        for card in self.cards:
            card.set_plot_height(self._plot_height())
        if columns == self._columns:
            return
        self._columns = columns
        self._grid.setColumnStretch(1, columns - 1)
        for place, card in enumerate(self.cards):
            self._grid.addWidget(card, *divmod(place, columns))

    def _fit_choice(self) -> None:
        """Leave out a part of the label that has no room."""
        narrow = self.width() < theme().px(_NARROW)
        self.compare_with.set_label("With" if narrow else _COMPARE_WITH)
        self.compare_with.updateGeometry()

    def _copy_line(self) -> None:
        QGuiApplication.clipboard().setText(EXAMPLE_LINE)

    def _connect(self) -> None:
        self.empty.activated.connect(self._copy_line)
        self.x_axis.chosen.connect(self._choose_axis)
        self.compare_with.picked.connect(self.ghost_chosen)
        self.compare_with.other_requested.connect(self.other_ghost_requested)
        self.smoothing.valueChanged.connect(lambda _value: self._redraw_soon())
        self.log_scale.toggled.connect(lambda _on: self._redraw_soon())
        self.more.clicked.connect(self._show_more)

    def _build(self) -> None:
        px = theme().px
        self.x_axis.setObjectName("xAxis")
        self.smoothing.setObjectName("smoothing")
        self.log_scale.setObjectName("logScale")
        self.log_scale.setAccessibleName("Log scale")
        self.compare_with.combo.setObjectName("compareWith")
        self.more.setObjectName("moreCharts")
        self.more.hide()
        self.smoothing.setFixedWidth(px(104))
        row = QHBoxLayout(self._controls)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(8))
        row.addWidget(Label("X axis", "secondary", "text_2"))
        row.addWidget(self.x_axis)
        row.addSpacing(px(8))
        row.addWidget(Label("Smoothing", "secondary", "text_2"))
        row.addWidget(self.smoothing)
        row.addWidget(self.smoothing.number)
        row.addSpacing(px(8))
        row.addWidget(self.log_scale)
        row.addStretch(1)
        row.addWidget(self.compare_with)
        self._grid = QGridLayout()
        self._grid.setSpacing(px(16))
        self._grid.setColumnStretch(0, 1)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(px(24), px(16), px(24), px(24))
        column.setSpacing(px(16))
        column.addWidget(self.tiles)
        column.addWidget(self._controls)
        column.addLayout(self._grid)
        column.addWidget(self.more, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(page)
        self._blank = QWidget()
        for widget in (self._blank, self._scroll, self.empty):
            self.addWidget(widget)
