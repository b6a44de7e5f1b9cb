"""Whether somebody can change a file without opening it first."""

import signal
import sys

if sys.platform == "linux":
    import fcntl


def is_free(descriptor: int) -> bool:
    """Whether it is certain that nobody has a file open for writing, or mapped to change it."""
    if sys.platform != "linux":
        return False
    try:
        # Somebody who opens it in this moment has to wait for us; that is told by a signal, which
        # must be one that is ignored.
        fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except OSError:
        return False
    return True
