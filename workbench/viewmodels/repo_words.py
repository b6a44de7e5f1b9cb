"""Words about a Git repo that was asked what it is."""

from workbench.core.errors import InvalidInputError, WorkbenchError
from workbench.core.git_address import parse_address
from workbench.core.history_sync import MASTER, RemoteError, RepoFacts, SyncState
from workbench.viewmodels.repo_states import RepoCheck

_NEEDS_ACCESS = (SyncState.SIGN_IN_NEEDED, SyncState.NO_PERMISSION)


def found_words(facts: RepoFacts) -> str:
    """Return what is to be said about a repo that answered."""
    if facts.has_master:
        found = "Repo found, with a master branch."
    elif facts.main_branch:
        found = f"Repo found, its main branch is {facts.main_branch}."
    else:
        found = "Repo found, no master branch yet."
    return f"{found}{_access(facts)}"


def clone_words(facts: RepoFacts) -> str:
    """Return what a blank project gets from a repo that answered."""
    if not facts.main_branch:
        return found_words(facts)
    if facts.main_branch == MASTER:
        found = "Repo found. The project begins with the files on master."
    else:
        found = f"Repo found, without master: the project begins with {facts.main_branch}."
    return f"{found}{_access(facts)}"


def repo_name(address: str) -> str:
    """Return what the repo at an address is called, as its users write it."""
    try:
        return parse_address(address).repo
    except InvalidInputError:
        return address


def failed_check(text: str, error: WorkbenchError) -> RepoCheck:
    """Return what is known about an address whose repo could not be used."""
    needs = isinstance(error, RemoteError) and error.state in _NEEDS_ACCESS
    return RepoCheck(text, sentences(error), error.details, was_asked=True, needs_access=needs)


def sentences(error: WorkbenchError) -> str:
    """Return what an error says, in a sentence or two."""
    return " ".join(part for part in (error.text or error.title, error.hint) if part)


def _access(facts: RepoFacts) -> str:
    if facts.account:
        return f" Access as {facts.account}."
    return " Access with a token." if facts.by_token else ""
