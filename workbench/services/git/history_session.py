"""One snapshot being stored, by the one writer that holds the repository's lock."""

import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.core.errors import CanceledError, WorkbenchError
from workbench.core.growth import MuchNewError
from workbench.core.progress import CancelToken
from workbench.core.snapshot import FolderContent, SnapshotKind, TreeEntry
from workbench.services.folder.memory import differing, ids_of
from workbench.services.git.damage import put_damage_aside, put_objects_aside
from workbench.services.git.durable import sync_path
from workbench.services.git.hardened import GitFailedError
from workbench.services.git.reference import ReferenceMove, begin_move, read_reference
from workbench.services.git.snapshot_writer import BlobStream, SnapshotWriter
from workbench.services.git.trees import (
    EMPTY_TREE,
    Change,
    DamagedTreeError,
    MadeTrees,
    make_trees,
)

if TYPE_CHECKING:
    from workbench.services.git.history_repository import HistoryRepository

_log = logging.getLogger(__name__)
_ATTEMPTS = 20
_FEW = 24  # so many contents are asked for one by one


@dataclass(frozen=True, slots=True)
class StoredSnapshot:
    """Where a folder's content ended up.

    Attributes:
        commit: The commit.
        tree: Its tree.
        created: Its time.
        kind: Why it was made.
        is_new: Whether it was made now.
        touched: Files for which it has other times on record.
    """

    commit: str
    tree: str
    created: datetime
    kind: SnapshotKind
    is_new: bool
    touched: frozenset[str] = frozenset()


def _nothing(_: StoredSnapshot) -> None:
    """Nothing is to be done meanwhile."""


class DamagedMeanwhileError(Exception):
    """Something that was taken for stored isn't; all has to be given again."""


