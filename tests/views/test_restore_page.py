"""The Restore page: every state, and every wish by mouse and by keyboard."""

from collections.abc import Iterator
from dataclasses import replace
from time import thread_time

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.run_samples import NOW, make_run
from tests.views.restore_driver import Wishes, click, named
from tests.views.restore_samples import BRANCH, CHANGES, KEPT, PENDING, change, plan, ready_state
from tests.yardstick import allowed
from workbench.core.errors import RestoreFailedError, WorkbenchError
from workbench.core.pending_commit import PendingCommit
from workbench.core.progress import Progress
from workbench.core.restore import ChangeKind, FileChange, RestorePlan
from workbench.core.run import RunStatus
from workbench.core.settings import ThemeMode
from workbench.viewmodels.restore_states import (
    CommitPhase,
    CommitState,
    Problem,
    RestorePhase,
    RestoreScope,
    RestoreState,
    restore_state_of,
)
from workbench.views.commit_dialog import CommitDialog
from workbench.views.kit.buttons import Button
from workbench.views.kit.status_chip import StatusChip
from workbench.views.restore_page import RestorePage
from workbench.views.theme.theme import theme

Key = Qt.Key
Ctrl = Qt.KeyboardModifier.ControlModifier
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def page(qtbot: QtBot) -> RestorePage:
    page = RestorePage()
    qtbot.addWidget(page)
    page.resize(1376, 788)
    page.show()
    qtbot.waitExposed(page)
    return page


@pytest.fixture
def wishes(page: RestorePage) -> Wishes:
    page.render(ready_state())
    return Wishes(page)


def test_the_preview_says_what_will_happen(page: RestorePage) -> None:
    page.render(ready_state())
    assert page.head._title.text() == "Restore the project folder from run #121"
    line = page.head.line
    assert "71b0f4a" in line
    assert "taken before the run started" in line
    assert f"You stay on branch {BRANCH}." in line
    assert page.changes.title.text() == "9 files will change"
    assert page.kept._same.text() == "621 files are already the same"
    assert page.kept.toggle.toolTip() == "4 items left out by rules stay as they are"
    assert page.warning.title == "Your current changes will be overwritten"
    assert page.warning._text.text() == (
        f"3 of these files have changes that are not committed to {BRANCH}."
    )
    assert page.bar.restore.text() == "Restore 9 files"
    assert page.bar.restore.isEnabled()
    assert page.changes.selected == "train.py"
    assert page.changes.diff.header.counts == "+8 −9"
    assert page.changes.diff.sides._right_title.text() == "After restore, as in run #121"


def test_the_status_is_one_of_the_facts_of_the_run(page: RestorePage) -> None:
    state = ready_state()
    page.render(state)
    facts = "Run #121 · train.py --model xgb --max-depth 6 · Completed · Yesterday 17:52"
    assert page.head.facts.text == facts
    assert not page.findChildren(StatusChip)
    page.render(replace(state, run_status=RunStatus.FAILED, command=""))
    assert page.head.facts.text == "Run #121 · Failed · Yesterday 17:52"
    page.render(RestoreState(121))
    assert page.head.facts.text == "Run #121"


@pytest.mark.parametrize("phase", list(RestorePhase))
def test_it_is_said_that_nothing_was_changed_yet(page: RestorePage, phase: RestorePhase) -> None:
    said = "Nothing has been changed yet."
    page.render(replace(ready_state(), phase=phase))
    expected = phase not in {RestorePhase.RESTORING, RestorePhase.FAILED}
    assert (said in page.head.line) is expected
    page.render(replace(ready_state(), plan=plan(())))
    assert said not in page.head.line


def test_names_for_assistive_tools(page: RestorePage) -> None:
    page.render(ready_state())
    for name, spoken in (
        ("restoreFiles", "Files that will change"),
        ("commitFirst", "Commit changes first"),
        ("diffLayout", "Diff layout"),
        ("diffNow", "Now, in your folder"),
        ("diffAfter", "After restore"),
        ("prevChange", "Previous change"),
        ("nextChange", "Next change"),
        ("cancelRestore", "Cancel"),
        ("doRestore", "Restore 9 files"),
    ):
        interface = QAccessible.queryAccessibleInterface(named(page, name))
        assert interface.text(QAccessible.Text.Name) == spoken
    row = page.changes.files.model.row_of("train.py")
    spoken = page.changes.files.model.index(row).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Modified, train.py, not committed, 8 added, 9 removed"


