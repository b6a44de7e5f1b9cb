"""Parts of the Restore page: its head, the kept files, and the bar with the buttons."""

from collections.abc import Sequence
from html import escape

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QListView, QVBoxLayout

from workbench.core.wording import count
from workbench.viewmodels.changed_files import display_path
from workbench.viewmodels.restore_states import RestoreState
from workbench.views.kit.buttons import Button, IconButton
from workbench.views.kit.card import Panel
from workbench.views.kit.label import ElidedLabel, IconLabel, Label
from workbench.views.kit.progress import ProgressStrip
from workbench.views.kit.status_chip import StatusChip
from workbench.views.theme.theme import theme

_COMMAND_MAX = 80
_SHORT_COMMIT = 7


class RestoreHead(Panel):
    """Path row, title with the run's status, and where the snapshot comes from.

    Signals:
        list_requested: The user wants to go back to Run List.
        detail_requested: The user wants to go back to Run Detail.
    """

    list_requested = Signal()
    detail_requested = Signal()

    def __init__(self) -> None:
        super().__init__("surface", "bottom")
        px = theme().px
        self.back = IconButton("chevron-left", "Back to Run Detail (Alt+Left)", "Back", small=True)
        self.back.setObjectName("back")
        self.to_list = Button("Run List", kind="link")
        self.to_detail = Button("Run Detail", kind="link")
        self._title = Label("", "title")
        self._chip = StatusChip()
        self._line = Label("", "secondary", "text_2", wrap=True)
        self._line.setTextFormat(Qt.TextFormat.RichText)
        self._state: RestoreState | None = None
        path = QHBoxLayout()
        path.setContentsMargins(0, px(4), 0, px(4))
        path.setSpacing(px(4))
        path.addWidget(self.back)
        path.addWidget(self.to_list)
        path.addWidget(Label("/", "body", "text_3"))
        path.addWidget(self.to_detail)
        path.addWidget(Label("/", "body", "text_3"))
        here = Label("Restore", "body", "text_2")
        here.setIndent(px(3))
        path.addWidget(here)
        path.addStretch(1)
        title = QHBoxLayout()
        title.setSpacing(px(12))
        title.addWidget(self._title)
        title.addWidget(self._chip)
        title.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(24), 0, px(24), px(16))
        layout.setSpacing(px(4))
        layout.addLayout(path)
        layout.addLayout(title)
        layout.addWidget(self._line)
        self.back.clicked.connect(self.detail_requested)
        self.to_detail.clicked.connect(self.detail_requested)
        self.to_list.clicked.connect(self.list_requested)
        theme().changed.connect(self._show_line)

    @property
    def line(self) -> str:
        """The sentence about the snapshot, with its markup."""
        return self._line.text()

    def show_state(self, state: RestoreState) -> None:
        """Show the run, its snapshot, and the user's branch."""
        self._title.setText(f"Restore the project folder from run #{state.run_number}")
        self._chip.setVisible(state.run_status is not None)
        if state.run_status is not None:
            self._chip.render(state.run_status)
        self._state = state
        self._show_line()

    def _show_line(self) -> None:
        state = self._state
        if state is None:
            return
        parts = []
        if state.snapshot:
            parts.append(f"Snapshot {_mono(state.snapshot[:_SHORT_COMMIT])}")
        if state.taken:
            taken = f"taken {state.taken[:1].lower()}{state.taken[1:]}"
            command = f" before {_mono(_shortened(state.command))} started" if state.command else ""
            parts.append(f"{escape(taken)}{command}")
        text = f"{', '.join(parts)}." if parts else ""
        if state.plan is not None and state.plan.branch:
            text += f" You stay on branch {escape(state.plan.branch)}."
        self._line.setText(text)
        self._line.setToolTip(state.command if len(state.command) > _COMMAND_MAX else "")


def _mono(text: str) -> str:
    family = theme().font("mono").family()
    style = f"font-family:'{family}'; font-size:{theme().px(12)}px; white-space:pre-wrap"
    return f'<span style="{style}">{escape(text)}</span>'


def _shortened(text: str) -> str:
    if len(text) <= _COMMAND_MAX:
        return text
    half = _COMMAND_MAX // 2
    return f"{text[:half]}…{text[-half:]}"


class _KeptModel(QAbstractListModel):
    """Paths that are not touched."""

    def __init__(self) -> None:
        super().__init__()
        self._paths: Sequence[str] = ()

    def set_paths(self, paths: Sequence[str]) -> None:
        self.beginResetModel()
        self._paths = paths
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._paths)

    def data(
        self,
        index: QModelIndex | QPersistentModelIndex,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> str | None:
        shown = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole)
        return display_path(self._paths[index.row()]) if role in shown else None


