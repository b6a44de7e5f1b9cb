"""What the last look at a folder found, so that the next one asks only for what may differ.

For each folder it keeps what tells whether other names are in it by now, and for each file what
tells whether its content is still the same. Only a hint: it may be deleted at any time, and one
that does not fit is not used.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

from workbench.core.snapshot import (
    MODE_EXECUTABLE,
    MODE_FILE,
    MODE_SYMLINK,
    CaptureReport,
    FolderContent,
    LeftOut,
    Manifest,
    NotCaptured,
    TreeEntry,
)
from workbench.services.folder.walk import FileFacts, FolderFacts, FoundFolder

Known = tuple[int, int, int, int, int, str]
"""Facts of a file and the id of its content, as a plain tuple: the garbage collector, which stops
all threads, does not look at those."""

_LINK = 0o120000
_KIND = 0o170000
_EXECUTABLE = 0o100


def known(facts: FileFacts, object_id: str) -> Known:
    """Return what is kept of a file."""
    return (*facts, object_id)


class Listed(NamedTuple):
    """A folder that was entered.

    Attributes:
        facts: Its facts; ``None`` if it has to be listed again in any case.
        folders: Paths of the folders in it that were entered too.
        files: Paths of the files in it that were stored.
        beside: What else was found in it.
    """

    facts: FolderFacts | None
    folders: tuple[str, ...]
    files: tuple[str, ...]
    beside: tuple[FoundFolder | LeftOut | NotCaptured, ...]


@dataclass(frozen=True)
class Memory:
    """All that one look found. Nothing in it is ever changed.

    Attributes:
        key: What was asked for; it holds only for the same question.
        listed: The folders by path.
        files: The stored files by path.
        restless: Stored files that have to be read again whatever their facts say.
        changing: Files that could not be read because they kept changing, or are none by now.
        rules: Facts of the rule files by path.
        total: Bytes of all stored files.
        commit: Snapshot that held the same but ``touched``; empty if none is known.
        touched: Paths whose content or facts may be others than in that snapshot.
        same_beside: Whether permissions, empty folders and all that is not stored are as there.
    """

    key: str = ""
    listed: dict[str, Listed] = field(default_factory=dict)
    files: dict[str, Known] = field(default_factory=dict)
    restless: frozenset[str] = frozenset()
    changing: tuple[NotCaptured, ...] = ()
    rules: dict[str, FileFacts] = field(default_factory=dict)
    total: int = 0
    commit: str = ""
    touched: frozenset[str] = frozenset()
    same_beside: bool = False

    def object_id(self, path: str, facts: FileFacts) -> str:
        """Return the content id of a file, empty if it has to be read."""
        kept = self.files.get(path)
        if kept is None or kept[:5] != facts or path in self.restless:
            return ""
        return kept[5]

    def as_of(self, commit: str, touched: frozenset[str]) -> "Memory":
        """Return the same for a folder that was just stored."""
        stored = replace(self, commit=commit, touched=touched, same_beside=True)
        stored.remember_beside(self)
        return stored

    def remember_beside(self, other: "Memory") -> None:
        """Take what another memory has found out about what is beside the files: it is the same."""
        for name in ("report", "_beside"):
            if name in other.__dict__:
                self.__dict__[name] = other.__dict__[name]

    @cached_property
    def report(self) -> CaptureReport:
        """What is not stored, with the reasons."""
        beside = [each for listed in self.listed.values() for each in listed.beside]
        left_out = [each for each in beside if isinstance(each, LeftOut)]
        not_captured = [each for each in beside if isinstance(each, NotCaptured)]
        not_captured += self.changing
        return CaptureReport(
            tuple(sorted(not_captured, key=_path)), tuple(sorted(left_out, key=_path))
        )

    def manifest(self) -> Manifest:
        """Return what a tree of it cannot hold."""
        empty, modes = self._beside
        return Manifest(empty, modes, _Times(self.files))

    def content(self) -> FolderContent:
        """Return it as the content of a snapshot."""
        return FolderContent(
            Entries(self.files),
            self.report,
            self.manifest,
            self._file_facts,
            self.total,
            self.commit,
            self.touched,
            self.same_beside,
        )

    def _file_facts(self, path: str) -> tuple[int | None, int] | None:
        kept = self.files.get(path)
        return None if kept is None else (odd_mode(kept), kept[2])

    @cached_property
    def _beside(self) -> tuple[tuple[str, ...], dict[str, int]]:
        """Empty folders, and permissions that a tree can't hold."""
        folders = [
            each
            for listed in self.listed.values()
            for each in listed.beside
            if isinstance(each, FoundFolder)
        ]
        modes = {f"{each.path}/": each.mode for each in folders if each.mode != 0o755}
        for path, kept in self.files.items():
            mode = odd_mode(kept)
            if mode is not None:
                modes[path] = mode
        return tuple(sorted(each.path for each in folders if each.is_empty)), modes


