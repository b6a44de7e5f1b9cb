"""Asks for a message and commits the user's own changes before a restore overwrites them."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QPlainTextEdit,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from workbench.core.pending_commit import PendingCommit
from workbench.core.restore import ChangeKind
from workbench.core.wording import count
from workbench.viewmodels.changed_files import CODE_GROUPS
from workbench.viewmodels.restore_states import CommitPhase, CommitState, Problem
from workbench.views.diff.changed_files_list import ChangedFilesList
from workbench.views.kit.banner import Banner
from workbench.views.kit.buttons import Button
from workbench.views.kit.dialogs import Dialog
from workbench.views.kit.fields import FormRow, TextArea
from workbench.views.kit.label import ElidedLabel, Label
from workbench.views.kit.progress import MovingBar
from workbench.views.theme.theme import theme

_LIST_HEIGHT, _LIST_LEAST, _WIDTH, _LABEL = 208, 96, 600, 84
_NO_AUTHOR = (
    'Unknown to Git. Tell it in a terminal: git config --global user.name "Your Name", and '
    "git config --global user.email you@example.com"
)


class CommitDialog(Dialog):
    """What is committed, where, by whom and with which hooks; the message; Git's own words.

    Args:
        parent: Its window is dimmed.
        overwritten: Number of files that the restore would overwrite and that are not committed.
        message: First proposal for the message.

    Signals:
        commit_requested: ``str``: the message; the dialog stays open until ``render`` closes it.
    """

    commit_requested = Signal(str)

    def __init__(self, parent: QWidget, overwritten: int, message: str) -> None:
        super().__init__(parent, "Commit changes first")
        self._state = CommitState()
        self._overwritten = overwritten
        self._shown: PendingCommit | None = None
        self.summary = Label("", "medium", "text", wrap=True)
        self.more = Label("", "body", "text_2", wrap=True)
        self.files = ChangedFilesList("Files that will be committed", CODE_GROUPS)
        self.terms = _Terms()
        self.message = TextArea(2)
        self.message.set_text(message)
        self.banner = Banner()
        self.details = QPlainTextEdit()
        self.cancel = Button("Cancel")
        self.commit = Button("Commit", "git-commit-horizontal", "primary")
        self._build()
        self.cancel.clicked.connect(self.reject)
        self.commit.clicked.connect(self._submit)
        self.banner.action.connect(self._on_banner)
        self.message.area.textChanged.connect(self._check)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self, self._submit)
        self.message.area.selectAll()
        self.message.area.setFocus()
        self.render(CommitState(CommitPhase.LOADING))

    def render(self, state: CommitState) -> None:  # type: ignore[override]  # a state, no painter
        """Follow the commit: what it will be, busy, failed, or done (then the dialog closes)."""
        if state is self._state:
            return
        was_running = self._state.phase is CommitPhase.RUNNING
        self._state = state
        self.message.area.setReadOnly(state.phase is CommitPhase.RUNNING)
        self._check()
        if state.phase is CommitPhase.IDLE and was_running:
            self.accept()
            return
        self._show_pending(state.pending)
        if state.problem is not None:
            self._show_problem(state.problem)
        else:
            self.banner.clear()
            self.details.hide()

    def _show_pending(self, pending: PendingCommit | None) -> None:
        known = pending is not None
        self._stack.setCurrentIndex(int(known))
        self.terms.setVisible(known)
        self.more.setVisible(known)
        if pending is None:
            failed = self._state.phase is CommitPhase.FAILED
            self.summary.setText("" if failed else "Looking at what would be committed…")
            self._loading.setVisible(not failed)
            return
        self.summary.setText(commit_words(pending))
        self.more.setText(overwritten_words(self._overwritten))
        self.terms.show_terms(pending)
        if pending != self._shown:
            self._shown = pending
            self.files.set_changes(pending.files)

    def reject(self) -> None:
        """Close, unless Git is at work right now."""
        if self._state.phase is not CommitPhase.RUNNING:
            super().reject()

    def _show_problem(self, problem: Problem) -> None:
        actions = [("details", "Details")] if problem.details else []
        self.details.setPlainText(problem.details)
        self.banner.render("bad", problem.title, problem.text, actions)

    def _on_banner(self, action: str) -> None:
        if action == "details":
            self.details.setVisible(self.details.isHidden())

    def _check(self) -> None:
        running = self._state.phase is CommitPhase.RUNNING
        empty = "" if self.message.text().strip() else "Enter a message"
        self.commit.set_disabled_reason(self._state.disabled_reason or empty)
        self.cancel.set_disabled_reason("Git is at work" if running else "")
        self.commit.set_text("Committing" if running else "Commit")

    def _build(self) -> None:
        px = theme().px
        self.setMinimumWidth(px(_WIDTH))
        self.files.view.setObjectName("commitFiles")
        self.message.area.setObjectName("commitMessage")
        self.details.setObjectName("commitDetails")
        self.details.setAccessibleName("Details")
        self.details.setReadOnly(True)
        self.details.setFont(theme().font("mono"))
        self.details.setFixedHeight(px(96))
        self.details.hide()
        self.commit.setObjectName("commitNow")
        self.commit.setDefault(True)
        loading = QWidget()
        self._loading = MovingBar()
        column = QVBoxLayout(loading)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._loading)
        column.addStretch(1)
        frame = QFrame()
        frame.setProperty("card", True)
        inner = QVBoxLayout(frame)
        inner.setContentsMargins(1, 1, 1, 1)
        inner.addWidget(self.files)
        self._stack = QStackedWidget()
        self._stack.addWidget(loading)
        self._stack.addWidget(frame)
        self._stack.setMinimumHeight(px(_LIST_LEAST))
        self.files.setMinimumHeight(1)
        for widget in (self.summary, self.more, self._stack, self.terms):
            self.body.addWidget(widget, int(widget is self._stack))
        self.body.addWidget(FormRow("&Message", self.message))
        self.body.addWidget(self.banner)
        self.body.addWidget(self.details)
        self.footer.addWidget(self.cancel)
        self.footer.addWidget(self.commit)
        wanted = self.sizeHint().height() + px(_LIST_HEIGHT - _LIST_LEAST)
        room = parent.window().height() if (parent := self.parentWidget()) else wanted
        self.resize(px(_WIDTH), min(wanted, room))

    def _submit(self) -> None:
        if self.commit.isEnabled():
            self.commit_requested.emit(self.message.text().strip())


class _Terms(QWidget):
    """Branch, person, hooks and what else matters, a row each."""

    def __init__(self) -> None:
        super().__init__()
        px = theme().px
        self._rows: list[tuple[Label, ElidedLabel]] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(px(12))
        self._grid.setVerticalSpacing(px(4))
        self._grid.setColumnMinimumWidth(0, px(_LABEL))
        self._grid.setColumnStretch(1, 1)

    @property
    def texts(self) -> dict[str, str]:
        """Each label shown with its value."""
        return {name.text(): value.text() for name, value in self._rows if not name.isHidden()}

    def show_terms(self, pending: PendingCommit) -> None:
        """Show under which terms it is committed."""
        rows = commit_terms(pending)
        while len(self._rows) < len(rows):
            label = Label("", "secondary", "text_3")
            text = ElidedLabel("", "secondary", "text", Qt.TextElideMode.ElideMiddle)
            self._grid.addWidget(label, len(self._rows), 0)
            self._grid.addWidget(text, len(self._rows), 1)
            self._rows.append((label, text))
        for number, (name, value) in enumerate(self._rows):
            shown = number < len(rows)
            name.setVisible(shown)
            value.setVisible(shown)
            if shown:
                name.setText(rows[number][0])
                value.setText(rows[number][1])


def commit_words(pending: PendingCommit) -> str:
    """Return how many files are committed, and in which way they are changed."""
    number = len(pending.files)
    if not number:
        return "There is nothing to commit: all files are committed already."
    words = {
        ChangeKind.ADDED_BACK: "added",
        ChangeKind.MODIFIED: "modified",
        ChangeKind.DELETED: "deleted",
    }
    numbers = [(pending.number_of(kind), word) for kind, word in words.items()]
    parts = ", ".join(f"{many:,} {word}" for many, word in numbers if many)
    return f"{count(number, 'file')} will be committed: {parts}."


def overwritten_words(overwritten: int) -> str:
    """Return why the user is asked, and that the others are committed, too."""
    return (
        "That is everything that is changed in the project folder. "
        f"The restore would overwrite {overwritten:,} of these files."
    )


def commit_terms(pending: PendingCommit) -> list[tuple[str, str]]:
    """Return where it is committed, by whom, and what else happens."""
    after = f"None; it follows {pending.after}" if pending.after else "None"
    hooks = ", ".join(pending.hooks)
    runs = "runs" if len(pending.hooks) == 1 else "run"
    rows = [
        ("Branch", pending.branch or after),
        ("Author", pending.author or _NO_AUTHOR),
        ("Committer", pending.committer),
        ("Hooks", f"{hooks} {runs}, and can change or refuse it" if hooks else "None"),
        ("Signature", "With your own key" if pending.signed else ""),
        ("Repository", f"{pending.repository}, only this folder" if pending.repository else ""),
    ]
    return [(name, value) for name, value in rows if value]
