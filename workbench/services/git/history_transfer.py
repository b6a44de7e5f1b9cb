"""Brings snapshots of other computers into the history repository, and sends those of this one.

What comes is collected in a repository of its own, which borrows the history's objects: a fetch
may take long, and snapshots don't wait for it. Whole packs are then moved over in a moment.
"""

import os
import time
from pathlib import Path

from workbench import __version__
from workbench.core.errors import WorkbenchError
from workbench.core.progress import CancelToken, Report, no_report
from workbench.core.project import SNAPSHOT_BRANCHES, histories
from workbench.core.snapshot import SnapshotKind
from workbench.services.git.durable import make_durable, sync_path
from workbench.services.git.hardened import GitFailedError, history_commands
from workbench.services.git.history_repository import HistoryRepository
from workbench.services.git.remote_git import RemoteGit
from workbench.services.git.repository_lock import repository_lock
from workbench.services.git.side_repository import prepare_side_repository
from workbench.services.git.trees import EMPTY_TREE
from workbench.services.safe_files import remove_tree

_INCOMING = "refs/incoming/tip"
_THERE = "refs/there/tip"
_ATTEMPTS = 20
_EARLIER = 2_000_000_000  # some file systems count in steps of two seconds
# What belongs to a pack, in the order in which it may appear: git looks for the last one.
_PARTS = (".pack", ".rev", ".idx")
_JOINED = (
    "Histories of two computers joined\n\n"
    f"Workbench-Kind: joined\nWorkbench-Version: {__version__}\n"
)


