"""Show what restoring a run would do, before anything is done."""

from collections.abc import Iterable
from dataclasses import replace

from workbench.core.errors import NotFoundError, WorkbenchError
from workbench.core.folder_paths import ancestors, needed_folders
from workbench.core.progress import CancelToken, Progress, Report, no_report
from workbench.core.restore import FileChange, RestorePlan, written_bytes
from workbench.core.snapshot import FolderContent
from workbench.operations.project_context import ProjectContext
from workbench.operations.restore_target import (
    compare_folder,
    open_tree,
    refused_by_system,
    restorable_run,
    target_of,
)
from workbench.operations.take_snapshot import describe_folder
from workbench.services.git.user_git import UserGit
from workbench.services.restore.difference import Chosen, Difference, Target
from workbench.services.restore.layout import make_steps
from workbench.services.restore.selection import only_changes


@refused_by_system("The folder can't be compared with the snapshot")
def plan_restore(
    context: ProjectContext,
    run_id: str,
    *,
    paths: Iterable[str] = (),
    report: Report = no_report,
    cancel: CancelToken | None = None,
) -> RestorePlan:
    """Compare the folder as it is now with the snapshot of a run. Nothing is changed.

    Args:
        context: The project.
        run_id: The run.
        paths: Files and folders, relative to the project folder, to which the restore is limited.
        report: Hears that it begins.
        cancel: Stops it.

    Raises:
        NotFoundError: If the run or its snapshot is not here, or neither the snapshot nor the
            folder has one of the paths.
        RestoreBlockedError: If something that cannot be saved is in the way, or can't be read.
        SnapshotFailedError: If the folder cannot be read.
        CanceledError: If canceled.
    """
    report(Progress("plan", None, "Comparing your folder with the snapshot"))
    run = restorable_run(context, run_id)
    target = target_of(context, run.snapshot)
    names = frozenset(_normal(path) for path in paths)
    # The project folder itself is everything.
    only = _at_or_below(names) if names and "" not in names else None

    def look(extra_paths: Iterable[str]) -> FolderContent:
        return describe_folder(context, tuple(extra_paths), cancel=cancel)

    with open_tree(context) as tree:
        difference = compare_folder(context, tree, target, look, only)
        if only is not None:
            _require_known(names, difference, target, run.number)
            target = only_changes(tree, difference, target)
        steps = make_steps(tree, difference, target)
    branch, uncommitted = _uncommitted(context)
    changes = tuple(_with_flag(change, uncommitted) for change in difference.changes)
    return RestorePlan(
        project_id=context.project.id,
        run_id=run.id,
        run_number=run.number,
        snapshot=run.snapshot,
        changes=changes,
        kept=difference.kept,
        unchanged=difference.unchanged,
        bytes_to_write=written_bytes(changes),
        branch=branch,
        other_changes=len(steps.modes) + len(steps.made_empty()) + len(steps.removed_empty()),
        partial=only is not None,
    )


def _normal(path: str) -> str:
    return "/".join(name for name in path.split("/") if name not in {"", "."})


def _at_or_below(names: frozenset[str]) -> Chosen:
    return lambda path: path in names or not names.isdisjoint(ancestors(path))


def _require_known(
    names: Iterable[str], difference: Difference, target: Target, run_number: int
) -> None:
    known = target.entries.keys() | difference.now.entries.keys()
    folders = needed_folders(known)
    for name in names:
        if name not in known and name not in folders:
            raise NotFoundError(
                f"{name} isn't a file of run #{run_number}",
                "Neither its snapshot nor your folder has it. Nothing was changed.",
                hint="Name files and folders as they are called in the project folder.",
            )


def _uncommitted(context: ProjectContext) -> tuple[str, frozenset[str]]:
    """Return the user's branch and what is not committed to it."""
    try:
        git = UserGit.find(context.project.folder)
        return (git.state().branch, git.uncommitted_paths()) if git else ("", frozenset())
    except WorkbenchError:
        # A repository that can't be read says nothing about its files; the restore, which saves
        # them all in a snapshot first, does not need it.
        return "", frozenset()


def _with_flag(change: FileChange, uncommitted: frozenset[str]) -> FileChange:
    if change.before is None:
        return change
    parts = change.path.split("/")
    folders = {"/".join(parts[:depth]) + "/" for depth in range(1, len(parts))}
    if change.path in uncommitted or folders & uncommitted:
        return replace(change, uncommitted=True)
    return change
