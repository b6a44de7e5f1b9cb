"""The Project page: what can be edited in place, and the project's Python."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit
from pytestqt.qtbot import QtBot

from tests.views import sample_states as sample
from workbench.viewmodels.states import ProjectPageState
from workbench.views.project_page import ProjectPage

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def page(qtbot: QtBot) -> ProjectPage:
    """The page of a project, in an active window."""
    page = ProjectPage()
    qtbot.addWidget(page)
    page.resize(1300, 800)
    page.render(sample.project_page())
    page.show()
    page.activateWindow()
    QTest.qWaitForWindowActive(page)
    return page


def name_line(page: ProjectPage) -> QLineEdit:
    line = page.name.field.edit
    assert isinstance(line, QLineEdit)
    return line


def description_area(page: ProjectPage) -> QPlainTextEdit:
    area = page.description.field.edit
    assert isinstance(area, QPlainTextEdit)
    return area


def named(name: str) -> ProjectPageState:
    state = sample.project_page()
    return replace(state, project=replace(state.project, name=name))


def rename(page: ProjectPage, name: str) -> None:
    name_line(page).setFocus()
    name_line(page).selectAll()
    QTest.keyClicks(name_line(page), name)


def test_enter_saves_the_name_once(qtbot: QtBot, page: ProjectPage) -> None:
    told: list[tuple[str, str]] = []
    page.edited.connect(lambda field, text: told.append((field, text)))
    rename(page, "churn-2")
    QTest.keyClick(name_line(page), Qt.Key.Key_Return)
    description_area(page).setFocus()
    assert told == [("name", "churn-2")]
    page.render(named("churn-2"))
    assert (page.name.field.text(), page.name.error) == ("churn-2", "")
    name_line(page).setFocus()
    description_area(page).setFocus()
    assert len(told) == 1


def test_leaving_the_field_saves_too(qtbot: QtBot, page: ProjectPage) -> None:
    rename(page, "churn-2 ")
    with qtbot.waitSignal(page.edited) as caught:
        description_area(page).setFocus()
    assert caught.args == ["name", "churn-2"]


def test_control_and_enter_save_the_description(qtbot: QtBot, page: ProjectPage) -> None:
    description_area(page).setFocus()
    description_area(page).selectAll()
    QTest.keyClicks(description_area(page), "Two")
    with qtbot.assertNotEmitted(page.edited):
        QTest.keyClick(description_area(page), Qt.Key.Key_Return)
    QTest.keyClicks(description_area(page), "lines")
    with qtbot.waitSignal(page.edited) as caught:
        QTest.keyClick(description_area(page), Qt.Key.Key_Return, CONTROL)
    assert caught.args == ["description", "Two\nlines"]


@pytest.mark.parametrize(
    ("name", "problem"),
    [("x", "Use 2 to 64 characters"), ("two words", "Use A–Z, a–z, 0–9, - _ and . only")],
)
def test_a_bad_name_is_said_below_it_and_not_saved(
    qtbot: QtBot, page: ProjectPage, name: str, problem: str
) -> None:
    rename(page, name)
    with qtbot.assertNotEmitted(page.edited):
        QTest.keyClick(name_line(page), Qt.Key.Key_Return)
    assert (page.name.error, page.name.field.text()) == (problem, name)
    QTest.keyClick(name_line(page), Qt.Key.Key_Escape)
    assert (page.name.error, page.name.field.text()) == ("", "churn-prediction")


def test_what_is_typed_stays_when_it_was_not_saved(qtbot: QtBot, page: ProjectPage) -> None:
    rename(page, "churn-2")
    QTest.keyClick(name_line(page), Qt.Key.Key_Return)
    page.show_edit_error("name", "project.json wasn't changed because the disk is full.")
    page.render(sample.project_page())
    assert page.name.field.text() == "churn-2"
    assert "the disk is full" in page.name.error
    with qtbot.waitSignal(page.edited) as caught:
        QTest.keyClick(name_line(page), Qt.Key.Key_Return)
    assert caught.args == ["name", "churn-2"]


def test_another_project_replaces_what_was_typed(page: ProjectPage) -> None:
    rename(page, "half a na")
    state = sample.project_page()
    page.render(replace(state, project=replace(state.project, id="p9", name="other")))
    assert (page.name.field.text(), page.name.error) == ("other", "")


def test_a_python_can_be_browsed_for(qtbot: QtBot, page: ProjectPage) -> None:
    page.render(replace(sample.project_page(), interpreter=None))
    assert page.python.words.text() == "No Python was found"
    assert page.python_path.copy.isHidden()
    with qtbot.waitSignal(page.browse_requested):
        QTest.mouseClick(page.browse, Qt.MouseButton.LeftButton)
    page.render(replace(sample.project_page(), checking="/opt/python"))
    assert page.python.words.text() == "Checking /opt/python"
    assert not page.browse.isEnabled()
    page.render(sample.project_page())
    assert page.browse.isEnabled()
