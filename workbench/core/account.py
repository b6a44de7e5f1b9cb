"""Accounts, access tokens and where the operating system keeps them."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from workbench.core.errors import WorkbenchError

# Public defaults: any organization, and the client id that developers' tools of Azure use.
DEFAULT_AUTHORITY = "https://login.microsoftonline.com/organizations"
DEFAULT_CLIENT_ID = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"
# What a personal access token has to allow, in the words of Azure DevOps.
SCOPE_OF_TOKENS = "Code (read & write)"


class SecretProblem(Enum):
    """Why the operating system's keyring can't be used."""

    NO_KEYRING = "no keyring"
    LOCKED = "locked"
    OTHER = "other"


class SecretStoreError(WorkbenchError):
    """The keyring could not be used.

    Attributes:
        problem: What is wrong with it.
    """

    def __init__(self, problem: SecretProblem, details: str = "") -> None:
        title, text, hint = _WORDS[problem]
        super().__init__(title, text, hint=hint, details=details, retry=True)
        self.problem = problem


_SAFE = "Workbench can't use sign-in and access tokens now. Everything on this computer works."
_WORDS = {
    SecretProblem.NO_KEYRING: (
        "There is no keyring on this computer",
        "Sign-in and access tokens hold until you close Workbench, and are written nowhere.",
        "Install a keyring such as gnome-keyring or KWallet to keep them.",
    ),
    SecretProblem.LOCKED: (
        "The keyring is locked",
        _SAFE,
        "Unlock the keyring and try again.",
    ),
    SecretProblem.OTHER: (
        "The keyring doesn't answer",
        _SAFE,
        "Start the keyring again and try again.",
    ),
}


class SignInNeededError(WorkbenchError):
    """Nobody is signed in, or the sign-in is no longer accepted."""

    def __init__(self, text: str = "", *, details: str = "") -> None:
        super().__init__(
            "Sign-in needed",
            text or "Nobody is signed in with Azure AD.",
            hint="Sign in, or use an access token.",
            details=details,
            retry=True,
        )


class NoBrowserError(WorkbenchError):
    """No browser could be opened for signing in; a device code needs none on this computer."""

    def __init__(self) -> None:
        super().__init__(
            "No browser could be opened",
            "Nobody was signed in.",
            hint="Sign in with a device code, on this or another device.",
        )


@dataclass(frozen=True, slots=True)
class AccountSettings:
    """Where people sign in; the table ``[account]`` of the settings file.

    Attributes:
        authority: Address of the directory that signs people in.
        client_id: What Workbench calls itself there.
        azure_hosts: Hosts of Azure DevOps Server that may get an Azure AD token, besides Azure
            DevOps Services.
    """

    authority: str = DEFAULT_AUTHORITY
    client_id: str = DEFAULT_CLIENT_ID
    azure_hosts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who is signed in.

    Attributes:
        id: Id in the directory, the same on every computer.
        username: For example ``"user@contoso.com"``.
        name: Name of the person; empty when the directory did not tell.
    """

    id: str
    username: str
    name: str = ""

    @property
    def initials(self) -> str:
        """One or two letters that stand for the person."""
        words = (self.name or self.username.partition("@")[0].replace(".", " ")).split()
        letters = [word[0] for word in words if word[0].isalnum()]
        chosen = letters[:1] + letters[1:][-1:]
        return "".join(chosen).upper()


@dataclass(frozen=True, slots=True)
class DeviceCode:
    """What a person types on another device to sign in here.

    Attributes:
        code: The code.
        address: Page that asks for it.
        expires: When it can't be used any more (UTC).
    """

    code: str
    address: str
    expires: datetime


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A personal access token that the user stored, without the token itself.

    Attributes:
        place: What it is for: an organization such as ``"dev.azure.com/contoso"``, or a host.
        saved: When it was stored (UTC).
    """

    place: str
    saved: datetime


@dataclass(frozen=True, slots=True)
class Credential:
    """What git gives to a server.

    Attributes:
        user: User name.
        secret: Password or token; never part of a text, log or ``repr``.
        account: Id of the account whose Azure AD token it is; empty for an access token.
        place: Place of the access token; empty for an Azure AD token.
    """

    user: str
    secret: str = field(repr=False)
    account: str = ""
    place: str = ""
