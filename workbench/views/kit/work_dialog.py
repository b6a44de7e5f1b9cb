"""A dialog that stays open while what it asked for is done, and tells when that fails."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from workbench.core.errors import CanceledError, WorkbenchError
from workbench.core.progress import Progress
from workbench.views.kit.banner import Banner
from workbench.views.kit.buttons import Button
from workbench.views.kit.dialogs import Dialog
from workbench.views.kit.progress import ProgressStrip


class WorkDialog(Dialog):
    """Asks for work, shows how far it is, and lets the user stop it or go on after an error.

    Args:
        parent: Its window is dimmed.
        title: What is done.
        act: The button that asks for the work; Ctrl+Enter presses it, too.

    Signals:
        stop_requested: The user stopped the work that is going on.
    """

    stop_requested = Signal()

    def __init__(self, parent: QWidget, title: str, act: Button) -> None:
        super().__init__(parent, title)
        self._busy = False
        self.banner = Banner()
        self.progress = ProgressStrip()
        self.cancel_button = Button("Cancel")
        self.cancel_button.clicked.connect(self.reject)
        self.progress.canceled.connect(self.stop_requested)
        act.setDefault(True)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self).activated.connect(act.click)

    @property
    def busy(self) -> bool:
        """Whether the work is going on now."""
        return self._busy

    def set_busy(self, *, busy: bool) -> None:
        """Show that the work begins or ends."""
        self._busy = busy

    def show_progress(self, progress: Progress) -> None:
        """Show how far the work is."""
        if self._busy:
            self.progress.render(progress)

    def show_error(self, error: WorkbenchError) -> None:
        """Show why the work failed and let the user go on."""
        self.set_busy(busy=False)
        self.show_failure(error)

    def show_failure(self, error: WorkbenchError, actions: Sequence[tuple[str, str]] = ()) -> None:
        """Show an error above the form.

        Args:
            error: What failed.
            actions: ``(id, label)`` of each button that helps.
        """
        text = " ".join(part for part in (error.text, error.hint) if part)
        self.banner.render("bad", error.title, text, actions)
        self.banner.setToolTip(error.details)

    def fail(self, error: WorkbenchError) -> None:
        """Let the user go on after the work failed, or was canceled."""
        if isinstance(error, CanceledError):
            self.canceled()
        else:
            self.show_error(error)

    def canceled(self) -> None:
        """Let the user go on after the work was canceled."""
        self.set_busy(busy=False)

    def finish(self) -> None:
        """Close it: the work is done, or nothing shall be done."""
        self.set_busy(busy=False)
        self.hide()
        self.deleteLater()

    def reject(self) -> None:
        """Stop work that is going on, or close the dialog."""
        if self._busy:
            self.stop_requested.emit()
        else:
            self.finish()
