"""Runs asked for in the window: in order, each visible at once, and each can be canceled."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.loop_waiting import until
from tests.run_lab import PYTHON
from workbench.app.task_supervisor import TaskSupervisor
from workbench.controllers.background import project_lane
from workbench.controllers.contexts import Contexts
from workbench.controllers.run_controller import RunController
from workbench.core.errors import InvalidInputError, WorkbenchError
from workbench.core.project import Project
from workbench.core.run import Run, RunRequest, RunStatus
from workbench.operations.library import Library
from workbench.operations.project_context import ProjectContext
from workbench.services.app_paths import AppPaths

_ID = "7d1c0000-0000-4000-8000-00000000c4d"
_WAITS = "import pathlib, time\nwhile not pathlib.Path('go').exists():\n    time.sleep(0.02)\n"


@dataclass
class Stage:
    """Two projects with a script each, and what follows their runs."""

    background: TaskSupervisor
    runs: RunController
    projects: list[ProjectContext]
    refused: list[WorkbenchError] = field(default_factory=list)
    failed: list[WorkbenchError] = field(default_factory=list)

    def submit(self, *names: str, project: int = 0) -> None:
        for name in names:
            self.runs.submit(self.projects[project], RunRequest("train.py", (name,), PYTHON))

    def states(self, project: int = 0) -> list[tuple[int, str, RunStatus]]:
        known = self.runs.runs(self.projects[project].project.id)
        return [(run.number, run.request.arguments[0], run.status) for run in known]

    @asynccontextmanager
    async def busy(self) -> AsyncIterator[None]:
        """The first project saves something large."""
        gate = threading.Event()
        lane = project_lane(self.projects[0].project.id)
        task = asyncio.ensure_future(self.background.run(lane, gate.wait))
        try:
            yield
        finally:
            gate.set()
            await task


@asynccontextmanager
async def stage(root: Path, script: str = "pass\n") -> AsyncIterator[Stage]:
    bugs: list[BaseException] = []
    background = TaskSupervisor(bugs.append, bugs.append)
    library = Library.open(AppPaths.from_environment())
    contexts = Contexts(library, background)
    runs = RunController(contexts, background)
    projects = []
    runs.start()
    for index, name in enumerate("ab"):
        (root / name).mkdir()
        (root / name / "train.py").write_text(script)
        opened = await contexts.open(Project(f"{_ID}{index}", name, root / name))
        await runs.load(opened.context)
        projects.append(opened.context)
    made = Stage(background, runs, projects)
    runs.not_started.connect(lambda _context, _request, error: made.refused.append(error))
    runs.failed.connect(made.failed.append)
    try:
        yield made
    finally:
        for folder in (root / "a", root / "b"):
            (folder / "go").touch()
        with suppress(WorkbenchError):
            await runs.cancel_all()
        await background.close()
        contexts.close()
        library.close()
    assert bugs == []


def test_a_run_is_there_at_once_while_another_is_prepared(tmp_path: Path) -> None:
    async def story() -> None:
        async with stage(tmp_path) as it:
            submitted: list[Run] = []
            it.runs.submitted.connect(submitted.append)
            async with it.busy():
                it.submit("first", "second", "third")
                assert it.runs.pending == 3
                await until(lambda: len(it.runs.active()) == 3)
                assert it.runs.pending == 3
                queued = RunStatus.QUEUED
                assert it.states() == [
                    (1, "first", queued), (2, "second", queued), (3, "third", queued),
                ]  # fmt: skip
                assert [run.number for run in submitted] == [1, 2, 3]
                it.runs.cancel(submitted[1].id)
                await until(lambda: len(it.runs.active()) == 2)
                assert it.states()[1] == (2, "second", RunStatus.CANCELED)
            await until(lambda: not it.runs.pending)
            assert [status.value for _, _, status in it.states()] == [
                "completed", "canceled", "completed",
            ]  # fmt: skip
            assert it.refused == []

    asyncio.run(story())


def test_all_are_canceled_also_those_that_wait_or_were_only_just_asked_for(tmp_path: Path) -> None:
    async def story() -> None:
        async with stage(tmp_path, _WAITS) as it:
            it.submit("runs")
            await until(lambda: [s.value for _, _, s in it.states()] == ["running"])
            async with it.busy():
                it.submit("waits")
                await until(lambda: len(it.runs.active()) == 2)
                it.submit("is new")
                it.submit("elsewhere", project=1)
                assert it.runs.pending == 4
                async with asyncio.timeout(30):
                    assert await it.runs.cancel_all()
            assert it.runs.pending == 0
            assert {status for _, _, status in it.states()} == {RunStatus.CANCELED}
            assert len(it.states()) == 3
            assert [status for _, _, status in it.states(1)] == [RunStatus.CANCELED]
            assert not any(context.store.active() for context in it.projects)

    asyncio.run(story())


def test_it_can_be_waited_for_that_no_run_needs_the_window(tmp_path: Path) -> None:
    async def story() -> None:
        async with stage(tmp_path, _WAITS) as it:
            async with it.busy():
                it.submit("first", "second")
                waiting = asyncio.ensure_future(it.runs.all_started())
                await until(lambda: len(it.runs.active()) == 2)
                assert not waiting.done()
            async with asyncio.timeout(60):
                await waiting
            stored = it.projects[0].store.list_runs()
            assert [run.status for run in stored] == [RunStatus.RUNNING] * 2
            assert all(run.snapshot and run.repository.recorded for run in stored)

    asyncio.run(story())


def test_a_request_that_cannot_be_run_is_told_and_leaves_no_run(tmp_path: Path) -> None:
    async def story() -> None:
        async with stage(tmp_path) as it:
            (tmp_path / "a" / "train.py").unlink()
            it.submit("x")
            await until(lambda: it.refused)
            assert isinstance(it.refused[0], InvalidInputError)
            assert (it.runs.pending, it.states()) == (0, [])

    asyncio.run(story())


def test_a_project_that_cannot_be_read_holds_up_no_other(tmp_path: Path) -> None:
    async def story() -> None:
        async with stage(tmp_path) as it:
            looks = 0
            tell = it.runs._tell_problems

            def count(context: ProjectContext, problems: tuple[WorkbenchError, ...]) -> None:
                nonlocal looks
                looks += context is it.projects[0]
                tell(context, problems)

            it.runs._tell_problems = count  # type: ignore[method-assign]
            it.projects[0].store.close()
            it.runs.refresh()
            await until(lambda: it.failed)
            looks = 0
            it.submit("x", project=1)
            await until(lambda: [s.value for _, _, s in it.states(1)] == ["completed"])
            await asyncio.sleep(1)
            assert [error.title for error in it.failed] == ["a: The project is closed"]
            assert looks <= 1

    asyncio.run(story())


def test_a_run_that_cannot_be_read_is_told_once_and_the_others_are_followed(
    tmp_path: Path,
) -> None:
    async def story() -> None:
        async with stage(tmp_path, _WAITS) as it:
            it.submit("lost", "good")
            await until(lambda: [s.value for _, _, s in it.states()] == ["running"] * 2)
            lost = it.projects[0].paths.runs / it.runs.runs(f"{_ID}0")[0].id
            away = lost.with_name("away")
            lost.rename(away)
            lost.write_text("in the way")
            await until(lambda: it.failed)
            assert it.failed[0].title == "a: Run #1 can't be followed"
            (tmp_path / "a" / "go").touch()
            await until(lambda: it.states()[1][2] is RunStatus.COMPLETED)
            assert it.states()[0][2] is RunStatus.RUNNING
            # It is told again for somebody who waits for its end.
            assert not await it.runs.cancel_all()
            lost.unlink()
            away.rename(lost)
            await until(lambda: not it.runs.active())

    asyncio.run(story())
