"""What git may give to a server: the one place that decides who gets which secret."""

from urllib.parse import unquote

from workbench.core.account import Account, AccountSettings, Credential
from workbench.core.errors import NotFoundError
from workbench.operations.access_tokens import access_token
from workbench.operations.account_context import AccountContext

_AZURE_HOST = "dev.azure.com"
_AZURE_SUFFIX = ".visualstudio.com"
_CHOICES = "organization-accounts"


def credential_place(host: str, path: str = "") -> str:
    """Return what an access token for an address is kept for.

    Args:
        host: Host, with a port if it has one.
        path: Path behind the host.

    Returns:
        The organization for Azure DevOps Services, the same for both of its hosts; else the host.
    """
    organization = organization_of(host, path)
    return f"{_AZURE_HOST}/{organization}" if organization else host.lower()


def organization_of(host: str, path: str = "") -> str:
    """Return the organization of an address of Azure DevOps Services, else an empty string."""
    name = host.lower().partition(":")[0]
    if name == _AZURE_HOST:
        return unquote(path.strip("/").partition("/")[0]).lower()
    if name.endswith(_AZURE_SUFFIX):
        return name.removesuffix(_AZURE_SUFFIX)
    return ""


def may_get_azure_token(host: str, settings: AccountSettings) -> bool:
    """Whether an Azure AD token may be sent to a host."""
    name = host.lower()
    bare = name.partition(":")[0]
    ours = bare == _AZURE_HOST or (bare.endswith(_AZURE_SUFFIX) and bare != _AZURE_SUFFIX)
    return ours or name in settings.azure_hosts or bare in settings.azure_hosts


def credential_for(
    context: AccountContext, host: str, path: str = "", *, fresh: bool = False
) -> Credential | None:
    """Return what to give to a server, or ``None`` if there is nothing for it.

    An access token that the user stored for the place comes first; Azure DevOps gets the token of
    the account in use there otherwise.

    Args:
        context: The user's accounts.
        host: Host, with a port if it has one.
        path: Path behind the host.
        fresh: Renew an Azure AD token, because the present one was refused.

    Raises:
        SignInNeededError: If the account has to sign in again.
        SecretStoreError: If the keyring is there but can't be read now.
        WorkbenchError: If the directory can't be reached.
    """
    token = access_token(context, credential_place(host, path))
    if token is not None:
        return token
    if not may_get_azure_token(host, context.settings):
        return None
    account = account_in_use(context, organization_of(host, path) or host.lower())
    if account is None:
        return None
    secret = context.azure.token(account.id, fresh=fresh)
    return Credential(account.username, secret, account=account.id)


def account_in_use(context: AccountContext, organization: str) -> Account | None:
    """Return the account that is used for an organization; ``None`` if nobody is signed in.

    Raises:
        SecretStoreError: If the keyring is there but can't be read now.
    """
    accounts = context.azure.accounts()
    chosen = chosen_accounts(context).get(organization.lower(), "")
    by_id = {account.id: account for account in accounts}
    return by_id.get(chosen) or (accounts[0] if accounts else None)


def use_account(context: AccountContext, organization: str, account_id: str) -> None:
    """Choose the account for an organization.

    Raises:
        NotFoundError: If the account is not signed in.
        SecretStoreError: If the keyring is there but can't be read now.
    """
    if all(account.id != account_id for account in context.azure.accounts()):
        raise NotFoundError("This account isn't signed in")

    def change(text: str | None) -> str:
        return _written({**_choices(text), organization.lower(): account_id})

    context.secrets.change(_CHOICES, change)


def chosen_accounts(context: AccountContext) -> dict[str, str]:
    """Return the ids of the accounts that were chosen, by organization.

    Raises:
        SecretStoreError: If the keyring is there but can't be read now.
    """
    return _choices(context.secrets.load(_CHOICES))


def forget_choices(context: AccountContext, account_id: str) -> None:
    """Forget for which organizations an account was chosen."""

    def change(text: str | None) -> str | None:
        kept = {name: chosen for name, chosen in _choices(text).items() if chosen != account_id}
        return _written(kept) or None

    if account_id in chosen_accounts(context).values():
        context.secrets.change(_CHOICES, change)


def _choices(text: str | None) -> dict[str, str]:
    lines = (line.partition("\t") for line in (text or "").splitlines())
    return {name: identity for name, _tab, identity in lines}


def _written(choices: dict[str, str]) -> str:
    return "\n".join(f"{name}\t{identity}" for name, identity in sorted(choices.items()))
