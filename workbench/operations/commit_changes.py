"""Commit the user's changes to their own branch, because they asked for it."""

from workbench.core.errors import InvalidInputError, WorkbenchError
from workbench.operations.project_context import ProjectContext
from workbench.services.git.user_git import UserGit


def commit_changes(context: ProjectContext, message: str) -> str:
    """Commit everything in the project folder as the user would; return the commit id.

    Raises:
        InvalidInputError: If the message is empty.
        WorkbenchError: If there is no repository, or git or a hook refuses.
    """
    if not message.strip():
        raise InvalidInputError("message", "Enter a message")
    git = UserGit.find(context.project.folder)
    if git is None:
        raise WorkbenchError(
            "This folder has no Git repository",
            "There is no branch to commit to. Your files are as they were.",
        )
    return git.commit_all(message)
