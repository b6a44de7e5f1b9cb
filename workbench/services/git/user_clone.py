"""The user's own clone of a Git repo elsewhere, as ``git clone`` would make it.

Only the way to the server is Workbench's: what is secret stays out of the clone, and nothing in it
tells who made it. The branches with the history are left out, for they are kept elsewhere; the
user's next ``git fetch`` may get them.
"""

import re
from pathlib import Path

from workbench.core.errors import WorkbenchError
from workbench.core.progress import CancelToken, Progress, Report, no_report
from workbench.core.project import HISTORY_BRANCHES
from workbench.services.cancelable import stopped_if
from workbench.services.git.hardened import GitCommands, GitFailedError, user_variables
from workbench.services.git.remote_git import RemoteGit

_KIND = "clone"
_WHAT = "The clone"
_GETTING = 0.8  # of the whole work
_USUAL = ("master", "main")
_FILTER = re.compile(r"^fatal: (?P<path>.+): smudge filter (?P<name>\S+) failed", re.MULTILINE)
_MOVING = re.compile(r"Updating files: +(?P<percent>\d+)% \((?P<files>\d+/\d+)\)")


def clone_into(
    remote: RemoteGit,
    folder: Path,
    *,
    branch: str = "",
    files: bool = True,
    report: Report = no_report,
    cancel: CancelToken | None = None,
) -> str:
    """Make a clone in an empty folder, with ``origin`` and a branch that follows the one there.

    Files are written with the user's own settings: line ends, filters and hooks are theirs. The
    caller removes what is in the folder if this fails.

    Args:
        remote: The repo.
        folder: An empty folder.
        branch: The branch to begin on; without it the default branch.
        files: Whether its files are written; without them the folder looks as if all were deleted.
        report: Hears how far it is.
        cancel: Stops it.

    Returns:
        The branch whose files are there; empty if the repo has none yet. Then the clone is on
        ``branch``, or ``master``, without a commit.

    Raises:
        RemoteError: If the repo can't be used, or not by this user.
        CanceledError: If canceled.
        WorkbenchError: If git can't make the clone.
    """
    report(Progress(_KIND, 0.0, "Asking the Git repo"))
    there = remote.branches(cancel=cancel)
    default = there.pop("HEAD", "")
    names = [name for name in there if not name.startswith(HISTORY_BRANCHES)]
    wanted = [branch] if branch else [default, *_USUAL, *sorted(names)]
    chosen = next((name for name in wanted if name in names), "")
    commands = GitCommands(folder, variables=user_variables())
    try:
        _make(commands, remote.address.url, chosen or branch or "master")
        if names:
            _fetch(remote, folder, report, cancel)
        if default in names:
            commands.run(["remote", "set-head", "origin", default])
        if chosen and files:
            _check_out(commands, chosen, report, cancel)
        elif chosen:
            commands.run(["update-ref", f"refs/heads/{chosen}", f"refs/remotes/origin/{chosen}"])
    except GitFailedError as error:
        raise _not_cloned(folder, error) from error
    return chosen


def _not_cloned(folder: Path, error: GitFailedError) -> WorkbenchError:
    text, hint = f"Git can't write its files to {folder}.", ""
    found = _FILTER.search(error.stderr)
    if found is not None:
        name, path = found["name"], found["path"]
        text = f"The filter {name}, which your Git settings name for {path}, failed."
        hint = "Install what it needs, such as Git LFS, then try again."
    return WorkbenchError(
        "The Git repo couldn't be cloned", text, hint=hint, details=error.details, retry=True
    )


def note_pushed(folder: Path, branch: str, commit: str) -> None:
    """Remember in a clone where a branch is at ``origin``, as git push does.

    Raises:
        WorkbenchError: If it can't be written.
    """
    words = ["update-ref", "-m", "push", f"refs/remotes/origin/{branch}", commit]
    GitCommands(folder, variables=user_variables()).run(words)


def _make(commands: GitCommands, url: str, branch: str) -> None:
    commands.run(["init", "-q", f"--initial-branch={branch}", "."])
    commands.run(["remote", "add", "--", "origin", url])
    for key, value in (("remote", "origin"), ("merge", f"refs/heads/{branch}")):
        commands.run(["config", "--local", f"branch.{branch}.{key}", value])


def _fetch(remote: RemoteGit, folder: Path, report: Report, cancel: CancelToken | None) -> None:
    def tell(progress: Progress) -> None:
        done = (progress.fraction or 0.0) * _GETTING
        report(Progress(_KIND, done, "Cloning the Git repo", progress.detail))

    refspecs = ["+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*"]
    refspecs += [f"^refs/heads/{prefix}*" for prefix in HISTORY_BRANCHES]
    remote.fetch(folder / ".git", refspecs, report=tell, cancel=cancel)


def _check_out(
    commands: GitCommands, branch: str, report: Report, cancel: CancelToken | None
) -> None:
    reached = -1

    def tell(message: str) -> None:
        nonlocal reached
        found = _MOVING.search(message)
        if found is not None and int(found["percent"]) > reached:
            reached = int(found["percent"])
            done = _GETTING + reached / 100 * (1 - _GETTING)
            report(Progress(_KIND, done, "Writing files", f"{found['files']} files"))

    report(Progress(_KIND, _GETTING, "Writing files"))
    arguments = ["checkout", "--progress", "--force", "-B", branch, f"refs/remotes/origin/{branch}"]
    process = commands.start(arguments, own_group=True, on_message=tell)
    with stopped_if(cancel, process.stop_group, _WHAT):
        done = process.finish()
    if done.code != 0:
        raise GitFailedError(arguments, done.code, done.stderr)
