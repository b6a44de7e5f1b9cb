"""The difference of two versions of a file, side by side or unified."""

from bisect import bisect_left, bisect_right

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from workbench.core.text_diff import (
    MAX_CHANGED_LINES,
    BinaryDiff,
    DiffDocument,
    DiffRow,
    change_starts,
    unified_rows,
)
from workbench.views.diff.binary_view import BinaryView
from workbench.views.diff.diff_header import DiffHeader
from workbench.views.diff.diff_panes import SidePanes, UnifiedPane
from workbench.views.diff.syntax import SyntaxColorer
from workbench.views.kit.empty_state import EmptyState
from workbench.views.kit.page import Offer, Offers
from workbench.views.kit.progress import MovingBar
from workbench.views.kit.restyle import announce
from workbench.views.theme.theme import theme

NARROW = 760
# Filling a pane with more would stop the window for a moment.
MAX_ROWS = 10_000
NO_CHANGES, TOO_NARROW = "No changed lines are shown", "Side by side needs a wider window"
_SHOW_AFTER_MS = 300


class DiffView(QWidget):
    """Header and content of one difference.

    Args:
        left: What the version before is, for example ``"Now, in your folder"``.
        right: What the version after is.
        after_name: Accessible name of the version after, if it differs.

    Signals:
        layout_chosen: ``"side"`` or ``"unified"``: what the user wants from now on.
        offers_changed: Other commands are possible now.
    """

    layout_chosen = Signal(str)
    offers_changed = Signal()

    def __init__(
        self, left: str, right: str, after_name: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._content: DiffDocument | BinaryDiff | None = None
        self._path = ""
        self._choice = "side"
        self._shown_layout = "side"
        self._starts: tuple[int, ...] = ()
        self.header = DiffHeader(self)
        self.sides = SidePanes(left, after_name or right)
        self.unified = UnifiedPane()
        self.binary = BinaryView()
        self.empty = EmptyState("file-check", "No differences")
        self._colorer = SyntaxColorer(self)
        self._waiting = QTimer(self)
        self._waiting.setSingleShot(True)
        self._waiting.setInterval(_SHOW_AFTER_MS)
        self._build()
        self.set_titles(left, right)
        self._connect()
        self.render(None)

    @property
    def layout_now(self) -> str:
        """``"side"`` or ``"unified"``: the form shown, whatever the user prefers."""
        narrow = self.width() < theme().px(NARROW)
        return "unified" if narrow else self._choice

    @property
    def path(self) -> str:
        """The file shown."""
        return self._path

    def set_titles(self, left: str, right: str) -> None:
        """Change what the two versions are called above their columns."""
        self._titles = (left, right)
        self.sides.set_titles(left, right)
        self.unified.set_titles(left, right)

    def set_layout(self, layout: str) -> None:
        """Prefer ``"side"`` or ``"unified"``."""
        if layout != self._choice:
            self._choice = layout
            self._show_content()

    def toggle_layout(self) -> None:
        """Change between side by side and unified, if there is room for both."""
        if self.header.layout_choice.isEnabled():
            self._on_layout("unified" if self._choice == "side" else "side")

    def render(  # type: ignore[override]  # a state, no painter
        self, content: DiffDocument | BinaryDiff | None, path: str = ""
    ) -> None:
        """Show a difference; ``None`` with a path means that it is being read."""
        if content is self._content and path == self._path:
            return
        self._content = content
        self._path = path
        self.header.show_path(path)
        self._show_content()

    def offers(self) -> Offers:
        """Return what can be done now, by the id of the command."""
        nothing = "" if self._starts else NO_CHANGES
        narrow = self.width() < theme().px(NARROW)
        return {
            "next_change": Offer(self.next_change, nothing),
            "previous_change": Offer(self.previous_change, nothing),
            "diff_layout": Offer(
                self.toggle_layout,
                TOO_NARROW if narrow else "",
                text="Show side by side" if self.layout_now == "unified" else "Show unified",
            ),
        }

    def next_change(self) -> None:
        """Go to the next change; after the last one to the first."""
        self._step(forward=True)

    def previous_change(self) -> None:
        """Go to the previous change; before the first one to the last."""
        self._step(forward=False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Change to the unified form when there is no room for two columns, and back."""
        super().resizeEvent(event)
        if self.layout_now != self._shown_layout:
            self._show_content()

    def _show_content(self) -> None:
        self._colorer.stop()
        self._waiting.stop()
        self._bar.hide()
        self._show_layout()
        content = self._content
        text = content if isinstance(content, DiffDocument) else None
        self._show_facts(text)
        self._starts = change_starts(self._shown_rows())
        if content is None:
            self._stack.setCurrentWidget(self._blank)
            if self._path:
                self._waiting.start()
        elif isinstance(content, BinaryDiff):
            self.binary.show_versions(content, *self._titles)
            self._stack.setCurrentWidget(self.binary)
        elif content.rows:
            self._show_rows(content)
        else:
            self._show_no_rows(content)
        self.header.set_steps_reason("" if self._starts else NO_CHANGES)
        self.offers_changed.emit()

    def _show_facts(self, document: DiffDocument | None) -> None:
        if document is None or document.summary_only:
            self.header.show_counts(0, 0)
        else:
            self.header.show_counts(document.added, document.removed)
        notes = () if document is None else document.notes
        if document is not None and len(document.rows) > MAX_ROWS:
            notes = (f"The first {MAX_ROWS:,} lines are shown", *notes)
        self.header.show_notes(notes)

    def _show_layout(self) -> None:
        self._shown_layout = self.layout_now
        self.header.layout_choice.set_current(self._shown_layout)
        narrow = self.width() < theme().px(NARROW)
        self.header.set_layout_reason(TOO_NARROW if narrow else "")

    def _show_rows(self, document: DiffDocument) -> None:
        side = self._shown_layout == "side"
        rows = self._shown_rows()
        if side:
            self.sides.show_rows(rows)
            jobs = self.sides.jobs(document)
        else:
            self.unified.show_rows(rows)
            jobs = self.unified.jobs(document)
        self._stack.setCurrentWidget(self.sides if side else self.unified)
        self._colorer.start(self._path, jobs)

    def _shown_rows(self) -> tuple[DiffRow, ...]:
        """Return the rows of the form shown."""
        if not isinstance(self._content, DiffDocument):
            return ()
        rows = self._content.rows[:MAX_ROWS]
        return rows if self._shown_layout == "side" else unified_rows(rows)

    def _show_no_rows(self, document: DiffDocument) -> None:
        if document.summary_only:
            text = f"More than {MAX_CHANGED_LINES:,} lines differ."
            self.empty.set_text("Too many changes to show", text)
        elif document.notes:
            self.empty.set_text("The lines are the same", ". ".join(document.notes) + ".")
        elif document.left.exists and document.right.exists:
            self.empty.set_text("No differences", "")
        else:
            self.empty.set_text("An empty file", "There is no text in it.")
        self._stack.setCurrentWidget(self.empty)

    def _step(self, *, forward: bool) -> None:
        if not self._starts:
            return
        pane = self.sides.left if self._shown_layout == "side" else self.unified.pane
        here = pane.textCursor().blockNumber() if pane.stepped else -1
        if forward:
            number = bisect_right(self._starts, here)
        else:
            number = bisect_left(self._starts, max(here, 0)) - 1
        number %= len(self._starts)
        row = self._starts[number]
        for target in (self.sides.left, self.sides.right) if pane is self.sides.left else (pane,):
            target.go_to(row)
        announce(self, f"Change {number + 1} of {len(self._starts)}")

    def _on_layout(self, layout: str) -> None:
        self.set_layout(layout)
        self.layout_chosen.emit(layout)

    def _on_fold(self, row: int) -> None:
        document = self._content
        if not isinstance(document, DiffDocument):
            return
        # In the unified form rows are counted differently: find the fold by its first line.
        if self._shown_layout == "unified":
            shown = unified_rows(document.rows)[row]
            row = document.rows.index(shown)
        pane = self.sides.left if self._shown_layout == "side" else self.unified.pane
        place = pane.verticalScrollBar().value()
        self._content = document.unfolded(row)
        self._show_content()
        pane.verticalScrollBar().setValue(place)

    def _show_waiting(self) -> None:
        self._bar.setVisible(self._content is None)

    def _connect(self) -> None:
        self.header.layout_choice.chosen.connect(self._on_layout)
        self.header.previous.clicked.connect(self.previous_change)
        self.header.next.clicked.connect(self.next_change)
        self.sides.fold_opened.connect(self._on_fold)
        self.unified.fold_opened.connect(self._on_fold)
        self._waiting.timeout.connect(self._show_waiting)
        theme().changed.connect(self._recolor)

    def _recolor(self) -> None:
        document = self._content
        if isinstance(document, DiffDocument) and document.rows:
            side = self._shown_layout == "side"
            jobs = self.sides.jobs(document) if side else self.unified.jobs(document)
            self._colorer.start(self._path, jobs)

    def _build(self) -> None:
        self._blank = QWidget()
        self._bar = MovingBar()
        self._bar.hide()
        blank = QVBoxLayout(self._blank)
        blank.setContentsMargins(0, 0, 0, 0)
        blank.addWidget(self._bar)
        blank.addStretch(1)
        self._stack = QStackedWidget()
        for page in (self._blank, self.sides, self.unified, self.binary, self.empty):
            self._stack.addWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.header)
        layout.addWidget(self._stack, 1)
