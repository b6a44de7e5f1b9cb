"""Which folders can be a project, and which need a word of warning."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from workbench.core.errors import FolderMissingError, InvalidInputError

_FIELD = "folder"
# Parts of a path that tell that another program copies the folder to a cloud.
_SYNCED = {
    "onedrive": "OneDrive",
    "dropbox": "Dropbox",
    "google drive": "Google Drive",
    "googledrive": "Google Drive",
    "my drive": "Google Drive",
    "mobile documents": "iCloud",
    "icloud drive": "iCloud",
    "nextcloud": "Nextcloud",
    "owncloud": "ownCloud",
}


def absolute(folder: Path) -> Path:
    """Return the folder as an absolute path without ``..``; links stay as the user sees them.

    Raises:
        InvalidInputError: If this cannot be a path.
    """
    try:
        return Path(os.path.abspath(folder.expanduser()))  # noqa: PTH100 - links stay as typed
    except (RuntimeError, ValueError) as error:
        raise InvalidInputError(_FIELD, "This folder can't be used") from error


def free_place(wanted: Path) -> Path:
    """Return a path if nothing is there, or else the first with a number behind it."""
    names = (wanted.name, *(f"{wanted.name}-{number}" for number in range(2, 1000)))
    free = (path for path in map(wanted.with_name, names) if not os.path.lexists(path))
    return next(free, wanted)


def check_new_place(
    folder: Path, used: Callable[[Path], InvalidInputError], outside: Sequence[Path] = ()
) -> Path:
    """Return a folder as an absolute path, if it can be made or is empty.

    Args:
        folder: The folder.
        used: Returns what to tell if there are files in it.
        outside: Folders in which it may not be.

    Raises:
        InvalidInputError: If it is in one of these, has files in it, or can't be written.
    """
    if not str(folder).strip() or folder == Path():
        raise InvalidInputError(_FIELD, "Choose a folder")
    target = absolute(folder)
    try:
        for other in outside:
            if target.resolve().is_relative_to(other.resolve()):
                raise InvalidInputError(_FIELD, f"Choose a folder outside of {other.resolve()}")
        if os.path.lexists(target):
            _check_empty(target, used)
        _check_writable(next(path for path in target.parents if os.path.lexists(path)))
    except (OSError, RuntimeError, ValueError, StopIteration) as error:
        raise InvalidInputError(_FIELD, "This folder can't be used") from error
    return target


def _check_empty(folder: Path, used: Callable[[Path], InvalidInputError]) -> None:
    if not folder.is_dir():
        raise InvalidInputError(_FIELD, f"{folder} is a file. Use another name.")
    if next(folder.iterdir(), None) is not None:
        raise used(folder)


def _check_writable(folder: Path) -> None:
    if not folder.is_dir():
        raise InvalidInputError(_FIELD, f"{folder} isn't a folder")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise InvalidInputError(_FIELD, f"You can't write to {folder}")


def check_project_folder(folder: Path) -> None:
    """Check that an existing folder can be a project.

    Raises:
        FolderMissingError: If it is not there.
        InvalidInputError: If it is a file, a disk, or holds the user's whole home folder.
    """
    if not os.path.lexists(folder):
        raise FolderMissingError(
            "Folder not found", f"{folder} doesn't exist.", hint="Choose another folder."
        )
    if not folder.is_dir():
        raise InvalidInputError(_FIELD, f"{folder} isn't a folder")
    real = folder.resolve()
    if real.parent == real:
        raise InvalidInputError(_FIELD, "A whole disk can't be a project. Choose a folder in it.")
    home = Path.home().resolve()
    if real == home:
        raise InvalidInputError(
            _FIELD, "Your home folder can't be a project. Choose a folder in it."
        )
    if real in home.parents:
        raise InvalidInputError(
            _FIELD, f"{folder} holds your home folder, so it can't be a project."
        )


def folder_warning(folder: Path) -> str:
    """Return why a project in this folder may give trouble, as a sentence, or an empty string."""
    for part in folder.parts:
        for mark, product in _SYNCED.items():
            if part.casefold() == mark or part.casefold().startswith((f"{mark} ", f"{mark}-")):
                return (
                    f"{product} copies this folder while runs write to it. "
                    "A folder that isn't synced is faster and safer."
                )
    return ""


def is_same_folder(one: Path, other: Path) -> bool:
    """Whether two paths lead to one folder, through links too."""
    if one == other:
        return True
    try:
        return one.samefile(other)
    except OSError:
        return False
