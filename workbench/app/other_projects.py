"""Runs of projects that are not open."""

import logging

from PySide6.QtCore import QObject

from workbench.app.screens.shell_screen import ShellScreen
from workbench.controllers.background import Background
from workbench.controllers.contexts import Contexts
from workbench.controllers.project_controller import ProjectController
from workbench.controllers.run_controller import RunController
from workbench.core.errors import WorkbenchError
from workbench.core.project import Project

_log = logging.getLogger(__name__)


class OtherProjects(QObject):
    """Brings runs of projects that are not open up to date, and follows those that go on.

    Args:
        contexts: The projects that are open in this process.
        controllers: The list of projects, and runs.
        shell: Tells what was put right meanwhile, and what could not be.
        background: Where projects are opened.
    """

    def __init__(
        self,
        contexts: Contexts,
        controllers: tuple[ProjectController, RunController],
        shell: ShellScreen,
        background: Background,
    ) -> None:
        super().__init__()
        self._contexts = contexts
        self._projects, self._runs = controllers
        self._shell = shell
        self._background = background

    def follow(self) -> None:
        """Begin with the projects in which something was active."""
        for row in self._projects.rows:
            if row.has_active:
                self._background.spawn(self._follow(row.listed.project), name="follow project")

    async def _follow(self, project: Project) -> None:
        try:
            opened = await self._contexts.open(project)
        except WorkbenchError as error:
            _log.warning("project %s: %s", project.id, error)
            return
        await self._runs.load(opened.context)
        if opened.message:
            self._shell.notify(f"Interrupted restore in {project.name}", opened.message)
        if opened.problem is not None:
            self._shell.notify(
                f"{project.name}: {opened.problem.title}", opened.problem.text, "bad"
            )
