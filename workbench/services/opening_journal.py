"""What is known on disk about projects that are being opened from a Git repo."""

from dataclasses import dataclass
from pathlib import Path

from workbench.services.prepared_folder import PreparationJournal, PreparedFolder


@dataclass(frozen=True, slots=True)
class Opening(PreparedFolder):
    """One project that is being opened.

    Attributes:
        workspace: Its workspace.
        repo: Address of its Git repo.
        project_id: Its GUID; empty while that is not known.
        made_data: Whether nothing was kept for this project before.
    """

    workspace: str
    repo: str
    project_id: str = ""
    made_data: bool = False


class OpeningJournal(PreparationJournal[Opening]):
    """The list of projects that are being opened."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, Opening)
