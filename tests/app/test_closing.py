"""Closing the window while runs are on their way."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from pytestqt.qtbot import QtBot

from tests.app.stage import shown
from tests.loop_waiting import until
from tests.run_lab import PYTHON
from workbench.app.closing import Closing
from workbench.app.task_supervisor import TaskSupervisor
from workbench.controllers.background import project_lane
from workbench.controllers.contexts import Contexts
from workbench.controllers.run_controller import RunController
from workbench.core.project import Project
from workbench.core.run import RunRequest, RunStatus
from workbench.operations.cancel_run import cancel_run
from workbench.operations.library import Library
from workbench.operations.project_context import ProjectContext
from workbench.services.app_paths import AppPaths
from workbench.views.kit.dialogs import AskDialog
from workbench.views.main_window import MainWindow

_WAITS = "import pathlib, time\nwhile not pathlib.Path('go').exists():\n    time.sleep(0.02)\n"


@dataclass
class Stage:
    """A window with one project, which is busy saving something until ``gate`` is set."""

    window: MainWindow
    runs: RunController
    context: ProjectContext
    closing: Closing
    gate: threading.Event
    done: list[str]

    def submit(self) -> None:
        self.runs.submit(self.context, RunRequest("train.py", (), PYTHON))

    def close(self, answer: str) -> str:
        """Close the window and answer; returns the question."""
        self.closing.quit()
        dialog = self.window.findChildren(AskDialog)[-1]
        title = dialog.windowTitle()
        dialog.button(answer).click()
        return title


@asynccontextmanager
async def stage(root: Path, window: MainWindow) -> AsyncIterator[Stage]:
    bugs: list[BaseException] = []
    background = TaskSupervisor(bugs.append, bugs.append)
    library = Library.open(AppPaths.from_environment())
    contexts = Contexts(library, background)
    runs = RunController(contexts, background)
    runs.start()
    (root / "train.py").write_text(_WAITS)
    project = Project("7d1c0000-0000-4000-8000-00000000c4d8", "demo", root)
    context = (await contexts.open(project)).context
    await runs.load(context)
    done: list[str] = []
    closing = Closing(
        window, runs, background, lambda: done.append("save"), lambda: done.append("leave")
    )
    gate = threading.Event()
    busy = asyncio.ensure_future(background.run(project_lane(project.id), gate.wait))
    try:
        yield Stage(window, runs, context, closing, gate, done)
    finally:
        gate.set()
        await busy
        await background.close()
        for run in context.store.active():
            cancel_run(context, run.id)
        contexts.close()
        library.close()
    assert bugs == []


def test_runs_kept_in_the_background_are_started_before_the_process_ends(
    qtbot: QtBot, tmp_path: Path
) -> None:
    async def story() -> None:
        async with stage(tmp_path, shown(qtbot)) as it:
            it.submit()
            it.submit()
            assert it.close("background") == "2 runs are not finished"
            await until(it.window.isHidden)
            await until(lambda: len(it.runs.active()) == 2)
            it.closing.quit()  # from the desktop: there is nothing more to ask
            assert it.done == ["save"]
            it.gate.set()
            await until(lambda: "leave" in it.done)
            stored = it.context.store.list_runs()
            assert [(run.number, run.status) for run in stored] == [
                (1, RunStatus.RUNNING),
                (2, RunStatus.RUNNING),
            ]
            assert it.done == ["save", "leave"]

    asyncio.run(story())


def test_a_window_that_is_opened_again_meanwhile_stays(qtbot: QtBot, tmp_path: Path) -> None:
    async def story() -> None:
        async with stage(tmp_path, shown(qtbot)) as it:
            it.submit()
            it.close("background")
            await until(it.window.isHidden)
            it.window.show()
            it.gate.set()
            await it.runs.all_started()
            await asyncio.sleep(0.1)
            assert it.done == ["save"]
            assert it.close("stay") == "1 run is not finished"

    asyncio.run(story())


def test_a_run_that_cannot_be_kept_running_brings_the_window_back(
    qtbot: QtBot, tmp_path: Path
) -> None:
    async def story() -> None:
        async with stage(tmp_path, shown(qtbot)) as it:
            it.submit()
            await until(it.runs.active)
            it.close("background")
            await until(it.window.isHidden)
            (tmp_path / "train.py").unlink()
            it.gate.set()
            await until(it.window.isVisible)
            await it.runs.all_started()
            await asyncio.sleep(0.1)
            assert it.done == ["save"]

    asyncio.run(story())


def test_canceled_runs_never_start(qtbot: QtBot, tmp_path: Path) -> None:
    async def story() -> None:
        async with stage(tmp_path, shown(qtbot)) as it:
            it.submit()
            it.submit()
            assert it.close("cancel_runs") == "2 runs are not finished"
            await until(lambda: it.done)
            stored = it.context.store.list_runs()
            assert [run.status for run in stored] == [RunStatus.CANCELED] * 2
            assert it.done == ["save", "leave"]

    asyncio.run(story())
