"""The Run Detail page: every state, and every wish by mouse and by keyboard."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QAction, QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.run_samples import make_run
from tests.views import run_detail_samples as sample
from tests.views.run_detail_driver import (
    LEFT,
    NARROW,
    WIDE,
    Wishes,
    button,
    click,
    clipboard,
    focused,
    labels,
    named,
    open_page,
    wishes_of,
)
from workbench.core.run import Output, RunStatus
from workbench.core.settings import ThemeMode
from workbench.viewmodels.run_states import RunDetailState
from workbench.views.run_detail.detail_tabs import TABS
from workbench.views.run_detail.page import RunDetailPage
from workbench.views.theme.theme import theme

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
    page: RunDetailPage, wishes: Wishes, name: str, wish: tuple[object, ...]
) -> None:
    click(page, name)
    assert wishes == [wish]


def test_run_list_leads_back(page: RunDetailPage, wishes: Wishes) -> None:
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
    wishes: Wishes,
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


def test_an_active_run_can_be_canceled(page: RunDetailPage, wishes: Wishes) -> None:
    run = make_run(127, RunStatus.RUNNING)
    page.render(replace(sample.state(), run=run))
    assert named(page, "runAgain").isHidden()
    click(page, "cancelRun")
    assert wishes == [("cancel_requested", run.id)]
    page.render(sample.state())
    assert named(page, "cancelRun").isHidden()
    assert named(page, "runAgain").isVisible()


def test_what_is_not_possible_says_why(page: RunDetailPage, wishes: Wishes) -> None:
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
    page.head.more.popup.aboutToShow.emit()
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


def test_properties_are_docked_or_lie_over_the_page(page: RunDetailPage, wishes: Wishes) -> None:
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
