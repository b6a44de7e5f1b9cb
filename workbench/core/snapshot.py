"""Snapshots: what one holds, and what it could not hold."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from functools import cached_property

MODE_FILE = 0o100644
MODE_EXECUTABLE = 0o100755
MODE_SYMLINK = 0o120000
# Characters of a commit id that tell it from others, for people.
SHORT_COMMIT = 7


class SnapshotKind(Enum):
    """Why a snapshot was taken. The value is its commit trailer."""

    PROJECT = "project"
    RUN = "run"
    SAFETY = "pre-restore"
    MANUAL = "manual"


@dataclass(frozen=True, slots=True)
class TreeEntry:
    """One stored file.

    Attributes:
        path: Path relative to the project folder with ``/``; bytes that are not UTF-8 are kept as
            surrogate escapes (``os.fsdecode``).
        mode: ``MODE_FILE``, ``MODE_EXECUTABLE`` or ``MODE_SYMLINK``.
        object_id: Git blob id of its raw bytes (of the link text for a symlink).
        size: Bytes.
    """

    path: str
    mode: int
    object_id: str
    size: int


class NotCapturedReason(Enum):
    """Why a path that no rule leaves out is not in a snapshot."""

    SPECIAL = "not a regular file"
    CHANGING = "changing while saved"
    NAME = "a name that Git can't store"
    NESTED_GIT = "data of another Git repository"


@dataclass(frozen=True, slots=True)
class NotCaptured:
    """A path that is not in a snapshot although no rule leaves it out."""

    path: str
    reason: NotCapturedReason


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A path that a rule leaves out.

    Attributes:
        path: File or topmost left-out folder (then it ends with ``/``).
        rule: The pattern.
        source: The file the pattern stands in, or ``"built-in"``.
    """

    path: str
    rule: str
    source: str


@dataclass(frozen=True, slots=True)
class CaptureReport:
    """What a snapshot does not hold, with the reasons."""

    not_captured: tuple[NotCaptured, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One snapshot of the project folder.

    Attributes:
        commit: Commit id on the history branch.
        tree: Id of its tree.
        kind: Why it was taken.
        created: When it was taken (UTC).
        is_new: False if the folder was the same as in the newest snapshot, which is then this one.
        file_count: Number of stored files.
        total_size: Bytes of all stored files.
        report: What is not in it.
    """

    commit: str
    tree: str
    kind: SnapshotKind
    created: datetime
    is_new: bool
    file_count: int
    total_size: int
    report: CaptureReport


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a tree cannot hold, kept beside it.

    Attributes:
        empty_folders: Folders with nothing in them, without a trailing ``/``.
        modes: Permission bits (``0o7777``) of files that are neither 0644 nor 0755 and of folders
            that are not 0755; the path of a folder ends with ``/``.
        mtimes: Modification time of each stored file, in nanoseconds since the epoch.
    """

    empty_folders: tuple[str, ...] = ()
    modes: Mapping[str, int] = field(default_factory=dict)
    mtimes: Mapping[str, int] = field(default_factory=dict)


FileRecord = tuple[int | None, int]
"""Permission bits of a file if a tree cannot hold them, and its modification time."""


def _unknown(_: str) -> FileRecord | None:
    return None


@dataclass(frozen=True)
class FolderContent:
    """What a snapshot of the folder would hold.

    Attributes:
        entries: Every file that belongs in a snapshot, by path.
        report: What is not in it, with the reasons. A left-out folder is listed even when
            something in it was asked for by name and is among the entries.
        make_manifest: Returns what a tree cannot hold.
        file_facts: Returns the same for one file; ``None`` if it is not among the entries.
        total_size: Bytes of all entries.
        commit: A snapshot that held the same but ``touched``; empty if none is known.
        touched: Paths whose content or facts may be others than in that snapshot.
        same_beside: Whether what the tree cannot hold (but times) and what is not stored is as in
            that snapshot.
    """

    entries: Mapping[str, TreeEntry] = field(default_factory=dict)
    report: CaptureReport = field(default_factory=CaptureReport)
    make_manifest: Callable[[], Manifest] = Manifest
    file_facts: Callable[[str], FileRecord | None] = _unknown
    total_size: int = 0
    commit: str = ""
    touched: frozenset[str] = frozenset()
    same_beside: bool = False

    @cached_property
    def manifest(self) -> Manifest:
        """What a tree cannot hold."""
        return self.make_manifest()

    @property
    def left_out(self) -> tuple[LeftOut, ...]:
        """What a rule leaves out."""
        return self.report.left_out

    @property
    def not_captured(self) -> tuple[NotCaptured, ...]:
        """What cannot be stored although no rule leaves it out."""
        return self.report.not_captured


@dataclass(frozen=True, slots=True)
class FolderShare:
    """What one folder of the project adds to a snapshot.

    Attributes:
        path: The folder, ending with ``/``; empty for files directly in the project folder.
        files: Number of files in it and below.
        size: Their bytes.
    """

    path: str
    files: int
    size: int


@dataclass(frozen=True, slots=True)
class LeftOutItem:
    """A path that a rule leaves out, and where the rule stands.

    Attributes:
        item: The path and the rule.
        line: Number of the rule's line in its file; 0 for a built-in rule.
    """

    item: LeftOut
    line: int


@dataclass(frozen=True, slots=True)
class FolderHolding:
    """What a snapshot taken now would hold, by a look at names and sizes.

    Attributes:
        files: Number of files.
        size: Their bytes.
        folders: What each folder adds, the largest first.
        largest: The largest files with their bytes, the largest first.
        left_out: What rules leave out.
        not_captured: What cannot be stored although no rule leaves it out.
        unreadable: What cannot be read and stops a snapshot; a folder ends with ``/``.
        warning: Why this folder may give trouble, as a sentence; empty for nothing.
    """

    files: int
    size: int
    folders: tuple[FolderShare, ...] = ()
    largest: tuple[tuple[str, int], ...] = ()
    left_out: tuple[LeftOutItem, ...] = ()
    not_captured: tuple[NotCaptured, ...] = ()
    unreadable: tuple[str, ...] = ()
    warning: str = ""


@dataclass(frozen=True, slots=True)
class DamagedRun:
    """A run whose snapshot is gone, or not whole.

    Attributes:
        number: Number of the run.
        reason: What is wrong, in words.
        paths: The files that can't be read, if the snapshot is there.
    """

    number: int
    reason: str
    paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckedHistory:
    """What a check found.

    Attributes:
        runs: Number of runs that have a snapshot.
        snapshots: Number of their snapshots.
        damaged: Runs that can't be restored as they were, oldest first.
    """

    runs: int
    snapshots: int
    damaged: tuple[DamagedRun, ...] = ()
