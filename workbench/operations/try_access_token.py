"""Keep an access token for a repo after it was tried there."""

from urllib.parse import urlsplit

from workbench.core.account import AccessToken, Credential
from workbench.core.errors import InvalidInputError, NotFoundError
from workbench.core.git_address import FIELD, AddressKind
from workbench.core.history_sync import RepoFacts
from workbench.core.progress import CancelToken
from workbench.operations.access_tokens import access_token, save_access_token
from workbench.operations.credentials import credential_place
from workbench.operations.git_access import GivenCredential
from workbench.operations.library import Library
from workbench.services.git.access import Access

_USER = "workbench"


def token_place(library: Library, address: str) -> str:
    """Return what a token for a repo is kept for: its organization, or its host.

    Raises:
        InvalidInputError: If the address can't be used, or needs no token.
    """
    found = library.access().address(address)
    if found.kind not in (AddressKind.HTTPS, AddressKind.HTTP):
        raise InvalidInputError(FIELD, "Access tokens are for addresses that start with https://")
    return credential_place(found.host, urlsplit(found.url).path)


def try_access_token(
    library: Library,
    address: str,
    token: str,
    *,
    username: str = "",
    cancel: CancelToken | None = None,
) -> RepoFacts:
    """Ask a repo with a token that is not kept yet.

    Args:
        library: The project list, with the accounts.
        address: The repo.
        token: The token.
        username: User name that goes with it; most servers take any.
        cancel: Stops asking.

    Raises:
        InvalidInputError: If the address can't be used.
        RemoteError: If the repo does not accept it, or can't be reached.
        CanceledError: If canceled.
    """
    token_place(library, address)
    source = GivenCredential(Credential(username or _USER, token.strip()))
    access = Access(source, library.access().insecure_hosts)
    return access.open(address).facts(cancel)


def try_kept_token(
    library: Library, address: str, *, cancel: CancelToken | None = None
) -> RepoFacts:
    """Ask a repo with the token that is kept for it.

    Raises:
        InvalidInputError: If the address can't be used.
        NotFoundError: If there is none.
        RemoteError: If the repo does not accept it, or can't be reached.
        SecretStoreError: If the keyring is there but can't be read now.
        CanceledError: If canceled.
    """
    place = token_place(library, address)
    kept = access_token(library.accounts, place)
    if kept is None:
        raise NotFoundError(f"There is no access token for {place}")
    return (
        Access(GivenCredential(kept), library.access().insecure_hosts).open(address).facts(cancel)
    )


def keep_access_token(
    library: Library,
    address: str,
    token: str,
    *,
    username: str = "",
    untried: bool = False,
    cancel: CancelToken | None = None,
) -> AccessToken:
    """Keep a token for the organization or host of a repo, if the repo accepts it.

    Args:
        library: The project list, with the accounts.
        address: The repo.
        token: The token.
        username: User name that goes with it; most servers take any.
        untried: Keep it without asking the repo.
        cancel: Stops asking.

    Raises:
        InvalidInputError: If address or token can't be used.
        RemoteError: If the repo does not accept it, or can't be reached; it was not kept then.
        CanceledError: If canceled.
    """
    place = token_place(library, address)
    if not token.strip():
        raise InvalidInputError("token", "Enter an access token")
    if not untried:
        try_access_token(library, address, token, username=username, cancel=cancel)
    return save_access_token(library.accounts, place, token, username=username)
