"""Runs: starting, canceling, and following them in every open project."""

import asyncio
import logging
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from PySide6.QtCore import QObject, Signal

from workbench.controllers.background import (
    READ_LANE,
    Background,
    log_lane,
    project_lane,
    queue_lane,
    repository_lane,
)
from workbench.controllers.contexts import Contexts
from workbench.controllers.growth_questions import GrowthQuestions
from workbench.controllers.known_runs import KnownRuns
from workbench.core.errors import CanceledError, WorkbenchError
from workbench.core.growth import Growth, GrowthError
from workbench.core.progress import CancelToken
from workbench.core.run import Run, RunRequest, RunStatus
from workbench.operations.cancel_run import cancel_run
from workbench.operations.note_run import note_run
from workbench.operations.project_context import ProjectContext
from workbench.operations.refresh_runs import refresh_runs, unreadable_runs
from workbench.operations.submit_run import QueuedRun, queue_run

_log = logging.getLogger(__name__)
_ACTIVE_SECONDS = 0.25
_IDLE_SECONDS = 1.0
# For a project whose runs can't be read: it may be a disk that is not there.
_FAILING_SECONDS = 5.0
_MOST_FAILING = 20
_MOST_ENDED = 30
# What comes before what in the life of a run; all that is not here comes last.
_AGE = {RunStatus.QUEUED: 0, RunStatus.PREPARING: 1, RunStatus.RUNNING: 2}


@dataclass(frozen=True, slots=True)
class _Look:
    """What a look at the runs of a project found.

    Attributes:
        token: For the next look.
        changed: What changed since the last one.
        problems: Why active runs can't be followed.
        follows_any: Whether others are followed.
    """

    token: int
    changed: list[Run]
    problems: tuple[WorkbenchError, ...]
    follows_any: bool


