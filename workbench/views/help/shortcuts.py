"""The page of the guide that lists every command with its keys, made from the command table."""

from PySide6.QtGui import QKeySequence

from workbench.viewmodels.help_topics import Topic, topic_of
from workbench.views.commands import COMMANDS, MENUS, Command

_ABOUT = """\
All commands are in **Go to anything** (Ctrl+K), too: type a part of the name. A command that can't
be used now is grey there and in the menus, and says why.
"""
_EVERYWHERE = """\
## In lists and pages

| What | Keys |
|---|---|
| Next and previous control | Tab, Shift+Tab |
| Next and previous region of the window | F6, Shift+F6 |
| Choose a row; choose more rows | Up, Down; with Shift or Ctrl |
| Check or uncheck the row | Space |
| Open the row | Return |
| Menu of what has the focus | Shift+F10 |
| Filter a list | Type in it |
| Step back: filter, panel, selection, page | Esc |
| Create, restore or commit in a dialog or view | Ctrl+Return |
| Points of a chart | Left, Right, Home, End |
"""


def shortcuts_topic() -> Topic:
    """Return the page as Markdown, a table for each menu."""
    parts = ["# Keyboard shortcuts", _ABOUT, _EVERYWHERE]
    for menu in MENUS:
        rows = [_row(command) for command in COMMANDS if _menu(command) == menu and _keys(command)]
        if rows:
            parts.append("\n".join([f"## {menu}", "", "| Command | Keys |", "|---|---|", *rows]))
    return topic_of("shortcuts", "\n\n".join(parts))


def _menu(command: Command) -> str:
    return command.menu.partition("/")[0]


def _keys(command: Command) -> str:
    native = QKeySequence.SequenceFormat.NativeText
    keys = (QKeySequence(keys).toString(native) for keys in (*command.keys, *command.hint))
    return ", ".join(keys)


def _row(command: Command) -> str:
    submenu = command.menu.partition("/")[2]
    text = f"{submenu}: {command.text}" if submenu else command.text
    return f"| {text.rstrip('…')} | {_keys(command)} |"
