"""What is known about the address of a Git repo while somebody types it."""

import asyncio

from PySide6.QtCore import QObject, Signal

from workbench.controllers.background import Background
from workbench.core.errors import CanceledError, InvalidInputError, WorkbenchError
from workbench.core.git_address import SecretInAddressError
from workbench.core.history_sync import RepoFacts
from workbench.core.progress import CancelToken
from workbench.operations.check_repo import check_repo
from workbench.operations.library import Library
from workbench.operations.try_access_token import keep_access_token
from workbench.viewmodels.repo_states import RepoCheck
from workbench.viewmodels.repo_words import failed_check, sentences

# The form is told while the repo before is still asked.
_FORM_LANE, _LANE, _TRY_LANE = "repo form", "check repo", "try token"
# After the last key, so that not every letter is asked for.
_QUIET_SECONDS = 0.6


class RepoChecker(QObject):
    """Checks the address in one box.

    Signals:
        checked: ``RepoCheck`` of the address that was typed last.
        secret_kept: The address that is left: what was secret in it is in the keyring now.
    """

    checked = Signal(object)
    secret_kept = Signal(str)

    def __init__(self, library: Library, background: Background) -> None:
        super().__init__()
        self._library = library
        self._background = background
        self._checking: asyncio.Task[None] | None = None
        self._text = ""

    def check(self, text: str) -> None:
        """Check an address: its form at once, whether it answers in the background."""
        self._text = text.strip()
        self._stop()
        if self._text:
            self._checking = self._background.spawn(self._check(self._text), name="check repo")
        else:
            self.checked.emit(RepoCheck())

    def check_again(self) -> None:
        """Check what was typed last once more."""
        if self._text:
            self.check(self._text)

    def forget(self) -> None:
        """Nobody waits for an answer any more."""
        self._text = ""
        self._stop()

    def keep_secret(self) -> None:
        """Put what is secret in the address that was typed last into the keyring.

        The repo is asked first whether it accepts it.
        """
        self._stop()
        work = self._keep_secret(self._text)
        self._checking = self._background.spawn(work, name="keep the secret of an address")

    def _stop(self) -> None:
        if self._checking is not None:
            self._checking.cancel()
            self._checking = None

    async def _check(self, text: str) -> None:
        form = await self._background.run(_FORM_LANE, _form, self._library, text)
        self.checked.emit(form)
        if form.problem:
            return
        await asyncio.sleep(_QUIET_SECONDS)
        cancel = CancelToken()
        try:
            facts = await self._ask(text, cancel)
        except CanceledError:
            return
        except WorkbenchError as error:
            self.checked.emit(failed_check(text, error))
        else:
            self.checked.emit(RepoCheck(text, facts=facts))
        finally:
            cancel.cancel()

    async def _ask(self, text: str, cancel: CancelToken) -> RepoFacts:
        """Ask the repo at an address that can be used."""
        return await self._background.run(_LANE, _ask, self._library, text, cancel)

    async def _keep_secret(self, text: str) -> None:
        cancel = CancelToken()
        self.checked.emit(RepoCheck(text, is_checking=True))
        try:
            clean = await self._background.run(_TRY_LANE, _keep, self._library, text, cancel)
        except CanceledError:
            return
        except WorkbenchError as error:
            form = await self._background.run(_FORM_LANE, _form, self._library, text)
            words = f"It isn't kept: {sentences(error)}"
            self.checked.emit(RepoCheck(text, words, error.details, clean=form.clean))
        else:
            self.secret_kept.emit(clean)
        finally:
            cancel.cancel()


def _ask(library: Library, text: str, cancel: CancelToken) -> RepoFacts:
    return check_repo(library.access(), text, cancel=cancel)


def _form(library: Library, text: str) -> RepoCheck:
    try:
        library.access().address(text)
    except SecretInAddressError as error:
        return RepoCheck(text, f"{error.title}. {error.hint}", clean=error.clean)
    except InvalidInputError as error:
        return RepoCheck(text, f"{error.title}. {error.hint}" if error.hint else error.title)
    return RepoCheck(text, is_checking=True)


def _keep(library: Library, text: str, cancel: CancelToken) -> str:
    try:
        library.access().address(text)
    except SecretInAddressError as error:
        keep_access_token(library, error.clean, error.secret, username=error.user, cancel=cancel)
        return error.clean
    return text
