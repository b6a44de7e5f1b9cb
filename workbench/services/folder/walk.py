"""Walks a project folder: one look at each file, nothing is opened, no link is followed."""

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from workbench.core.progress import CancelToken
from workbench.core.snapshot import LeftOut, NotCaptured, NotCapturedReason
from workbench.services.folder.names import is_of_a_restore, is_refused
from workbench.services.folder.open_folder import OpenFolder
from workbench.services.folder.rules import AML_IGNORE, BUILT_IN, GIT_IGNORE, Rules, Scope

_GIT = ".git"
_RULE_FILES = {AML_IGNORE, GIT_IGNORE}
_FOLDER_MODE = 0o755
_OWN = "data of Workbench"


class FileFacts(NamedTuple):
    """What tells whether a file is still the same without reading it."""

    mode: int
    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int


class FolderFacts(NamedTuple):
    """What tells whether the names in a folder are still the same without listing it."""

    mode: int
    mtime_ns: int
    ctime_ns: int
    inode: int
    device: int


class FoundFile(NamedTuple):
    """A regular file or a link that belongs in a snapshot."""

    path: str
    facts: FileFacts


class FoundFolder(NamedTuple):
    """A folder with something worth keeping: it is empty, or its mode is not 0755."""

    path: str
    mode: int
    is_empty: bool


class Unreadable(NamedTuple):
    """A folder that cannot be listed, or a file that cannot even be looked at."""

    path: str
    error: OSError


Found = FoundFile | FoundFolder | LeftOut | NotCaptured | Unreadable


def facts_of(result: os.stat_result) -> FileFacts:
    """Return what is kept of a file's facts."""
    return FileFacts(
        result.st_mode, result.st_size, result.st_mtime_ns, result.st_ctime_ns, result.st_ino
    )


def folder_facts_of(result: os.stat_result) -> FolderFacts:
    """Return what is kept of a folder's facts."""
    return FolderFacts(
        result.st_mode, result.st_mtime_ns, result.st_ctime_ns, result.st_ino, result.st_dev
    )


@dataclass(slots=True)
class Listing:
    """What is directly in one folder.

    Attributes:
        path: The folder; ``""`` is the project.
        facts: Its facts before it was listed; ``None`` if it can't be listed.
        found: What belongs in a snapshot, and what does not, names sorted.
        folders: Paths of the folders in it that are entered too.
        rule_files: Names of the rule files in it.
    """

    path: str
    facts: FolderFacts | None
    found: list[Found] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)
    rule_files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WalkRequest:
    """What a walk enters.

    Attributes:
        extra_paths: Paths that belong in it whatever the rules say; a folder with all that is in
            it. They may be missing.
        skip: Folders that are never entered: data of Workbench itself.
    """

    extra_paths: frozenset[str] = frozenset()
    skip: frozenset[str] = frozenset()

    @classmethod
    def of(cls, extra_paths: Iterable[str], skip: Iterable[str] = ()) -> "WalkRequest":
        """Return a request; paths may end with ``/``."""
        return cls(frozenset(p.rstrip("/") for p in extra_paths) - {""}, frozenset(skip))


class _Task(NamedTuple):
    path: str
    wanted: bool  # False: left out, and only entered for an extra path below it
    forced: bool  # asked for by name: no rule holds in here
    mode: int


