"""What goes beyond this computer: the Git repos of projects, and who may use them."""

import webbrowser
from collections.abc import Callable
from pathlib import Path

from workbench.app.command_handlers import CommandHandlers
from workbench.app.error_strip import ErrorStrip
from workbench.app.screens.account_screen import AccountScreen
from workbench.app.screens.new_project_repo_screen import NewProjectRepoScreen
from workbench.app.screens.open_repo_screen import OpenRepoScreen
from workbench.app.screens.project_screen import ProjectScreen
from workbench.app.screens.run_files_screen import RunFilesScreen
from workbench.app.screens.runs_screen import RunsScreen
from workbench.app.screens.shell_screen import ShellScreen
from workbench.app.screens.sync_screen import SyncScreen
from workbench.controllers.account_controller import AccountController
from workbench.controllers.background import Background
from workbench.controllers.contexts import Contexts
from workbench.controllers.open_repo_controller import OpenRepoController
from workbench.controllers.project_controller import ProjectController
from workbench.controllers.repo_checker import RepoChecker
from workbench.controllers.repo_controller import RepoController
from workbench.controllers.run_controller import RunController
from workbench.controllers.run_files_controller import RunFilesController
from workbench.controllers.sharing_controller import SharingController
from workbench.controllers.sync_controller import SyncController
from workbench.operations.library import Library
from workbench.views.main_window import MainWindow
from workbench.views.new_project_dialog import NewProjectDialog
from workbench.views.project_page import ProjectPage


class Beyond:
    """Makes the controllers for Git repos and binds them to the window.

    Args:
        library: The project list.
        contexts: The open projects.
        background: Where the work is done.
    """

    def __init__(self, library: Library, contexts: Contexts, background: Background) -> None:
        self._sync = SyncController(library, contexts, background)
        self._repo = RepoController(library, contexts, background)
        self._page_checker = RepoChecker(library, background)
        self._dialog_checker = RepoChecker(library, background)
        self._open_repo = OpenRepoController(library, background)
        self._accounts = AccountController(library, background, webbrowser.open)
        self._files = RunFilesController(library, background)
        self._sharing = SharingController(background)
        self._accounts.access_changed.connect(self._sync.try_again)

    def bind(
        self,
        window: MainWindow,
        page: ProjectPage,
        shell: ShellScreen,
        commands: CommandHandlers,
        controllers: tuple[ProjectController, RunController],
        new_project_folder: Callable[[], Path],
    ) -> None:
        """Show it all in the window.

        Args:
            window: The window.
            page: The Project page.
            shell: Status bar and notifications.
            commands: Gets what commands do.
            controllers: Projects and runs.
            new_project_folder: Returns the folder that is offered for new projects.
        """
        projects, runs = controllers
        self._account_screen = AccountScreen(window, shell, commands, projects, self._accounts)
        self._sync_screen = SyncScreen(
            window,
            page,
            shell,
            commands,
            (projects, runs, self._sync, self._repo, self._accounts),
            self._page_checker,
        )
        self._new_project = NewProjectRepoScreen(
            self._dialog_checker, self._accounts, self._account_screen
        )
        page.repo.sign_in_requested.connect(self._account_screen.sign_in)
        page.repo.token_requested.connect(self._account_screen.ask_token)
        self.opening = OpenRepoScreen(
            window,
            commands,
            (self._open_repo, projects, self._accounts),
            self._account_screen,
            new_project_folder,
        )
        self._new_project.open_requested.connect(self.opening.ask)
        self._accounts.refresh()

    def bind_files(
        self, runs: RunsScreen, project: ProjectScreen, shell: ShellScreen, errors: ErrorStrip
    ) -> None:
        """Have logs and outputs go to the Git repo and come from there."""
        controllers = (self._files, self._sharing, self._sync)
        self._run_files_screen = RunFilesScreen(runs, project, shell, errors, controllers)

    def serve_new_project(self, dialog: NewProjectDialog) -> None:
        """Check the Git repo of a New project dialog that was opened."""
        self._new_project.attach(dialog)
