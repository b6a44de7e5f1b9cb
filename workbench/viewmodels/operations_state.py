"""What the Operations page shows, as plain data."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from workbench.core.restore import FileChange
from workbench.core.text_diff import BinaryDiff, DiffDocument
from workbench.viewmodels.operation_rows import OperationRow


@dataclass(frozen=True, slots=True)
class OperationsState:
    """The Operations page.

    Attributes:
        project: Name of the open project.
        rows: The operations, newest first; ``None`` while they are read.
        selected: Id of the operation whose changes are shown.
        changes: What it changed; ``None`` while that is read.
        problem: Why its changes can't be shown; empty if they can.
        path: The file whose difference is shown.
        content: That difference; ``None`` while it is read.
        counts: ``(added, removed)`` lines of each path for which they are known.
        undo: What Undo does next, in words; empty if there is nothing to undo.
        redo: What Redo does next, in words; empty if there is nothing to redo.
        busy: Whether the folder is being changed now.
    """

    project: str = ""
    rows: tuple[OperationRow, ...] | None = None
    selected: str = ""
    changes: tuple[FileChange, ...] | None = None
    problem: str = ""
    path: str = ""
    content: DiffDocument | BinaryDiff | None = None
    counts: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    undo: str = ""
    redo: str = ""
    busy: bool = False

    def problem_of(self, *, redo: bool) -> str:
        """Return why Undo or Redo can't be pressed; empty if it can."""
        if self.busy:
            return "The folder is being changed"
        if redo and not self.redo:
            return "There is nothing to do again"
        return "" if redo or self.undo else "There is no restore to undo"
