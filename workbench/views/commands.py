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
        elsewhere: Why it can't be used on a page that does not offer it; empty for a command that
            does not depend on the page.
        short: Words in a context menu, where it is plain what it is about.
        hint: Keys that are shown, but that a view listens to itself while it has the focus.
    """

    id: str
    text: str
    keys: tuple[str, ...] = ()
    icon: str = ""
    menu: str = ""
    starts_group: bool = False
    checkable: bool = False
    elsewhere: str = ""
    short: str = ""
    hint: tuple[str, ...] = ()


_NATIVE = QKeySequence.SequenceFormat.NativeText
_NO_RUN = "Select a run in the Run List"
_NO_DETAIL = "Open a run first"
_NO_LIST = "Open the Run List first"
_NO_CHART = "There is no chart on this page"
_NO_METRICS = "Open the metrics of a run"
_NO_CHANGES = "Open Code changes of a run, or Restore"
_NO_LOG = "Open the log of a run"
_NO_FILE = "Open the outputs of a run"
_NOTHING_TO_FIND = "There is nothing to search on this page"
MENUS = MENU_TITLES
COMMANDS: tuple[Command, ...] = (
    Command("new_project", "New project", ("Ctrl+N",), "folder-plus", "File"),
    Command("open_folder", "Open folder", ("Ctrl+O",), "folder-open", "File"),
    Command("open_from_repo", "Open from Git repo…", ("Ctrl+Shift+O",), "folder-git-2", "File"),
    Command("close_project", "Close project", ("Ctrl+Shift+W",), "", "File"),
    Command(
        "export_table", "Export table…", ("Ctrl+Shift+E",), "download", "File",
        starts_group=True, elsewhere=_NO_LIST,
    ),
    Command("settings", "Settings", ("Ctrl+,",), "settings", "File", starts_group=True),
    Command("account", "Account", ("Ctrl+Shift+A",), "circle-user-round", "File"),
    Command("access_tokens", "Access tokens", (), "key-round", "File"),
    Command("quit", "Quit", ("Ctrl+Q",), "", "File", starts_group=True),
    Command("undo_restore", "Undo Restore", ("Ctrl+Alt+Z",), "undo-2", "Edit"),
    Command("redo_restore", "Redo Restore", ("Ctrl+Alt+Y",), "redo-2", "Edit"),
    Command("operations", "Operations", (), "history", "Edit"),
    Command(
        "find", "Filter or find", ("Ctrl+F",), "search", "Edit",
        starts_group=True, elsewhere=_NOTHING_TO_FIND, short="Find",
    ),
    Command("find_next", "Find next", ("F3",), "", "Edit", elsewhere=_NOTHING_TO_FIND),
    Command(
        "find_previous", "Find previous", ("Shift+F3",), "", "Edit", elsewhere=_NOTHING_TO_FIND
    ),
    Command(
        "copy_arguments", "Copy arguments", (), "terminal", "Edit",
        starts_group=True, elsewhere=_NO_RUN,
    ),
    Command("copy_run_id", "Copy run ID", ("Ctrl+Shift+I",), "hash", "Edit", elsewhere=_NO_RUN),
    Command(
        "copy_commit", "Copy snapshot commit", (), "git-commit-horizontal", "Edit",
        elsewhere=_NO_RUN,
    ),
    Command("edit_note", "Edit note", ("F2",), "notebook-pen", "Edit", elsewhere=_NO_RUN),
    Command("show_projects", "Projects", ("Ctrl+1",), "layout-grid", "View"),
    Command("show_runs", "Runs", ("Ctrl+2",), "hourglass", "View"),
    Command("show_project", "Project", ("Ctrl+3",), "folder-cog", "View"),
    Command(
        "back", "Back", ("Alt+Left",), "chevron-left", "View",
        starts_group=True, elsewhere="There is no page to go back to",
    ),
    Command("newer_run", "Newer run", ("Ctrl+PgUp",), "", "View", elsewhere=_NO_DETAIL),
    Command("older_run", "Older run", ("Ctrl+PgDown",), "", "View", elsewhere=_NO_DETAIL),
    Command("tab_metrics", "Metrics", ("Alt+1",), "", "View/Run Detail", elsewhere=_NO_DETAIL),
    Command("tab_log", "Log", ("Alt+2",), "", "View/Run Detail", elsewhere=_NO_DETAIL),
    Command("tab_outputs", "Outputs", ("Alt+3",), "", "View/Run Detail", elsewhere=_NO_DETAIL),
    Command("tab_changes", "Code changes", ("Alt+4",), "", "View/Run Detail", elsewhere=_NO_DETAIL),
    Command(
        "tab_environment", "Environment", ("Alt+5",), "", "View/Run Detail", elsewhere=_NO_DETAIL
    ),
    Command(
        "toggle_properties", "Properties", ("Ctrl+I",), "panel-right", "View",
        checkable=True, elsewhere=_NO_DETAIL,
    ),
    Command(
        "toggle_charts", "Charts", ("Ctrl+G",), "chart-line", "View",
        starts_group=True, checkable=True, elsewhere=_NO_LIST,
    ),
    Command(
        "group_projects", "Group projects by…", (), "", "View", elsewhere="Open Projects first"
    ),
    Command(
        "saved_filters", "Saved filters", ("Ctrl+Shift+F",), "bookmark", "View/Filter",
        elsewhere=_NO_LIST,
    ),
    Command("save_filter", "Save filter…", (), "", "View/Filter", elsewhere=_NO_LIST),
    Command("rename_filter", "Rename filter…", (), "", "View/Filter", elsewhere=_NO_LIST),
    Command("delete_filter", "Delete filter", (), "trash-2", "View/Filter", elsewhere=_NO_LIST),
    Command(
        "archived_runs", "Show archived runs", (), "archive", "View/Filter",
        starts_group=True, checkable=True, elsewhere=_NO_LIST,
    ),
    Command("columns", "Columns", ("Ctrl+Shift+C",), "columns-3", "View", elsewhere=_NO_LIST),
    Command(
        "choose_metric", "Choose metric", (), "", "View/Chart", elsewhere="Open the Run List first"
    ),
    Command(
        "log_scale", "Log scale", (), "", "View/Chart", checkable=True, elsewhere=_NO_CHART
    ),
    Command("x_axis", "Next X axis", (), "", "View/Chart", elsewhere=_NO_METRICS),
    Command(
        "compare_curves", "Compare curves with…", (), "", "View/Chart", elsewhere=_NO_METRICS
    ),
    Command("reset_chart", "Show the whole chart", (), "", "View/Chart",
            elsewhere=_NO_CHART, short="Reset zoom"),
    Command(
        "chart_data", "Chart data as table", ("Ctrl+Shift+T",), "table-2", "View/Chart",
        starts_group=True, elsewhere=_NO_CHART,
    ),
    Command(
        "copy_chart", "Copy chart image", (), "copy", "View/Chart",
        elsewhere=_NO_CHART, short="Copy image",
    ),
    Command(
        "save_chart", "Save chart image…", (), "download", "View/Chart",
        elsewhere=_NO_CHART, short="Save image…",
    ),
    Command(
        "next_change", "Next change", ("F8",), "arrow-down", "View/Changes", elsewhere=_NO_CHANGES
    ),
    Command(
        "previous_change", "Previous change", ("Shift+F8",), "arrow-up", "View/Changes",
        elsewhere=_NO_CHANGES,
    ),
    Command(
        "diff_layout", "Diff layout", ("Ctrl+Shift+D",), "columns-2", "View/Changes",
        elsewhere=_NO_CHANGES,
    ),
    Command(
        "changes_base", "Code changes since…", (), "", "View/Changes",
        starts_group=True, elsewhere="Open Code changes of a run",
    ),
    Command(
        "follow_log", "Follow log", (), "arrow-down-to-line", "View/Log",
        checkable=True, elsewhere=_NO_LOG, short="Follow", hint=("Ctrl+End",),
    ),
    Command("log_stream", "Next stream of the log", (), "", "View/Log", elsewhere=_NO_LOG),
    Command(
        "log_times", "Times of lines", (), "clock", "View/Log", checkable=True, elsewhere=_NO_LOG
    ),
    Command(
        "wrap_log", "Wrap lines", ("Alt+Z",), "wrap-text", "View/Log",
        checkable=True, elsewhere=_NO_LOG,
    ),
    Command("copy_log", "Copy log", (), "copy", "View/Log", starts_group=True, elsewhere=_NO_LOG),
    Command("save_log", "Save log as…", (), "download", "View/Log", elsewhere=_NO_LOG),
    Command("go_to", "Go to anything", ("Ctrl+K",), "search", "View", starts_group=True),
    Command("toggle_jobs", "Jobs", ("Ctrl+J",), "list-checks", "View", checkable=True),
    Command("notifications", "Notifications", ("Ctrl+Shift+N",), "bell", "View"),
    Command("next_region", "Next region", ("F6",), "", "View/Region"),
    Command("previous_region", "Previous region", ("Shift+F6",), "", "View/Region"),
    Command("theme_system", "System", (), "", "View/Theme", starts_group=True, checkable=True),
    Command("theme_light", "Light", (), "", "View/Theme", checkable=True),
    Command("theme_dark", "Dark", (), "", "View/Theme", checkable=True),
    Command("zoom_in", "Zoom in", ("Ctrl+=", "Ctrl++"), "zoom-in", "View"),
    Command("zoom_out", "Zoom out", ("Ctrl+-",), "zoom-out", "View"),
    Command("zoom_reset", "Reset zoom", ("Ctrl+0",), "", "View"),
    Command("open_project_folder", "Open folder in file manager", (), "folder-open", "Project"),
    Command("prepare_environment", "Prepare environment", (), "package", "Project"),
    Command("push_history", "Push history now", ("Ctrl+Shift+H",), "cloud-upload", "Project"),
    Command("run", "Run", ("F5",), "play", "Run"),
    Command("run_with_note", "Run with snapshot note…", (), "camera", "Run"),
    Command("run_again", "Run again", ("Ctrl+F5",), "rotate-cw", "Run"),
    Command("cancel_run", "Cancel run", ("Shift+F5",), "square", "Run"),
    Command(
        "open_run", "Open run", (), "arrow-right", "Run",
        starts_group=True, elsewhere=_NO_RUN, short="Open", hint=("Return",),
    ),
    Command("restore", "Restore…", ("Ctrl+R",), "rotate-ccw", "Run",
            elsewhere=_NO_RUN, short="Restore"),
    Command(
        "restore_now", "Restore now", (), "rotate-ccw", "Run",
        elsewhere="Open Restore first", hint=("Ctrl+Return",),
    ),
    Command(
        "open_output", "Open file", (), "external-link", "Run/Output file",
        elsewhere=_NO_FILE, short="Open", hint=("Return",),
    ),
    Command(
        "outputs_folder", "Open folder", (), "folder-open", "Run/Output file", elsewhere=_NO_FILE
    ),
    Command("copy_path", "Copy path", (), "copy", "Run/Output file", elsewhere=_NO_FILE),
    Command("save_output", "Save as…", (), "download", "Run/Output file", elsewhere=_NO_FILE),
    Command(
        "beside_output", "Beside another run…", (), "columns-2", "Run/Output file",
        starts_group=True, elsewhere=_NO_FILE,
    ),
    Command(
        "compare", "Compare…", ("Ctrl+D",), "columns-2", "Run",
        starts_group=True, elsewhere=_NO_RUN, short="Compare",
    ),
    Command(
        "compare_with_previous", "Compare with previous run", (), "history", "Run/Compare with",
        elsewhere=_NO_RUN, short="With previous run",
    ),
    Command("compare_with_best", "Compare with best", (), "award", "Run/Compare with",
            elsewhere=_NO_RUN),
    Command(
        "compare_with_other", "Compare with another run…", (), "search", "Run/Compare with",
        elsewhere=_NO_RUN, short="With another run…",
    ),
    Command(
        "compare_with_folder", "Compare with folder now", (), "folder", "Run/Compare with",
        elsewhere=_NO_RUN, short="With folder now",
    ),
    Command(
        "archive_runs", "Archive", ("Ctrl+Shift+B",), "archive", "Run",
        starts_group=True, elsewhere=_NO_RUN,
    ),
    Command("delete_runs", "Delete…", (), "trash-2", "Run", elsewhere=_NO_RUN, hint=("Del",)),
    Command("choose_target", "Choose target", ("Ctrl+T",), "monitor", "Run", starts_group=True),
    Command("choose_script", "Choose script", ("Ctrl+P",), "file-code", "Run"),
    Command("edit_arguments", "Edit arguments", ("Ctrl+L",), "terminal", "Run"),
    Command("copy_command", "Copy command", (), "copy", "Run", starts_group=True),
    Command("help", "Workbench Help", ("F1",), "book-open", "Help"),
    Command("shortcuts", "Keyboard shortcuts", (), "keyboard", "Help"),
    Command("about", "About Workbench", (), "info", "Help", starts_group=True),
)  # fmt: skip
BY_ID = {command.id: command for command in COMMANDS}


class CommandTable(QObject):
    """The actions of all commands.

    Signals:
        triggered: Id of a command that the user asked for.
        menu_opening: A menu is about to be shown.
    """

    triggered = Signal(str)
    menu_opening = Signal()

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
        self.set_text(command.id, command.text)
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
        hint = self._commands[identity].hint
        # Behind a tab, menus show keys that are not those of the action.
        shown = f"\t{QKeySequence(hint[0]).toString(_NATIVE)}" if hint else ""
        self._actions[identity].setText(text.replace("&", "&&") + shown)

    def text(self, identity: str) -> str:
        """Return the words of a command as they are now."""
        return self._actions[identity].text().partition("\t")[0].replace("&&", "&")

    def keys(self, identity: str) -> str:
        """Return the keys of a command as this system writes them, empty for none."""
        command = self._commands[identity]
        keys = (*command.keys, *command.hint)
        return QKeySequence(keys[0]).toString(_NATIVE) if keys else ""

    def fill(self, menus: Mapping[str, QMenu]) -> None:
        """Fill the menus of the menu bar.

        Args:
            menus: Empty menus by title.
        """
        for title, menu in menus.items():
            menu.setToolTipsVisible(True)
            menu.aboutToShow.connect(self.menu_opening)
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
                    if command.starts_group:
                        menu.addSeparator()
                    submenus[name] = menu.addMenu(name)
                    submenus[name].setToolTipsVisible(True)
                elif command.starts_group:
                    submenus[name].addSeparator()
                submenus[name].addAction(self._actions[command.id])
