"""Changed files at the left, the difference of the chosen one at the right."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from workbench.core.restore import ChangeKind, FileChange
from workbench.core.text_diff import BinaryDiff, DiffDocument
from workbench.viewmodels.changed_files import CODE_GROUPS
from workbench.views.diff.changed_files_list import ChangedFilesList
from workbench.views.diff.diff_view import DiffView
from workbench.views.diff.file_delegate import NOT_COMMITTED_ICON
from workbench.views.kit.card import Panel
from workbench.views.kit.empty_state import EmptyState
from workbench.views.kit.label import ElidedLabel, IconLabel, Label
from workbench.views.kit.page import Offer, Offers
from workbench.views.theme.theme import theme

_MIN_LIST = 240


class ChangesView(QWidget):
    """List and difference; the Restore page and the Code changes tab are made of it.

    ``list_head`` and ``list_foot`` take widgets above and below the list, ``notices`` takes banners
    above the difference, ``right`` takes pages that may stand in the place of the difference.

    Args:
        left: What the version before is.
        right: What the version after is.
        list_name: Accessible name of the list.
        groups: Title of each kind of change.
        list_width: Usual width of the list in pixels.
        after_name: Accessible name of the version after, if it differs from ``right``.

    Signals:
        file_selected: ``str``: path whose difference is wanted; answer with ``show_diff``.
        change_selected: ``FileChange``: the same as an object.
        offers_changed: Other commands are possible now.
    """

    file_selected = Signal(object)
    change_selected = Signal(object)
    offers_changed = Signal()

    def __init__(
        self,
        left: str,
        right: str,
        *,
        list_name: str = "Changed files",
        groups: Mapping[ChangeKind, str] = CODE_GROUPS,
        list_width: int = 320,
        after_name: str = "",
    ) -> None:
        super().__init__()
        self.files = ChangedFilesList(list_name, groups)
        self.diff = DiffView(left, right, after_name)
        self.title = ElidedLabel("", "secondary_strong")
        self.empty = EmptyState("file-check", "No changes")
        self._list_width = list_width
        self._keeps_list = False
        self._changes: Sequence[FileChange] | None = None
        self._build()
        self.files.file_selected.connect(self._on_selected)
        self.diff.offers_changed.connect(self.offers_changed)

    @property
    def selected(self) -> str:
        """Path of the selected file, empty without one."""
        change = self.files.current
        return change.path if change else ""

    def offers(self) -> Offers:
        """Return what can be done now, by the id of the command."""
        if not self._changes:
            return {}
        return {"find": Offer(self.files.focus_filter), **self.diff.offers()}

    def render(  # type: ignore[override]  # a state, no painter
        self,
        changes: Sequence[FileChange],
        title: str,
        *,
        selected: str = "",
        empty_title: str = "No changes",
        empty_text: str = "The project folder was the same.",
    ) -> bool:
        """Show files; the selected one, else the first, is asked for by ``file_selected``.

        Returns whether these are other files than before.

        Args:
            changes: Files, sorted by path; the same object again changes nothing.
            title: What stands above the list, for example ``"9 files will change"``.
            selected: Path to select.
            empty_title: What is said when nothing changed.
            empty_text: One sentence more.
        """
        self.title.setText(title)
        self.empty.set_text(empty_title, empty_text)
        if changes is self._changes:
            return False
        self._changes = changes
        self._stack.setCurrentWidget(self._splitter if changes or self._keeps_list else self.empty)
        self.diff.render(None)
        self.files.set_changes(changes)
        self._legend.setVisible(self.files.model.has_uncommitted)
        self.files.select(selected)
        return True

    def keep_list(self) -> None:
        """Show the list even if nothing changed; a page in ``right`` says so then."""
        self._keeps_list = True
        self._stack.setCurrentWidget(self._splitter)

    def show_diff(self, path: str, content: DiffDocument | BinaryDiff | None) -> None:
        """Show the difference of a file, unless another one was chosen meanwhile."""
        if path != self.selected:
            return
        self.diff.render(content, path)
        if isinstance(content, DiffDocument) and not content.summary_only:
            self.files.set_counts({path: (content.added, content.removed)})

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the list less room when the window is narrow."""
        super().resizeEvent(event)
        self._fit()

    def _on_selected(self, change: FileChange) -> None:
        self.diff.render(None, change.path)
        self.file_selected.emit(change.path)
        self.change_selected.emit(change)

    def _fit(self) -> None:
        """Keep the width that the user gave the list, or the one of the design."""
        px = theme().px
        narrow = self.width() < px(1040)
        wanted = min(self._list_width, 300) if narrow else self._list_width
        if not self._moved and self.width() > 0:
            self._splitter.setSizes([px(wanted), max(1, self.width() - px(wanted))])

    def _build(self) -> None:
        px = theme().px
        self._moved = False
        left = QWidget()
        left.setMinimumWidth(px(_MIN_LIST))
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.list_head = QVBoxLayout()
        self.list_foot = QVBoxLayout()
        column.addLayout(self.list_head)
        column.addWidget(self._build_title())
        column.addWidget(self.files, 1)
        column.addLayout(self.list_foot)
        right = QWidget()
        self.notices = QVBoxLayout()
        self.notices.setSpacing(0)
        area = QVBoxLayout(right)
        area.setContentsMargins(0, 0, 0, 0)
        area.setSpacing(0)
        area.addLayout(self.notices)
        self.right = QStackedWidget()
        self.right.addWidget(self.diff)
        area.addWidget(self.right, 1)
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setHandleWidth(1)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.addWidget(left)
        self._splitter.addWidget(right)
        self._splitter.setStretchFactor(0, 0)
        self._splitter.setStretchFactor(1, 1)
        self._splitter.splitterMoved.connect(self._on_moved)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._splitter)
        self._stack.addWidget(self.empty)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)

    def _build_title(self) -> QWidget:
        px = theme().px
        panel = Panel("surface", "bottom")
        panel.setFixedHeight(px(40))
        row = QHBoxLayout(panel)
        row.setContentsMargins(px(16), 0, px(16), 0)
        row.setSpacing(px(6))
        row.addWidget(self.title, 1)
        self._legend = QWidget()
        legend = QHBoxLayout(self._legend)
        legend.setContentsMargins(0, 0, 0, 0)
        legend.setSpacing(px(4))
        legend.addWidget(IconLabel(NOT_COMMITTED_ICON, "warn"))
        legend.addWidget(Label("not committed", "secondary", "text_3"))
        row.addWidget(self._legend)
        return panel

    def _on_moved(self) -> None:
        self._moved = True
