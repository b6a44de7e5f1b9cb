"""Undo and Redo of restores: what they say they do, what is told when it was done."""

from PySide6.QtCore import QObject, Signal

from workbench.app.error_strip import ErrorStrip
from workbench.app.screens.shell_screen import ShellScreen
from workbench.controllers.restore_controller import RestoreController
from workbench.core.errors import WorkbenchError
from workbench.core.project import Project
from workbench.core.restore import Operation, OperationKind, UndoState
from workbench.viewmodels.restore_words import StepWords, redo_text, step_words, undo_text
from workbench.views.main_window import MainWindow

_RESTORED = "restored"


class RestoreSteps(QObject):
    """Binds the commands Undo Restore and Redo Restore, and tells of every step.

    Args:
        window: The window with the commands.
        shell: Shows the messages.
        restore: Makes the steps.
        errors: Shows what failed.

    Attributes:
        undo: Takes back the last restore.
        redo: Does again what was undone.

    Signals:
        folder_changed: A step was made in the open project.
    """

    folder_changed = Signal()

    def __init__(
        self,
        window: MainWindow,
        shell: ShellScreen,
        restore: RestoreController,
        errors: ErrorStrip,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._shell = shell
        self.undo = errors.repeatable(restore.undo)
        self.redo = errors.repeatable(restore.redo)
        restore.undo_changed.connect(self._on_undo_changed)
        restore.ended_elsewhere.connect(self._on_ended_elsewhere)

    def tell(self, words: StepWords, operation: Operation) -> None:
        """Say that the folder was changed, with a button that takes that back."""
        # Redo takes an undo back, whatever that one did; Undo all else.
        redo = operation.kind is OperationKind.UNDO
        self._shell.notify(
            words.title,
            words.text,
            "undo" if redo else "ok",
            action=words.action,
            on_action=self.redo if redo else self.undo,
            key=_RESTORED,
        )
        self.folder_changed.emit()

    def withdraw(self) -> None:
        """Take the message away: its button is of a project that is not open any more."""
        self._shell.withdraw(_RESTORED)

    def _on_ended_elsewhere(
        self,
        project: Project,
        end: Operation | WorkbenchError,
        restores: bool,  # noqa: FBT001 - of a signal
    ) -> None:
        # Without a button: what it would take back is not of the project that is open.
        if isinstance(end, WorkbenchError):
            self._shell.notify(f"{project.name}: {end.title}", end.text, "bad")
        else:
            words = step_words(end, restores=restores)
            self._shell.notify(f"{project.name}: {words.title}", words.text, "ok")

    def _on_undo_changed(self, state: UndoState) -> None:
        nothing = "There is no restore to undo" if state.undo is None else ""
        self._window.set_command_enabled("undo_restore", nothing)
        nothing = "There is nothing to do again" if state.redo is None else ""
        self._window.set_command_enabled("redo_restore", nothing)
        self._window.commands.set_text("undo_restore", undo_text(state))
        self._window.commands.set_text("redo_restore", redo_text(state))
