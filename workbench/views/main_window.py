"""The main window: it shows states and tells what the user wants, and decides nothing."""

from functools import cached_property
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QPaintEvent
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QWidget

from workbench.views.shell.places import Places
from workbench.views.theme.theme import theme

if TYPE_CHECKING:
    import asyncio

    from workbench.core.errors import WorkbenchError
    from workbench.viewmodels.states import PaletteItem
    from workbench.views.commands import CommandTable
    from workbench.views.kit.banner import Banner
    from workbench.views.kit.dialogs import AskDialog
    from workbench.views.kit.toast import ToastHost
    from workbench.views.shell.activity_bar import ActivityBar
    from workbench.views.shell.content_area import ContentArea
    from workbench.views.shell.frame import Frame
    from workbench.views.shell.header import Header
    from workbench.views.shell.jobs_panel import JobsPanel
    from workbench.views.shell.regions import Regions
    from workbench.views.shell.run_bar import RunBar
    from workbench.views.shell.status_bar import StatusBar
    from workbench.views.shell.window_parts import WindowParts

_DEFAULT_SIZE, _MINIMUM_SIZE = QSize(1440, 900), QSize(1024, 640)
_WITHOUT_RUN_BAR = frozenset({"projects", "settings", "help"})
# Pages that are reached from another one, whose item in the activity bar stays marked.
_BELOW = {"run": "runs", "restore": "runs", "compare": "runs", "operations": "project"}


