"""A look at names and sizes only: what a snapshot of the folder would hold, without reading it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from workbench.core.progress import CancelToken
from workbench.core.snapshot import LeftOut, NotCaptured
from workbench.services.folder.open_folder import OpenFolder
from workbench.services.folder.rules import Rules
from workbench.services.folder.walk import FolderWalk, FoundFile, Unreadable, WalkRequest

_TOLD_EVERY = 1_000


@dataclass(slots=True)
class FolderSurvey:
    """What was found.

    Attributes:
        sizes: Bytes of each file, by path.
        left_out: What a rule leaves out.
        not_captured: What cannot be stored although no rule leaves it out.
        unreadable: What cannot be looked at; a folder ends with ``/``.
    """

    sizes: dict[str, int] = field(default_factory=dict)
    left_out: list[LeftOut] = field(default_factory=list)
    not_captured: list[NotCaptured] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)


def survey_folder(
    folder: Path,
    request: WalkRequest,
    *,
    built_in: bool,
    on_files: Callable[[int], None],
    cancel: CancelToken,
) -> FolderSurvey:
    """Look at a folder.

    Args:
        folder: The project folder.
        request: What is never entered.
        built_in: Whether the built-in rules hold.
        on_files: Called now and then with the number of files so far.
        cancel: Checked for each folder.

    Raises:
        CanceledError: If canceled.
        OSError: If the folder or a rule file can't be read.
    """
    found = FolderSurvey()
    with OpenFolder(folder) as opened:
        rules = Rules.from_folder(folder, built_in=built_in)
        for each in FolderWalk(opened, rules, request, cancel):
            if isinstance(each, FoundFile):
                found.sizes[each.path] = each.facts.size
                if len(found.sizes) % _TOLD_EVERY == 0:
                    on_files(len(found.sizes))
            elif isinstance(each, LeftOut):
                found.left_out.append(each)
            elif isinstance(each, NotCaptured):
                found.not_captured.append(each)
            elif isinstance(each, Unreadable):
                found.unreadable.append(each.path)
    return found
