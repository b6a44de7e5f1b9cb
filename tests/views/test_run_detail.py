"""The Run Detail page: every state, and every wish by mouse and by keyboard."""

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QAction, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from tests.run_samples import NOW, make_run, now, sample_runs
from tests.views import run_detail_samples as sample
from workbench.core.run import Output, RunEnvironment, RunStatus
from workbench.core.settings import ThemeMode
from workbench.viewmodels.run_states import RunDetailState
from workbench.views.kit.buttons import Button
from workbench.views.run_detail.page import TABS, RunDetailPage
from workbench.views.theme.theme import theme

Key = Qt.Key
LEFT = Qt.MouseButton.LeftButton
Ctrl = Qt.KeyboardModifier.ControlModifier
Alt = Qt.KeyboardModifier.AltModifier
Shift = Qt.KeyboardModifier.ShiftModifier
WIDE, NARROW = (1376, 788), (960, 528)
SIGNALS = (
    "back_requested",
    "list_requested",
    "run_shown",
    "run_again_requested",
    "cancel_requested",
    "restore_requested",
    "note_changed",
    "output_selected",
    "output_save_requested",
    "output_open_requested",
    "outputs_folder_requested",
    "log_save_requested",
    "change_selected",
)


@pytest.fixture
def page(qtbot: QtBot) -> RunDetailPage:
    page = RunDetailPage(now=now)
    qtbot.addWidget(page)
    page.resize(*WIDE)
    page.show()
    qtbot.waitExposed(page)
    page.activateWindow()
    page.render(sample.state())
    page.setFocus()
    return page


@pytest.fixture
def wishes(page: RunDetailPage) -> list[tuple[object, ...]]:
    seen: list[tuple[object, ...]] = []
    for name in SIGNALS:
        getattr(page, name).connect(lambda *values, name=name: seen.append((name, *values)))
    return seen


def named(page: QWidget, name: str) -> QWidget:
    found = page.findChild(QWidget, name)
    assert isinstance(found, QWidget)
    return found


def button(page: QWidget, name: str) -> Button:
    found = named(page, name)
    assert isinstance(found, Button)
    return found


def click(page: QWidget, name: str) -> None:
    QTest.mouseClick(named(page, name), LEFT)


def focused(page: QWidget) -> QWidget:
    found = QApplication.focusWidget()
    return found if found is not None and page.isAncestorOf(found) else page


def labels(widget: QWidget) -> list[str]:
    return [label.text() for label in widget.findChildren(QLabel) if label.isVisible()]


def clipboard() -> str:
    return QGuiApplication.clipboard().text()


def test_the_head_says_which_run_this_is(page: RunDetailPage) -> None:
    assert page.head.title.text() == "#126 train.py"
    assert page.head.chip.text == "Completed"
    assert page.head.position.text() == "6 of 131"
    assert page.head.arguments.text().startswith("--model ft-transformer --lr")


def test_names_for_assistive_tools(page: RunDetailPage) -> None:
    for name, spoken in (
        ("back", "Back to Run List"),
        ("newerRun", "Newer run"),
        ("olderRun", "Older run"),
        ("runAgain", "Run again"),
        ("cancelRun", "Cancel run"),
        ("restore", "Restore"),
        ("runMore", "More actions"),
        ("xAxis", "X axis"),
        ("smoothing", "Smoothing"),
        ("logScale", "Log scale"),
        ("log", "Log"),
        ("logFind", "Find in log"),
        ("logFollow", "Follow"),
        ("logWrap", "Wrap lines"),
        ("logCopy", "Copy log"),
        ("logSave", "Save log as"),
        ("outputFiles", "Output files"),
        ("copyCommit", "Copy snapshot commit"),
        ("note", "Note"),
    ):
        interface = QAccessible.queryAccessibleInterface(named(page, name))
        assert interface.text(QAccessible.Text.Name) == spoken, name


@pytest.mark.parametrize(
    ("name", "wish"),
    [
        ("back", ("back_requested",)),
        ("newerRun", ("run_shown", sample.state().newer)),
        ("olderRun", ("run_shown", sample.state().older)),
        ("runAgain", ("run_again_requested", sample.state().run.id)),
        ("restore", ("restore_requested", sample.state().run.id)),
    ],
)
def test_buttons_of_the_head(
    page: RunDetailPage, wishes: list[tuple[object, ...]], name: str, wish: tuple[object, ...]
) -> None:
    click(page, name)
    assert wishes == [wish]


