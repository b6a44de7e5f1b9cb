"""Follow the changes of a project folder, and check now and then that none was missed."""

import logging

from workbench.core.errors import WorkbenchError
from workbench.core.progress import CancelToken
from workbench.operations.folder_memory import FolderMemory
from workbench.operations.take_snapshot import SnapshotContext, describe_folder, walk_request
from workbench.services.folder.capture import FolderCapture
from workbench.services.folder.read_file import HashOnly
from workbench.services.pause_collections import collections_paused
from workbench.services.snapshot_choices import read_snapshot_choices

_log = logging.getLogger(__name__)
_SECONDS = 120.0
_NAMED = 5


def begin_following(context: SnapshotContext, cancel: CancelToken | None = None) -> bool:
    """Find out what changed since the last look, and follow the folder from now on.

    A later snapshot then knows beforehand what it has to look at. Nothing happens if nothing is
    remembered: a first snapshot looks at everything.

    Returns:
        Whether changes are known beforehand now.

    Raises:
        WorkbenchError: If the folder can't be looked at.
        CanceledError: If canceled.
    """
    folder = context.project.folder
    if context.following is None or not folder.is_dir():
        return False
    known = FolderMemory(context.paths, folder, context.following)
    if not known.expect(_SECONDS):
        return False
    describe_folder(context, cancel=cancel)
    return True


@collections_paused()
def check_following(context: SnapshotContext, cancel: CancelToken | None = None) -> bool | None:
    """Look at the whole folder and compare that with what was told of it.

    If anything changed that was not told, it is logged, and everything is looked at next time.

    Returns:
        Whether all was told; ``None`` if the folder is not followed, or that is in doubt.

    Raises:
        WorkbenchError: If the folder can't be looked at.
        CanceledError: If canceled.
        OSError: If it is not there.
    """
    folder = context.project.folder
    if context.following is None:
        return None
    known = FolderMemory(context.paths, folder, context.following)
    capture = FolderCapture(
        folder, known.file, HashOnly(), on_file=_ignore, cancel=cancel or CancelToken()
    )
    choices = read_snapshot_choices(context.paths.root)
    missed = known.look_at_all(
        capture, walk_request(context), built_in_rules=choices.built_in_rules
    )
    if missed is None:
        return None
    if missed:
        names = ", ".join(sorted(missed)[:_NAMED])
        _log.warning("%d changes in %s were not told: %s", len(missed), folder, names)
        known.distrust()
    known.keep()
    return not missed


def try_to_follow(context: SnapshotContext) -> None:
    """Begin to follow a folder; without it a snapshot only takes longer."""
    try:
        begin_following(context)
    except (WorkbenchError, OSError) as error:
        _log.info("the folder of %s is not followed yet: %s", context.project.name, error)


def _ignore(_done: int, _total: int) -> None:
    """Nobody wants to know how far it is."""
