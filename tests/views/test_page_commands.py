"""Commands of the page in front: each by menu, shortcut and palette, and why one can't be used."""

from collections.abc import Callable
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from tests.run_samples import now, sample_runs
from tests.views import restore_samples, run_detail_samples
from tests.views import sample_states as sample
from workbench.core.run import Run
from workbench.viewmodels.run_states import RunListState
from workbench.views.chart_data import ChartDataDialog
from workbench.views.commands import BY_ID, COMMANDS
from workbench.views.kit.page import Page
from workbench.views.main_window import MainWindow
from workbench.views.projects_page import ProjectsPage
from workbench.views.restore_page import RestorePage
from workbench.views.run_detail.page import RunDetailPage
from workbench.views.run_list.page import RunListPage
from workbench.views.shell.job_rows import ActiveJob
from workbench.views.shell.palette import Palette

pytestmark = pytest.mark.qt_log_ignore("grabbing the keyboard")
Kind = TypeVar("Kind", bound=Page)
Start = Callable[[MainWindow, str], None]


@pytest.fixture
def window(qtbot: QtBot) -> MainWindow:
    """The window with its real pages, one run selected, and one open."""
    window = MainWindow()
    listing, detail, restore = RunListPage(), RunDetailPage(now=now), RestorePage()
    projects = ProjectsPage()
    for name, page in (
        ("projects", projects),
        ("runs", listing),
        ("run", detail),
        ("restore", restore),
        ("project", QWidget()),
        ("settings", QWidget()),
    ):
        window.add_page(name, page)
    window.set_project("churn-prediction")
    window.run_bar.render(sample.run_bar())
    projects.render(sample.projects())
    listing.model.clock = now
    listing.model.set_runs(sample_runs())
    listing.render(RunListState(script="train.py"))
    detail.render(run_detail_samples.state())
    restore.render(restore_samples.ready_state())
    window.show_page("runs")
    window.show()
    window.activateWindow()
    QTest.qWaitForWindowActive(window)
    listing.table.select_run(listing.model.run_at(5).id)
    listing.table.setFocus()
    return window


def by_menu(window: MainWindow, name: str) -> None:
    menu = window.header.menu_by_title[BY_ID[name].menu.partition("/")[0]]
    menu.aboutToShow.emit()
    window.commands[name].trigger()


def by_keys(window: MainWindow, name: str) -> None:
    # Commands follow the page a moment later.
    QTest.qWait(1)
    target = QApplication.focusWidget() or window
    QTest.keySequence(target, QKeySequence(BY_ID[name].keys[0]))


def by_palette(window: MainWindow, name: str) -> None:
    window.open_palette()
    palette = next(each for each in window.findChildren(Palette) if each.isVisible())
    words = window.commands.text(name).rstrip("…")
    submenu = BY_ID[name].menu.partition("/")[2]
    QTest.keyClicks(palette.field.line, f"{submenu}: {words}" if submenu else words)
    QTest.keyClick(palette.field.line, Qt.Key.Key_Return)


# Page, command, and the signal of the page that tells what is wanted.
ASKED = (
    ("runs", "open_run", "open_requested"),
    ("runs", "restore", "restore_requested"),
    ("runs", "edit_note", "note_requested"),
    ("runs", "export_table", "export_requested"),
    ("run", "back", "back_requested"),
    ("run", "newer_run", "run_shown"),
    ("run", "older_run", "run_shown"),
    ("run", "restore", "restore_requested"),
    ("restore", "back", "back_requested"),
    ("restore", "restore_now", "restore_requested"),
)


def can_start(start: Start, name: str) -> bool:
    """Return whether a command has this entry; a view that listens to keys has tests of its own."""
    return start is not by_keys or bool(BY_ID[name].keys)


@pytest.mark.parametrize("start", [by_menu, by_keys, by_palette])
def test_a_page_is_asked(qtbot: QtBot, window: MainWindow, start: Start) -> None:
    for page, name, signal in ASKED:
        if can_start(start, name):
            window.show_page(page)
            with qtbot.waitSignal(getattr(window.stack.currentWidget(), signal)):
                start(window, name)


