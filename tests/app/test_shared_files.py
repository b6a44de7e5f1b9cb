"""Logs and outputs of runs of another computer, in the whole window."""

import asyncio
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.app.stage import Stage, shown, stage
from tests.loop_waiting import until
from tests.sync_lab import PROJECT_ID, Computer, bare_repo, computer, git
from workbench.core.history_sync import SyncState
from workbench.core.repo_project import RepoOpening
from workbench.core.run import Run
from workbench.operations.open_from_repo import open_from_repo
from workbench.operations.share_files import files_to_share, share_files_from_now_on
from workbench.services.git.access import Access, NoCredentials
from workbench.services.git.files_branch import files_ref
from workbench.viewmodels.run_files_words import NOTHING_WAITS
from workbench.views.project_page import ProjectPage
from workbench.views.run_detail.page import RunDetailPage

LOG = b"epoch 1\nepoch 2\n"
pytestmark = pytest.mark.qt_log_ignore("grabbing the keyboard")


def far_run(far: Computer) -> Run:
    """Record a run of another computer with a log and an output, and push it."""
    run = far.run()
    folder = far.context.paths.runs / run.id
    (folder / "outputs").mkdir(parents=True)
    (folder / "log.txt").write_bytes(LOG)
    (folder / "outputs" / "report.txt").write_text("good")
    assert far.sync().state is SyncState.UP_TO_DATE
    return run


def log_size(page: RunDetailPage) -> int:
    """Let Qt's timers do what is due; returns how much of the log is shown."""
    QApplication.processEvents()
    return page.log.buffer.size


async def open_clone(it: Stage, repo: Path) -> None:
    wanted = RepoOpening(str(repo), it.root / "clone", project_id=PROJECT_ID)
    access = Access(NoCredentials())
    await asyncio.to_thread(open_from_repo, it.session._library, wanted, access)
    it.session._projects.open_folder(it.root / "clone")

    def is_open() -> bool:
        current = it.session._projects.current
        return current is not None and current.project.id == PROJECT_ID

    await until(is_open)


async def open_run(it: Stage, run_id: str) -> RunDetailPage:
    await until(lambda: it.session._runs.run(run_id) is not None)
    it.session._runs_screen.open_run(run_id)
    (page,) = it.window.findChildren(RunDetailPage)
    return page


def test_log_and_outputs_of_a_far_run_come_when_it_is_opened(qtbot: QtBot, tmp_path: Path) -> None:
    async def story() -> None:
        repo = bare_repo(tmp_path)
        with computer(tmp_path, str(repo), "far") as far:
            kept = far_run(far)
            share_files_from_now_on(far.context, on=True)
            assert far.sync().state is SyncState.UP_TO_DATE
            share_files_from_now_on(far.context, on=False)
            alone = far_run(far)
        (tmp_path / "window").mkdir()
        async with stage(tmp_path / "window", shown(qtbot)) as it:
            await open_clone(it, repo)
            page = await open_run(it, kept.id)
            await until(lambda: log_size(page) == len(LOG))
            await until(lambda: page.state is not None and page.state.outputs)
            assert page.state is not None
            assert page.state.outputs is not None
            assert [output.path for output in page.state.outputs] == ["report.txt"]
            # The next one stays where it is, and that is said.
            await open_run(it, alone.id)
            await until(lambda: "sharing is off there" in page.log.text.placeholderText())
            assert page.log.buffer.size == 0
            # What can't be had now is told, and there after another try.
            current = it.session._projects.current
            assert current is not None
            folder = current.paths.runs / kept.id
            folder.rename(tmp_path / "moved")
            away = repo.rename(tmp_path / "away.git")
            await open_run(it, kept.id)
            await until(lambda: it.strip)
            assert "in the Git repo" in page.log.text.placeholderText()
            away.rename(repo)
            it.window.error_action.emit("retry")
            await until(lambda: log_size(page) == len(LOG))
            await until(lambda: page.state is not None and page.state.outputs)

    asyncio.run(story())


def test_the_switch_on_the_project_page_pushes_what_was_run_before(
    qtbot: QtBot, tmp_path: Path
) -> None:
    async def story() -> None:
        repo = bare_repo(tmp_path)
        with computer(tmp_path, str(repo), "far") as far:
            far_run(far)
        (tmp_path / "window").mkdir()
        async with stage(tmp_path / "window", shown(qtbot)) as it:
            await open_clone(it, repo)
            current = it.session._projects.current
            assert current is not None
            far = Computer(current, "here")
            own = await asyncio.to_thread(far.run)
            (current.paths.runs / own.id).mkdir()
            (current.paths.runs / own.id / "log.txt").write_bytes(LOG)
            it.session._show_page("project")
            (page,) = it.window.findChildren(ProjectPage)
            await until(lambda: "1 file of 1 run, 16 B" in page.sharing.words.text())
            assert not page.sharing.box.isChecked()
            page.sharing.box.click()
            await until(lambda: page.sharing.words.text() == NOTHING_WAITS)
            assert page.sharing.box.isChecked()
            assert files_to_share(current).runs == 0
            assert git(repo, "rev-parse", files_ref(PROJECT_ID, current.machine))
            page.sharing.box.click()
            await until(lambda: page.sharing.words.text() == "They stay on this computer.")

    asyncio.run(story())
