"""Every command of the window in one table: menus, shortcuts and the palette come from it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from workbench.views.shell.header import MENU_TITLES
from workbench.views.theme.theme import theme


@dataclass(frozen=True, slots=True)
class Command:
    """One thing that the user can ask for.

    Attributes:
        id: Name in code.
        text: Words in menus and in the palette.
        keys: Shortcuts, first the one that is shown.
        icon: Name of its icon.
        menu: Menu that holds it, ``"View/Theme"`` for a submenu; empty for the palette only.
        starts_group: Whether a line is drawn before it in its menu.
        checkable: Whether it shows a mark while it is on.
    """

    id: str
    text: str
    keys: tuple[str, ...] = ()
    icon: str = ""
    menu: str = ""
    starts_group: bool = False
    checkable: bool = False


MENUS = MENU_TITLES
COMMANDS: tuple[Command, ...] = (
    Command("new_project", "New project", ("Ctrl+N",), "folder-plus", "File"),
    Command("open_folder", "Open folder", ("Ctrl+O",), "folder-open", "File"),
    Command("close_project", "Close project", ("Ctrl+Shift+W",), "", "File"),
    Command("settings", "Settings", ("Ctrl+,",), "settings", "File", starts_group=True),
    Command("quit", "Quit", ("Ctrl+Q",), "", "File", starts_group=True),
    Command("undo_restore", "Undo Restore", ("Ctrl+Alt+Z",), "undo-2", "Edit"),
    Command("redo_restore", "Redo Restore", ("Ctrl+Alt+Y",), "redo-2", "Edit"),
    Command("show_projects", "Projects", ("Ctrl+1",), "layout-grid", "View"),
    Command("show_runs", "Runs", ("Ctrl+2",), "hourglass", "View"),
    Command("show_project", "Project", ("Ctrl+3",), "folder-cog", "View"),
    Command("go_to", "Go to anything", ("Ctrl+K",), "search", "View", starts_group=True),
    Command("toggle_jobs", "Jobs", ("Ctrl+J",), "list-checks", "View", checkable=True),
    Command("notifications", "Notifications", ("Ctrl+Shift+N",), "bell", "View"),
    Command("theme_system", "System", (), "", "View/Theme", checkable=True),
    Command("theme_light", "Light", (), "", "View/Theme", checkable=True),
    Command("theme_dark", "Dark", (), "", "View/Theme", checkable=True),
    Command("zoom_in", "Zoom in", ("Ctrl+=", "Ctrl++"), "zoom-in", "View", starts_group=True),
    Command("zoom_out", "Zoom out", ("Ctrl+-",), "zoom-out", "View"),
    Command("zoom_reset", "Reset zoom", ("Ctrl+0",), "", "View"),
    Command("open_project_folder", "Open folder in file manager", (), "folder-open", "Project"),
    Command("prepare_environment", "Prepare environment", (), "package", "Project"),
    Command("run", "Run", ("F5",), "play", "Run"),
    Command("run_with_note", "Run with snapshot note…", (), "camera", "Run"),
    Command("run_again", "Run again", ("Ctrl+F5",), "rotate-cw", "Run"),
    Command("cancel_run", "Cancel run", ("Shift+F5",), "square", "Run"),
    Command("choose_target", "Choose target", ("Ctrl+T",), "monitor", "Run", starts_group=True),
    Command("choose_script", "Choose script", ("Ctrl+P",), "file-code", "Run"),
    Command("edit_arguments", "Edit arguments", ("Ctrl+L",), "terminal", "Run"),
    Command("copy_command", "Copy command", (), "copy", "Run", starts_group=True),
    Command("about", "About Workbench", (), "info", "Help"),
)


class CommandTable(QObject):
    """The actions of all commands.

    Signals:
        triggered: Id of a command that the user asked for.
    """

    triggered = Signal(str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._commands: dict[str, Command] = {}
        self._actions: dict[str, QAction] = {}
        for command in COMMANDS:
            self.add(command)
        group = QActionGroup(self)
        for name in ("theme_system", "theme_light", "theme_dark"):
            group.addAction(self._actions[name])

    def __getitem__(self, identity: str) -> QAction:
        """Return the action of a command."""
        return self._actions[identity]

    def __iter__(self) -> Iterator[str]:
        """Iterate over the ids, in menu order."""
        return iter(self._commands)

    def add(self, command: Command) -> QAction:
        """Make the action of a command that is not in the table; menus built later hold it."""
        action = QAction(command.text, self._window)
        action.setObjectName(command.id)
        action.setShortcuts([QKeySequence(keys) for keys in command.keys])
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.setCheckable(command.checkable)
        if command.icon:
            action.setIcon(theme().icon(command.icon))
        action.triggered.connect(lambda _=False, name=command.id: self.triggered.emit(name))
        self._window.addAction(action)
        self._commands[command.id] = command
        self._actions[command.id] = action
        return action

    def command(self, identity: str) -> Command:
        """Return the entry of the table."""
        return self._commands[identity]

    def set_enabled(self, identity: str, reason: str = "") -> None:
        """Enable a command, or disable it and say why."""
        action = self._actions[identity]
        action.setEnabled(not reason)
        action.setToolTip(reason)
        action.setStatusTip(reason)

    def set_text(self, identity: str, text: str) -> None:
        """Say what a command would do now, in menus and in the palette."""
        self._actions[identity].setText(text)

    def fill(self, menus: Mapping[str, QMenu]) -> None:
        """Fill the menus of the menu bar.

        Args:
            menus: Empty menus by title.
        """
        for title, menu in menus.items():
            menu.setToolTipsVisible(True)
            self._fill_menu(menu, title)

    def _fill_menu(self, menu: QMenu, title: str) -> None:
        submenus: dict[str, QMenu] = {}
        for command in self._commands.values():
            if command.menu == title:
                if command.starts_group:
                    menu.addSeparator()
                menu.addAction(self._actions[command.id])
            elif command.menu.startswith(f"{title}/"):
                name = command.menu.partition("/")[2]
                if name not in submenus:
                    menu.addSeparator()
                    submenus[name] = menu.addMenu(name)
                submenus[name].addAction(self._actions[command.id])
