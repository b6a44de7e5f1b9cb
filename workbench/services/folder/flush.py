"""Makes later writes through memory maps visible.

A program that keeps a file mapped can store into an already changed page without moving the
file's times. Once the page was written to the disk, its next store moves them. Where the kernel
tells that nobody has the file mapped so, or open for writing, there is nothing to do.
"""

import ctypes
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from workbench.core.progress import CancelToken
from workbench.services.cancelable import wait_for
from workbench.services.folder.open_folder import OpenFolder
from workbench.services.folder.writers import is_free

_ONE_BY_ONE = 64
_WHAT = "Saving the snapshot"


def flush_files(
    root: Path, folder: OpenFolder, paths: Sequence[str], cancel: CancelToken | None = None
) -> None:
    """Have these files written out; many of them at once together with all of their file system.

    What can't be flushed is left as it is: reading it says what is wrong with it.

    Raises:
        CanceledError: If canceled.
    """
    if sys.platform == "win32" or not paths:
        return
    if len(paths) > _ONE_BY_ONE and _flush_all(root, cancel):
        return
    for path in paths:
        if cancel is not None:
            cancel.check(_WHAT)
        try:
            descriptor = folder.open(path)
        except OSError:
            continue
        try:
            if not is_free(descriptor):
                os.fdatasync(descriptor)
        except OSError:
            continue
        finally:
            os.close(descriptor)


def _flush_all(root: Path, cancel: CancelToken | None) -> bool:
    if sys.platform != "linux":
        return False
    try:
        flush = ctypes.CDLL(None).syncfs  # a foreign call lets other threads run
    except AttributeError:
        return False
    results: list[int] = []

    def flush_it() -> None:
        descriptor = os.open(root, os.O_RDONLY)
        try:
            results.append(flush(descriptor))
        finally:
            os.close(descriptor)

    wait_for(flush_it, cancel, _WHAT)
    return results == [0]
