"""The Git repo in the New project dialog: what is known of it, and the ways out of a conflict."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from workbench.core.errors import InvalidInputError
from workbench.core.history_sync import RemoteError, RepoFacts, SyncState
from workbench.core.repo_conflicts import RepoHasFilesError, RepoHasProjectError
from workbench.viewmodels.repo_states import RepoCheck
from workbench.viewmodels.repo_words import clone_words
from workbench.views.new_project_dialog import NewProjectDialog

URL = "https://contoso.visualstudio.com/_git/iris-species"
FILLED = RepoFacts("master", ("master",))


@pytest.fixture
def dialog(new_project_dialog: NewProjectDialog) -> NewProjectDialog:
    new_project_dialog.name.setText("iris")
    return new_project_dialog


def answer(dialog: NewProjectDialog, facts: RepoFacts, url: str = URL) -> None:
    dialog.repo.set_address(url)
    dialog.repo.render(RepoCheck(url, facts=facts))


def words(dialog: NewProjectDialog) -> str:
    return dialog.repo.box.checked.words.text()


def test_what_is_typed_is_told_and_goes_with_the_project(
    qtbot: QtBot, dialog: NewProjectDialog
) -> None:
    dialog.repo.line.setFocus()
    with qtbot.waitSignal(dialog.repo.typed, check_params_cb=lambda text: text == URL):
        QTest.keyClicks(dialog.repo.line, URL)
    answer(dialog, RepoFacts(account="user@contoso.com"))
    assert words(dialog) == "Repo found, no master branch yet. Access as user@contoso.com."
    assert dialog.repo.conflict.isHidden()
    with qtbot.waitSignal(dialog.create_requested) as caught:
        dialog.create_button.click()
    assert caught.args is not None
    assert (caught.args[0].repo, caught.args[0].replaces_files) == (URL, False)


def test_a_repo_that_was_not_asked_yet_stops_nobody(qtbot: QtBot, dialog: NewProjectDialog) -> None:
    dialog.repo.set_address(URL)
    dialog.repo.render(RepoCheck(URL, is_checking=True))
    with qtbot.waitSignal(dialog.create_requested):
        dialog.create_button.click()


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (RepoFacts(), "Repo found, no master branch yet."),
        (FILLED, "Repo found. The project begins with the files on master."),
        (
            RepoFacts("main", ("main",), by_token=True),
            "Repo found, without master: the project begins with main. Access with a token.",
        ),
        (
            RepoFacts("AzureMLHistory/x", ("AzureMLHistory/x",)),
            "Repo found, no master branch yet.",
        ),
    ],
)
def test_what_a_blank_project_gets_is_said(
    dialog: NewProjectDialog, facts: RepoFacts, said: str
) -> None:
    assert clone_words(facts) == said
    dialog.cards.card("blank").click()
    answer(dialog, facts)
    assert words(dialog) == said
    assert dialog.repo.conflict.isHidden()
    assert dialog.repo.begins_with_files == bool(facts.main_branch)


def test_a_template_in_a_repo_with_files_needs_a_choice(
    qtbot: QtBot, dialog: NewProjectDialog
) -> None:
    conflict = dialog.repo.conflict
    answer(dialog, FILLED)
    assert conflict.isVisible()
    with qtbot.assertNotEmitted(dialog.create_requested):
        dialog.create_button.click()
    assert conflict.blank.hasFocus()
    QTest.keyClick(conflict.blank, Qt.Key.Key_Space)
    assert dialog.value().template == "blank"
    assert conflict.isHidden()
    dialog.cards.card("classifying-iris").click()
    assert conflict.isVisible()
    with qtbot.waitSignal(dialog.repo.typed, check_params_cb=lambda text: text == ""):
        conflict.other.click()
    assert dialog.repo.text() == ""
    assert dialog.repo.line.hasFocus()
    assert conflict.isHidden()


def test_files_are_replaced_only_after_the_name_of_the_repo_was_typed(
    qtbot: QtBot, dialog: NewProjectDialog
) -> None:
    conflict = dialog.repo.conflict
    answer(dialog, FILLED)
    conflict.replace.click()
    assert conflict.name.line.hasFocus()
    QTest.keyClicks(conflict.name.line, "iris")
    with qtbot.assertNotEmitted(dialog.create_requested):
        dialog.create_button.click()
    assert conflict.name_row.error == "Type iris-species to replace its files"
    assert dialog.create_button.text() == "Create project"
    QTest.keyClicks(conflict.name.line, "-species")
    assert dialog.create_button.text() == "Replace and create"
    assert dialog.create_button.kind == "danger"
    with qtbot.waitSignal(dialog.create_requested) as caught:
        QTest.keyClick(conflict.name.line, Qt.Key.Key_Return)
    assert caught.args is not None
    assert caught.args[0].replaces_files


def test_a_confirmation_counts_for_one_repo_and_can_be_taken_back(
    dialog: NewProjectDialog,
) -> None:
    conflict = dialog.repo.conflict
    answer(dialog, FILLED)
    conflict.replace.click()
    conflict.name.set_text("iris-species")
    # Asked again, with the same answer: nothing of what was typed is lost.
    dialog.repo.render(RepoCheck(URL, is_checking=True))
    answer(dialog, FILLED)
    assert dialog.value().replaces_files
    conflict.back.click()
    assert not dialog.value().replaces_files
    assert dialog.create_button.text() == "Create project"
    assert conflict.replace.isVisible()
    conflict.replace.click()
    conflict.name.set_text("iris-species")
    dialog.repo.line.setFocus()
    QTest.keyClicks(dialog.repo.line, "2")
    assert not dialog.value().replaces_files
    assert dialog.create_button.kind == "primary"
    assert conflict.isHidden()


def test_a_history_in_the_repo_is_said(dialog: NewProjectDialog) -> None:
    answer(dialog, RepoFacts("master", ("AzureMLHistory/x", "master")))
    texts = [each.text() for each in dialog.repo.conflict.findChildren(type(dialog._note))]
    assert any("history of a Workbench project" in text for text in texts)


def test_what_the_operation_found_is_shown_in_the_same_way(
    qtbot: QtBot, dialog: NewProjectDialog
) -> None:
    dialog.repo.set_address(URL)
    dialog.create_button.click()
    dialog.show_error(RepoHasFilesError("contoso/iris-species", "main"))
    conflict = dialog.repo.conflict
    assert conflict.isVisible()
    conflict.replace.click()
    conflict.name.set_text("iris-species")
    assert dialog.value().replaces_files
    dialog.show_error(RepoHasProjectError("contoso/iris-species", URL))
    assert not dialog.value().replaces_files
    assert conflict.blank.isHidden()
    with qtbot.assertNotEmitted(dialog.create_requested):
        dialog.create_button.click()
    assert conflict.open.hasFocus()
    with qtbot.waitSignal(dialog.repo.open_requested, check_params_cb=lambda text: text == URL):
        QTest.keyClick(conflict.open, Qt.Key.Key_Space)


def test_what_keeps_the_repo_away_is_said_below_it_and_does_not_stop_another_try(
    qtbot: QtBot, dialog: NewProjectDialog
) -> None:
    dialog.repo.set_address(URL)
    dialog.create_button.click()
    text = "It wants to know who you are."
    dialog.show_error(RemoteError(SyncState.SIGN_IN_NEEDED, "Sign-in needed", text, details="401"))
    assert words(dialog) == text
    assert dialog.repo.box.checked.words.toolTip() == "401"
    assert dialog.repo.line.accessibleDescription() == text
    with qtbot.waitSignal(dialog.repo.sign_in_requested):
        dialog.repo.sign_in.click()
    with qtbot.waitSignal(dialog.repo.token_requested, check_params_cb=lambda text: text == URL):
        dialog.repo.token.click()
    with qtbot.waitSignal(dialog.create_requested):
        dialog.create_button.click()


def test_an_address_that_cannot_be_used_is_refused_at_once(
    qtbot: QtBot, dialog: NewProjectDialog
) -> None:
    dialog.repo.set_address("ext::true")
    dialog.repo.render(RepoCheck("ext::true", "Addresses of this kind start programs."))
    with qtbot.assertNotEmitted(dialog.create_requested):
        dialog.create_button.click()
    assert dialog.repo.line.hasFocus()
    dialog.show_error(InvalidInputError("repo", "No such thing", hint="Use another."))
    assert words(dialog) == "No such thing Use another."


def test_a_secret_in_the_address_is_offered_to_the_keyring(
    qtbot: QtBot, dialog: NewProjectDialog
) -> None:
    typed, clean = "https://me:s3cret@git.example.com/x", "https://git.example.com/x"
    dialog.repo.set_address(typed)
    check = RepoCheck(typed, "This address holds a password.", clean=clean)
    dialog.repo.render(check)
    assert "s3cret" not in repr(check)
    with qtbot.assertNotEmitted(dialog.create_requested):
        dialog.create_button.click()
    with qtbot.waitSignal(dialog.repo.keep_secret_requested):
        dialog.repo.box.keep.click()
    with qtbot.waitSignal(dialog.repo.token_requested, check_params_cb=lambda text: text == clean):
        dialog.repo.token.click()
    dialog.repo.render(RepoCheck(clean, is_checking=True))
    assert dialog.repo.box.keep.isHidden()


@pytest.mark.parametrize("address", ["git@git.example.com:x", "/srv/repos/x.git"])
def test_where_no_token_is_of_use_none_is_offered(dialog: NewProjectDialog, address: str) -> None:
    assert dialog.repo.token.isVisible()
    answer(dialog, RepoFacts(), address)
    assert dialog.repo.token.isHidden()
