"""A list of projects whose accounts and tokens are in a keyring of the test's own."""

from dataclasses import replace
from pathlib import Path

from tests.servers.memory_keyring import MemoryKeyring
from workbench.core.account import AccountSettings
from workbench.operations.account_context import AccountContext
from workbench.operations.library import Library
from workbench.services.accounts.secret_store import SecretStore
from workbench.services.app_paths import AppPaths


def keyring_library(folder: Path) -> Library:
    """Open the list of projects of this test; ``folder`` takes the locks of its keyring."""
    secrets = SecretStore(folder / "locks", MemoryKeyring())
    library = Library.open(AppPaths.from_environment())
    return replace(library, accounts=AccountContext(secrets, AccountSettings()))
