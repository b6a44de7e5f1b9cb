"""Opening projects from Git repos: looking into one while its address is typed, and opening it."""

import asyncio
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from workbench.controllers.background import Background
from workbench.controllers.repo_checker import RepoChecker
from workbench.core.errors import WorkbenchError
from workbench.core.history_sync import RepoFacts
from workbench.core.progress import CancelToken, Report
from workbench.core.project import Project
from workbench.core.repo_project import RepoLook, RepoOpening
from workbench.operations.library import Library
from workbench.operations.look_into_repo import look_into_repo
from workbench.operations.open_from_repo import free_project_folder, open_from_repo
from workbench.viewmodels.open_repo_state import OpenRepoState
from workbench.viewmodels.repo_states import RepoCheck

_LOOKS, _OPENS = "look into repo", "open from repo"


class _RepoLooker(RepoChecker):
    """Looks into the repo at the address, beyond what is known of each repo.

    Attributes:
        parent_folder: Folder in which the project's folder could be.
        found: What is in the repo, and a folder that is free for it.
    """

    def __init__(self, library: Library, background: Background) -> None:
        super().__init__(library, background)
        self.parent_folder = Path()
        self.found: tuple[RepoLook | None, str] = (None, "")

    async def _ask(self, text: str, cancel: CancelToken) -> RepoFacts:
        where = (text, self.parent_folder)
        look, folder = await self._background.run(_LOOKS, _look, self._library, where, cancel)
        self.found = look, folder
        return look.facts


class OpenRepoController(QObject):
    """Looks into one Git repo at a time, and opens one project at a time.

    Signals:
        looked: ``OpenRepoState`` of the address that was typed last.
        progress: ``Progress`` of the project that is being opened.
        opened: ``Project``: it is in its folder, and in the list.
        failed: ``WorkbenchError``: it is not; nothing was left behind.
        secret_kept: The address that is left: what was secret in it is in the keyring now.
    """

    looked = Signal(object)
    progress = Signal(object)
    opened = Signal(object)
    failed = Signal(object)
    secret_kept = Signal(str)

    def __init__(self, library: Library, background: Background) -> None:
        super().__init__()
        self._library = library
        self._background = background
        self._cancel = CancelToken()
        self._looker = _RepoLooker(library, background)
        self._looker.checked.connect(self._on_checked)
        self._looker.secret_kept.connect(self.secret_kept)

    def look(self, text: str, parent: Path) -> None:
        """Look at an address: at its form at once, into the repo in the background.

        Args:
            text: What was typed.
            parent: Folder in which the project's folder could be.
        """
        self._looker.parent_folder = parent
        self._looker.check(text)

    def look_again(self) -> None:
        """Look at what was typed last once more."""
        self._looker.check_again()

    def stop_looking(self) -> None:
        """Tell nothing more about the address."""
        self._looker.forget()

    def keep_secret(self) -> None:
        """Put what is secret in the address that was typed last into the keyring."""
        self._looker.keep_secret()

    def _on_checked(self, check: RepoCheck) -> None:
        look, folder = self._looker.found if check.facts is not None else (None, "")
        self.looked.emit(OpenRepoState(check, look, folder))

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


def _look(library: Library, where: tuple[str, Path], cancel: CancelToken) -> tuple[RepoLook, str]:
    text, parent = where
    access = library.access()
    address = access.address(text)
    look = look_into_repo(library, address.url, access, cancel=cancel)
    name = look.projects[0].name if len(look.projects) == 1 else ""
    return look, str(free_project_folder(parent, name or address.repo))


def _open(library: Library, wanted: RepoOpening, *, report: Report, cancel: CancelToken) -> Project:
    return open_from_repo(library, wanted, library.access(), report=report, cancel=cancel)
