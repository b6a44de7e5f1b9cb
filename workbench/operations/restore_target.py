"""What a snapshot asks of the folder, and how the folder differs from it now."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import cache

from workbench.core.errors import (
    FolderMissingError,
    NotFoundError,
    RestoreBlockedError,
    WorkbenchError,
)
from workbench.core.restore import Operation
from workbench.core.run import Run
from workbench.core.snapshot import MODE_SYMLINK, FolderContent
from workbench.operations.project_context import ProjectContext
from workbench.services.folder.memory import differing
from workbench.services.folder.rules import AML_IGNORE, GIT_IGNORE, Rules
from workbench.services.restore.difference import Chosen, Difference, Look, Target, find_difference
from workbench.services.restore.operations_log import OperationsLog
from workbench.services.restore.project_tree import ProjectTree
from workbench.services.safe_files import os_error_reason

_log = logging.getLogger(__name__)
_RULE_FILES = {AML_IGNORE, GIT_IGNORE}


@contextmanager
def refused_by_system(title: str) -> Iterator[None]:
    """Tell what the operating system refuses, where nothing has been changed yet.

    Raises:
        RestoreBlockedError: Instead of an ``OSError``.
    """
    try:
        yield
    except OSError as error:
        what = error.filename if isinstance(error.filename, str) else "A file"
        raise RestoreBlockedError(
            title,
            f"{what} can't be used because {os_error_reason(error)}. Nothing was changed.",
            details=str(error),
            retry=True,
        ) from error


def restorable_run(context: ProjectContext, run_id: str) -> Run:
    """Return a run whose snapshot is here.

    Raises:
        NotFoundError: If there is no such run, it has no snapshot, or the snapshot is elsewhere.
    """
    run = context.store.get(run_id)
    if not run.snapshot:
        raise NotFoundError(
            f"#{run.number} has no snapshot", "It was run without one. Nothing was changed."
        )
    if not context.history.has_commit(run.snapshot):
        raise NotFoundError(
            f"The snapshot of #{run.number} isn't on this computer",
            "It can be downloaded from the Git repo.",
            details=run.snapshot,
        )
    return run


def target_of(context: ProjectContext, commit: str) -> Target:
    """Return the state of the folder that a snapshot holds.

    Raises:
        NotFoundError: If the snapshot is not here.
    """
    entries = context.history.tree_view(commit)

    @cache
    def rules() -> Rules:
        files = {
            path: context.history.read_blob(entries[path].object_id)
            for path in entries
            if path.rpartition("/")[2] in _RULE_FILES and entries[path].mode != MODE_SYMLINK
        }
        return Rules.from_files(files, paths=entries)

    def leaves_out(path: str, is_folder: bool) -> bool:  # noqa: FBT001 - a yes or no of the rule
        return rules().match(path, is_folder=is_folder) is not None

    return Target(
        entries,
        context.history.manifest(commit),
        leaves_out,
        not_stored=_not_stored(context, commit),
        commit=commit,
    )


def _not_stored(context: ProjectContext, commit: str) -> frozenset[str]:
    """Return what a snapshot left out, and what restores made since then kept beside it."""
    report = context.history.report(commit)
    own = {item.path.rstrip("/") for item in report.left_out}
    own |= {item.path.rstrip("/") for item in report.not_captured}
    later = context.history.records.not_before(commit)
    # A snapshot's time has no fractions of a second.
    since = context.history.facts(commit).created - timedelta(seconds=1)

    def counts(operation: Operation) -> bool:
        # The clock may have been set back meanwhile; the order of the snapshots tells then.
        return operation.time >= since or operation.before in later

    return OperationsLog(context.paths.operations).kept_by(counts) | own


def target_before(context: ProjectContext, operation: Operation) -> Target:
    """Return the state of the folder that an operation found, to take the operation back.

    Raises:
        NotFoundError: If one of its snapshots is not here.
    """
    target = target_of(context, operation.before)
    log = OperationsLog(context.paths.operations)
    folders = log.empty_folders(operation.id)
    after = context.history.tree_view(operation.after)
    paths = context.history.differing_paths(operation.before, operation.after)
    if operation.partial:
        paths &= log.paths(operation.id)
    manifest = target.manifest
    empty = tuple(dict.fromkeys((*manifest.empty_folders, *folders.removed)))
    return replace(
        target,
        manifest=replace(manifest, empty_folders=empty),
        made={path: after[path] for path in paths if path in after and path not in target.entries},
        made_folders=folders.made,
    )


def compare_folder(
    context: ProjectContext,
    tree: ProjectTree,
    target: Target,
    look: Look,
    only: Chosen | None = None,
) -> Difference:
    """Return what has to change so that the folder becomes the target, by a fresh look at it.

    Args:
        context: The project.
        tree: Its folder.
        target: What it shall become.
        look: Looks at the folder, also for left-out paths that are asked for by name.
        only: Which files may change; ``None`` for all.

    Raises:
        RestoreBlockedError: If something that cannot be saved is in the way.
        SnapshotFailedError: If the folder cannot be read.
        CanceledError: If canceled.
    """

    def compare(now: FolderContent) -> set[str]:
        history = context.history
        try:
            tip = history.tip()
            if now.commit and now.commit == history.mark(tip):
                return history.differing_paths(tip, target.commit).union(now.touched)
        except WorkbenchError as error:
            _log.warning("the newest snapshot can't be compared: %s", error)
        return differing(now.entries, target.entries)

    return find_difference(tree, look, target, only, compare)


@contextmanager
def open_tree(context: ProjectContext) -> Iterator[ProjectTree]:
    """Open the project folder.

    Raises:
        FolderMissingError: If it is not there.
    """
    folder = context.project.folder
    try:
        tree = ProjectTree(folder)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise FolderMissingError(
            "Folder not found", f"{folder} isn't there. Nothing was changed.", retry=True
        ) from error
    try:
        yield tree
    finally:
        tree.close()
