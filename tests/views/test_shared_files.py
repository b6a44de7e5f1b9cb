"""Logs and outputs that are in a Git repo: the switch for them, and where those of a run are."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.run_samples import make_run
from tests.views import run_detail_samples, sample_states
from tests.views.run_detail_driver import labels, open_page
from workbench.core.run_files import (
    FilesToShare,
    NotShared,
    NotSharedReason,
    RunFilesPlace,
    SharedFiles,
)
from workbench.viewmodels.run_files_words import (
    NOTHING_WAITS,
    RunFilesState,
    files_words,
    left_out_words,
    log_words,
    sharing_words,
)
from workbench.viewmodels.run_states import RunDetailState
from workbench.views.project_page import ProjectPage
from workbench.views.run_detail.page import RunDetailPage

SIZE = "402 files of 131 runs, 96 MB"


@pytest.fixture
def page(qtbot: QtBot) -> RunDetailPage:
    return open_page(qtbot)


@pytest.mark.parametrize(
    ("on", "found", "words"),
    [
        (False, FilesToShare(), "They stay on this computer."),
        (False, FilesToShare(131, 402, 96_300_000), f"Now that would be {SIZE}."),
        (True, FilesToShare(131, 402, 96_300_000), f"Still to push: {SIZE}."),
        (True, FilesToShare(), NOTHING_WAITS),
        (True, FilesToShare(1, 0, 0, 1), "1 file above 50 MB stays here."),
        (True, None, "Looking how much that is."),
    ],
)
def test_how_much_it_is_is_told(on: bool, found: FilesToShare | None, words: str) -> None:
    assert words in sharing_words(found, on=on, has_repo=True)


def test_the_switch_is_told_and_works_with_the_keyboard(qtbot: QtBot) -> None:
    page = ProjectPage()
    qtbot.addWidget(page)
    page.render(sample_states.project_page())
    page.show()
    box = page.sharing.box
    assert not box.isChecked()
    assert SIZE in page.sharing.words.text()
    assert SIZE in box.accessibleDescription()
    with qtbot.waitSignal(page.sharing.chosen) as caught:
        QTest.keyClick(box, Qt.Key.Key_Space)
    assert caught.args == [True]
    page.render(replace(sample_states.project_page(), shares_files=True, to_share=FilesToShare()))
    assert box.isChecked()
    with qtbot.waitSignal(page.sharing.chosen) as caught:
        QTest.mouseClick(box, Qt.MouseButton.LeftButton)
    assert caught.args == [False]


def test_without_a_repo_the_switch_says_what_is_missing(qtbot: QtBot) -> None:
    page = ProjectPage()
    qtbot.addWidget(page)
    state = sample_states.project_page()
    page.render(replace(state, project=replace(state.project, repo="")))
    assert not page.sharing.box.isEnabled()
    assert page.sharing.box.toolTip() == "This project has no Git repo"
    assert "Link a Git repo" in page.sharing.words.text()


def test_log_and_outputs_say_where_they_are(page: RunDetailPage) -> None:
    page.show_tab("outputs")

    def told(state: RunDetailState) -> tuple[str, str]:
        page.render(state)
        return page.log.text.placeholderText(), " ".join(labels(page.outputs))

    log, outputs = told(run_detail_samples.far_away(shared=False))
    assert log == "Log and outputs are on gpu-vm-weu only; sharing is off there."
    assert "It left 4 output files. Log and outputs are on gpu-vm-weu only" in outputs
    log, outputs = told(run_detail_samples.far_away(0.4))
    assert log == "Log and outputs come from the Git repo (6 files, 4.2 MB, 40%)."
    assert "come from the Git repo" in outputs
    state = run_detail_samples.far_away()
    assert state.files is not None
    log, _ = told(replace(state, files=replace(state.files, problem="Nobody answered.")))
    assert log.endswith("on gpu-vm-weu and in the Git repo. Nobody answered.")
    # While it is not known, nothing is said.
    assert told(replace(state, files=None))[0] == ""
    here = replace(state.files, place=replace(state.files.place, is_here=True))
    log, outputs = told(replace(state, files=here))
    assert log == "The script printed nothing."
    assert "On gpu-vm-weu only: model.pt (182 MB, above 50 MB)." in outputs


def test_what_was_left_out_is_told_of_runs_of_other_computers_only() -> None:
    state = run_detail_samples.far_away()
    assert state.files is not None
    shared = state.files.place.shared
    assert shared is not None
    gone = NotShared("outputs/gone", 7, NotSharedReason.UNREADABLE)
    many = replace(shared, left_out=(gone,) * 7)
    files = replace(state.files, place=replace(state.files.place, shared=many))
    words = left_out_words(state.run, files)
    assert words.startswith("On gpu-vm-weu only: gone (it couldn't be read), ")
    assert words.endswith("2 more.")
    assert left_out_words(replace(state.run, machine=""), files) == ""
    assert files_words(state.run, None) == ""


def test_a_log_that_was_too_large_is_said_to_be_elsewhere() -> None:
    shared = SharedFiles("1" * 40, 2, 9, (NotShared("log.txt", 60_000_000),))
    run = replace(make_run(3), machine="lab")
    words = log_words(run, RunFilesState(RunFilesPlace(shared=shared)))
    assert words.startswith("On ")
    assert "only: log.txt (60 MB, above 50 MB)" in words
    assert log_words(run, RunFilesState(RunFilesPlace())) == ""
