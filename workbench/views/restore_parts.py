"""Parts of the Restore page: its head, the kept files, and the bar with the buttons."""

from collections.abc import Sequence
from html import escape

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QListView, QVBoxLayout, QWidget

from workbench.core.snapshot import SHORT_COMMIT
from workbench.core.wording import count
from workbench.viewmodels.changed_files import display_path
from workbench.viewmodels.restore_states import RestoreState
from workbench.views.kit.buttons import Button, IconButton
from workbench.views.kit.card import Panel
from workbench.views.kit.label import ElidedLabel, IconLabel, Label
from workbench.views.kit.progress import ProgressStrip
from workbench.views.kit.status_chip import status_icon
from workbench.views.theme.theme import theme


class RestoreHead(Panel):
    """Path row, title, the facts of the run, and that nothing was changed yet.

    The status is one of the facts and has no colour: next to the title it would read as that of the
    restore.

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
        self.facts = RunFacts()
        self._line = Label("", "secondary", "text_2", wrap=True)
        self._line.setTextFormat(Qt.TextFormat.RichText)
        self._state: RestoreState | None = None
        path = self._path = QHBoxLayout()
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
        layout = QVBoxLayout(self)
        self._column = layout
        self.set_compact(compact=False)
        layout.addLayout(path)
        layout.addWidget(self._title)
        layout.addWidget(self.facts)
        layout.addWidget(self._line)
        self.back.clicked.connect(self.detail_requested)
        self.to_detail.clicked.connect(self.detail_requested)
        self.to_list.clicked.connect(self.list_requested)
        theme().changed.connect(self._show_line)

    def set_compact(self, *, compact: bool) -> None:
        """Leave no more room around the lines than they need."""
        px = theme().px
        self._path.setContentsMargins(0, 0 if compact else px(4), 0, 0 if compact else px(4))
        self._column.setContentsMargins(px(24), 0, px(24), px(8 if compact else 16))
        self._column.setSpacing(0 if compact else px(4))

    @property
    def line(self) -> str:
        """The sentences about the restore, with their markup."""
        return self._line.text()

    def show_state(self, state: RestoreState) -> None:
        """Show the run, its snapshot, and the user's branch."""
        self._title.setText(state.title)
        self.facts.show_state(state)
        self._state = state
        self._show_line()

    def _show_line(self) -> None:
        state = self._state
        if state is None:
            return
        parts = [f"<b>{escape(state.not_yet)}</b>"] if state.not_yet else []
        if state.snapshot:
            snapshot = _mono(state.snapshot[:SHORT_COMMIT])
            parts.append(f"Snapshot {snapshot} was taken before the run started.")
        if state.plan is not None and state.plan.branch:
            parts.append(f"You stay on branch {escape(state.plan.branch)}.")
        self._line.setText(" ".join(parts))
        self._line.setToolTip(state.snapshot)


class RunFacts(QWidget):
    """One line: number of the run, what was run, its status, and when."""

    def __init__(self) -> None:
        super().__init__()
        self._number = Label("", "secondary_medium", "text_2")
        self._command = ElidedLabel("", "mono", "text_2", Qt.TextElideMode.ElideMiddle)
        self._icon = IconLabel("circle", "text_2", 14)
        self._status = Label("", "secondary", "text_2")
        self._taken = Label("", "secondary", "text_2")
        self._dots = [Label("·", "secondary", "text_3") for _ in range(3)]
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme().px(6))
        facts = ((self._command,), (self._icon, self._status), (self._taken,))
        row.addWidget(self._number)
        for dot, widgets in zip(self._dots, facts, strict=True):
            row.addWidget(dot)
            for widget in widgets:
                row.addWidget(widget)
        row.addStretch(1)

    @property
    def text(self) -> str:
        """All facts shown, in one line."""
        labels = (self._number, self._command, self._status, self._taken)
        return " · ".join(label.text() for label in labels if not label.isHidden())

    def show_state(self, state: RestoreState) -> None:
        """Show the facts that are known."""
        self._number.setText(f"Run #{state.run_number}")
        self._command.setText(state.command)
        self._taken.setText(state.taken)
        status = state.run_status
        if status is not None:
            self._icon.set_icon(status_icon(status)[0], "text_2")
            self._status.setText(status.label)
        self._icon.setVisible(status is not None)
        known = (bool(state.command), status is not None, bool(state.taken))
        labels = (self._command, self._status, self._taken)
        for label, dot, shown in zip(labels, self._dots, known, strict=True):
            label.setVisible(shown)
            dot.setVisible(shown)


def _mono(text: str) -> str:
    family = theme().font("mono").family()
    style = f"font-family:'{family}'; font-size:{theme().px(12)}px; white-space:pre-wrap"
    return f'<span style="{style}">{escape(text)}</span>'


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
        left_out = f"{count(len(kept), 'item')} left out by rules"
        self.toggle.set_text(left_out)
        self.toggle.set_tip(f"{left_out} {stay}")
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
        """Say what is safe; name the number of files; disable the button with the reason."""
        if state.to_new_folder:
            self._safe.setText("Nothing in this project changes.")
            self._undo.setText("The folder appears when it is complete.")
        else:
            self._safe.setText("A safety snapshot is saved before anything changes.")
            self._undo.setText("Undo it any time with Edit, Undo Restore.")
        self.restore.set_icon("folder-plus" if state.to_new_folder else "rotate-ccw")
        self.restore.set_text(state.action)
        self.restore.set_disabled_reason(state.restore_problem)
