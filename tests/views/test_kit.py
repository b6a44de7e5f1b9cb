"""The widgets of the kit: names, keyboard, signals, disabled reasons."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from workbench.core.progress import Progress
from workbench.core.run import RunStatus
from workbench.core.settings import ThemeMode
from workbench.views.kit.banner import Banner
from workbench.views.kit.buttons import Button, IconButton, MenuButton, SplitButton
from workbench.views.kit.combo import ComboBox
from workbench.views.kit.dialogs import AskDialog, Dialog, ask
from workbench.views.kit.empty_state import EmptyState
from workbench.views.kit.fields import FormRow, LabelledCombo, LabelledEdit, SearchField, TextArea
from workbench.views.kit.label import ElidedLabel
from workbench.views.kit.overlay import Dimmer
from workbench.views.kit.progress import ProgressStrip
from workbench.views.kit.segments import Segments
from workbench.views.kit.spinner import Spinner, spinner_clock
from workbench.views.kit.status_chip import StatusChip, status_icon
from workbench.views.kit.tabs import TabBar
from workbench.views.kit.toast import ToastHost
from workbench.views.theme.theme import theme


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    """A window with a column for the widgets under test."""
    widget = QWidget()
    qtbot.addWidget(widget)
    QVBoxLayout(widget)
    widget.resize(640, 480)
    return widget


def put(window: QWidget, *widgets: QWidget) -> None:
    layout = window.layout()
    assert layout is not None
    for widget in widgets:
        layout.addWidget(widget)
    window.show()
    window.activateWindow()
    QTest.qWaitForWindowActive(window)


def accessible_name(widget: QWidget) -> str:
    interface = QAccessible.queryAccessibleInterface(widget)
    assert interface is not None
    return interface.text(QAccessible.Text.Name)


def test_button_says_why_it_is_disabled(qtbot: QtBot, window: QWidget) -> None:
    button = Button("Compare", "columns-3")
    button.set_tip("Compare (Ctrl+D)")
    put(window, button)
    button.set_disabled_reason("Select 2 or 3 runs to compare")
    assert not button.isEnabled()
    assert button.toolTip() == "Select 2 or 3 runs to compare"
    button.set_disabled_reason("")
    assert button.isEnabled()
    assert button.toolTip() == "Compare (Ctrl+D)"


def test_button_is_pressed_with_space_and_keeps_ampersands(qtbot: QtBot, window: QWidget) -> None:
    button = Button("Save & close")
    put(window, button)
    button.setFocus(Qt.FocusReason.TabFocusReason)
    with qtbot.waitSignal(button.clicked):
        QTest.keyClick(button, Qt.Key.Key_Space)
    assert accessible_name(button) == "Save & close"


def test_a_click_leaves_the_focus_where_it_was(qtbot: QtBot, window: QWidget) -> None:
    field, button = LabelledEdit("", "Name"), Button("Go")
    put(window, field, button)
    field.line.setFocus()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert field.line.hasFocus()


def test_icon_button_is_named_by_its_tooltip(window: QWidget) -> None:
    button = IconButton("columns-3", "Columns")
    put(window, button)
    assert (accessible_name(button), button.toolTip()) == ("Columns", "Columns")


@pytest.mark.qt_log_ignore("grabbing the keyboard")
def test_menu_button_opens_without_blocking(qtbot: QtBot, window: QWidget) -> None:
    button = MenuButton("More")
    chosen: list[str] = []
    button.popup.addAction("Copy run ID").triggered.connect(lambda: chosen.append("copy"))
    put(window, button)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert button.popup.isVisible()
    QTest.keyClick(button.popup, Qt.Key.Key_Down)
    QTest.keyClick(button.popup, Qt.Key.Key_Return)
    assert chosen == ["copy"]


@pytest.mark.qt_log_ignore("grabbing the keyboard")
def test_split_button_has_two_names_and_one_signal(qtbot: QtBot, window: QWidget) -> None:
    split = SplitButton("Run", "play", "Run", "Run options")
    put(window, split)
    names = (accessible_name(split.button), accessible_name(split.menu_button))
    assert names == ("Run", "Run options")
    with qtbot.waitSignal(split.clicked):
        QTest.mouseClick(split.button, Qt.MouseButton.LeftButton)
    with qtbot.assertNotEmitted(split.clicked):
        QTest.mouseClick(split.menu_button, Qt.MouseButton.LeftButton)
    split.popup.hide()


def test_labelled_combo_is_found_by_its_label(qtbot: QtBot, window: QWidget) -> None:
    field = LabelledCombo("Target")
    field.set_items([("local", "local"), ("gpu", "gpu-vm-weu")], "gpu")
    put(window, field)
    buddies = [label for label in window.findChildren(QLabel) if label.buddy() is field.combo]
    assert [label.text() for label in buddies] == ["Target"]
    interface = QAccessible.queryAccessibleInterface(field.combo)
    related = [
        target.text(QAccessible.Text.Name)
        for target, relation in interface.relations()
        if relation & QAccessible.RelationFlag.Label
    ]
    assert related == ["Target"]


def test_labelled_combo_keeps_a_fixed_width_in_each_look(window: QWidget) -> None:
    field, free = LabelledCombo("Target"), LabelledCombo("Script")
    put(window, field)
    put(window, free)
    field.setFixedWidth(theme().px(176))
    for mode in (ThemeMode.DARK, ThemeMode.LIGHT):
        theme().set_mode(mode)
        assert field.width() == field.minimumWidth() == theme().px(176)
        assert free.minimumWidth() < free.maximumWidth()
    theme().set_zoom(150)
    QTest.qWait(0)
    assert field.width() == field.minimumWidth() == theme().px(176) == 264
    theme().set_zoom(100)
    QTest.qWait(0)
    assert field.width() == field.minimumWidth() == 176


def test_labelled_combo_tells_only_what_the_user_chose(qtbot: QtBot, window: QWidget) -> None:
    field = LabelledCombo("Script")
    put(window, field)
    with qtbot.assertNotEmitted(field.chosen):
        field.set_items([("a", "a.py"), ("b", "b.py")], "a")
    field.combo.setFocus()
    with qtbot.waitSignal(field.chosen) as caught:
        QTest.keyClick(field.combo, Qt.Key.Key_Down)
    assert caught.args == ["b"]
    assert field.current == "b"


def test_combo_keeps_the_choice_when_items_are_the_same(window: QWidget) -> None:
    box = ComboBox()
    put(window, box)
    box.set_items([("a", "A"), ("b", "B")], "b")
    box.set_items([("a", "A"), ("b", "B")], "gone")
    assert box.currentData() == "a"
    box.set_items([], "")
    assert box.currentIndex() == -1


def test_field_frame_has_a_ring_while_it_has_the_focus(qtbot: QtBot, window: QWidget) -> None:
    first, second = LabelledEdit("Arguments"), LabelledEdit("Other")
    put(window, first, second)
    first.line.setFocus()
    assert first.property("ring") == "focus"
    second.line.setFocus()
    assert (first.property("ring"), second.property("ring")) == ("", "focus")
    second.set_error(on=True)
    assert second.property("ring") == "error-focus"
    first.set_disabled_reason("Open a project first")
    assert (first.property("ring"), first.toolTip()) == ("off", "Open a project first")


def test_search_waits_for_the_last_key_and_esc_empties_it(qtbot: QtBot, window: QWidget) -> None:
    field = SearchField("Find a project", "Find a project")
    put(window, field)
    heard: list[str] = []
    field.searched.connect(heard.append)
    with qtbot.waitSignal(field.searched):
        QTest.keyClicks(field.line, "iris")
    assert heard == ["iris"]
    with qtbot.waitSignal(field.searched):
        QTest.keyClick(field.line, Qt.Key.Key_Escape)
    assert heard == ["iris", ""]


def test_form_row_names_its_input_and_shows_the_error_in_place_of_the_hint(
    window: QWidget,
) -> None:
    field = LabelledEdit("")
    row = FormRow("Project &name", field)
    row.set_hint("The project will be in /tmp/x")
    put(window, row)
    assert accessible_name(field.line) == "Project name"
    row.set_error("Enter a project name")
    assert row.error == "Enter a project name"
    assert field.line.accessibleDescription() == "Enter a project name"
    row.set_error("")
    assert row.error == ""
    assert "The project will be in /tmp/x" in {label.text() for label in row.findChildren(QLabel)}


def test_text_area_leaves_with_tab(qtbot: QtBot, window: QWidget) -> None:
    area, after = TextArea(2), LabelledEdit("", "After")
    put(window, area, after)
    area.area.setFocus()
    QTest.keyClicks(area.area, "two words")
    QTest.keyClick(area.area, Qt.Key.Key_Tab)
    assert area.text() == "two words"
    assert after.line.hasFocus()


def test_segments_move_with_the_arrows(qtbot: QtBot, window: QWidget) -> None:
    segments = Segments("Stream", [("all", "All"), ("out", "Output"), ("err", "Errors")])
    segments.set_count("err", 2)
    put(window, segments)
    heard: list[str] = []
    segments.chosen.connect(heard.append)
    QTest.keyClick(segments.button("all"), Qt.Key.Key_Right)
    QTest.keyClick(segments.button("out"), Qt.Key.Key_Right)
    QTest.keyClick(segments.button("err"), Qt.Key.Key_Right)
    assert heard == ["out", "err", "all"]
    assert segments.current == "all"
    assert "2" in segments.button("err").text()
    with qtbot.assertNotEmitted(segments.chosen):
        segments.set_current("out")
    assert segments.current == "out"


def test_tabs_tell_ids_and_grow_for_a_badge(qtbot: QtBot, window: QWidget) -> None:
    tabs = TabBar("Run Detail")
    for identity, text in (("metrics", "Metrics"), ("log", "Log"), ("outputs", "Outputs")):
        tabs.add(identity, text)
    put(window, tabs)
    narrow = tabs.tabRect(2).width()
    tabs.set_count("outputs", 12)
    assert tabs.tabRect(2).width() > narrow
    with qtbot.waitSignal(tabs.chosen) as caught:
        tabs.setFocus()
        QTest.keyClick(tabs, Qt.Key.Key_Right)
    assert caught.args == ["log"]
    with qtbot.assertNotEmitted(tabs.chosen):
        tabs.set_current("outputs")
    assert tabs.current == "outputs"


def test_banner_hides_itself_and_tells_its_buttons(qtbot: QtBot, window: QWidget) -> None:
    banner = Banner()
    put(window, banner)
    assert banner.isHidden()
    banner.render("warn", "Your current changes will be overwritten", "3 of these files", [
        ("commit", "Commit changes first"),
    ])  # fmt: skip
    assert banner.isVisible()
    button = banner.button("commit")
    assert button is not None
    with qtbot.waitSignal(banner.action) as caught:
        button.click()
    assert caught.args == ["commit"]
    banner.clear()
    assert banner.isHidden()


def test_empty_state_offers_its_actions(qtbot: QtBot, window: QWidget) -> None:
    empty = EmptyState("folder", "Nothing", "A line", "New project", "plus", "Open folder")
    put(window, empty)
    with qtbot.waitSignal(empty.activated):
        empty.button.click()
    with qtbot.waitSignal(empty.second_activated):
        empty.second_button.click()
    empty.set_action("")
    assert not empty.button.isVisible()


@pytest.mark.parametrize("status", list(RunStatus))
def test_every_status_has_icon_and_word(window: QWidget, status: RunStatus) -> None:
    chip = StatusChip()
    chip.render(status)
    put(window, chip)
    assert chip.text == status.label
    assert status_icon(status)[0]
    assert chip.grab().width() > 40


def test_spinners_share_one_clock_that_rests_when_none_is_seen(
    qtbot: QtBot, window: QWidget
) -> None:
    first, second = Spinner(), Spinner()
    put(window, first, second)
    assert spinner_clock().running
    before = spinner_clock().angle
    qtbot.waitUntil(lambda: spinner_clock().angle != before)
    first.hide()
    assert spinner_clock().running
    window.hide()
    assert not spinner_clock().running


def test_progress_is_shown_only_when_it_lasts(qtbot: QtBot, window: QWidget) -> None:
    strip = ProgressStrip()
    put(window, strip)
    strip.render(Progress("restore", 0.5, "Restoring from run #121", "6 of 9 files"))
    assert strip.isHidden()
    qtbot.waitUntil(strip.isVisible, timeout=2000)
    strip.render(None)
    assert strip.isHidden()
    strip.render(Progress("restore", 0.5, "Restoring", ""))
    strip.render(None)
    QTest.qWait(400)
    assert strip.isHidden()


def test_progress_offers_cancel_at_once_where_asked(qtbot: QtBot, window: QWidget) -> None:
    strip = ProgressStrip()
    strip.set_cancel_at_once(at_once=True)
    put(window, strip)
    strip.render(Progress("create", None, "Creating project"))
    qtbot.waitUntil(strip.isVisible, timeout=2000)
    with qtbot.waitSignal(strip.canceled):
        strip.cancel_button.click()


def test_a_toast_goes_where_it_covers_no_control(window: QWidget) -> None:
    window.resize(1024, 640)
    button = Button("Open folder", parent=window)
    button.move(900, 500)
    window.show()
    host = ToastHost(window)
    aside = host.show("Run #12 completed")
    assert aside.geometry().right() < button.x()
    button.hide()
    usual = host.show("Run #13 completed")
    assert window.width() - usual.geometry().right() <= theme().px(17)
    assert aside.x() == usual.x()


def test_shift_f10_opens_the_menu_of_what_has_the_focus(qtbot: QtBot, window: QWidget) -> None:
    class Field(QLineEdit):
        def __init__(self) -> None:
            super().__init__()
            self.asked: list[QContextMenuEvent.Reason] = []

        def contextMenuEvent(self, event: QContextMenuEvent) -> None:
            self.asked.append(event.reason())

    window.show()
    dialog = Dialog(window, "Something")
    field = Field()
    dialog.body.addWidget(field)
    dialog.open()
    qtbot.waitUntil(dialog.isActiveWindow)
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_F10, Qt.KeyboardModifier.ShiftModifier)
    assert field.asked == [QContextMenuEvent.Reason.Keyboard]
    dialog.reject()


def test_a_toast_replaces_the_one_with_its_key_and_keeps_off_the_foot(
    qtbot: QtBot, window: QWidget
) -> None:
    window.resize(800, 600)
    window.show()
    host = ToastHost(window)
    host.show("Something else")
    host.show("Restored 3 files", action="Undo", key="restore")
    host.show("Restored 5 files", action="Undo", key="restore")
    assert [toast.title for toast in host.toasts] == ["Something else", "Restored 5 files"]
    foot = window.height() - theme().px(24 + 72)
    assert max(toast.geometry().bottom() for toast in host.toasts) <= foot
    host.dismiss("")
    host.dismiss("restore")
    assert [toast.title for toast in host.toasts] == ["Something else"]


@pytest.mark.parametrize("words", range(4, 24))
def test_a_toast_has_room_for_all_of_its_text(window: QWidget, words: int) -> None:
    put(window)
    toast = ToastHost(window).show("Restore undone", "as it was " * words, "undo", "Redo")
    for label in toast.findChildren(QLabel):
        assert label.height() >= label.heightForWidth(label.width()), label.text()


def test_toasts_stack_up_to_three_and_act(qtbot: QtBot, window: QWidget) -> None:
    put(window)
    host = ToastHost(window)
    done: list[str] = []
    for number in range(4):
        host.show(f"Restored from run #{number}", "9 files changed", "ok", "Undo",
                  lambda: done.append("undo"))  # fmt: skip
    assert [toast.title[-2:] for toast in host.toasts] == ["#1", "#2", "#3"]
    newest = host.toasts[-1]
    assert newest.geometry().right() <= window.width() - 16
    assert newest.accessibleName() == "Restored from run #3. 9 files changed"
    newest.action_button.click()
    assert done == ["undo"]
    assert len(host.toasts) == 2


def test_elided_label_keeps_the_whole_text(window: QWidget) -> None:
    label = ElidedLabel("/home/user/projects/churn-prediction/with/a/long/path")
    put(window, label)
    label.setFixedWidth(80)
    assert label.elided
    assert label.minimumSizeHint().width() < 80
    assert accessible_name(label) == label.text()


def _ask(window: QWidget) -> AskDialog:
    return ask(
        window,
        "Cancel this run?",
        "It has run for 2 min.",
        [("keep", "Keep running"), ("cancel", "Cancel run")],
        danger="cancel",
    )


def test_ask_dims_the_window_and_answers_once(qtbot: QtBot, window: QWidget) -> None:
    put(window)
    dialog = _ask(window)
    answers: list[str] = []
    dialog.answered.connect(answers.append)
    assert dialog.isVisible()
    assert window.findChildren(Dimmer)
    dialog.button("cancel").click()
    dialog.button("keep").click()
    assert answers == ["cancel"]
    assert not dialog.isVisible()


def test_ask_takes_esc_for_the_first_button(qtbot: QtBot, window: QWidget) -> None:
    put(window)
    dialog = _ask(window)
    with qtbot.waitSignal(dialog.answered) as caught:
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert caught.args == ["keep"]


def test_ask_presses_the_focused_button_with_enter(qtbot: QtBot, window: QWidget) -> None:
    put(window)
    dialog = _ask(window)
    dialog.button("keep").setFocus()
    with qtbot.waitSignal(dialog.answered) as caught:
        QTest.keyClick(dialog.button("keep"), Qt.Key.Key_Return)
    assert caught.args == ["keep"]


def test_building_widgets_shows_no_window_of_their_own(qtbot: QtBot) -> None:
    # A child that is made visible before it has a parent flashes up as a window.
    seen: list[str] = []
    parent = QWidget()
    qtbot.addWidget(parent)

    for make in (
        lambda: EmptyState("folder", "A", "B", "C", "", "D"),
        lambda: LabelledEdit("Label"),
        lambda: FormRow("&Name", LabelledEdit(""), optional=True),
        StatusChip,
        Banner,
        ProgressStrip,
    ):
        widget = make()
        seen += [type(top).__name__ for top in QApplication.topLevelWidgets() if top.isVisible()]
        widget.setParent(parent)
    assert not seen
