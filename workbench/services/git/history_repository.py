"""The hidden history repository of one project: bare, hardened, outside the project folder."""

import hashlib
import logging
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from workbench.core.errors import NotFoundError, WorkbenchError
from workbench.core.progress import CancelToken
from workbench.core.project import history_branch
from workbench.core.restore import FileChange, changes_between
from workbench.core.snapshot import (
    MODE_EXECUTABLE,
    MODE_FILE,
    MODE_SYMLINK,
    CaptureReport,
    Manifest,
    SnapshotKind,
    TreeEntry,
)
from workbench.services.git import history_setup
from workbench.services.git.damage import put_objects_aside
from workbench.services.git.durable import SyncPool, make_durable
from workbench.services.git.hardened import GitFailedError, history_commands
from workbench.services.git.history_session import SnapshotSession
from workbench.services.git.loose_objects import read_loose
from workbench.services.git.object_reader import ObjectReader
from workbench.services.git.reference import read_reference
from workbench.services.git.repository_lock import repository_lock
from workbench.services.git.snapshot_records import SnapshotRecords
from workbench.services.git.snapshot_writer import blob_id
from workbench.services.git.trees import DamagedTreeError, differing_paths

_log = logging.getLogger(__name__)
_KEPT_TREES = 3
_UNFINISHED = ("tmp_", ".tmp-")
_NO_SIZE = b"BAD"  # what git shows in place of the size of a file that it does not have
_EARLIER = 2_000_000_000  # some file systems count in steps of two seconds
_FILE_MODES = frozenset({MODE_FILE, MODE_EXECUTABLE, MODE_SYMLINK})


@dataclass(frozen=True, slots=True)
class CommitFacts:
    """What a commit says about itself."""

    tree: str
    parents: tuple[str, ...]
    created: datetime
    kind: SnapshotKind
    message: str


