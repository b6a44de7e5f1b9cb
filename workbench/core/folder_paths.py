"""Paths in a project folder: relative to it, with ``/``."""

from collections.abc import Iterable, Iterator


def parent_of(path: str) -> str:
    """Return the folder of a path; empty for the project folder itself."""
    return path.rpartition("/")[0]


def ancestors(path: str) -> Iterator[str]:
    """Yield the folders above a path, nearest first, without the project folder itself."""
    folder = parent_of(path)
    while folder:
        yield folder
        folder = parent_of(folder)


def needed_folders(paths: Iterable[str]) -> set[str]:
    """Return every folder that has to be there for these paths."""
    parents = {path.rpartition("/")[0] for path in paths}
    parents.discard("")
    needed: set[str] = set()
    for parent in parents:
        if parent in needed:
            continue
        needed.add(parent)
        for folder in ancestors(parent):
            if folder in needed:
                break
            needed.add(folder)
    return needed
