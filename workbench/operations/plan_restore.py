"""Show what restoring a run would do, before anything is done."""

from dataclasses import replace

from workbench.core.errors import WorkbenchError
from workbench.core.progress import CancelToken, Progress, Report, no_report
from workbench.core.restore import FileChange, RestorePlan
from workbench.operations.project_context import ProjectContext
from workbench.operations.restore_target import (
    compare_folder,
    open_tree,
    restorable_run,
    target_of,
)
from workbench.services.git.user_git import UserGit
from workbench.services.restore.layout import make_steps


def plan_restore(
    context: ProjectContext,
    run_id: str,
    *,
    report: Report = no_report,
    cancel: CancelToken | None = None,
) -> RestorePlan:
    """Compare the folder as it is now with the snapshot of a run. Nothing is changed.

    Raises:
        NotFoundError: If the run or its snapshot is not here.
        RestoreBlockedError: If something that cannot be saved is in the way.
        SnapshotFailedError: If the folder cannot be read.
        CanceledError: If canceled.
    """
    report(Progress("plan", None, "Comparing your folder with the snapshot"))
    run = restorable_run(context, run_id)
    target = target_of(context, run.snapshot)
    with open_tree(context) as tree:
        difference = compare_folder(context, tree, target, cancel)
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
        bytes_to_write=sum(change.after.size for change in changes if change.after),
        branch=branch,
        other_changes=len(steps.modes) + len(steps.made_empty()) + len(steps.removed_empty()),
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
