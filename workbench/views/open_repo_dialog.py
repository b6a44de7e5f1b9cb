"""The dialog Open from Git repo: an address, a folder, and which files."""

import os
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from workbench.core.errors import InvalidInputError, WorkbenchError
from workbench.core.progress import Progress
from workbench.core.repo_project import (
    NoProjectInRepoError,
    ProjectListedError,
    RepoFiles,
    RepoOpening,
    RepoProject,
)
from workbench.viewmodels.access_words import is_azure_repo
from workbench.viewmodels.open_repo_state import (
    OpenRepoState,
    files_words,
    listed_words,
    look_words,
    project_words,
)
from workbench.views.kit.buttons import Button
from workbench.views.kit.combo import ComboBox
from workbench.views.kit.fields import FormRow, LabelledEdit, at_left
from workbench.views.kit.folder_choice import choose_folder
from workbench.views.kit.label import Label
from workbench.views.kit.segments import Segments
from workbench.views.kit.work_dialog import WorkDialog
from workbench.views.repo_box import RepoBox
from workbench.views.theme.theme import theme

_WIDTH = 640
_FILES = ((RepoFiles.BRANCH.value, "Default branch"), (RepoFiles.LAST_RUN.value, "Last run"))
_FOLDER_HINT = "Your clone of the repo. It is empty, or not there yet."
_ADD = "Clone and add as a project"


