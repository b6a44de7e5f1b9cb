"""The keyring behind a command: what it can't keep is lost when the command ends."""

from collections.abc import Iterator
from contextlib import contextmanager

from workbench.core.account import SecretProblem, SecretStoreError
from workbench.core.errors import WorkbenchError
from workbench.operations.account_context import AccountContext
from workbench.operations.library import Library


@contextmanager
def kept_in_keyring(library: Library) -> Iterator[AccountContext]:
    """Give the accounts to change something about them.

    Raises:
        WorkbenchError: If the keyring can't be used, so that nothing was kept.
    """
    accounts = library.accounts
    try:
        yield accounts
    except SecretStoreError as error:
        raise _told(error) from error
    # A window would keep it in memory until the keyring can be used.
    problem = accounts.secrets.problem
    if problem is not None:
        raise _told(SecretStoreError(problem))


def _told(error: SecretStoreError) -> WorkbenchError:
    if error.problem is not SecretProblem.NO_KEYRING:
        return error
    return WorkbenchError(
        error.title,
        "Nothing was kept: it is written nowhere else.",
        hint=error.hint,
        details=error.details,
    )