def test_a_markup_in_names_is_shown_as_text(page: RestorePage) -> None:
    page.render(replace(ready_state(), command="<b>x</b>", plan=plan(branch="a<i>b")))
    assert "<b>x</b>" in page.head.facts.text
    assert page.head.facts._command.textFormat() is Qt.TextFormat.PlainText
    assert "a&lt;i&gt;b" in page.head.line


def test_restore_by_mouse_and_keyboard(page: RestorePage, wishes: Wishes) -> None:
    click(page, "doRestore")
    assert wishes.last == ("restore_requested", page.state.plan)
    page.changes.files.view.setFocus()
    for key in (Key.Key_Return, Key.Key_Enter):
        wishes.seen.clear()
        QTest.keyClick(page.changes.files.view, key, Ctrl)
        assert wishes.seen == [("restore_requested", page.state.plan)]
    button = named(page, "doRestore")
    button.setFocus()
    wishes.seen.clear()
    QTest.keyClick(button, Key.Key_Space)
    assert wishes.seen == [("restore_requested", page.state.plan)]


def test_cancel_and_ways_back(page: RestorePage, wishes: Wishes) -> None:
    click(page, "cancelRestore")
    assert wishes.last == ("cancel_requested", None)
    click(page, "back")
    assert wishes.last == ("back_requested", None)
    wishes.seen.clear()
    QTest.mouseClick(page.head.to_detail, LEFT)
    assert wishes.last == ("back_requested", None)
    QTest.mouseClick(page.head.to_list, LEFT)
    assert wishes.last == ("list_requested", None)
    QTest.keyClick(page.changes.files.view, Key.Key_Escape)
    assert wishes.last == ("back_requested", None)
    cancel = named(page, "cancelRestore")
    cancel.setFocus()
    QTest.keyClick(cancel, Key.Key_Space)
    assert wishes.last == ("cancel_requested", None)


def test_esc_in_the_filter_does_not_leave_the_page(
    page: RestorePage, wishes: Wishes, qtbot: QtBot
) -> None:
    files = page.changes.files
    files.view.setFocus()
    QTest.keyClicks(files.view, "m")
    QTest.keyClicks(files.search.line, "odel")
    qtbot.waitUntil(lambda: files.model.filter == "model")

    def esc() -> bool:
        wishes.seen.clear()
        QTest.keyClick(QApplication.focusWidget() or page, Key.Key_Escape)
        return ("back_requested", None) in wishes.seen

    assert not esc()
    assert (files.search.text(), files.search.line.hasFocus()) == ("", True)
    assert not esc()
    assert files.view.hasFocus()
    assert esc()
    # The filter goes first also when the list has the keyboard.
    QTest.keyClicks(files.view, "m")
    QTest.keyClick(files.search.line, Key.Key_Down)
    assert files.view.hasFocus()
    assert not esc()
    assert (files.model.filter, files.search.isVisible()) == ("", False)
    assert esc()


def test_choosing_a_file_asks_for_its_difference(page: RestorePage, wishes: Wishes) -> None:
    QTest.keyClick(page.changes.files.view, Key.Key_Home)
    name, chosen = wishes.last
    assert name == "file_selected"
    assert isinstance(chosen, FileChange)
    assert chosen.path == "models/xgb.py"
    assert page.changes.diff.path == "models/xgb.py"
    view = page.changes.files.view
    index = page.changes.files.model.index(page.changes.files.model.row_of("README.md"))
    QTest.mouseClick(view.viewport(), LEFT, pos=view.visualRect(index).center())
    name, chosen = wishes.last
    assert isinstance(chosen, FileChange)
    assert chosen.path == "README.md"


def test_the_first_file_is_asked_for_when_a_preview_arrives(page: RestorePage) -> None:
    wishes = Wishes(page)
    page.render(RestoreState(121))
    page.render(replace(ready_state(), selected="", content=None))
    assert [name for name, _ in wishes.seen] == ["file_selected"]
    assert wishes.last[1] == next(x for x in CHANGES if x.path == "models/xgb.py")


