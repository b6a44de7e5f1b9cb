"""Restores: what one would change, and what was done."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from workbench.core.folder_paths import ancestors
from workbench.core.snapshot import TreeEntry


class ChangeKind(Enum):
    """What happens to one file."""

    ADDED_BACK = "Added back"
    MODIFIED = "Modified"
    DELETED = "Deleted"


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file that differs between two states of the folder.

    Attributes:
        path: Path relative to the project folder.
        kind: What happens to it, going from ``before`` to ``after``.
        before: The file as it is; ``None`` if it is not there.
        after: The file as it will be; ``None`` if it goes away.
        uncommitted: Whether the file as it is now is not committed to the user's own branch.
        in_the_way: Whether rules leave the present file out (it is kept with the safety snapshot).
    """

    path: str
    kind: ChangeKind
    before: TreeEntry | None
    after: TreeEntry | None
    uncommitted: bool = False
    in_the_way: bool = False


def changes_between(
    before: Mapping[str, TreeEntry], after: Mapping[str, TreeEntry]
) -> tuple[FileChange, ...]:
    """Return the files that differ between two states of the folder, sorted by path."""
    found = []
    for path in sorted(before.keys() | after.keys()):
        old, new = before.get(path), after.get(path)
        if old == new:
            continue
        kind = ChangeKind.ADDED_BACK if old is None else ChangeKind.MODIFIED
        found.append(FileChange(path, ChangeKind.DELETED if new is None else kind, old, new))
    return tuple(found)


def with_dependent(changes: Collection[FileChange], paths: Iterable[str]) -> frozenset[str]:
    """Return the chosen paths with those that have to make room for them.

    A file can't be put where a folder is unless the files in it go away, and none into a folder
    where a file is.

    Args:
        changes: All files that could change.
        paths: Those that are chosen; others than of these changes are not taken.
    """
    wanted = set(paths)
    chosen = {change.path for change in changes if change.path in wanted}
    written = {change.path for change in changes if change.path in chosen and change.after}
    above = {folder for path in written for folder in ancestors(path)}
    chosen |= {
        change.path
        for change in changes
        if change.after is None
        and (change.path in above or not written.isdisjoint(ancestors(change.path)))
    }
    return frozenset(chosen)


def without_dependent(
    changes: Iterable[FileChange], chosen: Iterable[str], paths: Iterable[str]
) -> frozenset[str]:
    """Return the chosen paths without some, and without those that these have to make room for."""
    taken = set(paths)
    kept = set(chosen) - taken
    above = {folder for path in taken for folder in ancestors(path)}
    written = {change.path for change in changes if change.after}
    return frozenset(
        path
        for path in kept
        if path not in written or (path not in above and taken.isdisjoint(ancestors(path)))
    )


@dataclass(frozen=True, slots=True)
class RestorePlan:
    """What a restore will do. Made from a fresh look at the folder; applying checks it again.

    Attributes:
        project_id: GUID of the project.
        run_id: Run whose snapshot is restored; empty for an undo or redo.
        run_number: Its number; 0 for an undo or redo.
        snapshot: Commit id of the target.
        changes: Files that will change, sorted by path.
        kept: Paths (files, or folders ending with ``/``) that neither state stores: not touched.
        unchanged: Number of files that are already the same.
        bytes_to_write: Bytes of all files that will be written.
        branch: The user's current branch; empty without a repository.
        other_changes: Number of empty folders and permissions that change.
        partial: Whether only files that were chosen change, and nothing else.
    """

    project_id: str
    run_id: str
    run_number: int
    snapshot: str
    changes: tuple[FileChange, ...]
    kept: tuple[str, ...]
    unchanged: int
    bytes_to_write: int
    branch: str = ""
    other_changes: int = 0
    partial: bool = False

    def selecting(self, paths: Iterable[str]) -> "RestorePlan":
        """Return the plan that changes only these files, and what has to make room for them."""
        chosen = with_dependent(self.changes, paths)
        changes = tuple(change for change in self.changes if change.path in chosen)
        return replace(
            self,
            changes=changes,
            bytes_to_write=written_bytes(changes),
            other_changes=0,
            partial=True,
        )

    @property
    def uncommitted(self) -> int:
        """Number of files whose present content is not committed."""
        return sum(change.uncommitted for change in self.changes)


def written_bytes(changes: Iterable[FileChange]) -> int:
    """Return the bytes of all files that will be written."""
    return sum(change.after.size for change in changes if change.after)


class OperationKind(Enum):
    """What an operation did."""

    RESTORE = "restore"
    UNDO = "undo"
    REDO = "redo"


@dataclass(frozen=True, slots=True)
class Operation:
    """Something that changed the project folder and can be undone.

    Attributes:
        id: Sortable unique id.
        kind: What it did.
        time: When it ended (UTC).
        run_number: Number of the run that was restored, also for its undo and redo.
        before: Commit id of the safety snapshot: the folder before it.
        after: Commit id of the snapshot it applied.
        changed: Number of files it changed.
        later_edits: How many of them had been edited since the operation that it took back.
        partial: Whether it changed only files that were chosen; ``after`` holds more than these.
    """

    id: str
    kind: OperationKind
    time: datetime
    run_number: int
    before: str
    after: str
    changed: int
    later_edits: int = 0
    partial: bool = False


@dataclass(frozen=True, slots=True)
class OperationEntry:
    """An operation in the list of all.

    Attributes:
        operation: What was done.
        restores: Whether it put files of its run into the folder, rather than taking them away.
        undone: Whether it was taken back since.
        next_undo: Whether Undo would take it back now.
        next_redo: Whether Redo would do it again now.
    """

    operation: Operation
    restores: bool
    undone: bool = False
    next_undo: bool = False
    next_redo: bool = False


@dataclass(frozen=True, slots=True)
class UndoState:
    """What Undo and Redo would do now.

    Attributes:
        undo: The operation that Undo Restore would take back, or ``None``.
        redo: The operation that Redo would do again, or ``None``.
        undo_restores: Whether Undo puts files of a run into the folder, because what it takes back
            is itself an undo; else it takes them away.
        redo_restores: The same for Redo.
    """

    undo: Operation | None
    redo: Operation | None
    undo_restores: bool = False
    redo_restores: bool = True
