"""The Log tab: what the script printed, with search, Follow, wrap and copy."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from workbench.core.log_stretch import LogStretch
from workbench.core.wording import count, format_size
from workbench.viewmodels.log_buffer import LogBuffer, LogChange
from workbench.views.command_menu import LINE, open_menu
from workbench.views.kit.buttons import Button, IconButton
from workbench.views.kit.card import Panel
from workbench.views.kit.fields import SearchField
from workbench.views.kit.label import ElidedLabel
from workbench.views.kit.page import Offer, Offers
from workbench.views.run_detail.log_feed import LogFeed
from workbench.views.run_detail.log_streams import LogStreams
from workbench.views.theme.theme import theme

_EMPTY = "The log is empty"
_MENU = ("find", "wrap_log", LINE, "copy_log", "save_log")
_FIND, _FIND_NARROW, _FIND_FIRST, _LEAST = 264, 160, 100, 720


def keeps_escape(event: QEvent) -> bool:
    """Return whether Esc was pressed in a field that wants it before the page does."""
    asks = event.type() == QEvent.Type.ShortcutOverride
    return asks and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape


class LogTab(QWidget):
    """Toolbar, text, and a summary below it.

    Signals:
        save_requested: The log is to be saved as a file.
        offers_changed: Other commands are possible now.
    """

    save_requested = Signal()
    offers_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.buffer = LogBuffer()
        self.feed = LogFeed(self.buffer, self)
        self.streams = LogStreams(self.buffer, self)
        self.text = self.streams.text
        self.search = SearchField("Find in log (Ctrl+F)", "Find in log")
        self.previous = IconButton("chevron-up", "Previous (Shift+F3)", "Previous match")
        self.next = IconButton("chevron-down", "Next (F3)", "Next match")
        self.result = ElidedLabel("", "secondary", "text_2")
        self.follow = Button("Follow", "arrow-down-to-line", "flat")
        self.wrap = IconButton("wrap-text", "Wrap lines (Alt+Z)", "Wrap lines", checkable=True)
        self.copy = IconButton("copy", "Copy log")
        self.save = IconButton("download", "Save log as")
        self.summary = ElidedLabel("", "secondary", "text_2")
        self.note = ElidedLabel("", "secondary", "text_3")
        self._wanted = ""
        self._had_lines = False
        self._build()
        self._connect()
        self._show_summary()

    def start(self) -> None:
        """Show an empty log; a new run is shown."""
        self.feed.clear()
        self.buffer.clear()
        self.streams.start()
        self._wanted = ""
        self.search.line.clear()
        self.result.setText("")
        self._show_summary()

    def append(self, data: bytes, *, final: bool = False) -> None:
        """Take the next bytes of the log."""
        self.feed.append(data, final=final)

    def take_notes(self, stretches: Sequence[LogStretch]) -> None:
        """Take of which stream the bytes of the log are, and when they came."""
        self.streams.note(stretches)

    def set_live(self, *, live: bool) -> None:
        """Follow the log of a run that is going on, begin at the top of one that ended."""
        self.text.set_follow(on=live)

    def show_note(self, text: str, placeholder: str) -> None:
        """Say whether the log still grows, and what stands there while it is empty."""
        self.note.setText(text)
        self.text.setPlaceholderText(placeholder)

    def show_line(self, text: str) -> None:
        """Go to the last line with this text, as soon as the log is there."""
        self._wanted = text
        if not self.feed.pending:
            self._go_to_wanted()

    def focus_find(self) -> None:
        """Put the cursor into the search field."""
        self.search.line.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.line.selectAll()

    def find_next(self, *, back: bool = False) -> None:
        """Go to the next place with the searched text."""
        text = self.search.text()
        if not text:
            self.focus_find()
            return
        self._search(text, back=back, again=True)

    def offers(self) -> Offers:
        """Return what can be done now, by the id of the command."""
        return {
            "find": Offer(self.focus_find),
            "find_next": Offer(self.find_next),
            "find_previous": Offer(lambda: self.find_next(back=True)),
            "follow_log": Offer(
                lambda: self.text.set_follow(on=not self.text.following),
                checked=self.text.following,
            ),
            "log_stream": Offer(self.streams.choose_next, self.streams.stream_reason),
            "log_times": Offer(
                self.streams.times.toggle,
                self.streams.times_reason,
                checked=self.streams.times.isChecked(),
            ),
            "wrap_log": Offer(self.wrap.toggle, checked=self.wrap.isChecked()),
            "copy_log": Offer(self._copy, "" if self.buffer.end else _EMPTY),
            "save_log": Offer(self.save_requested.emit, "" if self.buffer.size else _EMPTY),
        }

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Step through the places with Enter and Shift+Enter; leave the search with Esc."""
        if keeps_escape(event):
            event.accept()
            return True
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.find_next(back=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
                return True
            if event.key() == Qt.Key.Key_Escape:
                self.search.line.clear()
                self.text.setFocus(Qt.FocusReason.OtherFocusReason)
                return True
        return super().eventFilter(watched, event)

    def _on_changed(self, change: LogChange) -> None:
        self.streams.show_change(change)
        self._show_summary()

    def _on_drained(self) -> None:
        if self._wanted:
            self._go_to_wanted()

    def _on_streams(self) -> None:
        self._show_summary()
        self.offers_changed.emit()
        if self._wanted and not self.feed.pending:
            self._go_to_wanted()

    def _go_to_wanted(self) -> None:
        if not self.streams.is_whole:
            self.streams.choose("all")
        if not self.streams.settled:
            return
        wanted, self._wanted = self._wanted, ""
        self.text.set_follow(on=False)
        self.text.show_last(wanted)

    def _search(self, text: str, *, back: bool = False, again: bool = False) -> None:
        found = self.text.find_next(text, back=back, again=again)
        self.result.setText("" if found else "No matches")

    def _show_summary(self) -> None:
        parts = [count(self.buffer.end, "line"), format_size(self.buffer.size)]
        if self.text.first and self.streams.is_whole:
            parts.append(f"the newest {count(self.text.end - self.text.first, 'line')} are shown")
        if self.streams.words:
            parts.append(self.streams.words)
        self.summary.setText(" · ".join(parts))
        self.copy.set_disabled_reason("" if self.buffer.end else _EMPTY)
        self.save.set_disabled_reason("" if self.buffer.size else _EMPTY)
        if bool(self.buffer.size) is not self._had_lines:
            self._had_lines = bool(self.buffer.size)
            self.offers_changed.emit()

    def _copy(self) -> None:
        shown = self.buffer.text() if self.streams.is_whole else self.text.toPlainText()
        QGuiApplication.clipboard().setText(shown)

    def _open_menu(self, place: QPoint) -> None:
        """Open the menu of the text: what every text has, and the commands of the log."""
        menu = open_menu(self, "logContextMenu", place, _MENU, self.offers())
        top = menu.actions()[0]
        select_all = QAction("Select all", menu)
        select_all.setShortcut(QKeySequence.StandardKey.SelectAll)
        select_all.triggered.connect(self.text.selectAll)
        copy = QAction(theme().icon("copy"), "Copy", menu)
        copy.setShortcut(QKeySequence.StandardKey.Copy)
        copy.setEnabled(self.text.textCursor().hasSelection())
        copy.setToolTip("" if copy.isEnabled() else "Select some text first")
        copy.triggered.connect(self.text.copy)
        for action in (copy, select_all):
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            action.setShortcutVisibleInContextMenu(True)
            menu.insertAction(top, action)
        menu.insertSeparator(top)

    def _on_next(self) -> None:
        self.find_next()

    def _on_follow(self, on: bool) -> None:  # noqa: FBT001 - Qt's own signature
        self.follow.setChecked(on)
        self.offers_changed.emit()

    def _on_wrap(self, on: bool) -> None:  # noqa: FBT001 - Qt's own signature
        self.text.set_wrap(on=on)
        self.offers_changed.emit()

    def _connect(self) -> None:
        self.feed.changed.connect(self._on_changed)
        self.feed.drained.connect(self._on_drained)
        self.streams.changed.connect(self._on_streams)
        self.search.searched.connect(self._search)
        self.search.line.installEventFilter(self)
        self.previous.clicked.connect(lambda: self.find_next(back=True))
        self.next.clicked.connect(self._on_next)
        self.follow.clicked.connect(lambda on: self.text.set_follow(on=on))
        self.text.follow_changed.connect(self._on_follow)
        self.wrap.toggled.connect(self._on_wrap)
        self.copy.clicked.connect(self._copy)
        self.save.clicked.connect(self.save_requested)
        self.text.menu_requested.connect(self._open_menu)

    def _build(self) -> None:
        px = theme().px
        for widget, name in (
            (self.search.line, "logFind"),
            (self.follow, "logFollow"),
            (self.wrap, "logWrap"),
            (self.copy, "logCopy"),
            (self.save, "logSave"),
            (self.summary, "logSummary"),
            (self.previous, "logPrevious"),
            (self.next, "logNext"),
        ):
            widget.setObjectName(name)
        self.follow.setCheckable(True)
        self.search.setMinimumWidth(px(_FIND_NARROW))
        self.search.setMaximumWidth(px(_FIND))
        tools = Panel("surface", "bottom")
        tools.setFixedHeight(px(48))
        # The properties leave the page only once it may become narrower than both together.
        tools.setMinimumWidth(px(_LEAST))
        row = QHBoxLayout(tools)
        row.setContentsMargins(px(24), 0, px(24), 0)
        row.setSpacing(px(8))
        row.addWidget(self.streams.segments)
        row.addWidget(self.search, _FIND_FIRST)
        row.addWidget(self.previous)
        row.addWidget(self.next)
        row.addWidget(self.result, 1)
        for button in (self.follow, self.streams.times, self.wrap, self.copy, self.save):
            row.addWidget(button)
        area = Panel("sunken")
        inner = QVBoxLayout(area)
        inner.setContentsMargins(0, px(4), 0, 0)
        inner.addWidget(self.text)
        foot = Panel("surface", "top")
        foot.setFixedHeight(px(32))
        line = QHBoxLayout(foot)
        line.setContentsMargins(px(24), 0, px(24), 0)
        line.addWidget(self.summary, 1)
        line.addWidget(self.note)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(tools)
        layout.addWidget(area, 1)
        layout.addWidget(foot)
        self.setFocusProxy(self.text)
