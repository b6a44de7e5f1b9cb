"""The box for the address of a Git repo: on the Project page and in the New project dialog."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from workbench.viewmodels.repo_states import RepoCheck
from workbench.viewmodels.repo_words import found_words
from workbench.views.kit.buttons import Button
from workbench.views.kit.fields import FormRow, LabelledEdit
from workbench.views.kit.label import IconLabel, Label
from workbench.views.kit.restyle import announce
from workbench.views.theme.theme import theme

_NOTE = (
    "Azure DevOps or any other HTTPS Git address. After you link a repo, it can't be changed or "
    "removed."
)


class CheckedLine(QWidget):
    """Icon and words below an address: what is known about it."""

    def __init__(self) -> None:
        super().__init__()
        self._icon = IconLabel("circle-check", "ok", 14)
        self.words = Label("", "secondary", "text_3", wrap=True)
        self.words.setObjectName("repoCheck")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme().px(6))
        layout.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self.words, 1)
        self.words.setMinimumWidth(1)
        self.hide()

    def render(  # type: ignore[override]  # a state, no painter
        self, check: RepoCheck, problem: str = "", found: str = ""
    ) -> None:
        """Show what is known, or why something failed."""
        icon, tone, words = "circle-check", "ok", ""
        if problem or check.problem:
            icon, tone, words = "circle-alert", "bad", problem or check.problem
        elif check.is_checking:
            icon, tone, words = "loader-circle", "text_3", "Asking the repo"
        elif check.facts is not None:
            words = found or found_words(check.facts)
        if words != self.words.text() and words:
            announce(self, words)
        self._icon.set_icon(icon, tone)
        self.words.set_tone(tone)
        self.words.setText(words)
        self.words.setToolTip(check.details)
        self.setVisible(bool(words))


class RepoBox(QWidget):
    """An address, what is known about it, and what goes with it.

    Args:
        label: Shown above, with an ampersand before its Alt letter; empty for none.
        beside: Buttons at the right of the address, without a label.
        optional: Whether the label says that it may be left empty.

    Signals:
        typed: The address, after each key.
        keep_secret_requested: Put the secret that was typed in the address into the keyring.
    """

    typed = Signal(str)
    keep_secret_requested = Signal()

    def __init__(
        self, label: str = "", beside: Sequence[QWidget] = (), *, optional: bool = True
    ) -> None:
        super().__init__()
        self.address = LabelledEdit("", "Git repo")
        self.address.line.setObjectName("gitRepo")
        self.address.line.setPlaceholderText("https://")
        self.icon = IconLabel("folder-git-2", "text_2", 16)
        self.address.row.insertWidget(0, self.icon)
        self.checked = CheckedLine()
        self.keep = Button("Keep it in the keyring", "key-round", small=True)
        self.note = Label(_NOTE, "secondary", "text_3", wrap=True)
        self.note.setMinimumWidth(1)
        self.address.line.textEdited.connect(self.typed)
        self.keep.clicked.connect(self.keep_secret_requested)
        self.keep.hide()
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(theme().px(4))
        if label:
            self.column.addWidget(FormRow(label, self.address, optional=optional))
        else:
            line = QHBoxLayout()
            line.setSpacing(theme().px(8))
            line.addWidget(self.address, 1)
            for button in beside:
                line.addWidget(button)
            self.column.addLayout(line)
        for widget in (self.checked, self.keep, self.note):
            self.column.addWidget(widget)

    def text(self) -> str:
        """Return the address as it stands there."""
        return self.address.text().strip()

    def set_note(self, text: str = "") -> None:
        """Show other words below than the usual ones."""
        self.note.setText(text or _NOTE)

    def render(  # type: ignore[override]  # a state, no painter
        self, check: RepoCheck, problem: str = "", found: str = ""
    ) -> None:
        """Show what is known about the address.

        Args:
            check: What is known.
            problem: Why something else failed.
            found: What is to be said about a repo that answered, in place of the usual words.
        """
        self.checked.render(check, problem, found)
        bad = problem or check.problem
        self.address.set_error(on=bool(bad))
        self.address.line.setAccessibleDescription(bad)
        self.keep.setVisible(bool(check.clean) and not check.is_checking)
