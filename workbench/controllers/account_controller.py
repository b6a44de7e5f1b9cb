"""Accounts and access tokens: what there is, signing in and out, keeping and deleting tokens."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from PySide6.QtCore import QObject, Signal

from workbench.controllers.background import Background
from workbench.core.account import (
    AccessToken,
    Account,
    DeviceCode,
    NoBrowserError,
    SecretStoreError,
)
from workbench.core.errors import CanceledError, InvalidInputError, WorkbenchError
from workbench.core.progress import CancelToken
from workbench.operations.access_tokens import delete_access_token, list_access_tokens
from workbench.operations.credentials import account_in_use, organization_of, use_account
from workbench.operations.library import Library
from workbench.operations.sign_in import list_accounts, sign_in, sign_in_with_code, sign_out
from workbench.operations.try_access_token import keep_access_token
from workbench.viewmodels.account_states import AccountState, SignInState, TokenState

# The keyring may wait for somebody to unlock it, and a browser for somebody to sign in.
_LANE, _SIGN_IN_LANE, _TRY_LANE = "accounts", "sign in", "try token"
_CANCELED = "The sign-in was canceled."


class AccountController(QObject):
    """Who is signed in, and which access tokens there are. Nothing is read before it is asked for.

    Args:
        library: The project list, with the accounts.
        background: Where the work is done.
        open_browser: Shows a page; returns whether that worked. Called in another thread.

    Signals:
        changed: ``AccountState``.
        signing_in: ``SignInState`` of a sign-in that goes on or failed.
        signed_in: ``Account``.
        tokens_changed: ``TokenState``.
        access_changed: Somebody signed in, or a token is there: what was refused may work now.
        failed: ``WorkbenchError``: something else the user asked for could not be done.
    """

    changed = Signal(object)
    signing_in = Signal(object)
    signed_in = Signal(object)
    tokens_changed = Signal(object)
    access_changed = Signal()
    failed = Signal(object)

    def __init__(
        self, library: Library, background: Background, open_browser: Callable[[str], bool]
    ) -> None:
        super().__init__()
        self._library = library
        self._background = background
        self._open_browser = open_browser
        self._cancel = CancelToken()
        self._try_cancel = CancelToken()
        self._repo = ""
        self.state = AccountState()
        self.tokens = TokenState()

    def set_repo(self, repo: str) -> None:
        """Tell who is used for this repo from now on."""
        if repo != self._repo:
            self._repo = repo
            self.refresh()

    def refresh(self) -> None:
        """Read again who is signed in."""
        self._background.spawn(self._refresh(), name="read accounts")

    async def _refresh(self) -> None:
        self._tell(await self._background.run(_LANE, _read, self._library, self._repo))

    def _tell(self, state: AccountState) -> None:
        self.state = state
        self.changed.emit(state)
        self._tell_tokens(tokens=state.tokens, warning=state.problem)

    # signing in and out

    def sign_in(self, hint: str = "") -> None:
        """Sign in with the browser."""
        self._cancel = CancelToken()
        self.signing_in.emit(SignInState())
        self._background.spawn(self._sign_in(hint, self._cancel), name="sign in")

    def sign_in_with_code(self) -> None:
        """Sign in on any device; what goes on with the browser ends."""
        self._cancel.cancel()
        self._cancel = CancelToken()
        self.signing_in.emit(SignInState(offers_code=False))
        self._background.spawn(self._sign_in_with_code(self._cancel), name="sign in with a code")

    def cancel_sign_in(self) -> None:
        """End the wait for somebody to sign in."""
        self._cancel.cancel()

    async def _sign_in(self, hint: str, cancel: CancelToken) -> None:
        try:
            account = await self._background.run(
                _SIGN_IN_LANE,
                sign_in,
                self._library.accounts,
                self._open_browser,
                hint=hint,
                cancel=cancel,
            )
        except NoBrowserError:
            self.sign_in_with_code()
        except WorkbenchError as error:
            self._tell_failure(error, cancel)
        else:
            await self._on_signed_in(account)
        finally:
            cancel.cancel()

    async def _sign_in_with_code(self, cancel: CancelToken) -> None:
        loop = asyncio.get_running_loop()

        def show(code: DeviceCode) -> None:
            # The loop may be gone when this outlives the window.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(
                    self.signing_in.emit, SignInState(code, offers_code=False)
                )

        try:
            account = await self._background.run(
                _SIGN_IN_LANE, sign_in_with_code, self._library.accounts, show, cancel=cancel
            )
        except WorkbenchError as error:
            self._tell_failure(error, cancel)
        else:
            await self._on_signed_in(account)
        finally:
            cancel.cancel()

    def _tell_failure(self, error: WorkbenchError, cancel: CancelToken) -> None:
        if cancel.canceled:
            return  # by whoever closed the dialog, or chose another way
        words = _CANCELED if isinstance(error, CanceledError) else _sentence(error)
        self.signing_in.emit(SignInState(problem=words, details=error.details, is_waiting=False))

    async def _on_signed_in(self, account: Account) -> None:
        organization = self.state.organization
        if organization:
            await self._background.run(
                _LANE, use_account, self._library.accounts, organization, account.id
            )
        self.signed_in.emit(account)
        await self._refresh()
        self.access_changed.emit()

    def use(self, account_id: str) -> None:
        """Use an account for the organization of the open project's repo."""
        self._background.spawn(self._use(account_id), name="use account")

    async def _use(self, account_id: str) -> None:
        place = self.state.organization
        try:
            await self._background.run(
                _LANE, use_account, self._library.accounts, place, account_id
            )
        except WorkbenchError as error:
            self.failed.emit(error)
        await self._refresh()
        self.access_changed.emit()

    def sign_out(self, account_id: str) -> None:
        """Forget an account and its tokens on this computer."""
        self._background.spawn(self._sign_out(account_id), name="sign out")

    async def _sign_out(self, account_id: str) -> None:
        try:
            await self._background.run(_LANE, sign_out, self._library.accounts, account_id)
        except WorkbenchError as error:
            self.failed.emit(error)
        await self._refresh()

    # access tokens

    def begin_tokens(self, address: str) -> None:
        """Show the access tokens, and offer to keep one for a repo."""
        self.tokens = TokenState(address, self.state.tokens, warning=self.state.problem)
        self.tokens_changed.emit(self.tokens)
        self.refresh()

    def keep_token(self, address: str, token: str, *, untried: bool = False) -> None:
        """Try a token with a repo, and keep it if the repo accepts it."""
        self._try_cancel.cancel()
        self._try_cancel = CancelToken()
        self._tell_tokens(is_busy=True, problem="", details="", saved="")
        work = self._keep_token(address, token, self._try_cancel, untried=untried)
        self._background.spawn(work, name="keep access token")

    async def _keep_token(
        self, address: str, token: str, cancel: CancelToken, *, untried: bool
    ) -> None:
        try:
            kept = await self._background.run(
                _TRY_LANE,
                keep_access_token,
                self._library,
                address,
                token,
                untried=untried,
                cancel=cancel,
            )
        except CanceledError:
            return
        except WorkbenchError as error:
            self._tell_tokens(is_busy=False, problem=_sentence(error), details=error.details)
        else:
            self._tell_tokens(is_busy=False, saved=kept.place)
            await self._refresh()
            self.access_changed.emit()
        finally:
            cancel.cancel()

    def cancel_token(self) -> None:
        """Stop trying a token."""
        self._try_cancel.cancel()

    def delete_token(self, place: str) -> None:
        """Remove the token of a place from the keyring."""
        self._background.spawn(self._delete_token(place), name="delete access token")

    async def _delete_token(self, place: str) -> None:
        try:
            await self._background.run(_LANE, delete_access_token, self._library.accounts, place)
        except WorkbenchError as error:
            self.failed.emit(error)
        await self._refresh()

    def _tell_tokens(self, **changes: Any) -> None:
        self.tokens = replace(self.tokens, **changes)
        self.tokens_changed.emit(self.tokens)


def _read(library: Library, repo: str) -> AccountState:
    """Look into the keyring; that it can't be used is a part of the answer."""
    organization = _organization(library, repo)
    problem = ""
    accounts: tuple[Account, ...] = ()
    active: Account | None = None
    tokens: tuple[AccessToken, ...] = ()
    try:
        tokens = list_access_tokens(library.accounts)
        accounts = list_accounts(library.accounts)
        active = account_in_use(library.accounts, organization)
    except SecretStoreError as error:
        problem = _sentence(error)
    return AccountState(accounts, active, organization, tokens, problem, known=True)


def _organization(library: Library, repo: str) -> str:
    try:
        address = library.access().address(repo) if repo else None
    except InvalidInputError:
        return ""
    if address is None:
        return ""
    return organization_of(address.host, urlsplit(address.url).path)


def _sentence(error: WorkbenchError) -> str:
    return " ".join(part for part in (error.text or error.title, error.hint) if part)
