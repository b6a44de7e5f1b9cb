"""What a user does with the Run List page: presses, keys, menus."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from tests.run_samples import now, sample_runs
from tests.views.page_keys import give_commands
from workbench.core.run import Run
from workbench.viewmodels.run_columns import ColumnKind
from workbench.viewmodels.run_states import RunListState
from workbench.views.run_list.page import RunListPage

LEFT = Qt.MouseButton.LeftButton
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
NONE = Qt.KeyboardModifier.NoModifier
KEY = Qt.Key


def make_page(runs: list[Run] | None = None, width: int = 1376, height: int = 788) -> RunListPage:
    page = RunListPage()
    page.model.clock = now
    page.resize(width, height)
    # Charts have tests of their own.
    page.charts.set_wanted(wanted=False)
    page.model.set_runs(sample_runs() if runs is None else runs)
    page.render(RunListState(script="train.py"))
    give_commands(page)
    page.show()
    page.activateWindow()
    QTest.qWaitForWindowActive(page)
    return page


def column(page: RunListPage, kind: ColumnKind, metric: str = "") -> int:
    return next(
        number
        for number, item in enumerate(page.model.columns)
        if item.kind is kind and item.metric in ("", metric or item.metric)
    )


def cell(page: RunListPage, row: int, kind: ColumnKind = ColumnKind.SCRIPT) -> QPoint:
    index = page.model.index(row, column(page, kind))
    page.table.scrollTo(index)
    return page.table.visualRect(index).center()


def click(
    page: RunListPage,
    row: int,
    kind: ColumnKind = ColumnKind.SCRIPT,
    modifiers: Qt.KeyboardModifier = NONE,
) -> None:
    QTest.mouseClick(page.table.viewport(), LEFT, modifiers, cell(page, row, kind))


def double_click(page: RunListPage, row: int, kind: ColumnKind = ColumnKind.SCRIPT) -> None:
    click(page, row, kind)
    QTest.mouseDClick(page.table.viewport(), LEFT, NONE, cell(page, row, kind))


def press(page: RunListPage, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
    QTest.keyClick(page.table, key, modifiers)


def numbers(page: RunListPage) -> list[int]:
    return [run.number for run in page.selected_runs()]


def shown(page: RunListPage) -> list[int]:
    return [run.number for run in page.model.shown_runs()]


def run_of(page: RunListPage, number: int) -> Run:
    return next(run for run in page.model.shown_runs() if run.number == number)


def press_title(page: RunListPage, number: int) -> None:
    header = page.table.header
    middle = header.sectionViewportPosition(number) + header.sectionSize(number) // 2
    place = QPoint(middle, header.height() // 2)
    QTest.mouseClick(header.viewport(), LEFT, NONE, place)


def context_menu(page: RunListPage, *, keyboard: bool = False) -> dict[str, object]:
    reason = QContextMenuEvent.Reason.Keyboard if keyboard else QContextMenuEvent.Reason.Mouse
    event = QContextMenuEvent(reason, QPoint(5, 5), page.mapToGlobal(QPoint(100, 100)))
    QApplication.sendEvent(page.table.viewport(), event)
    menu = page.findChildren(QMenu, "runContextMenu")[-1]
    return entries(menu)


def entries(menu: QMenu) -> dict[str, object]:
    found = {action.text(): action for action in menu.actions() if action.text()}
    QTest.qWait(0)
    menu.hide()
    return dict(found)


def trigger(action: object) -> None:
    getattr(action, "trigger")()  # noqa: B009


def more(page: RunListPage) -> dict[str, object]:
    QTest.mouseClick(page.head.more_button, LEFT)
    return entries(page.head.menu)
