"""The history is tidied in quiet moments only; a run that begins ends that at once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.loop_waiting import until
from tests.run_lab import PYTHON
from workbench.app.task_supervisor import TaskSupervisor
from workbench.controllers.contexts import Contexts
from workbench.controllers.history_controller import HistoryController
from workbench.controllers.restore_controller import RestoreController
from workbench.controllers.run_controller import RunController
from workbench.core.errors import CanceledError
from workbench.core.project import Project
from workbench.core.run import RunRequest
from workbench.core.snapshot import SnapshotKind
from workbench.operations.library import Library
from workbench.operations.project_context import ProjectContext
from workbench.operations.take_snapshot import take_snapshot
from workbench.services.app_paths import AppPaths

_WAITS = "import pathlib, time\nwhile not pathlib.Path('go').exists():\n    time.sleep(0.02)\n"


@dataclass
class Stage:
    context: ProjectContext
    runs: RunController
    history: HistoryController
    tidied: list[object] = field(default_factory=list)
    failed: list[object] = field(default_factory=list)

    def loose(self) -> int:
        return len(list((self.context.paths.history / "objects").glob("??/*")))


@asynccontextmanager
async def stage(
    root: Path, quiet_seconds: float = 0.0, *, many: bool = False
) -> AsyncIterator[Stage]:
    bugs: list[BaseException] = []
    background = TaskSupervisor(bugs.append, bugs.append)
    library = Library.open(AppPaths.from_environment())
    contexts = Contexts(library, background)
    runs, restore = RunController(contexts, background), RestoreController(library, background)
    history = HistoryController(background, runs, restore, quiet_seconds)
    folder = root / "demo"
    folder.mkdir()
    (folder / "train.py").write_text(_WAITS)
    project = Project("7d1c0000-0000-4000-8000-00000000c4d8", "demo", folder)
    context = (await contexts.open(project)).context
    restore.set_context(context)
    await runs.load(context)
    runs.start()
    # More objects than are worth a round.
    for number in range(14 if many else 2):
        for each in range(40):
            (folder / f"d{each}").mkdir(exist_ok=True)
            (folder / f"d{each}" / "f").write_text(f"{number} {each}")
        take_snapshot(context, SnapshotKind.MANUAL)
    it = Stage(context, runs, history)
    history.tidied.connect(lambda _context, tidied: it.tidied.append(tidied))
    history.check_failed.connect(lambda _context, error: it.failed.append(error))
    try:
        yield it
        (folder / "go").touch()
        await until(lambda: not runs.pending)
    finally:
        await background.close()
        contexts.close()
        library.close()
    assert bugs == []


def test_tidied_when_it_is_quiet(tmp_path: Path) -> None:
    async def story() -> None:
        async with stage(tmp_path, many=True) as it:
            assert it.loose() > 1_000
            it.history.look()
            await until(lambda: it.tidied)
            assert it.loose() == 0

    asyncio.run(story())


def test_not_soon_after_something_went_on(tmp_path: Path) -> None:
    async def story() -> None:
        async with stage(tmp_path, quiet_seconds=3600) as it:
            it.history.look()
            assert it.history._tidying is None

    asyncio.run(story())


def test_not_while_a_run_is_active(tmp_path: Path) -> None:
    async def story() -> None:
        async with stage(tmp_path) as it:
            it.runs.submit(it.context, RunRequest("train.py", ("x",), PYTHON))
            it.history.look()
            assert it.history._tidying is None
            await until(it.runs.active)
            it.history.look()
            assert it.history._tidying is None
            (it.context.project.folder / "go").touch()

    asyncio.run(story())


def test_a_run_that_begins_ends_it(tmp_path: Path) -> None:
    async def story() -> None:
        async with stage(tmp_path, many=True) as it:
            it.history.look()
            assert it.history._tidying is not None
            it.runs.submit(it.context, RunRequest("train.py", ("x",), PYTHON))
            await until(lambda: it.history._tidy_cancel.canceled)
            await until(lambda: it.history._tidying is None)
            (it.context.project.folder / "go").touch()

    asyncio.run(story())


def test_a_check_is_stopped(tmp_path: Path) -> None:
    async def story() -> None:
        async with stage(tmp_path) as it:
            it.history.check(it.context)
            it.history.cancel_check()
            await until(lambda: it.failed)
            assert isinstance(it.failed[0], CanceledError)

    asyncio.run(story())
