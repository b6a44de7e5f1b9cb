"""What Linux can do and Python's standard library does not offer; each has a way around it."""

import ctypes
import errno
import os
import struct
import sys

NO_REPLACE = 1
EXCHANGE = 2
_UNKNOWN = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP}
_EMPTY_PATH = 0x1000
_BORN = 0x800
_STATX_SIZE = 256
_BORN_AT = 80

_library = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
_renameat2 = getattr(_library, "renameat2", None)
_statx = getattr(_library, "statx", None)


def rename_with(here: int, name: str, there: int, new: str, flag: int) -> bool:
    """Rename in one step with a condition: ``NO_REPLACE``, or ``EXCHANGE`` of two files.

    Returns:
        False if this system or this disk cannot do it; then nothing was changed.

    Raises:
        FileExistsError: If something is at the target that may not be replaced.
        OSError: If it failed.
    """
    if _renameat2 is None:
        return False
    sys.audit("os.rename", name, new, here, there)
    if _renameat2(here, os.fsencode(name), there, os.fsencode(new), ctypes.c_uint(flag)) == 0:
        return True
    number = ctypes.get_errno()
    if number in _UNKNOWN:
        return False
    raise OSError(number, os.strerror(number), name)


def time_of_birth(descriptor: int) -> int:
    """Return when a file was made, in nanoseconds since the epoch; 0 if nobody knows."""
    if _statx is None:
        return 0
    facts = ctypes.create_string_buffer(_STATX_SIZE)
    if _statx(descriptor, b"", _EMPTY_PATH, ctypes.c_uint(_BORN), facts) != 0:
        return 0
    (mask,) = struct.unpack_from("=I", facts)
    if not mask & _BORN:
        return 0
    seconds, nanoseconds = struct.unpack_from("=qI", facts, _BORN_AT)
    return int(seconds * 1_000_000_000 + nanoseconds)
