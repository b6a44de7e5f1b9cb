"""Have the log, the metrics and the outputs of a run of another computer here."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from workbench.core.errors import NotFoundError
from workbench.core.progress import CancelToken, Progress, Report, no_report
from workbench.core.run import Run, RunStatus
from workbench.core.run_files import RunFilesPlace
from workbench.operations.project_context import ProjectContext
from workbench.runner.run_lock import try_lock
from workbench.services.git.access import Access
from workbench.services.git.durable import sync_path
from workbench.services.git.files_branch import files_ref
from workbench.services.git.files_download import download_files
from workbench.services.safe_files import own_files_problem, remove_tree
from workbench.services.shared_files import is_sharing_on, shared_files

_KIND = "bring files"
_TITLE = "Getting log and outputs"
_UNFINISHED = ".incoming"
_PAUSE = 0.05


def files_place(context: ProjectContext, run: Run) -> RunFilesPlace:
    """Return where the log and the outputs of a run are; nobody is asked.

    Raises:
        WorkbenchError: If the run records can't be read.
    """
    if run.status.is_active or run.status is RunStatus.IMPORTED:
        return RunFilesPlace()
    is_here = _folder(context, run).is_dir()
    shared = shared_files(context.store, run.id)
    sharing = bool(run.machine) and is_sharing_on(context.store, run.machine)
    # One of this computer that has no folder never had one, if nobody else has it.
    return RunFilesPlace(is_here or not (run.machine or shared), shared, sharing)


def bring_files(
    context: ProjectContext,
    run: Run,
    access: Access,
    *,
    report: Report = no_report,
    cancel: CancelToken | None = None,
) -> bool:
    """Download log, metrics and outputs of a run, if they are in the Git repo and not here.

    They appear all together; whatever is killed here leaves nothing that counts.

    Args:
        context: The project.
        run: The run.
        access: What the user has to reach the Git repo with.
        report: Hears how far it is.
        cancel: Stops it.

    Returns:
        Whether they were downloaded.

    Raises:
        NotFoundError: If the Git repo does not have them any more.
        RemoteError: If the Git repo can't be used.
        CanceledError: If canceled.
        WorkbenchError: If they can't be stored.
    """
    place = files_place(context, run)
    if place.shared is None or not place.can_bring or not context.project.repo:
        return False
    if not _folder(context, run).parent.is_dir() or Path(run.id).name != run.id:
        raise NotFoundError("Run not found", f"{run.id} can't be the name of a folder.")

    try:
        with _alone(context, cancel):
            # Another process may have brought them meanwhile.
            if not _folder(context, run).is_dir():
                _download(context, run, place.shared.commit, access, report, cancel)
    except OSError as error:
        raise own_files_problem("Log and outputs can't be downloaded", error) from error
    return True


def _download(
    context: ProjectContext,
    run: Run,
    commit: str,
    access: Access,
    report: Report,
    cancel: CancelToken | None,
) -> None:
    def told(progress: Progress) -> None:
        report(Progress(_KIND, progress.fraction, _TITLE, progress.detail))

    report(Progress(_KIND, None, _TITLE))
    unfinished = context.paths.runs / _UNFINISHED
    remove_tree(unfinished)
    try:
        download_files(
            context.paths.incoming_files,
            access.open(context.project.repo),
            files_ref(context.project.id, run.machine or context.machine),
            commit,
            unfinished,
            report=told,
            cancel=cancel,
        )
        unfinished.rename(_folder(context, run))
    finally:
        remove_tree(unfinished)
    sync_path(context.paths.runs)


def _folder(context: ProjectContext, run: Run) -> Path:
    return context.paths.runs / run.id


@contextmanager
def _alone(context: ProjectContext, cancel: CancelToken | None) -> Iterator[None]:
    """Wait until no other process does the same."""
    path = context.paths.root / "incoming-files.lock"
    while (lock := try_lock(path)) is None:
        if cancel is not None:
            cancel.check("The transfer")
        threading.Event().wait(_PAUSE)
    try:
        yield
    finally:
        os.close(lock)
