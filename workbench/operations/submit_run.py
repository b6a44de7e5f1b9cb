"""Run a script: save a snapshot of the project folder first, then start it."""

import logging
import os
import platform
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import replace
from datetime import UTC, datetime

from workbench.core.errors import (
    CanceledError,
    SnapshotFailedError,
    WorkbenchError,
)
from workbench.core.growth import LARGE_FILE, Growth, GrowthError, MuchNewError
from workbench.core.progress import CancelToken, Report, no_report
from workbench.core.run import Run, RunRequest, RunStatus, UserRepository
from workbench.core.snapshot import Snapshot, SnapshotKind
from workbench.operations.decide_growth import decide_growth
from workbench.operations.project_context import ProjectContext
from workbench.operations.run_ending import CANCELED_EARLY, NO_SNAPSHOT
from workbench.operations.run_guard import TITLE, check_startable, reading_folder
from workbench.operations.script_command import is_python, script_command, script_environment
from workbench.operations.take_snapshot import take_snapshot
from workbench.runner import layout
from workbench.services.early_start import EarlyStart, early_start
from workbench.services.git.user_git import UserGit
from workbench.services.run_folder import RunFolder
from workbench.services.safe_files import os_error_reason, remove_tree
from workbench.services.script_runner import Supervisor

_log = logging.getLogger(__name__)
_WHAT = "The run"
_QUEUED = frozenset({RunStatus.QUEUED})
_WAITING = _QUEUED | {RunStatus.PREPARING}


def _ignore(_run: Run) -> None:
    """Nobody wants to know."""


def _ignore_growth(_growth: Growth) -> None:
    """Nobody wants to know."""


def submit_run(
    context: ProjectContext,
    request: RunRequest,
    *,
    report: Report = no_report,
    cancel: CancelToken | None = None,
    on_created: Callable[[Run], None] = _ignore,
    on_growth: Callable[[Growth], None] = _ignore_growth,
) -> Run:
    """Save a snapshot, start the script, and return the run, which is then running.

    The script needs nothing of this process from then on. This is :func:`queue_run` and all that
    follows in one go.

    Args:
        context: The project.
        request: What to run.
        report: Hears how far the snapshot is.
        cancel: Stops it until the script starts; use ``cancel_run`` after that.
        on_created: Called with the run's record as soon as there is one, in this thread.
        on_growth: Called if the snapshot adds a lot to the history and nobody decided about that:
            it is stored all the same.

    Raises:
        InvalidInputError: If script, interpreter, target or arguments can't be used; there is no
            record then.
        FolderMissingError: If the project folder is not there; there is no record then.
        RestoreBlockedError: If a restore of the folder has not ended; there is no record then.
        SnapshotFailedError: If no complete snapshot could be saved; the run is recorded as failed.
        CanceledError: If canceled; the run is recorded as canceled.
        WorkbenchError: If the script's supervisor could not be started.
    """
    queued = queue_run(context, request)
    queued.on_growth = on_growth
    try:
        on_created(queued.run)
        queued.start(report=report, cancel=cancel)
    except BaseException as error:
        queued.give_up(error)
        raise
    finally:
        queued.note_repository()
    return context.store.get(queued.run.id)


def queue_run(context: ProjectContext, request: RunRequest) -> "QueuedRun":
    """Check a request and record the run, which then waits for its turn.

    It takes a moment only, whatever else goes on in the project. ``cancel_run`` ends the run also
    while it waits, and if this process ends before its turn the run counts as interrupted.

    Raises:
        InvalidInputError: If script, interpreter, target or arguments can't be used.
        FolderMissingError: If the project folder is not there.
        RestoreBlockedError: If a restore of the folder has not ended.
        WorkbenchError: If the run's folder or record can't be made. In none of these cases
            anything is left behind.
    """
    with reading_folder(context):
        check_startable(context, request)
        environment = script_environment(context.project, request)
        argv = script_command(context.project.folder, request, environment.get("PATH", ""))
    created = datetime.now(UTC)
    with ExitStack() as undo:
        try:
            folder = RunFolder.make(context.paths.runs, context.project.name, created)
            undo.callback(_remove, folder)
            # Before there is a record: a run that nobody holds counts as abandoned.
            lock = folder.take_lock()
            undo.callback(os.close, lock)
            folder.write_job(_job(context, request, folder.run_id, argv))
        except OSError as error:
            raise _folder_problem(error, "Nothing was changed.") from error
        run = context.store.insert(
            Run(
                folder.run_id,
                0,
                context.project.id,
                RunStatus.QUEUED,
                request,
                created,
                repository=UserRepository(recorded=False),
            ),
            durable=False,
        )
        undo.pop_all()
    return QueuedRun(context, run, folder, lock, argv, environment)


