"""What is in the memory of Workbench is never written to a disk when a process crashes.

Access tokens and sign-ins are in there. The limit is inherited by git, which gets them too, and is
lifted again for what users run: their programs may crash the way they are used to.
"""

import logging
import sys

_log = logging.getLogger(__name__)
# One byte: with 0, systems that hand dumps to a program would still do so.
_NOTHING = 1
_before: list[tuple[int, int]] = []


def forbid_core_dumps() -> None:
    """Have no core dump made of this process, nor of what it starts itself."""
    if sys.platform != "linux":
        return
    import resource  # noqa: PLC0415 - there is none elsewhere

    soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
    if soft == _NOTHING or hard == 0:
        return
    resource.setrlimit(resource.RLIMIT_CORE, (_NOTHING, hard))
    _before[:] = [(soft, hard)]


def give_core_dumps_back(pid: int) -> None:
    """Give a program that was just started the limit that this process began with."""
    if sys.platform != "linux" or not _before:
        return
    import resource  # noqa: PLC0415 - there is none elsewhere

    try:
        resource.prlimit(pid, resource.RLIMIT_CORE, _before[0])
    except OSError as error:
        _log.debug("process %s keeps the limit of core dumps: %s", pid, error)
