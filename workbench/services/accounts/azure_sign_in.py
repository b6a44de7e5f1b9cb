"""Signing in with Azure Active Directory."""

import base64
import functools
import json
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from secrets import token_urlsafe
from time import time
from typing import Any

import msal
import requests

from workbench.core.account import (
    Account,
    AccountSettings,
    DeviceCode,
    NoBrowserError,
    SignInNeededError,
)
from workbench.core.errors import CanceledError, NotFoundError, WorkbenchError
from workbench.core.progress import CancelToken
from workbench.services.accounts.loopback_answer import LoopbackAnswer
from workbench.services.accounts.secret_store import SecretStore
from workbench.services.accounts.token_cache import KeyringTokenCache

# The resource id of Azure DevOps, and everything that Workbench may do there.
SCOPES = ("499b84ac-1321-427f-aa17-267ca6975798/.default",)
_SECONDS_TO_SIGN_IN = 600.0
_SECONDS_TO_ANSWER = 20
_ENDED = frozenset({"invalid_grant", "interaction_required", "login_required", "consent_required"})
_DECLINED = frozenset({"access_denied", "authorization_declined"})
_TITLE = "You weren't signed in"
_log = logging.getLogger(__name__)


class AzureSignIn:
    """Accounts of Azure Active Directory on this computer.

    The directory is asked only when somebody signs in or a token has to be renewed. Not for the UI
    thread: network and keyring may take their time.

    Args:
        store: Where the accounts are kept.
        settings: Which directory, and as what.
    """

    def __init__(self, store: SecretStore, settings: AccountSettings) -> None:
        self._settings = settings
        self._cache = KeyringTokenCache(store)
        self._made: msal.PublicClientApplication | None = None

    def accounts(self) -> tuple[Account, ...]:
        """Return who is signed in, by user name; without the network.

        Raises:
            SecretStoreError: If the keyring is there but can't be read now.
        """
        kinds = self._cache.CredentialType
        names: dict[str, str] = {}
        for entry in self._cache.search(kinds.ID_TOKEN):
            names[entry["home_account_id"]] = _name(entry.get("secret", ""))
        found = {
            entry["home_account_id"]: Account(
                entry["home_account_id"],
                entry.get("username", ""),
                names.get(entry["home_account_id"], ""),
            )
            for entry in self._cache.search(kinds.ACCOUNT)
        }
        return tuple(sorted(found.values(), key=lambda account: account.username.lower()))

    def sign_in(
        self,
        open_browser: Callable[[str], bool],
        cancel: CancelToken,
        *,
        hint: str = "",
        seconds: float = _SECONDS_TO_SIGN_IN,
    ) -> Account:
        """Let somebody sign in with the system's browser.

        Args:
            open_browser: Shows a page and returns whether that worked.
            cancel: Ends the wait at once.
            hint: User name that is offered.
            seconds: How long to wait for the person.

        Raises:
            NoBrowserError: If no browser could be opened.
            CanceledError: If canceled, here or on the page.
            WorkbenchError: If the directory can't be reached or refuses.
        """
        with self._application() as application:
            state = token_urlsafe(16)
            with LoopbackAnswer(state) as answer:
                flow = application.initiate_auth_code_flow(
                    list(SCOPES),
                    redirect_uri=answer.address,
                    state=state,
                    prompt="select_account",
                    login_hint=hint or None,
                    response_mode="form_post",
                )
                if not open_browser(flow["auth_uri"]):
                    raise NoBrowserError
                came = answer.wait(cancel, seconds)
            if came is None:
                raise WorkbenchError(
                    _TITLE, "The browser page wasn't completed in time.", retry=True
                )
            cancel.check("Signing in")
            try:
                result = application.acquire_token_by_auth_code_flow(flow, came)
            except ValueError as error:
                raise WorkbenchError(
                    _TITLE, "The browser came back with an answer that doesn't fit.", retry=True
                ) from error
        return self._signed_in(result)

    def sign_in_with_code(self, show: Callable[[DeviceCode], None], cancel: CancelToken) -> Account:
        """Let somebody sign in on any device with a code.

        Args:
            show: Called once with the code.
            cancel: Ends the wait within a second or so.

        Raises:
            CanceledError: If canceled, here or on the page.
            WorkbenchError: If the directory can't be reached or refuses, or the code ran out.
        """
        with self._application() as application:
            flow = application.initiate_device_flow(list(SCOPES))
            if "user_code" not in flow:
                raise _refused(flow)
            expires = datetime.fromtimestamp(flow["expires_at"], UTC)
            show(DeviceCode(flow["user_code"], flow["verification_uri"], expires))
            result = application.acquire_token_by_device_flow(
                flow,
                exit_condition=lambda each: cancel.canceled or each["expires_at"] < time(),
            )
        cancel.check("Signing in")
        return self._signed_in(result)

    def token(self, account_id: str, *, fresh: bool = False) -> str:
        """Return an access token for Azure DevOps, renewed if it is about to end.

        Args:
            account_id: Who it is for.
            fresh: Ask for a new one, because the present one was refused.

        Raises:
            SignInNeededError: If the person has to sign in again.
            SecretStoreError: If the keyring is there but can't be read now.
            WorkbenchError: If the directory can't be reached.
        """
        with self._application() as application:
            accounts = application.get_accounts()
            account = next((a for a in accounts if a["home_account_id"] == account_id), None)
            if account is None:
                raise SignInNeededError
            result = application.acquire_token_silent_with_error(
                list(SCOPES), account, force_refresh=fresh
            )
        if result is None:
            raise SignInNeededError
        if "access_token" in result:
            return str(result["access_token"])
        # msal keeps an error for a minute, also after its cause is gone.
        self._made = None
        if result.get("error") in _ENDED:
            raise SignInNeededError(
                f"{account['username']} has to sign in again.", details=_words(result)
            )
        raise _refused(result)

    def sign_out(self, account_id: str) -> None:
        """Forget an account and its tokens; without the network."""
        self._cache.forget(account_id)
        self._made = None

    def _signed_in(self, result: dict[str, Any]) -> Account:
        if "access_token" not in result:
            self._made = None
            raise _refused(result)
        claims = result.get("id_token_claims") or {}
        username = str(claims.get("preferred_username", ""))
        for account in self.accounts():
            if account.username.lower() == username.lower():
                return account
        raise NotFoundError(_TITLE, "The directory didn't say who signed in.")

    @contextmanager
    def _application(self) -> Iterator["msal.PublicClientApplication"]:
        """Yield the client of the directory, made at the first use because that asks it."""
        try:
            if self._made is None:
                self._made = msal.PublicClientApplication(
                    self._settings.client_id,
                    authority=self._settings.authority,
                    token_cache=self._cache,
                    http_client=_session(),
                )
            yield self._made
        except requests.RequestException as error:
            self._made = None
            raise _unreachable(self._settings.authority, error) from error
        except ValueError as error:
            # That is how msal says that an address is no directory.
            self._made = None
            raise WorkbenchError(
                "The directory can't be used",
                f"{self._settings.authority} doesn't answer like a directory.",
                hint="Check authority under [account] in settings.toml.",
                details=type(error).__name__,
                retry=True,
            ) from error