def _path(found: LeftOut | NotCaptured) -> str:
    return found.path


class Entries(Mapping[str, TreeEntry]):
    """The stored files of a memory as entries of a tree, made when asked for."""

    def __init__(self, files: Mapping[str, Known]) -> None:
        self._files = files

    @property
    def plain(self) -> Mapping[str, Known]:
        """What they are made of."""
        return self._files

    def __getitem__(self, path: str) -> TreeEntry:
        """Return a file as an entry."""
        return entry_of(path, self._files[path])

    def __contains__(self, path: object) -> bool:
        """Whether there is such a file."""
        return path in self._files

    def __iter__(self) -> Iterator[str]:
        """Go through the paths."""
        return iter(self._files)

    def __len__(self) -> int:
        """Return how many files there are."""
        return len(self._files)


def differing(now: Mapping[str, TreeEntry], other: Mapping[str, TreeEntry]) -> set[str]:
    """Return the paths of which two lists of files say different things, or only one anything."""
    if not isinstance(now, Entries):
        return {path for path in now.keys() | other.keys() if now.get(path) != other.get(path)}
    files = now.plain
    if isinstance(other, Entries):
        kept = other.plain
        found = {path for path, each in kept.items() if files.get(path) != each}
        found = {path for path in found if now.get(path) != other[path]}
        return found.union(files.keys() - kept.keys())
    found = {path for path, entry in other.items() if not _is_same(files.get(path), entry)}
    return found.union(files.keys() - other.keys())


def ids_of(entries: Mapping[str, TreeEntry]) -> Iterable[str]:
    """Return the ids of all contents of a list of files."""
    if isinstance(entries, Entries):
        return (kept[5] for kept in entries.plain.values())
    return (entry.object_id for entry in entries.values())


def _is_same(kept: Known | None, entry: TreeEntry) -> bool:
    """Whether an entry of a file would be this one."""
    if kept is None or kept[5] != entry.object_id or kept[1] != entry.size:
        return False
    if kept[0] & _KIND == _LINK:
        return entry.mode == MODE_SYMLINK
    return entry.mode == (MODE_EXECUTABLE if kept[0] & _EXECUTABLE else MODE_FILE)


class _Times(Mapping[str, int]):
    def __init__(self, files: Mapping[str, Known]) -> None:
        self._files = files

    def __getitem__(self, path: str) -> int:
        return self._files[path][2]

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)


def odd_mode(kept: Known | None) -> int | None:
    """Return the permission bits of a file if a tree can't hold them."""
    if kept is None or kept[0] & _KIND == _LINK:
        return None
    usual = 0o755 if kept[0] & _EXECUTABLE else 0o644
    return None if kept[0] & 0o7777 == usual else kept[0] & 0o7777


def entry_of(path: str, kept: Known) -> TreeEntry:
    """Return a stored file as an entry of a tree."""
    mode = kept[0]
    if mode & _KIND == _LINK:
        return TreeEntry(path, MODE_SYMLINK, kept[5], kept[1])
    kind = MODE_EXECUTABLE if mode & _EXECUTABLE else MODE_FILE
    return TreeEntry(path, kind, kept[5], kept[1])