class SnapshotSession:
    """Takes the contents of files, then the list of them, and moves the branch.

    Attributes:
        most_new: Bytes of new content that are taken without a question; ``None`` for all.
        mark: Names the newest snapshot and the state of the store: while it is the same, what that
            snapshot holds is stored.
    """

    def __init__(
        self, repository: "HistoryRepository", lock: int, cancel: CancelToken | None = None
    ) -> None:
        """Find the newest snapshot; if it is damaged, prepare to store everything again.

        Raises:
            CanceledError: If canceled while a damaged history is looked through.
            WorkbenchError: If git cannot be started.
            OSError: If what is damaged cannot be put aside.
        """
        self._repository = repository
        self._lock = lock
        self._cancel = cancel
        self._adding = threading.Lock()
        self._writer = SnapshotWriter(repository.git_dir, repository.disk, count=0, size=0)
        self._stored: set[str] = set()
        self._given: set[str] = set()  # those of them that the writer has
        self._entries: Mapping[str, TreeEntry] | None = None  # of the newest snapshot, when needed
        self.most_new: int | None = None
        self._anew = False  # the tree of the newest snapshot can't be built upon
        self._has_renewed = False
        self._look_again = False
        try:
            self._tip = repository.tip()
            self._tree = repository.facts(self._tip).tree
            repository.objects.read(self._tree)
        except CanceledError:
            raise
        except WorkbenchError as exc:
            self._mend(exc)
        self.mark = repository.mark(self._tip)

    def _mend(self, reason: Exception) -> None:
        details = getattr(reason, "details", "")
        _log.warning("the newest snapshot can't be read: %s", details or reason)
        repository = self._repository
        self._given.clear()
        put_damage_aside(repository.git_dir, repository.commands, self._lock, self._cancel)
        repository.forget()
        repository.mend_branch(self._lock)
        self._tip = repository.tip()
        self.mark = repository.mark(self._tip)
        try:
            self._tree = repository.facts(self._tip).tree
            self._entries = repository.tree_view(self._tip)
        except WorkbenchError:
            _log.warning("snapshot %s isn't whole; the folder is stored anew", self._tip)
            self._entries = {}
            self._anew = True
        self._stored = set(ids_of(self._entries))

    def holds(self, commit: str) -> bool:
        """Return whether everything that a snapshot holds, named by a mark, is stored."""
        is_newest = bool(commit) and commit == self.mark
        return is_newest and not (self._anew or self._has_renewed)

    def expect(self, count: int, size: int) -> None:
        """Say about how many files with how many bytes will come.

        Raises:
            MuchNewError: If it is more than ``most_new``.
        """
        if self.most_new is not None and size > self.most_new:
            raise MuchNewError
        if count > _FEW:
            self._newest()
        self._writer.abandon()
        repository = self._repository
        self._writer = SnapshotWriter(repository.git_dir, repository.disk, count=count, size=size)

    def missing(self, object_ids: Iterable[str]) -> set[str]:
        """Return those of these contents that are not stored yet."""
        asked = list(dict.fromkeys(object_ids))
        if len(asked) > _FEW:
            self._newest()
        asked = [each for each in asked if each not in self._stored]
        found = self._repository.objects.info(asked)
        self._stored.update(info.object_id for info in found if info is not None)
        return {each for each in asked if each not in self._stored}

    def renew(self, object_ids: Iterable[str]) -> bool:
        """Read these contents; put aside those that are damaged, so that they are missing.

        Returns:
            Whether any is damaged, or something else was found to be: then all that was given so
            far has to be given again.

        Raises:
            WorkbenchError: If git cannot be started.
            OSError: If what is damaged cannot be put aside.
        """
        asked = list(dict.fromkeys(object_ids))
        again, self._look_again = self._look_again, False
        if not asked:
            return again
        repository = self._repository
        found = repository.objects.info(asked)
        damaged = repository.damaged(
            object_id
            for object_id, info in zip(asked, found, strict=True)
            if info is not None or object_id not in self._given
        )
        if not damaged:
            return again
        tip = set(ids_of(self._newest()))
        self.begin_again()
        put_objects_aside(repository.git_dir, repository.commands, self._lock, damaged)
        repository.forget()
        self._stored = tip - damaged
        self._has_renewed = True
        return True

    def add(self, object_id: str, data: bytes) -> None:
        """Store the content of a file; several threads may do that.

        Raises:
            CannotStoreError: If it cannot be written, for example because the disk is full.
        """
        with self._adding:
            if object_id in self._stored:
                return
            self._stored.add(object_id)
            self._given.add(object_id)
        self._writer.add(object_id, data)

    @contextmanager
    def stream(self, size: int) -> Iterator[BlobStream]:
        """Store the content of a large file piece by piece.

        Raises:
            CannotStoreError: If it cannot be written.
        """
        with self._writer.stream(size) as target:
            yield target
        with self._adding:
            self._given.add(target.object_id)

    def store(
        self,
        content: FolderContent,
        message: str,
        beside: Callable[[StoredSnapshot], None] = _nothing,
    ) -> StoredSnapshot:
        """Store the snapshot and move the branch to it, unless the folder did not change.

        Everything is durable when this returns. Contents and what goes with the commit are on the
        disk, with their names, before the branch is moved; then the disk is waited for once more.

        Args:
            content: What the folder holds.
            message: The message of the commit.
            beside: Called with the snapshot meanwhile, when all has its name: it is certain that
                it is there only when this returns.

        Raises:
            CanceledError: If canceled before the branch was moved.
            DamagedMeanwhileError: If the newest snapshot turns out to be damaged; it was put in
                order as far as possible, and everything has to be given again, once.
            WorkbenchError: If it could not be stored; the branch is then where it was.
            OSError: The same, for the branch itself.
        """
        repository = self._repository
        for _ in range(_ATTEMPTS):
            trees = self._make_trees(content)
            if trees.root == self._tree and self._is_same_beside(content):
                existing = self._existing(content)
                beside(existing)
                return existing
            when = datetime.now(UTC).replace(microsecond=0)
            commit = self._add_commit(trees, message, when)
            move = self._begin_move(commit)
            try:
                names = self._write(commit, content, move)
                kind = repository.facts(commit).kind
                stored = StoredSnapshot(commit, trees.root, when, kind, is_new=True)
                moved = self._move_branch(commit, move, names, partial(beside, stored))
            finally:
                if move is not None:
                    move.abandon()
            if moved:
                repository.remember_tree(trees.root, content.entries)
                self.mark = repository.mark(commit)
                return stored
            self._tip, self._entries = repository.tip(), None
            self._tree = repository.facts(self._tip).tree
            self.mark = repository.mark(self._tip)
        raise WorkbenchError(
            "The snapshot couldn't be saved",
            "another program keeps changing the history. Nothing was changed.",
            retry=True,
        )

    def begin_again(self) -> None:
        """Forget what was given and not stored yet: it will be given again."""
        self._writer.abandon()
        with self._adding:
            self._stored -= self._given
            self._given.clear()

    def close(self) -> None:
        """Remove what was not finished."""
        self._writer.abandon()

    def _newest(self) -> Mapping[str, TreeEntry]:
        """Return what the newest snapshot holds; if it isn't whole, everything is stored again."""
        if self._entries is None:
            try:
                self._entries = self._repository.tree_view(self._tip)
                self._stored.update(ids_of(self._entries))
            except WorkbenchError as exc:
                self._mend(exc)
                self._has_renewed = self._look_again = True
        return self._entries or {}

    def _make_trees(self, content: FolderContent) -> MadeTrees:
        changes = self._changes(content)
        before = EMPTY_TREE if self._anew else self._tree
        try:
            return make_trees(before, changes, self._repository.objects.read_many)
        except (WorkbenchError, DamagedTreeError) as exc:
            if self._has_renewed:
                raise WorkbenchError("The snapshot isn't complete", str(exc)) from exc
            self._repository.forget()
            self._mend(exc)
            self._has_renewed = True
            raise DamagedMeanwhileError from exc

    def _changes(self, content: FolderContent) -> dict[str, Change]:
        """Return what is different from the newest snapshot, and perhaps what is the same."""
        entries = content.entries
        if self.holds(content.commit):
            paths: Iterable[str] = content.touched
        else:
            paths = differing(entries, self._newest())
        changed = ((path, entries.get(path)) for path in paths)
        return {path: (e.mode, e.object_id) if e else None for path, e in changed}

    def _add_commit(self, trees: MadeTrees, message: str, when: datetime) -> str:
        self._writer.add_trees(trees)
        return self._writer.add_commit(trees.root, self._tip, message, when)

    def _write(self, commit: str, content: FolderContent, move: ReferenceMove | None) -> list[Path]:
        """Have all contents reach the disk; return the folders with their names."""
        repository = self._repository
        also = [] if move is None else [move.lock]
        names = self._writer.finish(self._cancel, also, lambda: self._record(commit, content))
        self._writer = SnapshotWriter(repository.git_dir, repository.disk, count=0, size=0)
        return names

    def _record(self, commit: str, content: FolderContent) -> None:
        records = self._repository.records
        if content.same_beside and self.holds(content.commit):
            files = {path: content.file_facts(path) for path in content.touched}
            if records.add_after(self._tip, commit, files):
                return
        records.add(commit, content.manifest, content.report)

    def _is_same_beside(self, content: FolderContent) -> bool:
        """Whether the newest snapshot says the same beside its tree, apart from times.

        What is not on record about it (it was taken elsewhere, or the records were lost) counts
        as nothing special: today's facts are not those of that day.
        """
        if self._anew or self._has_renewed:
            return False
        if content.same_beside and self.holds(content.commit):
            return True
        records, manifest = self._repository.records, content.manifest
        known = records.manifest(self._tip)
        return (known.modes, set(known.empty_folders)) == (
            manifest.modes,
            set(manifest.empty_folders),
        ) and records.has_report(self._tip, content.report)

    def _existing(self, content: FolderContent) -> StoredSnapshot:
        self.close()
        touched = content.touched
        if not self.holds(content.commit):
            known, now = self._repository.records.manifest(self._tip).mtimes, content.manifest
            touched = frozenset(
                path for path, each in now.mtimes.items() if known.get(path) != each
            )
        facts = self._repository.facts(self._tip)
        return StoredSnapshot(
            self._tip, facts.tree, facts.created, facts.kind, is_new=False, touched=touched
        )

    def _begin_move(self, commit: str) -> ReferenceMove | None:
        file = self._repository.git_dir / self._repository.ref
        return begin_move(file, commit, self._tip) if read_reference(file) else None

    def _move_branch(
        self,
        commit: str,
        move: ReferenceMove | None,
        names: list[Path],
        beside: Callable[[], None],
    ) -> bool:
        """Move the branch if nobody else did; return whether it was moved.

        Args:
            commit: Where to.
            move: What was prepared for that.
            names: Folders that have to reach the disk too.
            beside: Called when it has moved, while that reaches the disk.
        """
        repository = self._repository
        # First: the branch never leads to what a power cut can take.
        repository.disk.sync(names)
        if move is not None:
            repository.disk.sync(move.finish(), beside)
            return True
        file = repository.git_dir / repository.ref
        if read_reference(file) or not self._move_packed_branch(commit):
            return False
        sync_path(file.parent.parent)
        beside()
        return True

    def _move_packed_branch(self, commit: str) -> bool:
        """Have git move a branch that has no file of its own."""
        repository = self._repository
        arguments = ["update-ref", repository.ref, commit, self._tip]
        done = repository.commands.run(arguments, keep_open=[self._lock], check=False)
        if done.code != 0:
            if repository.tip() == self._tip:
                raise GitFailedError(arguments, done.code, done.stderr)
            return False
        sync_path((repository.git_dir / repository.ref).parent)
        return True
