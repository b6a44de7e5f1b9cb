"""Properties, Code changes and Environment of Run Detail."""

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit
from pytestqt.qtbot import QtBot

from tests.run_samples import NOW, make_run, sample_runs
from tests.views import run_detail_samples as sample
from tests.views.run_detail_driver import (
    Wishes,
    button,
    click,
    labels,
    named,
    open_page,
    wishes_of,
)
from workbench.core.run import RunEnvironment, RunStatus
from workbench.views.run_detail.page import RunDetailPage

Key = Qt.Key
Ctrl = Qt.KeyboardModifier.ControlModifier
Alt = Qt.KeyboardModifier.AltModifier
Shift = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def page(qtbot: QtBot) -> RunDetailPage:
    return open_page(qtbot)


@pytest.fixture
def wishes(page: RunDetailPage) -> Wishes:
    return wishes_of(page)


def test_properties(page: RunDetailPage) -> None:
    run = sample.state().run
    facts = page.properties.facts.texts
    assert facts["Script"] == "train.py"
    assert facts["Interpreter"] == "/home/ada/churn/.venv/bin/python"
    assert facts["Python"] == "3.11.7"
    assert facts["Duration"].endswith(" s")
    assert facts["Exit code"] == "0"
    assert facts["Run ID"] == run.id
    assert page.properties.arguments.texts["--dropout"] == "0.1"
    snapshot = page.properties.snapshot.texts
    assert snapshot["Commit"] == run.snapshot[:7]
    assert snapshot["History"] == sample.HISTORY
    assert snapshot["Your branch"] == "feature/ft-transformer"
    assert page.properties.not_captured.texts == {"run/control.sock": "not a regular file"}
    assert "1 file was not captured" in labels(page.properties)


def test_the_link_of_the_properties_opens_the_code_changes(page: RunDetailPage) -> None:
    assert button(page, "showChanges").text() == "9 files changed since #125"
    click(page, "showChanges")
    assert page.tabs.current == "changes"


def test_a_run_without_snapshot_arguments_and_interpreter(page: RunDetailPage) -> None:
    state = sample.state()
    request = replace(
        state.run.request, arguments=(), interpreter=replace(state.run.request.interpreter, path="")
    )
    run = replace(state.run, snapshot="", request=request, environment=RunEnvironment())
    page.render(replace(state, run=run, not_captured=(), history_branch=""))
    assert page.properties.facts.texts["Interpreter"] == "The script itself"
    assert page.properties.snapshot.texts["Commit"] == "None"
    assert page.properties.no_arguments.isVisible()
    assert named(page, "copyCommit").isHidden()
    assert page.head.arguments.text() == "No arguments"


def test_the_duration_of_an_active_run_goes_on(qtbot: QtBot) -> None:
    moment = [NOW]
    page = RunDetailPage(now=lambda: moment[0])
    qtbot.addWidget(page)
    page.show()
    run = make_run(127, RunStatus.RUNNING, ago=timedelta(seconds=61))
    page.render(replace(sample.state(), run=run))
    assert page.properties.facts.texts["Duration"] == "1 min 00 s"
    moment[0] += timedelta(seconds=5)
    qtbot.waitUntil(lambda: page.properties.facts.texts["Duration"] == "1 min 05 s", timeout=3_000)


def test_the_note_is_told_when_typing_stops(
    page: RunDetailPage, wishes: Wishes, qtbot: QtBot
) -> None:
    run = sample.state().run
    note = named(page, "note")
    assert isinstance(note, QPlainTextEdit)
    assert note.toPlainText() == run.note
    QTest.keyClick(page.tabs, Key.Key_F2)
    note.selectAll()
    QTest.keyClicks(note, "good")
    page.render(sample.state())
    assert note.toPlainText() == "good"
    qtbot.waitUntil(lambda: ("note_changed", run.id, "good") in wishes, timeout=3_000)
    QTest.keyClicks(note, "!")
    note.clearFocus()
    assert wishes == [("note_changed", run.id, "good"), ("note_changed", run.id, "good!")]


def test_a_note_is_not_lost_when_another_run_is_shown(page: RunDetailPage, wishes: Wishes) -> None:
    first = sample.state().run
    note = named(page, "note")
    assert isinstance(note, QPlainTextEdit)
    note.setPlainText("kept")
    other = replace(sample_runs()[100], note="other")
    page.render(replace(sample.state(), run=other))
    assert wishes == [("note_changed", first.id, "kept")]
    assert note.toPlainText() == "other"


def test_code_changes_are_asked_for_when_their_tab_is_opened(
    page: RunDetailPage, wishes: Wishes
) -> None:
    assert wishes == []
    page.show_tab("changes")
    first = page.changes.view.files.current
    assert first is not None
    assert wishes == [("change_selected", first)]
    page.set_change_counts({first.path: (8, 9)})
    page.show_change(first, sample.difference())
    assert page.changes.view.diff.header.counts == "+8 −9"
    assert page.changes.view.title.text() == "9 files changed since #125"
    page.render(replace(sample.state(), position=7))
    assert len(wishes) == 1


@pytest.mark.parametrize(
    ("changes", "title"),
    [
        ({"changes": ()}, "No changes since #125"),
        ({"changes": (), "previous": None}, "Nothing to compare with"),
        ({"changes_problem": "The snapshot is gone."}, "Code changes can't be shown"),
        ({"run": replace(sample.state().run, snapshot="")}, "This run has no snapshot"),
        (
            {"run": make_run(131, RunStatus.PREPARING), "changes": None},
            "The snapshot is being saved",
        ),
    ],
)
def test_why_there_are_no_code_changes(
    page: RunDetailPage, changes: dict[str, object], title: str
) -> None:
    page.show_tab("changes")
    page.render(replace(sample.state(), **changes))  # type: ignore[arg-type]
    assert page.changes.currentWidget() is page.changes.empty
    assert title in labels(page.changes.empty)


def test_environment(page: RunDetailPage, qtbot: QtBot) -> None:
    page.show_tab("environment")
    values = {name: label.text() for name, label in page.environment.values.items()}
    assert values["Operating system"] == "Linux 6.1 x86_64"
    assert values["Interpreter"] == "/home/ada/churn/.venv/bin/python"
    assert page.environment.total.text() == "5 packages"
    QTest.keyClick(page.tabs, Key.Key_F, Ctrl)
    QTest.keyClicks(page.environment.search.line, "torch")
    qtbot.waitUntil(lambda: page.environment.total.text() == "1 of 5 packages")
    bare = replace(sample.state().run, environment=RunEnvironment())
    page.render(replace(sample.state(), run=bare))
    assert "No packages are known" in labels(page.environment.empty)
