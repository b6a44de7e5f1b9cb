"""Run a script: save a snapshot of the project folder first, then start it."""

import logging
import platform
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from workbench.core.errors import (
    CanceledError,
    FolderMissingError,
    InvalidInputError,
    RestoreBlockedError,
    SnapshotFailedError,
    WorkbenchError,
)
from workbench.core.progress import CancelToken, Report, no_report
from workbench.core.run import Run, RunRequest, RunStatus, UserRepository
from workbench.core.snapshot import Snapshot, SnapshotKind
from workbench.operations.project_context import ProjectContext
from workbench.operations.recover_restore import has_open_journal
from workbench.operations.run_ending import CANCELED_EARLY
from workbench.operations.script_command import is_python, script_command, script_environment
from workbench.operations.take_snapshot import take_snapshot
from workbench.runner import layout
from workbench.runner.run_lock import is_locked
from workbench.services.git.user_git import UserGit
from workbench.services.run_folder import RunFolder
from workbench.services.safe_files import os_error_reason, remove_tree
from workbench.services.script_runner import Supervisor

_log = logging.getLogger(__name__)
_TITLE = "The run didn't start"
_WHAT = "The run"
_LOCAL = "local"
_RESTORE_LOCK = "lock"
_WAITING = frozenset({RunStatus.PREPARING, RunStatus.QUEUED})


def _ignore(_run: Run) -> None:
    """Nobody wants to know."""


def submit_run(
    context: ProjectContext,
    request: RunRequest,
    *,
    report: Report = no_report,
    cancel: CancelToken | None = None,
    on_created: Callable[[Run], None] = _ignore,
) -> Run:
    """Save a snapshot, start the script, and return the run, which is then running.

    The script needs nothing of this process from then on.

    Args:
        context: The project.
        request: What to run.
        report: Hears how far the snapshot is.
        cancel: Stops it until the script starts; use ``cancel_run`` after that.
        on_created: Called with the run's record as soon as there is one, in this thread.

    Raises:
        InvalidInputError: If script, interpreter, target or arguments can't be used; there is no
            record then.
        FolderMissingError: If the project folder is not there; there is no record then.
        RestoreBlockedError: If a restore of the folder has not ended; there is no record then.
        SnapshotFailedError: If no complete snapshot could be saved; the run is recorded as failed.
        CanceledError: If canceled; the run is recorded as canceled.
        WorkbenchError: If the script's supervisor could not be started.
    """
    cancel = cancel or CancelToken()
    _check(context, request)
    environment = script_environment(context.project, request)
    argv = script_command(context.project.folder, request, environment.get("PATH", ""))
    submission = _Submission(context, request, argv)
    try:
        on_created(submission.record())
        _refuse_during_restore(context)
        with ThreadPoolExecutor(1, thread_name_prefix="user repository") as executor:
            repository = executor.submit(_repository, context)
            submission.save_snapshot(report, cancel)
            return submission.go(environment, repository)
    except BaseException as error:
        submission.fail(error)
        raise


