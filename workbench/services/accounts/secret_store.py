"""Secrets in the operating system's keyring. The only place that uses ``keyring``.

A value is kept in pieces, because the smallest keyring (Windows) takes 2,560 bytes an entry and one
entry for each service name. The pieces of a new value go beside those of the old one, and an entry
called head, written last, says which pieces count: whoever dies in between leaves the old value.
"""

import base64
import hashlib
import json
import logging
import threading
import time
import uuid
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from os import close
from pathlib import Path
from typing import Protocol

from workbench.core.account import SecretProblem, SecretStoreError
from workbench.runner.run_lock import try_lock
from workbench.services.accounts.patience import Patience

_SERVICE = "Workbench"
_PIECE = 1200  # characters, two bytes each on Windows
_IN_USE = "in-use"
_NO_NAME = "check"
_READS = 20
_PAUSE = 0.05
# Whoever has the lock may be waiting for the keyring.
_PATIENCE = _ANSWER_SECONDS = 60.0
_log = logging.getLogger(__name__)

Change = Callable[[str | None], str | None]


class Backend(Protocol):
    """The part of a keyring that is used."""

    def get_password(self, service: str, username: str) -> str | None:
        """Return an entry."""

    def set_password(self, service: str, username: str, password: str) -> None:
        """Write an entry."""

    def delete_password(self, service: str, username: str) -> None:
        """Remove an entry."""


@dataclass(frozen=True, slots=True)
class _Head:
    """Which pieces make up the value.

    Attributes:
        generation: Another one for every value that was written.
        slot: ``"a"`` or ``"b"``.
        pieces: Number of pieces.
        checksum: SHA-256 of the packed value.
    """

    generation: str
    slot: str
    pieces: int
    checksum: str


