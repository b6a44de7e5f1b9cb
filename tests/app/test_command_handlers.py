"""Commands reach the one thing that was offered for them."""

import pytest
from pytestqt.qtbot import QtBot

from workbench.app.command_handlers import CommandHandlers
from workbench.views.main_window import MainWindow


def test_a_command_does_what_was_offered_for_it(qtbot: QtBot) -> None:
    window = MainWindow()
    qtbot.addWidget(window)
    done: list[str] = []
    handlers = CommandHandlers(window)
    handlers.add({"run_again": lambda: done.append("again"), "quit": lambda: done.append("quit")})
    window.command.emit("run_again")
    window.command.emit("nothing_offered")
    assert done == ["again"]


def test_a_command_is_offered_once(qtbot: QtBot) -> None:
    window = MainWindow()
    qtbot.addWidget(window)
    handlers = CommandHandlers(window)
    handlers.add({"run_again": lambda: None})
    with pytest.raises(ValueError, match="run_again"):
        handlers.add({"run_again": lambda: None})
