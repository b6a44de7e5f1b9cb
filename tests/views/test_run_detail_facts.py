"""Properties, Code changes and Environment of Run Detail."""

import shlex
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QPlainTextEdit, QToolTip
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
from workbench.core.run import RunEnvironment, RunStatus, UserRepository
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


@pytest.mark.parametrize(
    ("status", "commit", "branch"),
    [
        (RunStatus.QUEUED, "Not saved yet", "Being read"),
        (RunStatus.PREPARING, "Being saved", "Being read"),
        (RunStatus.FAILED, "None", "Not recorded"),
    ],
)
def test_what_is_not_known_is_not_claimed(
    page: RunDetailPage, status: RunStatus, commit: str, branch: str
) -> None:
    state = sample.state()
    unknown = UserRepository(recorded=False)
    run = replace(state.run, status=status, snapshot="", repository=unknown)
    page.render(replace(state, run=run))
    snapshot = page.properties.snapshot.texts
    assert (snapshot["Commit"], snapshot["Your branch"]) == (commit, branch)
    assert "Its commit" not in snapshot
    page.render(replace(state, run=replace(run, repository=UserRepository())))
    assert page.properties.snapshot.texts["Your branch"] == "No repository"


def test_whole_values_can_be_read_and_copied(page: RunDetailPage, qtbot: QtBot) -> None:
    state = sample.state()
    branch = "feature/" + "a-very-long-name-" * 8
    commit = "0123456789abcdef0123456789abcdef01234567"
    repository = replace(state.run.repository, branch=branch, commit=commit)
    arguments = ("--data", "a folder/" + "x" * 200, "--flag")
    request = replace(state.run.request, arguments=arguments)
    page.render(replace(state, run=replace(state.run, repository=repository, request=request)))
    clipboard = QGuiApplication.clipboard()
    panel = page.properties
    command = shlex.join([request.interpreter.path, "train.py", *arguments])
    for rows, label, whole in (
        (panel.snapshot, "Commit", state.run.snapshot),
        (panel.snapshot, "History", sample.HISTORY),
        (panel.snapshot, "Your branch", branch),
        (panel.snapshot, "Its commit", commit),
        (panel.facts, "Interpreter", "/home/ada/churn/.venv/bin/python"),
        (panel.facts, "Command", command),
        (panel.facts, "Run ID", state.run.id),
        (panel.arguments, "--data", arguments[1]),
        (panel.arguments, "--flag", "--flag"),
        (panel.not_captured, "run/control.sock", "run/control.sock"),
    ):
        value = rows.value(label)
        value.setFocus()
        QTest.keyClick(value, Key.Key_C, Ctrl)
        assert clipboard.text() == whole
        assert whole in {value.text(), value.toolTip()}
    # What is cut has the whole text in its tooltip.
    value = panel.snapshot.value("Your branch")
    assert value.elided
    place = value.rect().center()
    event = QHelpEvent(QEvent.Type.ToolTip, place, value.mapToGlobal(place))
    assert value.event(event)
    qtbot.waitUntil(lambda: QToolTip.text() == branch)
    QToolTip.hideText()


@pytest.mark.qt_log_ignore("grabbing the keyboard", "setting the mouse cursor")
def test_values_are_one_tab_stop_and_have_a_menu(page: RunDetailPage, qtbot: QtBot) -> None:
    facts = page.properties.facts
    values = [facts.value(label) for label in facts.texts]
    stops = [each for each in values if each.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert stops == values[:1]
    values[0].setFocus()
    QTest.keyClick(values[0], Key.Key_Up)
    QTest.keyClick(values[0], Key.Key_Down)
    assert values[1].hasFocus()
    stops = [each for each in values if each.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert stops == [values[1]]
    QTest.keyClick(values[1], Key.Key_Up)
    place = values[0].rect().center()
    reason = QContextMenuEvent.Reason.Keyboard
    values[0].contextMenuEvent(QContextMenuEvent(reason, place, values[0].mapToGlobal(place)))
    menu = values[0].findChild(QMenu)
    assert menu is not None
    [action] = menu.actions()
    assert action.text() == "Copy value"
    action.trigger()
    assert QGuiApplication.clipboard().text() == "train.py"
    menu.close()


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
    assert page.changes.stack.currentWidget() is page.changes.empty
    assert title in labels(page.changes.empty)


def test_what_the_snapshot_holds_is_told_with_the_rules(page: RunDetailPage) -> None:
    panel = page.properties
    assert panel.snapshot.texts["Captured"] == "1 file not captured"
    assert panel.left_out_toggle.text() == "2 items left out by rules"
    assert not panel.left_out.isVisible()
    panel.left_out_toggle.click()
    assert panel.left_out.texts == {
        ".venv/": "pyvenv.cfg (built-in)",
        "data/raw/": "data/raw/ (.amlignore)",
    }
    whole = replace(sample.state().run, not_captured=0)
    page.render(replace(sample.state(), run=whole, not_captured=(), left_out=()))
    assert panel.snapshot.texts["Captured"] == "Complete"
    assert not panel.left_out_toggle.isVisible()
    gone = "The snapshot of #126 isn't on this computer."
    page.render(replace(sample.state(), run=whole, changes=(), changes_problem=gone))
    assert panel.snapshot.texts["Captured"] == "Can't be read"


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
