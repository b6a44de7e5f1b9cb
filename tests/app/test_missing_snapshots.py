"""Runs whose snapshots are gone say so, in the whole window."""

import asyncio
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.app.stage import Stage, shown, stage
from tests.loop_waiting import until
from workbench.operations.find_project import find_project
from workbench.services.app_paths import AppPaths
from workbench.viewmodels.run_columns import ColumnKind
from workbench.views.run_detail.page import RunDetailPage

pytestmark = pytest.mark.qt_log_ignore("grabbing the keyboard")
GONE = "Snapshot not on this computer"


def told(it: Stage, role: Qt.ItemDataRole, kind: ColumnKind) -> list[str]:
    """Return what the Run List says of each run in one column."""
    model = it.session._runs_screen.list_page.model
    number = next(n for n, column in enumerate(model.columns) if column.kind is kind)
    return [str(model.index(row, number).data(role)) for row in range(model.rowCount())]


def test_a_snapshot_that_is_gone_and_comes_back(qtbot: QtBot, tmp_path: Path) -> None:
    async def story() -> None:
        async with stage(tmp_path, shown(qtbot)) as it:
            project = find_project(it.session._library, "two", tmp_path)
            history = AppPaths.from_environment().project(project.id).history
            aside = history.with_name("aside")
            history.rename(aside)
            await it.open("two")
            screen = it.session._runs_screen
            page = screen.list_page
            await until(lambda: len(page.model.missing) == 2)
            tips = told(it, Qt.ItemDataRole.ToolTipRole, ColumnKind.SNAPSHOT)
            assert all(tip.endswith(GONE) for tip in tips)
            assert len(tips) == 2
            rows = told(it, Qt.ItemDataRole.AccessibleTextRole, ColumnKind.SELECT)
            assert all(GONE in row for row in rows)

            screen.open_run(it.first_run().id)
            (detail,) = it.window.findChildren(RunDetailPage)
            facts = detail.properties.snapshot
            await until(lambda: facts.texts["Captured"] == GONE)

            # Another page is shown; the history is where it was.
            (history / "objects").rename(tmp_path / "new objects")
            (aside / "objects").rename(history / "objects")
            it.session._projects.current.history.forget()  # type: ignore[union-attr]
            screen.close_run()
            await until(lambda: not page.model.missing)
            assert "Complete" in told(it, Qt.ItemDataRole.ToolTipRole, ColumnKind.SNAPSHOT)[0]

    asyncio.run(story())