class FolderWalk:
    """One walk through an open folder."""

    def __init__(
        self, folder: OpenFolder, rules: Rules, request: WalkRequest, cancel: CancelToken
    ) -> None:
        self._folder = folder
        self._rules = rules
        self._request = request
        self._cancel = cancel
        self._above_extra = {
            "/".join(path.split("/")[:depth])
            for path in request.extra_paths
            for depth in range(1, path.count("/") + 1)
        }

    def __iter__(self) -> Iterator[Found]:
        """Yield what is found, folder by folder, names sorted.

        Raises:
            CanceledError: If canceled.
            OSError: If the first folder can't be listed.
        """
        for listing in self.listings():
            yield from listing.found

    def listings(self, start: str = "", mode: int = _FOLDER_MODE) -> Iterator[Listing]:
        """Yield a folder and all that are entered below it, one listing each.

        Args:
            start: The folder to begin with; one that no rule leaves out.
            mode: Its permission bits.

        Raises:
            CanceledError: If canceled.
            OSError: If the first folder can't be listed.
        """
        waiting = [_Task(start, wanted=True, forced=False, mode=mode)]
        while waiting:
            task = waiting.pop()
            below: list[_Task] = []
            try:
                yield self._listing(task, below)
            except (FileNotFoundError, NotADirectoryError):
                if task.path == start:
                    raise
            except OSError as exc:
                if task.path == start:
                    raise
                yield Listing(task.path, None, [Unreadable(f"{task.path}/", exc)])
            waiting += reversed(below)

    def list_one(self, path: str, mode: int) -> Listing:
        """List one folder only, one that no rule leaves out.

        Raises:
            CanceledError: If canceled.
            OSError: If it can't be listed.
        """
        return self._listing(_Task(path, wanted=True, forced=False, mode=mode), [])

    def _listing(self, task: _Task, below: list[_Task]) -> Listing:
        self._cancel.check("Saving the snapshot")
        listing = Listing(task.path, folder_facts_of(self._folder.facts(task.path)))
        with self._folder.scan(task.path) as entries:
            ordered = sorted(entries, key=_name)
            listing.found.extend(self._folder_content(task, ordered, below))
            listing.rule_files = tuple(e.name for e in ordered if e.name in _RULE_FILES)
        listing.folders = [each.path for each in below]
        return listing

    def _folder_content(
        self, task: _Task, entries: list[os.DirEntry[str]], below: list[_Task]
    ) -> Iterator[Found]:
        names = {entry.name for entry in entries}
        if task.wanted and not task.forced:
            found = self._rules.environment(task.path, names)
            if found is not None:
                yield found
                if task.path not in self._above_extra:
                    return
                task = task._replace(wanted=False)
        if task.wanted and task.path and (not entries or task.mode != _FOLDER_MODE):
            yield FoundFolder(task.path, task.mode, is_empty=not entries)
        scope: Scope = ()
        if task.wanted and not task.forced:
            content = self._rule_file(task.path) if GIT_IGNORE in names else None
            scope = self._rules.learn(task.path, content)
        for entry in entries:
            yield from self._entry(task, scope, entry, below)

    def _rule_file(self, folder: str) -> bytes | None:
        if not self._rules.reads_git_ignore:
            return None
        path = f"{folder}/{GIT_IGNORE}" if folder else GIT_IGNORE
        try:
            if not stat.S_ISREG(self._folder.lstat(path).st_mode):
                return None
            descriptor = self._folder.open(path)
        except FileNotFoundError:
            return None
        except PermissionError:
            return None  # it is unreadable as a file too, which stops the snapshot
        with open(descriptor, "rb") as file:  # noqa: PTH123 - from a descriptor
            return file.read()

    def _entry(
        self, task: _Task, scope: Scope, entry: os.DirEntry[str], below: list[_Task]
    ) -> Iterator[Found]:
        path = f"{task.path}/{entry.name}" if task.path else entry.name
        if entry.name == _GIT or is_of_a_restore(entry.name):
            if task.wanted and path != _GIT:
                yield _never_entered(entry.name, path)
            return
        try:
            result = entry.stat(follow_symlinks=False)
        except OSError as exc:
            if task.wanted and not isinstance(exc, FileNotFoundError):
                yield Unreadable(path, exc)
            return
        forced = task.forced or path in self._request.extra_paths
        wanted = task.wanted or forced
        if wanted and not forced:
            is_folder = stat.S_ISDIR(result.st_mode)
            left_out = self._left_out(scope, entry.name, path, is_folder=is_folder)
            if left_out is not None:
                yield left_out
                wanted = False
        if wanted or path in self._above_extra:
            mode = stat.S_IMODE(result.st_mode)
            inside = _Task(path, wanted=wanted, forced=forced, mode=mode)
            yield from self._kept(inside, entry.name, result, below)

    def _kept(
        self, task: _Task, name: str, result: os.stat_result, below: list[_Task]
    ) -> Iterator[Found]:
        """Yield a file, or have a folder entered."""
        if not stat.S_ISDIR(result.st_mode):
            if task.wanted:
                yield _file(name, task.path, result)
        elif task.wanted and is_refused(name, is_link=False):
            yield NotCaptured(f"{task.path}/", NotCapturedReason.NAME)
        else:
            below.append(task)

    def _left_out(self, scope: Scope, name: str, path: str, *, is_folder: bool) -> LeftOut | None:
        if path in self._request.skip:
            return LeftOut(f"{path}/", _OWN, BUILT_IN)
        return self._rules.decide(scope, name, path, is_folder=is_folder)


def _never_entered(name: str, path: str) -> Found:
    if name == _GIT:
        return NotCaptured(path, NotCapturedReason.NESTED_GIT)
    return LeftOut(path, _OWN, BUILT_IN)


def _file(name: str, path: str, result: os.stat_result) -> Found:
    is_link = stat.S_ISLNK(result.st_mode)
    if not is_link and not stat.S_ISREG(result.st_mode):
        return NotCaptured(path, NotCapturedReason.SPECIAL)
    if is_refused(name, is_link=is_link):
        return NotCaptured(path, NotCapturedReason.NAME)
    return FoundFile(path, facts_of(result))


def _name(entry: os.DirEntry[str]) -> str:
    return entry.name
