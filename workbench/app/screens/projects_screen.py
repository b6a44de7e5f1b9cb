"""The Projects page and the New project dialog, bound to the project controller."""

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices

from workbench.app.list_layouts import ListLayouts
from workbench.controllers.background import LIBRARY_LANE, READ_LANE, Background
from workbench.controllers.project_controller import ProjectController
from workbench.core.errors import FolderCopiedError, WorkbenchError
from workbench.core.progress import Progress
from workbench.core.project import DEFAULT_WORKSPACE, ListedProject, Project, Template
from workbench.operations.open_folder import CopyDecision
from workbench.operations.project_overview import ProjectOverview
from workbench.operations.project_templates import project_templates
from workbench.viewmodels.states import NewProjectState, ProjectRow, ProjectsState
from workbench.views.kit.folder_choice import choose_folder
from workbench.views.main_window import MainWindow
from workbench.views.new_project_dialog import NewProjectDialog
from workbench.views.projects_page import ProjectsPage

_DECISIONS = {"moved": CopyDecision.MOVED, "new_project": CopyDecision.NEW_PROJECT}
_USUAL_TEMPLATE = "classifying-iris"


class ProjectsScreen(QObject):
    """Keeps the Projects page current and carries out what it asks for.

    Args:
        window: Parent of dialogs.
        page: The view.
        controller: What it drives.
        background: For reading the templates.
        new_project_folder: Returns the folder that is offered for new projects.
        layouts: Keeps what projects are grouped by.

    Signals:
        removed: ``ListedProject`` that was taken off the list.
        folder_used: ``Path`` of a folder that was chosen for new projects.
        dialog_opened: The ``NewProjectDialog`` that was opened.
        from_repo_asked: A project shall be opened from a Git repo.
    """

    removed = Signal(object)
    folder_used = Signal(object)
    dialog_opened = Signal(object)
    from_repo_asked = Signal()

    def __init__(
        self,
        window: MainWindow,
        page: ProjectsPage,
        controller: ProjectController,
        background: Background,
        new_project_folder: Callable[[], Path],
        layouts: ListLayouts,
    ) -> None:
        super().__init__()
        self._window = window
        self._page = page
        self._controller = controller
        self._background = background
        self._new_project_folder = new_project_folder
        self._templates: tuple[Template, ...] = ()
        self._dialog: NewProjectDialog | None = None
        self._connect()
        page.set_grouping(layouts.grouping)
        page.grouping_chosen.connect(layouts.keep_grouping)

    def _connect(self) -> None:
        page, controller = self._page, self._controller
        page.open_requested.connect(controller.open_listed)
        page.new_requested.connect(self.ask_new)
        page.open_folder_requested.connect(self.ask_folder)
        page.from_repo_requested.connect(self.from_repo_asked)
        page.show_folder_requested.connect(self._show_folder)
        page.locate_requested.connect(self._ask_location)
        page.remove_requested.connect(controller.remove)
        controller.listed.connect(self._on_listed)
        controller.removed.connect(self._on_removed)
        controller.copy_found.connect(self._ask_copy)
        controller.creating.connect(self._on_creating)
        controller.created.connect(self._on_created)
        controller.create_failed.connect(self._on_create_failed)

    async def load(self) -> None:
        """Read templates and projects."""
        self._templates = await self._background.run(LIBRARY_LANE, project_templates)
        await self._controller.recover()
        await self._controller.reload()

    def ask_new(self, template: str = "") -> None:
        """Open the New project dialog."""
        self._background.spawn(self._open_dialog(template), name="open the New project dialog")

    async def _open_dialog(self, template: str) -> None:
        if self._dialog is not None:
            self._dialog.raise_()
            return
        workspaces = await self._controller.workspaces()
        folder = await self._background.run(READ_LANE, _nearest_folder, self._new_project_folder())
        first = workspaces[0] if workspaces else DEFAULT_WORKSPACE
        state = NewProjectState(
            self._templates,
            template or _USUAL_TEMPLATE,
            folder,
            tuple(workspaces) or (first,),
            first,
        )
        self._dialog = NewProjectDialog(self._window, state)
        self._dialog.create_requested.connect(self._controller.create)
        self._dialog.folder_chosen.connect(self.folder_used)
        self._dialog.stop_requested.connect(self._controller.cancel_create)
        self._dialog.open_instead_requested.connect(self._leave_dialog_for_folder)
        self._dialog.destroyed.connect(self._forget_dialog)
        self._dialog.open()
        self.dialog_opened.emit(self._dialog)

    def _leave_dialog_for_folder(self, folder: Path) -> None:
        if self._dialog is not None:
            self._dialog.finish()
        self._controller.open_folder(folder)

    def _forget_dialog(self) -> None:
        self._dialog = None

    def _on_creating(self, progress: Progress) -> None:
        if self._dialog is not None:
            self._dialog.show_progress(progress)

    def _on_created(self, project: Project) -> None:
        self.folder_used.emit(project.folder.parent)
        if self._dialog is not None:
            self._dialog.finish()

    def _on_create_failed(self, error: WorkbenchError) -> None:
        if self._dialog is None:
            self._window.show_error(error)
        else:
            self._dialog.fail(error)

    def ask_folder(self) -> None:
        """Let the user choose a folder to open."""
        self._choose_folder("Open folder", self._new_project_folder(), self._controller.open_folder)

    def _ask_location(self, project_id: str) -> None:
        row = self._row(project_id)
        start = row.listed.project.folder.parent if row is not None else Path.home()
        self._choose_folder(
            "Locate folder",
            start if _is_folder(start) else Path.home(),
            lambda folder: self._controller.locate(project_id, folder),
        )

    def _choose_folder(self, title: str, start: Path, chosen: Callable[[Path], None]) -> None:
        choose_folder(self._window, title, start, lambda path: chosen(Path(path)))

    def _show_folder(self, project_id: str) -> None:
        row = self._row(project_id)
        if row is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(row.listed.project.folder)))

    def _row(self, project_id: str) -> ProjectOverview | None:
        rows = self._controller.rows
        return next((row for row in rows if row.listed.project.id == project_id), None)

    def _ask_copy(self, error: FolderCopiedError) -> None:
        dialog = self._window.ask_copied_folder(error.known_folder, error.other_folder)

        def answered(answer: str) -> None:
            decision = _DECISIONS.get(answer)
            if decision is not None:
                self._controller.open_folder(Path(error.other_folder), decision)

        dialog.answered.connect(answered)

    def _on_removed(self, listed: ListedProject) -> None:
        self.removed.emit(listed)

    def _on_listed(self, rows: tuple[ProjectOverview, ...]) -> None:
        current = self._controller.current
        self._page.render(
            ProjectsState(
                tuple(
                    ProjectRow(
                        row.listed,
                        row.run_count,
                        row.recent,
                        row.metric,
                        row.metric_values,
                        row.has_active,
                        row.sync,
                    )
                    for row in rows
                ),
                self._templates,
                current.project.id if current is not None else "",
                str(Path.home()),
                datetime.now().astimezone(),
            )
        )


def _nearest_folder(folder: Path) -> Path:
    """Return a folder, or the home folder if the disk or folder that it is in is gone."""
    there = _is_folder(folder) or _is_folder(folder.parent)
    return folder if there or folder.is_relative_to(Path.home()) else Path.home()


def _is_folder(path: Path) -> bool:
    return os.path.isdir(path)  # noqa: PTH112 - also answers for what may not be looked at