def test_rendering_from_inside_a_signal_is_safe(page: RestorePage) -> None:
    state = ready_state()

    def answer(chosen: FileChange) -> None:
        page.render(replace(state, selected=chosen.path))

    page.file_selected.connect(answer)
    page.render(replace(state, selected="", content=None))
    assert page.changes.selected == "models/xgb.py"
    assert page.changes.diff.header.counts == "+8 −9"


def test_nothing_of_another_run_is_shown_while_one_is_looked_at(page: RestorePage) -> None:
    page.render(ready_state())
    assert page.changes.files.model.rowCount() > 0
    page.render(RestoreState(120))
    assert page.changes.files.model.rowCount() == 0
    assert page.changes.title.text() == ""
    page.render(ready_state())
    assert page.changes.title.text() == "9 files will change"


def test_loading_is_said_only_after_a_while(page: RestorePage, qtbot: QtBot) -> None:
    page.render(RestoreState(121))
    assert not page._loading_words.isVisible()
    assert not page.bar.restore.isEnabled()
    qtbot.waitUntil(page._loading_words.isVisible)
    assert page._loading_words.text() == "Comparing the folder with the snapshot"
    page.render(ready_state())
    assert not page._loading_words.isVisible()
    assert page.changes.isVisible()


def test_only_empty_folders_and_permissions_differ(page: RestorePage) -> None:
    page.render(replace(ready_state(), plan=replace(plan(()), other_changes=2)))
    assert page.bar.restore.isEnabled()
    assert page.empty.isVisible()
    assert "2 differences" in page.empty._text.text()


def test_nothing_to_do(page: RestorePage) -> None:
    page.render(replace(ready_state(), plan=plan(())))
    words = "Your folder is already the same as in run #121"
    assert page.empty.isVisible()
    assert page.empty._title.text() == words
    assert not page.bar.restore.isEnabled()
    assert page.bar.restore.toolTip() == words
    assert not page.warning.isVisible()


def test_one_file_is_said_in_the_singular(page: RestorePage) -> None:
    one = plan((change("train.py", ChangeKind.MODIFIED, uncommitted=True),))
    page.render(replace(ready_state(), plan=replace(one, unchanged=1, kept=(".venv/",))))
    assert page.bar.restore.text() == "Restore 1 file"
    assert page.changes.title.text() == "1 file will change"
    assert page.warning._text.text().startswith("1 of these files has changes")
    assert page.kept._same.text() == "1 file is already the same"
    assert page.kept.toggle.toolTip() == "1 item left out by rules stays as it is"


def test_blocked_by_a_run(page: RestorePage, wishes: Wishes) -> None:
    state = replace(ready_state(), phase=RestorePhase.BLOCKED, blocked_by="#45")
    page.render(replace(state, can_cancel_run=True))
    assert page.problem.title == "#45 is using this folder"
    assert page.problem._text.text() == "Restore when it ends, or restore to a new folder."
    assert page.bar.restore.toolTip() == "#45 is using this folder"
    QTest.keyClick(page.changes.files.view, Key.Key_Return, Ctrl)
    assert wishes.seen == []
    click(page, "banner_cancel")
    assert wishes.seen == [("cancel_run_requested", None)]
    click(page, "banner_folder")
    assert wishes.seen[-1] == ("scope_chosen", RestoreScope.NEW_FOLDER)
    page.render(replace(state, scope=RestoreScope.NEW_FOLDER, folder="/home/user/new"))
    assert not page.problem.isVisible()
    assert page.bar.restore.isEnabled()
    page.render(replace(state, blocked_by="#45, #46"))
    assert page.findChild(Button, "banner_cancel") is None


def test_what_was_refused_says_why_and_has_to_be_looked_at_again(
    page: RestorePage, wishes: Wishes
) -> None:
    problem = Problem("The disk is too full", "The restore writes 2 GB and 1 GB are free.")
    page.render(replace(ready_state(), phase=RestorePhase.STALE, problem=problem))
    assert page.problem.title == "The disk is too full"
    assert page.problem._text.text() == "The restore writes 2 GB and 1 GB are free."
    assert not page.bar.restore.isEnabled()
    button = named(page, "banner_look")
    button.setFocus()
    QTest.keyClick(button, Key.Key_Space)
    assert wishes.last == ("refresh_requested", None)


