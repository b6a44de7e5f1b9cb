"""Facts of the Project page that take a look at the disk."""

import os
from dataclasses import dataclass
from pathlib import Path

from workbench.core.snapshot import LeftOut
from workbench.operations.project_context import ProjectContext


@dataclass(frozen=True, slots=True)
class ProjectDetails:
    """What a project takes on disk, and what its newest snapshot leaves out.

    Attributes:
        size: Bytes that history, run records, logs and outputs take.
        rules: ``(pattern, where it stands)`` of all rules that left something out.
        left_out: What was left out.
    """

    size: int
    rules: tuple[tuple[str, str], ...] = ()
    left_out: tuple[LeftOut, ...] = ()


def project_details(context: ProjectContext) -> ProjectDetails:
    """Look at the project's data.

    Raises:
        WorkbenchError: If the history can't be read.
    """
    report = context.history.report(context.history.tip())
    rules = dict.fromkeys((item.rule, item.source) for item in report.left_out)
    return ProjectDetails(_size(context.paths.root), tuple(rules), report.left_out)


def _size(folder: Path) -> int:
    total = 0
    for parent, _folders, files in os.walk(folder):
        for name in files:
            path = Path(parent, name)
            # Files come and go here while a run is active.
            if path.exists():
                total += path.lstat().st_size
    return total
