"""Each project is opened once, and nothing of it stays open at the end."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest

from workbench.app.task_supervisor import TaskSupervisor
from workbench.controllers.contexts import Contexts
from workbench.core.errors import WorkbenchError
from workbench.core.project import Project
from workbench.operations.library import Library
from workbench.services.app_paths import AppPaths


@asynccontextmanager
async def contexts_of(library: Library) -> AsyncIterator[Contexts]:
    errors: list[BaseException] = []
    background = TaskSupervisor(errors.append, errors.append)
    contexts = Contexts(library, background)
    try:
        yield contexts
    finally:
        await background.close()
        contexts.close()
    assert errors == []


def _project(folder: Path) -> Project:
    folder.mkdir()
    return Project("7d1c0000-0000-4000-8000-00000000c4d8", "demo", folder)


def test_who_opens_a_project_at_the_same_moment_gets_the_same_one(tmp_path: Path) -> None:
    library = Library.open(AppPaths.from_environment())
    project = _project(tmp_path / "demo")

    async def story() -> None:
        async with contexts_of(library) as contexts:
            opened = await asyncio.gather(*(contexts.open(project) for _ in range(3)))
            first = opened[0].context
            assert all(each.context is first for each in opened)
            assert contexts.all() == (first,)
            assert (await contexts.open(project)).context is first
        with pytest.raises(WorkbenchError, match="closed"):
            first.store.token()

    asyncio.run(story())
    library.close()
    assert not [child for child in psutil.Process().children() if "git" in child.name()]


def test_a_project_that_is_somewhere_else_now_keeps_its_records_open(tmp_path: Path) -> None:
    """Runs that are on their way still need them."""
    library = Library.open(AppPaths.from_environment())
    project = _project(tmp_path / "demo")
    moved = Project(project.id, "demo", tmp_path / "elsewhere")
    moved.folder.mkdir()

    async def story() -> None:
        async with contexts_of(library) as contexts:
            before = (await contexts.open(project)).context
            after = (await contexts.open(moved)).context
            assert contexts.get(project.id) is after
            assert after.project.folder == moved.folder
            assert before.store.list_runs() == after.store.list_runs() == []
        with pytest.raises(WorkbenchError, match="closed"):
            before.store.token()

    asyncio.run(story())
    library.close()


def test_a_project_that_is_still_opening_at_the_end_is_closed(tmp_path: Path) -> None:
    library = Library.open(AppPaths.from_environment())
    project = _project(tmp_path / "demo")

    async def story() -> None:
        async with contexts_of(library) as contexts:
            opening = asyncio.ensure_future(contexts.open(project))
            await asyncio.sleep(0)
            opening.cancel()
            made = contexts._made
        assert made == []
        assert contexts.all() == ()

    asyncio.run(story())
    library.close()
    assert not [child for child in psutil.Process().children() if "git" in child.name()]
