"""The main window: it shows states and tells what the user wants, and decides nothing."""

import asyncio

from PySide6.QtCore import QByteArray, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QIcon, QKeySequence, QPaintEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from workbench.core.errors import WorkbenchError
from workbench.core.settings import ThemeMode
from workbench.viewmodels.states import PaletteItem
from workbench.views.commands import CommandTable
from workbench.views.kit.banner import Banner
from workbench.views.kit.card import Panel
from workbench.views.kit.dialogs import AskDialog
from workbench.views.kit.toast import ToastHost
from workbench.views.shell.activity_bar import ActivityBar
from workbench.views.shell.content_area import ContentArea
from workbench.views.shell.header import Header
from workbench.views.shell.jobs_panel import JobsPanel
from workbench.views.shell.palette import Entry, Palette
from workbench.views.shell.regions import Regions
from workbench.views.shell.run_bar import RunBar
from workbench.views.shell.status_bar import StatusBar
from workbench.views.shell.window_dialogs import (
    AboutDialog,
    NoteDialog,
    TextDialog,
    ask_close,
    ask_copied_folder,
)
from workbench.views.theme.files import resource_path
from workbench.views.theme.theme import ZOOM_STEP, theme

_DEFAULT_SIZE, _MINIMUM_SIZE = QSize(1440, 900), QSize(1024, 640)
_PAGE_OF = {"show_projects": "projects", "show_runs": "runs", "show_project": "project"}
_THEMES = {
    "theme_system": ThemeMode.SYSTEM,
    "theme_light": ThemeMode.LIGHT,
    "theme_dark": ThemeMode.DARK,
}
_NEEDS_PROJECT = (
    "close_project",
    "show_runs",
    "show_project",
    "open_project_folder",
    "prepare_environment",
    "choose_target",
    "choose_script",
    "edit_arguments",
)
_NO_PROJECT = "Open a project first"


