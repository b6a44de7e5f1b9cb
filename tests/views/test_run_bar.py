"""The run bar: whose arguments it shows, and what it says while and where scripts are searched."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QStandardItemModel
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.views import sample_states as sample
from workbench.core.run import Script
from workbench.viewmodels.script_words import (
    BROWSE_SCRIPT,
    LOOKING,
    LOOKING_FOR_PYTHON,
    NOT_ALL_SEARCHED,
)
from workbench.viewmodels.states import ProjectChoice, RunBarState
from workbench.views.main_window import MainWindow
from workbench.views.shell.run_bar import RunBar


@pytest.fixture
def bar(qtbot: QtBot) -> RunBar:
    window = MainWindow()
    window.fill_frame()
    window.complete()
    window.resize(1024, 640)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return window.run_bar


def project(name: str, arguments: str) -> RunBarState:
    return replace(
        sample.run_bar(), project=ProjectChoice(name, name, f"/{name}"), arguments=arguments
    )


def test_arguments_of_a_project_never_run_in_another_one(bar: RunBar) -> None:
    bar.render(project("one", "--delete-old-models"))
    bar.edit_arguments()
    assert bar.arguments.line.hasFocus()
    bar.render(project("two", "--safe"))
    assert bar.intent().arguments == "--safe"
    bar.render(project("three", ""))
    assert bar.intent().arguments == ""


def test_what_is_being_typed_stays_while_the_project_does(bar: RunBar) -> None:
    bar.render(project("one", ""))
    bar.edit_arguments()
    bar.arguments.line.insert("--epochs 5")
    bar.render(project("one", "--epochs"))
    assert bar.intent().arguments == "--epochs 5"


@pytest.mark.parametrize("text", ["Looking…", "No scripts", "Not known"])
def test_words_in_the_script_box_fit_into_the_smallest_window(bar: RunBar, text: str) -> None:
    bar.render(RunBarState(project=ProjectChoice("one", "one"), looking=True, known=False))
    combo = bar.script.combo
    assert combo.placeholderText() == "Looking…"
    assert combo.fontMetrics().horizontalAdvance(text) <= combo._text_rect().width()
    assert bar.arguments.width() >= 140


def test_scripts_show_before_the_interpreters_are_known(bar: RunBar) -> None:
    looking = replace(project("one", ""), looking=True, known=False, interpreters=())
    bar.render(replace(looking, scripts=()))
    assert bar.blocked_reason() == LOOKING
    bar.render(looking)
    assert bar.script.current == looking.script
    assert bar.blocked_reason() == LOOKING_FOR_PYTHON
    assert bar.interpreter.combo.currentText() == ""
    assert bar.interpreter.combo.placeholderText() == "Looking…"


def test_a_search_that_was_cut_short_is_told_and_a_script_can_be_browsed_for(
    qtbot: QtBot, bar: RunBar
) -> None:
    combo = bar.script.combo
    bar.render(replace(project("one", ""), scripts=(Script("train.py", "python"),)))
    assert combo.count() == 1
    state = replace(
        project("one", ""),
        scripts=(Script("train.py", "python"),),
        script="train.py",
        all_searched=False,
    )
    bar.render(state)
    texts = [combo.itemText(index) for index in range(combo.count())]
    assert texts == ["train.py", NOT_ALL_SEARCHED, BROWSE_SCRIPT]
    model = combo.model()
    assert isinstance(model, QStandardItemModel)
    assert [model.item(index).isEnabled() for index in range(3)] == [True, False, True]
    assert NOT_ALL_SEARCHED in combo.toolTip()
    chosen: list[str] = []
    bar.script_chosen.connect(chosen.append)
    with qtbot.waitSignal(bar.script_browse_requested):
        combo.setFocus(Qt.FocusReason.TabFocusReason)
        QTest.keyClick(combo, Qt.Key.Key_End)
    assert bar.intent().script == "train.py"
    assert chosen == []
    bar.render(replace(state, scripts=(), script=""))
    assert (bar.script.current, combo.placeholderText()) == ("", "No scripts")
    assert combo.count() == 2
