"""Looks for secrets where none may be: in arguments and variables of programs, and in files."""

import base64
import os
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

_LATER = threading.Event()


def forms(secret: str) -> tuple[bytes, ...]:
    """Return a secret as it could be written down."""
    encoded = [base64.b64encode(f"{user}:{secret}".encode()) for user in ("", "workbench")]
    return (secret.encode(), base64.b64encode(secret.encode()).rstrip(b"="), *encoded)


def found_in_files(secret: str, folders: Iterable[Path]) -> list[str]:
    """Return the files below folders that hold a secret."""
    wanted = forms(secret)
    files = (path for folder in folders for path in folder.rglob("*") if path.is_file())
    return [str(path) for path in files if any(form in path.read_bytes() for form in wanted)]


class ProcessScanner:
    """Looks at all children of this process, again and again.

    Attributes:
        seen: How many looks at a git command there were.
        leaks: Command lines of programs that had a secret in arguments or variables.
    """

    def __init__(self, secret: str) -> None:
        self._wanted = forms(secret)
        self._ended = False
        self.seen = 0
        self.leaks: list[str] = []

    def watch(self) -> None:
        while not self._ended:
            for pid in _descendants(os.getpid()):
                self._look(pid)
            _LATER.wait(0.001)

    def end(self) -> None:
        self._ended = True

    def _look(self, pid: int) -> None:
        arguments, variables = _read(pid, "cmdline"), _read(pid, "environ")
        self.seen += b"git" in arguments
        if any(form in arguments or form in variables for form in self._wanted):
            self.leaks.append(arguments.replace(b"\0", b" ").decode("utf-8", "replace"))


@contextmanager
def watched(secret: str) -> Iterator[ProcessScanner]:
    """Look for a secret in what is started within the block."""
    scanner = ProcessScanner(secret)
    thread = threading.Thread(target=scanner.watch, name="scanner")
    thread.start()
    try:
        yield scanner
    finally:
        scanner.end()
        thread.join()


def _descendants(pid: int) -> Iterator[int]:
    for task in _tasks(pid):
        for child in _read(pid, f"task/{task}/children").split():
            yield int(child)
            yield from _descendants(int(child))


def _tasks(pid: int) -> list[str]:
    try:
        return os.listdir(f"/proc/{pid}/task")  # noqa: PTH208 - names are wanted
    except OSError:  # it has ended meanwhile
        return []


def _read(pid: int, name: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes()
    except OSError:  # it has ended meanwhile
        return b""