def test_progress_of_a_restore(page: RestorePage, wishes: Wishes, qtbot: QtBot) -> None:
    progress = Progress("restore", 0.66, "Restoring from run #121", "6 of 9 files")
    state = replace(
        ready_state(),
        phase=RestorePhase.RESTORING,
        progress=progress,
        current_path="models/ft_transformer.py",
    )
    page.render(state)
    qtbot.waitUntil(page.progress.strip.isVisible)
    assert page.progress.path == "models/ft_transformer.py"
    assert not page.bar.restore.isEnabled()
    click(page, "cancelRestore")
    assert wishes.last == ("cancel_progress_requested", None)
    QTest.keyClick(page.changes.files.view, Key.Key_Escape)
    assert wishes.last == ("cancel_progress_requested", None)
    page.progress.strip.cancel_button.click()
    assert [name for name, _ in wishes.seen] == ["cancel_progress_requested"] * 2
    page.render(ready_state())
    assert not page.progress.isVisible()


def test_progress_keeps_the_place_in_list_and_difference(page: RestorePage) -> None:
    state = ready_state()
    page.render(state)
    page.changes.diff.next_change()
    here = page.changes.diff.sides.left.textCursor().blockNumber()
    for number in range(5):
        progress = Progress("restore", number / 9, "Restoring from run #121")
        page.render(replace(state, phase=RestorePhase.RESTORING, progress=progress))
    assert page.changes.selected == "train.py"
    assert page.changes.diff.sides.left.textCursor().blockNumber() == here


def test_a_failed_restore_can_be_tried_again(page: RestorePage, wishes: Wishes) -> None:
    error = RestoreFailedError(
        "Restore stopped, nothing was changed",
        "data/train.parquet is open in another program.",
        hint="Your folder was put back as it was.",
        details="PermissionError: [WinError 32]",
    )
    page.render(replace(ready_state(), phase=RestorePhase.FAILED, problem=Problem.of(error)))
    assert page.problem.title == "Restore stopped, nothing was changed"
    assert page.problem._text.text().endswith("Your folder was put back as it was.")
    assert not page.details.isVisible()
    click(page, "banner_details")
    assert page.details.isVisible()
    assert page.details.toPlainText() == "PermissionError: [WinError 32]"
    click(page, "banner_details")
    assert not page.details.isVisible()
    click(page, "banner_again")
    assert wishes.last == ("restore_requested", page.state.plan)
    page.render(ready_state())
    assert not page.problem.isVisible()


def test_without_a_preview_it_can_be_tried_again(page: RestorePage, wishes: Wishes) -> None:
    problem = Problem.of(WorkbenchError("The snapshot of #121 isn't on this computer"))
    page.render(RestoreState(121, phase=RestorePhase.UNAVAILABLE, problem=problem))
    assert page.problem.title == "The snapshot of #121 isn't on this computer"
    assert page.bar.restore.toolTip() == "There is no preview"
    click(page, "banner_look")
    assert wishes.last == ("refresh_requested", None)


def test_kept_files_can_be_listed(page: RestorePage, wishes: Wishes) -> None:
    kept = page.kept
    assert not kept.list.isVisible()
    click(page, "keptFiles")
    assert kept.list.isVisible()
    model = kept.list.model()
    assert [model.index(i, 0).data() for i in range(model.rowCount())] == list(KEPT)
    kept.toggle.setFocus()
    QTest.keyClick(kept.toggle, Key.Key_Space)
    assert not kept.list.isVisible()


def test_no_warning_without_uncommitted_changes(page: RestorePage) -> None:
    page.render(replace(ready_state(), plan=plan((change("a.py", ChangeKind.MODIFIED),))))
    assert not page.warning.isVisible()
    assert not page.changes._legend.isVisible()


def test_without_a_repository_nothing_can_be_committed(page: RestorePage) -> None:
    page.render(replace(ready_state(), plan=plan(branch="")))
    assert page.warning.title == "Your current changes will be overwritten"
    assert page.findChild(Button, "commitFirst") is None
    assert "branch" not in page.head.line


# Commit changes first


def commit_state(
    phase: CommitPhase = CommitPhase.IDLE,
    problem: Problem | None = None,
    pending: PendingCommit | None = PENDING,
) -> RestoreState:
    return replace(ready_state(), commit=CommitState(phase, problem, pending))


