"""The parts of the window that its first paint does not show, and the commands it carries out."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QStackedWidget

from workbench.core.errors import WorkbenchError
from workbench.core.resources import resource_path
from workbench.core.settings import ThemeMode
from workbench.viewmodels.states import PaletteItem
from workbench.views.commands import CommandTable
from workbench.views.kit.banner import Banner
from workbench.views.kit.context_key import add_context_key
from workbench.views.kit.dialogs import AskDialog
from workbench.views.kit.toast import ToastHost
from workbench.views.shell.activity_bar import NO_PROJECT
from workbench.views.shell.content_area import ContentArea
from workbench.views.shell.jobs_panel import JobsPanel
from workbench.views.shell.page_commands import PageCommands
from workbench.views.shell.palette import Entry, Palette
from workbench.views.shell.places import Places
from workbench.views.shell.regions import Regions
from workbench.views.shell.run_bar import RunBar
from workbench.views.shell.status_bar import StatusBar
from workbench.views.shell.window_dialogs import (
    NoteDialog,
    TextDialog,
    ask_close,
    ask_copied_folder,
)
from workbench.views.shell.window_ground import WindowGround
from workbench.views.theme.theme import ZOOM_STEP, theme

if TYPE_CHECKING:
    from workbench.views.help.page import HelpPage
    from workbench.views.main_window import MainWindow

_HELP = "help"
_PAGE_OF = {
    "show_projects": "projects",
    "show_runs": "runs",
    "show_project": "project",
    "settings": "settings",
}
_THEMES = {
    "theme_system": ThemeMode.SYSTEM,
    "theme_light": ThemeMode.LIGHT,
    "theme_dark": ThemeMode.DARK,
}
_NEEDS_PROJECT = (
    "close_project",
    "show_runs",
    "show_project",
    "operations",
    "open_project_folder",
    "prepare_environment",
    "choose_target",
    "choose_script",
    "edit_arguments",
)
_NEEDS_STATE = ("undo_restore", "redo_restore", "cancel_run")


class WindowParts(QObject):
    """Commands, run bar, pages, Jobs panel, status bar, and what lies over them.

    Args:
        window: The window they belong to.
        places: Where they go.
    """

    def __init__(self, window: "MainWindow", places: Places) -> None:
        super().__init__(window)
        self._window = window
        self._details = ""
        self._help: HelpPage | None = None
        self._before_help = ""
        self._palette_items: tuple[PaletteItem, ...] = ()
        self._palette_filters: tuple[PaletteItem, ...] = ()
        self.commands = CommandTable(window)
        self.commands.fill(window.header.menu_by_title)
        self._page_commands = PageCommands(self.commands)
        self.run_bar = RunBar(self.commands)
        self.error_banner = Banner()
        self.error_banner.setProperty("strip", True)
        self.stack = QStackedWidget()
        self.stack.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.jobs_panel = JobsPanel()
        self.content = ContentArea(self.stack, self.jobs_panel)
        self.status_bar = StatusBar()
        places.put_parts((self.run_bar, self.error_banner), self.content, self.status_bar)
        self.toasts = ToastHost(window)
        self.regions = Regions(window)
        add_context_key(window)
        self._connect()
        self._show_appearance()
        self.set_project("")

    def finish(self) -> None:
        """Do what only has to be done before long."""
        WindowGround(self._window)
        self._window.setWindowIcon(QIcon(str(resource_path("app-icon.svg"))))
        theme().read_all_fonts()

    def set_project(self, name: str) -> None:
        """Enable the commands that need a project, or let them say so."""
        reason = "" if name else NO_PROJECT
        for identity in _NEEDS_PROJECT if name else _NEEDS_PROJECT + _NEEDS_STATE:
            self.commands.set_enabled(identity, reason)

    def set_palette_items(self, items: tuple[PaletteItem, ...]) -> None:
        """Set the projects and runs that the palette finds."""
        self._palette_items = items

    def set_palette_filters(self, names: tuple[str, ...]) -> None:
        """Set the saved filters that the palette finds."""
        self._palette_filters = tuple(
            PaletteItem("filter", name, f"Filter: {name}", "Run List") for name in names
        )

    def set_jobs_shown(self, *, shown: bool) -> None:
        """Open or close the Jobs panel."""
        self.content.show_panel(shown=shown)
        self.run_bar.set_jobs_shown(shown=shown)
        self.commands["toggle_jobs"].setChecked(shown)

    def show_error(
        self, error: WorkbenchError, *, retry: bool, more: tuple[tuple[str, str], ...]
    ) -> None:
        """Show an error above the page until it is dismissed, with ``(id, label)`` of buttons."""
        text = " ".join(part for part in (error.text, error.hint) if part)
        actions = [("retry", "Try again")] if retry else []
        actions += more
        if error.details:
            actions.append(("details", "Details"))
        self._details = error.details
        self.error_banner.render("bad", error.title, text, actions, dismissible=True)

    def show_bug(self, report: str) -> None:
        """Show a report of an unexpected error that can be copied."""
        dialog = TextDialog(
            self._window,
            "Something unexpected happened",
            "What Workbench was doing may not be finished; no snapshot is lost by that. "
            "Copy the report to send it to the people who maintain Workbench.",
            report,
        )
        dialog.open()

    def show_about(self) -> None:
        """Show versions and licences."""
        # Rarely asked for.
        from workbench.views.shell.about_dialog import AboutDialog  # noqa: PLC0415

        AboutDialog(self._window).open()

    def show_help(self, topic: str = "") -> None:
        """Show the guide as a page, where it was or at a topic."""
        if self._help is None:
            # Rarely asked for.
            from workbench.views.help.page import HelpPage  # noqa: PLC0415

            self._help = HelpPage()
            self._help.back_requested.connect(lambda: self._window.show_page(self._before_help))
            self._window.add_page(_HELP, self._help)
        if self._window.page != _HELP:
            self._before_help = self._window.page
        if topic:
            self._help.show_topic(topic)
        self._window.show_page(_HELP)
        self._help.setFocus(Qt.FocusReason.OtherFocusReason)

    def ask_close(self, active: int) -> AskDialog:
        """Ask about ``active`` runs; answers ``stay``, ``cancel_runs`` or ``background``."""
        return ask_close(self._window, active)

    def ask_copied_folder(self, known: str, other: str) -> AskDialog:
        """Ask about a copied folder; answers ``cancel``, ``new_project`` or ``moved``."""
        return ask_copied_folder(self._window, known, other)

    def ask_note(self) -> None:
        """Ask for a note and then run."""
        dialog = NoteDialog(self._window, self.run_bar.intent().script)
        dialog.accepted_note.connect(self.run_bar.request_run)
        dialog.open()

    def open_palette(self) -> None:
        """Open the list of commands, projects and runs."""
        self._page_commands.refresh()
        palette = Palette(self._window, self._entries())
        palette.chosen.connect(self._on_palette)
        palette.open()
        palette.place(self._window)

    def _connect(self) -> None:
        self.commands.triggered.connect(self._on_command)
        self.run_bar.jobs_toggled.connect(lambda shown: self.set_jobs_shown(shown=shown))
        self.jobs_panel.closed.connect(lambda: self.set_jobs_shown(shown=False))
        self.content.panel_closed.connect(lambda: self.set_jobs_shown(shown=False))
        self.error_banner.action.connect(self._on_error_action)
        theme().changed.connect(self._show_appearance)
        self.stack.currentChanged.connect(self._on_page)

    def _on_page(self) -> None:
        page = self.stack.currentWidget()
        if page is not None:
            self._page_commands.show(page)

    def _on_command(self, identity: str) -> None:
        if identity in _PAGE_OF:
            self._window.page_requested.emit(_PAGE_OF[identity])
        elif identity in _THEMES or identity.startswith("zoom_"):
            self._change_appearance(identity)
        elif not self._page_commands.act(identity) and not self._act(identity):
            self._window.command.emit(identity)

    def _act(self, identity: str) -> bool:
        """Carry out a command that concerns the window only; False for any other."""
        acts = {
            "go_to": self.open_palette,
            "toggle_jobs": lambda: self.set_jobs_shown(shown=not self.content.panel_shown),
            "notifications": self.status_bar.open_notifications,
            "run": self.run_bar.request_run,
            "run_with_note": self.ask_note,
            "choose_target": lambda: self.run_bar.open_choice("target"),
            "choose_script": lambda: self.run_bar.open_choice("script"),
            "edit_arguments": self.run_bar.edit_arguments,
            "next_region": lambda: self.regions.move(backwards=False),
            "previous_region": lambda: self.regions.move(backwards=True),
            "help": self.show_help,
            "shortcuts": lambda: self.show_help("shortcuts"),
            "about": self.show_about,
            "quit": self._window.close_requested.emit,
        }
        act = acts.get(identity)
        if act is None:
            return False
        act()
        return True

    def _change_appearance(self, identity: str) -> None:
        if identity in _THEMES:
            theme().set_mode(_THEMES[identity])
        else:
            step = {"zoom_in": ZOOM_STEP, "zoom_out": -ZOOM_STEP}.get(identity)
            theme().set_zoom(100 if step is None else theme().zoom + step)
        self._show_appearance()
        self._window.appearance_changed.emit(theme().mode, theme().zoom)

    def _show_appearance(self) -> None:
        for identity, mode in _THEMES.items():
            self.commands[identity].setChecked(theme().mode is mode)

    def _on_error_action(self, action: str) -> None:
        if action == "details":
            TextDialog(self._window, "Details", self.error_banner.title, self._details).open()
            return
        self.error_banner.clear()
        self._window.error_action.emit(action)

    def _entries(self) -> list[Entry]:
        entries = []
        for identity in self.commands:
            action, command = self.commands[identity], self.commands.command(identity)
            reason = "" if action.isEnabled() else action.toolTip()
            keys = self.commands.keys(identity)
            # Light and Dark say what they are about only in their submenu.
            submenu = command.menu.partition("/")[2]
            text = self.commands.text(identity)
            title = f"{submenu}: {text}" if submenu else text
            if identity != "go_to":
                entries.append(Entry("command", identity, title, keys, command.icon, reason))
        icons = {"project": "folder", "run": "hourglass", "filter": "bookmark"}
        entries += [
            Entry(item.kind, item.id, item.title, item.detail, icons.get(item.kind, ""))
            for item in (*self._palette_filters, *self._palette_items)
        ]
        return entries

    def _on_palette(self, kind: str, identity: str) -> None:
        if kind == "command":
            self.commands[identity].trigger()
        elif kind == "project":
            self._window.project_chosen.emit(identity)
        elif kind == "filter":
            self._window.filter_chosen.emit(identity)
        else:
            self._window.run_chosen.emit(identity)
