"""Sign in and out with Azure Active Directory."""

from collections.abc import Callable

from workbench.core.account import Account, DeviceCode
from workbench.core.progress import CancelToken
from workbench.operations.account_context import AccountContext
from workbench.operations.credentials import forget_choices


def sign_in(
    context: AccountContext,
    open_browser: Callable[[str], bool],
    *,
    hint: str = "",
    cancel: CancelToken | None = None,
) -> Account:
    """Let somebody sign in with the system's browser; the account is kept in the keyring.

    Args:
        context: The user's accounts.
        open_browser: Shows a page and returns whether that worked.
        hint: User name that is offered.
        cancel: Ends the wait at once.

    Raises:
        NoBrowserError: If no browser could be opened; :func:`sign_in_with_code` needs none here.
        CanceledError: If canceled, here or on the page.
        WorkbenchError: If the directory can't be reached or refuses.
    """
    return context.azure.sign_in(open_browser, cancel or CancelToken(), hint=hint)


def sign_in_with_code(
    context: AccountContext,
    show: Callable[[DeviceCode], None],
    *,
    cancel: CancelToken | None = None,
) -> Account:
    """Let somebody sign in on any device with a code; the account is kept in the keyring.

    Args:
        context: The user's accounts.
        show: Called once with the code.
        cancel: Ends the wait.

    Raises:
        CanceledError: If canceled, here or on the page.
        WorkbenchError: If the directory can't be reached or refuses, or the code ran out.
    """
    return context.azure.sign_in_with_code(show, cancel or CancelToken())


def sign_out(context: AccountContext, account_id: str) -> None:
    """Forget an account, its tokens and its choices on this computer; without the network."""
    context.azure.sign_out(account_id)
    forget_choices(context, account_id)


def list_accounts(context: AccountContext) -> tuple[Account, ...]:
    """Return who is signed in, by user name; without the network.

    Raises:
        SecretStoreError: If the keyring is there but can't be read now.
    """
    return context.azure.accounts()
