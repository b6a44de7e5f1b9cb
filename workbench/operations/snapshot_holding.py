"""What a snapshot taken now would hold: sizes by folder, the largest files, what is left out."""

import heapq
from collections.abc import Mapping
from pathlib import Path

from workbench.core.errors import FolderMissingError, WorkbenchError
from workbench.core.progress import CancelToken, Progress, Report, no_report
from workbench.core.snapshot import FolderHolding, FolderShare, LeftOut, LeftOutItem
from workbench.core.wording import count
from workbench.operations.project_context import ProjectContext
from workbench.operations.take_snapshot import walk_request
from workbench.services.folder.rule_lines import number_of
from workbench.services.folder.rules import BUILT_IN
from workbench.services.folder.survey import survey_folder
from workbench.services.folder_checks import folder_warning
from workbench.services.safe_files import os_error_reason
from workbench.services.snapshot_choices import read_snapshot_choices

_MOST = 10
_TITLE = "Looking at the folder"


def snapshot_holding(
    context: ProjectContext, *, report: Report = no_report, cancel: CancelToken | None = None
) -> FolderHolding:
    """Look at names, sizes and rules; no file is read, nothing is changed.

    Raises:
        FolderMissingError: If the project folder is not there.
        CanceledError: If canceled.
        WorkbenchError: If the folder can't be read.
    """
    folder = context.project.folder
    report(Progress("holding", None, _TITLE))
    try:
        found = survey_folder(
            folder,
            walk_request(context),
            built_in=read_snapshot_choices(context.paths.root).built_in_rules,
            on_files=lambda number: report(
                Progress("holding", None, _TITLE, count(number, "file"))
            ),
            cancel=cancel or CancelToken(),
        )
        lines = _Lines(folder)
        left_out = tuple(
            LeftOutItem(each, lines.number(each))
            for each in sorted(found.left_out, key=lambda each: each.path)
        )
    except FileNotFoundError as error:
        raise FolderMissingError(
            "Folder not found", f"{folder} isn't there. Nothing was changed.", retry=True
        ) from error
    except OSError as error:
        raise WorkbenchError(
            "The folder can't be read",
            f"{error.filename or folder} can't be read, because {os_error_reason(error)}.",
            retry=True,
        ) from error
    return FolderHolding(
        files=len(found.sizes),
        size=sum(found.sizes.values()),
        folders=_shares(found.sizes),
        largest=tuple(heapq.nlargest(_MOST, found.sizes.items(), key=lambda item: item[1])),
        left_out=left_out,
        not_captured=tuple(sorted(found.not_captured, key=lambda each: each.path)),
        unreadable=tuple(sorted(found.unreadable)),
        warning=folder_warning(folder),
    )


def _shares(sizes: Mapping[str, int]) -> tuple[FolderShare, ...]:
    """Return what each folder of the project holds, the largest first."""
    shares: dict[str, tuple[int, int]] = {}
    for path, size in sizes.items():
        top, slash, _ = path.partition("/")
        name = f"{top}/" if slash else ""
        files, whole = shares.get(name, (0, 0))
        shares[name] = (files + 1, whole + size)
    found = (FolderShare(name, files, size) for name, (files, size) in shares.items())
    return tuple(sorted(found, key=lambda share: (-share.size, share.path)))


class _Lines:
    """Finds the lines of rules; each file is read once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[str, bytes] = {}

    def number(self, item: LeftOut) -> int:
        if item.source == BUILT_IN:
            return 0
        if item.source not in self._files:
            try:
                self._files[item.source] = (self._folder / item.source).read_bytes()
            except FileNotFoundError:
                return 0
        return number_of(self._files[item.source], item.rule)
