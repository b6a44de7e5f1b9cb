"""Looks for secrets where none may be: in arguments, variables and memory of programs, in files."""

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

    What is seen is kept: a secret may be known only later.

    Attributes:
        seen: How many looks at a git command there were.
        core_limits: Names of programs by how large a core dump of them may be.
    """

    def __init__(self, secret: str) -> None:
        self._secret = secret
        self._ended = False
        self._known: set[tuple[int, bytes]] = set()
        self._found: set[tuple[bytes, bytes]] = set()
        self.seen = 0
        self.core_limits: dict[str, set[str]] = {}

    @property
    def leaks(self) -> list[str]:
        """Command lines of programs that had the secret in arguments or variables."""
        return self.leaks_of(self._secret)

    def leaks_of(self, secret: str) -> list[str]:
        """Return command lines of programs that had a secret in arguments or variables."""
        wanted = forms(secret)
        return [
            arguments.replace(b"\0", b" ").decode("utf-8", "replace")
            for arguments, variables in self._found
            if any(form in arguments or form in variables for form in wanted)
        ]

    def watch(self) -> None:
        while not self._ended:
            for pid in _descendants(os.getpid()):
                self._look(pid)
            _LATER.wait(0.001)

    def end(self) -> None:
        self._ended = True

    def _look(self, pid: int) -> None:
        arguments = _read(pid, "cmdline")
        self.seen += b"git" in arguments
        if (pid, arguments) in self._known:
            return
        self._known.add((pid, arguments))
        self._found.add((arguments, _read(pid, "environ")))
        limits = _read(pid, "limits").decode()
        for line in limits.splitlines():
            if line.startswith("Max core file size"):
                self.core_limits.setdefault(line.split()[4], set()).add(_name(arguments))


def _name(arguments: bytes) -> str:
    return arguments.replace(b"\0", b" ").decode("utf-8", "replace").strip()


def found_in_memory(secret: str, pid: int) -> bool:
    """Whether a running program holds a secret: what a core dump of it would show."""
    wanted = forms(secret)
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:  # noqa: PTH123 - no buffer
        for line in _read(pid, "maps").decode("utf-8", "replace").splitlines():
            span, rights = line.split()[:2]
            if not rights.startswith("rw"):
                continue
            begin, end = (int(number, 16) for number in span.split("-"))
            try:
                memory.seek(begin)
                data = memory.read(end - begin)
            except OSError:  # some pages of the kernel can't be read
                continue
            if any(form in data for form in wanted):
                return True
    return False


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
