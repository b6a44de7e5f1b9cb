"""The dialog Open from Git repo, bound to its controller."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from workbench.app.command_handlers import CommandHandlers
from workbench.app.screens.account_screen import AccountScreen
from workbench.controllers.account_controller import AccountController
from workbench.controllers.open_repo_controller import OpenRepoController
from workbench.controllers.project_controller import ProjectController
from workbench.core.errors import WorkbenchError
from workbench.core.progress import Progress
from workbench.core.project import Project
from workbench.viewmodels.open_repo_state import OpenRepoState
from workbench.views.main_window import MainWindow
from workbench.views.open_repo_dialog import OpenRepoDialog


class OpenRepoScreen(QObject):
    """Shows the dialog and carries out what it asks for.

    Args:
        window: Parent of the dialog.
        commands: Gets what "Open from Git repo…" does.
        controllers: Git repos to open from, projects, accounts.
        accounts: Signing in, and access tokens.
        new_project_folder: Returns the folder that is offered for new projects.

    Signals:
        folder_used: ``Path`` of a folder that was chosen for projects.
    """

    folder_used = Signal(object)

    def __init__(
        self,
        window: MainWindow,
        commands: CommandHandlers,
        controllers: tuple[OpenRepoController, ProjectController, AccountController],
        accounts: AccountScreen,
        new_project_folder: Callable[[], Path],
    ) -> None:
        super().__init__()
        self._window = window
        self._controller, self._projects, access = controllers
        self._accounts = accounts
        self._new_project_folder = new_project_folder
        self._dialog: OpenRepoDialog | None = None
        commands.add({"open_from_repo": self.ask})
        self._controller.looked.connect(self._on_looked)
        self._controller.progress.connect(self._on_progress)
        self._controller.opened.connect(self._on_opened)
        self._controller.failed.connect(self._on_failed)
        self._controller.secret_kept.connect(self._on_secret_kept)
        self._access = access
        access.access_changed.connect(self._look_again)

    def ask(self, address: str = "") -> None:
        """Open the dialog.

        Args:
            address: The repo that is entered in it.
        """
        if self._dialog is not None:
            self._dialog.raise_()
            return
        dialog = OpenRepoDialog(self._window, self._new_project_folder())
        dialog.typed.connect(lambda text: self._controller.look(text, dialog.parent_folder))
        dialog.open_requested.connect(self._controller.open)
        dialog.stop_requested.connect(self._controller.cancel)
        dialog.listed_requested.connect(self._open_listed)
        dialog.folder_chosen.connect(self.folder_used)
        dialog.sign_in_requested.connect(self._accounts.sign_in)
        dialog.token_requested.connect(self._accounts.ask_token)
        dialog.keep_secret_requested.connect(self._controller.keep_secret)
        dialog.destroyed.connect(self._forget)
        self._dialog = dialog
        dialog.open()
        if address:
            dialog.address.setText(address)
            self._controller.look(address, dialog.parent_folder)

    def _on_secret_kept(self, address: str) -> None:
        self._access.refresh()
        if self._dialog is not None:
            self._dialog.address.setText(address)
            self._controller.look(address, self._dialog.parent_folder)

    def _forget(self) -> None:
        self._dialog = None
        self._controller.stop_looking()

    def _look_again(self) -> None:
        """Look once more: somebody signed in, or entered an access token."""
        if self._dialog is not None and not self._dialog.busy:
            self._controller.look_again()

    def _open_listed(self, project_id: str) -> None:
        if self._dialog is not None:
            self._dialog.finish()
        self._projects.open_listed(project_id)

    def _on_looked(self, state: OpenRepoState) -> None:
        if self._dialog is not None:
            self._dialog.render(state)

    def _on_progress(self, progress: Progress) -> None:
        if self._dialog is not None:
            self._dialog.show_progress(progress)

    def _on_opened(self, project: Project) -> None:
        self.folder_used.emit(project.folder.parent)
        if self._dialog is not None:
            self._dialog.finish()
        self._projects.open_folder(project.folder)

    def _on_failed(self, error: WorkbenchError) -> None:
        if self._dialog is None:
            self._window.show_error(error)
        else:
            self._dialog.fail(error)