@pytest.fixture
def dialog(page: RestorePage, wishes: Wishes, qtbot: QtBot) -> Iterator[CommitDialog]:
    click(page, "commitFirst")
    dialog = page.commit_dialog
    assert dialog is not None
    assert wishes.last == ("commit_preview_requested", None)
    qtbot.waitUntil(dialog.message.area.hasFocus)
    page.render(commit_state())
    yield dialog
    page.render(ready_state())
    if page.commit_dialog is not None:
        page.commit_dialog.reject()


def test_the_dialog_shows_everything_that_is_committed(dialog: CommitDialog) -> None:
    model = dialog.files.model
    shown = [model.index(row).data() for row in range(model.rowCount())]
    assert shown == [
        "Added", "new/data.csv",
        "Modified", "config/model.yaml", "train.py",
        "Deleted", "models/ft_transformer.py",
    ]  # fmt: skip
    assert dialog.files.isVisible()
    assert dialog.summary.text() == "4 files will be committed: 1 added, 2 modified, 1 deleted."
    assert dialog.more.text() == (
        "That is everything that is changed in the project folder. "
        "The restore would overwrite 3 of these files."
    )
    assert dialog.terms.texts == {
        "Branch": BRANCH,
        "Author": "Ada Example <ada@example.org>",
        "Hooks": "pre-commit, commit-msg run, and can change or refuse it",
    }
    assert dialog.message.text() == "Changes before restoring run #121"
    assert dialog.commit.isEnabled()


def test_what_is_special_about_a_commit_is_told(page: RestorePage, dialog: CommitDialog) -> None:
    special = replace(
        PENDING,
        files=PENDING.files[:1],
        branch="",
        committer="Bob <bob@example.org>",
        hooks=("pre-commit",),
        signed=True,
        repository="/home/ada/all",
    )
    page.render(commit_state(pending=special))
    assert dialog.summary.text() == "1 file will be committed: 1 added."
    assert dialog.terms.texts == {
        "Branch": "None; it follows 71b0f4a1",
        "Author": "Ada Example <ada@example.org>",
        "Committer": "Bob <bob@example.org>",
        "Hooks": "pre-commit runs, and can change or refuse it",
        "Signature": "With your own key",
        "Repository": "/home/ada/all, only this folder",
    }
    page.render(commit_state(pending=replace(PENDING, author="", hooks=())))
    assert dialog.commit.toolTip() == "Tell Git your name and email address first"
    assert dialog.terms.texts["Hooks"] == "None"
    page.render(commit_state(pending=replace(PENDING, files=())))
    assert dialog.commit.toolTip() == "There is nothing to commit"


def test_nothing_can_be_committed_before_it_is_known_what(
    page: RestorePage, dialog: CommitDialog, wishes: Wishes
) -> None:
    page.render(commit_state(CommitPhase.LOADING, pending=None))
    assert dialog.summary.text() == "Looking at what would be committed…"
    assert not dialog.files.isVisible()
    assert not dialog.commit.isEnabled()
    QTest.keyClick(dialog.message.area, Key.Key_Return, Ctrl)
    assert all(name != "commit_requested" for name, _ in wishes.seen)
    problem = Problem("The Git repository of this folder can't be read")
    page.render(commit_state(CommitPhase.FAILED, problem, None))
    assert dialog.commit.toolTip() == problem.title
    assert dialog.banner.title == problem.title


def test_thousands_of_files_are_shown_at_once(page: RestorePage, dialog: CommitDialog) -> None:
    many = tuple(change(f"data/{i:06}.csv", ChangeKind.ADDED_BACK) for i in range(50_000))
    start = thread_time()
    page.render(commit_state(pending=replace(PENDING, files=many)))
    QApplication.sendPostedEvents()
    dialog.files.view.scrollToBottom()
    dialog.grab()
    assert thread_time() - start < allowed(1.5)
    assert dialog.files.model.rowCount() == 50_001
    assert dialog.summary.text() == "50,000 files will be committed: 50,000 added."
    assert dialog.height() <= 640


