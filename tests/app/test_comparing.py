"""Comparisons in the whole window: how one gets there, and back."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from tests.app.stage import Stage, shown, stage
from tests.loop_waiting import until
from workbench.core.comparison import Comparison
from workbench.core.run import Run
from workbench.views.compare.page import ComparePage
from workbench.views.run_detail.page import RunDetailPage
from workbench.views.run_list.page import RunListPage
from workbench.views.shell.palette import Palette

Tell = Callable[[Callable[["Desk"], Coroutine[Any, Any, None]]], None]
# The offscreen platform says so for every menu that pops up.
pytestmark = pytest.mark.qt_log_ignore("grabbing the keyboard")


class Desk:
    """What a user sees of comparisons."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.window = stage.window

    @property
    def table(self) -> RunListPage:
        (found,) = self.window.findChildren(RunListPage)
        return found

    @property
    def detail(self) -> RunDetailPage:
        (found,) = self.window.findChildren(RunDetailPage)
        return found

    @property
    def page(self) -> ComparePage:
        (found,) = self.window.findChildren(ComparePage)
        return found

    @property
    def comparison(self) -> Comparison | None:
        pages = self.window.findChildren(ComparePage)
        return pages[0].state.comparison if pages else None

    @property
    def titles(self) -> list[str]:
        return [side.title for side in self.comparison.sides] if self.comparison else []

    def runs(self) -> list[Run]:
        current = self.stage.session._projects.current
        assert current is not None
        return self.stage.session._runs.runs(current.project.id)

    async def select_both(self) -> None:
        await until(lambda: self.table.model.rowCount() == 2)
        self.table.table.selectAll()

    async def compare_both(self) -> None:
        await self.select_both()
        self.table.offers()["compare"].act()
        await until(lambda: self.titles == ["#2", "#1"])
        assert self.window.page == "compare"

    def open_run(self, number: int) -> None:
        self.stage.session._runs_screen.open_run(self.runs()[number - 1].id)
        assert self.window.page == "run"


@pytest.fixture
def tell(qtbot: QtBot, tmp_path: Path) -> Tell:
    def run(story: Callable[[Desk], Coroutine[Any, Any, None]]) -> None:
        async def whole() -> None:
            async with stage(tmp_path, shown(qtbot)) as it:
                await story(Desk(it))

        asyncio.run(whole())

    return run


def test_from_the_list_and_back(tell: Tell) -> None:
    async def story(desk: Desk) -> None:
        await desk.select_both()
        assert desk.table.head.compare_button.isEnabled()
        desk.table.head.compare_button.click()
        await until(lambda: desk.titles == ["#2", "#1"])
        changes = desk.comparison.sides[1].changes if desk.comparison else None
        assert [change.path for change in changes or ()] == ["x"]
        desk.page.escape()
        assert desk.window.page == "runs"
        assert desk.titles == []
        # The selection is as it was.
        assert [run.number for run in desk.table.selected_runs()] == [2, 1]

    tell(story)


def test_runs_leads_back_to_a_comparison_and_from_there_to_the_list(tell: Tell) -> None:
    async def story(desk: Desk) -> None:
        await desk.compare_both()
        session = desk.stage.session
        session._show_page("settings")
        session._show_page("runs")
        assert desk.window.page == "compare"
        session._show_page("runs")
        assert desk.window.page == "runs"
        session._show_page("settings")
        session._show_page("runs")
        assert desk.window.page == "runs"

    tell(story)


def test_a_run_of_a_comparison_leads_back_to_it(tell: Tell) -> None:
    async def story(desk: Desk) -> None:
        await desk.compare_both()
        desk.page.cards.cards[1].asked.emit("open")
        assert desk.window.page == "run"
        desk.detail.back_requested.emit()
        assert desk.window.page == "compare"
        await asyncio.sleep(0.05)
        assert desk.titles == ["#2", "#1"]
        # Another run, from elsewhere, ends it.
        desk.open_run(1)
        desk.stage.session._compare_screen._settle()
        desk.detail.back_requested.emit()
        assert desk.window.page == "runs"
        assert desk.titles == []

    tell(story)


def test_from_an_open_run_and_back(tell: Tell) -> None:
    async def story(desk: Desk) -> None:
        desk.open_run(2)
        desk.detail.offers()["compare_with_previous"].act()
        await until(lambda: desk.titles == ["#2", "#1"])
        desk.page.escape()
        assert desk.window.page == "run"
        desk.detail.offers()["compare_with_folder"].act()
        await until(lambda: desk.titles == ["#2", "Folder now"])
        desk.page.escape()
        desk.detail.offers()["compare_with_other"].act()
        (palette,) = desk.window.findChildren(Palette)
        assert palette.titles == ["#1 train.py"]
        palette._choose(0)
        await until(lambda: desk.titles == ["#2", "#1"])
        desk.page.escape()
        # No run logged anything.
        desk.detail.offers()["compare_with_best"].act()
        assert desk.window.page == "run"
        assert any("No run has completed with a metric" in text for text in desk.stage.toasts)
        desk.open_run(1)
        assert desk.detail.offers()["compare_with_previous"].reason == "This is the first run"

    tell(story)


def test_what_is_left_out_can_be_put_back(tell: Tell) -> None:
    async def story(desk: Desk) -> None:
        await desk.compare_both()
        desk.page.baseline_chosen.emit(desk.runs()[0].id)
        await until(lambda: desk.comparison and desk.comparison.base.title == "#1")
        screen = desk.stage.session._compare_screen
        # Two are the fewest.
        desk.page.removed.emit(0)
        assert desk.stage.toasts == []
        ids = tuple(run.id for run in desk.runs())
        request = screen._controller.request
        assert request is not None
        screen.open(type(request)(ids, with_folder=True))
        await until(lambda: desk.titles == ["#1", "#2", "Folder now"])
        desk.page.cards.cards[0].remove.click()
        await until(lambda: desk.titles == ["#2", "Folder now"])
        (toast,) = desk.window.toasts.toasts
        assert toast.title == "#1 was removed from the comparison"
        toast.action_button.click()
        await until(lambda: desk.titles == ["#1", "#2", "Folder now"])

    tell(story)


def test_restore_leads_back_to_the_comparison_and_another_project_ends_it(tell: Tell) -> None:
    async def story(desk: Desk) -> None:
        await desk.compare_both()
        desk.page.cards.cards[1].asked.emit("restore")
        assert desk.window.page == "restore"
        desk.stage.page.back_requested.emit()
        assert desk.window.page == "compare"
        await desk.stage.open("two")
        assert desk.titles == []
        assert desk.window.page == "runs"

    tell(story)
