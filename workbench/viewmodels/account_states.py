"""Who is signed in, and which access tokens there are, as values."""

from dataclasses import dataclass, field

from workbench.core.account import AccessToken, Account, DeviceCode


@dataclass(frozen=True, slots=True)
class AccountState:
    """What the Account item shows.

    Attributes:
        accounts: Everybody who is signed in.
        active: Who is used for the open project's repo, or at all; ``None`` for nobody.
        organization: Organization of the open project's repo; empty for none.
        tokens: Places that have an access token.
        problem: Why the keyring can't be used, in a sentence or two; empty when it can.
        known: Whether all that was read already.
    """

    accounts: tuple[Account, ...] = ()
    active: Account | None = None
    organization: str = ""
    tokens: tuple[AccessToken, ...] = ()
    problem: str = ""
    known: bool = False


@dataclass(frozen=True, slots=True)
class SignInState:
    """How far a sign-in is.

    Attributes:
        code: What to type on another device; ``None`` while a browser is used.
        problem: Why it ended without a sign-in; empty while it goes on.
        details: The directory's own words.
        is_waiting: Whether it goes on.
        offers_code: Whether signing in with a code is to be offered.
    """

    code: DeviceCode | None = None
    problem: str = ""
    details: str = ""
    is_waiting: bool = True
    offers_code: bool = True


@dataclass(frozen=True, slots=True)
class TokenState:
    """The dialog for access tokens.

    Attributes:
        address: Address of a repo that is offered.
        tokens: Places that have a token.
        is_busy: Whether a token is being tried.
        problem: Why a token was not kept; empty when nothing is wrong.
        details: The server's own words.
        warning: Something to know about the keyring.
        saved: Place whose token was kept last.
    """

    address: str = ""
    tokens: tuple[AccessToken, ...] = field(default_factory=tuple)
    is_busy: bool = False
    problem: str = ""
    details: str = ""
    warning: str = ""
    saved: str = ""
