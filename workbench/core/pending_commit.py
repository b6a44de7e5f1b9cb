"""What a commit to the user's own repository would hold, before anything is committed."""

from dataclasses import dataclass

from workbench.core.restore import ChangeKind, FileChange


@dataclass(frozen=True, slots=True)
class PendingCommit:
    """What Commit changes would do now.

    Attributes:
        files: All files that would be committed, sorted by path relative to the project folder; as
            added, modified or deleted since the last commit.
        branch: The branch that gets the commit; empty when no branch is checked out.
        after: Short id of the commit that it follows; empty for the first one.
        author: ``"Name <address>"`` of who commits; empty when git does not know.
        committer: The same for who puts it in, when git was told of somebody else; else empty.
        hooks: Names of the repository's hooks that run.
        signed: Whether it is signed with the user's key.
        repository: Folder of the repository when it is one above the project folder; else empty.
    """

    files: tuple[FileChange, ...]
    branch: str = ""
    after: str = ""
    author: str = ""
    committer: str = ""
    hooks: tuple[str, ...] = ()
    signed: bool = False
    repository: str = ""

    def number_of(self, kind: ChangeKind) -> int:
        """Return how many files are changed in this way."""
        return sum(file.kind is kind for file in self.files)
