"""Ask a Git repo what it is, before anything depends on it."""

from workbench.core.history_sync import RepoFacts
from workbench.core.progress import CancelToken
from workbench.services.git.access import Access


def check_repo(access: Access, text: str, *, cancel: CancelToken | None = None) -> RepoFacts:
    """Return what the repo at an address says about itself.

    Raises:
        InvalidInputError: If the address cannot be used.
        RemoteError: If the repo cannot be reached, or not by this user.
        CanceledError: If canceled.
    """
    return access.open(text).facts(cancel)
