"""Commit the user's changes to their own branch, because they asked for it."""

from workbench.core.errors import InvalidInputError, WorkbenchError
from workbench.core.pending_commit import PendingCommit
from workbench.operations.project_context import ProjectContext
from workbench.services.git.user_git import UserGit


def pending_commit(context: ProjectContext) -> PendingCommit:
    """Return what :func:`commit_changes` would do now: every file, the branch, who, which hooks.

    Raises:
        WorkbenchError: If there is no repository, or it cannot be read.
    """
    return _repository(context).pending_commit()


def commit_changes(
    context: ProjectContext, message: str, *, expected: PendingCommit | None = None
) -> str:
    """Commit everything in the project folder as the user would; return the commit id.

    Args:
        context: The project.
        message: Words for the commit.
        expected: What the user saw; ``None`` for anything.

    Raises:
        InvalidInputError: If the message is empty.
        WorkbenchError: If something else would be committed than the user saw, there is no
            repository, or git or a hook refuses.
    """
    if not message.strip():
        raise InvalidInputError("message", "Enter a message")
    git = _repository(context)
    if expected is not None and git.pending_commit() != expected:
        raise WorkbenchError(
            "The folder changed since this list",
            "Nothing was committed.",
            hint="Look at the new list, then commit.",
            retry=True,
        )
    return git.commit_all(message)


def _repository(context: ProjectContext) -> UserGit:
    git = UserGit.find(context.project.folder)
    if git is None:
        raise WorkbenchError(
            "This folder has no Git repository",
            "There is no branch to commit to. Your files are as they were.",
        )
    return git
