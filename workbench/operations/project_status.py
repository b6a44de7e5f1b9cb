"""What changed since the last run, and what a snapshot taken now would hold."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from workbench.core.errors import WorkbenchError
from workbench.core.progress import CancelToken, Report, no_report
from workbench.core.restore import FileChange, changes_between
from workbench.core.run import Run, UserRepository
from workbench.core.snapshot import LeftOut, NotCaptured, TreeEntry
from workbench.operations.code_changes import base_run
from workbench.operations.project_context import ProjectContext
from workbench.operations.take_snapshot import describe_folder
from workbench.services.git.user_git import UserGit


@dataclass(frozen=True, slots=True)
class LeftOutSize:
    """Something that a rule leaves out.

    Attributes:
        item: The path, and the rule.
        size: Bytes of the file, or of all files in the folder.
    """

    item: LeftOut
    size: int


@dataclass(frozen=True, slots=True)
class ProjectStatus:
    """The project folder as it is now.

    Attributes:
        run: The last run whose snapshot is here; ``None`` without one.
        changes: What differs from that snapshot, sorted by path; all files without one.
        files: What a snapshot would hold, the largest first.
        left_out: What rules leave out, the largest first.
        not_captured: What can't be stored, with the reason.
        repository: State of the user's own repository; ``None`` if git can't tell.
        active: Runs that are active now.
    """

    run: Run | None
    changes: tuple[FileChange, ...]
    files: tuple[TreeEntry, ...]
    left_out: tuple[LeftOutSize, ...]
    not_captured: tuple[NotCaptured, ...]
    repository: UserRepository | None
    active: tuple[Run, ...]

    @property
    def total_size(self) -> int:
        """Bytes of all files that a snapshot would hold."""
        return sum(file.size for file in self.files)


def project_status(
    context: ProjectContext, *, report: Report = no_report, cancel: CancelToken | None = None
) -> ProjectStatus:
    """Look at the project folder; nothing is stored or changed.

    Raises:
        FolderMissingError: If the folder is not there.
        SnapshotFailedError: If anything that belongs in a snapshot can't be read.
        CanceledError: If canceled.
    """
    cancel = cancel or CancelToken()
    content = describe_folder(context, report=report, cancel=cancel)
    run = _last_run(context)
    before = context.history.tree_entries(run.snapshot) if run else {}
    folder = context.project.folder
    left_out = []
    for item in content.left_out:
        cancel.check("Looking at the folder")
        left_out.append(LeftOutSize(item, _size(folder / item.path, cancel)))
    return ProjectStatus(
        run=run,
        changes=changes_between(before, content.entries),
        files=tuple(sorted(content.entries.values(), key=lambda file: (-file.size, file.path))),
        left_out=tuple(sorted(left_out, key=lambda found: (-found.size, found.item.path))),
        not_captured=content.not_captured,
        repository=_repository(context),
        active=tuple(context.store.active()),
    )


def _last_run(context: ProjectContext) -> Run | None:
    newest = context.store.newest()
    if newest and newest.snapshot and context.history.has_commit(newest.snapshot):
        return newest
    return base_run(context, newest) if newest else None


def _repository(context: ProjectContext) -> UserRepository | None:
    try:
        found = UserGit.find(context.project.folder)
        return found.state() if found is not None else UserRepository()
    except WorkbenchError:
        # Only information; the snapshot does not need it.
        return None


def _size(path: Path, cancel: CancelToken) -> int:
    """Return the bytes of a file or of all files in a folder, as far as they can be seen."""
    if path.is_symlink() or not path.is_dir():
        return path.lstat().st_size if os.path.lexists(path) else 0
    return sum(_sizes(path, cancel))


def _sizes(folder: Path, cancel: CancelToken) -> Iterator[int]:
    for parent, _folders, names in os.walk(folder):
        cancel.check("Looking at the folder")
        for name in names:
            path = Path(parent, name)
            if os.path.lexists(path):
                yield path.lstat().st_size
