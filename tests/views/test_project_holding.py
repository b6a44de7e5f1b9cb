"""What a snapshot holds, and the check of the history, on the Project page."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.views import sample_states as sample
from workbench.core.growth import GrowthChoice
from workbench.core.progress import Progress
from workbench.core.snapshot import CheckedHistory, DamagedRun, FolderHolding, LeftOut
from workbench.core.snapshot_choices import SnapshotChoices
from workbench.viewmodels.history_words import check_words
from workbench.views.kit.buttons import Button
from workbench.views.kit.label import Label
from workbench.views.project_page import ProjectPage

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def page(qtbot: QtBot) -> ProjectPage:
    page = ProjectPage()
    qtbot.addWidget(page)
    page.resize(1300, 1200)
    page.render(sample.project_page())
    page.show()
    qtbot.waitExposed(page)
    return page


def texts(page: ProjectPage) -> list[str]:
    shown = page.holding.findChildren(Label)
    return [label.text() for label in shown if label.text() and not _is_out_of_sight(label)]


def _is_out_of_sight(label: Label) -> bool:
    parent = label.parentWidget()
    return label.isHidden() or (parent is not None and parent.isHidden())


def button(page: ProjectPage, name: str) -> Button:
    found = [each for each in page.holding.findChildren(Button) if each.accessibleName() == name]
    assert len(found) == 1
    return found[0]


def test_sizes_rules_and_lines_are_shown(page: ProjectPage) -> None:
    shown = texts(page)
    assert shown[0] == "630 files, 84 MB"
    for words in ("By folder", "Largest files", "Left out", "Not captured"):
        assert words in shown
    assert "12 files, 71 MB" in shown
    assert "data/raw/ (.amlignore:3)" in shown
    assert "pyvenv.cfg (built-in)" in shown
    assert "not a regular file" in shown


def test_leave_out_and_put_back(page: ProjectPage) -> None:
    seen: list[object] = []
    page.holding.leave_out_requested.connect(seen.append)
    page.holding.put_back_requested.connect(seen.append)
    QTest.mouseClick(button(page, "Leave out data/"), LEFT)
    QTest.mouseClick(button(page, "Leave out data/train.parquet"), LEFT)
    back = button(page, "Put back data/raw/")
    back.setFocus()
    QTest.keyClick(back, Qt.Key.Key_Space)
    assert seen == ["data/", "data/train.parquet", LeftOut("data/raw/", "data/raw/", ".amlignore")]
    names = [each.accessibleName() for each in page.holding.findChildren(Button)]
    assert "Put back .venv/" not in names


def test_the_same_content_keeps_its_rows(page: ProjectPage, qtbot: QtBot) -> None:
    before = button(page, "Leave out data/")
    page.render(replace(sample.project_page(), runs=132))
    assert button(page, "Leave out data/") is before
    page.render(replace(sample.project_page(), holding=FolderHolding(0, 0)))
    qtbot.waitUntil(lambda: "Nothing is left out." in texts(page))
    page.render(replace(sample.project_page(), holding=None, holding_problem="It can't be read."))
    assert texts(page)[:2] == ["–", "It can't be read."]


def test_a_long_look_can_be_canceled(page: ProjectPage, qtbot: QtBot) -> None:
    page.holding.strip.render(Progress("holding", None, "Looking at the folder", "2,000 files"))
    qtbot.waitUntil(page.holding.strip.isVisible)
    with qtbot.waitSignal(page.holding.canceled):
        page.holding.strip.canceled.emit()


def test_the_check_of_the_history(page: ProjectPage, qtbot: QtBot) -> None:
    assert page.check_result.text().startswith("All 131 runs can be restored")
    with qtbot.waitSignal(page.check_requested):
        QTest.mouseClick(page.check, LEFT)
    page.render(replace(sample.project_page(), checking_history=True, check=""))
    assert page.check.toolTip() == "It is being checked"
    assert not page.check_result.isVisible()
    page.render(replace(sample.project_page(), reclaimed=12_000_000))
    assert page.snapshots.words.text().endswith("214 MB on disk (12 MB freed by tidying)")


def test_words_of_a_check() -> None:
    assert check_words(CheckedHistory(0, 0)) == "No run has a snapshot yet"
    assert check_words(CheckedHistory(1, 1)) == (
        "The run can be restored: 1 snapshot read, none damaged"
    )
    gone = [DamagedRun(number, "The snapshot isn't on this computer") for number in range(45, 52)]
    said = check_words(CheckedHistory(131, 118, tuple(gone)))
    assert said.startswith(
        "7 of 131 runs can't be restored. #45: the snapshot isn't on this computer; #46"
    )
    assert said.endswith("; and 2 more")


def test_what_was_decided_can_be_changed(page: ProjectPage) -> None:
    seen: list[object] = []
    page.holding.built_in_toggled.connect(seen.append)
    page.holding.growth_chosen.connect(seen.append)
    assert page.holding.built_in.isChecked()
    assert page.holding.growth.combo.accessibleName() == "What is done when a run adds a lot"
    page.holding.built_in.click()
    page.holding.growth.combo.setCurrentIndex(1)
    page.holding.growth.combo.activated.emit(1)
    assert seen == [False, "store"]
    choices = SnapshotChoices(GrowthChoice.LEAVE_OUT, built_in_rules=False)
    page.render(replace(sample.project_page(), choices=choices))
    assert not page.holding.built_in.isChecked()
    assert page.holding.growth.current == "leave out"