def test_run_list_leads_back(page: RunDetailPage, wishes: list[tuple[object, ...]]) -> None:
    QTest.mouseClick(page.head.to_list, LEFT)
    assert wishes == [("list_requested",)]


@pytest.mark.parametrize(
    ("key", "modifier", "wish"),
    [
        (Key.Key_Escape, Qt.KeyboardModifier.NoModifier, ("back_requested",)),
        (Key.Key_Left, Alt, ("back_requested",)),
        (Key.Key_PageUp, Ctrl, ("run_shown", sample.state().newer)),
        (Key.Key_PageDown, Ctrl, ("run_shown", sample.state().older)),
        (Key.Key_R, Ctrl, ("restore_requested", sample.state().run.id)),
    ],
)
@pytest.mark.parametrize("tab", [name for name, _text in TABS])
def test_keys_of_the_page_work_in_every_tab(
    page: RunDetailPage,
    wishes: list[tuple[object, ...]],
    tab: str,
    key: Qt.Key,
    modifier: Qt.KeyboardModifier,
    wish: tuple[object, ...],
) -> None:
    number = [name for name, _text in TABS].index(tab)
    QTest.keyClick(page.tabs, Qt.Key(Key.Key_1 + number), Alt)
    assert page.tabs.current == tab
    wishes.clear()
    QTest.keyClick(focused(page), key, modifier)
    assert wishes == [wish]


def test_an_active_run_can_be_canceled(
    page: RunDetailPage, wishes: list[tuple[object, ...]]
) -> None:
    run = make_run(127, RunStatus.RUNNING)
    page.render(replace(sample.state(), run=run))
    assert named(page, "runAgain").isHidden()
    click(page, "cancelRun")
    assert wishes == [("cancel_requested", run.id)]
    page.render(sample.state())
    assert named(page, "cancelRun").isHidden()
    assert named(page, "runAgain").isVisible()


def test_what_is_not_possible_says_why(
    page: RunDetailPage, wishes: list[tuple[object, ...]]
) -> None:
    state = sample.state()
    page.render(replace(state, restore_blocked="#45 is using this folder", run_blocked="No script"))
    assert button(page, "restore").toolTip() == "#45 is using this folder"
    assert button(page, "runAgain").toolTip() == "No script"
    page.render(replace(state, run=replace(state.run, snapshot=""), newer="", older=""))
    assert button(page, "restore").toolTip() == "This run has no snapshot"
    for name in ("restore", "newerRun", "olderRun"):
        assert not named(page, name).isEnabled()
        click(page, name)
    QTest.keyClick(page.tabs, Key.Key_R, Ctrl)
    QTest.keyClick(page.tabs, Key.Key_PageUp, Ctrl)
    assert wishes == []


def test_more_actions_copy(page: RunDetailPage) -> None:
    run = sample.state().run
    actions = {action.text(): action for action in page.head.more.popup.actions()}
    for text, copied in (
        ("Copy run ID", run.id),
        ("Copy snapshot commit", run.snapshot),
        ("Copy arguments", run.arguments_text),
    ):
        action = actions[text]
        assert isinstance(action, QAction)
        action.trigger()
        assert clipboard() == copied
    QGuiApplication.clipboard().clear()
    QTest.keyClick(page.tabs, Key.Key_I, Ctrl | Shift)
    assert clipboard() == run.id
    click(page, "copyCommit")
    assert clipboard() == run.snapshot
    click(page, "copyArguments")
    assert clipboard() == run.arguments_text


def test_a_failed_run_says_why_and_leads_to_the_log(page: RunDetailPage, qtbot: QtBot) -> None:
    page.render(sample.failed())
    assert page.banner.isVisible()
    assert page.banner.title == "train.py stopped with exit code 1 after 1 min 12 s"
    assert sample.FAILURE in labels(page.banner)
    page.start_log()
    page.append_log(sample.log())
    show = page.banner.button("log")
    assert show is not None
    assert show.text() == "Show in log"
    QTest.mouseClick(show, LEFT)
    assert page.tabs.current == "log"
    qtbot.waitUntil(lambda: page.log.text.textCursor().selectedText() == sample.FAILURE)
    page.render(sample.state())
    assert page.banner.isHidden()