class KeptPanel(Panel):
    """What does not change: files that are the same, and files that rules leave out."""

    def __init__(self) -> None:
        super().__init__("surface", "top")
        px = theme().px
        self._same = Label("", "secondary", "text_2")
        self.toggle = Button("", "chevron-right", "link", small=True)
        self.toggle.setObjectName("keptFiles")
        self.toggle.setCheckable(True)
        self._model = _KeptModel()
        self.list = QListView()
        self.list.setObjectName("keptList")
        self.list.setAccessibleName("Files that stay as they are")
        self.list.setModel(self._model)
        self.list.setUniformItemSizes(True)
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.list.setFont(theme().font("secondary"))
        self.list.setFixedHeight(px(120))
        self.list.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(10), px(8), px(10), px(8))
        layout.setSpacing(px(2))
        self._same.setIndent(px(6))
        layout.addWidget(self._same)
        layout.addWidget(self.toggle)
        layout.addWidget(self.list)
        self._kept: Sequence[str] = ()
        self.toggle.toggled.connect(self._on_toggled)
        self.toggle.setSizePolicy(self._same.sizePolicy())

    def show_plan(self, unchanged: int, kept: Sequence[str]) -> None:
        """Show how many files are the same already, and which are not touched."""
        self._same.setText(
            "1 file is already the same"
            if unchanged == 1
            else f"{unchanged:,} files are already the same"
        )
        if kept is not self._kept:
            self._kept = kept
            self._model.set_paths(kept)
            self.toggle.setChecked(False)
        stay = "stays as it is" if len(kept) == 1 else "stay as they are"
        self.toggle.set_text(f"{count(len(kept), 'item')} left out by rules {stay}")
        self.toggle.setVisible(bool(kept))

    def _on_toggled(self, on: bool) -> None:  # noqa: FBT001 - Qt's own signature
        self.list.setVisible(on)
        self.toggle.set_icon("chevron-down" if on else "chevron-right")


class RestoreProgress(Panel):
    """Title, count, bar and the file that is being written."""

    def __init__(self) -> None:
        super().__init__("surface", "bottom")
        px = theme().px
        self.strip = ProgressStrip()
        self._path = ElidedLabel("", "mono", "text_2", Qt.TextElideMode.ElideMiddle)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(16), px(12), px(16), px(12))
        layout.setSpacing(px(4))
        layout.addWidget(self.strip)
        layout.addWidget(self._path)
        self.hide()

    @property
    def path(self) -> str:
        """The file shown."""
        return self._path.text()

    def show_state(self, state: RestoreState) -> None:
        """Show how far a restore is; hidden while there is none."""
        self.strip.render(state.progress)
        self._path.setText(display_path(state.current_path))
        self._path.setVisible(bool(state.current_path))
        self.setVisible(state.progress is not None)


class ActionBar(Panel):
    """What is safe, Cancel, and Restore.

    Signals:
        canceled: Cancel was pressed.
        confirmed: Restore was pressed.
    """

    canceled = Signal()
    confirmed = Signal()

    def __init__(self) -> None:
        super().__init__("chrome", "top")
        px = theme().px
        self.setFixedHeight(px(56))
        self._safe = Label("A safety snapshot is saved before anything changes.", "body", "text")
        self._undo = ElidedLabel("Undo it any time with Edit, Undo Restore.", "body", "text_3")
        self.cancel = Button("Cancel")
        self.cancel.setObjectName("cancelRestore")
        self.restore = Button("Restore", "rotate-ccw", "primary")
        self.restore.setObjectName("doRestore")
        self.restore.set_tip("Ctrl+Enter")
        row = QHBoxLayout(self)
        row.setContentsMargins(px(24), 0, px(24), 0)
        row.setSpacing(px(8))
        row.addWidget(IconLabel("shield-check", "ok"))
        row.addWidget(self._safe)
        row.addWidget(self._undo, 1)
        row.addWidget(self.cancel)
        row.addWidget(self.restore)
        self.cancel.clicked.connect(self.canceled)
        self.restore.clicked.connect(self.confirmed)

    def show_state(self, state: RestoreState) -> None:
        """Name the number of files; disable Restore with the reason."""
        changes = len(state.plan.changes) if state.plan else 0
        self.restore.set_text(f"Restore {count(changes, 'file')}" if changes else "Restore")
        self.restore.set_disabled_reason(state.restore_problem)