# Page, command, and what is seen after it.
SEEN: tuple[tuple[str, str, Callable[[MainWindow], object]], ...] = (
    ("projects", "find", lambda w: page_of(w, ProjectsPage).search.line.hasFocus()),
    ("runs", "find", lambda w: page_of(w, RunListPage).filters.search.line.hasFocus()),
    ("runs", "columns", lambda w: page_of(w, RunListPage).filters.columns_menu.isVisible()),
    ("runs", "copy_run_id", lambda w: copied() == selected_run(w).id),
    ("runs", "copy_commit", lambda w: copied() == selected_run(w).snapshot),
    ("runs", "copy_arguments", lambda w: copied() == selected_run(w).arguments_text),
    ("run", "copy_run_id", lambda w: copied() == run_detail_samples.state().run.id),
    ("run", "copy_commit", lambda w: copied() == run_detail_samples.state().run.snapshot),
    ("run", "tab_log", lambda w: page_of(w, RunDetailPage).tabs.current == "log"),
    ("run", "tab_outputs", lambda w: page_of(w, RunDetailPage).tabs.current == "outputs"),
    ("run", "tab_changes", lambda w: page_of(w, RunDetailPage).tabs.current == "changes"),
    ("run", "tab_environment", lambda w: page_of(w, RunDetailPage).tabs.current == "environment"),
    ("run", "find", lambda w: page_of(w, RunDetailPage).log.search.line.hasFocus()),
    ("run", "toggle_properties", lambda w: not page_of(w, RunDetailPage).properties.isVisible()),
    ("run", "edit_note", lambda w: page_of(w, RunDetailPage).properties.note.area.hasFocus()),
    ("restore", "diff_layout", lambda w: layout_of(w) == "unified"),
    ("restore", "find", lambda w: page_of(w, RestorePage).changes.files.search.line.hasFocus()),
)


def page_of(window: MainWindow, kind: type[Kind]) -> Kind:
    found = window.stack.currentWidget()
    assert isinstance(found, kind)
    return found


def copied() -> str:
    return QGuiApplication.clipboard().text()


def selected_run(window: MainWindow) -> Run:
    return page_of(window, RunListPage).selected_runs()[0]


def layout_of(window: MainWindow) -> str:
    return page_of(window, RestorePage).changes.diff.layout_now


@pytest.mark.parametrize("start", [by_menu, by_keys, by_palette])
def test_a_page_does_it(qtbot: QtBot, window: MainWindow, start: Start) -> None:
    for page, name, seen in SEEN:
        if can_start(start, name):
            window.show_page(page)
            QGuiApplication.clipboard().clear()
            window.findChild(RunDetailPage).show_tab("metrics")  # type: ignore[union-attr]
            page_of(window, Page).setFocus()
            if page == "restore":
                page_of(window, RestorePage).changes.diff.set_layout("side")
            start(window, name)
            qtbot.waitUntil(lambda seen=seen: bool(seen(window)))  # type: ignore[misc]
            for menu in window.findChildren(QMenu):
                menu.hide()
            window.activateWindow()
            QTest.qWaitForWindowActive(window)


def test_on_another_page_a_command_says_where_it_works(window: MainWindow) -> None:
    window.show_page("settings")
    for command in COMMANDS:
        if command.elsewhere:
            action = window.commands[command.id]
            assert (action.isEnabled(), action.toolTip()) == (False, command.elsewhere)


def test_the_reason_follows_the_selection(qtbot: QtBot, window: MainWindow) -> None:
    page = page_of(window, RunListPage)
    restore = window.commands["restore"]
    qtbot.waitUntil(restore.isEnabled)
    page.table.select_run(page.model.run_at(7).id, add=True)
    qtbot.waitUntil(lambda: not restore.isEnabled())
    assert restore.toolTip() == "Select one run"
    page.table.clearSelection()
    qtbot.waitUntil(lambda: window.commands["copy_run_id"].toolTip() == "Select a run")


def test_the_words_say_what_would_happen(qtbot: QtBot, window: MainWindow) -> None:
    window.show_page("run")
    qtbot.waitUntil(lambda: window.commands.text("toggle_properties") == "Hide properties")
    window.commands["toggle_properties"].trigger()
    qtbot.waitUntil(lambda: window.commands.text("toggle_properties") == "Show properties")
    assert not window.commands["toggle_properties"].isChecked()


def test_menus_show_keys_that_a_view_listens_to(window: MainWindow) -> None:
    assert window.commands["open_run"].text() == "Open run\tReturn"
    assert window.commands.text("open_run") == "Open run"
    assert window.commands["open_run"].shortcuts() == []


