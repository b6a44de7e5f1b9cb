"""The main window: commands, regions, run bar, Jobs panel, status bar, dialogs."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tests.views import sample_states as sample
from workbench.core.errors import WorkbenchError
from workbench.core.parts import PACKAGES
from workbench.core.progress import Progress
from workbench.core.run import Interpreter, InterpreterKind, RunStatus
from workbench.core.settings import ThemeMode
from workbench.viewmodels.script_words import NO_SCRIPT
from workbench.viewmodels.states import (
    ActivityRow,
    JobRow,
    JobsState,
    RunBarState,
    RunIntent,
    StatusState,
)
from workbench.views.commands import COMMANDS, MENUS
from workbench.views.kit.buttons import Button
from workbench.views.main_window import MainWindow
from workbench.views.shell.about_dialog import AboutDialog
from workbench.views.shell.run_bar import interpreter_text
from workbench.views.shell.window_dialogs import NoteDialog, TextDialog
from workbench.views.theme.theme import theme

MENU_POPS_UP = pytest.mark.qt_log_ignore("grabbing the keyboard", "setting the mouse cursor")


def accessible_name(widget: QWidget) -> str:
    return QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)


# the window


def test_sizes(window: MainWindow) -> None:
    assert (window.width(), window.height()) == (1440, 900)
    assert (window.minimumWidth(), window.minimumHeight()) == (1024, 640)
    assert window.header.height() == 40
    assert window.run_bar.height() == 48
    assert window.status_bar.height() == 24
    assert window.activity_bar.width() == 64


def test_it_fits_into_the_smallest_size(qtbot: QtBot, window: MainWindow) -> None:
    window.jobs_panel.render(sample.jobs())
    window.status_bar.render(sample.status())
    window.resize(1024, 640)
    root = window.centralWidget()
    assert root is not None
    qtbot.waitUntil(lambda: root.minimumSizeHint().width() <= 1024)
    assert window.run_bar.arguments.width() >= 140


def test_another_page_gives_no_ring_to_what_comes_next(qtbot: QtBot, window: MainWindow) -> None:
    pages = window.stack
    inside = [Button("First"), Button("Second")]
    for index, button in enumerate(inside):
        button.setParent(pages.widget(index))
        button.show()
    window.show_page("projects")
    inside[0].setFocus()
    window.show_page("runs")
    assert window.focusWidget() is pages.currentWidget()
    inside[1].setFocus()
    window.show_page("runs")
    assert window.focusWidget() is inside[1]
    window.show_page("projects")
    assert window.focusWidget() is inside[0]


def test_closing_asks_and_leaves_the_window_open(qtbot: QtBot, window: MainWindow) -> None:
    with qtbot.waitSignal(window.close_requested):
        window.close()
    assert window.isVisible()


def test_first_paint_can_be_awaited(qtbot: QtBot) -> None:
    window = MainWindow()

    async def wait() -> bool:
        loop = asyncio.get_running_loop()
        loop.call_soon(window.show)
        loop.call_soon(window.grab)
        await asyncio.wait_for(window.painted(), 5)
        await asyncio.wait_for(window.painted(), 5)
        return True

    assert asyncio.run(wait())


def test_names_of_the_frame_are_as_designed(window: MainWindow) -> None:
    window.run_bar.render(sample.run_bar())
    names = {
        "goTo": "Go to a project, run or command",
        "actProjects": "Projects",
        "actRuns": "Runs",
        "actProject": "Project",
        "actSettings": "Settings",
        "projectSwitcher": "Project churn-prediction",
        "arguments": "Arguments",
        "argumentsHistory": "Earlier arguments",
        "runButton": "Run",
        "runMenu": "Run options",
        "jobsToggle": "Jobs, 2 running, 2 queued",
        "notifications": "Notifications",
        "closeJobs": "Close Jobs panel",
    }
    for identity, name in names.items():
        widget = window.findChild(QWidget, identity)
        assert widget is not None, identity
        assert accessible_name(widget) == name
    for identity, label in (("target", "Target"), ("script", "Script"), ("interpreter", "Python")):
        box = window.findChild(QWidget, identity)
        buddies = [each.text() for each in window.findChildren(QLabel) if each.buddy() is box]
        assert buddies == [label]


def test_layout_is_kept_and_nonsense_is_ignored(window: MainWindow) -> None:
    window.set_jobs_shown(shown=True)
    window.content.set_panel_width(400)
    kept = window.save_layout()
    other = MainWindow()
    other.restore_layout("nonsense")
    assert (other.content.panel_shown, other.content.panel_width) == (False, 320)
    other.restore_layout(kept)
    assert (other.content.panel_shown, other.content.panel_width) == (True, 400)


@pytest.mark.parametrize("page", ["run", "restore"])
def test_pages_of_a_run_belong_to_runs(window: MainWindow, page: str) -> None:
    window.add_page(page, QWidget())
    window.show_page("projects")
    window.show_page(page)
    assert window.activity_bar.item("runs").isChecked()
    assert not window.activity_bar.item("projects").isChecked()


def test_run_stays_in_place_when_runs_start_and_end(qtbot: QtBot, window: MainWindow) -> None:
    places = set()
    for jobs in (0, 1, 12, 0):
        window.run_bar.render(replace(sample.run_bar(), jobs=jobs, waiting=0))
        qtbot.wait(20)
        places.add((window.run_bar.run.x(), window.run_bar.jobs.width()))
    assert len(places) == 1


# commands


def test_every_menu_command_is_in_its_menu_once(window: MainWindow) -> None:
    bar = window.header.menus
    titles = [action.text() for action in bar.actions()]
    assert titles == [f"&{title}" for title in MENUS]
    found: list[str] = []
    for menu in bar.findChildren(QMenu):
        found += [action.objectName() for action in menu.actions() if action.objectName()]
    assert sorted(found) == sorted(command.id for command in COMMANDS if command.menu)


def test_shortcuts_are_unique() -> None:
    keys = [key for command in COMMANDS for key in command.keys]
    assert len(keys) == len(set(keys))


def test_nothing_that_does_not_exist_is_offered() -> None:
    words = " ".join(command.text for command in COMMANDS).casefold()
    for word in ("remote",):
        assert word not in words


def test_shortcuts_work_while_the_arguments_have_the_focus(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.run_bar.arguments.line.setFocus()
    with qtbot.waitSignal(window.command) as caught:
        QTest.keyClick(
            window.run_bar.arguments.line, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier
        )
    assert caught.args == ["new_project"]
    with qtbot.waitSignal(window.page_requested) as asked:
        QTest.keyClick(
            window.run_bar.arguments.line, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier
        )
    assert asked.args == ["projects"]


def test_a_disabled_command_says_why_and_does_nothing(qtbot: QtBot, window: MainWindow) -> None:
    window.set_command_enabled("undo_restore", "Nothing was restored yet")
    action = window.commands["undo_restore"]
    assert (action.isEnabled(), action.toolTip()) == (False, "Nothing was restored yet")
    with qtbot.assertNotEmitted(window.command):
        action.trigger()
    window.set_command_enabled("undo_restore")
    with qtbot.waitSignal(window.command) as caught:
        action.trigger()
    assert caught.args == ["undo_restore"]


def test_without_a_project_only_what_works_can_be_chosen(window: MainWindow) -> None:
    window.set_project("")
    window.run_bar.render(RunBarState())
    for identity in ("run", "close_project", "show_runs", "undo_restore", "copy_command"):
        assert not window.commands[identity].isEnabled(), identity
        assert window.commands[identity].toolTip() == "Open a project first"
    for identity in ("new_project", "open_folder", "settings", "quit", "go_to"):
        assert window.commands[identity].isEnabled(), identity
    assert not window.activity_bar.item("runs").isEnabled()
    assert window.activity_bar.item("projects").isEnabled()


def test_theme_and_zoom_are_applied_and_told(qtbot: QtBot, window: MainWindow) -> None:
    with qtbot.waitSignal(window.appearance_changed) as caught:
        window.commands["theme_dark"].trigger()
    assert caught.args == [ThemeMode.DARK, 100]
    assert theme().dark
    assert window.commands["theme_dark"].isChecked()
    for name, percent in (
        ("zoom_in", 110),
        ("zoom_out", 100),
        ("zoom_in", 110),
        ("zoom_reset", 100),
    ):
        window.commands[name].trigger()
        assert theme().zoom == percent


def test_activity_bar_asks_and_marks(qtbot: QtBot, window: MainWindow) -> None:
    with qtbot.waitSignal(window.page_requested) as caught:
        QTest.mouseClick(window.activity_bar.item("projects"), Qt.MouseButton.LeftButton)
    assert caught.args == ["projects"]
    window.show_page("projects")
    assert window.page == "projects"
    assert window.activity_bar.item("projects").isChecked()
    assert window.run_bar.isHidden()
    window.show_page("project")
    assert window.run_bar.isVisible()


def test_f6_goes_through_the_regions(qtbot: QtBot, window: MainWindow) -> None:
    page = window.stack.currentWidget()
    assert page is not None
    button = Button("In the page", parent=page)
    button.show()
    window.set_jobs_shown(shown=True)
    window.header.search.setFocus(Qt.FocusReason.TabFocusReason)
    visited = []
    for _ in range(6):
        QTest.keyClick(window, Qt.Key.Key_F6)
        visited.append(window.regions.current())
    assert visited == [1, 2, 3, 4, 5, 0]
    QTest.keyClick(window, Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
    assert window.regions.current() == 5


# run bar


def test_run_bar_tells_what_it_would_run(qtbot: QtBot, window: MainWindow) -> None:
    wanted = RunIntent(
        "train.py", "--model ft-transformer --lr 3e-4 --epochs 40", sample.PYTHON.path, "local"
    )
    with qtbot.waitSignal(window.run_bar.run_requested) as caught:
        QTest.mouseClick(window.run_bar.run.button, Qt.MouseButton.LeftButton)
    assert caught.args == [wanted]
    with qtbot.waitSignal(window.run_bar.run_requested) as caught:
        QTest.keyClick(window, Qt.Key.Key_F5)
    assert caught.args == [wanted]


def test_enter_in_the_arguments_runs_what_was_typed(qtbot: QtBot, window: MainWindow) -> None:
    line = window.run_bar.arguments.line
    QTest.keyClick(window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert line.hasFocus()
    typed: list[str] = []
    window.run_bar.arguments_changed.connect(typed.append)
    QTest.keyClicks(line, "0.5")
    with qtbot.waitSignal(window.run_bar.run_requested) as caught:
        QTest.keyClick(line, Qt.Key.Key_Return)
    assert caught.args is not None
    assert caught.args[0].arguments == "0.5"
    assert typed[-1] == "0.5"


def test_a_new_state_does_not_take_away_what_is_being_typed(window: MainWindow) -> None:
    line = window.run_bar.arguments.line
    window.run_bar.edit_arguments()
    QTest.keyClicks(line, "--half")
    window.run_bar.render(replace(sample.run_bar(), jobs=1, waiting=0))
    assert line.text() == "--half"
    assert window.run_bar.jobs.accessibleName() == "Jobs, 1 running"


def test_run_says_why_it_is_not_possible(qtbot: QtBot, window: MainWindow) -> None:
    cases = {
        "Wait until the restore has ended": replace(
            sample.run_bar(), blocked="Wait until the restore has ended"
        ),
        "Looking for scripts…": replace(
            sample.run_bar(), scripts=(), interpreters=(), looking=True, known=False
        ),
        NO_SCRIPT: replace(sample.run_bar(), scripts=()),
        "No Python was found. Choose one in Python.": replace(sample.run_bar(), interpreters=()),
    }
    for reason, state in cases.items():
        window.run_bar.render(state)
        assert window.run_bar.run.button.toolTip() == reason
        assert window.commands["run"].toolTip() == reason
        with qtbot.assertNotEmitted(window.run_bar.run_requested):
            QTest.keyClick(window.run_bar.arguments.line, Qt.Key.Key_Return)


def test_interpreter_is_shown_and_can_be_chosen(qtbot: QtBot, window: MainWindow) -> None:
    box = window.run_bar.interpreter
    assert box.combo.currentText() == ".venv 3.11.7"
    assert sample.PYTHON.path in box.combo.toolTip()
    assert ".venv 3.11.7" in window.run_bar.run.button.toolTip()
    box.combo.setFocus()
    with qtbot.waitSignal(window.run_bar.interpreter_chosen) as caught:
        QTest.keyClick(box.combo, Qt.Key.Key_Down)
    assert caught.args == [sample.SYSTEM_PYTHON.path]


@pytest.mark.parametrize(
    ("interpreter", "text"),
    [
        (sample.PYTHON, ".venv 3.11.7"),
        (Interpreter("/opt/x/python", InterpreterKind.CUSTOM, "3.12.1"), "python 3.12.1"),
        (Interpreter("/p", InterpreterKind.PYENV, "3.9.18", "3.9.18 (pyenv)"), "3.9.18"),
        (Interpreter("", InterpreterKind.PROGRAM, "", ""), "Run the file itself"),
    ],
)
def test_short_name_of_an_interpreter(interpreter: Interpreter, text: str) -> None:
    assert interpreter_text(interpreter) == text


@MENU_POPS_UP
def test_earlier_arguments_are_offered(qtbot: QtBot, window: MainWindow) -> None:
    window.run_bar.history.click()
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert [action.text() for action in menu.actions()] == list(sample.run_bar().history)
    with qtbot.waitSignal(window.run_bar.arguments_changed) as caught:
        menu.actions()[1].trigger()
    menu.close()
    assert caught.args == ["--model xgb --rounds 800"]
    assert window.run_bar.arguments.text() == "--model xgb --rounds 800"


@MENU_POPS_UP
def test_project_switcher_lists_projects_and_commands(qtbot: QtBot, window: MainWindow) -> None:
    window.run_bar.switcher.click()
    menu = window.run_bar.switcher.popup
    texts = [action.text() for action in menu.actions() if action.text()]
    assert texts == [
        "churn-prediction", "bike-demand", "New project", "Open folder",
        "Open from Git repo…", "Close project",
    ]  # fmt: skip
    with qtbot.waitSignal(window.run_bar.project_chosen) as caught:
        menu.actions()[1].trigger()
    menu.close()
    assert caught.args == ["p2"]


def test_run_with_a_note(qtbot: QtBot, window: MainWindow) -> None:
    window.commands["run_with_note"].trigger()
    dialog = window.findChild(NoteDialog)
    assert dialog is not None
    QTest.keyClicks(dialog.note, "Before the new features")
    with qtbot.waitSignal(window.run_bar.run_requested) as caught:
        QTest.keyClick(dialog.note, Qt.Key.Key_Return)
    assert caught.args is not None
    assert caught.args[0].note == "Before the new features"


def test_run_again_names_the_run(qtbot: QtBot, window: MainWindow) -> None:
    assert window.commands["run_again"].text() == "Run again #128 train.py"
    with qtbot.waitSignal(window.command) as caught:
        QTest.keyClick(window, Qt.Key.Key_F5, Qt.KeyboardModifier.ControlModifier)
    assert caught.args == ["run_again"]
    window.run_bar.render(replace(sample.run_bar(), again=""))
    assert window.commands["run_again"].toolTip() == "Nothing was run yet"


def test_run_bar_gets_narrow(window: MainWindow) -> None:
    assert window.run_bar.arguments.label.text() == "Arguments"
    window.resize(1024, 640)
    assert window.run_bar.arguments.label.text() == "Args"
    assert window.run_bar.jobs.text() == ""
    assert window.run_bar.jobs.accessibleName() == "Jobs, 2 running, 2 queued"


# jobs


def test_jobs_panel_shows_sections_and_cancels(qtbot: QtBot, window: MainWindow) -> None:
    window.jobs_panel.render(sample.jobs())
    window.set_jobs_shown(shown=True)
    buttons = window.findChildren(Button, "cancelJob")
    names = {button.accessibleName() for button in buttons}
    assert names == {"Cancel #129 train.py", "Cancel #45 train.py", "Cancel #130 train.py"}
    with qtbot.waitSignal(window.jobs_panel.cancel_requested) as caught:
        QTest.mouseClick(window.jobs_panel.cancel_button("p1_129"), Qt.MouseButton.LeftButton)
    assert caught.args == ["p1_129"]
    window.jobs_panel.render(replace(sample.jobs(), canceling=frozenset({"p1_129"})))
    assert not window.jobs_panel.cancel_button("p1_129").isEnabled()


def test_rows_of_the_jobs_panel_are_kept_and_dropped(window: MainWindow) -> None:
    window.jobs_panel.render(sample.jobs())
    kept = window.jobs_panel.cancel_button("p1_129")
    running, *_rest = sample.jobs().active
    window.jobs_panel.render(JobsState((running,), (), sample.NOW))
    assert window.jobs_panel.cancel_button("p1_129") is kept
    ended = replace(running.run, status=RunStatus.COMPLETED, ended=sample.NOW)
    window.jobs_panel.render(JobsState((), (JobRow(ended),), sample.NOW))
    with pytest.raises(KeyError):
        window.jobs_panel.cancel_button("p1_129")
    window.jobs_panel.render(JobsState())
    assert not window.jobs_panel.empty.isHidden()


def test_a_job_opens_its_run(qtbot: QtBot, window: MainWindow) -> None:
    window.jobs_panel.render(sample.jobs())
    window.set_jobs_shown(shown=True)
    window.jobs_panel.focus_first()
    row = QApplication.focusWidget()
    assert row is not None
    with qtbot.waitSignal(window.jobs_panel.run_opened) as caught:
        QTest.keyClick(row, Qt.Key.Key_Return)
    assert caught.args == ["p1", "p1_129"]


def test_jobs_panel_pushes_the_page_or_lies_over_it(qtbot: QtBot, window: MainWindow) -> None:
    full = window.stack.width()
    QTest.keyClick(window, Qt.Key.Key_J, Qt.KeyboardModifier.ControlModifier)
    assert window.stack.width() == full - 320
    assert window.run_bar.jobs.isChecked()
    window.resize(1100, 700)
    assert window.stack.width() == window.content.width()
    assert window.jobs_panel.isVisible()
    window.jobs_panel.focus_first()
    focused = QApplication.focusWidget()
    assert focused is not None
    QTest.keyClick(focused, Qt.Key.Key_Escape)
    assert window.jobs_panel.isHidden()
    assert not window.run_bar.jobs.isChecked()


def test_width_of_the_jobs_panel_has_limits(window: MainWindow) -> None:
    window.set_jobs_shown(shown=True)
    for wanted, got in ((100, 280), (900, 480), (350, 350)):
        window.content.set_panel_width(wanted)
        assert window.jobs_panel.width() == got


# status bar


def test_status_bar_shows_what_is_known(qtbot: QtBot, window: MainWindow) -> None:
    window.status_bar.render(sample.status())
    texts = {
        name: window.findChild(QLabel, name)
        for name in ("statusBranch", "statusChanged", "statusActivity")
    }
    shown = {name: label.text() for name, label in texts.items() if label is not None}
    assert shown == {
        "statusBranch": "feature/ft-transformer",
        "statusChanged": "3 changed files",
        "statusActivity": "Saving snapshot of #129: 214 of 630 files",
    }
    sync = window.findChild(QPushButton, "statusSync")
    assert sync is not None
    assert (sync.text(), sync.accessibleName()) == ("118 snapshots", "History, 118 snapshots")
    with qtbot.waitSignal(window.status_bar.sync_chosen):
        sync.click()
    with qtbot.waitSignal(window.status_bar.activity_canceled):
        window.status_bar.cancel.click()
    window.status_bar.render(StatusState())
    assert not any(label.isVisible() for label in texts.values() if label is not None)


@MENU_POPS_UP
def test_notifications_are_listed_and_chosen(qtbot: QtBot, window: MainWindow) -> None:
    window.status_bar.render(sample.status())
    assert window.status_bar.bell.accessibleName() == "Notifications, 2 new"
    with qtbot.waitSignal(window.status_bar.notifications_opened):
        window.commands["notifications"].trigger()
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert "Restored from run #121" in menu.actions()[0].text()
    with qtbot.waitSignal(window.status_bar.notification_chosen) as caught:
        menu.actions()[1].trigger()
    assert caught.args == ["n2"]
    with qtbot.waitSignal(window.status_bar.notifications_cleared):
        menu.actions()[-1].trigger()
    menu.close()


def test_other_work_is_a_job_with_cancel_and_time(qtbot: QtBot, window: MainWindow) -> None:
    panel = window.jobs_panel
    window.set_jobs_shown(shown=True)
    long = "Collecting scikit-learn>=1.5 with a name that does not fit into the panel at all"
    work = ActivityRow(
        "p1",
        Progress("environment", None, "Preparing environment", long),
        sample.NOW - timedelta(seconds=75),
        "bike-demand",
    )
    panel.render(JobsState(activities=(work,), now=sample.NOW))
    assert not panel.empty.isVisible()
    texts = {label.text() for label in panel.findChildren(QLabel) if not label.isHidden()}
    assert {"Running", "1", "Preparing environment", "bike-demand", long, "1 min 15 s"} <= texts
    button = panel.cancel_button("p1")
    assert button.accessibleName() == "Cancel Preparing environment"
    with qtbot.waitSignal(panel.activity_canceled) as caught:
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert caught.args == ["p1"]
    panel.render(JobsState(activities=(replace(work, canceling=True),), now=sample.NOW))
    assert not button.isEnabled()
    panel.render(JobsState())
    assert panel.empty.isVisible()


def test_all_of_an_activity_is_in_its_tooltip(window: MainWindow) -> None:
    detail = "Collecting " + "a-package-with-a-long-name-" * 6
    progress = Progress("environment", None, "Preparing environment", detail)
    window.status_bar.render(StatusState(activity=progress))
    label = window.findChild(QLabel, "statusActivity")
    assert label is not None
    assert label.toolTip() == f"Preparing environment\n{detail}"
    assert label.width() <= 420


def test_browse_leaves_the_chosen_python(qtbot: QtBot, window: MainWindow) -> None:
    box = window.run_bar.interpreter
    entries = [box.combo.itemText(index) for index in range(box.combo.count())]
    assert entries[-1] == "Browse…"
    box.combo.setCurrentIndex(len(entries) - 1)
    with qtbot.waitSignal(window.run_bar.browse_requested):
        box.combo.activated.emit(len(entries) - 1)
    assert window.run_bar.intent().interpreter == sample.PYTHON.path
    with qtbot.waitSignal(window.run_bar.interpreter_chosen) as caught:
        box.combo.setCurrentIndex(1)
        box.combo.activated.emit(1)
    assert caught.args == [sample.SYSTEM_PYTHON.path]


def test_without_any_python_only_browse_is_offered(window: MainWindow) -> None:
    window.run_bar.render(replace(sample.run_bar(), interpreters=(), interpreter=""))
    box = window.run_bar.interpreter
    assert (box.combo.count(), box.combo.currentIndex(), box.current) == (1, -1, "")


# messages and dialogs


def test_error_stays_above_the_page_until_it_is_dismissed(qtbot: QtBot, window: MainWindow) -> None:
    error = WorkbenchError(
        "The run didn't start", "The disk is full.", hint="Make room.", details="ENOSPC", retry=True
    )
    window.show_error(error)
    assert window.error_banner.button("retry") is None
    window.show_error(error, retry=True)
    assert window.error_banner.isVisible()
    details = window.error_banner.button("details")
    assert details is not None
    details.click()
    dialog = window.findChild(TextDialog)
    assert dialog is not None
    assert dialog.text.toPlainText() == "ENOSPC"
    dialog.reject()
    retry = window.error_banner.button("retry")
    assert retry is not None
    with qtbot.waitSignal(window.error_action) as caught:
        retry.click()
    assert caught.args == ["retry"]
    assert window.error_banner.isHidden()


def test_report_of_a_bug_can_be_copied(window: MainWindow) -> None:
    window.show_bug("Traceback: the report")
    dialog = window.findChild(TextDialog)
    assert dialog is not None
    dialog.copy.click()
    assert QGuiApplication.clipboard().text() == "Traceback: the report"
    dialog.reject()


@pytest.mark.parametrize("answer", ["stay", "cancel_runs", "background"])
def test_close_question(qtbot: QtBot, window: MainWindow, answer: str) -> None:
    dialog = window.ask_close(2)
    assert dialog.windowTitle() == "2 runs are not finished"
    with qtbot.waitSignal(dialog.answered) as caught:
        dialog.button(answer).click()
    assert caught.args == [answer]


def test_close_question_about_one_run(window: MainWindow) -> None:
    dialog = window.ask_close(1)
    assert dialog.windowTitle() == "1 run is not finished"
    texts = " ".join(label.text() for label in dialog.findChildren(QLabel))
    assert "It can go on in the background." in texts
    assert "They" not in texts


def test_copied_folder_question_does_nothing_on_esc(qtbot: QtBot, window: MainWindow) -> None:
    dialog = window.ask_copied_folder("/home/user/a", "/home/user/b")
    with qtbot.waitSignal(dialog.answered) as caught:
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert caught.args == ["cancel"]


def test_about_shows_the_licence_of_every_part(qtbot: QtBot, window: MainWindow) -> None:
    window.commands["about"].trigger()
    dialog = window.findChild(AboutDialog)
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.names.count() >= 3 + len(PACKAGES))
    shown = set()
    for row in range(dialog.names.count()):
        dialog.names.setCurrentRow(row)
        shown.add(dialog.text.toPlainText()[:200])
    assert len(shown) == dialog.names.count()
    dialog.copy.click()
    assert QGuiApplication.clipboard().text() == dialog.versions
    dialog.reject()


def test_long_words_do_not_widen_the_window(qtbot: QtBot, window: MainWindow) -> None:
    long = "a" * 300
    window.run_bar.render(
        replace(
            sample.run_bar(),
            project=replace(sample.run_bar().projects[0], name=long),
            arguments=long,
        )
    )
    window.status_bar.render(replace(sample.status(), branch=long))
    window.resize(1024, 640)
    root = window.centralWidget()
    assert root is not None
    qtbot.waitUntil(lambda: root.minimumSizeHint().width() <= 1024)
