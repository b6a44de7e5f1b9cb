"""The Code changes tab: files that differ from another run or the folder, and their differences."""

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from workbench.core.restore import FileChange
from workbench.core.text_diff import BinaryDiff, DiffDocument
from workbench.core.wording import count
from workbench.viewmodels.beside_run import FOLDER, OTHER, PREVIOUS, run_items
from workbench.viewmodels.run_states import RunDetailState, since_words
from workbench.views.diff.changes_view import ChangesView
from workbench.views.kit.card import Panel
from workbench.views.kit.empty_state import EmptyState
from workbench.views.kit.page import Offer, Offers
from workbench.views.kit.progress import MovingBar
from workbench.views.run_detail.head import NO_SNAPSHOT
from workbench.views.run_detail.run_choice import RunChoice
from workbench.views.theme.theme import theme

_HEAD, _ROOM = 48, 168


class ChangesTab(QWidget):
    """Nothing is asked for before the tab is opened.

    Signals:
        change_selected: ``FileChange`` whose difference is wanted.
        base_chosen: ``str``: since when changes are wanted, see ``BesideState``.
        other_base_requested: The user wants to choose that run among all runs.
        offers_changed: Other commands are possible now.
    """

    change_selected = Signal(object)
    base_chosen = Signal(str)
    other_base_requested = Signal()
    offers_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._state: RunDetailState | None = None
        self.base = RunChoice("Since", "Code changes since", _ROOM)
        self.base.combo.setObjectName("changesBase")
        self.view = ChangesView("Before", "This run", list_name="Changed files")
        self.view.files.view.setObjectName("changedFiles")
        self.empty = EmptyState("file-check", "No changes")
        self._build()
        self.base.picked.connect(self.base_chosen)
        self.base.other_requested.connect(self.other_base_requested)
        self.view.change_selected.connect(self.change_selected)
        self.view.offers_changed.connect(self.offers_changed)
        self.setFocusProxy(self.view.files)

    def offers(self) -> Offers:
        """Return what can be done now, by the id of the command."""
        offers = self.view.offers() if self.stack.currentWidget() is self.view else {}
        reason = NO_SNAPSHOT if self._head.isHidden() else ""
        return {"changes_base": Offer(self.base.open, reason), **offers}

    def show_state(self, state: RunDetailState) -> None:
        """Show the changes of a run, now or when the tab is opened."""
        self._state = state
        if self.isVisible():
            self._show_now()

    def show_change(self, change: FileChange, content: DiffDocument | BinaryDiff | None) -> None:
        """Show the difference of a file."""
        self.view.show_diff(change.path, content)

    def set_counts(self, counts: Mapping[str, tuple[int, int]]) -> None:
        """Tell the added and removed lines of some files."""
        self.view.files.set_counts(counts)

    def showEvent(self, event: QShowEvent) -> None:
        """Ask for the first difference when the tab is opened."""
        super().showEvent(event)
        self._show_now()

    def _show_now(self) -> None:
        state = self._state
        if state is None:
            return
        self._show_base(state)
        words = _nothing_to_show(state)
        if words is not None:
            self.empty.set_text(*words)
            self.stack.setCurrentWidget(self.empty)
        elif state.changes is None:
            self.stack.setCurrentWidget(self._blank)
        else:
            self.stack.setCurrentWidget(self.view)
            self.view.diff.set_titles(*_sides(state))
            title = f"{count(len(state.changes), 'file')} changed {since_words(state)}".rstrip()
            self.view.render(state.changes, title, selected=self.view.selected)

    def _show_base(self, state: RunDetailState) -> None:
        """Show since when changes are shown, and what else there is."""
        beside, run = state.beside, state.run
        self._head.setVisible(bool(run.snapshot))
        fixed = state.previous if beside.base not in (PREVIOUS, FOLDER) else None
        known = state.previous if beside.base == PREVIOUS else None
        items = run_items(run, beside, fixed, known)
        if known is None:
            items.insert(0, (PREVIOUS, "Previous run"))
        others = [item for item in items if item[0] == OTHER]
        items = [item for item in items if item[0] != OTHER]
        self.base.show_items([*items, (FOLDER, "Folder now"), *others], beside.base)

    def _build(self) -> None:
        px = theme().px
        self._head = Panel("surface", "bottom")
        self._head.setFixedHeight(px(_HEAD))
        row = QHBoxLayout(self._head)
        row.setContentsMargins(px(24), 0, px(24), 0)
        row.addWidget(self.base)
        row.addStretch(1)
        self._blank = QWidget()
        blank = QVBoxLayout(self._blank)
        blank.setContentsMargins(0, 0, 0, 0)
        blank.addWidget(MovingBar())
        blank.addStretch(1)
        self.stack = QStackedWidget()
        for widget in (self._blank, self.view, self.empty):
            self.stack.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._head)
        column.addWidget(self.stack, 1)


def _sides(state: RunDetailState) -> tuple[str, str]:
    """Return what stands above the version before and the one after."""
    own = f"#{state.run.number}"
    if state.beside.base == FOLDER:
        return own, "Folder now"
    return (f"#{state.previous.number}" if state.previous else "Before"), own


def _nothing_to_show(state: RunDetailState) -> tuple[str, str] | None:
    """Return title and text that stand in the place of the files, ``None`` if there are files."""
    run = state.run
    if state.changes_problem:
        return "Code changes can't be shown", state.changes_problem
    if not run.snapshot:
        if run.status.is_active and run.started is None:
            return "The snapshot is being saved", "Code changes appear here after that."
        return NO_SNAPSHOT, "Workbench can't tell what the project folder held."
    return None if state.changes is None or state.changes else _no_changes(state)


def _no_changes(state: RunDetailState) -> tuple[str, str]:
    if state.beside.base == FOLDER:
        return f"No changes {since_words(state)}", "The project folder is the same now."
    if state.previous is None:
        return "Nothing to compare with", "This is the first run with a snapshot."
    return f"No changes {since_words(state)}", "The project folder was the same."