class OpenRepoDialog(WorkDialog):
    """Shows an :class:`OpenRepoState`.

    Args:
        parent: Its window is dimmed.
        folder: Folder in which the project's folder is proposed.

    Signals:
        typed: The address, after each key.
        open_requested: :class:`RepoOpening`.
        listed_requested: Id of a project of the list that shall be opened there.
        folder_chosen: ``Path`` of a folder that was chosen with Browse.
        sign_in_requested: Sign in with Azure AD.
        token_requested: Enter an access token.
        keep_secret_requested: Put the secret that was typed in the address into the keyring.
    """

    typed = Signal(str)
    open_requested = Signal(object)
    listed_requested = Signal(str)
    folder_chosen = Signal(object)
    sign_in_requested = Signal()
    token_requested = Signal()
    keep_secret_requested = Signal()

    def __init__(self, parent: QWidget, folder: Path) -> None:
        act = Button("Open project", "", "primary")
        super().__init__(parent, "Open from Git repo", act)
        self.setObjectName("openRepoDialog")
        self._state = OpenRepoState()
        self._listed = ""
        # Until the user types or chooses a folder, the name of the repo makes it.
        self._own_folder = False
        self.parent_folder = folder
        self.box = RepoBox("&Git repo", optional=False)
        self.box.note.hide()
        self.address, self.checked = self.box.address.line, self.box.checked
        self.sign_in = Button("Sign in", "log-in", small=True, name="Sign in with Azure AD")
        self.token = Button("Use an access token", "key-round", small=True)
        self.open_listed = Button("Open it", "arrow-right", small=True, name="Open the listed one")
        self.project = ComboBox()
        self.project_row = FormRow("&Project", self.project)
        self.files = Segments("Files", _FILES)
        self.files_row = FormRow("Files", at_left(self.files))
        field = LabelledEdit("", "Folder")
        self.folder = field.line
        self.browse = Button("Browse", "folder")
        self.folder_row = FormRow("&Folder", field, beside=self.browse)
        self.open_button = act
        self._names()
        self._build()
        self._connect()
        self.render(self._state)
        self.address.setFocus()

    @property
    def chosen(self) -> RepoProject | None:
        """The project that would be opened; ``None`` if the repo does not tell it."""
        look = self._state.look
        known = look.projects if look is not None else ()
        wanted = self.project.currentData()
        return next((each for each in known if each.id == wanted), known[0] if known else None)

    def value(self, *, add: bool = False) -> RepoOpening:
        """Return what is entered.

        Args:
            add: Whether a repo that holds no project becomes one.
        """
        look, project = self._state.look, self.chosen
        several = look is not None and len(look.projects) > 1
        files = RepoFiles(self.files.current)
        named = project is not None and (several or files is RepoFiles.LAST_RUN)
        return RepoOpening(
            self.address.text().strip(),
            Path(self.folder.text().strip()).expanduser(),
            project.id if project is not None and named else "",
            files,
            add,
        )

    def render(self, state: OpenRepoState) -> None:  # type: ignore[override]  # a state, no painter
        """Show what is known of the repo."""
        before, self._state = self._state, state
        now = datetime.now().astimezone()
        found = look_words(state.look) if state.look is not None else ""
        self.box.render(state.check, found=found)
        needs = state.check.needs_access
        self.sign_in.setVisible(needs and is_azure_repo(state.check.text))
        self.token.setVisible(needs)
        projects = state.look.projects if state.look is not None else ()
        if before.look is not state.look:
            items = [(each.id, project_words(each, now)) for each in projects]
            self.project.set_items(items, projects[0].id if projects else "")
        self.project_row.setVisible(len(projects) > 1)
        if state.folder and not self._own_folder:
            self.folder.setText(state.folder)
        self._show_choice()

    def show_error(self, error: WorkbenchError) -> None:
        """Show why the project was not opened and let the user go on."""
        self.set_busy(busy=False)
        if isinstance(error, InvalidInputError) and error.field in ("folder", "repo"):
            self._show_at_field(error)
        elif isinstance(error, NoProjectInRepoError):
            self.show_failure(error, (("add", _ADD),))
        elif isinstance(error, ProjectListedError):
            self._listed = error.project_id
            self.show_failure(error, (("listed", "Open it"),))
        else:
            self.show_failure(error)

    def _show_at_field(self, error: InvalidInputError) -> None:
        problem = f"{error.title}. {error.hint}" if error.hint else error.title
        if error.field == "repo":
            self.box.render(self._state.check, problem)
            self.address.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.folder_row.set_error(problem)
            self.folder.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_choice(self) -> None:
        """Show what depends on the chosen project and files."""
        project, look = self.chosen, self._state.look
        now = datetime.now().astimezone()
        files = RepoFiles(self.files.current)
        none = look is not None and not look.projects
        self.files.set_disabled_reason(
            RepoFiles.LAST_RUN.value, "No run history is in this repo" if none else ""
        )
        branchless = look is not None and not look.facts.default_branch and not none
        self.files.set_disabled_reason(
            RepoFiles.BRANCH.value, "No branch with files is in this repo" if branchless else ""
        )
        if none or branchless:
            files = RepoFiles.BRANCH if none else RepoFiles.LAST_RUN
            self.files.set_current(files.value)
        self.files_row.set_hint(files_words(files, look, project, now))
        listed = project is not None and bool(project.listed)
        self.open_listed.setVisible(listed)
        self._listed_line.setVisible(listed)
        if listed and project is not None:
            self._listed = project.id
            self._listed_line.setText(listed_words(project))
        self.open_button.set_disabled_reason(self._reason())

    def _reason(self) -> str:
        if self._busy:
            return "The project is being opened"
        if self._state.check.is_checking:
            return "The repo is being asked"
        if self._state.look is None:
            return "Enter the address of a Git repo"
        listed = self.chosen is not None and self.chosen.listed
        return "This project is in your list already" if listed else ""

    def _submit(self) -> None:
        if self.open_button.isEnabled() and not self._busy and self._check():
            self._begin(self.value())

    def _check(self) -> bool:
        folder = self.folder.text().strip()
        problem = "" if folder else "Choose a folder"
        if folder and not folder.startswith("~") and not os.path.isabs(folder):  # noqa: PTH117
            problem = "Enter the whole path"
        self.folder_row.set_error(problem)
        if problem:
            self.folder_row.field.setFocus(Qt.FocusReason.OtherFocusReason)
        return not problem

    def _begin(self, wanted: RepoOpening) -> None:
        self.banner.clear()
        self.set_busy(busy=True)
        self.open_requested.emit(wanted)

    def set_busy(self, *, busy: bool) -> None:
        """Show that the project is being opened, or not any more."""
        super().set_busy(busy=busy)
        self._form.setEnabled(not busy)
        self.progress.render(Progress("open", None, "Opening project") if busy else None)
        self.open_button.set_disabled_reason(self._reason())

    def _on_banner(self, action: str) -> None:
        if action == "add" and self._check():
            self._begin(self.value(add=True))
        elif action == "listed":
            self.listed_requested.emit(self._listed)

    def _on_typed(self, text: str) -> None:
        self.banner.clear()
        self.typed.emit(text)

    def _on_folder(self) -> None:
        self._own_folder = bool(self.folder.text().strip())
        self.folder_row.set_error("")
        self.banner.clear()

    def _browse(self) -> None:
        title = "Choose where the folder will be"
        choose_folder(self, title, self.parent_folder, self._use_parent)

    def _use_parent(self, folder: str) -> None:
        """Have the project's folder in another one, with the name that it has."""
        self.parent_folder = Path(folder)
        name = Path(self.folder.text().strip()).name
        self.folder.setText(str(self.parent_folder / name) if name else "")
        self.folder_row.set_error("")
        self.folder_chosen.emit(self.parent_folder)
        self.typed.emit(self.address.text())

    def _connect(self) -> None:
        self.box.typed.connect(self._on_typed)
        self.box.keep_secret_requested.connect(self.keep_secret_requested)
        self.address.returnPressed.connect(self._submit)
        self.folder.textEdited.connect(lambda _text: self._on_folder())
        self.folder.returnPressed.connect(self._submit)
        self.project.activated.connect(lambda _index: self._show_choice())
        self.files.chosen.connect(lambda _name: self._show_choice())
        self.browse.clicked.connect(self._browse)
        self.sign_in.clicked.connect(self.sign_in_requested)
        self.token.clicked.connect(self.token_requested)
        self.open_listed.clicked.connect(lambda: self.listed_requested.emit(self._listed))
        self.open_button.clicked.connect(self._submit)
        self.banner.action.connect(self._on_banner)

    def _names(self) -> None:
        self.folder.setObjectName("folder")
        self.browse.setObjectName("browse")
        self.project.setObjectName("project")
        self.open_button.setObjectName("openProject")
        self.folder_row.set_hint(_FOLDER_HINT)

    def _build(self) -> None:
        px = theme().px
        self.setMinimumWidth(px(_WIDTH))
        self._form = QWidget()
        form = QVBoxLayout(self._form)
        form.setContentsMargins(0, 0, 0, 0)
        form.setSpacing(px(12))
        self._listed_line = Label("", "secondary", "warn", wrap=True)
        beside = QHBoxLayout()
        beside.setSpacing(px(8))
        for button in (self.sign_in, self.token, self.open_listed):
            beside.addWidget(button)
        beside.addStretch(1)
        below = QVBoxLayout()
        below.setSpacing(px(8))
        below.addWidget(self.box)
        below.addWidget(self._listed_line)
        below.addLayout(beside)
        form.addLayout(below)
        for row in (self.project_row, self.files_row, self.folder_row):
            form.addWidget(row)
        self.body.addWidget(self.banner)
        self.body.addWidget(self._form)
        self.body.addStretch(1)
        self.footer.insertWidget(0, self.progress, 1)
        self.footer.addWidget(self.cancel_button)
        self.footer.addWidget(self.open_button)
