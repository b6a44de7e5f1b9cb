"""What ``wb account token`` does. A token is asked for or read; it is no word of a command."""

from workbench.cli.answer import Answer, Record, lines
from workbench.cli.errors import UsageError
from workbench.cli.keyring import kept_in_keyring
from workbench.cli.opening import current_folder, opened_library
from workbench.cli.records import moment
from workbench.cli.terminal import ask_secret, working
from workbench.core.account import SCOPE_OF_TOKENS, AccessToken
from workbench.core.errors import InvalidInputError, NotFoundError, WorkbenchError
from workbench.core.history_sync import RepoFacts
from workbench.core.progress import CancelToken
from workbench.operations.access_tokens import delete_access_token, list_access_tokens
from workbench.operations.find_project import find_project
from workbench.operations.library import Library
from workbench.operations.try_access_token import keep_access_token, token_place, try_kept_token


def keep_token(*, repo: str = "", untried: bool = False) -> Answer:
    """Keep a token."""
    with opened_library() as library, working() as (_report, cancel):
        kept = ask_and_keep(library, _repo(library, repo), untried=untried, cancel=cancel)
    return Answer(_record(kept), lines(f"The access token for {kept.place} is in the keyring."))


def ask_and_keep(
    library: Library, repo: str, *, untried: bool = False, cancel: CancelToken
) -> AccessToken:
    """Ask for a token, have the repo try it, and keep it.

    Raises:
        InvalidInputError: If the address or the token can't be used.
        RemoteError: If the repo doesn't accept the token.
        WorkbenchError: If the keyring can't keep it.
    """
    place = token_place(library, repo)
    with kept_in_keyring(library) as accounts:
        accounts.secrets.check()
        token = ask_secret(
            f"Access token for {place}, with the scope {SCOPE_OF_TOKENS} (not shown): ", cancel
        )
        return keep_access_token(library, repo, token, untried=untried, cancel=cancel)


def refuse_token(word: str | None) -> None:
    """Refuse a token that is a word of the command line.

    Raises:
        UsageError: If it is.
    """
    if word:
        raise UsageError(
            "An access token can't be a word of the command",
            "Others on this computer could read it, and the shell keeps it. Nothing was done.",
            hint="Make a new token in its place, and give --vststoken alone: then it is asked for.",
        )


def ask_with_token(*, repo: str = "") -> Answer:
    """Try the token that is kept."""
    with opened_library() as library, working() as (_report, cancel):
        address = _repo(library, repo)
        place = token_place(library, address)
        found = try_kept_token(library, address, cancel=cancel)
    data = {"place": place, "accepted": True, "defaultBranch": found.default_branch or None}
    return Answer(data, lines(f"Accepted. {_said(found)}"))


def delete_token(place: str) -> Answer:
    """Delete a token."""
    with opened_library() as library, kept_in_keyring(library) as accounts:
        known = {token.place for token in list_access_tokens(accounts)}
        wanted = place.lower() if place.lower() in known else _place(library, place)
        if wanted not in known:
            raise NotFoundError(
                f"There is no access token for {wanted}", hint="See wb account token list."
            )
        delete_access_token(accounts, wanted)
    return Answer({"deleted": wanted}, lines(f"The access token for {wanted} is deleted."))


def list_tokens() -> list[Record]:
    """List what there are tokens for."""
    with opened_library() as library:
        return [_record(token) for token in list_access_tokens(library.accounts)]


def _repo(library: Library, repo: str) -> str:
    """Return the address that is meant.

    Raises:
        UsageError: If none was given and the current folder has none.
    """
    if repo:
        return repo
    try:
        found = find_project(library, "", current_folder()).repo
    except WorkbenchError:
        found = ""
    if not found:
        raise UsageError("It isn't clear which Git repo is meant", hint="Add --repo URL.")
    return found


def _place(library: Library, text: str) -> str:
    try:
        return token_place(library, text)
    except InvalidInputError:
        return text.lower()


def _said(found: RepoFacts) -> str:
    if not found.branches:
        return "The repo is empty."
    return f"The repo's default branch is {found.default_branch or 'not known'}."


def _record(token: AccessToken) -> Record:
    return {"place": token.place, "saved_utc": moment(token.saved)}
