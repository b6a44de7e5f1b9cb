"""The New project dialog."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLabel, QScrollArea
from pytestqt.qtbot import QtBot

from workbench.core.errors import InvalidInputError, WorkbenchError
from workbench.core.progress import Progress
from workbench.core.project import NewProject
from workbench.views.kit.overlay import Dimmer
from workbench.views.new_project_dialog import NewProjectDialog
from workbench.views.template_cards import TemplateCard


@pytest.fixture
def dialog(new_project_dialog: NewProjectDialog) -> NewProjectDialog:
    return new_project_dialog


def test_it_asks_for_what_was_entered(
    qtbot: QtBot, dialog: NewProjectDialog, tmp_path: Path
) -> None:
    assert dialog.name.hasFocus()
    QTest.keyClicks(dialog.name, "iris-species")
    dialog.description.set_text("For the workshop")
    dialog.workspace.setEditText("research")
    with qtbot.waitSignal(dialog.create_requested) as caught:
        QTest.mouseClick(dialog.create_button, Qt.MouseButton.LeftButton)
    assert caught.args == [
        NewProject("iris-species", tmp_path, "classifying-iris", "For the workshop", "research")
    ]


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_enter_creates(qtbot: QtBot, dialog: NewProjectDialog, key: Qt.Key) -> None:
    QTest.keyClicks(dialog.name, "iris")
    with qtbot.waitSignal(dialog.create_requested):
        QTest.keyClick(dialog.name, key)


def test_ctrl_enter_creates_from_the_description(qtbot: QtBot, dialog: NewProjectDialog) -> None:
    QTest.keyClicks(dialog.name, "iris")
    dialog.description.area.setFocus()
    with qtbot.waitSignal(dialog.create_requested):
        QTest.keyClick(
            dialog.description.area, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier
        )


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("", "Enter a project name"),
        ("x", "Use 2 to 64 characters"),
        ("two words", "Use A–Z, a–z, 0–9, - _ and . only"),
    ],
)
def test_a_bad_name_is_said_below_it(
    qtbot: QtBot, dialog: NewProjectDialog, name: str, problem: str
) -> None:
    QTest.keyClicks(dialog.name, name)
    with qtbot.assertNotEmitted(dialog.create_requested):
        QTest.mouseClick(dialog.create_button, Qt.MouseButton.LeftButton)
    assert dialog.name_row.error == problem
    assert dialog.name.hasFocus()
    dialog.name.clear()
    QTest.keyClicks(dialog.name, "good-name")
    assert dialog.name_row.error == ""


def test_workspace_must_have_a_name(qtbot: QtBot, dialog: NewProjectDialog) -> None:
    QTest.keyClicks(dialog.name, "iris")
    dialog.workspace.setEditText("  ")
    with qtbot.assertNotEmitted(dialog.create_requested):
        dialog.create_button.click()
    assert dialog.workspace_row.error == "Enter a workspace name"


def test_errors_of_the_operation_go_to_their_field(
    qtbot: QtBot, dialog: NewProjectDialog, tmp_path: Path
) -> None:
    QTest.keyClicks(dialog.name, "iris")
    dialog.create_button.click()
    assert not dialog.name.isEnabled()
    dialog.show_error(
        InvalidInputError(
            "folder",
            f"{tmp_path / 'iris'} has files in it.",
            hint="Choose an empty one or use Open folder.",
        )
    )
    assert dialog.name.isEnabled()
    assert dialog.folder_row.error == (
        f"{tmp_path / 'iris'} has files in it. Choose an empty one or use Open folder."
    )
    buttons = [each for each in dialog.findChildren(type(dialog.browse)) if each.isVisible()]
    open_folder = next(each for each in buttons if each.text() == "Open folder")
    with qtbot.waitSignal(dialog.open_instead_requested) as caught:
        open_folder.click()
    assert caught.args == [tmp_path / "iris"]
    QTest.keyClicks(dialog.folder, "2")
    assert dialog.folder_row.error == ""
    assert not open_folder.isVisible()


def test_other_errors_are_shown_above_the_form(qtbot: QtBot, dialog: NewProjectDialog) -> None:
    dialog.show_error(WorkbenchError("The project wasn't created", "The disk is full."))
    assert dialog.banner.title == "The project wasn't created"
    assert dialog.banner.isVisible()
    QTest.keyClicks(dialog.folder, "2")
    assert not dialog.banner.isVisible()


def test_while_busy_it_shows_progress_and_cancels(qtbot: QtBot, dialog: NewProjectDialog) -> None:
    QTest.keyClicks(dialog.name, "iris")
    dialog.create_button.click()
    assert not dialog.create_button.isEnabled()
    assert not dialog.name.isEnabled()
    dialog.show_progress(Progress("create", 0.5, "Copying files", "3 of 7"))
    qtbot.waitUntil(dialog.progress.isVisible, timeout=2000)
    with qtbot.waitSignal(dialog.stop_requested):
        QTest.mouseClick(dialog.cancel_button, Qt.MouseButton.LeftButton)
    assert dialog.isVisible()
    dialog.canceled()
    assert dialog.name.isEnabled()


def test_success_closes_it(qtbot: QtBot, dialog: NewProjectDialog) -> None:
    QTest.keyClicks(dialog.name, "iris")
    dialog.create_button.click()
    with qtbot.waitSignal(dialog.destroyed):
        dialog.finish()


def test_esc_closes_it_and_takes_the_shade_away(qtbot: QtBot, dialog: NewProjectDialog) -> None:
    window = dialog.parentWidget()
    assert window is not None
    assert window.findChildren(Dimmer)
    with qtbot.assertNotEmitted(dialog.create_requested):
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    qtbot.waitUntil(lambda: not window.findChildren(Dimmer))


@pytest.mark.parametrize("key", [Qt.Key.Key_Tab, Qt.Key.Key_Backtab])
def test_tab_stops_once_at_the_chosen_template(dialog: NewProjectDialog, key: Qt.Key) -> None:
    stops = []
    for _press in range(11):
        QTest.keyClick(dialog.focusWidget(), key)
        stops.append(dialog.focusWidget())
    cards = [stop for stop in stops if isinstance(stop, TemplateCard)]
    assert cards == [dialog.cards.card("classifying-iris")]


def test_arrows_choose_a_template(qtbot: QtBot, dialog: NewProjectDialog) -> None:
    card = dialog.cards.card("classifying-iris")
    assert card.isChecked()
    card.setFocus()
    QTest.keyClick(card, Qt.Key.Key_Left)
    assert dialog.value().template == "blank"
    QTest.keyClick(dialog.cards.card("blank"), Qt.Key.Key_Down)
    assert dialog.value().template == "linear-regression"
    texts = {label.text() for label in dialog.findChildren(QLabel)}
    assert "Linear regression adds 4 files." in texts


def test_the_place_of_the_project_is_shown(dialog: NewProjectDialog, tmp_path: Path) -> None:
    QTest.keyClicks(dialog.name, "iris")
    texts = {label.text() for label in dialog.findChildren(QLabel)}
    assert f"The project will be in {tmp_path / 'iris'}" in texts


@pytest.mark.parametrize("name", ["", "x", "two words", "a" * 65, "name."])
def test_no_place_is_promised_for_a_bad_name(dialog: NewProjectDialog, name: str) -> None:
    dialog.name.setText("iris")
    dialog.name.setText(name)
    texts = {label.text() for label in dialog.findChildren(QLabel)}
    assert not any("will be in" in text for text in texts)
    assert "The project gets a folder of its own in here." in texts


def test_long_names_and_folders_do_not_widen_the_form(
    qtbot: QtBot, dialog: NewProjectDialog
) -> None:
    form = dialog.findChildren(QScrollArea)[-1]
    dialog.resize(dialog.minimumSize())
    for name, folder in (("n" * 300, "/tmp"), ("n" * 64, "/" + "f" * 300)):
        dialog.name.setText(name)
        dialog.folder.setText(folder)
        inner = form.widget()
        assert inner is not None
        qtbot.wait(20)
        assert inner.width() <= form.viewport().width()
        assert inner.minimumSizeHint().width() <= form.viewport().width()
        long = len(name) > 64
        assert dialog.name_row.error == ("Use 2 to 64 characters" if long else "")


def test_browse_opens_a_dialog_and_takes_its_folder(
    qtbot: QtBot, dialog: NewProjectDialog, tmp_path: Path
) -> None:
    (tmp_path / "sub").mkdir()
    QTest.mouseClick(dialog.browse, Qt.MouseButton.LeftButton)
    chooser = dialog.findChild(QFileDialog)
    assert chooser is not None
    assert chooser.fileMode() == QFileDialog.FileMode.Directory
    chooser.fileSelected.emit(str(tmp_path / "sub"))
    assert dialog.folder.text() == str(tmp_path / "sub")
    chooser.reject()


def test_names_and_alt_letters(dialog: NewProjectDialog) -> None:
    named = {
        "projectName": "Project name",
        "folder": "Folder",
        "description": "Description",
    }
    widgets = (dialog.name, dialog.folder, dialog.description.area)
    for widget, (identity, name) in zip(widgets, named.items(), strict=True):
        assert widget.objectName() == identity
        interface = QAccessible.queryAccessibleInterface(widget)
        assert interface.text(QAccessible.Text.Name) == name
    labels = {
        each.text(): each.buddy() for each in dialog.findChildren(QLabel) if "&" in each.text()
    }
    assert set(labels) == {
        "Project &name",
        "&Folder",
        "&Description",
        "&Workspace",
        "&Git repo",
        "Name of the &repo",
    }
    assert labels["&Workspace"] is dialog.workspace
    dialog.folder.setFocus()
    QTest.keyClick(dialog.folder, Qt.Key.Key_N, Qt.KeyboardModifier.AltModifier)
    assert dialog.name.hasFocus()


def test_a_folder_chosen_with_browse_is_told(
    qtbot: QtBot, dialog: NewProjectDialog, tmp_path: Path
) -> None:
    dialog.browse.click()
    (chooser,) = dialog.findChildren(QFileDialog)
    with qtbot.waitSignal(dialog.folder_chosen) as caught:
        chooser.fileSelected.emit(str(tmp_path / "elsewhere"))
    assert caught.args == [tmp_path / "elsewhere"]
    assert dialog.folder.text() == str(tmp_path / "elsewhere")
    chooser.reject()


def test_where_a_project_goes_does_not_depend_on_where_workbench_was_started(
    qtbot: QtBot, dialog: NewProjectDialog
) -> None:
    QTest.keyClicks(dialog.name, "iris")
    dialog.folder.setText("projects")
    with qtbot.assertNotEmitted(dialog.create_requested):
        QTest.mouseClick(dialog.create_button, Qt.MouseButton.LeftButton)
    assert dialog.folder_row.error == "Enter the whole path"


def test_a_home_folder_of_nobody_is_left_to_the_operation(
    qtbot: QtBot, dialog: NewProjectDialog
) -> None:
    """Finding out whose it is may fail, so it is not done while typing."""
    QTest.keyClicks(dialog.name, "iris")
    dialog.folder.setText("~nobody-of-this-name/projects")
    with qtbot.waitSignal(dialog.create_requested) as caught:
        QTest.mouseClick(dialog.create_button, Qt.MouseButton.LeftButton)
    assert caught.args is not None
    assert caught.args[0].parent == Path("~nobody-of-this-name/projects")
