"""A repo is looked into while its address is typed, and its project opened in the background."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.loop_waiting import until
from tests.sync_lab import OLD_ID, bare_repo, old_repo
from workbench.app.task_supervisor import TaskSupervisor
from workbench.controllers.open_repo_controller import OpenRepoController
from workbench.core.errors import CanceledError, WorkbenchError
from workbench.core.progress import Progress
from workbench.core.project import Project
from workbench.core.repo_project import NoProjectInRepoError, RepoOpening
from workbench.operations.library import Library
from workbench.services.app_paths import AppPaths
from workbench.viewmodels.open_repo_state import OpenRepoState


@dataclass
class Stage:
    """A controller, and what it told."""

    controller: OpenRepoController
    looked: list[OpenRepoState] = field(default_factory=list)
    told: list[Progress] = field(default_factory=list)
    opened: list[Project] = field(default_factory=list)
    failed: list[WorkbenchError] = field(default_factory=list)


@asynccontextmanager
async def stage() -> AsyncIterator[Stage]:
    bugs: list[BaseException] = []
    background = TaskSupervisor(bugs.append, bugs.append)
    library = Library.open(AppPaths.from_environment())
    on = Stage(OpenRepoController(library, background))
    on.controller.looked.connect(on.looked.append)
    on.controller.progress.connect(on.told.append)
    on.controller.opened.connect(on.opened.append)
    on.controller.failed.connect(on.failed.append)
    try:
        yield on
    finally:
        await background.close()
        library.close()
        assert bugs == []


def test_the_last_address_that_was_typed_is_looked_into(tmp_path: Path) -> None:
    async def story() -> None:
        repo, _ = old_repo(tmp_path)
        (tmp_path / "old").mkdir()
        async with stage() as on:
            on.controller.look(str(repo)[:-4], tmp_path)
            on.controller.look(str(repo), tmp_path)
            await until(lambda: bool(on.looked) and on.looked[-1].look is not None)
            assert on.looked[-1].folder == str(tmp_path / "old-2")
            look = on.looked[-1].look
            assert look is not None
            assert [each.id for each in look.projects] == [OLD_ID]
            assert not any(state.check.problem for state in on.looked)
            on.controller.look("http://example.com/x", tmp_path)
            await until(lambda: bool(on.looked[-1].check.problem))
            on.controller.look(str(tmp_path / "nowhere"), tmp_path)
            await until(lambda: "can't be used as" in on.looked[-1].check.problem)
            on.controller.look("", tmp_path)
            assert on.looked[-1] == OpenRepoState()

    asyncio.run(story())


def test_a_project_is_opened_and_what_fails_is_told(tmp_path: Path) -> None:
    async def story() -> None:
        repo, _ = old_repo(tmp_path)
        plain = bare_repo(tmp_path, "plain.git")
        async with stage() as on:
            on.controller.open(RepoOpening(str(plain), tmp_path / "plain"))
            await until(lambda: bool(on.failed))
            assert isinstance(on.failed[0], NoProjectInRepoError)
            on.controller.open(RepoOpening(str(repo), tmp_path / "iris"))
            on.controller.cancel()
            await until(lambda: len(on.failed) == 2)
            assert isinstance(on.failed[1], CanceledError)
            assert not (tmp_path / "iris").exists()
            on.controller.open(RepoOpening(str(repo), tmp_path / "iris"))
            await until(lambda: bool(on.opened))
            assert on.opened[0].folder == tmp_path / "iris"
            assert on.told[-1].title == "Project opened"

    asyncio.run(story())
