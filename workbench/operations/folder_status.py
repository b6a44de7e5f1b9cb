"""The state of the user's own repository, for the status bar."""

from workbench.core.run import UserRepository
from workbench.operations.project_context import ProjectContext
from workbench.services.git.user_git import UserGit


def folder_status(context: ProjectContext) -> UserRepository:
    """Look at the user's own repository without writing to it; empty when there is none.

    Raises:
        WorkbenchError: If git cannot read it.
    """
    found = UserGit.find(context.project.folder)
    return found.state() if found is not None else UserRepository()
