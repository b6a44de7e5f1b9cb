"""The Git repo of a project: checking an address while it is typed, and linking it."""

import asyncio

from PySide6.QtCore import QObject, Signal

from workbench.controllers.background import Background, project_lane
from workbench.controllers.contexts import Contexts
from workbench.core.errors import CanceledError, InvalidInputError, WorkbenchError
from workbench.core.history_sync import RemoteError, RepoFacts, SyncState
from workbench.core.progress import CancelToken
from workbench.core.project import Project
from workbench.operations.check_repo import check_repo
from workbench.operations.library import Library
from workbench.operations.link_repo import LinkedRepo, link_repo
from workbench.viewmodels.repo_states import RepoCheck

_LANE = "check repo"
_NEEDS_ACCESS = (SyncState.SIGN_IN_NEEDED, SyncState.NO_PERMISSION)
# After the last key, so that not every letter is asked for.
_QUIET_SECONDS = 0.6


class RepoController(QObject):
    """Checks and links Git repos.

    Signals:
        checked: ``RepoCheck`` of the address that was typed last.
        linked: ``(ProjectContext, str)``: a project has a repo now, with a note on what was left
            as it is.
        link_failed: ``WorkbenchError``: it was not linked; nothing was changed.
    """

    checked = Signal(object)
    linked = Signal(object, str)
    link_failed = Signal(object)

    def __init__(self, library: Library, contexts: Contexts, background: Background) -> None:
        super().__init__()
        self._library = library
        self._contexts = contexts
        self._background = background
        self._checking: asyncio.Task[None] | None = None

    def check(self, text: str) -> None:
        """Check an address: its form at once, whether it answers in the background."""
        if self._checking is not None:
            self._checking.cancel()
            self._checking = None
        if text.strip():
            self._checking = self._background.spawn(self._check(text.strip()), name="check repo")
        else:
            self.checked.emit(RepoCheck())

    async def _check(self, text: str) -> None:
        problem = await self._background.run(_LANE, _form_problem, self._library, text)
        self.checked.emit(RepoCheck(text, problem=problem, is_checking=not problem))
        if problem:
            return
        await asyncio.sleep(_QUIET_SECONDS)
        cancel = CancelToken()
        try:
            facts = await self._background.run(_LANE, _ask, self._library, text, cancel)
        except CanceledError:
            return
        except WorkbenchError as error:
            words = " ".join(part for part in (error.text or error.title, error.hint) if part)
            needs = isinstance(error, RemoteError) and error.state in _NEEDS_ACCESS
            check = RepoCheck(text, problem=words, details=error.details, needs_access=needs)
            self.checked.emit(check)
        else:
            self.checked.emit(RepoCheck(text, facts=facts))
        finally:
            cancel.cancel()

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


def _form_problem(library: Library, text: str) -> str:
    try:
        library.access().address(text)
    except InvalidInputError as error:
        return f"{error.title}. {error.hint}" if error.hint else error.title
    return ""


def _ask(library: Library, text: str, cancel: CancelToken) -> RepoFacts:
    return check_repo(library.access(), text, cancel=cancel)


def _link(library: Library, project: Project, text: str) -> LinkedRepo:
    return link_repo(library, project, text, library.access())
