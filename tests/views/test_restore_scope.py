"""The Restore page limited to some files, or with a new folder as its target."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QContextMenuEvent, QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from tests.views.restore_driver import LEFT, Wishes, click, named
from tests.views.restore_samples import CHANGES, change, plan, ready_state
from workbench.core.restore import ChangeKind, RestorePlan
from workbench.viewmodels.changed_files import ChangedFilesModel
from workbench.viewmodels.restore_states import RestorePhase, RestoreScope, RestoreState
from workbench.views.restore_page import RestorePage
from workbench.views.theme.theme import theme

Key = Qt.Key
Check = Qt.CheckState
CHECK = Qt.ItemDataRole.CheckStateRole
MENU_POPS_UP = pytest.mark.qt_log_ignore("grabbing the keyboard", "setting the mouse cursor")
CHOSEN = frozenset({"train.py", "README.md"})


@pytest.fixture
def page(qtbot: QtBot) -> RestorePage:
    page = RestorePage()
    qtbot.addWidget(page)
    page.resize(1376, 788)
    page.show()
    qtbot.waitExposed(page)
    page.render(ready_state())
    return page


@pytest.fixture
def wishes(page: RestorePage) -> Wishes:
    return Wishes(page)


def files_state(checked: frozenset[str] = CHOSEN) -> RestoreState:
    return replace(ready_state(), scope=RestoreScope.FILES, checked=checked)


def folder_state(folder: str = "/home/user/churn-run-121") -> RestoreState:
    return replace(ready_state(), scope=RestoreScope.NEW_FOLDER, folder=folder)


def answering(page: RestorePage, state: RestoreState) -> None:
    """Answer each wish for a check as the application does."""
    page.check_asked.connect(lambda paths: page.render(replace(state, checked=paths)))
    page.render(state)


def click_box(page: RestorePage, row: int) -> None:
    view = page.changes.files.view
    rect = view.visualRect(page.changes.files.model.index(row))
    place = QPoint(rect.left() + theme().px(24), rect.center().y())
    QTest.mouseClick(view.viewport(), LEFT, pos=place)


def state_of(page: RestorePage, row: int) -> Check | None:
    value = page.changes.files.model.index(row).data(CHECK)
    return None if value is None else Check(value)


def test_the_choices_have_names_and_are_chosen_by_mouse_and_keyboard(
    page: RestorePage, wishes: Wishes
) -> None:
    interface = QAccessible.queryAccessibleInterface(named(page, "restoreScope"))
    assert interface.text(QAccessible.Text.Name) == "What to restore"
    names = ["Whole project folder", "Selected files", "To a new folder"]
    assert [page.scope.choices[scope].accessibleName() for scope in RestoreScope] == names
    assert page.scope.choices[RestoreScope.FOLDER].isChecked()
    click(page, "restoreScope2")
    assert wishes.last == ("scope_chosen", RestoreScope.FILES)
    named(page, "restoreScope2").setFocus()
    QTest.keyClick(named(page, "restoreScope2"), Key.Key_Down)
    assert wishes.last == ("scope_chosen", RestoreScope.NEW_FOLDER)
    page.render(replace(ready_state(), phase=RestorePhase.RESTORING))
    assert not named(page, "restoreScope1").isEnabled()


def test_selected_files_have_boxes_and_a_count(page: RestorePage, wishes: Wishes) -> None:
    assert state_of(page, 1) is None
    page.render(files_state())
    model = page.changes.files.model
    assert page.changes.title.text() == "2 of 9 files selected"
    assert page.bar.restore.text() == "Restore 2 files"
    assert page.head._title.text() == "Restore files from run #121"
    assert page.warning._text.text().startswith("1 of these files has changes")
    assert state_of(page, model.row_of("train.py")) is Check.Checked
    assert state_of(page, model.row_of("features.py")) is Check.Unchecked
    headings = [row for row in range(model.rowCount()) if model.change_at(row) is None]
    assert [state_of(page, row) for row in headings] == [
        Check.Unchecked,
        Check.PartiallyChecked,
        Check.Unchecked,
    ]
    click(page, "doRestore")
    name, wanted = wishes.last
    assert name == "restore_requested"
    assert isinstance(wanted, RestorePlan)
    assert wanted.partial
    assert {item.path for item in wanted.changes} == CHOSEN


def test_nothing_selected_can_not_be_restored(page: RestorePage, wishes: Wishes) -> None:
    page.render(files_state(frozenset()))
    assert page.bar.restore.text() == "Restore"
    assert page.bar.restore.toolTip() == "Select a file in the list"
    assert not page.warning.isVisible()
    QTest.keyClick(page.changes.files.view, Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert wishes.seen == []


def test_boxes_of_rows_and_groups_by_mouse_and_keyboard(page: RestorePage, wishes: Wishes) -> None:
    answering(page, files_state(frozenset()))
    model = page.changes.files.model
    click_box(page, model.row_of("README.md"))
    assert page.state.checked == {"README.md"}
    # A click beside the box only shows the difference.
    view = page.changes.files.view
    row = view.visualRect(model.index(model.row_of("features.py")))
    QTest.mouseClick(view.viewport(), LEFT, pos=row.center())
    assert page.state.checked == {"README.md"}
    click_box(page, 0)
    assert page.state.checked == {"README.md", "models/xgb.py", "notebooks/shap_review.ipynb"}
    view.setCurrentIndex(model.index(model.row_of("README.md")))
    QTest.keyClick(view, Key.Key_Space)
    assert page.state.checked == {"models/xgb.py", "notebooks/shap_review.ipynb"}
    QTest.keyClick(view, Key.Key_Up)
    assert model.change_at(view.currentIndex().row()) is None
    QTest.keyClick(view, Key.Key_Space)
    modified = {item.path for item in CHANGES if item.kind is ChangeKind.MODIFIED}
    assert page.state.checked >= modified
    QTest.keyClick(view, Key.Key_Space)
    assert page.state.checked == {"models/xgb.py", "notebooks/shap_review.ipynb"}
    assert wishes.last[0] == "check_asked"


def test_a_group_box_takes_only_files_that_the_filter_shows(page: RestorePage) -> None:
    answering(page, files_state(frozenset()))
    page.changes.files.model.set_filter("model")
    click_box(page, 2)
    assert page.state.checked == {"config/model.yaml"}


def test_what_makes_room_is_checked_and_unchecked_with_it() -> None:
    model = ChangedFilesModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning, model)
    changes = (
        change("swap", ChangeKind.ADDED_BACK),
        change("swap/a", ChangeKind.DELETED),
        change("swap/b", ChangeKind.DELETED),
    )
    model.set_changes(changes)
    model.set_checked(frozenset())
    model.check_asked.connect(model.set_checked)
    seen: list[frozenset[str]] = []
    model.check_asked.connect(seen.append)
    model.setData(model.index(model.row_of("swap")), Check.Checked, CHECK)
    assert seen[-1] == {"swap", "swap/a", "swap/b"}
    model.setData(model.index(model.row_of("swap/b")), Check.Unchecked, CHECK)
    assert seen[-1] == {"swap/a"}
    model.set_checked(None)
    assert not model.setData(model.index(1), Check.Checked, CHECK)
    assert not model.index(0).flags() & Qt.ItemFlag.ItemIsEnabled


def test_boxes_are_spoken(page: RestorePage) -> None:
    page.render(files_state())
    view = page.changes.files.view
    row = page.changes.files.model.row_of("train.py")
    interface = QAccessible.queryAccessibleInterface(view)
    item = interface.child(row)
    assert item is not None
    assert item.state().checkable
    assert item.state().checked


def test_a_new_folder_leaves_the_project(page: RestorePage, wishes: Wishes) -> None:
    page.render(folder_state())
    assert page.head._title.text() == "Restore run #121 to a new folder"
    assert page.folder.isVisible()
    assert not page.warning.isVisible()
    assert page.folder.row._below.text().startswith("628 files go there, as in run #121.")
    assert page.bar._safe.text() == "Nothing in this project changes."
    assert page.bar.restore.text() == "Create folder"
    assert page.changes.title.text() == "9 files differ"
    assert not page.kept.isVisible()
    title = "In the new folder, as in run #121"
    assert page.changes.diff.sides._right_title.text() == title
    click(page, "doRestore")
    assert wishes.last == ("folder_requested", "/home/user/churn-run-121")
    line = page.folder.edit.line
    assert line.accessibleName() == "Folder"
    line.setFocus()
    line.setCursorPosition(len(line.text()))
    QTest.keyClicks(line, "x")
    assert wishes.last == ("folder_changed", "/home/user/churn-run-121x")
    QTest.keyClick(line, Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert wishes.last[0] == "folder_requested"


@pytest.mark.parametrize(
    "phase", [phase for phase in RestorePhase if phase is not RestorePhase.RESTORING]
)
def test_a_new_folder_is_possible_whatever_the_folder_is_like(
    page: RestorePage, phase: RestorePhase
) -> None:
    page.render(replace(folder_state(), phase=phase))
    assert page.bar.restore.isEnabled()
    page.render(replace(folder_state(), phase=phase, plan=None))
    assert page.bar.restore.isEnabled()
    page.render(replace(folder_state(), phase=phase, plan=plan(())))
    assert page.bar.restore.isEnabled()
    assert page.folder.isVisible()


def test_a_folder_that_cannot_be_used_says_why(page: RestorePage) -> None:
    words = "This folder has files in it. Choose an empty one or a new name."
    page.render(replace(folder_state(), folder_problem=words))
    assert page.folder.row.error == words
    assert page.bar.restore.toolTip() == words
    page.render(folder_state(" "))
    assert page.bar.restore.toolTip() == "Choose a folder"


def test_while_the_folder_is_made(page: RestorePage, wishes: Wishes) -> None:
    page.render(replace(folder_state(), phase=RestorePhase.RESTORING))
    assert page.bar.restore.toolTip() == "The folder is being created"
    assert not page.folder.edit.line.isEnabled()
    click(page, "cancelRestore")
    assert wishes.last == ("cancel_progress_requested", None)


def menu_of(page: RestorePage, path: str, *, keyboard: bool = False) -> QMenu:
    view = page.changes.files.view
    index = page.changes.files.model.index(page.changes.files.model.row_of(path))
    view.setCurrentIndex(index)
    place = view.visualRect(index).center()
    reason = QContextMenuEvent.Reason.Keyboard if keyboard else QContextMenuEvent.Reason.Mouse
    event = QContextMenuEvent(reason, place, view.viewport().mapToGlobal(place))
    QApplication.sendEvent(view.viewport(), event)
    menu = page.findChildren(QMenu, "fileMenu")[-1]
    assert isinstance(menu, QMenu)
    return menu


@MENU_POPS_UP
@pytest.mark.parametrize("keyboard", [False, True])
def test_menu_of_a_file(page: RestorePage, wishes: Wishes, *, keyboard: bool) -> None:
    menu = menu_of(page, "features.py", keyboard=keyboard)
    only, copy = menu.actions()
    assert (only.text(), copy.text()) == ("Restore only this file", "Copy path")
    copy.trigger()
    assert QGuiApplication.clipboard().text() == "features.py"
    only.trigger()
    name, wanted = wishes.last
    assert name == "file_requested"
    assert isinstance(wanted, RestorePlan)
    assert wanted.partial
    assert [item.path for item in wanted.changes] == ["features.py"]
    menu.close()


@MENU_POPS_UP
def test_menu_of_a_file_while_a_run_uses_the_folder(page: RestorePage) -> None:
    page.render(replace(ready_state(), phase=RestorePhase.BLOCKED, blocked_by="#45"))
    menu = menu_of(page, "features.py")
    only = menu.actions()[0]
    assert not only.isEnabled()
    assert only.toolTip() == "#45 is using this folder"
    menu.close()


def test_a_heading_has_no_menu(page: RestorePage) -> None:
    page.render(files_state())
    view = page.changes.files.view
    place = view.visualRect(page.changes.files.model.index(0)).center()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, view.mapToGlobal(place))
    QApplication.sendEvent(view.viewport(), event)
    assert page.findChildren(QMenu, "fileMenu") == []
