"""The dialog Open from Git repo."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QMainWindow
from pytestqt.qtbot import QtBot

from tests.views import open_repo_samples as sample
from workbench.core.errors import InvalidInputError, WorkbenchError
from workbench.core.progress import Progress
from workbench.core.repo_project import (
    NoProjectInRepoError,
    ProjectListedError,
    RepoFiles,
    RepoOpening,
)
from workbench.views.open_repo_dialog import OpenRepoDialog

URL = "https://git.example.com/iris"


@pytest.fixture
def dialog(qtbot: QtBot, tmp_path: Path) -> Iterator[OpenRepoDialog]:
    """The dialog, open over a window."""
    window = QMainWindow()
    window.resize(1200, 800)
    window.show()
    dialog = OpenRepoDialog(window, tmp_path)
    dialog.open()
    dialog.activateWindow()
    QTest.qWaitForWindowActive(dialog)
    yield dialog
    window.close()


def test_a_repo_is_looked_into_while_its_address_is_typed(
    qtbot: QtBot, dialog: OpenRepoDialog
) -> None:
    assert dialog.address.hasFocus()
    assert dialog.open_button.toolTip() == "Enter the address of a Git repo"
    with qtbot.waitSignals([dialog.typed] * len(URL)):
        QTest.keyClicks(dialog.address, URL)
    dialog.render(sample.asking())
    assert dialog.open_button.toolTip() == "The repo is being asked"
    dialog.render(sample.found())
    assert dialog.checked.words.text() == "Repo found, with 12 runs."
    assert dialog.folder.text() == "/home/me/iris"
    assert dialog.files_row.findChildren(type(dialog.checked.words))[-1].text() == (
        "As on main, the default branch."
    )
    assert dialog.open_button.isEnabled()


def test_enter_opens_with_the_files_of_the_default_branch(
    qtbot: QtBot, dialog: OpenRepoDialog
) -> None:
    QTest.keyClicks(dialog.address, URL)
    dialog.render(sample.found())
    with qtbot.waitSignal(dialog.open_requested) as caught:
        QTest.keyClick(dialog.address, Qt.Key.Key_Return)
    assert caught.args == [RepoOpening(URL, Path("/home/me/iris"))]
    assert dialog.busy
    assert not dialog.open_button.isEnabled()
    dialog.show_progress(Progress("open", 0.4, "Cloning the Git repo"))
    with qtbot.waitSignal(dialog.stop_requested):
        dialog.reject()
    dialog.canceled()
    assert not dialog.busy


def test_the_last_run_is_named_and_its_files_can_be_chosen(
    qtbot: QtBot, dialog: OpenRepoDialog
) -> None:
    QTest.keyClicks(dialog.address, URL)
    dialog.render(sample.found())
    QTest.mouseClick(dialog.files.button("last run"), Qt.MouseButton.LeftButton)
    words = dialog.files_row.findChildren(type(dialog.checked.words))[-1].text()
    assert words.startswith("As in run #12, ")
    assert " on lab-pc. The branch is main; what differs is not committed." in words
    with qtbot.waitSignal(dialog.open_requested) as caught:
        QTest.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    wanted = caught.args[0]
    assert (wanted.files, wanted.project_id) == (RepoFiles.LAST_RUN, sample.ID)


def test_one_of_several_projects_is_chosen(qtbot: QtBot, dialog: OpenRepoDialog) -> None:
    QTest.keyClicks(dialog.address, URL)
    assert not dialog.project_row.isVisible()
    dialog.render(sample.several())
    assert dialog.project_row.isVisible()
    assert dialog.project.currentText().startswith("iris, 12 runs, last run ")
    dialog.project.setCurrentIndex(1)
    dialog.project.activated.emit(1)
    assert dialog.project.currentText() == "9e2d0000, imported snapshots"
    assert dialog.value().project_id == sample.OTHER


def test_a_repo_without_history_has_no_last_run(dialog: OpenRepoDialog) -> None:
    dialog.render(sample.found())
    QTest.mouseClick(dialog.files.button("last run"), Qt.MouseButton.LeftButton)
    dialog.render(sample.empty())
    assert dialog.files.current == "branch"
    assert dialog.files.button("last run").toolTip() == "No run history is in this repo"


def test_a_repo_without_files_of_its_own_opens_as_in_the_last_run(dialog: OpenRepoDialog) -> None:
    dialog.render(sample.branchless())
    assert dialog.files.current == "last run"
    assert dialog.files.button("branch").toolTip() == "No branch with files is in this repo"
    assert dialog.value().files is RepoFiles.LAST_RUN
    dialog.render(sample.found())
    assert dialog.files.button("branch").isEnabled()


def test_one_that_is_no_project_is_added_when_that_is_pressed(
    qtbot: QtBot, dialog: OpenRepoDialog
) -> None:
    QTest.keyClicks(dialog.address, URL)
    dialog.render(sample.empty())
    QTest.mouseClick(dialog.open_button, Qt.MouseButton.LeftButton)
    dialog.show_error(NoProjectInRepoError(URL))
    button = dialog.banner.button("add")
    assert button is not None
    assert button.text() == "Clone and add as a project"
    with qtbot.waitSignal(dialog.open_requested) as caught:
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert caught.args[0].add


def test_a_listed_project_is_opened_where_it_is(qtbot: QtBot, dialog: OpenRepoDialog) -> None:
    dialog.render(sample.listed())
    assert dialog.open_button.toolTip() == "This project is in your list already"
    with qtbot.waitSignal(dialog.listed_requested) as caught:
        QTest.mouseClick(dialog.open_listed, Qt.MouseButton.LeftButton)
    assert caught.args == [sample.ID]
    dialog.render(sample.found())
    dialog.show_error(ProjectListedError(sample.OTHER, "rose", "/home/me/rose"))
    button = dialog.banner.button("listed")
    assert button is not None
    with qtbot.waitSignal(dialog.listed_requested) as caught:
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert caught.args == [sample.OTHER]


def test_problems_are_shown_where_they_are(dialog: OpenRepoDialog) -> None:
    dialog.render(sample.no_access())
    assert dialog.sign_in.isVisible()
    assert dialog.token.isVisible()
    assert "wants to know who you are" in dialog.checked.words.text()
    dialog.render(sample.found())
    assert not dialog.token.isVisible()
    dialog.show_error(InvalidInputError("folder", "/x has files in it", hint="/x-2 is free."))
    assert dialog.folder_row.error == "/x has files in it. /x-2 is free."
    assert dialog.folder.hasFocus()
    QTest.keyClicks(dialog.folder, "2")
    assert dialog.folder_row.error == ""
    dialog.show_error(WorkbenchError("The disk is full", "Nothing was left behind."))
    assert dialog.banner.title == "The disk is full"


def test_a_secret_in_the_address_is_offered_to_the_keyring(
    qtbot: QtBot, dialog: OpenRepoDialog
) -> None:
    dialog.render(sample.with_secret())
    assert dialog.box.keep.isVisible()
    assert not dialog.open_button.isEnabled()
    with qtbot.waitSignal(dialog.keep_secret_requested):
        QTest.mouseClick(dialog.box.keep, Qt.MouseButton.LeftButton)
    dialog.render(sample.found())
    assert not dialog.box.keep.isVisible()


def test_a_folder_of_the_user_stays(qtbot: QtBot, dialog: OpenRepoDialog, tmp_path: Path) -> None:
    dialog.folder.setFocus()
    QTest.keyClicks(dialog.folder, "relative")
    dialog.render(sample.found())
    assert dialog.folder.text() == "relative"
    QTest.mouseClick(dialog.open_button, Qt.MouseButton.LeftButton)
    assert dialog.folder_row.error == "Enter the whole path"
    dialog.folder.clear()
    dialog.folder.textEdited.emit("")
    dialog.render(sample.found())
    assert dialog.folder.text() == "/home/me/iris"
    QTest.mouseClick(dialog.browse, Qt.MouseButton.LeftButton)
    chooser = dialog.findChild(QFileDialog)
    assert chooser is not None
    with qtbot.waitSignal(dialog.folder_chosen):
        chooser.fileSelected.emit(str(tmp_path / "elsewhere"))
    assert dialog.folder.text() == str(tmp_path / "elsewhere" / "iris")
    chooser.close()
