"""Who writes a lock or journal, so that it can be told later whether that process still lives."""

import socket

import psutil


def own_identity() -> list[str | int | float]:
    """Return this process in a form for JSON: computer, process id, start time."""
    me = psutil.Process()
    return [socket.gethostname(), me.pid, me.create_time()]


def is_alive(identity: object) -> bool:
    """Whether the process of an :func:`own_identity` lives; one of another computer counts as it.

    Raises:
        ValueError: If this is no identity.
    """
    match identity:
        case [str(host), int(pid), int(started) | float(started)]:
            pass
        case _:
            raise ValueError(f"not a process: {identity!r}")
    if host != socket.gethostname():
        return True
    try:
        process = psutil.Process(pid)
        same = abs(process.create_time() - started) < 1
        return same and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
    except psutil.Error:
        return True
