"""Runs: starting, canceling, and following them in every open project."""

import asyncio
import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from PySide6.QtCore import QObject, Signal

from workbench.controllers.background import READ_LANE, Background, log_lane, project_lane
from workbench.controllers.contexts import Contexts
from workbench.core.errors import CanceledError, WorkbenchError
from workbench.core.progress import CancelToken, Progress
from workbench.core.run import Run, RunRequest, RunStatus
from workbench.operations.cancel_run import cancel_run
from workbench.operations.project_context import ProjectContext
from workbench.operations.refresh_runs import refresh_runs
from workbench.operations.submit_run import submit_run

_log = logging.getLogger(__name__)
_ACTIVE_SECONDS = 0.25
_IDLE_SECONDS = 1.0
_MOST_ENDED = 30


class RunController(QObject):
    """Submits and cancels runs, and keeps every view of them current.

    Signals:
        loaded: ``tuple[Run, ...]``: all runs of the project just opened.
        changed: ``tuple[Run, ...]``: runs of any open project that are new or changed.
        submitted: ``Run``: its record exists; the snapshot is being saved.
        progress: ``(run id, Progress)`` of a snapshot that is being saved.
        not_started: ``(ProjectContext, RunRequest, WorkbenchError)``: a run did not start.
        ended: ``Run``: a run reached its last status.
        failed: ``WorkbenchError``: something else the user asked for could not be done.
    """

    loaded = Signal(object)
    changed = Signal(object)
    submitted = Signal(object)
    progress = Signal(str, object)
    not_started = Signal(object, object, object)
    ended = Signal(object)
    failed = Signal(object)

    def __init__(self, contexts: Contexts, background: Background) -> None:
        super().__init__()
        self._contexts = contexts
        self._background = background
        self._runs: dict[str, dict[str, Run]] = {}
        # Those of them that are active: there are few, and they are asked for often.
        self._active: dict[str, Run] = {}
        self._tokens: dict[str, int] = {}
        self._cancels: dict[str, CancelToken] = {}
        self._wake = asyncio.Event()

    def start(self) -> None:
        """Begin following runs."""
        self._background.spawn(self._follow(), name="follow runs")

    def runs(self, project_id: str) -> list[Run]:
        """Return all known runs of a project, oldest first."""
        return list(self._runs.get(project_id, {}).values())

    def run(self, run_id: str) -> Run | None:
        """Return a run of any open project."""
        for known in self._runs.values():
            if run_id in known:
                return known[run_id]
        return None

    def active(self) -> list[Run]:
        """Return the active runs of all open projects, oldest first."""
        return sorted(self._active.values(), key=lambda run: run.created)

    def ended_today(self, now: datetime) -> list[Run]:
        """Return the runs of all open projects that ended today (local time), newest first."""
        # Compared with one moment: a conversion for each of many thousand runs would be felt.
        midnight = now.astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
        tomorrow = midnight + timedelta(days=1)
        runs = [
            run
            for known in self._runs.values()
            for run in known.values()
            if run.ended is not None and midnight <= run.ended < tomorrow
        ]
        return sorted(runs, key=lambda run: run.ended or now, reverse=True)[:_MOST_ENDED]

    async def load(self, context: ProjectContext) -> None:
        """Read all runs of a project and tell them."""
        token, runs = await self._background.run(READ_LANE, _read_all, context)
        project_id = context.project.id
        self._tokens[project_id] = token
        self._runs[project_id] = {run.id: run for run in runs}
        for run in runs:
            self._note(run)
        self.loaded.emit(tuple(runs))
        self._wake.set()

    def submit(self, context: ProjectContext, request: RunRequest) -> None:
        """Save a snapshot and start a script; the views hear of it by signals."""
        self._background.spawn(self._submit(context, request), name=f"run {request.script}")

    async def _submit(self, context: ProjectContext, request: RunRequest) -> None:
        loop = asyncio.get_running_loop()
        cancel = CancelToken()
        created: list[str] = []

        def on_created(run: Run) -> None:
            created.append(run.id)
            loop.call_soon_threadsafe(self._created, run, cancel)

        def on_progress(progress: Progress) -> None:
            if created:
                self.progress.emit(created[0], progress)

        try:
            run = await self._background.run(
                project_lane(context.project.id),
                submit_run,
                context,
                request,
                report=self._background.reporter(on_progress),
                cancel=cancel,
                on_created=on_created,
            )
        except CanceledError:
            _log.info("run of %s canceled before it started", request.script)
        except WorkbenchError as error:
            _log.warning("run of %s did not start: %s", request.script, error)
            self.not_started.emit(context, request, error)
        else:
            self._merge(context.project.id, [run])
        finally:
            for run_id in created:
                self._cancels.pop(run_id, None)
            self._wake.set()

    def _created(self, run: Run, cancel: CancelToken) -> None:
        self._cancels[run.id] = cancel
        self._merge(run.project_id, [run])
        self.submitted.emit(run)

    def cancel(self, run_id: str) -> None:
        """End a run: stop saving its snapshot, or end its whole process tree."""
        run = self.run(run_id)
        context = self._contexts.get(run.project_id) if run is not None else None
        if context is None:
            return
        self._background.spawn(self._cancel(context, run_id), name="cancel run")

    async def _cancel(self, context: ProjectContext, run_id: str) -> None:
        if run_id in self._cancels:
            self._cancels[run_id].cancel()
        try:
            await self._background.run(log_lane(context.project.id), cancel_run, context, run_id)
        except WorkbenchError as error:
            self.failed.emit(error)
        self._wake.set()

    async def cancel_all(self) -> None:
        """Cancel every active run and wait until none is left."""
        for run in self.active():
            self.cancel(run.id)
        while self.active():
            await self._poll_all()
            await asyncio.sleep(_ACTIVE_SECONDS)

    def refresh(self) -> None:
        """Look for changed runs now."""
        self._wake.set()

    def set_note(self, context: ProjectContext, run_id: str, note: str) -> None:
        """Keep the user's note on a run."""
        self._background.spawn(self._set_note(context, run_id, note), name="save note")

    async def _set_note(self, context: ProjectContext, run_id: str, note: str) -> None:
        lane = log_lane(context.project.id)
        await self._background.run(lane, context.store.set_note, run_id, note)
        self._wake.set()

    async def _follow(self) -> None:
        while True:
            try:
                await self._poll_all()
            except WorkbenchError as error:
                _log.warning("following runs: %s", error)
            pause = _ACTIVE_SECONDS if self.active() else _IDLE_SECONDS
            self._wake.clear()
            try:
                async with asyncio.timeout(pause):
                    await self._wake.wait()
            except TimeoutError:
                continue

    async def _poll_all(self) -> None:
        for context in self._contexts.all():
            project_id = context.project.id
            if project_id not in self._tokens:
                continue
            token, runs = await self._background.run(
                log_lane(project_id), _poll, context, self._tokens[project_id]
            )
            self._tokens[project_id] = token
            self._merge(project_id, runs)

    def _note(self, run: Run) -> None:
        if run.status.is_active:
            self._active[run.id] = run
        else:
            self._active.pop(run.id, None)

    def _merge(self, project_id: str, runs: Iterable[Run]) -> None:
        known = self._runs.setdefault(project_id, {})
        changed = []
        ended = []
        for run in runs:
            before = known.get(run.id)
            if before == run or (before is not None and _is_older(run, before)):
                continue
            known[run.id] = run
            self._note(run)
            changed.append(run)
            if not run.status.is_active and before is not None and before.status.is_active:
                ended.append(run)
        if changed:
            self.changed.emit(tuple(changed))
        for run in ended:
            self.ended.emit(run)


def _is_older(run: Run, known: Run) -> bool:
    """Whether ``run`` is an earlier state than the one known; answers can overtake each other."""
    if known.status.is_active:
        return run.status is RunStatus.PREPARING and known.status is not RunStatus.PREPARING
    return run.status.is_active


def _read_all(context: ProjectContext) -> tuple[int, list[Run]]:
    token = context.store.token()
    return token, context.store.list_runs()


def _poll(context: ProjectContext, token: int) -> tuple[int, list[Run]]:
    refresh_runs(context)
    return context.store.changed_since(token)
