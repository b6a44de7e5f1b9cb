"""The history of open projects is kept in step with their Git repos, and nothing waits for it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.loop_waiting import until
from tests.sync_lab import BRANCH, Computer, bare_repo, git
from workbench.app.task_supervisor import TaskSupervisor
from workbench.controllers.contexts import Contexts
from workbench.controllers.sync_controller import SyncController
from workbench.core.history_sync import SyncState, SyncStatus
from workbench.core.project import Project
from workbench.operations.library import Library
from workbench.services.app_paths import AppPaths

_ID = "7d1c0000-0000-4000-8000-00000000c4d8"


@dataclass
class Stage:
    """An open project, and what is told of its history."""

    sync: SyncController
    computer: Computer
    told: list[SyncStatus] = field(default_factory=list)

    def state(self) -> SyncState:
        return self.sync.status(_ID).state


@asynccontextmanager
async def stage(root: Path, repo: str) -> AsyncIterator[Stage]:
    bugs: list[BaseException] = []
    background = TaskSupervisor(bugs.append, bugs.append)
    library = Library.open(AppPaths.from_environment())
    contexts = Contexts(library, background)
    (root / "project").mkdir(exist_ok=True)
    opened = await contexts.open(Project(_ID, "demo", root / "project", repo=repo))
    sync = SyncController(library, contexts, background)
    on = Stage(sync, Computer(opened.context, "one"))
    sync.changed.connect(lambda _project, status: on.told.append(status))
    try:
        yield on
    finally:
        await background.close()
        contexts.close()
        library.close()
        assert bugs == []


def test_it_begins_when_a_project_is_opened_and_goes_on_after_each_run(tmp_path: Path) -> None:
    async def story() -> None:
        repo = bare_repo(tmp_path)
        async with stage(tmp_path, str(repo)) as on:
            on.sync.follow(_ID)
            await until(lambda: on.state() is SyncState.UP_TO_DATE)
            on.computer.write(train="1")
            on.computer.run()
            on.sync.wake(_ID)
            await until(lambda: git(repo, "rev-parse", BRANCH) == on.computer.tip())
            await until(lambda: on.sync.status(_ID).is_all_pushed)

    asyncio.run(story())


def test_what_failed_is_tried_again_by_itself_and_at_once_when_asked(tmp_path: Path) -> None:
    async def story() -> None:
        repo = bare_repo(tmp_path)
        away = repo.rename(tmp_path / "away")
        async with stage(tmp_path, str(repo)) as on:
            on.sync.follow(_ID)
            await until(lambda: on.state() is SyncState.OFFLINE)
            assert on.sync.status(_ID).waiting
            away.rename(repo)
            on.sync.push_now(_ID)
            await until(lambda: on.state() is SyncState.UP_TO_DATE)

    asyncio.run(story())


def test_a_project_without_a_repo_is_left_alone(tmp_path: Path) -> None:
    async def story() -> None:
        async with stage(tmp_path, "") as on:
            on.sync.follow(_ID)
            await until(lambda: on.told)
            assert on.state() is SyncState.NO_REPO

    asyncio.run(story())


def test_closing_ends_a_transfer_that_goes_on(tmp_path: Path) -> None:
    async def story() -> None:
        repo = bare_repo(tmp_path)
        hook = repo / "hooks" / "pre-receive"
        hook.parent.mkdir(exist_ok=True)
        reached = tmp_path / "reached"
        hook.write_text(f"#!/bin/sh\ntouch {reached}\nexec tail -f /dev/null\n")
        hook.chmod(0o755)
        async with stage(tmp_path, str(repo)) as on:
            on.sync.follow(_ID)
            await until(reached.exists)

    asyncio.run(asyncio.wait_for(story(), 30))