class _Submission:
    """A run on its way from a request to a running script."""

    def __init__(self, context: ProjectContext, request: RunRequest, argv: list[str]) -> None:
        self._context = context
        self._store = context.store
        self._started = False
        created = datetime.now(UTC)
        try:
            self._folder = RunFolder.make(context.paths.runs, context.project.name, created)
            # Before there is a record: a run that nobody holds counts as abandoned.
            lock = self._folder.take_lock()
            self._folder.write_job(_job(context, request, self._folder.run_id, argv))
            self._supervisor = Supervisor(self._folder, lock)
        except OSError as error:
            raise WorkbenchError(
                _TITLE,
                f"The run's folder can't be made because {os_error_reason(error)}. "
                "Nothing was changed.",
                details=str(error),
                retry=True,
            ) from error
        self._run = Run(
            self._folder.run_id, 0, context.project.id, RunStatus.PREPARING, request, created
        )

    def record(self) -> Run:
        """Store the run."""
        self._run = self._store.insert(self._run)
        return self._run

    def save_snapshot(self, report: Report, cancel: CancelToken) -> None:
        """Save the folder as it is now, unless the user does not want that."""
        request = self._run.request
        if not request.without_snapshot:
            snapshot = self._take_snapshot(report, cancel)
            self._change(
                {
                    "snapshot": snapshot.commit,
                    "snapshot_is_new": snapshot.is_new,
                    "not_captured": len(snapshot.report.not_captured),
                },
                durable=True,
            )
        cancel.check(_WHAT)
        if self._folder.is_cancel_asked():
            raise CanceledError(_WHAT)

    def _take_snapshot(self, report: Report, cancel: CancelToken) -> Snapshot:
        try:
            return take_snapshot(
                self._context,
                SnapshotKind.RUN,
                run_id=self._run.id,
                note=self._run.request.snapshot_note,
                report=report,
                cancel=cancel,
            )
        except SnapshotFailedError as error:
            raise SnapshotFailedError(
                _TITLE,
                f"Workbench couldn't save a snapshot: {error.text[:1].lower()}{error.text[1:]}",
                hint=error.hint,
                details=error.details,
                retry=True,
            ) from error

    def go(self, environment: dict[str, str], repository: "Future[UserRepository]") -> Run:
        """Start the script."""
        run = self._run
        self._supervisor.go(
            {
                **environment,
                layout.RUN_ID_VARIABLE: run.id,
                layout.RUN_NUMBER_VARIABLE: str(run.number),
                layout.METRICS_VARIABLE: str(self._folder.metrics),
                layout.OUTPUTS_VARIABLE: str(self._folder.outputs),
            }
        )
        self._started = True
        started = {"status": RunStatus.RUNNING, "started": datetime.now(UTC)}
        # Not if somebody has seen it start, or even end, already.
        self._store.update(run.id, started, only=_WAITING)
        self._store.update(run.id, {"repository": repository.result()})
        return self._store.get(run.id)

    def fail(self, error: BaseException) -> None:
        """Note why the run did not start, and end the supervisor."""
        if self._started:
            return
        try:
            if self._run.number:
                canceled = isinstance(error, CanceledError)
                values = {
                    "status": RunStatus.CANCELED if canceled else RunStatus.FAILED,
                    "message": CANCELED_EARLY if canceled else _sentence(error),
                    "ended": datetime.now(UTC),
                }
                self._store.update(self._run.id, values, only=_WAITING, durable=True)
                self._store.close_run(self._run.id)
        finally:
            self._supervisor.abort()
        if not self._run.number:
            remove_tree(self._folder.path)

    def _change(self, values: dict[str, Any], *, durable: bool) -> None:
        self._store.update(self._run.id, values, durable=durable)
        self._run = replace(self._run, **values)


def _check(context: ProjectContext, request: RunRequest) -> None:
    if not context.project.folder.is_dir():
        raise FolderMissingError(
            "Folder not found",
            f"{context.project.folder} isn't there. The run didn't start.",
            retry=True,
        )
    if request.target != _LOCAL:
        raise InvalidInputError(
            "target",
            f"Runs can't be sent to {request.target} yet",
            hint="Choose local to run on this computer.",
        )
    _refuse_during_restore(context)


def _refuse_during_restore(context: ProjectContext) -> None:
    # Looked at once more when the run is recorded: a restore that began in between sees that
    # record, or is seen here.
    if has_open_journal(context) or is_locked(context.paths.operations / _RESTORE_LOCK):
        raise RestoreBlockedError(
            _TITLE,
            "A restore of this folder has not ended. Nothing was changed.",
            hint="Wait until it ends, or open the project again to finish it.",
            retry=True,
        )


def _job(
    context: ProjectContext, request: RunRequest, run_id: str, argv: list[str]
) -> dict[str, object]:
    folder = context.project.folder
    return {
        "version": 1,
        "run_id": run_id,
        "argv": argv,
        "cwd": str(folder),
        "outputs": str(folder / layout.OUTPUTS),
        "interpreter": request.interpreter.path if is_python(request) else "",
        "host": platform.node(),
    }


def _repository(context: ProjectContext) -> UserRepository:
    try:
        found = UserGit.find(context.project.folder)
        return found.state() if found is not None else UserRepository()
    except WorkbenchError as error:
        # Only information: a repository that git can't read does not stop a run.
        _log.warning("state of the user's repository: %s", error)
        return UserRepository()


def _sentence(error: BaseException) -> str:
    if isinstance(error, WorkbenchError):
        return error.text or error.title
    return "Workbench ended before the script was started."