def test_commit_by_mouse_and_keyboard(
    page: RestorePage, wishes: Wishes, dialog: CommitDialog
) -> None:
    QTest.keyClicks(dialog.message.area, "Try FT transformer ")
    click(dialog, "commitNow")
    assert wishes.last == ("commit_requested", "Try FT transformer")
    wishes.seen.clear()
    QTest.keyClick(dialog.message.area, Key.Key_Return, Ctrl)
    assert wishes.seen == [("commit_requested", "Try FT transformer")]


def test_an_empty_message_is_refused(dialog: CommitDialog, wishes: Wishes) -> None:
    dialog.message.set_text("  \n")
    assert not dialog.commit.isEnabled()
    assert dialog.commit.toolTip() == "Enter a message"
    QTest.keyClick(dialog.message.area, Key.Key_Return, Ctrl)
    assert ("commit_requested", "") not in wishes.seen


def test_the_dialog_waits_for_git_and_closes(page: RestorePage, dialog: CommitDialog) -> None:
    page.render(commit_state(CommitPhase.RUNNING))
    assert not dialog.commit.isEnabled()
    assert dialog.message.area.isReadOnly()
    QTest.keyClick(dialog, Key.Key_Escape)
    assert dialog.isVisible()
    assert page.bar.restore.toolTip() == "Your changes are being committed"
    page.render(ready_state())
    assert not dialog.isVisible()
    assert page.commit_dialog is None


def test_words_of_git_are_shown_on_request(page: RestorePage, dialog: CommitDialog) -> None:
    problem = Problem("Git didn't make the commit", "Nothing was changed.", "black....Failed")
    page.render(commit_state(CommitPhase.RUNNING))
    page.render(commit_state(CommitPhase.FAILED, problem, None))
    assert dialog.isVisible()
    assert dialog.banner.title == "Git didn't make the commit"
    assert not dialog.details.isVisible()
    click(dialog, "banner_details")
    assert dialog.details.isVisible()
    assert dialog.details.toPlainText() == "black....Failed"
    assert not dialog.commit.isEnabled()
    # The list was read again meanwhile; what went wrong is still there.
    page.render(commit_state(CommitPhase.FAILED, problem))
    assert dialog.details.isVisible()
    assert dialog.commit.isEnabled()
    assert dialog.height() <= 640


def test_the_dialog_can_be_left_and_opened_again(
    page: RestorePage, wishes: Wishes, qtbot: QtBot
) -> None:
    for leave in (Key.Key_Escape, None):
        button = named(page, "commitFirst")
        button.setFocus()
        QTest.keyClick(button, Key.Key_Space)
        dialog = page.commit_dialog
        assert dialog is not None
        qtbot.waitUntil(dialog.message.area.hasFocus)
        if leave is None:
            QTest.mouseClick(dialog.cancel, LEFT)
        else:
            QTest.keyClick(dialog, leave)
        assert page.commit_dialog is None
    assert all(name != "commit_requested" for name, _ in wishes.seen)


# States


def test_the_first_state_of_a_run() -> None:
    run = make_run(7)
    state = restore_state_of(run, NOW)
    assert state.run_number == run.number
    assert state.phase is RestorePhase.LOADING
    assert state.command.startswith(run.script_name)
    assert state.restore_problem
    assert not state.nothing_to_do


@pytest.mark.parametrize("phase", list(RestorePhase))
def test_restore_is_possible_only_with_a_preview_that_holds(phase: RestorePhase) -> None:
    possible = phase in {RestorePhase.READY, RestorePhase.FAILED}
    assert (not replace(ready_state(), phase=phase).restore_problem) is possible
    without: RestorePlan | None = None
    assert replace(ready_state(), phase=phase, plan=without).restore_problem


@pytest.mark.parametrize("size", [(1376, 788), (960, 528)])
@pytest.mark.parametrize("mode", [ThemeMode.LIGHT, ThemeMode.DARK])
def test_nothing_is_cut_in_both_sizes(
    page: RestorePage, size: tuple[int, int], mode: ThemeMode
) -> None:
    theme().set_mode(mode)
    page.resize(*size)
    page.render(ready_state())
    QApplication.sendPostedEvents()
    assert page.minimumSizeHint().width() <= size[0]
    assert page.minimumSizeHint().height() <= size[1]
    for button in page.findChildren(Button):
        if button.isVisible() and button.text():
            needed = button.fontMetrics().horizontalAdvance(button.text())
            assert button.width() >= needed, button.text()
