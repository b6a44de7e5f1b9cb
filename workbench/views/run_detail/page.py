"""The Run Detail page."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from workbench.viewmodels.run_states import RunDetailState
from workbench.views.kit.label import Label


class RunDetailPage(QWidget):
    """One run: what it measured, printed and left behind, and where it came from.

    Signals:
        back_requested: Back to where the user came from.
        list_requested: To Run List.
        run_shown: ``str``: id of the newer or older run to show.
        run_again_requested: ``str``: id of the run to start again.
        cancel_requested: ``str``: id of the run to cancel.
        restore_requested: ``str``: id of the run whose snapshot is to be restored.
        note_changed: ``str, str``: id of the run and its new note.
        output_selected: ``Output`` whose preview is wanted.
        output_save_requested: ``Output`` to save under another name.
        output_open_requested: ``Output`` to open with the system.
        outputs_folder_requested: Open the folder of the outputs.
        log_save_requested: Save the log as a file.
        change_selected: ``FileChange`` whose difference is wanted.
    """

    back_requested = Signal()
    list_requested = Signal()
    run_shown = Signal(str)
    run_again_requested = Signal(str)
    cancel_requested = Signal(str)
    restore_requested = Signal(str)
    note_changed = Signal(str, str)
    output_selected = Signal(object)
    output_save_requested = Signal(object)
    output_open_requested = Signal(object)
    outputs_folder_requested = Signal()
    log_save_requested = Signal()
    change_selected = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state: RunDetailState | None = None
        self._title = Label("", "title")
        layout = QVBoxLayout(self)
        layout.addWidget(self._title)
        layout.addStretch(1)

    @property
    def state(self) -> RunDetailState | None:
        """What is shown."""
        return self._state

    def render(self, state: RunDetailState) -> None:  # type: ignore[override]  # a state, no painter
        """Show a run."""
        self._state = state
        self._title.setText(f"#{state.run.number} {state.run.script_name}")
