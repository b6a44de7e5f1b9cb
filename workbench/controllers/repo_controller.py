"""Linking a project to a Git repo."""

from PySide6.QtCore import QObject, Signal

from workbench.controllers.background import Background, project_lane
from workbench.controllers.contexts import Contexts
from workbench.core.errors import CanceledError, WorkbenchError
from workbench.core.history_sync import RepoFacts
from workbench.core.progress import CancelToken
from workbench.core.project import Project
from workbench.operations.check_repo import check_repo
from workbench.operations.library import Library
from workbench.operations.link_repo import LinkedRepo, link_repo

_LANE = "check repo"


class RepoController(QObject):
    """Links projects to Git repos.

    Signals:
        linked: ``(ProjectContext, str)``: a project has a repo now, with a note on what was left
            as it is.
        link_failed: ``WorkbenchError``: it was not linked; nothing was changed.
    """

    linked = Signal(object, str)
    link_failed = Signal(object)

    def __init__(self, library: Library, contexts: Contexts, background: Background) -> None:
        super().__init__()
        self._library = library
        self._contexts = contexts
        self._background = background

    def link(self, project: Project, text: str) -> None:
        """Link an open project to the repo at an address."""
        self._background.spawn(self._link(project, text), name="link repo")

    async def _link(self, project: Project, text: str) -> None:
        cancel = CancelToken()
        try:
            # A link can't be undone, so the repo has to answer first.
            await self._background.run(_LANE, _ask, self._library, text, cancel)
            lane = project_lane(project.id)
            done = await self._background.run(lane, _link, self._library, project, text)
        except CanceledError:
            return
        except WorkbenchError as error:
            self.link_failed.emit(error)
            return
        finally:
            cancel.cancel()
        context = self._contexts.renew(done.project)
        if context is not None:
            self.linked.emit(context, done.note)


def _ask(library: Library, text: str, cancel: CancelToken) -> RepoFacts:
    return check_repo(library.access(), text, cancel=cancel)


def _link(library: Library, project: Project, text: str) -> LinkedRepo:
    return link_repo(library, project, text, library.access())
