"""Who writes a lock or journal, so that it can be told later whether that process still lives."""

import os
import socket
import sys

import psutil

from workbench.runner import process_table


def own_identity() -> list[str | int]:
    """Return this process in a form for JSON: computer, process id, what makes the id unique.

    It stays the same for as long as the process lives, also when somebody sets the clock.
    """
    return [socket.gethostname(), os.getpid(), _identity(os.getpid())]


def is_alive(identity: object) -> bool:
    """Whether the process of an :func:`own_identity` lives; one of another computer counts as it.

    Raises:
        ValueError: If this is no identity.
    """
    match identity:
        case [str(host), int(pid), str(unique)]:
            return host != socket.gethostname() or (unique != "" and _identity(pid) == unique)
        case _:
            raise ValueError(f"not a process: {identity!r}")


def _identity(pid: int) -> str:
    """Return what tells a process from others that had its id, empty when it does not run."""
    if sys.platform == "win32":
        try:
            return str(psutil.Process(pid).create_time())
        except psutil.Error:
            return ""
    return process_table.identity(pid)
