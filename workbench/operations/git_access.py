"""What git may give to a server, asked for while a command runs."""

from workbench.core.account import Credential, SecretStoreError, SignInNeededError
from workbench.core.errors import CanceledError, WorkbenchError
from workbench.core.history_sync import RemoteError, SyncState
from workbench.operations.account_context import AccountContext
from workbench.operations.credentials import credential_for


class AccountSource:
    """Access tokens and accounts of the user as a source of user names and passwords.

    Args:
        accounts: Accounts and access tokens.
    """

    def __init__(self, accounts: AccountContext) -> None:
        self._accounts = accounts
        # Azure AD tokens that a server refused although they have not run out.
        self._stale: set[str] = set()

    def find(self, host: str, path: str, /) -> Credential | None:
        """Return what to give to a host for a repo, ``None`` if there is nothing.

        Raises:
            RemoteError: If the user has to sign in again, the keyring can't be read, or the
                directory can't be reached.
        """
        try:
            found = credential_for(self._accounts, host, path, fresh=bool(self._stale))
        except SignInNeededError as error:
            raise _problem(SyncState.SIGN_IN_NEEDED, error) from error
        except SecretStoreError as error:
            raise _problem(SyncState.SIGN_IN_NEEDED, error) from error
        except CanceledError:
            raise
        except WorkbenchError as error:
            raise _problem(SyncState.OFFLINE, error) from error
        if found is not None:
            self._stale.discard(found.account)
        return found

    def refused(self, _host: str, _path: str, credential: Credential, /) -> bool:
        """Hear that the host did not accept it; return whether another one may be accepted."""
        if not credential.account:
            return False
        self._stale.add(credential.account)
        return True


class GivenCredential:
    """One user name and password for one place, for trying it out before it is kept.

    Args:
        credential: What is given.
    """

    def __init__(self, credential: Credential) -> None:
        self._credential = credential

    def find(self, _host: str, _path: str, /) -> Credential | None:
        """Return it."""
        return self._credential

    def refused(self, _host: str, _path: str, _credential: Credential, /) -> bool:
        """There is no other one."""
        return False


def _problem(state: SyncState, error: WorkbenchError) -> RemoteError:
    return RemoteError(state, error.title, error.text, hint=error.hint, details=error.details)
