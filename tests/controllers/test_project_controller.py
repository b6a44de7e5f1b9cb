"""The project that is clicked is the one that opens, or it is said why not."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from workbench.app.task_supervisor import TaskSupervisor
from workbench.controllers.contexts import Contexts
from workbench.controllers.project_controller import ProjectController
from workbench.core.project import Project
from workbench.operations.library import Library
from workbench.operations.open_folder import open_folder
from workbench.operations.project_context import ProjectContext
from workbench.services.app_paths import AppPaths


@dataclass
class Desk:
    """A project controller, what it opened and what it failed with."""

    library: Library
    projects: ProjectController
    opened: list[ProjectContext] = field(default_factory=list)
    errors: list[BaseException] = field(default_factory=list)

    def add(self, folder: Path) -> Project:
        folder.mkdir()
        return open_folder(self.library, folder)

    async def until(self, holds: Callable[[], object]) -> None:
        pause = asyncio.Event()
        async with asyncio.timeout(20):
            while not holds():
                with suppress(TimeoutError):
                    await asyncio.wait_for(pause.wait(), 0.02)


@asynccontextmanager
async def desk() -> AsyncIterator[Desk]:
    errors: list[BaseException] = []
    background = TaskSupervisor(errors.append, errors.append)
    library = Library.open(AppPaths.from_environment())
    contexts = Contexts(library, background)
    made = Desk(library, ProjectController(library, contexts, background), errors=errors)
    made.projects.opened.connect(made.opened.append)
    made.projects.failed.connect(errors.append)
    try:
        yield made
    finally:
        await background.close()
        contexts.close()
        library.close()


def test_a_project_in_the_place_of_the_one_clicked_is_not_opened(tmp_path: Path) -> None:
    async def story() -> None:
        async with desk() as on:
            one, two = on.add(tmp_path / "one"), on.add(tmp_path / "two")
            one.folder.rename(tmp_path / "away")
            two.folder.rename(one.folder)
            await on.projects.reload()
            before = [row.listed.project for row in on.projects.rows]
            on.projects.open_listed(one.id)
            await on.until(lambda: on.errors)
            assert "This folder holds another project" in str(on.errors[0])
            assert on.opened == []
            assert on.projects.current is None
            await on.projects.reload()
            assert [row.listed.project for row in on.projects.rows] == before

    asyncio.run(story())


def test_a_listed_project_opens_also_without_its_file(tmp_path: Path) -> None:
    async def story() -> None:
        async with desk() as on:
            one = on.add(tmp_path / "one")
            (one.folder / ".azureml/project.json").unlink()
            await on.projects.reload()
            on.projects.open_listed(one.id)
            await on.until(lambda: on.opened)
            assert on.opened[0].project == one
            assert on.errors == []

    asyncio.run(story())


@pytest.mark.parametrize("known_to_be_missing", [False, True])
def test_a_folder_that_is_gone_is_told(tmp_path: Path, known_to_be_missing: bool) -> None:
    async def story() -> None:
        async with desk() as on:
            one = on.add(tmp_path / "one")
            if not known_to_be_missing:
                await on.projects.reload()
            one.folder.rename(tmp_path / "away")
            if known_to_be_missing:
                await on.projects.reload()
            on.projects.open_listed(one.id)
            await on.until(lambda: on.errors)
            error = on.errors[0]
            assert "Folder not found" in str(error)
            assert "Locate folder" in getattr(error, "hint", "")

    asyncio.run(story())


def test_what_failed_can_be_tried_again(tmp_path: Path) -> None:
    async def story() -> None:
        async with desk() as on:
            one = on.add(tmp_path / "one")
            await on.projects.reload()
            file = one.folder / ".azureml/project.json"
            before = file.read_text()
            file.write_text("{")
            on.projects.open_listed(one.id)
            await on.until(lambda: on.errors)
            file.write_text(before)
            on.projects.try_again()
            await on.until(lambda: on.opened)
            assert on.opened[0].project == one
            assert len(on.errors) == 1

    asyncio.run(story())
