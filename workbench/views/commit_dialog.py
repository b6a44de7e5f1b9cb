"""Asks for a message and commits the user's own changes before a restore overwrites them."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QListWidget, QPlainTextEdit, QWidget

from workbench.core.wording import count
from workbench.viewmodels.changed_files import display_path
from workbench.viewmodels.restore_states import CommitPhase, CommitState, Problem
from workbench.views.kit.banner import Banner
from workbench.views.kit.buttons import Button
from workbench.views.kit.dialogs import Dialog
from workbench.views.kit.fields import FormRow, TextArea
from workbench.views.kit.label import Label
from workbench.views.theme.theme import theme

_ROWS = 5
_MANY = 500


class CommitDialog(Dialog):
    """Message, what is committed, and Git's own words if it does not work.

    Args:
        parent: Its window is dimmed.
        branch: The user's branch that gets the commit.
        paths: Files of the restore that are not committed.
        message: First proposal for the message.

    Signals:
        commit_requested: ``str``: the message; the dialog stays open until ``render`` closes it.
    """

    commit_requested = Signal(str)

    def __init__(self, parent: QWidget, branch: str, paths: Sequence[str], message: str) -> None:
        super().__init__(parent, "Commit changes first")
        self._running = False
        px = theme().px
        self.setMinimumWidth(px(520))
        where = f"to {branch}" if branch else "to your own branch"
        files = count(len(paths), "file")
        words = f"Everything that is changed in the project folder is committed {where}."
        more = f"{files} of it would be overwritten by the restore:"
        self.body.addWidget(Label(f"{words} {more}", "body", "text_2", wrap=True))
        self.files = QListWidget()
        self.files.setObjectName("commitFiles")
        self.files.setAccessibleName("Files that would be overwritten")
        self.files.addItems([display_path(path) for path in paths[:_MANY]])
        if len(paths) > _MANY:
            self.files.addItem(f"and {len(paths) - _MANY:,} more")
        self.files.setFixedHeight(px(24) * min(max(len(paths), 1), _ROWS) + px(4))
        self.body.addWidget(self.files)
        self.message = TextArea(3)
        self.message.area.setObjectName("commitMessage")
        self.message.set_text(message)
        self.row = FormRow("&Message", self.message)
        self.body.addWidget(self.row)
        self.banner = Banner()
        self.details = QPlainTextEdit()
        self.details.setObjectName("commitDetails")
        self.details.setAccessibleName("Details")
        self.details.setReadOnly(True)
        self.details.setFont(theme().font("mono"))
        self.details.setFixedHeight(px(120))
        self.details.hide()
        self.body.addWidget(self.banner)
        self.body.addWidget(self.details)
        self.cancel = Button("Cancel")
        self.commit = Button("Commit", "git-commit-horizontal", "primary")
        self.commit.setObjectName("commitNow")
        self.commit.setDefault(True)
        self.footer.addWidget(self.cancel)
        self.footer.addWidget(self.commit)
        self.cancel.clicked.connect(self.reject)
        self.commit.clicked.connect(self._submit)
        self.banner.action.connect(self._on_banner)
        self.message.area.textChanged.connect(self._check)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self, self._submit)
        self.message.area.selectAll()
        self.message.area.setFocus()
        self._check()

    def render(self, state: CommitState) -> None:  # type: ignore[override]  # a state, no painter
        """Follow the commit: busy, failed, or done (then the dialog closes)."""
        was_running, self._running = self._running, state.phase is CommitPhase.RUNNING
        self.message.area.setReadOnly(self._running)
        self._check()
        if state.phase is CommitPhase.FAILED and state.problem is not None:
            self._show_problem(state.problem)
        elif state.phase is CommitPhase.IDLE and was_running:
            self.accept()
        elif self._running:
            self.banner.clear()
            self.details.hide()

    def reject(self) -> None:
        """Close, unless Git is at work right now."""
        if not self._running:
            super().reject()

    def _show_problem(self, problem: Problem) -> None:
        actions = [("details", "Details")] if problem.details else []
        self.details.setPlainText(problem.details)
        self.banner.render("bad", problem.title, problem.text, actions)

    def _on_banner(self, action: str) -> None:
        if action == "details":
            self.details.setVisible(self.details.isHidden())

    def _check(self) -> None:
        if self._running:
            reason = "Committing"
        else:
            reason = "" if self.message.text().strip() else "Enter a message"
        self.commit.set_disabled_reason(reason)
        self.cancel.set_disabled_reason("Git is at work" if self._running else "")
        self.commit.set_text("Committing" if self._running else "Commit")

    def _submit(self) -> None:
        if self.commit.isEnabled():
            self.commit_requested.emit(self.message.text().strip())
