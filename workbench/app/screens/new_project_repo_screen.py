"""The Git repo in the New project dialog, bound to what asks it and to the user's accounts."""

from PySide6.QtCore import QObject, Signal

from workbench.app.screens.account_screen import AccountScreen
from workbench.controllers.account_controller import AccountController
from workbench.controllers.repo_checker import RepoChecker
from workbench.viewmodels.repo_states import RepoCheck
from workbench.views.new_project_dialog import NewProjectDialog


class NewProjectRepoScreen(QObject):
    """Has the address that is typed in the dialog checked.

    Args:
        checker: What it asks.
        accounts: Tells when somebody signed in, or a token is there.
        account_screen: Shows the dialogs for that.

    Signals:
        open_requested: Address of a repo whose project shall be opened in place of a new one.
    """

    open_requested = Signal(str)

    def __init__(
        self, checker: RepoChecker, accounts: AccountController, account_screen: AccountScreen
    ) -> None:
        super().__init__()
        self._checker = checker
        self._accounts = accounts
        self._account_screen = account_screen
        self._dialog: NewProjectDialog | None = None
        checker.checked.connect(self._on_checked)
        checker.secret_kept.connect(self._on_secret_kept)
        accounts.access_changed.connect(checker.check_again)

    def attach(self, dialog: NewProjectDialog) -> None:
        """Serve a dialog that was opened."""
        repo, screen = dialog.repo, self._account_screen
        self._dialog = dialog
        dialog.destroyed.connect(self._forget)
        repo.typed.connect(self._on_typed)
        repo.keep_secret_requested.connect(self._checker.keep_secret)
        repo.sign_in_requested.connect(lambda: screen.sign_in(over=dialog))
        repo.token_requested.connect(lambda address: screen.ask_token(address, over=dialog))

        repo.open_requested.connect(self._open_instead)

    def _open_instead(self, address: str) -> None:
        if self._dialog is not None:
            self._dialog.finish()
        self.open_requested.emit(address)

    def _on_typed(self, text: str) -> None:
        if self._dialog is not None:
            self._dialog.repo.render(RepoCheck(text, is_checking=bool(text.strip())))
        self._checker.check(text)

    def _on_checked(self, check: RepoCheck) -> None:
        if self._dialog is not None:
            self._dialog.repo.render(check)

    def _on_secret_kept(self, address: str) -> None:
        if self._dialog is not None:
            self._dialog.repo.set_address(address)
        self._accounts.refresh()
        self._checker.check(address)

    def _forget(self) -> None:
        self._dialog = None
        self._checker.forget()
