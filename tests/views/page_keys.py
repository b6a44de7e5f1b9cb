"""The commands of the window for a page that a test shows without one."""

from workbench.views.commands import CommandTable
from workbench.views.kit.page import Page
from workbench.views.shell.page_commands import PageCommands


def give_commands(page: Page) -> CommandTable:
    """Let a page be used by the keys and commands of the window, which it becomes itself."""
    commands = CommandTable(page)
    follow = PageCommands(commands)
    follow.show(page)
    commands.triggered.connect(follow.act)
    return commands
