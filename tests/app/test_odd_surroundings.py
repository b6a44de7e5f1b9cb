"""Starts where something is unusual: no display, home folders of nobody."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.run_lab import environment
from workbench.app.main import main
from workbench.app.screens.settings_screen import SettingsScreen
from workbench.app.task_supervisor import TaskSupervisor
from workbench.controllers.contexts import Contexts
from workbench.operations.library import Library
from workbench.services.app_paths import AppPaths
from workbench.views.main_window import MainWindow
from workbench.views.settings_page import SettingsPage

NOBODY = "~nobody-of-this-name/projects"


@pytest.mark.parametrize("display", ["", ":7654"])
def test_without_a_display_it_says_so_and_ends(tmp_path: Path, display: str) -> None:
    """Qt itself would abort and advise to install it again."""
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    values = {name: value for name, value in environment().items() if name not in hidden}
    values |= {"WORKBENCH_HOME": str(tmp_path / "home")} | ({"DISPLAY": display} if display else {})
    done = subprocess.run(
        [sys.executable, "-m", "workbench.app.main"],
        cwd=tmp_path,
        env=values,
        capture_output=True,
        text=True,
        check=False,
    )
    reason = f"could not connect to display {display}".strip()
    assert done.stderr.startswith(f"Workbench can't open a window: {reason}. Check that DISPLAY")
    assert "einstall" not in done.stderr
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)


def test_a_folder_of_nobody_is_no_folder(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([NOBODY])
    assert ended.value.code == 2
    assert f"{NOBODY} is not a folder" in capsys.readouterr().err


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    window = MainWindow()
    window.fill_frame()
    window.complete()
    yield window
    window.deleteLater()


def test_a_projects_folder_of_nobody_does_not_stop_the_start(
    qtbot: QtBot, window: MainWindow
) -> None:
    paths = AppPaths.from_environment()
    paths.settings.parent.mkdir(parents=True, exist_ok=True)
    paths.settings.write_text(f'projects_folder = "{NOBODY}"\n')
    page = SettingsPage()
    qtbot.addWidget(page)

    async def story() -> None:
        errors: list[BaseException] = []
        background = TaskSupervisor(errors.append, errors.append)
        contexts = Contexts(Library.open(paths), background)
        screen = SettingsScreen(window, page, paths, background, contexts)
        assert await screen.load() == ""
        assert screen.new_project_folder == Path(NOBODY)
        page.projects_folder_chosen.emit(f"{NOBODY}{os.sep}new")
        assert screen.settings.projects_folder == NOBODY  # not the whole path
        await background.close()
        assert errors == []

    asyncio.run(story())
