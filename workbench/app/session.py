"""One session of the window: what it is made of, how it starts, how it ends."""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from workbench.app.announcements import Announcements
from workbench.app.beyond import Beyond
from workbench.app.closing import Closing
from workbench.app.command_handlers import CommandHandlers
from workbench.app.error_strip import ErrorStrip
from workbench.app.list_layouts import ListLayouts
from workbench.app.other_projects import OtherProjects
from workbench.app.screens.care_screen import CareScreen
from workbench.app.screens.compare_screen import CompareScreen
from workbench.app.screens.environment_screen import EnvironmentScreen
from workbench.app.screens.growth_screen import GrowthScreen
from workbench.app.screens.operations_screen import OperationsScreen
from workbench.app.screens.project_screen import ProjectScreen
from workbench.app.screens.projects_screen import ProjectsScreen
from workbench.app.screens.restore_screen import RestoreScreen
from workbench.app.screens.restore_steps import RestoreSteps
from workbench.app.screens.run_bar_screen import RunBarScreen
from workbench.app.screens.runs_screen import RunsScreen
from workbench.app.screens.settings_screen import SettingsScreen
from workbench.app.screens.shell_screen import ShellScreen
from workbench.app.task_supervisor import TaskSupervisor
from workbench.app.window_layout import WindowLayout
from workbench.controllers.background import LIBRARY_LANE
from workbench.controllers.contexts import Contexts
from workbench.controllers.environment_controller import EnvironmentController
from workbench.controllers.history_controller import HistoryController
from workbench.controllers.holding_controller import HoldingController
from workbench.controllers.new_folder_controller import NewFolderController
from workbench.controllers.project_controller import ProjectController
from workbench.controllers.restore_controller import RestoreController
from workbench.controllers.run_bar_controller import RunBarController
from workbench.controllers.run_controller import RunController
from workbench.controllers.run_detail_controller import RunDetailController
from workbench.controllers.status_controller import StatusController
from workbench.core.project import ListedProject, Project
from workbench.core.run import Run
from workbench.operations.library import Library
from workbench.operations.project_context import ProjectContext
from workbench.operations.project_overview import ProjectOverview
from workbench.viewmodels.states import ProjectChoice, RunBarState
from workbench.views.main_window import MainWindow
from workbench.views.project_page import ProjectPage
from workbench.views.projects_page import ProjectsPage
from workbench.views.restore_page import RestorePage
from workbench.views.run_detail.detail_tabs import TABS, DetailTabs
from workbench.views.run_detail.page import RunDetailPage
from workbench.views.run_list.page import RunListPage
from workbench.views.settings_page import SettingsPage

_log = logging.getLogger(__name__)
_RUNS, _RUN, _RESTORE = "runs", "run", "restore"
_PROJECTS, _PROJECT, _SETTINGS = "projects", "project", "settings"
_Page = TypeVar("_Page", bound=QWidget)


