"""Head of Run Detail: path row, title with status and arguments, and the buttons."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout

from workbench.core.run import Run
from workbench.viewmodels.run_states import RunDetailState
from workbench.views.command_menu import LINE
from workbench.views.kit.buttons import Button, IconButton, MenuButton
from workbench.views.kit.card import Panel
from workbench.views.kit.label import ElidedLabel, Label
from workbench.views.kit.restyle import announce
from workbench.views.kit.status_chip import StatusChip
from workbench.views.theme.theme import theme

NO_SNAPSHOT = "This run has no snapshot"
NEWEST, OLDEST = "This is the newest run", "This is the oldest run"
MORE_MENU = (
    "edit_note", "toggle_properties", LINE,
    "copy_run_id", "copy_commit", "copy_arguments", LINE,
    "archive_runs", "delete_runs",
)  # fmt: skip
COMPARE_MENU = (
    "compare_with_previous", "compare_with_best", "compare_with_other", LINE, "compare_with_folder",
)  # fmt: skip
# Below this width the title has a row of its own.
_NARROW = 760
_COPIED = {"id": "Run ID", "commit": "Snapshot commit", "arguments": "Arguments"}


class DetailHead(Panel):
    """Which run this is and what can be done with it.

    Signals:
        back_requested: Back was pressed.
        list_requested: Run List was pressed.
        newer_requested: The run one further up is wanted.
        older_requested: The run one further down is wanted.
        run_again_requested: Run again was pressed.
        cancel_requested: Cancel run was pressed.
        restore_requested: Restore was pressed.
        properties_toggled: The properties are to be shown or hidden.
    """

    back_requested = Signal()
    list_requested = Signal()
    newer_requested = Signal()
    older_requested = Signal()
    run_again_requested = Signal()
    cancel_requested = Signal()
    restore_requested = Signal()
    properties_toggled = Signal()

    def __init__(self) -> None:
        super().__init__("surface")
        self._run: Run | None = None
        self.back = IconButton(
            "chevron-left", "Back to Run List (Alt+Left)", "Back to Run List", small=True
        )
        self.to_list = Button("Run List", kind="link")
        self.position = Label("", "secondary", "text_2")
        self.newer = IconButton("chevron-left", "Newer run (Ctrl+PgUp)", "Newer run", small=True)
        self.older = IconButton("chevron-right", "Older run (Ctrl+PgDown)", "Older run", small=True)
        self.title = ElidedLabel("", "title")
        self.chip = StatusChip()
        self.arguments = ElidedLabel("", "mono", "text_2", Qt.TextElideMode.ElideMiddle)
        self.run_again = Button("Run again", "play")
        self.cancel = Button("Cancel run", "square", "danger")
        self.compare = MenuButton("Compare", "columns-2")
        self.restore = Button("Restore", "rotate-ccw")
        self.properties = IconButton(
            "panel-right", "Properties (Ctrl+I)", "Properties", kind="default"
        )
        self.more = MenuButton("", "ellipsis", name="More actions")
        self._build()
        self._connect()

    def show_state(self, state: RunDetailState) -> None:
        """Show a run and what can be done with it now."""
        run = state.run
        self._run = run
        self.title.setText(f"#{run.number} {run.script_name}")
        self.chip.render(run.status)
        self.arguments.setText(run.arguments_text or "No arguments")
        self.arguments.set_tone("text_2" if run.request.arguments else "text_3")
        self.position.setText(f"{state.position:,} of {state.total:,}" if state.position else "")
        self.newer.set_disabled_reason("" if state.newer else NEWEST)
        self.older.set_disabled_reason("" if state.older else OLDEST)
        active = run.status.is_active
        self.run_again.setVisible(not active)
        self.run_again.set_disabled_reason(state.run_blocked)
        self.cancel.setVisible(active)
        self.restore.set_disabled_reason(restore_problem(state))

    def copy(self, what: str) -> None:
        """Put the ``"id"``, ``"commit"`` or ``"arguments"`` of the run into the clipboard."""
        if self._run is not None:
            run = self._run
            texts = {"id": run.id, "commit": run.snapshot, "arguments": run.arguments_text}
            QGuiApplication.clipboard().setText(texts[what])
            announce(self, f"{_COPIED[what]} copied")

    def _connect(self) -> None:
        self.back.clicked.connect(self.back_requested)
        self.to_list.clicked.connect(self.list_requested)
        self.newer.clicked.connect(self.newer_requested)
        self.older.clicked.connect(self.older_requested)
        self.run_again.clicked.connect(self.run_again_requested)
        self.cancel.clicked.connect(self.cancel_requested)
        self.restore.clicked.connect(self.restore_requested)
        self.properties.clicked.connect(self.properties_toggled)

    def _build(self) -> None:
        px = theme().px
        for widget, name in (
            (self.back, "back"),
            (self.newer, "newerRun"),
            (self.older, "olderRun"),
            (self.run_again, "runAgain"),
            (self.cancel, "cancelRun"),
            (self.compare, "compareRun"),
            (self.restore, "restore"),
            (self.properties, "toggleProperties"),
            (self.more, "runMore"),
            (self.title, "runTitle"),
        ):
            widget.setObjectName(name)
        self.more.setProperty("icon_only", True)
        self.compare.set_tip("Compare with another run (Ctrl+D)")
        self.restore.set_tip("Ctrl+R")
        path = QHBoxLayout()
        path.setContentsMargins(px(20), px(6), px(24), px(6))
        path.setSpacing(px(4))
        path.addWidget(self.back)
        path.addWidget(self.to_list)
        path.addWidget(Label("/", "body", "text_3"))
        here = Label("Run Detail", "body", "text_2")
        here.setIndent(px(3))
        path.addWidget(here)
        path.addStretch(1)
        path.addWidget(self.position)
        path.addSpacing(px(8))
        path.addWidget(self.newer)
        path.addWidget(self.older)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(path)
        layout.addLayout(self._build_title())

    def _build_title(self) -> QBoxLayout:
        px = theme().px
        name = QHBoxLayout()
        name.setSpacing(px(12))
        name.addWidget(self.title)
        name.addWidget(self.chip)
        name.addStretch(1)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addLayout(name)
        words.addWidget(self.arguments)
        buttons = QHBoxLayout()
        buttons.setSpacing(px(12))
        row = self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        row.setContentsMargins(px(24), 0, px(24), px(8))
        row.setSpacing(px(12))
        row.addLayout(words, 1)
        row.addLayout(buttons)
        self._buttons = buttons
        for button in (
            self.run_again,
            self.cancel,
            self.compare,
            self.restore,
            self.properties,
            self.more,
        ):
            buttons.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        return row

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the buttons below the title where it would be cut beside them."""
        super().resizeEvent(event)
        narrow = self.width() < theme().px(_NARROW)
        way = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        self._row.setDirection(way)
        side = Qt.AlignmentFlag.AlignLeft if narrow else Qt.AlignmentFlag.AlignVCenter
        self._row.setAlignment(self._buttons, side)


def restore_problem(state: RunDetailState) -> str:
    """Return why the run's snapshot can't be restored now, empty if it can."""
    return state.restore_blocked if state.run.snapshot else NO_SNAPSHOT
