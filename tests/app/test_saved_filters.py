"""Saved filters, grouping and archiving in the whole window, from one session to the next."""

import asyncio
from pathlib import Path

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.app.stage import Stage, shown, stage
from tests.loop_waiting import until
from workbench.views.kit.dialogs import AskDialog
from workbench.views.projects_page import ProjectsPage
from workbench.views.run_detail.page import RunDetailPage
from workbench.views.run_list.filter_dialog import FilterNameDialog
from workbench.views.run_list.page import RunListPage


def names(page: RunListPage) -> list[str]:
    return [each.name for each in page.saved_filters._filters]


def listed(page: RunListPage) -> list[int]:
    return [run.number for run in page.model.shown_runs()]


async def save(it: Stage, page: RunListPage, text: str, name: str) -> None:
    page.filters.search.line.setText(text)
    # Qt's own timers rest here.
    page.filters.search.searched.emit(text)
    page.offers()["save_filter"].act()
    await until(lambda: bool(it.window.findChildren(FilterNameDialog)))
    dialog = it.window.findChildren(FilterNameDialog)[-1]
    dialog.line.setText(name)
    dialog.accept_button.click()
    await until(lambda: name in names(page))
    # What is closed is gone a step of Qt's loop later.
    QApplication.sendPostedEvents(None, 52)


def test_they_are_kept_for_each_project(qtbot: QtBot, tmp_path: Path) -> None:
    async def story() -> None:
        async with stage(tmp_path, shown(qtbot)) as it:
            (page,) = it.window.findChildren(RunListPage)
            await until(lambda: listed(page) == [2, 1])
            await save(it, page, "#1", "The first")
            await save(it, page, "status=failed", "Failed")
            assert names(page) == ["Failed", "The first"]
            page.filters.clear()
            assert listed(page) == [2, 1]
            it.window.filter_chosen.emit("The first")
            assert listed(page) == [1]
            page.offers()["rename_filter"].act()
            dialog = it.window.findChildren(FilterNameDialog)[-1]
            dialog.line.setText("Number 1")
            dialog.accept_button.click()
            await until(lambda: names(page) == ["Failed", "Number 1"])

            page.offers()["delete_filter"].act()
            await until(lambda: names(page) == ["Failed"])
            undo = next(
                each for each in it.window.toasts.toasts if "deleted" in each.accessibleName()
            )
            undo.action_button.click()
            await until(lambda: names(page) == ["Failed", "Number 1"])
            page.filters.clear()

            await it.open("two")
            assert names(page) == []
            await it.open("one")
            await until(lambda: names(page) == ["Failed", "Number 1"])
            context = it.session._projects.current
            assert context is not None
            # The project's folder and the user's own repository know nothing of it.
            assert context.paths.filters.is_file()
            assert not list((tmp_path / "one").rglob("filters.json*"))

    asyncio.run(story())


def test_they_and_the_grouping_outlive_a_session(qtbot: QtBot, tmp_path: Path) -> None:
    async def first() -> None:
        async with stage(tmp_path / "a", shown(qtbot)) as it:
            (page,) = it.window.findChildren(RunListPage)
            await until(lambda: listed(page) == [2, 1])
            await save(it, page, "#2", "The second")
            (projects,) = it.window.findChildren(ProjectsPage)
            combo = projects.grouping.combo
            combo.setCurrentIndex(combo.findText("Last run"))
            combo.activated.emit(combo.currentIndex())

    async def second() -> None:
        async with stage(tmp_path / "b", shown(qtbot)) as it:
            (page,) = it.window.findChildren(RunListPage)
            (projects,) = it.window.findChildren(ProjectsPage)
            assert projects.grouping.combo.currentText() == "Last run"
            it.session._projects.open_folder(tmp_path / "a" / "one")
            await until(lambda: names(page) == ["The second"])
            await until(lambda: listed(page) == [2, 1])

    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    asyncio.run(first())
    asyncio.run(second())


def test_an_open_run_is_archived_and_deleted(qtbot: QtBot, tmp_path: Path) -> None:
    async def story() -> None:
        async with stage(tmp_path, shown(qtbot)) as it:
            (page,) = it.window.findChildren(RunListPage)
            (detail,) = it.window.findChildren(RunDetailPage)
            await until(lambda: listed(page) == [2, 1])
            first = it.first_run()
            it.session._runs_screen.open_run(first.id)
            detail.offers()["archive_runs"].act()
            await until(lambda: listed(page) == [2])
            await until(lambda: detail.offers()["archive_runs"].text == "Unarchive")
            assert it.window.page == "run"
            detail.offers()["archive_runs"].act()
            await until(lambda: listed(page) == [2, 1])

            detail.offers()["delete_runs"].act()
            it.window.findChildren(AskDialog)[-1].button("delete").click()
            await until(lambda: it.window.page == "runs")
            await until(lambda: "#1 is deleted" in " ".join(it.toasts))
            assert "was deleted" not in " ".join(it.toasts)
            undo = next(
                each for each in it.window.toasts.toasts if "is deleted" in each.accessibleName()
            )
            undo.action_button.click()
            await until(lambda: listed(page) == [2, 1])

    asyncio.run(story())