class RunController(QObject):
    """Submits and cancels runs, and keeps every view of them current.

    Signals:
        loaded: ``tuple[Run, ...]``: all runs of the project just opened.
        changed: ``tuple[Run, ...]``: runs of any open project that are new or changed.
        submitted: ``Run``: its record exists; its snapshot is saved when its turn comes.
        progress: ``(run id, Progress)`` of a snapshot that is being saved.
        not_started: ``(ProjectContext, RunRequest, WorkbenchError)``: a run did not start.
        ended: ``Run``: a run reached its last status.
        failed: ``WorkbenchError``: something else the user asked for could not be done, or the
            runs of a project can't be followed; the same problem is told once.
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
        self._runs: dict[str, KnownRuns] = {}
        self._tokens: dict[str, int] = {}
        self._cancels: dict[str, CancelToken] = {}
        self._submissions: set[asyncio.Task[None]] = set()
        self._unrecorded = 0
        self._started = False
        self.growth = GrowthQuestions(background)
        # Of each project that is followed: what ends the pause between two looks at its runs.
        self._wakes: dict[str, asyncio.Event] = {}
        self._problems: dict[str, tuple[tuple[str, str], ...]] = {}

    def start(self) -> None:
        """Begin following the runs of the projects that are loaded, or will be."""
        self._started = True
        for project_id in self._tokens:
            self._follow_project(project_id)

    def known(self, project_id: str) -> KnownRuns:
        """Return what is known of a project's runs."""
        return self._runs.get(project_id, KnownRuns())

    def runs(self, project_id: str) -> list[Run]:
        """Return all known runs of a project, oldest first."""
        return self.known(project_id).all()

    def run(self, run_id: str) -> Run | None:
        """Return a run of any open project."""
        found = (known.get(run_id) for known in self._runs.values())
        return next((run for run in found if run is not None), None)

    def active(self) -> list[Run]:
        """Return the active runs of all open projects, oldest first."""
        runs = [run for known in self._runs.values() for run in known.active()]
        return sorted(runs, key=lambda run: run.created)

    @property
    def pending(self) -> int:
        """How many runs are active, including those just asked for that have no record yet."""
        return len(self.active()) + self._unrecorded

    def ended_today(self, now: datetime) -> list[Run]:
        """Return the runs of all open projects that ended today (local time), newest first."""
        midnight = now.astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
        tomorrow = midnight + timedelta(days=1)
        projects = self._runs.values()
        runs = [run for known in projects for run in known.ended_between(midnight, tomorrow)]
        return sorted(runs, key=lambda run: run.ended or now, reverse=True)[:_MOST_ENDED]

    async def load(self, context: ProjectContext) -> None:
        """Read all runs of a project and tell them."""
        token, runs, known = await self._background.run(READ_LANE, _read_all, context)
        project_id = context.project.id
        self._tokens[project_id] = token
        self._runs[project_id] = known
        self.loaded.emit(runs)
        if self._started:
            self._follow_project(project_id)
        self.refresh()

    def submit(self, context: ProjectContext, request: RunRequest) -> None:
        """Record a run, and save a snapshot and start the script when its turn comes.

        The views hear of it by signals.
        """
        self._unrecorded += 1
        task = self._background.spawn(self._submit(context, request), name=f"run {request.script}")
        self._submissions.add(task)
        task.add_done_callback(self._submissions.discard)

    async def all_started(self) -> None:
        """Wait until every run asked for was started, or will not be."""
        while self._submissions:
            await asyncio.wait(self._submissions)

    async def _submit(self, context: ProjectContext, request: RunRequest) -> None:
        project_id = context.project.id
        try:
            queued = await self._background.run(queue_lane(project_id), queue_run, context, request)
            queued.on_growth = _raise_growth
        except WorkbenchError as error:
            _log.warning("run of %s refused: %s", request.script, error)
            self.not_started.emit(context, request, error)
            return
        finally:
            self._unrecorded -= 1
        cancel = CancelToken()
        self._cancels[queued.run.id] = cancel
        self._merge(project_id, [queued.run])
        self.submitted.emit(queued.run)
        try:
            await self._start_queued(context, queued, cancel)
        finally:
            self._cancels.pop(queued.run.id, None)
            self.refresh()
        lane = repository_lane(project_id)
        await self._background.run(lane, queued.note_repository)
        self.refresh()
        if context.spare is not None:
            await self._background.run(lane, context.spare.prepare)

    async def _start_queued(
        self, context: ProjectContext, queued: QueuedRun, cancel: CancelToken
    ) -> None:
        loop = asyncio.get_running_loop()
        project_id, run_id = context.project.id, queued.run.id

        def on_preparing(run: Run) -> None:
            # The loop may be gone when this outlives the window.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(self._merge, project_id, [run])

        report = self._background.reporter(lambda it: self.progress.emit(run_id, it))
        lane = project_lane(project_id)
        try:
            try:
                run = await self._background.run(
                    lane, queued.start, report=report, cancel=cancel, on_preparing=on_preparing
                )
            except GrowthError as error:
                # The lane is free for other runs while the user thinks about it.
                await self._settle_growth(context, queued, error, cancel)
                run = await self._background.run(lane, queued.resume, report=report, cancel=cancel)
        except CanceledError:
            _log.info("run of %s canceled before it started", queued.run.request.script)
        except WorkbenchError as error:
            _log.warning("run of %s did not start: %s", queued.run.request.script, error)
            self.not_started.emit(context, queued.run.request, error)
        else:
            self._merge(project_id, [run])

    async def _settle_growth(
        self, context: ProjectContext, queued: QueuedRun, error: GrowthError, cancel: CancelToken
    ) -> None:
        try:
            await self.growth.settle(context, queued.run, error.growth, cancel)
        except BaseException:
            # Not on a lane: the window may be closing.
            queued.give_up(CanceledError("The run"))
            raise

    def cancel(self, run_id: str) -> None:
        """End a run: stop saving its snapshot, or end its whole process tree."""
        run = self.run(run_id)
        context = self._contexts.get(run.project_id) if run is not None else None
        if context is None:
            return
        self._background.spawn(self._cancel(context, run_id), name="cancel run")

    async def _cancel(self, context: ProjectContext, run_id: str) -> None:
        await self._ask_to_end(context, run_id)

    async def _ask_to_end(self, context: ProjectContext, run_id: str) -> bool:
        """Ask a run to end; returns whether that could be done."""
        if run_id in self._cancels:
            self._cancels[run_id].cancel()
        try:
            await self._background.run(log_lane(context.project.id), cancel_run, context, run_id)
        except WorkbenchError as error:
            self.failed.emit(error)
            return False
        finally:
            self.refresh()
        return True

    async def cancel_all(self) -> bool:
        """Cancel every active run, also those just asked for, and wait until none is left.

        Returns:
            Whether none is left; if not, ``failed`` told the reason.
        """
        asked: set[str] = set()
        failing = 0
        self._problems.clear()
        while self.pending:
            new = [run for run in self.active() if run.id not in asked]
            contexts = [(self._contexts.get(run.project_id), run.id) for run in new]
            asks = [self._ask_to_end(context, run_id) for context, run_id in contexts if context]
            asked |= {run.id for run in new}
            if not all(await asyncio.gather(*asks)):
                return False
            projects = {run.project_id for run in self.active()}
            looked = await asyncio.gather(*(self._poll(project_id) for project_id in projects))
            failing = 0 if all(looked) else failing + 1
            if failing > _MOST_FAILING:
                return False
            await asyncio.sleep(_ACTIVE_SECONDS)
        return True

    def refresh(self) -> None:
        """Look for changed runs now."""
        for wake in self._wakes.values():
            wake.set()

    def set_note(self, context: ProjectContext, run_id: str, note: str) -> None:
        """Keep the user's note on a run."""
        self._background.spawn(self._set_note(context, run_id, note), name="save note")

    async def _set_note(self, context: ProjectContext, run_id: str, note: str) -> None:
        lane = log_lane(context.project.id)
        await self._background.run(lane, note_run, context, run_id, note)
        self.refresh()

    def _follow_project(self, project_id: str) -> None:
        """Follow the runs of one project; each is on its own, so that none holds up another."""
        if project_id not in self._wakes:
            self._wakes[project_id] = asyncio.Event()
            self._background.spawn(self._follow(project_id), name="follow runs")

    async def _follow(self, project_id: str) -> None:
        wake = self._wakes[project_id]
        while True:
            wake.clear()
            if not await self._poll(project_id):
                await asyncio.sleep(_FAILING_SECONDS)
                continue
            active = any(self.known(project_id).active())
            try:
                async with asyncio.timeout(_ACTIVE_SECONDS if active else _IDLE_SECONDS):
                    await wake.wait()
            except TimeoutError:
                continue

    async def _poll(self, project_id: str) -> bool:
        """Bring the runs of a project up to date; returns whether all of it could be done."""
        context = self._contexts.get(project_id)
        if context is None:
            return True
        known = self._tokens.get(project_id, -1)
        try:
            look = await self._background.run(log_lane(project_id), _look, context, known)
        except WorkbenchError as error:
            self._tell_problems(context, (error,))
            return False
        self._tokens[project_id] = look.token
        self._merge(project_id, look.changed)
        self._tell_problems(context, look.problems)
        return look.follows_any or not look.problems

    def _tell_problems(self, context: ProjectContext, problems: tuple[WorkbenchError, ...]) -> None:
        """Tell the user why runs can't be followed: once, until it is something else."""
        project = context.project
        words = tuple((problem.title, problem.text) for problem in problems)
        if words == self._problems.get(project.id, ()):
            return
        self._problems[project.id] = words
        if problems:
            text = "\n".join(str(problem) for problem in problems)
            _log.warning("following runs of %s: %s", project.name, text)
            first = problems[0]
            self.failed.emit(
                WorkbenchError(
                    f"{project.name}: {first.title}",
                    first.text,
                    hint="Workbench tries again by itself.",
                    details=first.details or text,
                )
            )

    def _merge(self, project_id: str, runs: Iterable[Run]) -> None:
        known = self._runs.setdefault(project_id, KnownRuns())
        changed = []
        ended = []
        for run in runs:
            before = known.get(run.id)
            if before == run or (before is not None and _is_older(run, before)):
                continue
            known.put(run)
            changed.append(run)
            if not run.status.is_active and before is not None and before.status.is_active:
                ended.append(run)
        if changed:
            self.changed.emit(tuple(changed))
        for run in ended:
            self.ended.emit(run)


def _raise_growth(growth: Growth) -> None:
    raise GrowthError(growth)


def _is_older(run: Run, known: Run) -> bool:
    """Whether ``run`` is an earlier state than the one known; answers can overtake each other."""
    return _AGE.get(run.status, len(_AGE)) < _AGE.get(known.status, len(_AGE))


def _read_all(context: ProjectContext) -> tuple[int, tuple[Run, ...], KnownRuns]:
    token = context.store.token()
    runs = tuple(context.store.list_runs())
    return token, runs, KnownRuns(runs)


def _look(context: ProjectContext, token: int) -> _Look:
    refresh_runs(context)
    problems = unreadable_runs(context)
    follows_any = len(context.store.active()) > len(problems)
    return _Look(*context.store.changed_since(token), problems, follows_any)
