"""The run bar says what it looks for, and none only when there are none."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from workbench.app.task_supervisor import TaskSupervisor
from workbench.controllers.contexts import Contexts
from workbench.controllers.run_bar_controller import RunBarController
from workbench.controllers.run_controller import RunController
from workbench.operations.library import Library
from workbench.operations.open_folder import open_folder
from workbench.services.app_paths import AppPaths
from workbench.viewmodels.script_words import LOOKING, NO_SCRIPT, empty_list_words
from workbench.viewmodels.states import RunBarState
from workbench.views.commands import CommandTable
from workbench.views.shell.run_bar import RunBar


async def until(controller: RunBarController, holds: Callable[[], bool]) -> None:
    """Wait for a change of the run bar, or an error, after which something holds."""
    happened = asyncio.Event()
    controller.changed.connect(lambda _state: happened.set())
    controller.failed.connect(lambda _error: happened.set())
    async with asyncio.timeout(20):
        while not holds():
            await happened.wait()
            happened.clear()


@asynccontextmanager
async def opened(folder: Path, errors: list[BaseException]) -> AsyncIterator[RunBarController]:
    background = TaskSupervisor(errors.append, errors.append)
    library = Library.open(AppPaths.from_environment())
    contexts = Contexts(library, background)
    controller = RunBarController(library, RunController(contexts, background), background)
    controller.failed.connect(errors.append)
    project = await background.run("library", open_folder, library, folder)
    found = await contexts.open(project)
    try:
        controller.set_context(found.context)
        yield controller
    finally:
        await background.close()
        contexts.close()
        library.close()


@pytest.fixture
def bar(qtbot: QtBot) -> RunBar:
    window = QWidget()
    qtbot.addWidget(window)
    bar = RunBar(CommandTable(window))
    qtbot.addWidget(bar)
    return bar


def test_nothing_is_said_about_none_before_it_is_known(tmp_path: Path, bar: RunBar) -> None:
    """And the list follows when the first script is added."""
    seen: list[RunBarState] = []
    shown: list[tuple[str, str, str]] = []

    def show(state: RunBarState) -> None:
        bar.render(state)
        seen.append(state)
        combo = bar.script.combo
        words = combo.currentText() or combo.placeholderText()
        shown.append((words, bar.blocked_reason(), empty_list_words(state)[0]))

    async def story() -> None:
        errors: list[BaseException] = []
        async with opened(tmp_path, errors) as controller:
            controller.changed.connect(show)
            controller.set_blocked("x")
            controller.set_blocked("")
            assert shown[-1] == ("Looking…", LOOKING, "No runs yet")
            assert not bar.run.button.isEnabled()
            await until(controller, lambda: seen[-1].known)
            assert shown[-1] == ("No scripts", NO_SCRIPT, "No script to run yet")
            assert bar.script.combo.toolTip() == NO_SCRIPT
            assert all(words[0] == "Looking…" for words in shown[:-1])
            (tmp_path / "train.py").write_text("print(1)\n")
            await until(controller, lambda: bool(seen[-1].scripts))
            assert shown[-1] == ("train.py", "", "No runs yet")
            assert bar.run.button.isEnabled()
            assert bar.script.combo.toolTip() == ""
        assert errors == []

    asyncio.run(story())


def test_when_they_cannot_be_found_out_the_reason_is_said(tmp_path: Path, bar: RunBar) -> None:
    (tmp_path / "train.py").write_text("print(1)\n")

    async def story() -> None:
        errors: list[BaseException] = []
        async with opened(tmp_path, errors) as controller:
            configuration = tmp_path / "aml_config" / "local.runconfig"
            controller.changed.connect(bar.render)
            await until(controller, lambda: bool(bar.script.current) and not bar.blocked_reason())
            configuration.write_text("{ not: [valid\n")
            controller.set_context(controller._context)
            await until(controller, lambda: bool(errors))
            assert bar.script.combo.placeholderText() == "Not known"
            assert bar.blocked_reason() == str(getattr(errors[0], "title", ""))
            configuration.unlink()
            controller.refresh()
            await until(controller, lambda: not bar.blocked_reason())
            assert bar.script.current == "train.py"

    asyncio.run(story())
