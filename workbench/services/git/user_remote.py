"""The remote ``origin`` of the user's own repository: added when the user links a repo, no more."""

import os
from pathlib import Path

from workbench.services.git.hardened import GitCommands, user_variables
from workbench.services.git.user_git import UserGit

_ORIGIN = "origin"
_SECONDS = 60.0


def add_origin(folder: Path, url: str) -> str:
    """Add ``origin`` with an address that holds nothing secret.

    A remote of that name stays as it is, and so does a folder that is no repository, or only a
    part of one.

    Returns:
        A sentence for the user if it was not added; empty if it is there now.

    Raises:
        WorkbenchError: If git cannot write it.
    """
    found = UserGit.find(folder)
    if found is None:
        return "The folder is no Git repository, so no remote was added."
    if found.is_parent:
        return f"The folder is a part of the Git repository {found.top}, which was left as it is."
    commands = GitCommands(folder, variables=user_variables())
    done = commands.run(
        ["config", "--local", "--get", f"remote.{_ORIGIN}.url"], check=False, timeout=_SECONDS
    )
    known = os.fsdecode(done.stdout).strip()
    if known:
        same = known.rstrip("/") == url
        return "" if same else f"The remote origin of your repository stays {_shown(known)}."
    commands.run(["remote", "add", "--", _ORIGIN, url], timeout=_SECONDS)
    return ""


def origin_with(folder: Path, branch: str) -> str:
    """Return the address of ``origin`` if it is known to have a branch; empty if not.

    Only what the last fetch brought is looked at. A folder that is a part of a repository counts
    as none.

    Raises:
        WorkbenchError: If git is not installed, or gives no answer.
    """
    found = UserGit.find(folder)
    if found is None or found.is_parent:
        return ""
    commands = GitCommands(folder, variables=user_variables(GIT_OPTIONAL_LOCKS="0"))
    # The old Workbench may have written the GUID with capitals.
    words = ["for-each-ref", "--ignore-case", f"refs/remotes/{_ORIGIN}/{branch}"]
    known = commands.run(words, check=False, timeout=_SECONDS)
    if not known.stdout:
        return ""
    words = ["config", "--local", "--get", f"remote.{_ORIGIN}.url"]
    done = commands.run(words, check=False, timeout=_SECONDS)
    return os.fsdecode(done.stdout).strip()


def _shown(url: str) -> str:
    """Return an address without what may be secret in it."""
    scheme, mark, rest = url.partition("://")
    return f"{scheme}{mark}{rest.rpartition('@')[2]}" if mark else url
