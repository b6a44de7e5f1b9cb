"""The lock that the process of the one window of a user holds, and why it may not be had."""

import contextlib
import os
import secrets
import sys
from pathlib import Path
from time import time

from PySide6.QtCore import QDeadlineTimer, QLockFile, QSysInfo

from workbench.app.single_instance import Answer, hand_over
from workbench.core.errors import WorkbenchError
from workbench.services.safe_files import os_error_reason

LOCK_NAME = "window.lock"
_ANSWER_MS, _CLOSING_MS, _RETRY_MS = 10_000, 120_000, 100
_EMPTY_SECONDS = 5.0
_TITLE = "Workbench can't start"


def take_or_hand_over(lock: QLockFile, data: Path, folder: str) -> bool:
    """Take the lock that another process seems to hold, or let its window open ``folder``.

    A window that is closing is waited for. A lock of a process that is gone is taken away, also
    when another process has got its number since.

    Returns:
        Whether the lock is taken; if not, the other window did what was asked.

    Raises:
        WorkbenchError: If neither is possible; it tells the reason, the file and what to do.
    """
    deadline = QDeadlineTimer(_ANSWER_MS)
    latest = QDeadlineTimer(_CLOSING_MS)
    answer = Answer.NONE
    while not deadline.hasExpired():
        if lock.error() is not QLockFile.LockError.LockFailedError:
            raise _not_written(data)
        answer = hand_over(data, folder)
        if answer is Answer.SHOWN:
            return False
        if answer is Answer.CLOSING:
            deadline = latest
        else:
            _refuse_other_computer(lock, data)
            _remove_abandoned(data / LOCK_NAME)
        # It may not listen yet, or just end.
        if lock.tryLock(_RETRY_MS):
            return True
    raise _silent(lock, data, closing=answer is Answer.CLOSING)


def data_problem(folder: Path, error: OSError) -> WorkbenchError:
    """Return what to tell when one of Workbench's own folders can't be used."""
    return WorkbenchError(
        _TITLE,
        f"{error.filename or folder} can't be used because {os_error_reason(error)}.",
        hint="Make room on this disk, or see that you may write there. Then start again.",
        details=str(error),
    )


def _not_written(data: Path) -> WorkbenchError:
    """Find out why a file can't be made; Qt does not say."""
    probe = data / f"{LOCK_NAME}.{secrets.token_hex(4)}"
    try:
        with probe.open("xb") as stream:
            stream.write(bytes(4096))
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        return data_problem(data, OSError(error.errno, error.strerror))
    finally:
        with contextlib.suppress(OSError):
            probe.unlink()
    return WorkbenchError(
        _TITLE,
        f"The file {data / LOCK_NAME} can't be written.",
        hint="See that this file is yours, or delete it. Then start again.",
    )


def _refuse_other_computer(lock: QLockFile, data: Path) -> None:
    process, host, _program = lock.getLockInfo()
    if host and not _is_of_this_computer(_lines(data / LOCK_NAME)):
        raise WorkbenchError(
            "Workbench is in use on another computer",
            f"{data / LOCK_NAME} says that a window on {host} uses this folder, "
            f"as process {process}.",
            hint="Close that window. If there is none any more, delete this file and start again.",
        )


def _silent(lock: QLockFile, data: Path, *, closing: bool) -> WorkbenchError:
    process, _host, _program = lock.getLockInfo()
    path = data / LOCK_NAME
    if closing:
        return WorkbenchError(
            "Workbench is still closing",
            f"The window that was closed finishes its work first (process {process}, {path}).",
            hint="Start again in a while.",
        )
    return WorkbenchError(
        "Workbench is running but does not answer",
        f"Its window is kept by process {process}, which holds {path}.",
        hint=f"Wait for it, or end process {process}. Then start again.",
    )


def _remove_abandoned(path: Path) -> None:
    """Delete the lock of a process of this computer that has ended.

    While it lives, a process also holds the system's own lock on the file. Whoever gets that one
    knows that the process is gone, whatever the number in the file belongs to by now.
    """
    if sys.platform == "win32":
        # An open file can't be deleted there, so what is left of a dead process is no hindrance.
        return
    import fcntl  # noqa: PLC0415 - does not exist on Windows

    with contextlib.suppress(OSError), path.open("r+b") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        info = os.fstat(stream.fileno())
        # A new one is empty for a moment before it is locked.
        settled = info.st_size > 0 or time() - info.st_mtime > _EMPTY_SECONDS
        if settled and os.path.samestat(info, path.stat()):
            path.unlink()


def _is_of_this_computer(lines: list[str]) -> bool:
    """Whether a lock was made here: under one of the names by which Qt knows a computer."""
    _process, _program, host, machine, boot = (*lines, "", "", "", "", "")[:5]
    here = (
        (host, QSysInfo.machineHostName()),
        (machine, bytes(QSysInfo.machineUniqueId().data()).decode()),
        (boot, bytes(QSysInfo.bootUniqueId().data()).decode()),
    )
    return not lines or any(name and name == own for name, own in here)


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text("utf-8", "replace").splitlines()
    except OSError:
        return []