class Session(QObject):
    """Puts controllers and views together and leads the user from one to the other.

    Args:
        library: The project list and the application's folders.
        window: The window, already on screen.
        background: The owner of all background work.

    Attributes:
        closed: Set when the window shall go.
    """

    def __init__(self, library: Library, window: MainWindow, background: TaskSupervisor) -> None:
        super().__init__()
        self.closed = asyncio.Event()
        self._errors = ErrorStrip(window)
        self._started = False
        self._asked: Path | None = None
        self._window = window
        self._background = background
        self._library = library
        paths = library.paths
        self._contexts = Contexts(library, background)
        self._projects = ProjectController(library, self._contexts, background)
        self._runs = RunController(self._contexts, background)
        self._run_bar = RunBarController(library, self._runs, background)
        self._environments = EnvironmentController(self._runs, background)
        self._restore = RestoreController(library, background)
        self._history = HistoryController(background, self._runs, self._restore)
        self._folders = NewFolderController(background)
        self._status = StatusController(background)
        self._beyond = Beyond(library, self._contexts, background)
        self._closing = Closing(window, self._runs, background, self._save, self._leave)
        self._layout = WindowLayout(paths.data / "window.ini", window)

    async def _make_screens(self) -> None:
        """Make the pages, one in each step of the loop: together they would be felt."""
        window, background, paths = self._window, self._background, self._library.paths
        projects_page = await _made(ProjectsPage)
        window.add_page(_PROJECTS, projects_page)
        window.show_page(_PROJECTS)
        window.stack.setFocus(Qt.FocusReason.OtherFocusReason)
        settings_page = await _made(SettingsPage)
        project_page = await _made(ProjectPage)
        restore_page = await _made(RestorePage)
        list_page = await _made(RunListPage)
        tabs = DetailTabs()
        for name, _title in TABS:
            await asyncio.sleep(0)
            tabs.make(name)
        detail_page = await _made(lambda: RunDetailPage(tabs=tabs))
        self._settings = SettingsScreen(window, settings_page, paths, background, self._contexts)
        self._bar_screen = RunBarScreen(
            window, self._projects, self._runs, self._run_bar, self._errors
        )
        self._shell = ShellScreen(window, self._projects, self._runs, self._status)
        layouts = ListLayouts(paths.data / "lists.ini")
        self._projects_screen = ProjectsScreen(
            window,
            projects_page,
            self._projects,
            background,
            lambda: self._settings.new_project_folder,
            layouts,
        )
        self._projects_screen.folder_used.connect(self._settings.remember_folder)
        self._runs_screen = RunsScreen(
            window,
            (list_page, detail_page),
            (self._projects, self._runs, self._run_bar, RunDetailController(background)),
            background,
            self._errors,
            layouts,
        )
        told = (window, self._projects, self._runs, self._runs_screen, self._shell)
        self._announcements = Announcements(*told)
        self._announcements.run_asked.connect(self._on_run_asked)
        self._restore_screen = RestoreScreen(
            restore_page, self._restore, self._folders, self._bar_screen, self._shell
        )
        self._project_screen = ProjectScreen(
            window, project_page, self._projects, self._runs, self._run_bar, background
        )
        self._environment_screen = self._make_environment_screen(project_page)
        pages = {
            _RUNS: list_page,
            _RUN: detail_page,
            _RESTORE: restore_page,
            _PROJECT: project_page,
            _SETTINGS: settings_page,
        }
        restore_page.list_requested.connect(lambda: self._show_page(_RUNS))
        for name, page in pages.items():
            await asyncio.sleep(0)
            window.add_page(name, page)

    def _make_environment_screen(self, page: ProjectPage) -> EnvironmentScreen:
        controllers = (self._projects, self._run_bar, self._environments)
        return EnvironmentScreen(self._window, page, self._shell, controllers, self._background)

    def _make_more_screens(self) -> None:
        self._compare_screen = CompareScreen(
            self._window,
            self._background,
            (self._projects, self._runs),
            self._runs_screen,
        )
        self._compare_screen.restore_requested.connect(self._open_restore)
        self._other_projects = OtherProjects(
            self._contexts, (self._projects, self._runs), self._shell, self._background
        )

    def _connect(self) -> None:
        window, projects, runs = self._window, self._projects, self._runs
        window.page_requested.connect(self._show_page)
        window.close_requested.connect(self.quit)
        window.project_chosen.connect(projects.open_listed)
        window.run_chosen.connect(self._runs_screen.open_run)
        projects.opened.connect(self._on_opened)
        projects.closed.connect(self._on_closed)
        projects.edited.connect(self._on_edited)
        self._environments.prepared.connect(self._project_screen.refresh)
        projects.recovered.connect(lambda text: self._shell.notify("Interrupted restore", text))
        projects.listed.connect(self._on_listed)
        projects.failed.connect(lambda error: self._errors.show(error, projects.try_again))
        projects.created.connect(self._on_created)
        runs.changed.connect(self._on_runs_changed)
        runs.ended.connect(self._on_run_ended)
        runs.submitted.connect(lambda _run: window.clear_error())
        runs.failed.connect(window.show_error)
        self._run_bar.changed.connect(self._on_run_bar_changed)
        self._commands = CommandHandlers(window)
        self._connect_restore()
        self._add_commands()
        # A new script shows in the folder's state first.
        self._status.changed.connect(lambda _state: self._run_bar.refresh())
        self._projects_screen.removed.connect(self._on_removed)
        self._runs_screen.restore_requested.connect(self._open_restore)
        self._shell.run_asked.connect(self._on_run_asked)
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.applicationStateChanged.connect(self._on_application_state)

    def _add_commands(self) -> None:
        self._commands.add(
            {
                "new_project": self._projects_screen.ask_new,
                "open_folder": self._projects_screen.ask_folder,
                "close_project": self._projects.close_project,
                "undo_restore": self._steps.undo,
                "redo_restore": self._steps.redo,
                "open_project_folder": self._project_screen.show_folder,
                "prepare_environment": self._environment_screen.prepare,
                "run_again": self._runs_screen.run_last_again,
                "cancel_run": self._bar_screen.canceler(lambda: self._runs_screen.shown_run),
                "copy_command": self._bar_screen.copy_command,
            }
        )
        settings = self._settings
        self._beyond.bind(
            self._window,
            self._project_screen.page,
            self._shell,
            self._commands,
            (self._projects, self._runs),
            lambda: settings.new_project_folder,
        )
        self._beyond.bind_files(self._runs_screen, self._project_screen, self._shell, self._errors)
        self._beyond.opening.folder_used.connect(settings.remember_folder)
        self._projects_screen.from_repo_asked.connect(self._beyond.opening.ask)
        self._projects_screen.dialog_opened.connect(self._beyond.serve_new_project)

    def _on_run_bar_changed(self, state: RunBarState) -> None:
        # The pages ask the bar why nothing can be run, so it comes first.
        self._window.run_bar.render(state)
        self._runs_screen.run_bar_changed(state)
        self._shell.show_jobs()

    def _connect_restore(self) -> None:
        screen = self._restore_screen
        steps = RestoreSteps(self._window, self._shell, self._restore, self._errors)
        self._steps = steps
        screen.left.connect(self._leave_restore)
        screen.restored.connect(steps.tell)
        steps.folder_changed.connect(self._status.refresh)
        steps.folder_changed.connect(self._run_bar.refresh)
        screen.committed.connect(self._status.refresh)
        screen.undo_failed.connect(self._errors.show_last)
        screen.restore_failed.connect(self._errors.show)
        operations = OperationsScreen(
            self._window,
            self._restore,
            (steps.undo, steps.redo),
            lambda: self._show_page(_PROJECT),
            self._background,
        )
        self._project_screen.operations_requested.connect(operations.open)
        self._commands.add({"operations": operations.open})
        self._care = CareScreen(
            self._project_screen,
            self._shell,
            HoldingController(self._background),
            self._history,
        )
        self._history.start()
        GrowthScreen(self._window, self._shell, self._runs.growth)
        self._restore.working.connect(lambda _busy: self._block_while_restoring())

    async def start(self, folder: Path | None, crash: str) -> None:
        """Read what is known and open the folder asked for, or the last project.

        Args:
            folder: Folder from the command line.
            crash: What the interpreter wrote when the last session crashed.
        """
        self._layout.restore()
        await self._make_screens()
        self._make_more_screens()
        self._connect()
        warning = await self._settings.load()
        if warning:
            self._shell.notify("Settings were not read", warning, "warn")
        await self._projects_screen.load()
        self._status.start()
        self._runs.start()
        self._started = True
        folder = self._asked or folder
        if folder is not None:
            self._projects.open_folder(folder)
        elif self._layout.project:
            self._projects.open_listed(self._layout.project)
        self._other_projects.follow()
        if crash:
            self._window.show_bug(f"Workbench crashed last time.\n\n{crash}")
        _log.info("started")

    def show_folder(self, folder: str) -> None:
        """Show the window and open a folder, as asked by a second start."""
        self._window.showNormal() if self._window.isMinimized() else self._window.show()
        self._window.raise_()
        self._window.activateWindow()
        if folder and self._started:
            self._projects.open_folder(Path(folder))
        elif folder:
            self._asked = Path(folder)

    # closing

    def quit(self) -> None:
        """Close the window, asking first what happens to active runs."""
        self._closing.quit()

    def _save(self) -> None:
        current = self._projects.current
        self._layout.save(current.project.id if current is not None else "")

    def _leave(self) -> None:
        self._environments.cancel()
        self.closed.set()

    def say_closing(self) -> None:
        """Wait no longer for what may never answer."""
        self._library.accounts.secrets.give_up()

    def close(self) -> None:
        """Release databases and git processes."""
        self._history.stop()
        self._contexts.close()
        self._library.close()

    # leading from one page to the other

    def _show_page(self, page: str) -> None:
        if page == _RUNS:
            # Runs leads to the run that was open; from there, to the list.
            if self._window.page == _RUN:
                self._runs_screen.close_run()
            page = self._compare_screen.step_from_runs() or self._runs_screen.last_page
        if page == _PROJECTS:
            self._projects.refresh()
        self._window.show_page(page)
        if page == _PROJECT:
            self._project_screen.open()

    def _on_opened(self, context: ProjectContext) -> None:
        self._window.clear_error()
        self._steps.withdraw()
        self._window.set_project(context.project.name)
        self._run_bar.set_context(context)
        self._restore.set_context(context)
        self._restore_screen.close()
        self._project_screen.close()
        self._runs_screen.set_context(context)
        self._status.set_context(context)
        self._window.show_page(_RUNS)
        self._background.spawn(self._runs.load(context), name="read runs")
        self._keep_project(context.project.id)

    def _keep_project(self, project_id: str) -> None:
        keep = self._background.run(LIBRARY_LANE, self._layout.keep_project, project_id)
        self._background.spawn(keep, name="keep project")

    def _on_edited(self, context: ProjectContext) -> None:
        self._window.set_project(context.project.name)
        self._run_bar.set_project(context)

    def _on_closed(self) -> None:
        self._window.set_project("")
        self._steps.withdraw()
        self._run_bar.set_context(None)
        self._restore.set_context(None)
        self._runs_screen.set_context(None)
        self._status.set_context(None)
        self._shell.runs_changed()
        self._show_page(_PROJECTS)
        self._keep_project("")

    def _on_created(self, project: Project) -> None:
        self._shell.notify(f"{project.name} was created", str(project.folder), "ok")

    def _on_listed(self, rows: tuple[ProjectOverview, ...]) -> None:
        self._run_bar.set_projects(
            tuple(
                ProjectChoice(
                    row.listed.project.id, row.listed.project.name, str(row.listed.project.folder)
                )
                for row in rows
            )
        )

    def _on_removed(self, listed: ListedProject) -> None:
        self._shell.notify(
            f"{listed.project.name} was removed from the list",
            "Its folder and its history stay where they are.",
            "undo",
            action="Undo",
            on_action=lambda: self._projects.put_back(listed),
        )

    def _open_restore(self, run_id: str) -> None:
        run = self._runs.run(run_id)
        if run is not None and run.snapshot:
            self._restore_screen.open(run)
            self._window.show_page(_RESTORE)

    def _leave_restore(self) -> None:
        if self._window.page == _RESTORE:
            self._show_page(_RUNS)

    # runs

    def _on_runs_changed(self, _runs: tuple[Run, ...]) -> None:
        self._restore_screen.runs_changed()

    def _on_run_ended(self, _run: Run) -> None:
        self._status.refresh()
        self._run_bar.refresh()

    def _on_run_asked(self, project_id: str, run_id: str) -> None:
        current = self._projects.current
        if current is None or current.project.id != project_id:
            self._runs_screen.open_when_loaded(run_id)
            self._projects.open_listed(project_id)
        else:
            self._runs_screen.open_run(run_id)

    def _block_while_restoring(self) -> None:
        reason = "The folder is being restored" if self._restore.busy else ""
        self._run_bar.set_blocked(reason)

    def _on_application_state(self, state: Qt.ApplicationState) -> None:
        """Look at the folder again when the user comes back from another program."""
        active = state is Qt.ApplicationState.ApplicationActive
        self._status.set_watching(watching=active)
        if active:
            self._run_bar.refresh()
            self._compare_screen.look_again()


async def _made(page: Callable[[], _Page]) -> _Page:
    """Return a new page after letting the loop do what waits."""
    await asyncio.sleep(0)
    return page()