class MainWindow(QMainWindow):
    """Header, activity bar, run bar, pages, Jobs panel, status bar.

    A part is made when something asks for it, or with :meth:`fill_frame` and :meth:`complete`.

    Signals:
        first_painted: The window is on screen.
        command: Id of a command that the window does not carry out itself.
        page_requested: Id of a page that the user wants to see.
        close_requested: The user wants the window closed; it stays open until told otherwise.
        appearance_changed: ``(ThemeMode, zoom in percent)`` that the user chose in a menu.
        project_chosen: Id of a project chosen in the palette.
        run_chosen: Id of a run chosen in the palette.
        filter_chosen: Name of a saved filter chosen in the palette.
        error_action: Id of the button pressed in the error banner, for example ``"retry"``.
    """

    first_painted = Signal()
    command = Signal(str)
    page_requested = Signal(str)
    close_requested = Signal()
    appearance_changed = Signal(object, int)
    project_chosen = Signal(str)
    run_chosen = Signal(str)
    filter_chosen = Signal(str)
    error_action = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle("Workbench")
        self.setMinimumSize(_MINIMUM_SIZE)
        self.resize(_DEFAULT_SIZE)
        self._was_painted = False
        self._painted: asyncio.Future[None] | None = None
        self._pages: dict[str, QWidget] = {}
        self._places = Places()
        self.setCentralWidget(self._places)
        theme().dress(self)

    # parts: the first paint shows their places only

    def fill_frame(self) -> None:
        """Show header and activity bar."""
        self.header.show()

    def complete(self) -> None:
        """Show all other parts."""
        self._parts.finish()

    @cached_property
    def _frame(self) -> "Frame":
        # Fonts and icons: they load while the empty frame is on screen.
        from workbench.views.shell.frame import Frame  # noqa: PLC0415

        return Frame(self, self._places)

    @cached_property
    def _parts(self) -> "WindowParts":
        # Most modules of the views.
        from workbench.views.shell.window_parts import WindowParts  # noqa: PLC0415

        return WindowParts(self, self._places)

    @property
    def header(self) -> "Header":
        """Logo, menus, and the button that opens the palette."""
        return self._frame.header

    @property
    def activity_bar(self) -> "ActivityBar":
        """The bar that switches between pages."""
        return self._frame.activity_bar

    @property
    def commands(self) -> "CommandTable":
        """The actions of all commands."""
        return self._parts.commands

    @property
    def run_bar(self) -> "RunBar":
        """Project, target, script, interpreter, arguments, Run, Jobs."""
        return self._parts.run_bar

    @property
    def error_banner(self) -> "Banner":
        """The error above the page."""
        return self._parts.error_banner

    @property
    def content(self) -> "ContentArea":
        """The pages with the Jobs panel beside or over them."""
        return self._parts.content

    @property
    def stack(self) -> QStackedWidget:
        """The pages."""
        return self._parts.stack

    @property
    def jobs_panel(self) -> "JobsPanel":
        """The list of active and finished runs."""
        return self._parts.jobs_panel

    @property
    def status_bar(self) -> "StatusBar":
        """The line at the foot."""
        return self._parts.status_bar

    @property
    def toasts(self) -> "ToastHost":
        """The messages in the corner."""
        return self._parts.toasts

    @property
    def regions(self) -> "Regions":
        """The parts that F6 visits."""
        return self._parts.regions

    # pages

    def add_page(self, page: str, widget: QWidget) -> None:
        """Add a page to the stack."""
        self._pages[page] = widget
        if widget.focusPolicy() == Qt.FocusPolicy.NoFocus:
            widget.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.stack.addWidget(widget)

    def show_page(self, page: str) -> None:
        """Show a page; the run bar is hidden where nothing is run."""
        # Qt's own type leaves out that there may be none.
        focused = cast("QWidget | None", self.focusWidget())
        moves = page != self.page and focused is not None and self.stack.isAncestorOf(focused)
        widget = self._pages[page]
        last = cast("QWidget | None", widget.focusWidget())
        self.stack.setCurrentWidget(widget)
        if moves:
            # Where it was when the page was left. Else the page itself: Qt would choose whatever
            # comes next, with a ring that nobody asked for.
            back = last if last is not None and last.isVisible() and last.isEnabled() else widget
            back.setFocus(Qt.FocusReason.OtherFocusReason)
        self.run_bar.setVisible(page not in _WITHOUT_RUN_BAR)
        self.activity_bar.set_current(_BELOW.get(page, page))

    @property
    def page(self) -> str:
        """Id of the page that is shown, empty without pages."""
        current = self.stack.currentWidget()
        return next((name for name, widget in self._pages.items() if widget is current), "")

    def set_project(self, name: str) -> None:
        """Tell the window which project is open; commands that need one follow."""
        self.setWindowTitle(name or "Workbench")
        self._frame.set_project(name)
        self._parts.set_project(name)

    def set_palette_filters(self, names: tuple[str, ...]) -> None:
        """Set the saved filters that the palette finds."""
        self._parts.set_palette_filters(names)

    def set_palette_items(self, items: "tuple[PaletteItem, ...]") -> None:
        """Set the projects and runs that the palette finds."""
        self._parts.set_palette_items(items)

    def set_command_enabled(self, identity: str, reason: str = "") -> None:
        """Enable a command, or disable it and say why."""
        self.commands.set_enabled(identity, reason)

    def set_jobs_shown(self, *, shown: bool) -> None:
        """Open or close the Jobs panel."""
        self._parts.set_jobs_shown(shown=shown)

    # messages and dialogs

    def show_error(
        self,
        error: "WorkbenchError",
        *,
        retry: bool = False,
        more: tuple[tuple[str, str], ...] = (),
    ) -> None:
        """Show an error above the page until it is dismissed.

        Args:
            error: What went wrong.
            retry: Whether to offer Try again; only for who does it when ``error_action`` tells so.
            more: ``(id, label)`` of more buttons; ``error_action`` tells which one was pressed.
        """
        self._parts.show_error(error, retry=retry, more=more)

    def clear_error(self) -> None:
        """Take the error above the page away."""
        self.error_banner.clear()

    def show_bug(self, report: str) -> None:
        """Show a report of an unexpected error that can be copied."""
        self._parts.show_bug(report)

    def show_about(self) -> None:
        """Show versions and licences."""
        self._parts.show_about()

    def ask_close(self, active: int) -> "AskDialog":
        """Ask about ``active`` runs; answers ``stay``, ``cancel_runs`` or ``background``."""
        return self._parts.ask_close(active)

    def ask_copied_folder(self, known: str, other: str) -> "AskDialog":
        """Ask about a copied folder; answers ``cancel``, ``new_project`` or ``moved``."""
        return self._parts.ask_copied_folder(known, other)

    def ask_note(self) -> None:
        """Ask for a note and then run."""
        self._parts.ask_note()

    def open_palette(self) -> None:
        """Open the list of commands, projects and runs."""
        self._parts.open_palette()

    # geometry

    def save_layout(self) -> str:
        """Return geometry and panel as text for the settings."""
        from workbench.views.shell.placement import placement_text  # noqa: PLC0415 - not at start

        return f"{placement_text(self)};{self.content.panel_width};{int(self.content.panel_shown)}"

    def restore_layout(self, text: str) -> None:
        """Restore what :meth:`save_layout` returned; anything else is ignored."""
        from workbench.views.shell.placement import place_window  # noqa: PLC0415 - not at start

        placement, _, rest = text.partition(";")
        width, _, shown = rest.partition(";")
        if not width.isdigit():
            return
        place_window(self, placement)
        self.content.set_panel_width(int(width))
        self.set_jobs_shown(shown=shown == "1")

    async def painted(self) -> None:
        """Wait until the window was painted for the first time."""
        import asyncio  # noqa: PLC0415 - takes longer to load than the frame takes to paint

        if not self._was_painted:
            self._painted = asyncio.get_running_loop().create_future()
            await self._painted

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tell who waits for the first paint."""
        super().paintEvent(event)
        if not self._was_painted:
            self._was_painted = True
            # The children are painted after this, in the same step of the event loop.
            QTimer.singleShot(0, self, self.first_painted.emit)
        if self._painted is not None and not self._painted.done():
            self._painted.set_result(None)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask to be closed instead of closing."""
        event.ignore()
        self.close_requested.emit()
