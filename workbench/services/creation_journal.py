"""What is known on disk about projects that are being made."""

from dataclasses import dataclass
from pathlib import Path

from workbench.services.prepared_folder import PreparationJournal, PreparedFolder


@dataclass(frozen=True, slots=True)
class Creation(PreparedFolder):
    """One project that is being made.

    Attributes:
        project_id: Its GUID.
        name: Its name.
        description: Its description.
        workspace: Its workspace.
        template: Its template.
        repo: Address of its Git repo; empty for none.
    """

    project_id: str
    name: str
    description: str
    workspace: str
    template: str
    repo: str = ""

    @property
    def key(self) -> str:
        """A name for what is noted of it."""
        return self.project_id


class CreationJournal(PreparationJournal[Creation]):
    """The list of projects that are being made."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, Creation)
