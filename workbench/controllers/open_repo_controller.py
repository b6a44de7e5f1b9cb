"""Opening projects from Git repos: looking into one while its address is typed, and opening it."""

import asyncio
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from workbench.controllers.background import READ_LANE, Background
from workbench.core.errors import CanceledError, InvalidInputError, WorkbenchError
from workbench.core.git_address import GitAddress, SecretInAddressError
from workbench.core.history_sync import RemoteError, SyncState
from workbench.core.progress import CancelToken, Report
from workbench.core.project import Project
from workbench.core.repo_project import RepoLook, RepoOpening
from workbench.operations.library import Library
from workbench.operations.look_into_repo import look_into_repo
from workbench.operations.open_from_repo import free_project_folder, open_from_repo
from workbench.viewmodels.open_repo_state import OpenRepoState, problem_words
from workbench.viewmodels.repo_states import RepoCheck

_LOOKS, _OPENS = "look into repo", "open from repo"
_NEEDS_ACCESS = (SyncState.SIGN_IN_NEEDED, SyncState.NO_PERMISSION)
# After the last key, so that not every letter is asked for.
_QUIET_SECONDS = 0.6


class OpenRepoController(QObject):
    """Looks into one Git repo at a time, and opens one project at a time.

    Signals:
        looked: ``OpenRepoState`` of the address that was typed last.
        progress: ``Progress`` of the project that is being opened.
        opened: ``Project``: it is in its folder, and in the list.
        failed: ``WorkbenchError``: it is not; nothing was left behind.
    """

    looked = Signal(object)
    progress = Signal(object)
    opened = Signal(object)
    failed = Signal(object)

    def __init__(self, library: Library, background: Background) -> None:
        super().__init__()
        self._library = library
        self._background = background
        self._looking: asyncio.Task[None] | None = None
        self._cancel = CancelToken()

    def look(self, text: str, parent: Path) -> None:
        """Look at an address: at its form at once, into the repo in the background.

        Args:
            text: What was typed.
            parent: Folder in which the project's folder could be.
        """
        self.stop_looking()
        if text.strip():
            self._looking = self._background.spawn(self._look(text.strip(), parent), name=_LOOKS)
        else:
            self.looked.emit(OpenRepoState())

    def stop_looking(self) -> None:
        """Tell nothing more about the address."""
        if self._looking is not None:
            self._looking.cancel()
            self._looking = None

    async def _look(self, text: str, parent: Path) -> None:
        cancel = CancelToken()
        try:
            address = await self._background.run(READ_LANE, _address, self._library, text)
            azure = address.is_azure_devops
            check = RepoCheck(text, is_checking=True)
            self.looked.emit(OpenRepoState(check, is_azure=azure))
            await asyncio.sleep(_QUIET_SECONDS)
            look, folder = await self._background.run(
                _LOOKS, _look, self._library, (address, parent), cancel
            )
            check = RepoCheck(text, facts=look.facts)
            self.looked.emit(OpenRepoState(check, look, folder, azure))
        except CanceledError:
            return
        except WorkbenchError as error:
            needs = isinstance(error, RemoteError) and error.state in _NEEDS_ACCESS
            words = problem_words(error)
            if isinstance(error, InvalidInputError):
                words = f"{error.title}. {error.hint}" if error.hint else error.title
            check = RepoCheck(text, words, error.details, needs_access=needs)
            azure = not isinstance(error, InvalidInputError) and _is_azure(self._library, text)
            self.looked.emit(OpenRepoState(check, is_azure=azure))
        finally:
            cancel.cancel()

    def open(self, wanted: RepoOpening) -> None:
        """Open a project."""
        self._cancel = CancelToken()
        self._background.spawn(self._open(wanted, self._cancel), name=_OPENS)

    async def _open(self, wanted: RepoOpening, cancel: CancelToken) -> None:
        report = self._background.reporter(self.progress.emit)
        try:
            project = await self._background.run(
                _OPENS, _open, self._library, wanted, report=report, cancel=cancel
            )
        except asyncio.CancelledError:
            # The window closes: nothing is left behind.
            cancel.cancel()
            raise
        except WorkbenchError as error:
            self.failed.emit(error)
            return
        self.opened.emit(project)

    def cancel(self) -> None:
        """Stop opening; nothing is left behind."""
        self._cancel.cancel()


def _address(library: Library, text: str) -> GitAddress:
    return library.access().address(text)


def _is_azure(library: Library, text: str) -> bool:
    try:
        return _address(library, text).is_azure_devops
    except SecretInAddressError:
        return False


def _look(
    library: Library, where: tuple[GitAddress, Path], cancel: CancelToken
) -> tuple[RepoLook, str]:
    address, parent = where
    look = look_into_repo(library, address.url, library.access(), cancel=cancel)
    name = look.projects[0].name if len(look.projects) == 1 else ""
    return look, str(free_project_folder(parent, name or address.repo))


def _open(library: Library, wanted: RepoOpening, *, report: Report, cancel: CancelToken) -> Project:
    return open_from_repo(library, wanted, library.access(), report=report, cancel=cancel)