def test_log_scale_and_chart_data_of_a_run(qtbot: QtBot, window: MainWindow) -> None:
    window.show_page("run")
    page = page_of(window, RunDetailPage)
    qtbot.waitUntil(window.commands["chart_data"].isEnabled)
    window.commands["log_scale"].trigger()
    assert page.metrics.log_scale.isChecked()
    assert window.commands["log_scale"].isChecked()
    by_keys(window, "chart_data")
    dialog = window.findChildren(ChartDataDialog)[-1]
    first = page.metrics.cards[0].content
    assert first is not None
    assert dialog.data.title == first.title
    assert [row[2] for row in dialog.data.rows] == [repr(v) for v in first.series[0].values]
    dialog.copy.click()
    name = first.series[0].name
    assert copied().splitlines()[0] == f"Step\tSeconds\t{name}\t{name} #125"
    with qtbot.waitSignal(page.chart_data_save_requested) as caught:
        dialog.save.click()
    assert caught.args == [dialog.data]


def test_the_picture_of_a_chart_is_a_png(qtbot: QtBot, window: MainWindow) -> None:
    window.show_page("run")
    page = page_of(window, RunDetailPage)
    qtbot.waitUntil(window.commands["save_chart"].isEnabled)
    with qtbot.waitSignal(page.chart_save_requested) as caught:
        window.commands["save_chart"].trigger()
    assert caught.args is not None
    title, data = caught.args
    assert title == page.metrics.cards[0].title.text()
    assert data.startswith(b"\x89PNG")
    window.commands["copy_chart"].trigger()
    assert not QGuiApplication.clipboard().image().isNull()


def menu_of(widget: QWidget, name: str) -> list[str]:
    """Open the context menu of a widget by the keyboard; return its lines."""
    middle = widget.rect().center()
    reason = QContextMenuEvent.Reason.Keyboard
    event = QContextMenuEvent(reason, middle, widget.mapToGlobal(middle))
    QApplication.sendEvent(widget, event)
    menu = widget.window().findChildren(QMenu, name)[-1]
    lines = [action.text() for action in menu.actions() if not action.isSeparator()]
    menu.hide()
    return lines


def test_context_menus_are_those_of_the_design(qtbot: QtBot, window: MainWindow) -> None:
    listing = page_of(window, RunListPage)
    qtbot.waitUntil(lambda: "chart_data" in listing.charts.offers())
    assert listing.charts.cards is not None
    plot = listing.charts.cards.charts[0].plot
    assert menu_of(plot, "chartContextMenu") == [
        "Choose metric", "Reset zoom", "Chart data as table", "Copy image", "Save image…",
    ]  # fmt: skip
    window.show_page("run")
    page = page_of(window, RunDetailPage)
    qtbot.waitUntil(lambda: bool(page.metrics.offers()))
    assert menu_of(page.metrics.cards[0].plot, "chartContextMenu") == [
        "Log scale", "Reset zoom", "Chart data as table", "Copy image", "Save image…",
    ]  # fmt: skip
    page.show_tab("log")
    assert menu_of(page.log.text, "logContextMenu") == [
        "Copy", "Select all", "Find", "Wrap lines", "Copy log", "Save log as…",
    ]  # fmt: skip
    page.show_tab("outputs")
    assert menu_of(page.outputs.list, "fileContextMenu") == [
        "Open", "Open folder", "Copy path", "Save as…",
    ]  # fmt: skip
    window.jobs_panel.render(sample.jobs())
    window.set_jobs_shown(shown=True)
    rows = [row for row in window.jobs_panel.findChildren(ActiveJob) if row.isVisible()]
    assert menu_of(rows[0], "jobContextMenu") == ["Show run", "Cancel"]


def test_a_chart_is_used_by_the_keyboard(qtbot: QtBot, window: MainWindow) -> None:
    window.show_page("run")
    page = page_of(window, RunDetailPage)
    qtbot.waitUntil(lambda: bool(page.metrics.offers()))
    card = page.metrics.cards[0]
    card.plot.setFocus()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right):
        QTest.keyClick(card.plot, key)
    assert card.plot.cursor_x == 2
    assert card.box.isVisible()
    QTest.keyClick(card.plot, Qt.Key.Key_End)
    assert card.content is not None
    assert card.plot.cursor_x == len(card.content.series[0].values)
    page.tabs.setFocus()
    assert not card.box.isVisible()
