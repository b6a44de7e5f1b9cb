"""One snapshot being stored, by the one writer that holds the repository's lock."""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from workbench.core.errors import WorkbenchError
from workbench.core.snapshot import FolderContent, Manifest, SnapshotKind, TreeEntry
from workbench.services.git.hardened import GitFailedError
from workbench.services.git.repository_lock import sweep
from workbench.services.git.snapshot_writer import (
    BlobStream,
    SnapshotWriter,
    make_durable,
    sync_path,
)

if TYPE_CHECKING:
    from workbench.services.git.history_repository import HistoryRepository

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
    """Takes the contents of files, then the list of them, and moves the branch."""

    def __init__(self, repository: "HistoryRepository", lock: int) -> None:
        self._repository = repository
        self._lock = lock
        self._since = time.time_ns() - _EARLIER
        self._writer: SnapshotWriter | None = None
        self._tip = repository.tip()
        self._entries = repository.tree_entries(self._tip)
        self._stored = {entry.object_id for entry in self._entries.values()}
        self._expected = (0, 0)

    def expect(self, count: int, size: int) -> None:
        """Say about how many files with how many bytes will come."""
        self._expected = (count, size)

    def missing(self, object_ids: Iterable[str]) -> set[str]:
        """Return those of these contents that are not stored yet."""
        asked = [each for each in dict.fromkeys(object_ids) if each not in self._stored]
        found = self._repository.objects.info(asked)
        self._stored.update(info.object_id for info in found if info is not None)
        return {each for each in asked if each not in self._stored}

    def add(self, object_id: str, data: bytes) -> None:
        """Store the content of a file.

        Raises:
            GitFailedError: If git cannot go on, for example because the disk is full.
        """
        if object_id not in self._stored:
            self._open_writer().add(data)
            self._stored.add(object_id)

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
            WorkbenchError: If it could not be stored; the branch is then where it was.
        """
        for _ in range(_ATTEMPTS):
            if self._entries == content.entries and self._same_manifest(content.manifest):
                return self._existing(content)
            commit, when = self._write_commit(content, message)
            make_durable(self._repository.git_dir, self._since)
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
            self._writer = SnapshotWriter(commands, self._lock, count=count, size=size)
        return self._writer

    def _write_commit(self, content: FolderContent, message: str) -> tuple[str, datetime]:
        deleted = [path for path in self._entries if path not in content.entries]
        changed = [entry for entry in content.entries.values() if self._differs(entry)]
        when = datetime.now(UTC).replace(microsecond=0)
        commit = self._open_writer().commit(self._tip, message, when, deleted, changed)
        self._writer = None
        return commit, when

    def _differs(self, entry: TreeEntry) -> bool:
        return self._entries.get(entry.path) != entry

    def _same_manifest(self, manifest: Manifest) -> bool:
        """Whether the newest snapshot says the same, apart from times of unchanged files."""
        records = self._repository.records
        if not records.knows(self._tip):
            return True
        known = records.manifest(self._tip)
        return (known.modes, set(known.empty_folders)) == (
            manifest.modes,
            set(manifest.empty_folders),
        )

    def _existing(self, content: FolderContent) -> StoredSnapshot:
        self.close()
        repository = self._repository
        if not repository.records.knows(self._tip):
            repository.records.add(self._tip, content.manifest, content.report)
        facts = repository.facts(self._tip)
        return StoredSnapshot(self._tip, facts.tree, facts.created, facts.kind, is_new=False)

    def _move_branch(self, commit: str) -> bool:
        """Move the branch if nobody else did; return whether it was moved."""
        repository = self._repository
        arguments = ["update-ref", repository.ref, commit, self._tip]
        done = repository.commands.run(arguments, keep_open=[self._lock], check=False)
        if done.code != 0:
            if repository.tip() == self._tip:
                raise GitFailedError(arguments, done.code, done.stderr)
            return False
        folder = repository.git_dir / repository.ref
        for path in (folder.parent, folder.parent.parent):
            sync_path(path)
        return True
