"""Personal access tokens: keep one for an organization or host, list, delete."""

import json
from datetime import UTC, datetime

from workbench.core.account import AccessToken, Credential
from workbench.core.errors import InvalidInputError
from workbench.operations.account_context import AccountContext

_NAME = "access-tokens"
# Servers take any user name with a token, but some refuse an empty one.
_USER = "workbench"


def save_access_token(
    context: AccountContext, place: str, token: str, *, username: str = ""
) -> AccessToken:
    """Keep an access token in the keyring, in place of the one that is there for the same place.

    Args:
        context: The user's accounts.
        place: An organization such as ``"dev.azure.com/contoso"``, or a host.
        token: The token.
        username: User name that goes with it; most servers take any.

    Raises:
        InvalidInputError: If it can't be a token.
    """
    token = token.strip()
    if not token:
        raise InvalidInputError("token", "Enter an access token")
    if any(character.isspace() or not character.isprintable() for character in token):
        raise InvalidInputError("token", "An access token has no spaces or line breaks")
    saved = datetime.now(UTC).replace(microsecond=0)
    entry = {"token": token, "username": username, "saved": saved.isoformat()}

    def change(text: str | None) -> str:
        return json.dumps({**_entries(text), place: entry}, sort_keys=True)

    context.secrets.change(_NAME, change)
    return AccessToken(place, saved)


def delete_access_token(context: AccountContext, place: str) -> None:
    """Remove an access token from the keyring; nothing happens if there is none."""

    def change(text: str | None) -> str | None:
        entries = _entries(text)
        entries.pop(place, None)
        return json.dumps(entries, sort_keys=True) if entries else None

    context.secrets.change(_NAME, change)


def list_access_tokens(context: AccountContext) -> tuple[AccessToken, ...]:
    """Return which places have a token.

    Raises:
        SecretStoreError: If the keyring is there but can't be read now.
    """
    entries = _entries(context.secrets.load(_NAME))
    return tuple(AccessToken(place, _saved(entry)) for place, entry in sorted(entries.items()))


def access_token(context: AccountContext, place: str) -> Credential | None:
    """Return the token of a place.

    Raises:
        SecretStoreError: If the keyring is there but can't be read now.
    """
    entry = _entries(context.secrets.load(_NAME)).get(place)
    if entry is None:
        return None
    return Credential(entry.get("username") or _USER, entry["token"], place=place)


def _entries(text: str | None) -> dict[str, dict[str, str]]:
    return dict(json.loads(text)) if text else {}


def _saved(entry: dict[str, str]) -> datetime:
    return datetime.fromisoformat(entry["saved"])
