"""The Projects, Project and Settings pages."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QPushButton
from pytestqt.qtbot import QtBot

from tests.views import sample_states as sample
from workbench.core.progress import Progress
from workbench.core.settings import ThemeMode
from workbench.viewmodels.project_table import (
    Column,
    Group,
    ProjectTable,
    recent_activity,
    short_folder,
)
from workbench.viewmodels.states import ProjectsState, SettingsState
from workbench.views.commands import COMMANDS
from workbench.views.kit.buttons import Button
from workbench.views.project_page import ProjectPage
from workbench.views.projects_page import ProjectsPage
from workbench.views.settings_page import SettingsPage
from workbench.views.theme.theme import theme


@pytest.fixture
def page(qtbot: QtBot) -> ProjectsPage:
    """The page with six projects in two workspaces."""
    page = ProjectsPage()
    page.resize(1400, 800)
    page.render(sample.projects())
    page.show()
    page.activateWindow()
    QTest.qWaitForWindowActive(page)
    return page


def texts(model: ProjectTable, column: Column = Column.PROJECT) -> list[str]:
    return [
        str(model.index(row, column).data(Qt.ItemDataRole.DisplayRole))
        for row in range(model.rowCount())
    ]


def names(page: ProjectsPage) -> list[str]:
    model = page.table.model()
    assert isinstance(model, ProjectTable)
    return texts(model)


# the model


@pytest.fixture
def model() -> ProjectTable:
    """The table, checked on every change."""
    model = ProjectTable()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning, model)
    model.set_state(sample.projects())
    return model


def test_projects_are_grouped_and_the_newest_is_first(qtbot: QtBot, model: ProjectTable) -> None:
    assert texts(model) == [
        "ds-team-weu, 4 projects",
        "churn-prediction", "bike-demand", "invoice-ocr", "credit-limit-sim",
        "My workspace, 2 projects",
        "iris-tutorial", "supplier-embeddings",
    ]  # fmt: skip


def test_texts_of_a_row(qtbot: QtBot, model: ProjectTable) -> None:
    row = model.row_of("p1")
    spoken = [
        model.index(row, column).data(Qt.ItemDataRole.AccessibleTextRole) for column in Column
    ]
    assert spoken == [
        "churn-prediction, ~/projects/churn-prediction",
        "#129 train.py, Running",
        "0.8814, val_auc",
        "131",
        "contoso/churn-prediction, 1 snapshot to push",
        "Now",
        "",
    ]
    failed = model.index(model.row_of("p3"), Column.LAST_RUN)
    assert failed.data(Qt.ItemDataRole.AccessibleTextRole) == (
        "#212 finetune.py, Failed yesterday 12:25"
    )
    missing = model.index(model.row_of("p6"), Column.LAST_RUN)
    assert missing.data() == "Folder not found"
    assert model.index(model.row_of("p4"), Column.LAST_RUN).data() == "No runs yet"


def test_filter_needs_every_word(qtbot: QtBot, model: ProjectTable) -> None:
    model.set_filter("IRIS tut", "")
    assert texts(model)[1:] == ["iris-tutorial"]
    model.set_filter("", "ds-team-weu")
    assert len(texts(model)) == 5
    model.set_filter("nothing like this", "")
    assert model.rowCount() == 0


def test_sort_by_name_and_runs(qtbot: QtBot, model: ProjectTable) -> None:
    model.sort(Column.PROJECT, Qt.SortOrder.AscendingOrder)
    assert texts(model)[1:5] == [
        "bike-demand", "churn-prediction", "credit-limit-sim", "invoice-ocr"
    ]  # fmt: skip
    model.sort(Column.RUNS, Qt.SortOrder.DescendingOrder)
    assert texts(model)[1:3] == ["invoice-ocr", "churn-prediction"]


def test_unchanged_rows_are_updated_without_a_reset(qtbot: QtBot, model: ProjectTable) -> None:
    state = sample.projects()
    rows = (replace(state.rows[0], run_count=132), *state.rows[1:])
    with qtbot.assertNotEmitted(model.modelReset), qtbot.waitSignal(model.dataChanged):
        model.set_state(replace(state, rows=rows))
    assert model.index(model.row_of("p1"), Column.RUNS).data() == "132"


def test_activity_is_the_newest_of_all_projects() -> None:
    found = recent_activity(sample.projects().rows, 4)
    assert [(item.run.number, item.project) for item in found] == [
        (45, "bike-demand"),
        (129, "churn-prediction"),
        (128, "churn-prediction"),
        (127, "churn-prediction"),
    ]


@pytest.mark.parametrize(
    ("folder", "shown"),
    [("/home/user/x", "~/x"), ("/home/user", "~"), ("/home/user2/x", "/home/user2/x")],
)
def test_home_is_short(folder: str, shown: str) -> None:
    assert short_folder(folder, "/home/user") == shown


# the page


def test_enter_opens_the_selected_project(qtbot: QtBot, page: ProjectsPage) -> None:
    assert page.table.current_project == "p1"
    page.table.select_project("p2")
    with qtbot.waitSignal(page.open_requested) as caught:
        QTest.keyClick(page.table, Qt.Key.Key_Return)
    assert caught.args == ["p2"]


def test_double_click_opens(qtbot: QtBot, page: ProjectsPage) -> None:
    model = page.table.model()
    assert isinstance(model, ProjectTable)
    position = page.table.visualRect(model.index(model.row_of("p3"), 0)).center()
    viewport = page.table.viewport()
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=position)
    with qtbot.waitSignal(page.open_requested) as caught:
        QTest.mouseDClick(viewport, Qt.MouseButton.LeftButton, pos=position)
    assert caught.args == ["p3"]


def test_a_heading_folds_its_projects(qtbot: QtBot, page: ProjectsPage) -> None:
    model = page.table.model()
    assert isinstance(model, ProjectTable)
    viewport = page.table.viewport()
    heading = page.table.visualRect(model.index(0, 0)).center()
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=heading)
    group = model.row_at(0)
    assert isinstance(group, Group)
    assert group.folded
    assert names(page) == [
        "ds-team-weu, 4 projects", "My workspace, 2 projects", "iris-tutorial",
        "supplier-embeddings",
    ]  # fmt: skip
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=heading)
    assert len(names(page)) == 8


def test_projects_are_grouped_by_what_the_user_chooses(page: ProjectsPage) -> None:
    box = page.grouping.combo
    assert (box.accessibleName(), box.currentText()) == ("Group by", "Workspace")
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_End)
    assert len(names(page)) == 6
    assert not any(", " in name for name in names(page))
    QTest.keyClick(box, Qt.Key.Key_Up)
    assert box.currentText() == "Last run"
    headings = [name for name in names(page) if ", " in name]
    assert len(headings) > 1
    assert "Failed, 1 project" in headings
    # What was folded in one way of grouping stays so there only.
    model = page.table.model()
    assert isinstance(model, ProjectTable)
    model.toggle("Failed")
    assert len(names(page)) == 6 + len(headings) - 1
    QTest.keyClick(box, Qt.Key.Key_Home)
    assert len(names(page)) == 8


def test_all_templates_lead_to_a_new_project(qtbot: QtBot, page: ProjectsPage) -> None:
    link = page.side.all_templates
    assert link.text() == f"All {len(sample.TEMPLATES)}"
    assert link.accessibleName() == f"All {len(sample.TEMPLATES)} templates"
    with qtbot.waitSignal(page.new_requested) as caught:
        QTest.mouseClick(link, Qt.MouseButton.LeftButton)
    assert caught.args == [""]
    more = tuple(replace(sample.TEMPLATES[0], id=f"t{number}") for number in range(6))
    page.render(replace(sample.projects(), templates=more))
    assert link.text() == "All 6"
    assert len(page.side.buttons) == 4


def test_search_filters_and_can_be_cleared(qtbot: QtBot, page: ProjectsPage) -> None:
    with qtbot.waitSignal(page.search.searched):
        QTest.keyClicks(page.search.line, "iris")
    assert names(page)[1:] == ["iris-tutorial"]
    with qtbot.waitSignal(page.search.searched):
        QTest.keyClicks(page.search.line, "xyz")
    assert page.no_match.isVisible()
    QTest.mouseClick(page.no_match.button, Qt.MouseButton.LeftButton)
    assert len(names(page)) == 8


def test_down_goes_from_the_search_into_the_table(page: ProjectsPage) -> None:
    page.search.line.setFocus()
    QTest.keyClick(page.search.line, Qt.Key.Key_Down)
    assert page.table.hasFocus()


def test_a_missing_folder_can_be_located(qtbot: QtBot, page: ProjectsPage) -> None:
    links = [
        button
        for button in page.findChildren(Button)
        if button.accessibleName() == "Locate folder of supplier-embeddings"
    ]
    assert len(links) == 1
    with qtbot.waitSignal(page.locate_requested) as caught:
        QTest.mouseClick(links[0], Qt.MouseButton.LeftButton)
    assert caught.args == ["p6"]
    page.table.select_project("p6")
    with qtbot.waitSignal(page.locate_requested):
        QTest.keyClick(page.table, Qt.Key.Key_Return)


MENU_POPS_UP = pytest.mark.qt_log_ignore("grabbing the keyboard")


def menu_of(page: ProjectsPage, name: str) -> QMenu:
    more = [
        button
        for button in page.findChildren(QPushButton)
        if button.accessibleName() == f"More actions for {name}"
    ]
    more[0].click()
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


@MENU_POPS_UP
def test_menu_of_a_project(qtbot: QtBot, page: ProjectsPage) -> None:
    menu = menu_of(page, "bike-demand")
    wanted = ["Open", "Open in file manager", "Copy Git repo address", "Remove from list"]
    assert [action.text() for action in menu.actions()] == wanted
    with qtbot.waitSignal(page.remove_requested) as caught:
        menu.actions()[3].trigger()
    assert caught.args == ["p2"]
    with qtbot.waitSignal(page.show_folder_requested) as shown:
        menu.actions()[1].trigger()
    assert shown.args == ["p2"]
    menu.close()


@MENU_POPS_UP
def test_menu_of_a_project_whose_folder_is_gone(page: ProjectsPage) -> None:
    menu = menu_of(page, "supplier-embeddings")
    assert [action.text() for action in menu.actions()] == ["Locate folder", "Remove from list"]
    menu.close()


@MENU_POPS_UP
def test_context_menu_by_keyboard(page: ProjectsPage) -> None:
    page.table.select_project("p2")
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(0, 0), QPoint(0, 0))
    QApplication.sendEvent(page.table.viewport(), event)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    menu.close()


def test_delete_asks_to_remove(qtbot: QtBot, page: ProjectsPage) -> None:
    page.table.select_project("p2")
    with qtbot.waitSignal(page.remove_requested) as caught:
        QTest.keyClick(page.table, Qt.Key.Key_Delete)
    assert caught.args == ["p2"]


def test_selection_survives_a_new_state(page: ProjectsPage) -> None:
    page.table.select_project("p3")
    state = sample.projects()
    page.render(replace(state, rows=state.rows[1:]))
    assert page.table.current_project == "p3"


def test_templates_start_a_project(qtbot: QtBot, page: ProjectsPage) -> None:
    button = page.side.buttons[1]
    assert button.accessibleName() == "New project from Classifying Iris"
    with qtbot.waitSignal(page.new_requested) as caught:
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert caught.args == ["classifying-iris"]


def test_empty_state(qtbot: QtBot, page: ProjectsPage) -> None:
    page.render(ProjectsState(templates=sample.TEMPLATES, now=sample.NOW))
    assert page.empty.isVisible()
    assert page.search.isHidden() or not page.search.isVisible()
    filled = [
        button.text()
        for button in page.findChildren(Button)
        if button.property("kind") == "primary" and button.isVisible()
    ]
    assert filled == ["New project"]
    with qtbot.waitSignal(page.new_requested) as caught:
        QTest.mouseClick(page.empty.button, Qt.MouseButton.LeftButton)
    assert caught.args == [""]
    with qtbot.waitSignal(page.open_folder_requested):
        QTest.mouseClick(page.empty.second_button, Qt.MouseButton.LeftButton)


def test_nothing_is_said_about_none_while_the_list_is_read(page: ProjectsPage) -> None:
    page.render(ProjectsState(loading=True))
    assert not page.empty.isVisible()


def test_side_is_hidden_where_there_is_no_room(page: ProjectsPage) -> None:
    assert page.side.isVisible()
    page.resize(1100, 700)
    assert page.side.isHidden()
    assert not page.table.isColumnHidden(Column.OPENED)
    theme().set_zoom(200)
    page.resize(1101, 700)
    assert page.table.isColumnHidden(Column.OPENED)
    assert page.table.isColumnHidden(Column.RUNS)


# Project and Settings


def test_project_page_shows_and_copies(qtbot: QtBot) -> None:
    page = ProjectPage()
    page.resize(1300, 800)
    page.render(sample.project_page())
    page.show()
    assert page.branch.words.text() == ("AzureMLHistory/7d1c6a52-90fe-4b7d-9c55-0f3ab1e2c4d8")
    assert page.snapshots.words.text() == "118 snapshots of 131 runs, 214 MB on disk"
    page.identity.copy.click()
    assert QGuiApplication.clipboard().text() == "7d1c6a52-90fe-4b7d-9c55-0f3ab1e2c4d8"
    with qtbot.waitSignal(page.open_folder_requested):
        page.open_folder.click()
    page.render(replace(sample.project_page(), can_prepare=False))
    assert page.prepare.toolTip() == "This project has no list of packages"
    page.show_progress(Progress("environment", None, "Installing packages"))
    qtbot.waitUntil(page.progress.isVisible, timeout=2000)
    with qtbot.waitSignal(page.activity_canceled):
        page.progress.cancel_button.click()
    page.show_progress(None)
    assert page.progress.isHidden()


def test_settings_page_tells_each_choice(qtbot: QtBot) -> None:
    page = SettingsPage()
    page.resize(900, 600)
    page.render(SettingsState(ThemeMode.LIGHT, 80, "/home/user/projects", "/data"))
    page.show()
    assert page.mode.current == "light"
    assert page.smaller.toolTip() == "This is the smallest zoom"
    with qtbot.waitSignal(page.theme_chosen) as caught:
        page.mode.button("dark").click()
    assert caught.args == [ThemeMode.DARK]
    with qtbot.waitSignal(page.zoom_chosen) as zoomed:
        page.larger.click()
    assert zoomed.args == [90]
    page.folder.setFocus()
    page.folder.selectAll()
    QTest.keyClicks(page.folder, "/data/projects")
    with qtbot.waitSignal(page.projects_folder_chosen) as folder:
        QTest.keyClick(page.folder, Qt.Key.Key_Return)
    assert folder.args == ["/data/projects"]


def test_theme_and_zoom_are_called_so_everywhere(qtbot: QtBot) -> None:
    page = SettingsPage()
    qtbot.addWidget(page)
    labels = {label.text() for label in page.findChildren(QLabel)}
    assert {"Theme", "Zoom"} <= labels
    assert not {"Colours", "Size"} & labels
    modes = [button.text() for button in page.mode.findChildren(QPushButton)]
    in_menu = [command.text for command in COMMANDS if command.menu == "View/Theme"]
    assert modes == in_menu == ["System", "Light", "Dark"]
    assert page.mode.accessibleName() == "Theme"
