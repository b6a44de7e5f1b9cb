"""Disk space that is taken before it is needed."""

import errno
import os

SUFFIX = ".reserved"
_SIZE = 16 * 1024
_CANNOT = frozenset({errno.EOPNOTSUPP, errno.EINVAL, errno.ENOSYS})


def reserve(path: str) -> None:
    """Take disk space now for a later ``files.write_json``: a full disk cannot stop it then.

    Raises:
        OSError: If there is no space.
    """
    descriptor = os.open(path + SUFFIX, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o644)
    try:
        if not _is_allocated(descriptor):
            os.write(descriptor, b" " * _SIZE)
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _is_allocated(descriptor: int) -> bool:
    if not hasattr(os, "posix_fallocate"):
        return False
    try:
        os.posix_fallocate(descriptor, 0, _SIZE)
    except OSError as error:
        if error.errno in _CANNOT:
            return False
        raise
    return True
