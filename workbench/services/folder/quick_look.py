"""Finds out what may differ from an earlier look, without listing folders that are the same.

A folder whose facts are the same holds the same names, and a file whose facts are the same holds
the same content. Any doubt - a rule file that changed, a folder that can't be listed - is answered
by looking at everything.
"""

import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from workbench.services.folder.memory import Listed, Memory
from workbench.services.folder.open_folder import OpenFolder
from workbench.services.folder.walk import (
    FileFacts,
    FolderWalk,
    FoundFile,
    Listing,
    Unreadable,
    facts_of,
    folder_facts_of,
)

ChangedFiles = Callable[[], set[str] | None]
"""Returns the known files whose facts may be others by now; ``None`` if it can't tell."""


@dataclass(frozen=True, slots=True)
class Hints:
    """What is known beforehand to have changed since the look that is remembered.

    Attributes:
        folders: Folders in which names may have come or gone; ``None``: ask each.
        files: Files whose facts may be others; ``None``: ask each.
    """

    folders: frozenset[str] | None = None
    files: frozenset[str] | None = None


@dataclass(slots=True)
class QuickLook:
    """What differs.

    Attributes:
        listings: Folders that were listed again, and new ones.
        gone: Folders that are not entered any more.
        files: Files to check: those in the listings, and others that may have changed.
        missing: Files that are gone, outside the listings.
    """

    listings: dict[str, Listing] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    files: dict[str, FoundFile] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)


class _DoubtError(Exception):
    """Everything has to be looked at."""


def quick_look(
    opened: OpenFolder, walk: FolderWalk, memory: Memory, hints: Hints, changed: ChangedFiles
) -> QuickLook | None:
    """Return what may differ from a memory, ``None`` if everything has to be looked at.

    Args:
        opened: The project folder.
        walk: Lists its folders.
        memory: What the last look found.
        hints: What is known beforehand.
        changed: Asked for files if the hints do not tell.

    Raises:
        CanceledError: If canceled.
    """
    try:
        return _Looker(opened, walk, memory).look(hints, changed)
    except (_DoubtError, OSError):
        return None


class _Looker:
    def __init__(self, opened: OpenFolder, walk: FolderWalk, memory: Memory) -> None:
        self._opened = opened
        self._walk = walk
        self._memory = memory
        self._changing = {each.path for each in memory.changing}
        self._found = QuickLook()

    def look(self, hints: Hints, changed: ChangedFiles) -> QuickLook:
        self._check_rules()
        suspects: Iterable[str] | None = hints.files if hints.files is not None else changed()
        for path in self._stale(hints.folders):
            if path not in self._found.gone:
                self._list_again(path)
        if suspects is None:
            suspects = self._memory.files.keys()
        self._check_files(suspects)
        self._check_files(self._memory.restless)
        self._check_files(self._changing)
        return self._found

    def _check_rules(self) -> None:
        for path, facts in self._memory.rules.items():
            if facts_of(self._opened.lstat(path)) != facts:
                raise _DoubtError

    def _stale(self, hinted: Iterable[str] | None) -> Iterator[str]:
        """Yield the folders whose names may be others, parents first."""
        listed = self._memory.listed
        if hinted is None:
            for path, each in listed.items():
                if self._is_stale(path, each):
                    yield path
            return
        restless = (path for path, each in listed.items() if each.facts is None)
        for path in sorted({*hinted, *restless}):
            if path in listed and self._is_stale(path, listed[path]):
                yield path

    def _is_stale(self, path: str, listed: Listed) -> bool:
        if listed.facts is None:
            return True
        try:
            facts = self._opened.lstat(path) if path else self._opened.facts(path)
        except (FileNotFoundError, NotADirectoryError):
            return True
        return folder_facts_of(facts) != listed.facts

    def _list_again(self, path: str) -> None:
        before = self._memory.listed[path]
        try:
            facts = self._opened.lstat(path) if path else None
            mode = 0o755 if facts is None else stat.S_IMODE(facts.st_mode)
            listing = self._walk.list_one(path, mode)
        except (FileNotFoundError, NotADirectoryError):
            if not path:
                raise
            self._let_go(path)  # the folder above tells what is there instead
            above = path.rpartition("/")[0]
            if above not in self._found.listings and above not in self._found.gone:
                self._list_again(above)
            return
        self._take(listing)
        for folder in before.folders:
            if folder not in listing.folders:
                self._let_go(folder)
        for folder in listing.folders:
            if folder not in self._memory.listed:
                self._walk_new(folder)

    def _walk_new(self, path: str) -> None:
        try:
            mode = stat.S_IMODE(self._opened.lstat(path).st_mode)
            for listing in self._walk.listings(path, mode):
                self._take(listing)
        except (FileNotFoundError, NotADirectoryError) as error:
            raise _DoubtError from error  # it came and went; once more, from the start

    def _take(self, listing: Listing) -> None:
        path = listing.path
        for name in listing.rule_files:
            rule = f"{path}/{name}" if path else name
            is_read = name == ".gitignore" or not path
            if is_read and rule not in self._memory.rules:
                raise _DoubtError
        if any(isinstance(each, Unreadable) for each in listing.found):
            raise _DoubtError  # to be told in the words of a whole look
        self._found.listings[path] = listing
        self._found.gone.discard(path)
        for each in listing.found:
            if isinstance(each, FoundFile):
                self._found.files[each.path] = each

    def _let_go(self, path: str) -> None:
        waiting = [path]
        while waiting:
            folder = waiting.pop()
            self._found.gone.add(folder)
            self._found.listings.pop(folder, None)
            listed = self._memory.listed.get(folder)
            waiting += listed.folders if listed else ()

    def _check_files(self, paths: Iterable[str]) -> None:
        found, listings = self._found, self._found.listings
        for path in paths:
            folder = path.rpartition("/")[0]
            if folder in listings or folder in found.gone or path in found.files:
                continue
            kept = self._memory.files.get(path)
            if kept is None and path not in self._changing:
                continue  # left out, or new: then its folder is listed again
            facts = self._facts(path)
            if facts is None:
                found.missing.add(path)
            elif not (stat.S_ISREG(facts.mode) or stat.S_ISLNK(facts.mode)):
                raise _DoubtError
            elif kept is None or kept[:5] != facts or path in self._memory.restless:
                found.files[path] = FoundFile(path, facts)

    def _facts(self, path: str) -> FileFacts | None:
        try:
            return facts_of(self._opened.lstat(path))
        except (FileNotFoundError, NotADirectoryError):
            return None
