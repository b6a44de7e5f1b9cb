"""The dialog Open from Git repo: an address, a folder, and which files."""

import os
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from workbench.core.errors import InvalidInputError, WorkbenchError
from workbench.core.progress import Progress
from workbench.core.repo_project import (
    NoProjectInRepoError,
    ProjectListedError,
    RepoFiles,
    RepoOpening,
    RepoProject,
)
from workbench.viewmodels.open_repo_state import (
    OpenRepoState,
    files_words,
    listed_words,
    look_words,
    project_words,
)
from workbench.views.kit.banner import Banner
from workbench.views.kit.buttons import Button
from workbench.views.kit.combo import ComboBox
from workbench.views.kit.dialogs import Dialog
from workbench.views.kit.fields import FormRow, LabelledEdit
from workbench.views.kit.label import Label
from workbench.views.kit.progress import ProgressStrip
from workbench.views.kit.segments import Segments
from workbench.views.repo_box import CheckedLine
from workbench.views.theme.theme import theme

_WIDTH = 640
_FILES = ((RepoFiles.BRANCH.value, "Default branch"), (RepoFiles.LAST_RUN.value, "Last run"))
_FOLDER_HINT = "Your clone of the repo. It is empty, or not there yet."
_ADD = "Clone and add as a project"


class OpenRepoDialog(Dialog):
    """Shows an :class:`OpenRepoState`.

    Args:
        parent: Its window is dimmed.
        folder: Folder in which the project's folder is proposed.

    Signals:
        typed: The address, after each key.
        open_requested: :class:`RepoOpening`.
        open_canceled: The user stopped an opening that is going on.
        listed_requested: Id of a project of the list that shall be opened there.
        folder_chosen: ``Path`` of a folder that was chosen with Browse.
        sign_in_requested: Sign in with Azure AD.
        token_requested: Enter an access token.
    """

    typed = Signal(str)
    open_requested = Signal(object)
    open_canceled = Signal()
    listed_requested = Signal(str)
    folder_chosen = Signal(object)
    sign_in_requested = Signal()
    token_requested = Signal()

    def __init__(self, parent: QWidget, folder: Path) -> None:
        super().__init__(parent, "Open from Git repo")
        self.setObjectName("openRepoDialog")
        self._state = OpenRepoState()
        self._busy = False
        self._listed = ""
        # Until the user types or chooses a folder, the name of the repo makes it.
        self._own_folder = False
        self.parent_folder = folder
        self.banner = Banner()
        self._address_frame = LabelledEdit("", "Git repo")
        self.address = self._address_frame.line
        self.address.setPlaceholderText("https://")
        self.address_row = FormRow("&Git repo", self._address_frame)
        self.checked = CheckedLine()
        self.sign_in = Button("Sign in", "log-in", small=True, name="Sign in with Azure AD")
        self.token = Button("Use an access token", "key-round", small=True)
        self.open_listed = Button("Open it", "arrow-right", small=True, name="Open the listed one")
        self.project = ComboBox()
        self.project_row = FormRow("&Project", self.project)
        self.files = Segments("Files", _FILES)
        self.files_row = FormRow("Files", _at_the_left(self.files))
        field = LabelledEdit("", "Folder")
        self.folder = field.line
        self.browse = Button("Browse", "folder")
        self.folder_row = FormRow("&Folder", field, beside=self.browse)
        self.progress = ProgressStrip()
        self.cancel_button = Button("Cancel")
        self.open_button = Button("Open project", "", "primary")
        self._names()
        self._build()
        self._connect()
        self.render(self._state)
        self.address.setFocus()

    @property
    def busy(self) -> bool:
        """Whether a project is being opened now."""
        return self._busy

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
        self.checked.render(state.check, found=found)
        self._address_frame.set_error(on=bool(state.check.problem))
        self.address.setAccessibleDescription(state.check.problem)
        needs = state.check.needs_access
        self.sign_in.setVisible(needs and state.is_azure)
        self.token.setVisible(needs)
        projects = state.look.projects if state.look is not None else ()
        if before.look is not state.look:
            items = [(each.id, project_words(each, now)) for each in projects]
            self.project.set_items(items, projects[0].id if projects else "")
        self.project_row.setVisible(len(projects) > 1)
        if state.folder and not self._own_folder:
            self.folder.setText(state.folder)
        self._show_choice()

    def show_progress(self, progress: Progress) -> None:
        """Show how far the opening is."""
        if self._busy:
            self.progress.render(progress)

    def show_error(self, error: WorkbenchError) -> None:
        """Show why the project was not opened and let the user go on."""
        self._set_busy(busy=False)
        if isinstance(error, InvalidInputError) and error.field in ("folder", "repo"):
            row = self.folder_row if error.field == "folder" else self.address_row
            row.set_error(f"{error.title}. {error.hint}" if error.hint else error.title)
            row.field.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        buttons: tuple[tuple[str, str], ...] = ()
        if isinstance(error, NoProjectInRepoError):
            buttons = (("add", _ADD),)
        elif isinstance(error, ProjectListedError):
            self._listed = error.project_id
            buttons = (("listed", "Open it"),)
        text = " ".join(part for part in (error.text, error.hint) if part)
        self.banner.render("bad", error.title, text, buttons)

    def finish(self) -> None:
        """Close it: the project was opened, or nothing shall be."""
        self._set_busy(busy=False)
        self.hide()
        self.deleteLater()

    def canceled(self) -> None:
        """Let the user go on after an opening was canceled."""
        self._set_busy(busy=False)

    def reject(self) -> None:
        """Stop an opening that is going on, or close the dialog."""
        if self._busy:
            self.open_canceled.emit()
        else:
            self.finish()

    def _show_choice(self) -> None:
        """Show what depends on the chosen project and files."""
        project, look = self.chosen, self._state.look
        now = datetime.now().astimezone()
        files = RepoFiles(self.files.current)
        none = look is not None and not look.projects
        self.files.set_disabled_reason(
            RepoFiles.LAST_RUN.value, "No run history is in this repo" if none else ""
        )
        if none and files is RepoFiles.LAST_RUN:
            files = RepoFiles.BRANCH
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
        self._set_busy(busy=True)
        self.open_requested.emit(wanted)

    def _set_busy(self, *, busy: bool) -> None:
        self._busy = busy
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
        self.address_row.set_error("")
        self.typed.emit(text)

    def _on_folder(self) -> None:
        self._own_folder = bool(self.folder.text().strip())
        self.folder_row.set_error("")
        self.banner.clear()

    def _browse(self) -> None:
        dialog = QFileDialog(self, "Choose where the folder will be", str(self.parent_folder))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(self._use_parent)
        dialog.open()

    def _use_parent(self, folder: str) -> None:
        """Have the project's folder in another one, with the name that it has."""
        self.parent_folder = Path(folder)
        name = Path(self.folder.text().strip()).name
        self.folder.setText(str(self.parent_folder / name) if name else "")
        self.folder_row.set_error("")
        self.folder_chosen.emit(self.parent_folder)
        self.typed.emit(self.address.text())

    def _connect(self) -> None:
        self.address.textEdited.connect(self._on_typed)
        self.address.returnPressed.connect(self._submit)
        self.folder.textEdited.connect(lambda _text: self._on_folder())
        self.folder.returnPressed.connect(self._submit)
        self.project.activated.connect(lambda _index: self._show_choice())
        self.files.chosen.connect(lambda _name: self._show_choice())
        self.browse.clicked.connect(self._browse)
        self.sign_in.clicked.connect(self.sign_in_requested)
        self.token.clicked.connect(self.token_requested)
        self.open_listed.clicked.connect(lambda: self.listed_requested.emit(self._listed))
        self.cancel_button.clicked.connect(self.reject)
        self.open_button.clicked.connect(self._submit)
        self.progress.canceled.connect(self.open_canceled)
        self.banner.action.connect(self._on_banner)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self).activated.connect(self._submit)

    def _names(self) -> None:
        self.address.setObjectName("gitRepo")
        self.folder.setObjectName("folder")
        self.browse.setObjectName("browse")
        self.project.setObjectName("project")
        self.open_button.setObjectName("openProject")
        self.open_button.setDefault(True)
        self.folder_row.set_hint(_FOLDER_HINT)

    def _build(self) -> None:
        px = theme().px
        self.setMinimumWidth(px(_WIDTH))
        self._form = QWidget()
        form = QVBoxLayout(self._form)
        form.setContentsMargins(0, 0, 0, 0)
        form.setSpacing(px(12))
        form.addWidget(self.address_row)
        self._listed_line = Label("", "secondary", "warn", wrap=True)
        beside = QHBoxLayout()
        beside.setSpacing(px(8))
        for button in (self.sign_in, self.token, self.open_listed):
            beside.addWidget(button)
        beside.addStretch(1)
        below = QVBoxLayout()
        below.setSpacing(px(8))
        below.addWidget(self.checked)
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


def _at_the_left(widget: QWidget) -> QWidget:
    line = QWidget()
    layout = QHBoxLayout(line)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(widget)
    layout.addStretch(1)
    return line