@pytest.mark.parametrize(
    ("changes", "title"),
    [
        ({"exit_code": -9}, "train.py was stopped by signal 9 after 1 min 12 s"),
        ({"exit_code": None}, "train.py stopped after 1 min 12 s"),
        ({"started": None, "ended": None}, "The run didn't start"),
        ({"status": RunStatus.INTERRUPTED}, "train.py was interrupted after 1 min 12 s"),
        ({"status": RunStatus.CANCELED}, ""),
    ],
)
def test_other_ends(page: RunDetailPage, changes: dict[str, object], title: str) -> None:
    state = sample.failed()
    run = replace(state.run, **changes)  # type: ignore[arg-type]
    page.render(replace(state, run=run))
    assert page.banner.title == title


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
    page: RunDetailPage, wishes: list[tuple[object, ...]], qtbot: QtBot
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


def test_a_note_is_not_lost_when_another_run_is_shown(
    page: RunDetailPage, wishes: list[tuple[object, ...]]
) -> None:
    first = sample.state().run
    note = named(page, "note")
    assert isinstance(note, QPlainTextEdit)
    note.setPlainText("kept")
    other = replace(sample_runs()[100], note="other")
    page.render(replace(sample.state(), run=other))
    assert wishes == [("note_changed", first.id, "kept")]
    assert note.toPlainText() == "other"


def test_properties_are_docked_or_lie_over_the_page(
    page: RunDetailPage, wishes: list[tuple[object, ...]]
) -> None:
    panel = page.properties
    assert panel.isVisible()
    assert page.metrics.width() <= page.width() - panel.width()
    QTest.keyClick(page.tabs, Key.Key_I, Ctrl)
    assert panel.isHidden()
    page.resize(*NARROW)
    assert panel.isHidden()
    click(page, "toggleProperties")
    assert panel.isVisible()
    assert page.metrics.width() == page.width()
    assert panel.mapTo(page, QPoint(panel.width(), 0)).x() == page.width()
    QTest.keyClick(focused(page), Key.Key_Escape)
    assert panel.isHidden()
    assert wishes == []
    QTest.keyClick(focused(page), Key.Key_Escape)
    assert wishes == [("back_requested",)]
    page.resize(*WIDE)
    assert panel.isVisible()


def test_code_changes_are_asked_for_when_their_tab_is_opened(
    page: RunDetailPage, wishes: list[tuple[object, ...]]
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


def test_counts_in_the_tabs(page: RunDetailPage) -> None:
    assert page.tabs._counts["outputs"] == 5
    assert page.tabs._counts["changes"] == 9
    page.render(replace(sample.state(), outputs=None, changes=None))
    assert page.tabs._counts["outputs"] == -1


def test_long_texts_do_not_widen_the_page(page: RunDetailPage) -> None:
    state = sample.state()
    long = "x" * 4_000
    where = replace(state.run.environment, interpreter=f"/{long}", packages=((long, long),))
    request = replace(state.run.request, script=f"{long}.py", arguments=(long, f"--{long}", long))
    run = replace(
        state.run,
        id=long,
        request=request,
        environment=where,
        repository=replace(state.run.repository, branch=long),
    )
    outputs = (Output(f"{long}/{long}.txt", 1),)
    page.resize(*NARROW)
    page.render(replace(state, run=run, outputs=outputs, history_branch=long))
    for name, _text in TABS:
        page.show_tab(name)
        assert page.minimumSizeHint().width() <= NARROW[0], name
    assert page.width() == NARROW[0]


def test_the_look_can_change_while_a_run_is_shown(page: RunDetailPage, qtbot: QtBot) -> None:
    page.append_log(sample.log())
    for name, _text in TABS:
        page.show_tab(name)
        qtbot.wait(20)
    theme().set_mode(ThemeMode.DARK)
    theme().set_zoom(150)
    for name, _text in TABS:
        page.show_tab(name)
        assert not page.grab().isNull()


def test_an_empty_state_of_everything(page: RunDetailPage) -> None:
    page.render(RunDetailState(make_run(1, RunStatus.QUEUED)))
    for name, _text in TABS:
        page.show_tab(name)
        assert not page.grab().isNull()
    assert page.head.position.text() == ""
