"""Targets on the Project page in the whole window: what is found, and using another Python."""

import asyncio
from pathlib import Path

from pytestqt.qtbot import QtBot

from tests.app.stage import shown, stage
from tests.loop_waiting import until
from tests.run_lab import PYTHON
from workbench.core.run_configuration import ComputeTarget
from workbench.services.aml_config import write_compute_target
from workbench.views.project_page import ProjectPage


def test_targets_are_those_of_the_project(qtbot: QtBot, tmp_path: Path) -> None:
    async def story() -> None:
        async with stage(tmp_path, shown(qtbot)) as it:
            (page,) = it.window.findChildren(ProjectPage)
            write_compute_target(tmp_path / "one", ComputeTarget("gpu", "remote", address="host"))
            it.window.page_requested.emit("project")
            await until(lambda: "target gpu" in page.targets.rows)
            bar = it.session._run_bar
            await until(lambda: bar.interpreter is not None)
            assert bar.interpreter is not None
            used = page.targets.rows[f"python {bar.interpreter.path}"]
            assert used.word.text() == "Used"
            assert page.targets.rows["target local"].word.text() == "Ready"

            # A file that the user chose is one more, and the project uses it from then on.
            bar.browse_interpreter(PYTHON.path)
            await until(lambda: f"python {PYTHON.path}" in page.targets.rows)
            rows = page.targets.rows
            free = next((key for key in rows if rows[key].use.isVisibleTo(page)), "")
            if free:
                rows[free].use.click()
                await until(lambda: rows[free].word.text() == "Used")
                assert bar.interpreter is not None
                assert free == f"python {bar.interpreter.path}"

    asyncio.run(story())
