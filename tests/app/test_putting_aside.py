"""Runs are archived and deleted in the whole window, and come back."""

import asyncio
from pathlib import Path

from pytestqt.qtbot import QtBot

from tests.app.stage import Stage, shown, stage
from tests.loop_waiting import until
from workbench.core.run import RunStatus
from workbench.views.kit.dialogs import AskDialog
from workbench.views.kit.toast import Toast
from workbench.views.run_list.page import RunListPage


def listed(page: RunListPage) -> list[int]:
    return [run.number for run in page.model.shown_runs()]


def toast(it: Stage, title: str) -> Toast:
    return next(each for each in it.window.toasts.toasts if each.accessibleName().startswith(title))


def test_archive_at_once_and_delete_after_a_question(qtbot: QtBot, tmp_path: Path) -> None:
    async def story() -> None:
        async with stage(tmp_path, shown(qtbot)) as it:
            (page,) = it.window.findChildren(RunListPage)
            await until(lambda: listed(page) == [2, 1])
            first = it.first_run()
            page.table.select_run(first.id)
            page.offers()["archive_runs"].act()
            await until(lambda: listed(page) == [2])
            await until(lambda: "#1 is archived" in " ".join(it.toasts))
            toast(it, "#1 is archived").action_button.click()
            await until(lambda: listed(page) == [2, 1])

            page.table.select_run(first.id)
            page.offers()["delete_runs"].act()
            (question,) = it.window.findChildren(AskDialog)
            question.button("keep").click()
            assert listed(page) == [2, 1]
            page.offers()["delete_runs"].act()
            question = it.window.findChildren(AskDialog)[-1]
            question.button("delete").click()
            await until(lambda: listed(page) == [2])
            await until(lambda: "#1 is deleted" in " ".join(it.toasts))
            toast(it, "#1 is deleted").action_button.click()
            await until(lambda: listed(page) == [2, 1])

    asyncio.run(story())


def test_a_run_that_goes_on_is_not_deleted(qtbot: QtBot, tmp_path: Path) -> None:
    async def story() -> None:
        async with stage(tmp_path, shown(qtbot)) as it:
            (page,) = it.window.findChildren(RunListPage)
            context = it.session._projects.current
            assert context is not None
            await until(lambda: listed(page) == [2, 1])
            # As if another window had begun it again meanwhile.
            run = it.first_run()
            context.store.update(run.id, {"status": RunStatus.RUNNING})
            active = context.store.get(run.id)
            screen = it.session._runs_screen
            screen._aside.request("delete", [active])
            it.window.findChildren(AskDialog)[-1].button("delete").click()
            await until(lambda: it.strip == "Run #1 is running")
            assert listed(page) == [2, 1]
            context.store.update(run.id, {"status": RunStatus.COMPLETED})

    asyncio.run(story())
