"""Run records of all computers of a project: a branch for each, that only grows.

A branch holds lines of text in segments. Only its own computer adds to it, so that there is never
anything to merge.
"""

import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from workbench.core.progress import CancelToken
from workbench.core.project import RECORD_BRANCHES
from workbench.services.git.hardened import history_commands
from workbench.services.git.object_reader import ObjectReader
from workbench.services.git.remote_git import RemoteGit
from workbench.services.git.repository_lock import repository_lock
from workbench.services.git.side_repository import prepare_side_repository

_log = logging.getLogger(__name__)
_MOST_LINES, _MOST_BYTES = 1000, 1 << 16
_A_GROUP = 1000
_EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
_MACHINE = re.compile(r"[0-9a-f-]{8,64}")
_THERE = "refs/there/own"
_FOREIGN = "refs/elsewhere/own"
_MESSAGE = b"Run records\n"


class RecordRepository:
    """The record branches of one project that are on this computer."""

    def __init__(self, git_dir: Path, project_id: str, machine: str) -> None:
        """Open the repository, making whatever of it is missing.

        Raises:
            WorkbenchError: If git fails.
            OSError: If it cannot be written.
        """
        self._git_dir = git_dir.absolute()
        prepare_side_repository(self._git_dir)
        self._commands = history_commands(self._git_dir)
        self._objects = ObjectReader(self._commands, self._git_dir / "objects")
        self._machine = machine
        self.prefix = f"refs/heads/{RECORD_BRANCHES}{project_id}/"

    def close(self) -> None:
        """End its git processes."""
        self._objects.close()

    @property
    def own_ref(self) -> str:
        """Full name of this computer's branch."""
        return f"{self.prefix}{self._machine}"

    def tips(self) -> dict[str, str]:
        """Return the newest commit of each computer's branch, by its id.

        Raises:
            WorkbenchError: If git fails.
        """
        arguments = ["for-each-ref", "--format=%(objectname) %(refname)", self.prefix]
        lines = self._commands.run(arguments).stdout.decode().splitlines()
        found = (line.split(" ", 1) for line in lines)
        return {name.removeprefix(self.prefix): commit for commit, name in found}

    def own_tip(self) -> str:
        """Return the newest commit of this computer's branch, empty without one."""
        return self.tips().get(self._machine, "")

    def own_there(self) -> str:
        """Return the commit of this computer's branch that the Git repo is known to have."""
        done = self._commands.run(["rev-parse", "-q", "--verify", _THERE], check=False)
        return done.stdout.decode().strip() if done.code == 0 else ""

    def note_own_there(self, commit: str) -> None:
        """Remember that the Git repo has this commit of this computer's branch."""
        if commit != self.own_there() and self._knows(commit):
            with repository_lock(self._git_dir) as lock:
                self._commands.run(["update-ref", _THERE, commit], keep_open=[lock])

    def append(self, lines: Sequence[bytes]) -> None:
        """Add lines to this computer's branch; they are durable at the end.

        Raises:
            WorkbenchError: If git fails.
            OSError: If the repository cannot be written.
        """
        if lines:
            with repository_lock(self._git_dir) as lock:
                self._write(self.own_tip(), lines, lock)

    def lines(self, machine: str, since: str) -> Iterator[bytes]:
        """Yield what a computer added to its branch after a commit, in order.

        Args:
            machine: The computer.
            since: Commit up to which all was read; empty to read from the beginning.

        Raises:
            WorkbenchError: If the branch can't be read.
        """
        tip = self.tips()[machine]
        for _path, before, after in self._changed(since, tip):
            data = self._objects.read(after)
            known = self._objects.read(before) if before else b""
            yield from data[len(known) if data.startswith(known) else 0 :].splitlines()

    def fetch(
        self, remote: RemoteGit, there: Mapping[str, str], cancel: CancelToken | None = None
    ) -> None:
        """Get the branches that another computer added to.

        If that is this computer's own, as after a copied data folder, what is only here is added
        behind it.

        Args:
            remote: The Git repo.
            there: The tips of branches there, by their full names.
            cancel: Stops it.

        Raises:
            RemoteError: If that could not be done.
        """
        tips = {
            name.removeprefix(self.prefix): commit
            for name, commit in there.items()
            if name.startswith(self.prefix) and _MACHINE.fullmatch(name.removeprefix(self.prefix))
        }
        here = self.tips()
        refspecs = [
            f"+{self.prefix}{machine}:{self.prefix}{machine}"
            for machine, commit in tips.items()
            if commit != here.get(machine) and (machine != self._machine or machine not in here)
        ]
        own = tips.get(self._machine, "")
        is_foreign = bool(own) and self._machine in here and not self._knows(own)
        if is_foreign:
            refspecs.append(f"+{self.own_ref}:{_FOREIGN}")
        if refspecs:
            with repository_lock(self._git_dir, cancel) as lock:
                remote.fetch(self._git_dir, refspecs, lock=lock, cancel=cancel)
                if is_foreign:
                    self._rejoin(lock)

    def push(self, remote: RemoteGit, cancel: CancelToken | None = None) -> bool:
        """Push this computer's branch.

        Returns:
            Whether it is there now; if not, a copy of this computer wrote to it: fetch first.

        Raises:
            RemoteError: If the Git repo does not take it.
        """
        tip = self.own_tip()
        branch = remote.push(self._git_dir, {self.own_ref: tip}, cancel=cancel)[self.own_ref]
        if branch.reason:
            raise remote.refused(branch)
        if not branch.diverged:
            self.note_own_there(tip)
        return not branch.diverged

    def _write(self, base: str, lines: Sequence[bytes], lock: int) -> None:
        """Have this computer's branch lead to a commit with lines behind those of another one."""
        number, content = self._last_segment(base)
        stream = [_head(self.own_ref, base)]
        for line in lines:
            if content.count(b"\n") >= _MOST_LINES or len(content) > _MOST_BYTES:
                stream.append(_file(number, content))
                number, content = number + 1, b""
            content += line + b"\n"
        stream += [_file(number, content), b"\ndone\n"]
        # Forced, because that commit may be one of a copy of this computer's data.
        arguments = ["fast-import", "--quiet", "--done", "--force", "--date-format=raw"]
        self._commands.run(arguments, stdin=b"".join(stream), keep_open=[lock])

    def _rejoin(self, lock: int) -> None:
        there = self._commands.run(["rev-parse", _FOREIGN]).stdout.decode().strip()
        known = {line for _, _, blob in self._changed("", there) for line in self._split(blob)}
        lines = [line for line in self.lines(self._machine, "") if line not in known]
        self._write(there, lines, lock)
        _log.info("records of this computer were joined with those of a copy of it")

    def _split(self, blob: str) -> list[bytes]:
        return self._objects.read(blob).splitlines()

    def _knows(self, commit: str) -> bool:
        return self._objects.info([commit])[0] is not None

    def _last_segment(self, tip: str) -> tuple[int, bytes]:
        if not tip:
            return 0, b""
        group = self._listed(tip)[-1]
        name, blob = self._listed(f"{tip}:{group[0]}")[-1]
        return int(name.removesuffix(".jsonl")), self._objects.read(blob)

    def _listed(self, tree: str) -> list[tuple[str, str]]:
        rows = self._commands.run(["ls-tree", "-z", tree]).stdout.decode().split("\0")[:-1]
        return sorted((name, facts.split()[2]) for facts, name in (row.split("\t") for row in rows))

    def _changed(self, since: str, tip: str) -> list[tuple[str, str, str]]:
        """Return ``(path, blob before, blob after)`` of the segments that differ, in order."""
        base = since if since and self._knows(since) else _EMPTY_TREE
        arguments = ["diff-tree", "-r", "-z", "--no-renames", base, tip]
        words = self._commands.run(arguments).stdout.decode().split("\0")[:-1]
        found = []
        for facts, path in zip(words[::2], words[1::2], strict=True):
            _mode, _new, before, after, kind = facts.split()
            if kind != "D":
                found.append((path, "" if kind == "A" else before, after))
        return sorted(found)


def _head(ref: str, tip: str) -> bytes:
    now = int(datetime.now(UTC).timestamp())
    start = b"commit %b\ncommitter Workbench <workbench@localhost> %d +0000\n" % (ref.encode(), now)
    parent = b"from %b\n" % tip.encode() if tip else b""
    return start + b"data %d\n%b" % (len(_MESSAGE), _MESSAGE) + parent


def _file(number: int, content: bytes) -> bytes:
    path = f"{number // _A_GROUP:06}/{number:09}.jsonl".encode()
    return b"M 100644 inline %b\ndata %d\n%b" % (path, len(content), content)
