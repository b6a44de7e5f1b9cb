"""Writing files so that a reader sees the old or the new content, never half of it."""

import contextlib
import errno
import os
import secrets
import shutil
import stat
import sys
from functools import partial
from pathlib import Path

from workbench.core.errors import WorkbenchError

_MOST_BROKEN = 100
_REASONS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EACCES: "access to it was denied",
    errno.EPERM: "access to it was denied",
    errno.EROFS: "the disk is read-only",
    errno.ENAMETOOLONG: "its name is too long",
    errno.ENOENT: "it doesn't exist",
    errno.ENOTDIR: "part of its path is a file",
    errno.ELOOP: "its path goes in circles",
    errno.EBUSY: "another program uses it",
    errno.EIO: "the disk reported an error",
    errno.ESTALE: "the network folder doesn't answer",
}


def os_error_reason(error: OSError) -> str:
    """Return why the operating system refused, as the end of a sentence."""
    known = _REASONS.get(error.errno or 0)
    return known or (error.strerror or str(error) or "an unknown reason").lower()


def own_files_problem(title: str, error: OSError, harm: str = "") -> WorkbenchError:
    """Return what to tell when the application's own files can't be read or written.

    Args:
        title: What could not be done.
        error: Why.
        harm: A sentence about what that did, or did not do.
    """
    text = f"Workbench's own files can't be used because {os_error_reason(error)}. {harm}".strip()
    return WorkbenchError(title, text, details=str(error), retry=True)


def put_aside_broken(path: Path) -> Path | None:
    """Rename a file that can't be understood, so that nothing in it is lost.

    Returns:
        Where it is now; ``None`` if it can't be moved.
    """
    for number in range(1, _MOST_BROKEN):
        suffix = ".broken" if number == 1 else f".broken-{number}"
        aside = path.with_name(path.name + suffix)
        if aside.exists():
            continue
        with contextlib.suppress(OSError):
            path.rename(aside)
            return aside
        break
    return None


def write_atomically(path: Path, data: bytes) -> None:
    """Replace a file in one step; its permission bits stay, its folder must exist.

    A symbolic link is written through, so that the link stays a link.

    Raises:
        OSError: If it cannot be written; the former content is then still there.
    """
    target = path.resolve() if path.is_symlink() else path
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(4)}.tmp")
    try:
        with temporary.open("xb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        with contextlib.suppress(FileNotFoundError):
            temporary.chmod(stat.S_IMODE(target.stat().st_mode))
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def remove_unfinished(path: Path) -> None:
    """Remove what a process that was killed in :func:`write_atomically` left beside a file.

    Only for whoever knows that nobody else writes the file now.
    """
    for left in path.parent.glob(f".{path.name}.*.tmp"):
        left.unlink(missing_ok=True)


def remove_tree(folder: Path) -> bool:
    """Delete a folder of ours with everything in it; links are not followed.

    Returns:
        Whether nothing is left.
    """
    if folder.is_symlink():
        folder.unlink(missing_ok=True)
    elif os.path.lexists(folder):
        shutil.rmtree(folder, onerror=partial(_let_in_and_retry, folder))
    return not os.path.lexists(folder)


def _let_in_and_retry(top: Path, _call: object, path: str, _info: object) -> None:
    """Give an entry of a folder that may not be changed a second try; leave it otherwise.

    Permissions are changed of folders that go away themselves only: neither of the folder around
    them nor of a file, which may have other names or, behind a link, be somebody else's.
    """
    entry = Path(path)
    with contextlib.suppress(OSError):
        if entry != top:
            entry.parent.chmod(stat.S_IRWXU)
        if entry.is_symlink() or not entry.is_dir():
            if sys.platform == "win32" and not entry.is_symlink():
                entry.chmod(stat.S_IRWXU)  # there a file itself forbids it, as Git's objects do
            entry.unlink()
        else:
            entry.chmod(stat.S_IRWXU)
            shutil.rmtree(entry, ignore_errors=True)
