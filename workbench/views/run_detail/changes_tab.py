"""The Code changes tab: files that differ from the run before, and their differences."""

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from workbench.core.restore import FileChange
from workbench.core.text_diff import BinaryDiff, DiffDocument
from workbench.core.wording import count
from workbench.viewmodels.run_states import RunDetailState
from workbench.views.diff.changes_view import ChangesView
from workbench.views.kit.empty_state import EmptyState
from workbench.views.kit.page import Offers
from workbench.views.kit.progress import MovingBar
from workbench.views.run_detail.head import NO_SNAPSHOT


class ChangesTab(QStackedWidget):
    """Nothing is asked for before the tab is opened.

    Signals:
        change_selected: ``FileChange`` whose difference is wanted.
        offers_changed: Other commands are possible now.
    """

    change_selected = Signal(object)
    offers_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._state: RunDetailState | None = None
        self.view = ChangesView("Before", "This run", list_name="Changed files")
        self.view.files.view.setObjectName("changedFiles")
        self.empty = EmptyState("file-check", "No changes")
        self._blank = QWidget()
        column = QVBoxLayout(self._blank)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(MovingBar())
        column.addStretch(1)
        for widget in (self._blank, self.view, self.empty):
            self.addWidget(widget)
        self.view.change_selected.connect(self.change_selected)
        self.view.offers_changed.connect(self.offers_changed)
        self.setFocusProxy(self.view.files)

    def offers(self) -> Offers:
        """Return what can be done now, by the id of the command."""
        return self.view.offers() if self.currentWidget() is self.view else {}

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
        words = _nothing_to_show(state)
        if words is not None:
            self.empty.set_text(*words)
            self.setCurrentWidget(self.empty)
        elif state.changes is None:
            self.setCurrentWidget(self._blank)
        else:
            base = f"#{state.previous.number}" if state.previous else "Before"
            self.setCurrentWidget(self.view)
            self.view.diff.set_titles(base, f"#{state.run.number}")
            title = f"{count(len(state.changes), 'file')} changed since {base}"
            self.view.render(state.changes, title, selected=self.view.selected)


def _nothing_to_show(state: RunDetailState) -> tuple[str, str] | None:
    """Return title and text that stand in the place of the files, ``None`` if there are files."""
    run = state.run
    if state.changes_problem:
        return "Code changes can't be shown", state.changes_problem
    if not run.snapshot:
        if run.status.is_active and run.started is None:
            return "The snapshot is being saved", "Code changes appear here after that."
        return NO_SNAPSHOT, "Workbench can't tell what the project folder held."
    if state.changes is None or state.changes:
        return None
    if state.previous is None:
        return "Nothing to compare with", "This is the first run with a snapshot."
    return f"No changes since #{state.previous.number}", "The project folder was the same."
