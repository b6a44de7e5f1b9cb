"""The Git repo of a project that is being made: cloned, or its files replaced."""

import logging
import os
from dataclasses import dataclass, replace
from pathlib import Path

from workbench.core.errors import InvalidInputError, WorkbenchError
from workbench.core.git_address import FIELD
from workbench.core.history_sync import MASTER, RemoteError, SyncState
from workbench.core.progress import CancelToken, Progress, Report
from workbench.core.project import BLANK, NewProject
from workbench.core.repo_conflicts import RepoHasFilesError, RepoHasProjectError
from workbench.services.aml_config import FOLDER
from workbench.services.git.access import Access
from workbench.services.git.remote_git import RemoteGit
from workbench.services.git.user_clone import clone_into, note_pushed
from workbench.services.git.user_git import UserGit
from workbench.services.project_files import PROJECT_FILE

_log = logging.getLogger(__name__)
_CLONING = 0.3  # of the whole work
# What a server answers that did not do what it was asked for.
_REFUSED = frozenset({SyncState.SIGN_IN_NEEDED, SyncState.NO_PERMISSION, SyncState.REJECTED})


@dataclass(frozen=True, slots=True)
class NewProjectRepo:
    """A Git repo that a new project begins with.

    Attributes:
        remote: The repo.
        branch: The branch that the project's folder is on.
        replaces: Whether the project's files take the place of those on the branch.
    """

    remote: RemoteGit
    branch: str
    replaces: bool

    @property
    def url(self) -> str:
        """Its address."""
        return self.remote.address.url


def ask_new_project_repo(access: Access, new: NewProject, cancel: CancelToken) -> NewProjectRepo:
    """Ask the repo of a new project what is in it.

    Raises:
        RepoHasFilesError: If it has files, and the template's may not take their place.
        InvalidInputError: If the address can't be used.
        RemoteError: If the repo can't be reached, or not by this user.
        CanceledError: If canceled.
    """
    remote = access.open(new.repo)
    branch = remote.facts(cancel).main_branch
    replaces = bool(branch) and new.template != BLANK
    if replaces and not new.replaces_files:
        raise RepoHasFilesError(remote.address.title, branch)
    return NewProjectRepo(remote, branch or MASTER, replaces)


def begin_with_repo(
    repo: NewProjectRepo, folder: Path, *, report: Report, cancel: CancelToken
) -> str:
    """Make a folder the user's repository of a project, with what is on its branch.

    Its files are written unless others take their place.

    Returns:
        The commit that the branch is at; empty if there is none.

    Raises:
        RepoHasProjectError: If the branch holds a project already.
        RemoteError: If it could not be fetched.
        CanceledError: If canceled.
        WorkbenchError: If the files can't be written.
    """

    def told(progress: Progress) -> None:
        report(replace(progress, fraction=(progress.fraction or 0.0) * _CLONING))

    branch = clone_into(
        repo.remote,
        folder,
        branch=repo.branch,
        files=not repo.replaces,
        report=told,
        cancel=cancel,
    )
    if not branch:
        return ""
    if not repo.replaces:
        if os.path.lexists(folder / PROJECT_FILE):
            raise RepoHasProjectError(repo.remote.address.title, repo.url)
        refuse_links(folder)
    return UserGit(folder, folder.resolve()).state().commit


def replace_files(
    repo: NewProjectRepo, folder: Path, before: str, message: str, *, report: Report
) -> None:
    """Commit all files of a project on top of what is on the branch, and push that.

    Nothing is forced: if the branch is not where it was, nothing is pushed. What was there before
    stays reachable. It can't be canceled: nobody would know what came of it.

    Args:
        repo: The repo.
        folder: The folder of the project.
        before: The commit that the branch was at.
        message: Words for the commit.
        report: Hears how far it is.

    Raises:
        WorkbenchError: If it could not be committed, or the repo did not take it.
    """
    commit = UserGit(folder, folder.resolve()).commit_all(message)
    ref = f"refs/heads/{repo.branch}"

    def told(progress: Progress) -> None:
        report(replace(progress, title="Replacing the files"))

    try:
        pushed = repo.remote.push(
            folder / ".git", {ref: commit}, expected={ref: before}, report=told
        )[ref]
    except RemoteError as error:
        if not _has_arrived(repo, ref, commit, error):
            raise _not_replaced(repo, error.text, hint=error.hint, details=error.details) from error
    else:
        if pushed.diverged:
            why = f"Somebody pushed to {repo.branch} meanwhile."
            raise _not_replaced(repo, why, hint="Look at what is new there, then try again.")
        if pushed.reason:
            raise _not_replaced(
                repo,
                f"{repo.remote.address.place} didn't take it: {pushed.reason}.",
                hint=f"Ask who looks after the repo to let you push to {repo.branch}.",
                details=pushed.reason,
            )
    try:
        note_pushed(folder, repo.branch, commit)
    except WorkbenchError as error:  # the next fetch of the user brings it up to date
        _log.warning("where %s is at origin: %s", repo.branch, error)


def require_no_files(repo: NewProjectRepo, commit: str, template: str) -> None:
    """Check that nobody pushed to an empty repo that a template begins in, since it was asked.

    Raises:
        RepoHasFilesError: If somebody did.
    """
    if commit and template != BLANK and not repo.replaces:
        raise RepoHasFilesError(repo.remote.address.title, repo.branch)


def replaced_alone(repo: NewProjectRepo, error: BaseException) -> WorkbenchError:
    """Return what to tell if the files there were replaced, and the project could not be made."""
    return WorkbenchError(
        "The project wasn't created on this computer",
        f"The files on {repo.branch} were replaced, but then the folder couldn't be made: {error}",
        hint="Open the project from its Git repo. The old files are in the history there.",
        details=str(error),
    )


def _has_arrived(repo: NewProjectRepo, ref: str, commit: str, error: RemoteError) -> bool:
    """Whether the server took a push that ended with an error.

    Raises:
        WorkbenchError: If that can't be found out.
    """
    try:
        arrived = repo.remote.branches(ref).get(repo.branch) == commit
    except RemoteError as other:
        raise _not_known(repo, error, other.details) from other
    if not arrived and error.state not in _REFUSED:
        # The connection broke: the server may still be at it.
        raise _not_known(repo, error) from error
    return arrived


def _not_known(repo: NewProjectRepo, error: RemoteError, more: str = "") -> WorkbenchError:
    return WorkbenchError(
        f"It isn't known whether the files on {repo.branch} were replaced",
        f"{error.text} There is no project on this computer.",
        hint="Look at the repo before you try again: its old files are in its history.",
        details=f"{error.details}\n{more}".strip(),
    )


def _not_replaced(
    repo: NewProjectRepo, why: str, *, hint: str, details: str = ""
) -> WorkbenchError:
    return WorkbenchError(
        f"The files on {repo.branch} weren't replaced",
        f"{why} Nothing was changed, there or here.",
        hint=hint,
        details=details,
        retry=True,
    )


def refuse_links(folder: Path) -> None:
    """Refuse a repo that would have us write somewhere else than into the folder.

    Raises:
        InvalidInputError: If it does.
    """
    for path in (folder / PROJECT_FILE.parent, folder / FOLDER):
        if path.is_symlink() or (path.exists() and not path.is_dir()):
            raise InvalidInputError(
                FIELD,
                f"{path.name} in this repo is a file or a link",
                hint="A project needs a folder of that name.",
            )
