"""Words for what a Git repo is reached with."""

from workbench.core.errors import InvalidInputError
from workbench.core.git_address import AddressKind, GitAddress, parse_address
from workbench.viewmodels.account_states import AccountState


def access_words(repo: str, state: AccountState) -> str:
    """Return what a repo is reached with, such as "Azure AD, user@contoso.com", or nothing."""
    address = _address(repo)
    if address is None or address.kind is not AddressKind.HTTPS:
        return ""
    place = address.host
    if address.is_azure_devops:
        place = f"dev.azure.com/{address.organization.lower()}"
    if any(token.place == place for token in state.tokens):
        return "Access token"
    if address.is_azure_devops and state.active is not None:
        return f"Azure AD, {state.active.username}"
    return ""


def is_azure_repo(repo: str) -> bool:
    """Return whether Azure AD is of use for a repo."""
    address = _address(repo)
    return address is not None and address.is_azure_devops


def takes_token(repo: str) -> bool:
    """Return whether an access token may be of use for a repo, as far as its address tells."""
    address = _address(repo)
    return address is None or address.kind in (AddressKind.HTTPS, AddressKind.HTTP)


def _address(repo: str) -> GitAddress | None:
    try:
        return parse_address(repo) if repo else None
    except InvalidInputError:
        return None
