"""The Operations page: the list, what each operation changed, and the ways back and forth."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QAbstractItemModelTester, QTest
from pytestqt.qtbot import QtBot

from tests.views.restore_samples import CHANGES, COUNTS, NEW, OLD
from workbench.core.restore import Operation, OperationEntry, OperationKind
from workbench.core.text_diff import diff_contents
from workbench.viewmodels.operation_rows import OperationsModel, operation_row
from workbench.viewmodels.operations_state import OperationsState
from workbench.views.operations.page import OperationsPage

NOW = datetime(2026, 5, 14, 12, 0, tzinfo=UTC)
LEFT = Qt.MouseButton.LeftButton


def entry(
    number: int, kind: OperationKind = OperationKind.RESTORE, *, restores: bool = True
) -> OperationEntry:
    operation = Operation(
        f"op{number}", kind, NOW - timedelta(minutes=10 * number), 121, "b", "a", number
    )
    return OperationEntry(operation, restores)


def sample() -> OperationsState:
    entries = (
        entry(1, OperationKind.UNDO, restores=False),
        replace(entry(9), undone=True, next_redo=True),
        replace(entry(2), next_undo=True, operation=replace(entry(2).operation, partial=True)),
    )
    return OperationsState(
        "churn-prediction",
        tuple(operation_row(each, NOW) for each in entries),
        "op9",
        CHANGES,
        path="train.py",
        content=diff_contents(OLD.encode(), NEW.encode()),
        counts=COUNTS,
        undo="Undo restore of run #121",
        redo="Redo restore of run #121",
    )


@pytest.fixture
def page(qtbot: QtBot) -> OperationsPage:
    page = OperationsPage()
    qtbot.addWidget(page)
    page.resize(1376, 788)
    page.show()
    qtbot.waitExposed(page)
    page.render(sample())
    return page


def test_words_of_operations() -> None:
    def words(each: OperationEntry) -> tuple[str, str, str]:
        row = operation_row(each, NOW)
        return row.title, row.detail, row.tag

    assert words(entry(9)) == ("Restored from run #121", "9 files changed · Today 10:30", "")
    partial = replace(entry(1), operation=replace(entry(1).operation, partial=True))
    assert words(partial)[0] == "Restored files from run #121"
    assert words(replace(entry(2), next_undo=True))[2] == "Next to undo"
    assert words(replace(entry(2), undone=True))[2] == "Undone"
    undo = entry(3, OperationKind.UNDO, restores=False)
    assert words(undo)[0] == "Undid the restore from run #121"
    assert words(entry(3, OperationKind.REDO))[0] == "Restored from run #121 again"
    edited = replace(undo, operation=replace(undo.operation, later_edits=2))
    assert words(edited)[1].endswith("2 edited since, saved")


def test_the_list_speaks(page: OperationsPage) -> None:
    model = page.list.rows
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning, model)
    said = [model.index(row).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(3)]
    assert said[0] == "Undid the restore from run #121, 1 file changed, Today 11:50"
    assert said[1].endswith(", Next to redo")
    assert said[2].startswith("Restored files from run #121, 2 files changed, ")
    interface = QAccessible.queryAccessibleInterface(page.list)
    assert interface.text(QAccessible.Text.Name) == "Operations"
    assert page.list.currentIndex().row() == 1
    assert OperationsModel().index(0).data() is None


def test_changes_of_the_chosen_operation(page: OperationsPage) -> None:
    assert page.changes.title.text() == "9 files changed"
    assert page.changes.selected == "train.py"
    assert page.changes.diff.header.counts == "+8 −9"
    page.render(replace(sample(), changes=(), problem="The snapshot isn't on this computer"))
    assert page.problem.isVisible()
    assert page.problem._title.text() == "The snapshot isn't on this computer"
    page.render(replace(sample(), changes=()))
    assert page.problem._title.text() == "No file changed"
    page.render(replace(sample(), changes=None))
    assert not page.problem.isVisible()
    assert page.changes.title.text() == ""


def test_wishes(page: OperationsPage) -> None:
    seen: list[object] = []
    page.undo_requested.connect(lambda: seen.append("undo"))
    page.redo_requested.connect(lambda: seen.append("redo"))
    page.back_requested.connect(lambda: seen.append("back"))
    page.chosen.connect(seen.append)
    page.file_selected.connect(lambda change: seen.append(change.path))
    assert page.undo.text() == "Undo restore of run #121"
    QTest.mouseClick(page.undo, LEFT)
    QTest.mouseClick(page.redo, LEFT)
    page.list.setFocus()
    QTest.keyClick(page.list, Qt.Key.Key_Down)
    QTest.mouseClick(page.to_project, LEFT)
    QTest.keyClick(page.list, Qt.Key.Key_Escape)
    assert seen == ["undo", "redo", "op2", "back", "back"]
    QTest.keyClick(page.changes.files.view, Qt.Key.Key_Home)
    assert seen[-1] == "models/xgb.py"


def test_why_undo_and_redo_can_not_be_pressed(page: OperationsPage) -> None:
    page.render(replace(sample(), undo="", redo=""))
    assert page.undo.toolTip() == "There is no restore to undo"
    assert page.redo.toolTip() == "There is nothing to do again"
    assert page.undo.text() == "Undo"
    page.render(replace(sample(), busy=True))
    assert page.undo.toolTip() == page.redo.toolTip() == "The folder is being changed"


def test_nothing_was_restored_yet(page: OperationsPage) -> None:
    page.render(OperationsState("x", ()))
    assert page.empty.isVisible()
    page.render(OperationsState("x"))
    assert not page.empty.isVisible()