def _session() -> requests.Session:
    """Return a session that waits a bounded time and trusts what the user's system trusts."""
    session = requests.Session()
    options: dict[str, Any] = {"timeout": _SECONDS_TO_ANSWER}
    # The variables of requests come first, as in every program that uses it.
    own = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")
    bundle = own or os.environ.get("SSL_CERT_FILE")
    if bundle:
        options["verify"] = bundle
    session.request = functools.partial(session.request, **options)  # type: ignore[method-assign]
    return session


def _unreachable(authority: str, error: requests.RequestException) -> WorkbenchError:
    host = authority.partition("://")[2].partition("/")[0]
    reason = "can't be reached"
    if isinstance(error, requests.exceptions.SSLError):
        reason = "has a certificate that this computer doesn't trust"
    elif isinstance(error, requests.exceptions.ProxyError):
        reason = "can't be reached through the proxy"
    elif isinstance(error, requests.Timeout):
        reason = "doesn't answer"
    return WorkbenchError(
        "Signing in isn't possible now",
        f"{host} {reason}. Everything on this computer works.",
        hint="Check the network and try again.",
        details=type(error).__name__,
        retry=True,
    )


def _refused(result: dict[str, Any]) -> WorkbenchError:
    error = str(result.get("error", ""))
    if error in _DECLINED:
        return CanceledError("Signing in")
    if error in ("authorization_pending", "expired_token", "slow_down"):
        return WorkbenchError(_TITLE, "The code wasn't used in time.", retry=True)
    _log.warning("sign-in refused: %s", error)
    return WorkbenchError(
        _TITLE, "The directory didn't accept the sign-in.", details=_words(result), retry=True
    )


def _words(result: dict[str, Any]) -> str:
    """Return what the directory said; error texts of directories hold no tokens."""
    said = (str(result.get(key, "")) for key in ("error", "error_description"))
    return "\n".join(text for text in said if text)


def _name(id_token: str) -> str:
    """Return the person's name as the directory wrote it; for display only, it is not checked."""
    body = id_token.split(".")[1] if id_token.count(".") == 2 else ""
    try:
        claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    except ValueError:
        return ""
    name = claims.get("name", "") if isinstance(claims, dict) else ""
    return name if isinstance(name, str) else ""