class QueuedRun:
    """A run that is recorded and waits for its turn.

    Made by :func:`queue_run`.

    Attributes:
        run: Its record, as it was last written here.
        on_growth: Called if the snapshot adds a lot and nobody decided about that; it is stored
            unless that raises :class:`GrowthError`. The run then waits for :meth:`resume`.
    """

    def __init__(
        self,
        context: ProjectContext,
        run: Run,
        folder: RunFolder,
        lock: int,
        argv: list[str],
        environment: dict[str, str],
    ) -> None:
        self.run = run
        self._context = context
        self._store = context.store
        self._folder = folder
        self._argv = argv
        self._environment = {
            **environment,
            layout.RUN_ID_VARIABLE: run.id,
            layout.RUN_NUMBER_VARIABLE: str(run.number),
            layout.METRICS_VARIABLE: str(folder.metrics),
            layout.OUTPUTS_VARIABLE: str(folder.outputs),
        }
        # What is let go of when the run does not start.
        self._held = ExitStack()
        self._held.callback(os.close, lock)
        self._lock = lock
        # Beside all that follows: the script does not start before it is on the disk.
        self._recorded = context.history.disk.begin(context.store.log)
        self._started: datetime | None = None
        self._later: list[Callable[[], None]] = []  # when the script has started
        self._supervisor: Supervisor | None = None
        self.on_growth: Callable[[Growth], None] = _ignore_growth
        # Whether the record may say that there is a snapshot.
        self._is_saved = False
        # Whether the script was started, or never will be.
        self._settled = False

    def start(
        self,
        *,
        report: Report = no_report,
        cancel: CancelToken | None = None,
        on_preparing: Callable[[Run], None] = _ignore,
    ) -> Run:
        """Save a snapshot, start the script, and return the run, which is then running.

        Args:
            report: Hears how far the snapshot is.
            cancel: Stops it until the script starts; use ``cancel_run`` after that.
            on_preparing: Called with the run's record when its turn has come, in this thread.

        Raises:
            GrowthError: If ``on_growth`` raises it; the run waits.
            CanceledError: If canceled, now or while it waited; it is recorded as canceled.
            WorkbenchError: The same as of :func:`submit_run`; the run is recorded as failed.
        """
        cancel = cancel or CancelToken()
        try:
            self._supervisor = self._begin(cancel, on_preparing)
            return self._save_and_go(self._supervisor, report, cancel, LARGE_FILE)
        except GrowthError:
            raise
        except BaseException as error:
            self.give_up(error)
            raise

    def resume(self, *, report: Report = no_report, cancel: CancelToken | None = None) -> Run:
        """Go on after a :class:`GrowthError`; whatever is in the folder is stored now.

        Raises:
            CanceledError: If canceled; it is recorded as canceled.
            WorkbenchError: As of :meth:`start`.
        """
        cancel = cancel or CancelToken()
        if self._supervisor is None:
            raise CanceledError(_WHAT)
        try:
            self._check_canceled(cancel)
            return self._save_and_go(self._supervisor, report, cancel, None)
        except BaseException as error:
            self.give_up(error)
            raise

    def _save_and_go(
        self, supervisor: Supervisor, report: Report, cancel: CancelToken, most_new: int | None
    ) -> Run:
        try:
            self._save_snapshot(report, cancel, most_new)
        except MuchNewError:
            decide_growth(self._context, cancel, self.on_growth)
            self._save_snapshot(report, cancel, None)
        return self._go(supervisor)

    def give_up(self, error: BaseException) -> None:
        """Note why the run did not start and let go of it; nothing happens if it has started."""
        if self._settled:
            return
        self._settled = True
        canceled = isinstance(error, CanceledError)
        values: dict[str, object] = {
            "status": RunStatus.CANCELED if canceled else RunStatus.FAILED,
            "message": CANCELED_EARLY if canceled else _sentence(error),
            "ended": datetime.now(UTC),
        }
        if not self._is_saved:
            values |= NO_SNAPSHOT
        try:
            self._store.update(self.run.id, values, only=_WAITING, durable=True)
            self._store.close_run(self.run.id)
        finally:
            self._held.close()

    def note_repository(self) -> None:
        """Look at the state of the user's repository at the start of the run, and keep it.

        That is apart from :meth:`start` because git may take long in a large folder, and because
        nothing shall hold up the script. Nothing happens if the script was not started.
        """
        started = self._started
        if started is None:
            return
        try:
            found = _repository(self._context, started)
            if found is not None:
                self._store.update(self.run.id, {"repository": found})
        except WorkbenchError as error:
            # Only information; the record says that it is not known.
            _log.warning("state of the user's repository: %s", error)

    def _begin(self, cancel: CancelToken, on_preparing: Callable[[Run], None]) -> Supervisor:
        """Take the run out of the queue, and make sure that it can still be started."""
        begun = {"status": RunStatus.PREPARING}
        if not self._store.update(self.run.id, begun, only=_QUEUED):
            raise CanceledError(_WHAT)
        self.run = replace(self.run, status=RunStatus.PREPARING)
        on_preparing(self.run)
        self._check_canceled(cancel)
        # Once more: much can happen while a run waits, and a restore that began after the first
        # look sees the record, or is seen here.
        with reading_folder(self._context):
            check_startable(self._context, self.run.request)
            path = self._environment.get("PATH", "")
            script_command(self._context.project.folder, self.run.request, path)
        return self._start_supervisor()

    def _start_supervisor(self) -> Supervisor:
        # It lets go of the lock itself.
        self._held.pop_all()
        try:
            supervisor = Supervisor(
                self._folder, self._lock, early=self._early_start(), spare=self._context.spare
            )
        except OSError as error:
            raise _folder_problem(error) from error
        self._held.callback(supervisor.abort)
        return supervisor

    def _early_start(self) -> EarlyStart | None:
        """Return how the interpreter can start while the snapshot is saved."""
        if not is_python(self.run.request):
            return None
        context = self._context
        folder = context.project.folder
        return early_start(context.paths.gates, self._argv, folder, self._environment)

    def _save_snapshot(self, report: Report, cancel: CancelToken, most_new: int | None) -> None:
        """Save the folder as it is now, unless the user does not want that."""
        if not self.run.request.without_snapshot:
            problems: list[WorkbenchError] = []

            def note(snapshot: Snapshot) -> None:
                try:
                    self._note_snapshot(snapshot)
                except WorkbenchError as error:
                    problems.append(error)

            self._take_snapshot(report, cancel, most_new, note)
            if problems:
                raise problems[0]
            self._is_saved = True
        self._check_canceled(cancel)

    def _note_snapshot(self, snapshot: Snapshot) -> None:
        values = {
            "snapshot": snapshot.commit,
            "snapshot_is_new": snapshot.is_new,
            "not_captured": len(snapshot.report.not_captured),
        }
        self._store.update(self.run.id, values, durable=True)

    def _take_snapshot(
        self,
        report: Report,
        cancel: CancelToken,
        most_new: int | None,
        note: Callable[[Snapshot], None],
    ) -> None:
        try:
            take_snapshot(
                self._context,
                SnapshotKind.RUN,
                run_id=self.run.id,
                note=self.run.request.snapshot_note,
                most_new=most_new,
                note_saved=note,
                later=self._later.append,
                report=report,
                cancel=cancel,
            )
        except SnapshotFailedError as error:
            raise SnapshotFailedError(
                TITLE,
                f"Workbench couldn't save a snapshot: {error.text[:1].lower()}{error.text[1:]}",
                hint=error.hint,
                details=error.details,
                retry=True,
            ) from error

    def _check_canceled(self, cancel: CancelToken) -> None:
        cancel.check(_WHAT)
        if self._folder.is_cancel_asked():
            raise CanceledError(_WHAT)

    def _go(self, supervisor: Supervisor) -> Run:
        """Start the script."""
        run = self.run
        try:
            self._recorded.result()
        except OSError as error:
            raise _folder_problem(error) from error
        supervisor.go(self._environment)
        self._settled = True
        self._started = now = datetime.now(UTC)
        started = {"status": RunStatus.RUNNING, "started": now}
        try:
            # Not if somebody has seen it start, or even end, already.
            self._store.update(run.id, started, only=_WAITING)
            return self._store.get(run.id)
        except WorkbenchError as error:
            # It has started, whatever becomes of this note: the next look at it brings the record
            # up to date. Who was told otherwise would start it again.
            _log.warning("start of run %s: %s", run.id, error)
            return replace(run, status=RunStatus.RUNNING, started=now)
        finally:
            self._finish()

    def _finish(self) -> None:
        """Do what could wait until the script had started; what fails is only done again."""
        for work in self._later:
            try:
                work()
            except (OSError, WorkbenchError) as error:
                _log.warning("after the start of run %s: %s", self.run.id, error)


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


def _repository(context: ProjectContext, started: datetime) -> UserRepository | None:
    """Return the state of the user's repository at a moment, ``None`` if git can't tell."""
    try:
        found = UserGit.find(context.project.folder)
        return found.state(started) if found is not None else UserRepository()
    except WorkbenchError as error:
        # Only information: a repository that git can't read does not stop a run.
        _log.warning("state of the user's repository: %s", error)
        return None


def _remove(folder: RunFolder) -> None:
    with suppress(OSError):
        remove_tree(folder.path)


def _folder_problem(error: OSError, harm: str = "") -> WorkbenchError:
    reason = os_error_reason(error)
    text = f"The run's folder can't be written because {reason}. {harm}".strip()
    return WorkbenchError(TITLE, text, details=str(error), retry=True)


def _sentence(error: BaseException) -> str:
    if isinstance(error, WorkbenchError):
        return error.text or error.title
    return "Workbench ended before the script was started."
