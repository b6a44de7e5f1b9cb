"""The Git repo on the Project page, and the words for where its history stands."""

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from workbench.core.history_sync import RepoFacts, SyncState, SyncStatus
from workbench.core.progress import Progress
from workbench.viewmodels.repo_states import RepoCheck, RepoState
from workbench.viewmodels.repo_words import found_words
from workbench.viewmodels.sync_words import (
    repo_title,
    sync_icon,
    sync_label,
    sync_sentence,
)
from workbench.views.repo_section import RepoSection

URL = "https://contoso.visualstudio.com/_git/churn-prediction"


@pytest.fixture
def section(qtbot: QtBot) -> RepoSection:
    section = RepoSection()
    qtbot.addWidget(section)
    section.render(RepoState("p1"))
    section.resize(600, 300)
    section.show()
    return section


@pytest.mark.parametrize(
    ("status", "label"),
    [
        (SyncStatus(), "On this computer only"),
        (SyncStatus(SyncState.UP_TO_DATE), "Synced"),
        (SyncStatus(SyncState.WAITING), "Not synced yet"),
        (SyncStatus(SyncState.WAITING, 1, 1), "1 snapshot to push"),
        (SyncStatus(SyncState.WAITING, 0, 2), "2 runs to push"),
        (SyncStatus(SyncState.WORKING, 2), "Syncing history"),
        (
            SyncStatus(SyncState.WORKING, 2, progress=Progress("push", 0.456, "Pushing history")),
            "Pushing history, 46%",
        ),
        (SyncStatus(SyncState.OFFLINE), "Offline"),
        (SyncStatus(SyncState.OFFLINE, 3), "Offline, 3 to push"),
        (SyncStatus(SyncState.SIGN_IN_NEEDED, 4), "Sign in to push 4"),
        (SyncStatus(SyncState.NO_PERMISSION, 1_200), "No permission, 1,200 to push"),
        (SyncStatus(SyncState.REJECTED, 1), "Push refused, 1 to push"),
    ],
)
def test_each_state_has_words_and_an_icon(status: SyncStatus, label: str) -> None:
    assert sync_label(status) == label
    assert sync_sentence(status) or status.state.is_problem
    assert all(sync_icon(status))


def test_words_about_repos() -> None:
    assert found_words(RepoFacts()) == "Repo found, no master branch yet."
    assert found_words(RepoFacts("main", ("main", "master"))) == "Repo found, with a master branch."
    assert found_words(RepoFacts("main", ("main",))) == "Repo found, its main branch is main."
    assert repo_title(URL) == "contoso/churn-prediction"
    assert (repo_title(""), repo_title("nonsense")) == ("", "nonsense")


def test_a_repo_that_answers_can_be_linked(qtbot: QtBot, section: RepoSection) -> None:
    assert not section.link.isEnabled()
    assert section.push.isHidden()
    with qtbot.waitSignal(section.typed, check_params_cb=lambda text: text == URL):
        section.address.line.setFocus()
        QTest.keyClicks(section.address.line, URL)
    section.render(RepoState("p1", check=RepoCheck(URL, is_checking=True)))
    assert section.checked.words.text() == "Asking the repo"
    assert not section.link.isEnabled()
    section.render(RepoState("p1", check=RepoCheck(URL, facts=RepoFacts())))
    assert section.address.text() == URL
    with qtbot.waitSignal(section.link_requested) as caught:
        section.link.click()
    assert caught.args == [URL]
    section.render(RepoState("p1", check=RepoCheck(URL, facts=RepoFacts()), is_linking=True))
    assert section.link.toolTip() == "The repo is being linked"


def test_what_is_wrong_is_below_the_address(section: RepoSection) -> None:
    section.render(RepoState("p1", check=RepoCheck(URL, "You have no access.", "TF401019")))
    assert section.checked.words.text() == "You have no access."
    assert section.checked.words.toolTip() == "TF401019"
    assert section.address.line.accessibleDescription() == "You have no access."
    assert not section.link.isEnabled()
    section.render(RepoState("p1", problem="The disk is full."))
    assert section.checked.words.text() == "The disk is full."


def test_a_linked_repo_is_locked_and_can_be_copied(qtbot: QtBot, section: RepoSection) -> None:
    section.render(RepoState("p1", URL, URL, SyncStatus(SyncState.WAITING, 2, 2)))
    assert section.address.line.isReadOnly()
    assert section.link.isHidden()
    section.copy.click()
    assert QGuiApplication.clipboard().text() == URL
    with qtbot.waitSignal(section.web_requested):
        section.web.click()
    assert section.push.text() == "Push now"
    with qtbot.waitSignal(section.push_requested):
        section.push.click()
    assert section.details.isHidden()


def test_a_problem_has_its_text_its_action_and_the_servers_words(
    qtbot: QtBot, section: RepoSection
) -> None:
    status = SyncStatus(SyncState.NO_PERMISSION, 1, 1, "No permission", "It is not let in.", "403")
    section.render(RepoState("p1", URL, URL, status))
    assert section.words.text() == "No permission, 1 to push"
    assert section.sentence.text() == "No permission: It is not let in."
    assert section.push.text() == "Try again"
    with qtbot.waitSignal(section.details_requested):
        section.details.click()


def test_what_was_typed_for_one_project_is_not_shown_in_another(section: RepoSection) -> None:
    section.address.set_text(URL)
    section.render(RepoState("p2"))
    assert section.address.text() == ""
