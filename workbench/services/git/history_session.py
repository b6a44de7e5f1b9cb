"""One snapshot being stored, by the one writer that holds the repository's lock."""

import logging
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from workbench.core.errors import CanceledError, WorkbenchError
from workbench.core.growth import MuchNewError
from workbench.core.progress import CancelToken
from workbench.core.snapshot import FolderContent, Manifest, SnapshotKind, TreeEntry
from workbench.services.cancelable import wait_for
from workbench.services.git.damage import put_damage_aside, put_objects_aside
from workbench.services.git.durable import make_durable, sync_path
from workbench.services.git.hardened import GitFailedError
from workbench.services.git.reference import move_reference, read_reference
from workbench.services.git.repository_lock import sweep
from workbench.services.git.snapshot_writer import BlobStream, SnapshotWriter

if TYPE_CHECKING:
    from workbench.services.git.history_repository import HistoryRepository

_log = logging.getLogger(__name__)
_ATTEMPTS = 20
_EARLIER = 2_000_000_000  # some file systems count in steps of two seconds


@dataclass(frozen=True, slots=True)
class StoredSnapshot:
    """Where a folder's content ended up."""

    commit: str
    tree: str
    created: datetime
    kind: SnapshotKind
    is_new: bool


class SnapshotSession:
    """Takes the contents of files, then the list of them, and moves the branch.

    Attributes:
        most_new: Bytes of new content that are taken without a question; ``None`` for all.
    """

    def __init__(
        self, repository: "HistoryRepository", lock: int, cancel: CancelToken | None = None
    ) -> None:
        """Find out what is stored; if that is damaged, prepare to store everything again.

        Raises:
            CanceledError: If canceled while a damaged history is looked through.
            WorkbenchError: If git cannot be started.
            OSError: If what is damaged cannot be put aside.
        """
        self._repository = repository
        self._lock = lock
        self._cancel = cancel
        self._since = time.time_ns() - _EARLIER
        self._writer: SnapshotWriter | None = None
        self._added: set[str] = set()
        self._expected = (0, 0)
        self.most_new: int | None = None
        self._anew = False  # the tree of the newest snapshot can't be built upon
        self._has_renewed = False
        try:
            self._tip = repository.tip()
            self._entries = repository.tree_entries(self._tip)
        except CanceledError:
            raise
        except WorkbenchError as exc:
            _log.warning("the newest snapshot can't be read: %s", exc.details or exc)
            self._mend(cancel)
        self._stored = {entry.object_id for entry in self._entries.values()}

    def _mend(self, cancel: CancelToken | None) -> None:
        repository = self._repository
        put_damage_aside(repository.git_dir, repository.commands, self._lock, cancel)
        repository.forget()
        repository.mend_branch(self._lock)
        self._tip = repository.tip()
        try:
            self._entries = repository.tree_entries(self._tip)
        except WorkbenchError:
            _log.warning("snapshot %s isn't whole; the folder is stored anew", self._tip)
            self._entries = {}
            self._anew = True

    def expect(self, count: int, size: int) -> None:
        """Say about how many files with how many bytes will come.

        Raises:
            MuchNewError: If it is more than ``most_new``.
        """
        if self.most_new is not None and size > self.most_new:
            raise MuchNewError
        self._expected = (count, size)

    def missing(self, object_ids: Iterable[str]) -> set[str]:
        """Return those of these contents that are not stored yet."""
        asked = [each for each in dict.fromkeys(object_ids) if each not in self._stored]
        found = self._repository.objects.info(asked)
        self._stored.update(info.object_id for info in found if info is not None)
        return {each for each in asked if each not in self._stored}

    def renew(self, object_ids: Iterable[str]) -> bool:
        """Read these contents; put aside those that are damaged, so that they are missing.

        Returns:
            Whether any is damaged: then all that was given so far has to be given again.

        Raises:
            WorkbenchError: If git cannot be started.
            OSError: If what is damaged cannot be put aside.
        """
        repository = self._repository
        asked = list(dict.fromkeys(object_ids))
        found = repository.objects.info(asked)
        damaged = repository.damaged(
            object_id
            for object_id, info in zip(asked, found, strict=True)
            if info is not None or object_id in self._stored - self._added
        )
        if not damaged:
            return False
        self.close()  # git would go on to take them for stored
        put_objects_aside(repository.git_dir, repository.commands, self._lock, damaged)
        repository.forget()
        self._added.clear()
        self._stored = {entry.object_id for entry in self._entries.values()} - damaged
        self._has_renewed = True
        return True

    def add(self, object_id: str, data: bytes) -> None:
        """Store the content of a file.

        Raises:
            GitFailedError: If git cannot go on, for example because the disk is full.
        """
        if object_id not in self._stored:
            self._open_writer().add(data)
            self._stored.add(object_id)
            self._added.add(object_id)

    @contextmanager
    def stream(self, size: int) -> Iterator[BlobStream]:
        """Store the content of a large file piece by piece.

        Raises:
            GitFailedError: If git cannot go on.
        """
        with self._open_writer().stream(size) as target:
            yield target

    def store(self, content: FolderContent, message: str) -> StoredSnapshot:
        """Store the snapshot and move the branch to it, unless the folder did not change.

        Everything is durable when this returns: contents, then what goes with the commit, then
        the branch.

        Raises:
            CanceledError: If canceled before the branch was moved.
            WorkbenchError: If it could not be stored; the branch is then where it was.
        """
        for _ in range(_ATTEMPTS):
            if self._is_stored(content):
                return self._existing()
            commit, when = self._write_commit(content, message)
            durable = partial(make_durable, self._repository.git_dir, self._since)
            wait_for(durable, self._cancel, "Saving the snapshot")
            self._repository.records.add(commit, content.manifest, content.report)
            if self._move_branch(commit):
                facts = self._repository.facts(commit)
                self._repository.remember_tree(facts.tree, content.entries)
                return StoredSnapshot(commit, facts.tree, when, facts.kind, is_new=True)
            self._tip = self._repository.tip()
            self._entries = self._repository.tree_entries(self._tip)
        raise WorkbenchError(
            "The snapshot couldn't be saved",
            "another program keeps changing the history. Nothing was changed.",
            retry=True,
        )

    def close(self) -> None:
        """End git; what it did not finish is removed."""
        if self._writer is not None:
            self._writer.abandon()
            self._writer = None
            sweep(self._repository.git_dir, thorough=False)

    def _open_writer(self) -> SnapshotWriter:
        if self._writer is None:
            count, size = self._expected
            commands = self._repository.commands
            self._writer = SnapshotWriter(
                commands, self._lock, count=count, size=size, cancel=self._cancel
            )
        return self._writer

    def _write_commit(self, content: FolderContent, message: str) -> tuple[str, datetime]:
        deleted = [path for path in self._entries if path not in content.entries]
        changed = [entry for entry in content.entries.values() if self._differs(entry)]
        when = datetime.now(UTC).replace(microsecond=0)
        try:
            commit = self._open_writer().commit(
                self._tip,
                message,
                when,
                deleted,
                changed,
                from_nothing=self._anew,
            )
        except GitFailedError:
            self._repository.forget()  # if that is not stored any more, the next snapshot sees it
            raise
        self._writer = None
        return commit, when

    def _differs(self, entry: TreeEntry) -> bool:
        return self._entries.get(entry.path) != entry

    def _is_stored(self, content: FolderContent) -> bool:
        """Whether the newest snapshot says all the same, apart from times of unchanged files.

        What is not on record about it (it was taken elsewhere, or the records were lost) counts
        as nothing special: today's facts are not those of that day.
        """
        if self._anew or self._has_renewed or self._entries != content.entries:
            return False
        records = self._repository.records
        return self._same_manifest(content.manifest) and records.has_report(
            self._tip, content.report
        )

    def _same_manifest(self, manifest: Manifest) -> bool:
        known = self._repository.records.manifest(self._tip)
        return (known.modes, set(known.empty_folders)) == (
            manifest.modes,
            set(manifest.empty_folders),
        )

    def _existing(self) -> StoredSnapshot:
        self.close()
        facts = self._repository.facts(self._tip)
        return StoredSnapshot(self._tip, facts.tree, facts.created, facts.kind, is_new=False)

    def _move_branch(self, commit: str) -> bool:
        """Move the branch if nobody else did; return whether it was moved."""
        repository = self._repository
        file = repository.git_dir / repository.ref
        if read_reference(file):
            moved = move_reference(file, commit, self._tip)
        else:
            moved = self._move_packed_branch(commit)
        if moved:
            sync_path(file.parent.parent)
        return moved

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
