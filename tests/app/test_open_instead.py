"""A repo that holds a project is opened from New project, in the whole window."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.app.stage import Stage, shown, stage
from tests.loop_waiting import until
from tests.sync_lab import OLD_ID, old_repo
from workbench.views.new_project_dialog import NewProjectDialog
from workbench.views.open_repo_dialog import OpenRepoDialog

pytestmark = pytest.mark.qt_log_ignore("grabbing the keyboard")


def turn() -> None:
    """Let Qt's timers and what it deletes later come to their end."""
    QApplication.processEvents()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


async def turned(holds: Callable[[], bool]) -> None:
    """Wait for a state while Qt goes on, too."""

    def reached() -> bool:
        turn()
        return holds()

    await until(reached)


def dialogs(it: Stage) -> list[NewProjectDialog]:
    turn()
    return it.window.findChildren(NewProjectDialog)


def openings(it: Stage) -> list[OpenRepoDialog]:
    turn()
    return it.window.findChildren(OpenRepoDialog)


def test_the_project_of_the_repo_is_opened_instead(qtbot: QtBot, tmp_path: Path) -> None:
    async def story() -> None:
        repo, _ = old_repo(tmp_path)
        (tmp_path / "window").mkdir()
        async with stage(tmp_path / "window", shown(qtbot)) as it:
            it.session._projects_screen.ask_new("blank")
            await until(lambda: dialogs(it))
            (dialog,) = dialogs(it)
            dialog.name.setText("iris")
            dialog.folder.setText(str(tmp_path / "new"))
            QTest.keyClicks(dialog.repo.line, str(repo))
            await turned(lambda: dialog.repo._check.facts is not None)
            dialog.create_button.click()
            await turned(lambda: not dialog.repo.conflict.isHidden())
            assert not dialog.busy
            assert dialog.repo.conflict.open.isVisible()
            dialog.repo.conflict.open.click()
            await until(lambda: openings(it) and not dialogs(it))
            (opening,) = openings(it)
            assert opening.address.text() == str(repo)
            # It has looked into that repo, and opens what is there.
            await turned(opening.open_button.isEnabled)
            opening.folder.setText(str(tmp_path / "opened"))
            opening.open_button.click()

            def is_open() -> bool:
                turn()
                current = it.session._projects.current
                return current is not None and current.project.id == OLD_ID

            await until(is_open)
            await until(lambda: not openings(it))
            assert (tmp_path / "opened" / "iris.py").exists()
            assert not (tmp_path / "new").exists()

    asyncio.run(story())
