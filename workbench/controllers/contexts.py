"""The projects that are open in this process."""

import asyncio
import os
from dataclasses import dataclass, replace

from workbench.controllers.background import Background, project_lane, survey_lane
from workbench.core.errors import WorkbenchError
from workbench.core.project import Project
from workbench.operations.folder_following import FolderFollowing
from workbench.operations.follow_folder import try_to_follow
from workbench.operations.library import Library
from workbench.operations.project_context import ProjectContext, open_context
from workbench.operations.ready_runs import ReadyRuns
from workbench.operations.recover_restore import recover_restore
from workbench.operations.refresh_runs import refresh_runs
from workbench.operations.restore_to_folder import clean_new_folders


@dataclass(frozen=True, slots=True)
class OpenedProject:
    """A project that was opened.

    Attributes:
        context: The open project.
        message: A sentence for the user if an interrupted restore was put right.
        problem: Why an interrupted restore or run could not be put right now.
    """

    context: ProjectContext
    message: str = ""
    problem: WorkbenchError | None = None


class Contexts:
    """Opens each project once and keeps it open until the window closes.

    Args:
        library: The project list and the application's folders.
        background: Where opening happens.
    """

    def __init__(self, library: Library, background: Background) -> None:
        self._library = library
        self._background = background
        self._open: dict[str, ProjectContext] = {}
        # Also one that nobody waits for any more when it is open at last.
        self._made: list[ProjectContext] = []
        self._opening: dict[str, asyncio.Lock] = {}
        self._follows = True
        # One for all projects: it learns for which one it is when a run starts.
        self._ready = ReadyRuns()

    def follow(self, *, on: bool) -> None:
        """Follow the folders of open projects from now on, or no more."""
        self._follows = on
        for context in self._made:
            if context.following is not None:
                context.following.switch(on=on)

    def get(self, project_id: str) -> ProjectContext | None:
        """Return an open project, or ``None``."""
        return self._open.get(project_id)

    def all(self) -> tuple[ProjectContext, ...]:
        """Return every open project."""
        return tuple(self._open.values())

    async def open(self, project: Project) -> "OpenedProject":
        """Open a project, finishing first what a crash left half done.

        Who asks while it is being opened gets the same one.

        Raises:
            WorkbenchError: If its data is damaged.
        """
        async with self._opening.setdefault(project.id, asyncio.Lock()):
            known = self._open.get(project.id)
            if known is not None and known.project == project:
                return OpenedProject(known)
            opened = await self._background.run(
                project_lane(project.id), self._open_and_recover, project, known
            )
            self._open[project.id] = opened.context
            lane = survey_lane(project.id)
            self._background.spawn(
                self._background.run(lane, try_to_follow, opened.context), name="follow folder"
            )
            return opened

    def renew(self, project: Project) -> ProjectContext | None:
        """Take the new name or description of an open project; it stays open as it is."""
        known = self._open.get(project.id)
        if known is not None:
            self._open[project.id] = replace(known, project=project)
        return self._open.get(project.id)

    def close(self) -> None:
        """Close every project."""
        self._ready.close()
        for context in self._made:
            context.close()
        self._made.clear()
        self._open.clear()

    def _open_and_recover(self, project: Project, known: ProjectContext | None) -> OpenedProject:
        """Open a project, or look at its new folder if its records are open already."""
        if known is None:
            context = open_context(self._library, project)
            signs = context.paths.root / "watch"
            following = FolderFollowing(signs, on=self._follows)
            context = replace(context, following=following, spare=self._ready)
            self._made.append(context)
        else:
            context = replace(known, project=project)
        message, problem = "", None
        try:
            clean_new_folders(context)
            if os.path.isdir(project.folder):  # noqa: PTH112 - also if it may not be looked at
                message = recover_restore(context) or ""
            refresh_runs(context)
        except WorkbenchError as error:
            # Runs and their logs can be looked at all the same; the open journal blocks what it
            # must.
            problem = error
        self._ready.prepare()
        return OpenedProject(context, message, problem)
