"""Answers git's questions for a user name and a password while one command runs.

git gets a helper that asks back here, through a socket that only this user can open and that is
gone with the command. So what is secret is in no argument, no variable, no file and no address.
Another program of the same user could ask too while the command runs: that is the limit of it.
"""

import json
import logging
import os
import secrets
import shlex
import shutil
import sys
import tempfile
import threading
from collections.abc import Mapping
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Connection, Listener
from pathlib import Path
from typing import Protocol, Self

from workbench.core.account import Credential
from workbench.services.git import credential_helper

_log = logging.getLogger(__name__)
_PATIENCE = 2.0
_NOTHING = ""  # there is no other helper, and nobody is asked


class CredentialSource(Protocol):
    """Where user names and passwords come from."""

    def find(self, host: str, path: str, /) -> Credential | None:
        """Return what to give to a host for a repo, ``None`` if there is nothing.

        Raises:
            WorkbenchError: If what there is cannot be reached now.
        """

    def refused(self, host: str, path: str, credential: Credential, /) -> bool:
        """Hear that the host did not accept it; return whether another one may be accepted."""


class CredentialBroker:
    """Answers for one host, and for the proxy on the way to it.

    Use it as a context manager around a git command.

    Attributes:
        problem: What kept the source from answering, ``None`` if nothing did.
        may_retry: Whether the server did not accept what it got, and may accept something else.
        given: What the server got last; ``None`` if it asked for nothing.
    """

    def __init__(
        self,
        source: CredentialSource,
        host: str,
        *,
        proxy: tuple[str, Credential] | None = None,
    ) -> None:
        self._source = source
        self._host = host
        self._proxy = proxy
        self._ended = False
        self._folder = ""
        self.problem: Exception | None = None
        self.may_retry = False
        self.given: Credential | None = None

    def __enter__(self) -> Self:
        """Begin to listen."""
        self._key = secrets.token_bytes(32)
        address = None
        if sys.platform != "win32":
            self._folder = tempfile.mkdtemp(prefix="workbench-")  # for this user only
            address = os.path.join(self._folder, "git")  # noqa: PTH118 - the listener takes text
        self._listener = Listener(address, authkey=self._key)
        self._thread = threading.Thread(target=self._serve, name="git credentials", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop listening."""
        self._ended = True
        self._wake()
        # Not for ever: a keyring may be waiting for somebody to unlock it.
        self._thread.join(_PATIENCE)
        self._listener.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def account_user(self) -> str:
        """User name of the account whose Azure AD token the server got; empty for none."""
        return self.given.user if self.given is not None and self.given.account else ""

    @property
    def variables(self) -> Mapping[str, str]:
        """The variables that the helper needs."""
        return {credential_helper.VARIABLE: f"{self._listener.address}|{self._key.hex()}"}

    @property
    def settings(self) -> tuple[tuple[str, str], ...]:
        """The settings that make git use this helper and no other."""
        words = (sys.executable, "-I", "-S", str(Path(credential_helper.__file__)))
        command = " ".join(shlex.quote(word.replace("\\", "/")) for word in words)
        return (("credential.helper", f"!{command}"), ("credential.useHttpPath", "true"))

    def _wake(self) -> None:
        """Have the thread that waits for a question look whether it is over."""
        try:
            Client(self._listener.address, authkey=self._key).close()
        except (OSError, EOFError):
            _log.debug("the listener for git's questions was closed already")

    def _serve(self) -> None:
        while not self._ended:
            try:
                with self._listener.accept() as connection:
                    self._answer_one(connection)
            except (OSError, EOFError, AuthenticationError, ValueError) as error:
                # Somebody who hangs up, or has not got the key: nothing is told to them.
                _log.debug("a question of git was not answered: %s", type(error).__name__)

    def _answer_one(self, connection: Connection) -> None:
        if self._ended:
            return
        verb, question = json.loads(connection.recv_bytes())
        answer = _NOTHING
        try:
            answer = self._answer(str(verb), question)
        except Exception as error:  # noqa: BLE001 - told to whoever started git
            self.problem = error
        finally:
            connection.send_bytes(answer.encode())

    def _answer(self, verb: str, question: Mapping[str, str]) -> str:
        host, path = question.get("host", "").lower(), question.get("path", "")
        if self._proxy is not None and host == self._proxy[0]:
            return _said(self._proxy[1]) if verb == "get" else _NOTHING
        if question.get("protocol") not in ("https", "http") or host != self._host:
            return _NOTHING
        if verb == "get":
            self.given = self._source.find(host, path)
            return _said(self.given) if self.given is not None else _NOTHING
        if verb == "erase" and self.given is not None:
            self.may_retry = self._source.refused(host, path, self.given)
        return _NOTHING


def _said(credential: Credential) -> str:
    return f"username={credential.user}\npassword={credential.secret}\n"
