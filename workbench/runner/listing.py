"""The files below a folder."""

import errno
import os
import stat

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Signature = tuple[int, int, int, int]
    Tell = Callable[[str, OSError], None]

_ABSENT = frozenset({errno.ENOENT, errno.ENOTDIR})


def _keep_quiet(_path: str, _error: OSError) -> None:
    """Nobody wants to know."""


def listing(folder: str, tell: "Tell" = _keep_quiet) -> "dict[str, Signature]":
    """Return all files below a folder with what tells whether one was written since.

    Args:
        folder: Where to look.
        tell: Called with the path of what can't be looked at, and why.
    """
    return {
        path: (found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)
        for path, found in _walk(folder, tell)
    }


def _walk(folder: str, tell: "Tell") -> "Iterator[tuple[str, os.stat_result]]":
    waiting = [""]
    while waiting:
        inner = waiting.pop()
        try:
            with os.scandir(f"{folder}{os.sep}{inner}" if inner else folder) as entries:
                for entry in entries:
                    path = f"{inner}/{entry.name}" if inner else entry.name
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(path)
                        continue
                    found = _stat(entry, path, tell)
                    if found is not None and stat.S_ISREG(found.st_mode):
                        yield path, found
        except OSError as error:
            if error.errno not in _ABSENT:
                tell(inner or folder.rpartition(os.sep)[2], error)


def _stat(entry: "os.DirEntry[str]", path: str, tell: "Tell") -> "os.stat_result | None":
    try:
        return entry.stat()
    except OSError as error:
        # Gone meanwhile, or a link that leads nowhere.
        if error.errno not in _ABSENT:
            tell(path, error)
        return None
