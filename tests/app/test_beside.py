"""Another run beside the open one, in the whole window."""

import asyncio
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from tests.app.stage import Stage, shown, stage
from tests.loop_waiting import until
from tests.run_lab import PYTHON
from workbench.core.run import Run, RunRequest
from workbench.operations.refresh_runs import refresh_runs
from workbench.operations.submit_run import submit_run
from workbench.viewmodels.beside_run import FOLDER, NONE
from workbench.views.run_detail.page import RunDetailPage
from workbench.views.shell.palette import Palette

SCRIPT = """
import os, sys
print("loss {start}", file=sys.stderr)
from azureml.logging import get_azureml_logger
logger = get_azureml_logger()
for step in range(5):
    logger.log("loss", {start} - step)
os.makedirs("outputs", exist_ok=True)
with open("outputs/report.txt", "w") as file:
    file.write("loss {start}")
"""
pytestmark = pytest.mark.qt_log_ignore("grabbing the keyboard")


async def run_scripts(it: Stage, starts: list[int]) -> list[Run]:
    """Run a script that logs curves, each time with another start; returns the runs."""
    context = it.session._projects.current
    assert context is not None
    for start in starts:
        (context.project.folder / "curve.py").write_text(SCRIPT.format(start=start))
        submit_run(context, RunRequest("curve.py", (), PYTHON))
        while context.store.unfinished():
            refresh_runs(context)
    number = 2 + len(starts)

    def known() -> list[Run]:
        return it.session._runs.runs(context.project.id)

    await until(lambda: len(known()) == number and not any(r.status.is_active for r in known()))
    return known()[2:]


def turned(text: str) -> str:
    """Let Qt's timers do what is due; returns what is shown."""
    QApplication.processEvents()
    return text


def test_curves_of_another_run(qtbot: QtBot, tmp_path: Path) -> None:
    async def story() -> None:
        async with stage(tmp_path, shown(qtbot)) as it:
            first, second, third = await run_scripts(it, [10, 20, 30])
            screen = it.session._runs_screen
            (page,) = it.window.findChildren(RunDetailPage)
            screen.open_run(third.id)

            # The run before is the first choice for curves, and stays it for the next open run.
            def ghost() -> tuple[float, ...]:
                metrics = page.state.beside.ghost_metrics if page.state else None
                return metrics[0].values if metrics else ()

            await until(lambda: ghost() == (20.0, 19.0, 18.0, 17.0, 16.0))
            screen.open_run(second.id)
            await until(lambda: ghost() == (10.0, 9.0, 8.0, 7.0, 6.0))
            # A run chosen by its number stays what others are compared with.
            page.metrics.other_ghost_requested.emit()
            (palette,) = it.window.findChildren(Palette)
            palette.chosen.emit("run", first.id)
            palette.reject()
            screen.open_run(third.id)
            await until(lambda: ghost() == (10.0, 9.0, 8.0, 7.0, 6.0))
            page.metrics.ghost_chosen.emit(NONE)
            assert page.state is not None
            assert page.state.beside.ghost is None

    asyncio.run(story())


def test_files_log_and_code_of_runs(qtbot: QtBot, tmp_path: Path) -> None:
    async def story() -> None:
        async with stage(tmp_path, shown(qtbot)) as it:
            first, _second, third = await run_scripts(it, [10, 20, 30])
            (page,) = it.window.findChildren(RunDetailPage)
            it.session._runs_screen.open_run(third.id)
            page.show_tab("outputs")
            await until(lambda: page.outputs.current is not None)
            page.outputs.beside_chosen.emit(first.id)
            other = page.outputs.pair.other
            await until(lambda: other.text.toPlainText() == "loss 10")
            page.outputs.beside_chosen.emit(it.first_run().id)
            await until(
                lambda: "No such file in #1" in [each.text() for each in other.findChildren(QLabel)]
            )

            # The log tells by itself what was an error, and when.
            page.show_tab("log")
            errors = page.log.streams.segments.button("errors")
            await until(lambda: turned(errors.text()) == "Errors  1")
            page.log.streams.choose("errors")
            await until(lambda: turned(page.log.text.toPlainText()) == "loss 30")
            assert page.log.streams.clock(0) != ""

            page.show_tab("changes")

            def changed() -> tuple[list[str], str]:
                state = page.state
                assert state is not None
                files = [change.path for change in state.changes or ()]
                return files, page.changes.view.title.text()

            two = ["curve.py", "outputs/report.txt"]
            await until(lambda: changed() == (two, "2 files changed since #4"))
            page.changes.base_chosen.emit(it.first_run().id)
            await until(lambda: changed() == ([*two, "x"], "3 files changed since #1"))
            (it.root / "one" / "x").write_text("newest")
            page.changes.base_chosen.emit(FOLDER)
            await until(lambda: changed() == ([two[1], "x"], "2 files changed after #5"))
            diff = page.changes.view.diff
            await until(lambda: diff.header.counts == "+1 −1")

    asyncio.run(story())
