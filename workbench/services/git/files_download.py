"""Gets the files of one run from a Git repo, and of no other run if the server lets us."""

import json
import logging
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from workbench.core.errors import NotFoundError, WorkbenchError
from workbench.core.history_sync import RemoteError
from workbench.core.progress import CancelToken, Report, no_report
from workbench.runner import layout
from workbench.services.git.durable import sync_path
from workbench.services.git.files_branch import LISTING, VERSION
from workbench.services.git.hardened import history_commands
from workbench.services.git.object_reader import ObjectReader
from workbench.services.git.remote_git import RemoteGit
from workbench.services.git.repository_lock import repository_lock
from workbench.services.git.side_repository import prepare_side_repository
from workbench.services.safe_files import remove_tree

_log = logging.getLogger(__name__)
_FILES = "refs/incoming/files"
_PLACE = re.compile(r"files/\d{6,12}")
_OWN_NAMES = frozenset({layout.LOG, layout.LOG_INDEX, layout.METRICS})
# A server that gives out only what a branch leads to says so in one of these ways.
_ONLY_BRANCHES = re.compile(r"unadvertised object|not our ref|shallow", re.IGNORECASE)


def download_files(  # noqa: PLR0913 - each is a choice of its own, the last two have a default
    git_dir: Path,
    remote: RemoteGit,
    ref: str,
    commit: str,
    target: Path,
    *,
    report: Report = no_report,
    cancel: CancelToken | None = None,
) -> None:
    """Write the files of a run into a new folder; they are durable at the end.

    Args:
        git_dir: A folder that is there meanwhile; only one at a time.
        remote: The Git repo.
        ref: Full name of the branch that leads to them.
        commit: The commit that holds them.
        target: The folder, which is made.
        report: Hears how far it is.
        cancel: Stops it.

    Raises:
        NotFoundError: If the Git repo does not have them any more.
        RemoteError: If it can't be used.
        CanceledError: If canceled.
        WorkbenchError: If what is there can't be used.
        OSError: If they cannot be written.
    """
    remove_tree(git_dir)
    prepare_side_repository(git_dir)
    try:
        _fetch(git_dir, remote, ref, commit, report, cancel)
        objects = ObjectReader(history_commands(git_dir), git_dir / "objects")
        try:
            _write(objects, commit, target, cancel)
        finally:
            objects.close()
    finally:
        remove_tree(git_dir)


def _fetch(
    git_dir: Path,
    remote: RemoteGit,
    ref: str,
    commit: str,
    report: Report,
    cancel: CancelToken | None,
) -> None:
    with repository_lock(git_dir, cancel) as lock:
        try:
            remote.fetch(
                git_dir, [f"+{commit}:{_FILES}"], depth=1, lock=lock, report=report, cancel=cancel
            )
        except RemoteError as error:
            if not _ONLY_BRANCHES.search(error.details):
                raise
            _log.info("files of one run alone can't be fetched: %s", error.details)
        else:
            return
        name = ref.removeprefix("refs/heads/")
        if name not in remote.branches(ref, cancel=cancel):
            raise _gone()
        remote.fetch(git_dir, [f"+{ref}:{_FILES}"], lock=lock, report=report, cancel=cancel)
        if history_commands(git_dir).run(["cat-file", "-e", commit], check=False).code != 0:
            raise _gone()


def _write(objects: ObjectReader, commit: str, target: Path, cancel: CancelToken | None) -> None:
    target.mkdir()
    folders = {target}
    for name, size, place in _listed(objects, commit):
        if cancel is not None:
            cancel.check("The transfer")
        path = target / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("xb") as file:
                objects.copy(f"{commit}:{place}", file)
        except (FileExistsError, NotADirectoryError) as error:
            raise _unusable(f"{name} is there twice") from error
        if path.stat().st_size != size:
            raise _unusable(f"{name} has another size than {size}")
        sync_path(path)
        folders |= {parent for parent in path.parents if parent.is_relative_to(target)}
    for folder in folders:
        sync_path(folder)


def _listed(objects: ObjectReader, commit: str) -> Iterator[tuple[str, int, str]]:
    """Yield name, size and place of each file, after looking at it: it may come from anybody."""
    try:
        values: dict[str, Any] = json.loads(objects.read(f"{commit}:{LISTING}"))
        if values["v"] != VERSION:
            raise _unusable(f"version {values['v']}")
        files = [(str(name), int(size), str(place)) for name, size, place in values["files"]]
    except NotFoundError:
        raise
    except (LookupError, TypeError, ValueError, OverflowError, RecursionError) as error:
        raise _unusable(str(error)) from error
    if len({place for _, _, place in files}) != len(files):
        raise _unusable("a file is listed twice")
    for name, size, place in files:
        if not _is_usable(name) or not _PLACE.fullmatch(place):
            raise _unusable(name)
        yield name, size, place


def _is_usable(name: str) -> bool:
    if name in _OWN_NAMES:
        return True
    parts = name.split("/")
    inside = parts[0] == layout.OUTPUTS and len(parts) > 1
    try:
        os.fsencode(name)
    except UnicodeEncodeError:
        return False
    # What is one name elsewhere may be several on Windows.
    return inside and "\0" not in name and ".." not in parts and Path(name).parts == (*parts,)


def _gone() -> NotFoundError:
    return NotFoundError(
        "The files of this run aren't in the Git repo any more",
        "Somebody deleted the branch that held them. The run and its snapshot are still there.",
    )


def _unusable(details: str) -> WorkbenchError:
    return WorkbenchError(
        "The files of this run can't be used",
        "What is in the Git repo was not written by Workbench, or by a newer one.",
        details=details,
    )
