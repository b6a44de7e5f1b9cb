"""What operations on accounts and access tokens work with."""

from functools import cached_property
from typing import TYPE_CHECKING

from workbench.core.account import AccountSettings
from workbench.services.accounts.secret_store import SecretStore
from workbench.services.app_paths import AppPaths
from workbench.services.settings import SettingsFile

if TYPE_CHECKING:
    from workbench.services.accounts.azure_sign_in import AzureSignIn


class AccountContext:
    """Accounts and access tokens of one user on this computer.

    Args:
        secrets: Where secrets are kept.
        settings: Which directory, and which hosts may get its tokens.
    """

    def __init__(self, secrets: SecretStore, settings: AccountSettings) -> None:
        self.secrets = secrets
        self.settings = settings

    @classmethod
    def open(cls, paths: AppPaths) -> "AccountContext":
        """Return the accounts of this user; neither network nor keyring is used yet."""
        settings = SettingsFile(paths.settings).load_account()
        return cls(SecretStore(paths.data / "secrets"), settings)

    @cached_property
    def azure(self) -> "AzureSignIn":
        """Accounts of Azure Active Directory."""
        # Its libraries take long to load, and only those who sign in need them.
        from workbench.services.accounts.azure_sign_in import AzureSignIn  # noqa: PLC0415

        return AzureSignIn(self.secrets, self.settings)
