"""Have the snapshot of a run on this computer before it is looked at or restored."""

from collections.abc import Sequence

from workbench.core.errors import NotFoundError, WorkbenchError
from workbench.core.progress import CancelToken, Progress, Report, no_report
from workbench.operations.project_context import ProjectContext
from workbench.services.git.access import Access
from workbench.services.git.history_transfer import HistoryTransfer
from workbench.services.safe_files import own_files_problem


def bring_snapshot(
    context: ProjectContext,
    run_id: str,
    access: Access,
    *,
    report: Report = no_report,
    cancel: CancelToken | None = None,
) -> bool:
    """Download the history from the project's Git repo if the snapshot of a run is not here.

    Nothing is asked of the network if the snapshot is here, or the project has no Git repo. What
    is missing or damaged in the history here is there again afterwards, if the Git repo has it.

    Args:
        context: The project.
        run_id: The run.
        access: What the user has to reach the Git repo with.
        report: Hears how far it is.
        cancel: Stops it.

    Returns:
        Whether it was downloaded.

    Raises:
        NotFoundError: If there is no such run.
        RemoteError: If the Git repo can't be used.
        CanceledError: If canceled.
        WorkbenchError: If it can't be stored.
    """
    run = context.store.get(run_id)
    repo = context.project.repo
    if not run.snapshot or not repo or _is_here(context, run.snapshot):
        return False
    _download(context, access, report, cancel)
    return True


def mend_snapshot(
    context: ProjectContext,
    object_ids: Sequence[str],
    access: Access,
    *,
    report: Report = no_report,
    cancel: CancelToken | None = None,
) -> bool:
    """Download the history from the project's Git repo in place of what is damaged here.

    Args:
        context: The project.
        object_ids: What is damaged.
        access: What the user has to reach the Git repo with.
        report: Hears how far it is.
        cancel: Stops it.

    Returns:
        Whether all of it is sound now; not if there is no Git repo, or it does not have it.

    Raises:
        RemoteError: If the Git repo can't be used.
        CanceledError: If canceled.
        WorkbenchError: If it can't be stored.
    """
    if not context.project.repo:
        return False
    _download(context, access, report, cancel, instead_of=object_ids)
    return not context.history.damaged(object_ids)


def _download(
    context: ProjectContext,
    access: Access,
    report: Report,
    cancel: CancelToken | None,
    instead_of: Sequence[str] = (),
) -> None:
    report(Progress("bring snapshot", None, "Getting the snapshot from the Git repo"))
    history = context.history
    try:
        adopt = not context.store.has_snapshot(history.tip())
        remote = access.open(context.project.repo)
        HistoryTransfer(history).bring_again(remote, adopt=adopt, report=report, cancel=cancel)
        history.put_aside(instead_of)
    except OSError as error:
        raise own_files_problem("The snapshot can't be downloaded", error) from error


def _is_here(context: ProjectContext, commit: str) -> bool:
    """Whether a snapshot is here with all its files."""
    try:
        context.history.tree_entries(commit)
    except NotFoundError:
        return False
    except WorkbenchError:
        # Part of it is missing.
        return False
    return True
