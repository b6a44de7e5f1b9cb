"""Facts of the Project page that take a look at the disk."""

import os
from dataclasses import dataclass
from pathlib import Path

from workbench.core.snapshot import LeftOut
from workbench.operations.project_context import ProjectContext
from workbench.operations.take_snapshot import describe_folder


@dataclass(frozen=True, slots=True)
class ProjectDetails:
    """What a project takes on disk, and what a snapshot leaves out.

    Attributes:
        size: Bytes that history, run records, logs and outputs take.
        rules: ``(pattern, where it stands)`` of all rules that leave something out now.
        left_out: What a snapshot taken now would leave out.
    """

    size: int
    rules: tuple[tuple[str, str], ...] = ()
    left_out: tuple[LeftOut, ...] = ()


def project_details(context: ProjectContext) -> ProjectDetails:
    """Look at the project's data.

    Raises:
        WorkbenchError: If the folder can't be read.
    """
    left_out = describe_folder(context).left_out
    rules = dict.fromkeys((item.rule, item.source) for item in left_out)
    return ProjectDetails(_size(context.paths.root), tuple(rules), left_out)


def _size(folder: Path) -> int:
    total = 0
    for parent, _folders, files in os.walk(folder):
        for name in files:
            path = Path(parent, name)
            # Files come and go here while a run is active.
            if path.exists():
                total += path.lstat().st_size
    return total
