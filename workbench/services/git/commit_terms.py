"""Under which terms git commits in the user's own repository: who, which hooks, signed or not."""

import os
from dataclasses import dataclass
from pathlib import Path

from workbench.services.git.hardened import GitCommands

# Those that git starts for a commit, in its order.
_HOOKS = (
    "pre-commit",
    "prepare-commit-msg",
    "commit-msg",
    "reference-transaction",
    "post-commit",
    "post-index-change",
)
_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class CommitTerms:
    """Who commits, and what happens beside.

    Attributes:
        author: ``"Name <address>"``; empty when git does not know who the user is.
        committer: The same for the committer.
        hooks: Names of the hooks that git starts.
        signed: Whether the commit is signed.
    """

    author: str
    committer: str
    hooks: tuple[str, ...]
    signed: bool


def commit_terms(commands: GitCommands, folder: Path) -> CommitTerms:
    """Return what git would do for a commit now.

    Args:
        commands: Git in the user's repository, with the variables that only read.
        folder: Folder that git runs in; what it says is relative to it.
    """
    return CommitTerms(
        _person(commands, "GIT_AUTHOR_IDENT"),
        _person(commands, "GIT_COMMITTER_IDENT"),
        _hooks(commands, folder),
        _said(commands, "config", "--type=bool", "--get", "commit.gpgSign") == "true",
    )


def _person(commands: GitCommands, variable: str) -> str:
    """Return name and address without the time behind them."""
    name, mark, _time = _said(commands, "var", variable).rpartition(">")
    return f"{name}{mark}"


def _hooks(commands: GitCommands, folder: Path) -> tuple[str, ...]:
    place = _said(commands, "rev-parse", "--git-path", "hooks")
    if not place:
        return ()
    found = folder / place
    return tuple(
        name for name in _HOOKS if (found / name).is_file() and os.access(found / name, os.X_OK)
    )


def _said(commands: GitCommands, *arguments: str) -> str:
    done = commands.run(arguments, check=False, timeout=_SECONDS)
    return os.fsdecode(done.stdout).strip("\n") if done.code == 0 else ""