class HistoryTransfer:
    """The way between a history repository and a Git repo elsewhere."""

    def __init__(self, history: HistoryRepository) -> None:
        """Open the repository for what comes, making whatever of it is missing.

        Raises:
            WorkbenchError: If git fails.
            OSError: If it cannot be written.
        """
        self._history = history
        self._git_dir = history.git_dir.with_name("transfer.git")
        prepare_side_repository(self._git_dir, borrows=history.git_dir)
        self._commands = history_commands(self._git_dir)

    def there(self) -> str:
        """Return the newest snapshot that the Git repo is known to have, empty if unknown."""
        return self._tip(_THERE)

    def waiting(self) -> int:
        """Return how many snapshots are on this computer only, as far as is known.

        Raises:
            WorkbenchError: If the history can't be read.
        """
        there = self.there()
        known = [f"^{there}"] if there and self._history.has_commit(there) else []
        arguments = ["rev-list", "--count", self._history.tip(), *known]
        return int(self._history.commands.run(arguments).stdout)

    def note_there(self, commit: str) -> None:
        """Remember the newest snapshot that the Git repo has; empty if it has none."""
        if commit == self.there():
            return
        words = ["update-ref", _THERE, commit] if commit else ["update-ref", "-d", _THERE]
        # Whoever has the lock removes first what a killed git left in the way.
        with repository_lock(self._git_dir) as lock:
            self._commands.run(words, keep_open=[lock])

    def bring(
        self,
        remote: RemoteGit,
        name: str,
        commit: str,
        *,
        adopt: bool = False,
        report: Report = no_report,
        cancel: CancelToken | None = None,
    ) -> None:
        """Get the history up to a commit of the Git repo, and join it with the one here.

        Args:
            remote: The Git repo.
            name: Full name of the branch there.
            commit: The newest commit there.
            adopt: Whether a history here that has only just begun gives way to the one there.
            report: Hears how far it is.
            cancel: Stops it.

        Raises:
            RemoteError: If it could not be fetched.
            CanceledError: If canceled; what has come stays for the next time.
            WorkbenchError: If it cannot be stored.
            OSError: If the repository cannot be written.
        """
        if self._has_whole(commit):
            return
        self._fetch_into(self._git_dir, remote, name, report, cancel)
        self._take_over(self._git_dir, self._tip(_INCOMING), cancel, adopt=adopt)

    def bring_again(
        self,
        remote: RemoteGit,
        *,
        adopt: bool = False,
        report: Report = no_report,
        cancel: CancelToken | None = None,
    ) -> None:
        """Get the whole history of the Git repo, whatever is here: some of it is missing.

        Args:
            remote: The Git repo.
            adopt: Whether a history here that has only just begun gives way to the one there.
            report: Hears how far it is.
            cancel: Stops it.

        Raises:
            RemoteError: If it could not be fetched.
            CanceledError: If canceled.
            WorkbenchError: If it cannot be stored.
            OSError: If the repository cannot be written.
        """
        place = self._history.git_dir.with_name("again.git")
        there = remote.branches(f"refs/heads/{SNAPSHOT_BRANCHES}*", cancel=cancel)
        found = histories(there, self._history.branch) or [self._history.branch]
        for name in found:
            # It borrows nothing, so that nothing is taken for present.
            remove_tree(place)
            prepare_side_repository(place)
            try:
                self._fetch_into(place, remote, f"refs/heads/{name}", report, cancel)
                done = history_commands(place).run(["rev-parse", "--verify", _INCOMING])
                self._take_over(place, done.stdout.decode().strip(), cancel, adopt=adopt)
            finally:
                remove_tree(place)

    def send(
        self,
        remote: RemoteGit,
        name: str,
        *,
        report: Report = no_report,
        cancel: CancelToken | None = None,
    ) -> bool:
        """Push the history branch as it is now.

        Args:
            remote: The Git repo.
            name: Full name of the branch there.
            report: Hears how far it is.
            cancel: Stops it.

        Returns:
            Whether it is there; if not, the Git repo has something that has to be brought first.

        Raises:
            RemoteError: If the Git repo does not take it.
        """
        tip, git_dir = self._history.tip(), self._history.git_dir
        branch = remote.push(git_dir, {name: tip}, report=report, cancel=cancel)[name]
        if branch.reason:
            raise remote.refused(branch)
        if not branch.diverged:
            self.note_there(tip)
        return not branch.diverged

    def _tip(self, ref: str) -> str:
        done = self._commands.run(["rev-parse", "-q", "--verify", ref], check=False)
        return done.stdout.decode().strip() if done.code == 0 else ""

    def _has_whole(self, commit: str) -> bool:
        """Whether a commit and all it builds on is in the history repository."""
        if not self._history.has_commit(commit):
            return False
        return self._is_ancestor(commit, self._history.tip())

    def _is_ancestor(self, older: str, newer: str) -> bool:
        arguments = ["merge-base", "--is-ancestor", older, newer]
        done = self._history.commands.run(arguments, check=False)
        if done.code not in (0, 1):
            raise GitFailedError(arguments, done.code, done.stderr)
        return done.code == 0

    def _fetch_into(
        self,
        git_dir: Path,
        remote: RemoteGit,
        name: str,
        report: Report,
        cancel: CancelToken | None,
    ) -> None:
        with repository_lock(git_dir, cancel) as lock:
            refspec = f"+{name}:{_INCOMING}"
            remote.fetch(git_dir, [refspec], lock=lock, report=report, cancel=cancel)

    def _take_over(
        self, git_dir: Path, commit: str, cancel: CancelToken | None, *, adopt: bool
    ) -> None:
        """Move what has come to the history, and join the two."""
        since = time.time_ns() - _EARLIER
        with repository_lock(self._history.git_dir, cancel) as lock:
            self._move_packs(git_dir)
            self._history.forget()
            self._join(commit, since, lock, adopt=adopt)

    def _move_packs(self, git_dir: Path) -> None:
        """Give the packs that have come to the history repository; they are on the disk already."""
        source = git_dir / "objects" / "pack"
        target = self._history.git_dir / "objects" / "pack"
        target.mkdir(exist_ok=True)
        for index in sorted(source.glob("*.idx")):
            for suffix in _PARTS:
                part = index.with_suffix(suffix)
                if part.exists():
                    os.replace(part, target / part.name)  # noqa: PTH105 - the name says what it does
        sync_path(target)

    def _join(self, commit: str, since: int, lock: int, *, adopt: bool) -> None:
        """Have the history branch lead to a commit too. Only for whoever holds the lock."""
        history = self._history
        for _ in range(_ATTEMPTS):
            tip = history.tip()
            if self._is_ancestor(commit, tip):
                return
            behind = self._is_ancestor(tip, commit) or (adopt and self._has_only_begun(tip))
            target = commit if behind else self._joined(tip, commit, lock)
            make_durable(history.git_dir, since)
            arguments = ["update-ref", history.ref, target, tip]
            if history.commands.run(arguments, keep_open=[lock], check=False).code == 0:
                sync_path((history.git_dir / history.ref).parent)
                return
        raise WorkbenchError(
            "The histories couldn't be joined",
            "Another program keeps changing the history. Nothing was changed.",
            retry=True,
        )

    def _has_only_begun(self, tip: str) -> bool:
        """Whether there is nothing but the commit that every history begins with."""
        facts = self._history.facts(tip)
        is_first = facts.kind is SnapshotKind.PROJECT and not facts.parents
        return is_first and facts.tree == EMPTY_TREE

    def _joined(self, tip: str, other: str, lock: int) -> str:
        """Return a commit that holds what is newest here and leads to both histories."""
        history = self._history
        tree = history.commit_tree_id(tip)
        arguments = ["commit-tree", "-p", tip, "-p", other, "-m", _JOINED, tree]
        done = history.commands.run(arguments, keep_open=[lock])
        commit = done.stdout.decode().strip()
        history.records.add(commit, history.manifest(tip), history.report(tip))
        return commit
