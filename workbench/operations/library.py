"""What operations on the project list work with."""

from dataclasses import dataclass

from workbench.operations.account_context import AccountContext
from workbench.operations.git_access import AccountSource
from workbench.services.app_paths import AppPaths
from workbench.services.creation_journal import CreationJournal
from workbench.services.git.access import Access
from workbench.services.opening_journal import OpeningJournal
from workbench.services.settings import SettingsFile
from workbench.services.workbench_store import WorkbenchStore


@dataclass(frozen=True, slots=True)
class Library:
    """The projects of one user on this computer.

    Attributes:
        paths: Where Workbench keeps its files.
        store: The project list.
        accounts: Who is signed in, and access tokens.
    """

    paths: AppPaths
    store: WorkbenchStore
    accounts: AccountContext

    @classmethod
    def open(cls, paths: AppPaths) -> "Library":
        """Open the project list of this user.

        Raises:
            WorkbenchError: If it is damaged or cannot be opened.
        """
        return cls(paths, WorkbenchStore(paths.database), AccountContext.open(paths))

    def close(self) -> None:
        """Close the project list."""
        self.store.close()

    def access(self) -> Access:
        """Return how this user reaches Git repos."""
        settings = SettingsFile(self.paths.settings).load().settings
        return Access(AccountSource(self.accounts), settings.insecure_hosts)

    @property
    def creations(self) -> CreationJournal:
        """The projects that are being made."""
        return CreationJournal(self.paths.data / "creating")

    @property
    def openings(self) -> OpeningJournal:
        """The projects that are being opened from a Git repo."""
        return OpeningJournal(self.paths.data / "opening")
