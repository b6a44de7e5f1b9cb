"""Puts what went wrong while a snapshot was saved into words for people."""

import errno

from workbench.core.errors import SnapshotFailedError, WorkbenchError

_FULL_CODES = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_FULL_WORDS = (
    "No space left on device",
    "Out of diskspace",
    "Disk quota exceeded",
    "File too large",
    "disk is full",
)
_TOO_LARGE_SIGNAL = -25  # a process that wrote more than its limit


def snapshot_problem(error: OSError | WorkbenchError) -> SnapshotFailedError:
    """Return the error to show; git's own words are its details."""
    details = str(error)
    if isinstance(error, WorkbenchError):
        details = error.details or f"{error.title}: {error.text}"
    return SnapshotFailedError(
        "The snapshot couldn't be saved",
        f"{_reason(error, details)} Nothing was changed.",
        hint=error.hint if isinstance(error, WorkbenchError) else "",
        details=details,
        retry=True,
    )


def _reason(error: OSError | WorkbenchError, details: str) -> str:
    full = isinstance(error, OSError) and error.errno in _FULL_CODES
    limited = getattr(error, "code", 0) == _TOO_LARGE_SIGNAL
    if full or limited or any(words in details for words in _FULL_WORDS):
        return "the disk is full."
    if isinstance(error, PermissionError) or "Permission denied" in details:
        return "Workbench may not write to its own folder."
    if isinstance(error, OSError):
        return f"{error.strerror or 'a file could not be used'}."
    if error.title == "Git isn't available":
        return "Git isn't available."
    return "the history of this project can't be written."
