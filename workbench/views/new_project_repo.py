"""The Git repo in the New project dialog."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from workbench.core.errors import WorkbenchError
from workbench.core.history_sync import RemoteError
from workbench.core.repo_conflicts import RepoHasFilesError, RepoHasProjectError
from workbench.viewmodels.access_words import is_azure_repo, takes_token
from workbench.viewmodels.repo_states import RepoCheck
from workbench.viewmodels.repo_words import clone_words, failed_check, repo_name
from workbench.views.kit.buttons import Button
from workbench.views.repo_box import RepoBox
from workbench.views.repo_conflict import RepoConflict
from workbench.views.theme.theme import theme


class NewProjectRepo(QWidget):
    """The box for its address, and what to do where it has files already.

    Signals:
        typed: The address, after each key, and when it is emptied.
        keep_secret_requested: Put the secret that was typed in the address into the keyring.
        sign_in_requested: Sign in with Azure AD.
        token_requested: Enter an access token for this address.
        open_requested: Open the project that the repo at this address holds.
        blank_chosen: Begin with the repo's files, without a template.
        replacing_changed: Whether the files in the repo shall be replaced.
        changed: Something else is known about the repo.
    """

    typed = Signal(str)
    keep_secret_requested = Signal()
    sign_in_requested = Signal()
    token_requested = Signal(str)
    open_requested = Signal(str)
    blank_chosen = Signal()
    replacing_changed = Signal(bool)
    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._check = RepoCheck()
        self._is_blank = False
        self._known: RepoHasFilesError | None = None
        self.box = RepoBox("&Git repo")
        self.line = self.box.address.line
        self.token = Button("Use an access token", kind="link", small=True)
        self.sign_in = Button("Sign in", "log-in", small=True, name="Sign in with Azure AD")
        self.conflict = RepoConflict()
        self.box.typed.connect(self._on_typed)
        self.box.keep_secret_requested.connect(self.keep_secret_requested)
        self.sign_in.clicked.connect(self.sign_in_requested)
        self.token.clicked.connect(self._ask_token)
        self.conflict.blank_chosen.connect(self.blank_chosen)
        self.conflict.open_chosen.connect(lambda: self.open_requested.emit(self.text()))
        self.conflict.other_chosen.connect(self._use_other)
        self.conflict.replacing_changed.connect(self.replacing_changed)
        links = QHBoxLayout()
        links.setSpacing(theme().px(8))
        links.addWidget(self.sign_in)
        links.addWidget(self.token)
        links.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme().px(4))
        layout.addWidget(self.box)
        layout.addLayout(links)
        layout.addWidget(self.conflict)
        self._show()

    def text(self) -> str:
        """Return the address."""
        return self.box.text()

    @property
    def replaces_files(self) -> bool:
        """Whether the files in the repo shall be replaced."""
        return self.conflict.is_confirmed

    @property
    def begins_with_files(self) -> bool:
        """Whether the project begins with files of the repo, as far as is known."""
        facts = self._check.facts
        return self._is_blank and facts is not None and bool(facts.main_branch)

    def set_blank(self, *, blank: bool) -> None:
        """Tell whether the project begins without a template."""
        self._is_blank = blank
        self._show()

    def set_address(self, address: str) -> None:
        """Put another address in place of what was typed."""
        self.box.address.set_text(address)

    def render(self, check: RepoCheck) -> None:  # type: ignore[override]  # a state, no painter
        """Show what is known about the address."""
        self._check = check
        if check.facts is not None or check.problem:
            self._known = None
        self._show()

    def is_complete(self) -> bool:
        """Return whether a project can be asked for; what is missing is shown."""
        if not self.text():
            return True
        if self._check.problem and not self._check.was_asked:
            self.line.setFocus(Qt.FocusReason.OtherFocusReason)
            return False
        if not self.conflict.isHidden() and not self.replaces_files:
            self.conflict.show_missing()
            return False
        return True

    def show_error(self, error: WorkbenchError) -> bool:
        """Show why a project was not made, if the repo is the reason; return whether it is."""
        if isinstance(error, RepoHasFilesError):
            self._known = error
            self._show()
        elif isinstance(error, RepoHasProjectError):
            self.conflict.show_project(error.title, error.hint)
        elif isinstance(error, RemoteError) or getattr(error, "field", "") == "repo":
            self.render(failed_check(self.text(), error))
        else:
            return False
        return True

    def _on_typed(self, text: str) -> None:
        self._known = None
        self.conflict.clear()
        self.typed.emit(text)

    def _ask_token(self) -> None:
        self.token_requested.emit(self._check.clean or self.text())

    def _use_other(self) -> None:
        self.line.clear()
        self._on_typed("")
        self.line.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show(self) -> None:
        check = self._check
        facts = check.facts
        found = clone_words(facts) if facts is not None and self._is_blank else ""
        self.box.render(check, found=found)
        self.token.setVisible(takes_token(check.text))
        self.sign_in.setVisible(check.needs_access and is_azure_repo(check.text))
        if self._is_blank:
            self.conflict.clear()
        elif self._known is not None:
            self.conflict.show_files(repo_name(self.text()), self._known.branch)
        elif facts is not None and facts.main_branch:
            self.conflict.show_files(
                repo_name(check.text), facts.main_branch, has_history=facts.has_history
            )
        elif facts is not None or not check.text:
            self.conflict.clear()
        self.changed.emit()
