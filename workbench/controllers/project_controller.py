"""The project list, and which project is open."""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from workbench.controllers.background import LIBRARY_LANE, Background, project_lane
from workbench.controllers.contexts import Contexts
from workbench.core.errors import (
    CanceledError,
    FolderCopiedError,
    FolderMissingError,
    NotFoundError,
    WorkbenchError,
)
from workbench.core.progress import CancelToken
from workbench.core.project import FolderState, ListedProject, NewProject, Project
from workbench.operations.create_project import create_project
from workbench.operations.edit_project import edit_project
from workbench.operations.library import Library
from workbench.operations.list_projects import list_projects
from workbench.operations.locate_project import locate_project
from workbench.operations.open_folder import CopyDecision, open_folder, open_project
from workbench.operations.project_context import ProjectContext
from workbench.operations.project_overview import ProjectOverview, project_overview
from workbench.operations.recover_creations import recover_creations
from workbench.operations.recover_restore import recover_restore
from workbench.operations.refresh_runs import refresh_runs
from workbench.operations.remove_project import put_back_project, remove_project
from workbench.operations.workspaces import list_workspaces

_CREATE_LANE = "create project"
_log = logging.getLogger(__name__)


class ProjectController(QObject):
    """Creates, opens, finds and lists projects.

    Signals:
        listed: ``tuple[ProjectOverview, ...]``: the list, newest facts.
        opened: ``ProjectContext``: this is the current project now.
        closed: There is no current project any more.
        recovered: ``str``: an interrupted restore was put right; a sentence for the user.
        creating: ``Progress`` of a project that is being created.
        created: ``Project``: it was created.
        create_failed: ``WorkbenchError``: it was not created; nothing was left behind.
        copy_found: ``FolderCopiedError``: the user has to decide about a copied folder.
        edited: ``ProjectContext``: the project has another name or description now.
        edit_failed: ``(str, WorkbenchError)``: field ``"name"`` or ``"description"`` of the open
            project could not be changed.
        removed: ``ListedProject``: it was removed from the list and can be put back.
        failed: ``WorkbenchError``: something the user asked for could not be done; see
            :meth:`try_again`.
    """

    listed = Signal(object)
    opened = Signal(object)
    closed = Signal()
    recovered = Signal(str)
    creating = Signal(object)
    created = Signal(object)
    create_failed = Signal(object)
    copy_found = Signal(object)
    edited = Signal(object)
    edit_failed = Signal(str, object)
    removed = Signal(object)
    failed = Signal(object)

    def __init__(self, library: Library, contexts: Contexts, background: Background) -> None:
        super().__init__()
        self._library = library
        self._contexts = contexts
        self._background = background
        self._create_cancel = CancelToken()
        self._rows: tuple[ProjectOverview, ...] = ()
        self._refreshing: asyncio.Task[None] | None = None
        self._again: Callable[[], object] | None = None
        self.current: ProjectContext | None = None

    @property
    def rows(self) -> tuple[ProjectOverview, ...]:
        """The project list as last read."""
        return self._rows

    def refresh(self) -> None:
        """Read the project list again, unless that is going on already."""
        if self._refreshing is None or self._refreshing.done():
            self._refreshing = self._background.spawn(self.reload(), name="read the project list")

    async def reload(self) -> None:
        """Read the project list and tell it."""
        self._rows = await self._background.run(LIBRARY_LANE, _overviews, self._library)
        self.listed.emit(self._rows)

    async def recover(self) -> None:
        """Deal with projects that a killed process left half made."""
        await self._background.run(LIBRARY_LANE, recover_creations, self._library)

    async def workspaces(self) -> list[str]:
        """Return the names of all workspaces."""
        return await self._background.run(LIBRARY_LANE, list_workspaces, self._library)

    def create(self, new: NewProject) -> None:
        """Create a project and open it."""
        self._create_cancel = CancelToken()
        self._background.spawn(self._create(new), name=f"create project {new.name}")

    def cancel_create(self) -> None:
        """Stop creating; nothing is left behind."""
        self._create_cancel.cancel()

    async def _create(self, new: NewProject) -> None:
        report = self._background.reporter(self.creating.emit)
        try:
            # A clone may take long, and the list of projects does not wait for it.
            project = await self._background.run(
                _CREATE_LANE,
                create_project,
                self._library,
                new,
                report=report,
                cancel=self._create_cancel,
            )
        except WorkbenchError as error:
            self.create_failed.emit(error)
            return
        self.created.emit(project)
        await self._open(project)

    def open_listed(self, project_id: str) -> None:
        """Open a project of the list."""
        self._background.spawn(self._open_listed(project_id), name="open project")

    async def _open_listed(self, project_id: str) -> None:
        row = next((row for row in self._rows if row.listed.project.id == project_id), None)
        if row is None:
            self.failed.emit(NotFoundError("Project not found", "It is not in the list any more."))
            return
        if row.listed.folder_state is FolderState.MISSING:
            self._tell_missing(row.listed.project)
            return
        try:
            project = await self._background.run(
                LIBRARY_LANE, open_project, self._library, project_id
            )
        except FolderMissingError:
            self._tell_missing(row.listed.project)
            await self.reload()
        except WorkbenchError as error:
            self._fail(error, lambda: self.open_listed(project_id))
        else:
            await self._open(project)

    def _tell_missing(self, project: Project) -> None:
        self.failed.emit(
            WorkbenchError(
                "Folder not found",
                f"{project.folder} isn't there. Its run history is safe.",
                hint="Use Locate folder on the Projects page.",
            )
        )

    def open_folder(self, folder: Path, decision: CopyDecision | None = None) -> None:
        """Open any folder, adopting it if it is not a project yet."""
        self._background.spawn(self._open_folder(folder, decision), name="open folder")

    async def _open_folder(self, folder: Path, decision: CopyDecision | None) -> None:
        try:
            project = await self._background.run(
                LIBRARY_LANE, open_folder, self._library, folder, copy=decision
            )
        except CanceledError:
            return
        except FolderCopiedError as error:
            self.copy_found.emit(error)
            return
        except WorkbenchError as error:
            self._fail(error, lambda: self.open_folder(folder, decision))
            return
        await self._open(project)

    def _fail(self, error: WorkbenchError, again: Callable[[], object]) -> None:
        """Tell an error, and remember what was asked for."""
        self._again = again
        self.failed.emit(error)

    def try_again(self) -> None:
        """Do once more what failed last."""
        again, self._again = self._again, None
        if again is not None:
            again()

    async def _open(self, project: Project) -> None:
        try:
            opened = await self._contexts.open(project)
        except WorkbenchError as error:
            self._fail(error, lambda: self.open_listed(project.id))
            return
        self.current = opened.context
        _log.info("opened project %s", project.id)
        self.opened.emit(opened.context)
        if opened.message:
            self.recovered.emit(opened.message)
        if opened.problem is not None:
            self._fail(opened.problem, lambda: self._put_right_again(opened.context))
        await self.reload()

    def _put_right_again(self, context: ProjectContext) -> None:
        self._background.spawn(self._put_right(context), name="put the project right")

    async def _put_right(self, context: ProjectContext) -> None:
        try:
            message = await self._background.run(
                project_lane(context.project.id), _put_right, context
            )
        except WorkbenchError as error:
            self._fail(error, lambda: self._put_right_again(context))
            return
        if message:
            self.recovered.emit(message)

    def edit(self, field: str, text: str) -> None:
        """Give the current project another name or description.

        Args:
            field: ``"name"`` or ``"description"``.
            text: What it is from now on.
        """
        if self.current is not None:
            self._background.spawn(
                self._edit(self.current.project, field, text), name=f"edit project {field}"
            )

    async def _edit(self, project: Project, field: str, text: str) -> None:
        try:
            # In line with restores, which may write the project's file too.
            edited = await self._background.run(
                project_lane(project.id), edit_project, self._library, project, **{field: text}
            )
        except WorkbenchError as error:
            self.edit_failed.emit(field, error)
            return
        context = self._contexts.renew(edited)
        if (
            context is not None
            and self.current is not None
            and self.current.project.id == edited.id
        ):
            self.current = context
            self.edited.emit(context)
        await self.reload()

    def renewed(self, context: ProjectContext) -> None:
        """Take what an open project says about itself now."""
        if self.current is not None and self.current.project.id == context.project.id:
            self.current = context
            self.edited.emit(context)
        self.refresh()

    def close_project(self) -> None:
        """Leave the current project; its runs go on."""
        if self.current is not None:
            self.current = None
            self.closed.emit()

    def locate(self, project_id: str, folder: Path) -> None:
        """Tell where the folder of a listed project is now, and open it."""
        self._background.spawn(self._locate(project_id, folder), name="locate folder")

    async def _locate(self, project_id: str, folder: Path) -> None:
        try:
            project = await self._background.run(
                LIBRARY_LANE, locate_project, self._library, project_id, folder
            )
        except WorkbenchError as error:
            self._fail(error, lambda: self.locate(project_id, folder))
            return
        await self._open(project)

    def remove(self, project_id: str) -> None:
        """Take a project off the list; its folder and history stay."""
        self._background.spawn(self._remove(project_id), name="remove project from list")

    async def _remove(self, project_id: str) -> None:
        try:
            listed = await self._background.run(
                LIBRARY_LANE, remove_project, self._library, project_id
            )
        except WorkbenchError as error:
            self._fail(error, lambda: self.remove(project_id))
            return
        if self.current is not None and self.current.project.id == project_id:
            self.close_project()
        self.removed.emit(listed)
        await self.reload()

    def put_back(self, listed: ListedProject) -> None:
        """Undo :meth:`remove`."""
        self._background.spawn(self._put_back(listed), name="put project back")

    async def _put_back(self, listed: ListedProject) -> None:
        await self._background.run(LIBRARY_LANE, put_back_project, self._library, listed)
        await self.reload()


def _put_right(context: ProjectContext) -> str:
    """Finish what was interrupted; return a sentence about it."""
    message = recover_restore(context) or ""
    refresh_runs(context)
    return message


def _overviews(library: Library) -> tuple[ProjectOverview, ...]:
    rows = []
    for listed in list_projects(library):
        try:
            rows.append(project_overview(library, listed))
        except WorkbenchError as error:
            # A damaged project must not hide the others; opening it says what is wrong.
            _log.warning("run records of %s: %s", listed.project.id, error)
            rows.append(ProjectOverview(listed))
    return tuple(rows)
