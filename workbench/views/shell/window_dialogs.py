"""Dialogs of the window itself: a report of an unexpected error, details, a note, questions."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from workbench.views.kit.buttons import Button
from workbench.views.kit.dialogs import AskDialog, Dialog, ask
from workbench.views.kit.fields import FormRow, LabelledEdit
from workbench.views.kit.label import Label
from workbench.views.theme.theme import theme


class TextDialog(Dialog):
    """Words, and a technical text that can be copied."""

    def __init__(self, parent: QWidget, title: str, words: str, text: str) -> None:
        super().__init__(parent, title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        px = theme().px
        self.body.addWidget(Label(words, wrap=True))
        self.text = QPlainTextEdit(text)
        self.text.setReadOnly(True)
        self.text.setAccessibleName("Details")
        self.text.setFont(theme().font("mono"))
        self.text.setTabChangesFocus(True)
        self.body.addWidget(self.text, 1)
        self.copy = Button("Copy", "copy")
        self.copy.clicked.connect(self._copy)
        close = Button("Close", kind="primary")
        close.clicked.connect(self.reject)
        close.setDefault(True)
        self.footer.addWidget(self.copy)
        self.footer.addWidget(close)
        self.resize(px(680), px(440))

    def reject(self) -> None:
        """Close it."""
        self.hide()
        self.deleteLater()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())
        self.copy.set_text("Copied")


class NoteDialog(Dialog):
    """Asks for the words to keep with a snapshot.

    Signals:
        accepted_note: The words.
    """

    accepted_note = Signal(str)

    def __init__(self, parent: QWidget, script: str) -> None:
        super().__init__(parent, "Run with snapshot note")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        field = LabelledEdit("", "Note")
        self.note = field.line
        self.note.setObjectName("snapshotNote")
        row = FormRow("&Note", field)
        row.set_hint("It is kept with the snapshot of this run.")
        row.setMinimumWidth(theme().px(400))
        self.body.addWidget(row)
        cancel = Button("Cancel")
        cancel.clicked.connect(self.reject)
        self.run = Button(f"Run {script}" if script else "Run", "play", "primary")
        self.run.setDefault(True)
        self.run.clicked.connect(self._accept)
        self.footer.addWidget(cancel)
        self.footer.addWidget(self.run)
        self.note.setFocus()

    def reject(self) -> None:
        """Close it; nothing is run."""
        self.hide()
        self.deleteLater()

    def _accept(self) -> None:
        text = self.note.text().strip()
        self.reject()
        self.accepted_note.emit(text)


def ask_close(parent: QWidget, active: int) -> AskDialog:
    """Ask what to do with active runs when the window closes.

    The answer is ``"stay"``, ``"cancel_runs"`` or ``"background"``.
    """
    runs = "1 run is" if active == 1 else f"{active} runs are"
    words = (
        "It can go on in the background. The next time you open Workbench, it is shown again."
        if active == 1
        else "They can go on in the background. "
        "The next time you open Workbench, they are shown again."
    )
    return ask(
        parent,
        f"{runs} not finished",
        words,
        [
            ("stay", "Stay"),
            ("cancel_runs", "Cancel run" if active == 1 else "Cancel runs"),
            ("background", "Keep running in the background"),
        ],
        danger="cancel_runs",
    )


def ask_copied_folder(parent: QWidget, known: str, other: str) -> AskDialog:
    """Ask what a folder is that carries the id of a known project.

    The answer is ``"cancel"``, ``"new_project"`` or ``"moved"``.
    """
    return ask(
        parent,
        "This folder is a copy of a project",
        f"{other} and {known} carry the same project id. Nothing was changed.\n\n"
        "If you moved the project, its run history goes with it. "
        "A new project starts with a run history of its own.",
        [
            ("cancel", "Cancel"),
            ("new_project", "It is a new project"),
            ("moved", "The project was moved here"),
        ],
    )