class SecretStore:
    """Named secrets of any size.

    Where the keyring can't be used they are kept in memory, never in a file, and put into the
    keyring as soon as it can be used. Every call may take as long as the user takes to unlock the
    keyring, up to a minute: not for the UI thread. Safe for several threads and processes.

    Args:
        folder: Where processes lock each other out, and where it is noted that something was kept;
            holds nothing else.
        backend: The keyring; that of the operating system by default.
        patience: Seconds after which a keyring that does not answer counts as one that can't be
            used.
    """

    def __init__(
        self, folder: Path, backend: Backend | None = None, *, patience: float = _ANSWER_SECONDS
    ) -> None:
        self._folder = folder
        self._patience = Patience(patience)
        self._given = backend
        self._mutex = threading.RLock()
        self._pending: dict[str, list[Change]] = {}
        self._problem: SecretProblem | None = None
        self._known: dict[str, tuple[str, str]] = {}

    @property
    def problem(self) -> SecretProblem | None:
        """Why the keyring could not be used the last time; ``None`` if it could."""
        return self._problem

    def give_up(self) -> None:
        """Wait for no answer of the keyring any more: the program ends."""
        self._patience.end()

    def load(self, name: str) -> str | None:
        """Return a secret, or ``None`` if there is none.

        The keyring is not asked before anything was kept: a desktop may ask for a password to make
        one, and nobody would know why.

        Raises:
            SecretStoreError: If the keyring is there but can't be read now.
        """
        if self._pending.get(name):
            return self.change(name, lambda value: value)
        if not (self._folder / _IN_USE).exists():
            return None
        try:
            value = self._read(name)
        except SecretStoreError as error:
            self._problem = error.problem
            if error.problem is SecretProblem.NO_KEYRING:
                return None
            raise
        self._problem = None
        return value

    def check(self) -> None:
        """Ask the keyring something, to know beforehand whether it can keep a secret.

        Raises:
            SecretStoreError: If it can't be used now.
        """
        try:
            self._head(_NO_NAME)
        except SecretStoreError as error:
            self._problem = error.problem
            raise
        self._problem = None

    def change(self, name: str, change: Change) -> str | None:
        """Replace a secret by what is made of it, and return that.

        Nobody else changes it meanwhile. If the keyring can't be used, :attr:`problem` says why
        and the change is made in memory, and again in the keyring later.

        Args:
            name: The secret.
            change: Returns the new value for the present one; ``None`` for no value. It may be
                called more than once.
        """
        with self._mutex, self._alone(name):
            changes = [*self._pending.get(name, []), change]
            try:
                before = self._read(name)
                value = _applied(changes, before)
                if value != before:
                    self._write(name, value)
            except SecretStoreError as error:
                _log.warning("keyring: %s (%s)", error.problem.value, error.details)
                self._problem = error.problem
                self._pending[name] = changes
                return _applied(changes, self._known.get(name, ("", None))[1])
            self._pending.pop(name, None)
            self._problem = None
            return value

    def save(self, name: str, value: str) -> None:
        """Keep a secret; the same as :meth:`change` otherwise."""
        self.change(name, lambda _before: value)

    def delete(self, name: str) -> None:
        """Remove a secret and every piece of it; the same as :meth:`change` otherwise."""
        self.change(name, lambda _before: None)

    def _read(self, name: str) -> str | None:
        for attempt in range(_READS):
            head = self._head(name)
            if head is None:
                self._known.pop(name, None)
                return None
            known = self._known.get(name)
            if known is not None and known[0] == head.generation:
                return known[1]
            value = self._assemble(name, head)
            if value is not None:
                self._known[name] = (head.generation, value)
                return value
            # Another process replaced it meanwhile.
            _wait(_PAUSE if attempt else 0)
        raise SecretStoreError(SecretProblem.OTHER, f"The entries of {name} don't fit together.")

    def _head(self, name: str) -> _Head | None:
        text = self._get(f"{_SERVICE}/{name}", name)
        if not text:
            return None
        try:
            return _Head(**json.loads(text))
        except (TypeError, ValueError):
            _log.warning("keyring: the head of %s can't be read and counts as missing", name)
            return None

    def _assemble(self, name: str, head: _Head) -> str | None:
        pieces = []
        for number in range(head.pieces):
            piece = self._get(_service(name, head.slot, number), name)
            if piece is None:
                return None
            pieces.append(piece)
        try:
            packed = base64.b85decode("".join(pieces))
            if hashlib.sha256(packed).hexdigest() != head.checksum:
                return None
            return zlib.decompress(packed).decode()
        except (ValueError, zlib.error):
            return None

    def _write(self, name: str, value: str | None) -> None:
        old = self._head(name)
        if value is None:
            if old is not None:
                self._remove(f"{_SERVICE}/{name}", name)
            self._known.pop(name, None)
            self._sweep(name, "a", 0)
            self._sweep(name, "b", 0)
            return
        # Before the first piece: what is in the keyring can always be found again.
        (self._folder / _IN_USE).touch(mode=0o600)
        packed = zlib.compress(value.encode(), 9)
        text = base64.b85encode(packed).decode()
        pieces = [text[start : start + _PIECE] for start in range(0, len(text), _PIECE)]
        slot, other = ("b", "a") if old is not None and old.slot == "a" else ("a", "b")
        head = _Head(uuid.uuid4().hex[:12], slot, len(pieces), hashlib.sha256(packed).hexdigest())
        for number, piece in enumerate(pieces):
            self._set(_service(name, slot, number), name, piece)
        # From here on the new value counts.
        self._set(f"{_SERVICE}/{name}", name, json.dumps(asdict(head)))
        self._known[name] = (head.generation, value)
        self._sweep(name, slot, len(pieces))
        self._sweep(name, other, 0)

    def _sweep(self, name: str, slot: str, first: int) -> None:
        """Remove pieces from a number on, also those that a process that died left."""
        last = first
        try:
            while self._get(_service(name, slot, last), name) is not None:
                last += 1
            # From the end: whoever dies in between leaves no gap that hides the rest.
            for number in reversed(range(first, last)):
                self._remove(_service(name, slot, number), name)
        except SecretStoreError as error:
            # The value that counts is written; the next change sweeps again.
            _log.warning("keyring: old pieces of %s stay: %s", name, error.details)

    def _get(self, service: str, name: str) -> str | None:
        with _translated():
            return self._patience.ask(lambda: self._backend().get_password(service, name))

    def _set(self, service: str, name: str, value: str) -> None:
        with _translated():
            self._patience.ask(lambda: self._backend().set_password(service, name, value))

    def _remove(self, service: str, name: str) -> None:
        with _translated():
            self._patience.ask(lambda: self._backend().delete_password(service, name))

    def _backend(self) -> Backend:
        return self._given if self._given is not None else _keyring()

    def _locked(self, path: Path) -> int | None:
        end = time.monotonic() + _PATIENCE
        while (lock := try_lock(path)) is None:
            if self._patience.is_over or time.monotonic() > end:
                _log.warning("%s is held by another process", path)
                return None
            _wait(_PAUSE)
        return lock

    @contextmanager
    def _alone(self, name: str) -> Iterator[None]:
        """Keep other processes out while a secret is changed."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            lock = self._locked(self._folder / f"{name}.lock")
        except OSError as error:
            # Secrets need no file: without a lock the last one to write wins.
            _log.warning("secrets can't be locked: %s", error)
            lock = None
        try:
            yield
        finally:
            if lock is not None:
                close(lock)


def _wait(seconds: float) -> None:
    threading.Event().wait(seconds)


def _applied(changes: list[Change], value: str | None) -> str | None:
    for change in changes:
        value = change(value)
    return value


def _service(name: str, slot: str, number: int) -> str:
    return f"{_SERVICE}/{name}/{slot}/{number}"


def _keyring() -> Backend:
    """Return the operating system's keyring.

    Raises:
        SecretStoreError: If there is none, or only one that writes plain files or forgets.
    """
    # It takes a tenth of a second to load, and only those who use accounts need it.
    from keyring import get_keyring  # noqa: PLC0415
    from keyring.backends.chainer import ChainerBackend  # noqa: PLC0415

    with _translated():
        found = get_keyring()
        candidates = list(found.backends) if isinstance(found, ChainerBackend) else [found]
    for candidate in candidates:
        home = type(candidate).__module__
        if not home.startswith(("keyrings.alt", "keyring.backends.null", "keyring.backends.fail")):
            return candidate
    raise SecretStoreError(SecretProblem.NO_KEYRING)


@contextmanager
def _translated() -> Iterator[None]:
    """Turn whatever a keyring raises into our own error.

    Keyrings raise errors of D-Bus, of Windows and plain ``RuntimeError`` too. Their texts are left
    out: nobody promises that none of them repeats the value.
    """
    from keyring import errors  # noqa: PLC0415 - see above

    try:
        yield
    except SecretStoreError:
        raise
    except errors.NoKeyringError as error:
        raise SecretStoreError(SecretProblem.NO_KEYRING) from error
    except (errors.KeyringLocked, errors.InitError) as error:
        raise SecretStoreError(SecretProblem.LOCKED, type(error).__name__) from error
    except Exception as error:
        raise SecretStoreError(SecretProblem.OTHER, type(error).__name__) from error
