"""The Account item, signing in, and access tokens."""

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from workbench.app.command_handlers import CommandHandlers
from workbench.app.screens.shell_screen import ShellScreen
from workbench.controllers.account_controller import AccountController
from workbench.controllers.project_controller import ProjectController
from workbench.core.account import Account
from workbench.core.errors import WorkbenchError
from workbench.operations.project_context import ProjectContext
from workbench.viewmodels.account_states import AccountState, SignInState, TokenState
from workbench.views.access_token_dialog import AccessTokenDialog
from workbench.views.account_menu import AccountMenu
from workbench.views.main_window import MainWindow
from workbench.views.sign_in_dialog import SignInDialog


class AccountScreen(QObject):
    """Shows who is signed in, and carries out what is asked for.

    Args:
        window: Parent of dialogs.
        shell: Notifications.
        commands: Gets what "Account" and "Access tokens" do.
        projects: Which repo the account is used for.
        accounts: What it drives.
    """

    def __init__(
        self,
        window: MainWindow,
        shell: ShellScreen,
        commands: CommandHandlers,
        projects: ProjectController,
        accounts: AccountController,
    ) -> None:
        super().__init__()
        self._window = window
        self._shell = shell
        self._accounts = accounts
        self._repo = ""
        self._sign_in: SignInDialog | None = None
        self._over: QWidget | None = None
        self._tokens: AccessTokenDialog | None = None
        commands.add({"account": self.open_menu, "access_tokens": self.ask_token})
        window.activity_bar.account_requested.connect(self.open_menu)
        projects.opened.connect(self._on_context)
        projects.edited.connect(self._on_context)
        projects.closed.connect(lambda: self._set_repo(""))
        accounts.changed.connect(self._on_changed)
        accounts.signing_in.connect(self._on_signing_in)
        accounts.signed_in.connect(self._on_signed_in)
        accounts.tokens_changed.connect(self._on_tokens)
        accounts.failed.connect(self._on_failed)

    def open_menu(self) -> None:
        """Open the menu of the Account item."""
        menu = AccountMenu(self._window, self._accounts.state)
        menu.sign_in_requested.connect(self.sign_in)
        menu.code_requested.connect(self._accounts.sign_in_with_code)
        menu.tokens_requested.connect(self.ask_token)
        menu.account_chosen.connect(self._accounts.use)
        menu.sign_out_requested.connect(self._accounts.sign_out)
        menu.open_beside(self._window.activity_bar.account)
        self._accounts.refresh()

    def sign_in(self, *, over: QWidget | None = None) -> None:
        """Sign in with the browser.

        Args:
            over: The dialog that it is asked for in.
        """
        self._over = over
        self._accounts.sign_in()

    def ask_token(self, address: str = "", *, over: QWidget | None = None) -> None:
        """Show the access tokens, and offer to keep one.

        Args:
            address: The repo that it is for; that of the open project by default.
            over: The dialog that it is asked for in.
        """
        if self._tokens is None:
            dialog = AccessTokenDialog(over or self._window)
            dialog.keep_requested.connect(
                lambda address, token, untried: self._accounts.keep_token(
                    address, token, untried=untried
                )
            )
            dialog.delete_requested.connect(self._accounts.delete_token)
            dialog.closed.connect(self._accounts.cancel_token)
            dialog.finished.connect(self._forget_tokens)
            self._tokens = dialog
            dialog.open()
        repo = address or self._repo
        self._accounts.begin_tokens(repo if repo.startswith("http") else "")

    def _on_context(self, context: ProjectContext) -> None:
        self._set_repo(context.project.repo)

    def _set_repo(self, repo: str) -> None:
        self._repo = repo
        self._accounts.set_repo(repo)

    def _on_changed(self, state: AccountState) -> None:
        account = state.active
        self._window.activity_bar.show_account(
            account.initials if account is not None else "",
            account.name or account.username if account is not None else "",
        )

    def _on_signing_in(self, state: SignInState) -> None:
        if self._sign_in is None:
            if not state.is_waiting:
                return
            dialog = SignInDialog(self._over or self._window)
            dialog.canceled.connect(self._accounts.cancel_sign_in)
            dialog.code_requested.connect(self._accounts.sign_in_with_code)
            dialog.retry_requested.connect(self._accounts.sign_in)
            dialog.page_requested.connect(lambda page: QDesktopServices.openUrl(QUrl(page)))
            dialog.finished.connect(self._forget_sign_in)
            self._sign_in = dialog
            dialog.open()
        self._sign_in.render(state)

    def _on_signed_in(self, account: Account) -> None:
        if self._sign_in is not None:
            self._sign_in.accept()
        self._shell.notify(f"Signed in as {account.username}", "", "ok", key="sign in")

    def _on_tokens(self, state: TokenState) -> None:
        if self._tokens is not None:
            self._tokens.render(state)

    def _on_failed(self, error: WorkbenchError) -> None:
        self._shell.notify(error.title, error.text, "warn", key="accounts")

    def _forget_sign_in(self) -> None:
        if self._sign_in is not None:
            self._sign_in.deleteLater()
        self._sign_in = self._over = None

    def _forget_tokens(self) -> None:
        if self._tokens is not None:
            self._tokens.deleteLater()
        self._tokens = None
