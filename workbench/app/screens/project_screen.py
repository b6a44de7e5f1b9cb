"""The Project page."""

import asyncio
from dataclasses import replace

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices

from workbench.controllers.background import READ_LANE, Background, care_lane
from workbench.controllers.project_controller import ProjectController
from workbench.controllers.run_bar_controller import RunBarController
from workbench.controllers.run_controller import RunController
from workbench.core.errors import InvalidInputError, WorkbenchError
from workbench.core.run import Interpreter, RunStatus
from workbench.operations.project_context import ProjectContext
from workbench.operations.project_details import project_size
from workbench.operations.project_templates import project_templates
from workbench.operations.run_settings import readable_compute_targets
from workbench.viewmodels.states import ProjectPageState, RunBarState
from workbench.views.main_window import MainWindow
from workbench.views.project_page import ProjectPage

_MORE = ("prepare_environment", "push_history", "operations", "close_project")


class ProjectScreen(QObject):
    """Shows the open project; reads what it takes on disk when the page is opened.

    Signals:
        operations_requested: The user wants to see what restores changed.
        opened: ``ProjectContext``: the page was opened, or is to be read again.
        forgotten: The project is not open any more.
    """

    opened = Signal(object)
    forgotten = Signal()
    operations_requested = Signal()

    def __init__(
        self,
        window: MainWindow,
        page: ProjectPage,
        projects: ProjectController,
        runs: RunController,
        run_bar: RunBarController,
        background: Background,
    ) -> None:
        super().__init__()
        self._window = window
        self._page = page
        self._projects = projects
        self._runs = runs
        self._run_bar = run_bar
        self._background = background
        self._state: ProjectPageState | None = None
        self._titles: dict[str, str] = {}
        self._reading: asyncio.Task[None] | None = None
        self._pythons: tuple[Interpreter, ...] = ()
        self._looking = False
        for name in _MORE:
            page.more.popup.addAction(window.commands[name])
        run_bar.changed.connect(self._on_run_bar)
        page.targets.python_chosen.connect(run_bar.choose_interpreter)
        run_bar.checking.connect(self._on_checking)
        page.edited.connect(projects.edit)
        page.open_folder_requested.connect(self.show_folder)
        page.operations_requested.connect(self.operations_requested)
        projects.edited.connect(self._on_edited)
        projects.edit_failed.connect(self._on_edit_failed)
        runs.changed.connect(lambda _runs: self._show_facts())

    def open(self) -> None:
        """Show the page as things are now."""
        context = self._projects.current
        if context is None:
            return
        if self._state is None or self._state.project != context.project:
            self._state = ProjectPageState(context.project)
        self._show_facts()
        if self._reading is not None:
            self._reading.cancel()
        self._reading = self._background.spawn(self._read(context), name="read project details")
        self.opened.emit(context)

    def show_folder(self) -> None:
        """Show the project folder in the file manager."""
        current = self._projects.current
        if current is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(current.project.folder)))

    def refresh(self) -> None:
        """Read what the project takes on disk again, if the page is open."""
        if self._window.page == "project":
            self.open()

    def close(self) -> None:
        """Forget the project."""
        self._state = None
        self.forgotten.emit()

    @property
    def page(self) -> ProjectPage:
        """The view."""
        return self._page

    def note(self, context: ProjectContext, **changes: object) -> None:
        """Take facts about a project into what is shown of it, if it is that one."""
        if self._state is not None and self._state.project.id == context.project.id:
            changed = replace(self._state, **changes)  # type: ignore[arg-type]  # field names
            self._state = changed
            self._show_facts()

    def _on_run_bar(self, state: RunBarState) -> None:
        self._pythons, self._looking = state.interpreters, state.looking
        self._show_facts()

    def _on_edited(self, context: ProjectContext) -> None:
        if self._state is not None and self._state.project.id == context.project.id:
            self._state = replace(self._state, project=context.project)
            self._show_facts()

    def _on_edit_failed(self, field: str, error: WorkbenchError) -> None:
        texts = (error.title,) if isinstance(error, InvalidInputError) else (error.text, error.hint)
        self._page.show_edit_error(field, " ".join(text for text in texts if text))

    def _on_checking(self, path: str) -> None:
        if self._state is not None:
            self._state = replace(self._state, checking=path)
            self._show_facts()

    def _show_facts(self) -> None:
        if self._state is None:
            return
        project = self._state.project
        runs = self._runs.known(project.id)
        rows = (row.listed for row in self._projects.rows)
        listed = next((row for row in rows if row.project.id == project.id), None)
        self._state = replace(
            self._state,
            workspace=listed.workspace if listed is not None else "",
            template=self._titles.get(listed.template, "") if listed is not None else "",
            interpreter=self._run_bar.interpreter,
            can_prepare=True,
            interpreters=self._pythons,
            looking=self._looking,
            running=tuple(
                run.number
                for run in self._runs.active()
                if run.project_id == project.id and run.status is RunStatus.RUNNING
            ),
            snapshots=runs.snapshots,
            runs=len(runs),
        )
        if self._window.page == "project":
            self._page.render(self._state)

    async def _read(self, context: ProjectContext) -> None:
        if not self._titles:
            templates = await self._background.run(READ_LANE, project_templates)
            self._titles = {template.id: template.title for template in templates}
            self._show_facts()
        folder = context.project.folder
        targets, problems = await self._background.run(READ_LANE, readable_compute_targets, folder)
        problem = " ".join(f"{error.title}. {error.text}" for error in problems)
        self.note(context, targets=tuple(targets), targets_problem=problem)
        lane = care_lane(context.project.id)
        size = await self._background.run(lane, project_size, context)
        self.note(context, history_size=size)