class HistoryRepository:
    """Snapshots of one project. Usable from several threads.

    Everything that reads takes a full commit id and raises :class:`NotFoundError` if that commit
    is not here, :class:`WorkbenchError` if the repository cannot be read.
    """

    def __init__(self, git_dir: Path, project_id: str) -> None:
        """Use :meth:`create` or :meth:`open`."""
        self.git_dir = git_dir
        self.branch = history_branch(project_id)
        self.ref = f"refs/heads/{self.branch}"
        self.commands = history_commands(git_dir)
        self.records = SnapshotRecords(git_dir.with_name(f"{git_dir.stem}-records.sqlite"))
        self.objects = ObjectReader(self.commands, git_dir / "objects")
        self.disk = SyncPool()
        self._lock = threading.Lock()
        self._trees: OrderedDict[str, Mapping[str, TreeEntry]] = OrderedDict()

    @classmethod
    def create(cls, git_dir: Path, project_id: str) -> "HistoryRepository":
        """Open the history repository, making whatever of it is missing.

        The branch exists at once, through a first commit of an empty folder.

        Raises:
            WorkbenchError: If it is damaged or cannot be made.
        """
        git_dir = git_dir.absolute()
        repository: HistoryRepository | None = None
        try:
            git_dir.mkdir(parents=True, exist_ok=True)
            repository = cls(git_dir, project_id)
            history_setup.prepare(repository.git_dir, repository.ref, repository.records)
            repository.tip()
        except (OSError, WorkbenchError) as exc:
            if repository is not None:
                repository.close()
            if isinstance(exc, WorkbenchError) and not isinstance(exc, GitFailedError):
                raise
            raise WorkbenchError(
                "The history of this project can't be opened",
                "Your project folder was not touched.",
                details=getattr(exc, "details", "") or str(exc),
                retry=True,
            ) from exc
        return repository

    @classmethod
    def open(cls, git_dir: Path, project_id: str) -> "HistoryRepository":
        """Open an existing history repository.

        Raises:
            WorkbenchError: If it is missing or damaged.
        """
        git_dir = git_dir.absolute()
        if not history_setup.is_complete(git_dir):
            raise WorkbenchError(
                "The history of this project is missing or damaged",
                "Your project folder was not touched.",
                details=f"{git_dir} is not a history repository.",
            )
        repository = cls(git_dir, project_id)
        try:
            repository.tip()
        except WorkbenchError:
            repository.close()
            raise
        return repository

    def close(self) -> None:
        """End its git processes and threads, and release its records."""
        self.objects.close()
        self.records.close()
        self.disk.close()

    def tip(self) -> str:
        """Return the id of the newest snapshot.

        Raises:
            WorkbenchError: If the history branch is missing or damaged.
        """
        commit = read_reference(self.git_dir / self.ref)
        if commit and self._read_commit(commit) is not None:
            return commit
        (info,) = self.objects.info([self.ref])
        if info is None or info.type != "commit":
            raise WorkbenchError(
                "The history of this project is missing or damaged",
                "Your project folder was not touched.",
                details=f"{self.ref} doesn't lead to a commit.",
            )
        return info.object_id

    def has_commit(self, commit: str) -> bool:
        """Return whether this snapshot is here."""
        if commit and self._read_commit(commit) is not None:
            return True
        (info,) = self.objects.info([f"{commit}^{{commit}}"]) if commit else (None,)
        return info is not None

    def missing(self, commits: Sequence[str]) -> frozenset[str]:
        """Return those of these snapshots that are not here; their files are not looked for."""
        found = self.objects.info([f"{commit}^{{commit}}" for commit in commits])
        return frozenset(
            commit for commit, info in zip(commits, found, strict=True) if info is None
        )

    def is_whole(self, commit: str) -> bool:
        """Return whether this snapshot is here with every file; no file is read."""
        try:
            tree = self.commit_tree_id(commit)
            return all(entry.path for entry in self._list_tree(tree))
        except WorkbenchError:
            return False

    def commit_tree_id(self, commit: str) -> str:
        """Return the id of a snapshot's tree."""
        return self.facts(commit).tree

    def facts(self, commit: str) -> CommitFacts:
        """Return what a commit says about itself."""
        raw = self._read_commit(commit)
        if raw is None:
            self._require(commit)
            raw = self.objects.read(commit)
        try:
            return _commit_facts(raw)
        except (LookupError, ValueError, OverflowError) as exc:
            raise _incomplete(f"commit {commit} is damaged: {exc}") from exc

    def tree_entries(self, commit: str) -> dict[str, TreeEntry]:
        """Return every stored file of a snapshot by path. The dict is the caller's own."""
        known = self.tree_view(commit)
        if not isinstance(known, dict):  # made when asked for, which takes time
            known = dict(known)
            self.remember_tree(self.commit_tree_id(commit), known)
        return dict(known)

    def tree_view(self, commit: str) -> Mapping[str, TreeEntry]:
        """Return the same, not to be changed: what is kept in memory, as it is."""
        tree = self.commit_tree_id(commit)
        with self._lock:
            known = self._trees.get(tree)
            if known is not None:
                self._trees.move_to_end(tree)
        if known is None:
            known = {entry.path: entry for entry in self._list_tree(tree)}
            self.remember_tree(tree, known)
        return known

    def differing_paths(self, commit: str, other: str) -> set[str]:
        """Return the files of which two snapshots say different things."""
        trees = self.commit_tree_id(commit), self.commit_tree_id(other)
        try:
            return differing_paths(*trees, self.objects.read_many)
        except DamagedTreeError as exc:
            raise _incomplete(f"a tree is damaged: {exc}") from exc

    def remember_tree(self, tree: str, entries: Mapping[str, TreeEntry]) -> None:
        """Keep the content of a tree in memory; the few newest are kept."""
        with self._lock:
            self._trees[tree] = entries
            self._trees.move_to_end(tree)
            while len(self._trees) > _KEPT_TREES:
                self._trees.popitem(last=False)

    def mark(self, commit: str) -> str:
        """Return a name for a snapshot and the state of the store.

        It is another one when packs came or went: until it is, what was stored is there.
        """
        digest = hashlib.sha1(commit.encode(), usedforsecurity=False)
        try:
            with os.scandir(self.git_dir / "objects" / "pack") as packs:
                # What is being written may come and go meanwhile, and nothing is found there.
                found = [each for each in packs if not each.name.startswith(_UNFINISHED)]
                for name, size in sorted((each.name, each.stat().st_size) for each in found):
                    digest.update(b"%b %d\n" % (os.fsencode(name), size))
        except FileNotFoundError:
            digest.update(b"none")
        return digest.hexdigest()

    def forget(self) -> None:
        """Keep nothing of the repository in memory: it may have changed below us."""
        self.objects.close()
        with self._lock:
            self._trees.clear()

    def read_blob(self, object_id: str) -> bytes:
        """Return the bytes of a stored file; for a symlink: where it leads."""
        return self.objects.read(object_id)

    def copy_blob(self, object_id: str, target: BinaryIO) -> None:
        """Write the bytes of a stored file to an open file, in bounded memory.

        Raises:
            OSError: If the target cannot be written.
        """
        self.objects.copy(object_id, target)

    def changes(self, before_commit: str, after_commit: str) -> tuple[FileChange, ...]:
        """Return what differs between two snapshots, sorted by path."""
        return changes_between(self.tree_entries(before_commit), self.tree_entries(after_commit))

    def manifest(self, commit: str) -> Manifest:
        """Return what the tree of a snapshot cannot hold; empty for one from elsewhere."""
        return self.records.manifest(commit)

    def report(self, commit: str) -> CaptureReport:
        """Return what a snapshot does not hold, with the reasons."""
        return self.records.report(commit)

    def damaged(self, object_ids: Iterable[str]) -> set[str]:
        """Return those of these blobs that are missing or not what they were, by reading them.

        Raises:
            WorkbenchError: If git cannot be started.
        """
        return {each for each in dict.fromkeys(object_ids) if not self.objects.is_sound(each)}

    def repair(self, object_id: str, data: bytes) -> None:
        """Store the content of a damaged or missing blob again; it is durable at the end.

        Raises:
            WorkbenchError: If this is not its content, or it cannot be stored.
            OSError: If the repository cannot be written.
        """
        if blob_id(data) != object_id:
            raise _incomplete(f"what was found for {object_id} is another content")
        since = time.time_ns() - _EARLIER
        with repository_lock(self.git_dir) as lock:
            if not self.damaged([object_id]):
                return
            put_objects_aside(self.git_dir, self.commands, lock, [object_id])
            arguments = ["hash-object", "-w", "--no-filters", "--stdin"]
            self.commands.run(arguments, stdin=data, keep_open=[lock])
            make_durable(self.git_dir, since)
            self.forget()
        if self.damaged([object_id]):
            raise _incomplete(f"{object_id} can't be stored again")

    def put_aside(self, object_ids: Iterable[str]) -> None:
        """Put single files of these blobs aside, and packs that are damaged; others stay.

        Raises:
            WorkbenchError: If git cannot be started.
            OSError: If a file cannot be moved.
        """
        wanted = list(object_ids)
        if wanted:
            with repository_lock(self.git_dir) as lock:
                put_objects_aside(self.git_dir, self.commands, lock, wanted)
            self.forget()

    @contextmanager
    def snapshot_session(
        self, cancel: CancelToken | None = None, on_wait: Callable[[], None] | None = None
    ) -> Iterator[SnapshotSession]:
        """Be the only writer, and store one snapshot.

        Args:
            cancel: Asked while another writer is at work.
            on_wait: Called once if another writer takes more than a moment.

        Raises:
            CanceledError: If canceled while another writer is at work.
            WorkbenchError: If the repository cannot be used.
            OSError: If the repository's lock cannot be used.
        """
        if not history_setup.is_complete(self.git_dir):
            self._make_again()
        with repository_lock(self.git_dir, cancel, on_wait) as lock:
            session = SnapshotSession(self, lock, cancel)
            try:
                yield session
            finally:
                session.close()

    def _make_again(self) -> None:
        """Make what somebody deleted while it was open; the snapshots in it are gone."""
        _log.warning("parts of the history in %s are missing; they are made anew", self.git_dir)
        self.forget()
        self.git_dir.mkdir(parents=True, exist_ok=True)
        history_setup.prepare(self.git_dir, self.ref, self.records)

    def mend_branch(self, lock: int) -> None:
        """Have the branch lead to a snapshot again. Only for whoever holds the lock."""
        history_setup.mend_branch(self.git_dir, self.ref, self.records, lock)
        self.forget()

    def _read_commit(self, commit: str) -> bytes | None:
        """Return a commit that is an object of its own, as most are; without asking git."""
        found = read_loose(self.git_dir / "objects", commit)
        return found[1] if found is not None and found[0] == "commit" else None

    def _require(self, commit: str) -> None:
        if not self.has_commit(commit):
            raise NotFoundError(
                "The snapshot isn't on this computer", "Nothing was changed.", details=commit
            )

    def _list_tree(self, tree: str) -> Iterator[TreeEntry]:
        arguments = ["ls-tree", "-r", "-z", "-l", "--full-tree", tree]
        done = self.commands.run(arguments, check=False)
        if done.code != 0:
            raise _incomplete(done.stderr)
        if done.stderr.strip():
            raise _incomplete(done.stderr)
        for record in done.stdout.split(b"\0"):
            facts, _, path = record.partition(b"\t")
            if not path:
                continue
            mode, _, object_id, size = facts.split()
            if size == _NO_SIZE:
                raise _incomplete(f"{os.fsdecode(path)}: {object_id.decode()} is missing.")
            if int(mode, 8) in _FILE_MODES:
                yield TreeEntry(os.fsdecode(path), int(mode, 8), object_id.decode(), int(size))


def _incomplete(details: str) -> WorkbenchError:
    return WorkbenchError(
        "The snapshot isn't complete",
        "Part of it is damaged or missing. Nothing was changed.",
        details=details,
    )


def _commit_facts(raw: bytes) -> CommitFacts:
    head, _, message = raw.decode("utf-8", "replace").partition("\n\n")
    words = [line.split(" ") for line in head.splitlines()]
    (tree,) = [line[1] for line in words if line[0] == "tree"]
    (seconds,) = [line[-2] for line in words if line[0] == "committer"]
    return CommitFacts(
        tree=tree,
        parents=tuple(line[1] for line in words if line[0] == "parent"),
        created=datetime.fromtimestamp(int(seconds), UTC),
        kind=_kind(message),
        message=message,
    )


def _kind(message: str) -> SnapshotKind:
    for line in reversed(message.splitlines()):
        name, _, value = line.partition(": ")
        if name == "Workbench-Kind":
            return next((k for k in SnapshotKind if k.value == value), SnapshotKind.MANUAL)
    return SnapshotKind.MANUAL
