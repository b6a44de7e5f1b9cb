"""A run bar's controller with a project that is being opened."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from workbench.app.task_supervisor import TaskSupervisor
from workbench.controllers.contexts import Contexts
from workbench.controllers.run_bar_controller import RunBarController
from workbench.controllers.run_controller import RunController
from workbench.core.project_choices import ProjectChoices
from workbench.operations.library import Library
from workbench.operations.open_folder import open_folder
from workbench.operations.project_context import ProjectContext
from workbench.services.app_paths import AppPaths
from workbench.viewmodels.states import RunBarState


@dataclass
class Stage:
    """What a test works with.

    Attributes:
        errors: What the controller failed with, and what nobody expected.
        states: What it told, the newest last.
    """

    library: Library
    contexts: Contexts
    runs: RunController
    bar: RunBarController
    context: ProjectContext
    errors: list[BaseException] = field(default_factory=list)
    states: list[RunBarState] = field(default_factory=list)

    @property
    def state(self) -> RunBarState:
        return self.states[-1]

    def stored(self) -> ProjectChoices:
        return self.library.store.load_choices(self.context.project.id)

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds; it is looked at now and then."""
        pause = asyncio.Event()
        async with asyncio.timeout(20):
            while not holds():
                with suppress(TimeoutError):
                    await asyncio.wait_for(pause.wait(), 0.02)

    async def refresh(self) -> None:
        """Look at the project again."""
        count = len(self.states)
        self.bar.refresh()
        await self.until(lambda: len(self.states) > count)


@asynccontextmanager
async def stage(folder: Path, choices: ProjectChoices | None = None) -> AsyncIterator[Stage]:
    """Open a folder for which these choices were stored; nothing is looked for yet."""
    errors: list[BaseException] = []
    background = TaskSupervisor(errors.append, errors.append)
    library = Library.open(AppPaths.from_environment())
    contexts = Contexts(library, background)
    runs = RunController(contexts, background)
    bar = RunBarController(library, runs, background)
    try:
        project = await background.run("library", open_folder, library, folder)
        if choices is not None:
            library.store.save_choices(project.id, choices)
        found = await contexts.open(project)
        made = Stage(library, contexts, runs, bar, found.context, errors)
        bar.failed.connect(errors.append)
        bar.changed.connect(made.states.append)
        yield made
    finally:
        await background.close()
        contexts.close()
        library.close()
