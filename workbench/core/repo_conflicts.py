"""What keeps a new project from using a Git repo, where the user has a choice."""

from workbench.core.errors import InvalidInputError
from workbench.core.git_address import FIELD


class RepoHasFilesError(InvalidInputError):
    """A template's files have no place in a repo that has files already.

    Attributes:
        repo: Name of the repo, as people write it.
        branch: The branch that the files are on.
    """

    def __init__(self, repo: str, branch: str) -> None:
        super().__init__(
            FIELD,
            f"{repo} has files on {branch} already",
            hint="Clone them into a blank project, use another repo, or have the template replace "
            "them.",
        )
        self.repo = repo
        self.branch = branch


class RepoHasProjectError(InvalidInputError):
    """A repo holds a Workbench project already; a second one would part their histories.

    Attributes:
        url: Address of the repo.
    """

    def __init__(self, repo: str, url: str) -> None:
        super().__init__(
            FIELD,
            f"{repo} holds a Workbench project already",
            hint="Open that one, or use another repo for a new project.",
        )
        self.url = url
