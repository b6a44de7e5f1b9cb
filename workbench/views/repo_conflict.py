"""What a new project can do where a Git repo has files or a project already."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from workbench.views.kit.buttons import Button
from workbench.views.kit.fields import FormRow, LabelledEdit
from workbench.views.kit.label import IconLabel, Label
from workbench.views.kit.restyle import announce
from workbench.views.theme.theme import theme

_KEPT = (
    "The new project's files take their place by one new commit on top, which is pushed at once. "
    "What is there now stays in the repo's history."
)


class RepoConflict(QFrame):
    """The ways out; hidden while there is no conflict.

    Signals:
        blank_chosen: Clone the files into a blank project.
        other_chosen: Use another repo.
        open_chosen: Open the project that the repo holds.
        replacing_changed: Whether the files shall be replaced, after the name was typed or no more.
    """

    blank_chosen = Signal()
    other_chosen = Signal()
    open_chosen = Signal()
    replacing_changed = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self._repo = self._branch = self._head = self._words = ""
        self._asking = False
        self._title = Label("", "medium", wrap=True)
        self._text = Label("", "body", "text_2", wrap=True)
        self.blank = Button("Clone it with Blank", small=True)
        self.open = Button("Open it instead", small=True)
        self.other = Button("Use another repo", small=True)
        self.replace = Button("Replace the files", small=True)
        self.back = Button("Keep the files", small=True)
        self.name = LabelledEdit("", "Name of the repo")
        self.name.line.setObjectName("repoName")
        self.name_row = FormRow("Name of the &repo", self.name)
        self._build()
        self.blank.clicked.connect(self.blank_chosen)
        self.open.clicked.connect(self.open_chosen)
        self.other.clicked.connect(self.other_chosen)
        self.replace.clicked.connect(lambda: self._ask_name(asked=True))
        self.back.clicked.connect(lambda: self._ask_name(asked=False))
        self.name.line.textChanged.connect(lambda _text: self._on_name())
        self.hide()

    @property
    def is_confirmed(self) -> bool:
        """Whether the files of this repo shall be replaced, and its name was typed."""
        return self._asking and self.name.text().strip() == self._repo

    def clear(self) -> None:
        """Hide it; what was confirmed counts no more."""
        self._set("", "", "", "")

    def show_files(self, repo: str, branch: str, *, has_history: bool = False) -> None:
        """Offer the ways out for a repo with files.

        Args:
            repo: Its name, which confirms that they may be replaced.
            branch: Where they are.
            has_history: Whether it holds the history of a project, too.
        """
        if (repo, branch) == (self._repo, self._branch):
            return
        text = "A template begins in a repo without files."
        if has_history:
            text += " This one also holds the history of a Workbench project."
        self._set(repo, branch, f"{repo} has files on {branch} already", text)

    def show_project(self, title: str, hint: str) -> None:
        """Say that a repo holds a project."""
        self._set("", "", title, hint)

    def show_missing(self) -> None:
        """Say what has to be done here before a project can be made."""
        if self._asking:
            self.name_row.set_error(f"Type {self._repo} to replace its files")
            self.name.line.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            first = self.blank if self._repo else self.open
            first.setFocus(Qt.FocusReason.TabFocusReason)

    def _set(self, repo: str, branch: str, title: str, text: str) -> None:
        self._repo, self._branch, self._head, self._words = repo, branch, title, text
        self._ask_name(asked=False)
        self.setVisible(bool(title))
        if title:
            announce(self, f"{title}. {text}")

    def _ask_name(self, *, asked: bool) -> None:
        was, self._asking = self._asking, asked
        for widget in (self.name_row, self.back):
            widget.setVisible(asked)
        for widget in (self.blank, self.replace):
            widget.setVisible(bool(self._repo) and not asked)
        self.open.setVisible(not self._repo)
        self.other.setVisible(not asked)
        self.name.set_text("")
        self.name_row.set_error("")
        self.name_row.set_hint(f"Type {self._repo} to confirm.")
        self._title.setText(f"Replace the files on {self._branch}?" if asked else self._head)
        self._text.setText(_KEPT if asked else self._words)
        if asked:
            self.name.line.setFocus(Qt.FocusReason.OtherFocusReason)
        elif was:
            self.replacing_changed.emit(False)

    def _on_name(self) -> None:
        self.name_row.set_error("")
        if self._asking:
            self.replacing_changed.emit(self.is_confirmed)

    def _build(self) -> None:
        px = theme().px
        head = QHBoxLayout()
        head.setSpacing(px(8))
        head.addWidget(IconLabel("triangle-alert", "warn"), 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(px(2))
        for label in (self._title, self._text):
            label.setMinimumWidth(1)
            words.addWidget(label)
        head.addLayout(words, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(12), px(11), px(12), px(11))
        layout.setSpacing(px(8))
        layout.addLayout(head)
        layout.addWidget(self.name_row)
        buttons = QHBoxLayout()
        buttons.setSpacing(px(8))
        for button in (self.open, self.blank, self.other, self.replace, self.back):
            buttons.addWidget(button)
        buttons.addStretch(1)
        layout.addLayout(buttons)