class MainWindow(QMainWindow):
    """Header, activity bar, run bar, pages, Jobs panel, status bar.

    Signals:
        command: Id of a command that the window does not carry out itself.
        page_requested: Id of a page that the user wants to see.
        close_requested: The user wants the window closed; it stays open until told otherwise.
        appearance_changed: ``(ThemeMode, zoom in percent)`` that the user chose in a menu.
        project_chosen: Id of a project chosen in the palette.
        run_chosen: Id of a run chosen in the palette.
        error_action: Id of the button pressed in the error banner, for example ``"retry"``.
    """

    command = Signal(str)
    page_requested = Signal(str)
    close_requested = Signal()
    appearance_changed = Signal(object, int)
    project_chosen = Signal(str)
    run_chosen = Signal(str)
    error_action = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle("Workbench")
        self.setWindowIcon(QIcon(str(resource_path("app-icon.svg"))))
        self.setMinimumSize(_MINIMUM_SIZE)
        self.resize(_DEFAULT_SIZE)
        self._painted: asyncio.Future[None] | None = None
        self._was_painted = False
        self._details = ""
        self._palette_items: tuple[PaletteItem, ...] = ()
        self._pages: dict[str, QWidget] = {}
        self.commands = CommandTable(self)
        self.header = Header()
        self.activity_bar = ActivityBar()
        self.run_bar = RunBar(self.commands)
        self.error_banner = Banner()
        self.stack = QStackedWidget()
        self.jobs_panel = JobsPanel()
        self.content = ContentArea(self.stack, self.jobs_panel)
        self.status_bar = StatusBar()
        self._build()
        self.toasts = ToastHost(self)
        self.regions = Regions(self)
        self._connect()
        self._show_appearance()
        self.set_project("")

    # pages

    def add_page(self, page: str, widget: QWidget) -> None:
        """Add a page to the stack."""
        self._pages[page] = widget
        self.stack.addWidget(widget)

    def show_page(self, page: str) -> None:
        """Show a page; the run bar is hidden on Projects and Settings."""
        self.stack.setCurrentWidget(self._pages[page])
        self.run_bar.setVisible(page not in ("projects", "settings"))
        self.activity_bar.set_current(page)

    @property
    def page(self) -> str:
        """Id of the page that is shown, empty without pages."""
        current = self.stack.currentWidget()
        return next((name for name, widget in self._pages.items() if widget is current), "")

    def set_project(self, name: str) -> None:
        """Tell the window which project is open; commands that need one follow."""
        self.setWindowTitle(name or "Workbench")
        reason = "" if name else _NO_PROJECT
        for identity in _NEEDS_PROJECT:
            self.commands.set_enabled(identity, reason)
        self.activity_bar.set_disabled_reason("runs", reason)
        self.activity_bar.set_disabled_reason("project", reason)
        if not name:
            for identity in ("undo_restore", "redo_restore", "cancel_run"):
                self.commands.set_enabled(identity, reason)

    def set_palette_items(self, items: tuple[PaletteItem, ...]) -> None:
        """Set the projects and runs that the palette finds."""
        self._palette_items = items

    def set_command_enabled(self, identity: str, reason: str = "") -> None:
        """Enable a command, or disable it and say why."""
        self.commands.set_enabled(identity, reason)

    def set_jobs_shown(self, *, shown: bool) -> None:
        """Open or close the Jobs panel."""
        self.content.show_panel(shown=shown)
        self.run_bar.set_jobs_shown(shown=shown)
        self.commands["toggle_jobs"].setChecked(shown)

    # messages and dialogs

    def show_error(
        self,
        error: WorkbenchError,
        *,
        retry: bool | None = None,
        more: tuple[tuple[str, str], ...] = (),
    ) -> None:
        """Show an error above the page until it is dismissed.

        Args:
            error: What went wrong.
            retry: Whether to offer Try again; by default if the error says that it can help.
            more: ``(id, label)`` of more buttons; ``error_action`` tells which one was pressed.
        """
        text = " ".join(part for part in (error.text, error.hint) if part)
        actions = [("retry", "Try again")] if (error.retry if retry is None else retry) else []
        actions += more
        if error.details:
            actions.append(("details", "Details"))
        self._details = error.details
        self.error_banner.render("bad", error.title, text, actions, dismissible=True)

    def clear_error(self) -> None:
        """Take the error above the page away."""
        self.error_banner.clear()

    def show_bug(self, report: str) -> None:
        """Show a report of an unexpected error that can be copied."""
        dialog = TextDialog(
            self,
            "Something unexpected happened",
            "Your project folder and its history were not changed by this. "
            "Copy the report to send it to the people who maintain Workbench.",
            report,
        )
        dialog.open()

    def show_about(self) -> None:
        """Show versions and licences."""
        AboutDialog(self).open()

    def ask_close(self, active: int) -> AskDialog:
        """Ask about ``active`` runs; answers ``stay``, ``cancel_runs`` or ``background``."""
        return ask_close(self, active)

    def ask_copied_folder(self, known: str, other: str) -> AskDialog:
        """Ask about a copied folder; answers ``cancel``, ``new_project`` or ``moved``."""
        return ask_copied_folder(self, known, other)

    def ask_note(self) -> None:
        """Ask for a note and then run."""
        dialog = NoteDialog(self, self.run_bar.intent().script)
        dialog.accepted_note.connect(self.run_bar.request_run)
        dialog.open()

    def open_palette(self) -> None:
        """Open the list of commands, projects and runs."""
        palette = Palette(self, self._entries())
        palette.chosen.connect(self._on_palette)
        palette.open()
        palette.place(self)

    # geometry

    def save_layout(self) -> str:
        """Return geometry and panel as text for the settings."""
        geometry = bytes(self.saveGeometry().toBase64().data()).decode()
        return f"{geometry};{self.content.panel_width};{int(self.content.panel_shown)}"

    def restore_layout(self, text: str) -> None:
        """Restore what :meth:`save_layout` returned; anything else is ignored."""
        geometry, _, rest = text.partition(";")
        width, _, shown = rest.partition(";")
        if not width.isdigit():
            return
        self.restoreGeometry(QByteArray.fromBase64(QByteArray(geometry.encode())))
        self.content.set_panel_width(int(width))
        self.set_jobs_shown(shown=shown == "1")

    async def painted(self) -> None:
        """Wait until the window was painted for the first time."""
        if not self._was_painted:
            self._painted = asyncio.get_running_loop().create_future()
            await self._painted

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tell who waits for the first paint."""
        super().paintEvent(event)
        self._was_painted = True
        if self._painted is not None and not self._painted.done():
            self._painted.set_result(None)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask to be closed instead of closing."""
        event.ignore()
        self.close_requested.emit()

    def _build(self) -> None:
        self.commands.fill(self.header.menus)
        main = Panel("surface")
        column = QVBoxLayout(main)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.run_bar)
        column.addWidget(self.error_banner)
        column.addWidget(self.content, 1)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.activity_bar)
        middle.addWidget(main, 1)
        root = Panel("window")
        layout = QVBoxLayout(root)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.header)
        layout.addLayout(middle, 1)
        layout.addWidget(self.status_bar)
        self.setCentralWidget(root)
        self.error_banner.setProperty("strip", True)
        # Without this the first control of the header would have the focus ring at start.
        self.stack.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.stack.setFocus()
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)

    def _connect(self) -> None:
        self.commands.triggered.connect(self._on_command)
        self.header.go_to.connect(self.open_palette)
        self.activity_bar.chosen.connect(self.page_requested)
        self.run_bar.jobs_toggled.connect(lambda shown: self.set_jobs_shown(shown=shown))
        self.jobs_panel.closed.connect(lambda: self.set_jobs_shown(shown=False))
        self.content.panel_closed.connect(lambda: self.set_jobs_shown(shown=False))
        self.error_banner.action.connect(self._on_error_action)
        theme().changed.connect(self._show_appearance)
        for keys, backwards in (("F6", False), ("Shift+F6", True)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.activated.connect(lambda back=backwards: self.regions.move(backwards=back))

    def _on_command(self, identity: str) -> None:
        if identity in _PAGE_OF:
            self.page_requested.emit(_PAGE_OF[identity])
        elif identity == "settings":
            self.page_requested.emit("settings")
        elif identity in _THEMES or identity.startswith("zoom_"):
            self._change_appearance(identity)
        elif not self._act(identity):
            self.command.emit(identity)

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
            "about": self.show_about,
            "quit": self.close_requested.emit,
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
        self.appearance_changed.emit(theme().mode, theme().zoom)

    def _show_appearance(self) -> None:
        for identity, mode in _THEMES.items():
            self.commands[identity].setChecked(theme().mode is mode)

    def _on_error_action(self, action: str) -> None:
        if action == "details":
            TextDialog(self, "Details", self.error_banner.title, self._details).open()
            return
        self.clear_error()
        self.error_action.emit(action)

    def _entries(self) -> list[Entry]:
        entries = []
        for identity in self.commands:
            action, command = self.commands[identity], self.commands.command(identity)
            reason = "" if action.isEnabled() else action.toolTip()
            keys = command.keys[0] if command.keys else ""
            if identity != "go_to":
                entries.append(
                    Entry("command", identity, action.text(), keys, command.icon, reason)
                )
        icons = {"project": "folder", "run": "hourglass"}
        entries += [
            Entry(item.kind, item.id, item.title, item.detail, icons.get(item.kind, ""))
            for item in self._palette_items
        ]
        return entries

    def _on_palette(self, kind: str, identity: str) -> None:
        if kind == "command":
            self.commands[identity].trigger()
        elif kind == "project":
            self.project_chosen.emit(identity)
        else:
            self.run_chosen.emit(identity)
