"""Restores in the whole window, without a desktop: what is told where, and of which project."""

import asyncio
from pathlib import Path

from pytestqt.qtbot import QtBot

from tests.app.stage import shown, stage
from tests.loop_waiting import until
from workbench.app.window_layout import WindowLayout
from workbench.controllers.restore_controller import _Change
from workbench.core.progress import CancelToken, Report
from workbench.core.restore import Operation
from workbench.services.app_paths import AppPaths
from workbench.viewmodels.restore_states import RestorePhase


def test_undo_in_a_message_is_only_there_while_its_project_is_open(
    qtbot: QtBot, tmp_path: Path
) -> None:
    async def story() -> None:
        async with stage(tmp_path, shown(qtbot)) as it:
            await it.open("two")
            await it.restore()
            await until(lambda: it.x("two") == "old" and it.toasts)
            await it.open("one")
            await it.restore()
            await until(lambda: it.x("one") == "old" and it.toasts)
            (newest, *_) = it.session._shell._status.notifications
            await it.open("two")
            assert it.toasts == []
            assert newest.title == "Restored from run #1"
            it.session._shell._on_notification(newest.id)
            await asyncio.sleep(0.2)
            assert (it.x("one"), it.x("two")) == ("old", "old")
            assert not it.session._restore.busy

    asyncio.run(story())


def test_a_restore_that_ends_when_another_project_is_open_says_so(
    qtbot: QtBot, tmp_path: Path
) -> None:
    async def story() -> None:
        async with stage(tmp_path, shown(qtbot)) as it:
            await it.preview()
            async with it.busy():
                it.page._confirm()
                assert it.session._run_bar._blocked == "The folder is being restored"
                await it.open("two")
                # The other folder is not concerned.
                assert it.session._run_bar._blocked == ""
                await it.preview()
            await until(lambda: "one: Restored from run #1" in it.told)
            assert (it.x("one"), it.x("two")) == ("old", "new")
            assert it.page.state.phase is RestorePhase.READY
            assert it.session._restore.undo_state.undo is None
            await it.open("one")
            await until(lambda: it.session._restore.undo_state.undo is not None)

    asyncio.run(story())


def test_a_refusal_is_told_in_its_own_words(qtbot: QtBot, tmp_path: Path) -> None:
    async def story() -> None:
        async with stage(tmp_path, shown(qtbot)) as it:
            await it.preview()
            current = it.session._projects.current
            assert current is not None
            (current.paths.operations / "lock").mkdir(parents=True)
            it.page._confirm()
            await until(lambda: it.page.state.phase is RestorePhase.STALE)
            assert it.page.problem.title == "The restore couldn't begin"
            assert str(current.paths.operations) in it.page.problem._text.text()
            assert it.strip == ""
            assert it.x("one") == "new"

    asyncio.run(story())


def test_a_failure_out_of_sight_is_told_above_the_page(qtbot: QtBot, tmp_path: Path) -> None:
    async def story() -> None:
        async with stage(tmp_path, shown(qtbot)) as it:
            await it.preview()
            async with it.busy():
                it.page._confirm()
                it.session._show_page("projects")
                (tmp_path / "one" / "x").write_text("newer")
            await until(lambda: it.strip)
            assert it.strip == "Your folder changed meanwhile"
            assert it.x("one") == "newer"

    asyncio.run(story())


def test_an_undo_that_fails_is_not_taken_for_the_previewed_restore(
    qtbot: QtBot, tmp_path: Path
) -> None:
    async def story() -> None:
        async with stage(tmp_path, shown(qtbot)) as it:
            await it.preview()
            it.session._steps.undo()
            await until(lambda: it.strip)
            assert it.strip == "Nothing to undo"
            await until(lambda: it.page.state.phase is RestorePhase.READY)
            assert it.page.problem.title == ""

    asyncio.run(story())


def test_something_unexpected_does_not_leave_the_folder_blocked(
    qtbot: QtBot, tmp_path: Path
) -> None:
    def break_down(_report: Report) -> Operation:
        raise ZeroDivisionError

    async def story() -> None:
        async with stage(tmp_path, shown(qtbot)) as it:
            restore, current = it.session._restore, it.session._projects.current
            assert current is not None
            await it.preview()
            restore._begin(_Change(current, break_down, restore.failed, True), CancelToken())
            assert it.session._run_bar._blocked
            await until(lambda: it.bugs)
            assert isinstance(it.bugs.pop(), ZeroDivisionError)
            assert it.session._run_bar._blocked == ""
            assert it.page.state.phase is RestorePhase.FAILED
            it.page._confirm()
            await until(lambda: it.x("one") == "old" and it.toasts)

    asyncio.run(story())


def test_what_keeps_a_script_from_running_does_not_keep_from_restoring(
    qtbot: QtBot, tmp_path: Path
) -> None:
    async def story() -> None:
        async with stage(tmp_path, shown(qtbot)) as it:
            (tmp_path / "two" / "aml_config" / "local.runconfig").write_text("a: [")
            await it.open("two")
            await until(it.window.run_bar.blocked_reason)
            await until(lambda: it.strip)
            assert it.window.run_bar._state.blocked
            assert it.session._runs_screen._list_state.run_blocked
            assert it.session._runs_screen._list_state.restore_blocked == ""
            await it.restore()
            await until(lambda: it.x("two") == "old")

    asyncio.run(story())


def test_the_open_project_is_kept_although_the_window_may_be_killed(
    qtbot: QtBot, tmp_path: Path
) -> None:
    async def story() -> None:
        async with stage(tmp_path, shown(qtbot)) as it:
            place = AppPaths.from_environment().data / "window.ini"
            for name in ("two", "one"):
                await it.open(name)
                current = it.session._projects.current
                assert current is not None
                wanted = current.project.id
                await until(lambda: WindowLayout(place, it.window).project == wanted)  # noqa: B023
            it.session._projects.close_project()
            await until(lambda: WindowLayout(place, it.window).project == "")

    asyncio.run(story())
