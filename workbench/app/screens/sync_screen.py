"""How the history stands towards the Git repo: status bar, Project page, notifications."""

from dataclasses import replace

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices

from workbench.app.command_handlers import CommandHandlers
from workbench.app.screens.shell_screen import ShellScreen
from workbench.controllers.account_controller import AccountController
from workbench.controllers.project_controller import ProjectController
from workbench.controllers.repo_checker import RepoChecker
from workbench.controllers.repo_controller import RepoController
from workbench.controllers.run_controller import RunController
from workbench.controllers.sync_controller import SyncController
from workbench.core.errors import WorkbenchError
from workbench.core.history_sync import SyncState, SyncStatus
from workbench.core.run import Run, RunStatus
from workbench.operations.project_context import ProjectContext
from workbench.viewmodels.access_words import access_words, is_azure_repo
from workbench.viewmodels.repo_states import RepoCheck, RepoState
from workbench.viewmodels.sync_words import sync_sentence
from workbench.views.main_window import MainWindow
from workbench.views.project_page import ProjectPage
from workbench.views.shell.window_dialogs import TextDialog

_NOT_PUSHED = "History isn't pushed to the Git repo"
_NO_REPO = "This project has no Git repo"


class SyncScreen(QObject):
    """Shows where the history of the open project stands, and carries out what is asked for.

    Args:
        window: The window.
        page: The Project page.
        shell: Status bar and notifications.
        commands: Gets what "Push history now" does.
        controllers: Projects, runs, sync, repo, accounts.
        checker: Checks the address that is typed on the Project page.
    """

    def __init__(
        self,
        window: MainWindow,
        page: ProjectPage,
        shell: ShellScreen,
        commands: CommandHandlers,
        controllers: tuple[
            ProjectController, RunController, SyncController, RepoController, AccountController
        ],
        checker: RepoChecker,
    ) -> None:
        super().__init__()
        self._window = window
        self._section = page.repo
        self._shell = shell
        self._projects, self._runs, self._sync, self._repo, self._accounts = controllers
        self._checker = checker
        self._state = RepoState()
        self._told: dict[str, SyncState] = {}
        self._names: dict[str, str] = {}
        commands.add({"push_history": self.push_now})
        self._connect()
        self._show()

    def _connect(self) -> None:
        section, sync, repo = self._section, self._sync, self._repo
        self._projects.opened.connect(self._on_opened)
        self._projects.edited.connect(self._on_context)
        self._projects.closed.connect(self._on_closed)
        self._runs.changed.connect(self._on_runs)
        self._accounts.changed.connect(lambda _state: self._on_accounts())
        sync.changed.connect(self._on_status)
        sync.received.connect(lambda _project: self._runs.refresh())
        sync.failed.connect(self._on_failed)
        self._checker.checked.connect(self._on_checked)
        self._checker.secret_kept.connect(self._on_secret_kept)
        repo.linked.connect(self._on_linked)
        repo.link_failed.connect(self._on_link_failed)
        section.typed.connect(self._on_typed)
        section.keep_secret_requested.connect(self._checker.keep_secret)
        section.link_requested.connect(self._on_link)
        section.push_requested.connect(self.push_now)
        section.details_requested.connect(self._show_details)
        section.web_requested.connect(self._open_web)
        self._window.status_bar.sync_chosen.connect(
            lambda: self._window.page_requested.emit("project")
        )

    def push_now(self) -> None:
        """Push and fetch now."""
        current = self._projects.current
        if current is not None and current.project.repo:
            self._sync.push_now(current.project.id)

    def _on_opened(self, context: ProjectContext) -> None:
        self._on_context(context)
        self._sync.follow(context.project.id)

    def _on_context(self, context: ProjectContext) -> None:
        project = context.project
        self._names[project.id] = project.name
        before = self._state if self._state.project_id == project.id else RepoState()
        web = project.repo if project.repo.startswith("https://") else ""
        self._state = replace(
            before,
            project_id=project.id,
            repo=project.repo,
            web=web,
            status=self._sync.status(project.id),
        )
        self._show()

    def _on_closed(self) -> None:
        self._state = RepoState()
        self._show()

    def _on_runs(self, runs: tuple[Run, ...]) -> None:
        """Push after each snapshot, and when a run has ended."""
        for project_id in {run.project_id for run in runs if _is_worth_it(run)}:
            self._sync.follow(project_id)

    def _on_status(self, project_id: str, status: SyncStatus) -> None:
        if project_id == self._state.project_id:
            self._state = replace(self._state, status=status)
            self._show()
        if status.state is SyncState.WORKING:
            return
        if self._window.page == "projects":
            self._projects.refresh()
        before = self._told.get(project_id)
        self._told[project_id] = status.state
        if status.state.needs_user and before is not status.state:
            name = self._names.get(project_id, "")
            here = project_id == self._state.project_id
            self._shell.notify(
                _NOT_PUSHED if here or not name else f"{name}: {_NOT_PUSHED}",
                sync_sentence(status),
                "warn",
                action="Show" if here else "",
                on_action=(lambda: self._window.page_requested.emit("project")) if here else None,
                key=f"sync {project_id}",
            )

    def _on_failed(self, project_id: str, error: WorkbenchError) -> None:
        name = self._names.get(project_id, "")
        self._shell.notify(f"{name}: {error.title}", error.text, "warn", key=f"sync {project_id}")

    def _on_accounts(self) -> None:
        """Ask again what wanted to know who the user is, and show who that is now."""
        if self._state.check.needs_access:
            self._checker.check_again()
        self._show()

    def _on_typed(self, text: str) -> None:
        self._state = replace(self._state, problem="", check=RepoCheck(text, is_checking=True))
        self._checker.check(text)
        self._show()

    def _on_checked(self, check: RepoCheck) -> None:
        self._state = replace(self._state, check=check)
        self._show()

    def _on_secret_kept(self, address: str) -> None:
        self._section.set_address(address)
        self._accounts.refresh()
        self._checker.check(address)

    def _on_link(self, text: str) -> None:
        current = self._projects.current
        if current is not None:
            self._state = replace(self._state, is_linking=True, problem="")
            self._show()
            self._repo.link(current.project, text)

    def _on_linked(self, context: ProjectContext, note: str) -> None:
        self._state = replace(self._state, is_linking=False, check=RepoCheck())
        self._projects.renewed(context)
        self._shell.notify("The Git repo is linked", note or "The history is pushed now.", "ok")
        self._sync.push_now(context.project.id)

    def _on_link_failed(self, error: WorkbenchError) -> None:
        words = " ".join(part for part in (error.text or error.title, error.hint) if part)
        self._state = replace(self._state, is_linking=False, problem=words)
        self._show()

    def _show(self) -> None:
        repo = self._state.repo or self._state.check.text
        words = access_words(repo, self._accounts.state)
        azure = is_azure_repo(repo)
        self._section.render(replace(self._state, access=words, is_azure=azure))
        self._shell.show_sync(self._state.status if self._state.repo else None)
        reason = "" if self._state.repo else _NO_REPO
        self._window.set_command_enabled("push_history", reason)

    def _show_details(self) -> None:
        status = self._state.status
        TextDialog(self._window, status.title, status.text, status.details).open()

    def _open_web(self) -> None:
        QDesktopServices.openUrl(QUrl(self._state.web))


def _is_worth_it(run: Run) -> bool:
    return not run.status.is_active or (run.status is RunStatus.RUNNING and bool(run.snapshot))
