"""The Git repo on the Project page: linking one, and how the history stands towards it."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from workbench.viewmodels.repo_states import RepoCheck, RepoState
from workbench.viewmodels.sync_words import sync_icon, sync_label, sync_sentence
from workbench.views.kit.buttons import Button, IconButton
from workbench.views.kit.label import IconLabel, Label
from workbench.views.project_fields import Section
from workbench.views.repo_box import RepoBox
from workbench.views.theme.theme import theme

_LINKED = "A linked repo can't be changed or removed."


class RepoSection(Section):
    """Shows a :class:`RepoState`.

    Signals:
        typed: The address, after each key.
        link_requested: The address to link.
        push_requested: Push and fetch now.
        details_requested: Show the server's own words.
        web_requested: Show the repo in a browser.
        sign_in_requested: Sign in with Azure AD.
        token_requested: Enter an access token.
        keep_secret_requested: Put the secret that was typed in the address into the keyring.
    """

    typed = Signal(str)
    link_requested = Signal(str)
    push_requested = Signal()
    details_requested = Signal()
    web_requested = Signal()
    sign_in_requested = Signal()
    token_requested = Signal()
    keep_secret_requested = Signal()

    def __init__(self) -> None:
        super().__init__(
            "Git repo",
            "Everyone who can read this repo can get the code and the run history of this project.",
        )
        self._state = RepoState()
        self.link = Button("Link repo", "link", small=True)
        self.copy = IconButton("copy", "Copy Git repo address", small=True)
        self.web = IconButton("external-link", "Open the repo in a browser", small=True)
        self.box = RepoBox(beside=(self.link, self.copy, self.web))
        self.address, self.checked = self.box.address, self.box.checked
        self._icon = IconLabel("hard-drive", "text_2", 16)
        self.words = Label("", "body", "text")
        self.words.setObjectName("syncState")
        self.sentence = Label("", "secondary", "text_3", wrap=True)
        self.push = Button("Push now", "cloud-upload", small=True, name="Push history now")
        self.details = Button("Details", small=True, name="Details of the push")
        self.access = Label("", "body", "text")
        self.access.setObjectName("repoAccess")
        self.sign_in = Button("Sign in", "log-in", small=True, name="Sign in with Azure AD")
        self.token = Button("Use an access token", "key-round", small=True)
        self._build()
        self.sign_in.clicked.connect(self.sign_in_requested)
        self.token.clicked.connect(self.token_requested)
        self.box.typed.connect(self.typed)
        self.box.keep_secret_requested.connect(self.keep_secret_requested)
        self.address.line.returnPressed.connect(self._on_link)
        self.link.clicked.connect(self._on_link)
        self.copy.clicked.connect(self._copy)
        self.web.clicked.connect(self.web_requested)
        self.push.clicked.connect(self.push_requested)
        self.details.clicked.connect(self.details_requested)
        self.render(self._state)

    def render(self, state: RepoState) -> None:  # type: ignore[override]  # a state, no painter
        """Show ``state``."""
        other = state.project_id != self._state.project_id
        self._state = state
        linked = bool(state.repo)
        if linked or other:
            self.address.set_text(state.repo)
        self.address.line.setReadOnly(linked)
        self.box.icon.set_icon("lock" if linked else "folder-git-2", "text_3")
        self.copy.setVisible(linked)
        self.web.setVisible(bool(state.web))
        self.link.setVisible(not linked)
        self.link.set_disabled_reason(self._link_reason())
        self.box.render(RepoCheck() if linked else state.check, "" if linked else state.problem)
        self.box.set_note(_LINKED if linked else "")
        self._show_access()
        self._show_status()

    def set_address(self, address: str) -> None:
        """Put another address in place of what was typed."""
        self.address.set_text(address)

    def _show_access(self) -> None:
        state = self._state
        needs = state.status.state.needs_user if state.repo else state.check.needs_access
        self.show_row(self._access_label, shown=needs or bool(state.access))
        self.access.setText(state.access or "Nobody is signed in")
        self.access.set_tone("warn" if needs else "text")
        self.sign_in.setVisible(needs and state.is_azure)

    def _show_status(self) -> None:
        status = self._state.status
        linked = bool(self._state.repo)
        icon, tone = sync_icon(status)
        self._icon.set_icon(icon, tone)
        self.words.setText(sync_label(status))
        self.words.set_tone(tone if status.state.is_problem else "text")
        self.sentence.setText(sync_sentence(status))
        self.sentence.setVisible(linked)
        self.push.set_text("Try again" if status.state.is_problem else "Push now")
        self.push.setVisible(linked)
        self.details.setVisible(linked and bool(status.details))

    def _link_reason(self) -> str:
        check = self._state.check
        if self._state.is_linking:
            return "The repo is being linked"
        if check.is_checking:
            return "The repo is being asked"
        return "" if check.facts is not None else "Enter the address of a Git repo"

    def _on_link(self) -> None:
        if self.link.isEnabled() and not self._state.repo:
            self.link_requested.emit(self.box.text())

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._state.repo)

    def _build(self) -> None:
        px = theme().px
        self.box.column.setContentsMargins(0, px(4), 0, px(4))
        head = QHBoxLayout()
        head.setSpacing(px(8))
        head.addWidget(self._icon)
        head.addWidget(self.words)
        head.addStretch(1)
        head.addWidget(self.details)
        head.addWidget(self.push)
        state = QWidget()
        rows = QVBoxLayout(state)
        rows.setContentsMargins(0, px(4), 0, px(4))
        rows.setSpacing(px(4))
        rows.addLayout(head)
        rows.addWidget(self.sentence)
        self.sentence.setMinimumWidth(1)
        self._access_row = QWidget()
        who = QHBoxLayout(self._access_row)
        who.setContentsMargins(0, px(4), 0, px(4))
        who.setSpacing(px(8))
        who.addWidget(self.access)
        who.addStretch(1)
        who.addWidget(self.sign_in)
        who.addWidget(self.token)
        self.add("Git repo", self.box, has_input=True)
        self._access_label = self.add("Access", self._access_row, has_input=True)
        self.add("History", state, has_input=True)
