"""The Run Detail page: one run with everything it measured, printed and left behind."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from workbench.core.log_stretch import LogStretch
from workbench.core.restore import FileChange
from workbench.core.run import Output, RunStatus
from workbench.core.text_diff import BinaryDiff, DiffDocument
from workbench.viewmodels.run_files_words import log_words
from workbench.viewmodels.run_states import RunDetailState, elsewhere
from workbench.views.command_menu import fill_menu
from workbench.views.compare.offers import compare_offers
from workbench.views.kit.banner import Banner
from workbench.views.kit.card import Panel
from workbench.views.kit.page import Offer, Offers, Page
from workbench.views.kit.restyle import announce
from workbench.views.kit.tabs import TabBar
from workbench.views.run_detail.detail_tabs import TABS, DetailTab, DetailTabs
from workbench.views.run_detail.failure import NO_LOG, failure_banner
from workbench.views.run_detail.head import COMPARE_MENU, MORE_MENU, DetailHead, restore_problem
from workbench.views.run_detail.offers import aside_offers, run_offers
from workbench.views.run_detail.properties import PropertiesPanel
from workbench.views.theme.theme import theme

_PROPERTIES = 320
# The window is 64 px wider than its pages.
_DOCKED_FROM = 1136
_CLOCK_MS = 1_000


def _local_now() -> datetime:
    return datetime.now(UTC).astimezone()


class RunDetailPage(Page):
    """One run: what it measured, printed and left behind, and where it came from.

    Args:
        now: Returns the present time, with the user's time zone.
        tabs: Its tabs; they can be made before.

    Signals:
        back_requested: Back to where the user came from.
        list_requested: To Run List.
        run_shown: ``str``: id of the newer or older run to show.
        run_again_requested: ``str``: id of the run to start again.
        cancel_requested: ``str``: id of the run to cancel.
        restore_requested: ``str``: id of the run whose snapshot is to be restored.
        aside_requested: ``"archive"``, ``"unarchive"`` or ``"delete"``, and a list with the run.
        note_changed: ``str, str``: id of the run and its new note.
        output_selected: ``Output`` whose preview is wanted.
        output_save_requested: ``Output`` to save under another name.
        output_open_requested: ``Output`` to open with the system.
        outputs_folder_requested: Open the folder of the outputs.
        log_save_requested: Save the log as a file.
        change_selected: ``FileChange`` whose difference is wanted.
        compare_requested: ``str``: with what to compare the run, see ``compare_offers``.
        chart_data_save_requested: ``ChartData`` to save as a file.
        chart_save_requested: Title of a chart, and its picture as PNG bytes.
    """

    back_requested = Signal()
    list_requested = Signal()
    run_shown = Signal(str)
    run_again_requested = Signal(str)
    cancel_requested = Signal(str)
    restore_requested = Signal(str)
    aside_requested = Signal(str, object)
    note_changed = Signal(str, str)
    output_selected = Signal(object)
    output_save_requested = Signal(object)
    output_open_requested = Signal(object)
    outputs_folder_requested = Signal()
    log_save_requested = Signal()
    change_selected = Signal(object)
    compare_requested = Signal(str)
    chart_data_save_requested = Signal(object)
    chart_save_requested = Signal(str, bytes)

    def __init__(
        self,
        parent: QWidget | None = None,
        *,
        now: Callable[[], datetime] = _local_now,
        tabs: DetailTabs | None = None,
    ) -> None:
        super().__init__(parent)
        self._now = now
        self._state: RunDetailState | None = None
        self._open: bool | None = None
        self._was_docked: bool | None = None
        self._body = _Body()
        self._body_row = QHBoxLayout(self._body)
        self.head = DetailHead()
        self.tabs = TabBar("Run Detail")
        self.banner = Banner()
        made = tabs or DetailTabs()
        self.metrics, self.log, self.outputs = made.metrics, made.log, made.outputs
        self.changes, self.environment = made.changes, made.environment
        self.properties = PropertiesPanel()
        self._tabs: dict[str, DetailTab] = {
            "metrics": self.metrics,
            "log": self.log,
            "outputs": self.outputs,
            "changes": self.changes,
            "environment": self.environment,
        }
        self._clock = QTimer(self)
        self._clock.setInterval(_CLOCK_MS)
        self._clock.timeout.connect(self._tick)
        self._build()
        self._connect()
        escape = QShortcut(QKeySequence("Esc"), self)
        escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        escape.activated.connect(self._escape)
        self.setFocusProxy(self.tabs)

    @property
    def state(self) -> RunDetailState | None:
        """What is shown."""
        return self._state

    @property
    def log_line_count(self) -> int:
        """Number of lines of the log that came so far and are in the view."""
        return self.log.buffer.end

    def render(self, state: RunDetailState) -> None:  # type: ignore[override]  # a state, no painter
        """Show a run, or a newer state of it."""
        before = self._state
        self._state = state
        run = state.run
        if before is None or before.run.id != run.id:
            self._start_run(state)
        elif before.run.status is not run.status:
            announce(self, f"Run #{run.number}, {run.status.label}")
        self.head.show_state(state)
        self._show_counts(state)
        self._show_banner(state)
        self.metrics.show_state(state)
        self.outputs.show_state(state)
        self.changes.show_state(state)
        self.environment.show_state(state)
        self.properties.show_state(state, self._now())
        self._show_log_words(state)
        active = run.status.is_active
        if active != self._clock.isActive():
            self._clock.start() if active else self._clock.stop()
        self.offers_changed.emit()

    def start_log(self) -> None:
        """Show an empty log: the bytes of another run follow."""
        self.log.start()

    def append_log(self, data: bytes, final: bool = False) -> None:  # noqa: FBT001, FBT002 - agreed
        """Take the next bytes of the log; they are shown in small steps.

        Args:
            data: Bytes in the order of the log, from its start.
            final: Whether nothing follows.
        """
        self.log.append(data, final=final)

    def note_log(self, stretches: Sequence[LogStretch]) -> None:
        """Take of which stream the bytes of the log are, and when they came."""
        self.log.take_notes(stretches)

    def show_preview(self, output: Output, data: bytes) -> None:
        """Show the content of an output file."""
        self.outputs.show_preview(output, data)

    def show_change(self, change: FileChange, content: DiffDocument | BinaryDiff | None) -> None:
        """Show the difference of a changed file."""
        self.changes.show_change(change, content)

    def set_change_counts(self, counts: Mapping[str, tuple[int, int]]) -> None:
        """Tell the added and removed lines of changed files by path."""
        self.changes.set_counts(counts)

    def show_tab(self, name: str) -> None:
        """Show ``metrics``, ``log``, ``outputs``, ``changes`` or ``environment``."""
        self.tabs.set_current(name)
        # Only what is shown gets the look of the window, which takes its time.
        self._stack.addWidget(self._tabs[name])
        self._stack.setCurrentWidget(self._tabs[name])
        self.offers_changed.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Dock the properties, or let them lie over the page."""
        super().resizeEvent(event)
        self._place_properties()

    def _start_run(self, state: RunDetailState) -> None:
        """Forget what belongs to another run."""
        self.metrics.start()
        self.outputs.start()
        self.log.set_live(live=state.run.status.is_active)

    def _show_counts(self, state: RunDetailState) -> None:
        outputs = state.run.output_count if state.outputs is None else len(state.outputs)
        self.tabs.set_count("outputs", outputs or -1)
        self.tabs.set_count("changes", len(state.changes or ()) or -1)

    def _show_banner(self, state: RunDetailState) -> None:
        content = failure_banner(state)
        # Only if it changes, so that its button keeps the focus.
        if self.banner.property("shown") != str(content):
            self.banner.setProperty("shown", str(content))
            self.banner.render(*content)
            self._banner_frame.setVisible(bool(content[1]))

    def _show_log_words(self, state: RunDetailState) -> None:
        if state.run.status.is_active:
            self.log.show_note("The script is running", "The script has printed nothing yet.")
        elif state.run.status is RunStatus.IMPORTED:
            self.log.show_note(NO_LOG, NO_LOG)
        elif words := log_words(state.run, state.files):
            self.log.show_note(words, words)
        elif state.files is None and elsewhere(state.run):
            self.log.show_note("", "")
        else:
            self.log.show_note("", "The script printed nothing.")

    def _tick(self) -> None:
        if self.isVisible():
            self.properties.show_duration(self._now())

    def _on_banner(self, action: str) -> None:
        if action == "again":
            self._ask("again")
        if action == "log" and self._state is not None:
            self._choose_tab("log")
            self.log.show_line(self._state.failure_line)

    def _choose_tab(self, name: str) -> None:
        self.show_tab(name)
        current = self._stack.currentWidget()
        if name != "metrics" and current is not None:
            current.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            self.tabs.setFocus(Qt.FocusReason.OtherFocusReason)

    def offers(self) -> Offers:
        """Return what can be done now, by the id of the command."""
        if self._state is None:
            return {}
        offers = run_offers(self._state, self.head, self._ask)
        offers |= aside_offers(self._state.run, self.aside_requested.emit)
        offers |= compare_offers(self._state.run, self.compare_requested.emit)
        shown = self.properties.isVisible()
        words = "Hide properties" if shown else "Show properties"
        offers["toggle_properties"] = Offer(self._toggle_properties, checked=shown, text=words)
        offers["edit_note"] = Offer(self.edit_note)
        for name, _text in TABS:
            offers[f"tab_{name}"] = Offer(lambda name=name: self._choose_tab(name))  # type: ignore[misc]
        # A tab without a search leads to the log's.
        offers["find"] = Offer(self._find_in_log)
        return offers | self._tabs[self.tabs.current].offers()

    def _fill_more(self) -> None:
        fill_menu(self.head.more.popup, MORE_MENU, self.offers())

    def _fill_compare(self) -> None:
        fill_menu(self.head.compare.popup, COMPARE_MENU, self.offers())

    def _find_in_log(self) -> None:
        self.show_tab("log")
        self.log.focus_find()

    def _ask(self, signal: str) -> None:
        """Emit a signal with the id of the run if that is possible now."""
        state = self._state
        if state is None:
            return
        match signal:
            case "back":
                self.back_requested.emit()
            case "again" if not state.run_blocked:
                self.run_again_requested.emit(state.run.id)
            case "cancel" if state.run.status.is_active:
                self.cancel_requested.emit(state.run.id)
            case "restore" if not restore_problem(state):
                self.restore_requested.emit(state.run.id)
            case "newer" if state.newer:
                self.run_shown.emit(state.newer)
            case "older" if state.older:
                self.run_shown.emit(state.older)
            case _:
                pass

    def _escape(self) -> None:
        if self._open and not self._docked:
            self._toggle_properties()
        else:
            self.back_requested.emit()

    @property
    def _docked(self) -> bool:
        return self.width() >= theme().px(_DOCKED_FROM)

    def _toggle_properties(self) -> None:
        shown = self.properties.isVisible()
        self._open = not shown
        self._place_properties()
        if self._open and not self._docked:
            self.properties.focus_first()
        elif shown:
            self.tabs.setFocus(Qt.FocusReason.OtherFocusReason)

    def edit_note(self) -> None:
        """Put the cursor into the note."""
        self._open = True
        self._place_properties()
        self.properties.focus_note()

    def _place_properties(self) -> None:
        """Put the panel beside the tabs, or over them where there is no room."""
        docked = self._docked
        if docked != self._was_docked:
            self._was_docked = docked
            self._open = None
        shown = docked if self._open is None else self._open
        width = min(theme().px(_PROPERTIES), self.width())
        self._body_row.setContentsMargins(0, 0, width if shown and docked else 0, 0)
        self.properties.setGeometry(self._body.width() - width, 0, width, self._body.height())
        self.properties.setVisible(shown)
        self.offers_changed.emit()
        self.head.properties.setVisible(not (docked and shown))
        self.properties.raise_()

    def _connect(self) -> None:
        head = self.head
        head.back_requested.connect(self.back_requested)
        head.list_requested.connect(self.list_requested)
        for signal, name in (
            (head.newer_requested, "newer"),
            (head.older_requested, "older"),
            (head.run_again_requested, "again"),
            (head.cancel_requested, "cancel"),
            (head.restore_requested, "restore"),
        ):
            signal.connect(lambda name=name: self._ask(name))
        head.properties_toggled.connect(self._toggle_properties)
        self.tabs.chosen.connect(self.show_tab)
        self.banner.action.connect(self._on_banner)
        self.log.save_requested.connect(self.log_save_requested)
        self.outputs.selected.connect(self.output_selected)
        self.outputs.save_requested.connect(self.output_save_requested)
        self.outputs.open_requested.connect(self.output_open_requested)
        self.outputs.folder_requested.connect(self.outputs_folder_requested)
        self.changes.change_selected.connect(self.change_selected)
        self.metrics.data_save_requested.connect(self.chart_data_save_requested)
        self.metrics.picture_save_requested.connect(self.chart_save_requested)
        self.properties.note_changed.connect(self.note_changed)
        self.properties.changes_requested.connect(lambda: self._choose_tab("changes"))
        head.more.popup.aboutToShow.connect(self._fill_more)
        head.compare.popup.aboutToShow.connect(self._fill_compare)
        for tab in (self.metrics, self.log, self.outputs, self.changes, self.environment):
            tab.offers_changed.connect(self.offers_changed)
        self._body.resized.connect(self._place_properties)

    def _build(self) -> None:
        px = theme().px
        self.setObjectName("runDetail")
        self.tabs.setObjectName("detailTabs")
        for name, text in TABS:
            self.tabs.add(name, text)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.metrics)
        for tab in self._tabs.values():
            if tab is not self.metrics:
                tab.hide()
                tab.setParent(self)
        tab_row = Panel("surface", "bottom")
        row = QHBoxLayout(tab_row)
        row.setContentsMargins(px(12), 0, px(24), 0)
        row.addWidget(self.tabs)
        row.addStretch(1)
        self._banner_frame = Panel("surface")
        frame = QVBoxLayout(self._banner_frame)
        frame.setContentsMargins(px(24), px(16), px(24), 0)
        frame.addWidget(self.banner)
        self._banner_frame.hide()
        content = Panel("surface")
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._banner_frame)
        column.addWidget(self._stack, 1)
        self._body_row.setSpacing(0)
        self._body_row.addWidget(content)
        self.properties.setParent(self._body)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.head)
        layout.addWidget(tab_row)
        layout.addWidget(self._body, 1)


class _Body(QWidget):
    """The area below the tabs.

    Signals:
        resized: It has another size.
    """

    resized = Signal()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Tell the new size."""
        super().resizeEvent(event)
        self.resized.emit()
