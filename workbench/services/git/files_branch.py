"""Logs and outputs of runs on a branch of the Git repo: one for each computer, that only grows.

Each run is a commit that holds its files alone, so that one run can be fetched without the others.
The newest commit holds no files of runs but a list of those that were added last: it is all that
has to be fetched to add more, so that nothing of the branch is kept on this computer.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from workbench.core.progress import CancelToken, Report, no_report
from workbench.core.project import FILE_BRANCHES
from workbench.core.run_files import LARGEST_FILE, NotShared, NotSharedReason, SharedFiles
from workbench.services.git.hardened import GitFailedError, history_commands
from workbench.services.git.remote_git import RemoteGit
from workbench.services.git.repository_lock import repository_lock
from workbench.services.git.side_repository import prepare_side_repository
from workbench.services.run_events import files_values, read_files_values
from workbench.services.safe_files import remove_tree

LISTING = "run.json"
VERSION = 1
_THERE = "refs/there/files"
_LATEST = "latest.json"
_README = "README.md"
_WORDS = b"""\
# Logs and outputs of runs

Workbench keeps them here for other computers. Don't change this branch; each commit below this one
has the files of one run.
"""
_WHAT = "The transfer"


@dataclass(frozen=True, slots=True)
class FileToShare:
    """A file of a run.

    Attributes:
        name: What it is called in the run's folder.
        path: Where it is.
        size: Bytes, when it was found.
    """

    name: str
    path: Path
    size: int


def files_ref(project_id: str, machine: str) -> str:
    """Return the full name of a computer's branch with files of its runs."""
    return f"refs/heads/{FILE_BRANCHES}{project_id}/{machine}"


class FilesBranch:
    """The branch of this computer, to add runs to it; a context manager.

    Attributes:
        ref: Its full name.
    """

    def __init__(self, git_dir: Path, project_id: str, machine: str) -> None:
        """Prepare to add to it.

        Args:
            git_dir: A folder that is there as long as this object is used; only one at a time.
            project_id: The project.
            machine: This computer.

        Raises:
            WorkbenchError: If git fails.
            OSError: If the folder cannot be written.
        """
        self.ref = files_ref(project_id, machine)
        self._git_dir = git_dir.absolute()
        # What a process left that was killed.
        remove_tree(self._git_dir)
        prepare_side_repository(self._git_dir)
        self._commands = history_commands(self._git_dir)
        self._tip = ""
        self._added: dict[str, SharedFiles] = {}

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Leave nothing of it here."""
        remove_tree(self._git_dir)

    def begin(
        self, remote: RemoteGit, tip: str, cancel: CancelToken | None = None
    ) -> dict[str, SharedFiles]:
        """Add to what the Git repo has; return the runs that were added last.

        Args:
            remote: The Git repo.
            tip: Where the branch is there; empty if there is none.
            cancel: Stops it.

        Raises:
            RemoteError: If that could not be fetched.
            CanceledError: If canceled.
            WorkbenchError: If it cannot be read.
        """
        self._tip, self._added = tip, {}
        if not tip:
            return {}
        with repository_lock(self._git_dir, cancel) as lock:
            refspec = f"+{self.ref}:{_THERE}"
            remote.fetch(self._git_dir, [refspec], depth=1, lock=lock, cancel=cancel)
        self._tip = self._commands.run(["rev-parse", "--verify", _THERE]).stdout.decode().strip()
        done = self._commands.run(["cat-file", "blob", f"{self._tip}:{_LATEST}"], check=False)
        return _read_latest(done.stdout) if done.code == 0 else {}

    def add(
        self, run_id: str, files: Sequence[FileToShare], cancel: CancelToken | None = None
    ) -> SharedFiles:
        """Add the files of a run; :meth:`push` makes it count.

        Raises:
            CanceledError: If canceled.
            WorkbenchError: If git fails.
            OSError: If the folder cannot be written.
        """
        listed: list[tuple[str, int, str]] = []
        left_out: list[NotShared] = []
        with repository_lock(self._git_dir, cancel) as lock:
            with self._commit(f"Files of run {run_id}", lock) as commit:
                for number, file in enumerate(files):
                    if cancel is not None:
                        cancel.check(_WHAT)
                    content = _content(file)
                    if isinstance(content, NotShared):
                        left_out.append(content)
                        continue
                    place = f"files/{number:06}"
                    listed.append((file.name, len(content), place))
                    commit.put(place, content)
                unshared = [(each.name, each.size, each.reason.value) for each in left_out]
                values = {"v": VERSION, "run": run_id, "files": listed, "left_out": unshared}
                commit.put(LISTING, json.dumps(values).encode("ascii"))
            self._tip = commit.id
        size = sum(size for _, size, _ in listed)
        shared = SharedFiles(self._tip, len(listed), size, tuple(left_out))
        self._added[run_id] = shared
        return shared

    def push(
        self, remote: RemoteGit, *, report: Report = no_report, cancel: CancelToken | None = None
    ) -> bool:
        """Push what was added.

        Returns:
            Whether it is there; if not, a copy of this computer added to the branch meanwhile.

        Raises:
            RemoteError: If the Git repo does not take it.
            CanceledError: If canceled.
            WorkbenchError: If git fails.
        """
        with repository_lock(self._git_dir, cancel) as lock:
            runs = {run_id: files_values(shared) for run_id, shared in self._added.items()}
            latest = {"v": VERSION, "runs": runs}
            with self._commit("Files of runs", lock) as commit:
                commit.put(_LATEST, json.dumps(latest, indent=1).encode("ascii"))
                commit.put(_README, _WORDS)
            self._tip = commit.id
        branches = {self.ref: self._tip}
        branch = remote.push(self._git_dir, branches, report=report, cancel=cancel)[self.ref]
        if branch.reason:
            raise remote.refused(branch)
        self._added = {}
        return not branch.diverged

    def _commit(self, message: str, lock: int) -> "_Commit":
        return _Commit(self._git_dir, self.ref, self._tip, message, lock)


class _Commit:
    """A commit that is being written; a context manager.

    Attributes:
        id: Its id, at the end.
    """

    def __init__(self, git_dir: Path, ref: str, parent: str, message: str, lock: int) -> None:
        self._commands = history_commands(git_dir)
        self._ref, self.id = ref, ""
        self._arguments = ["fast-import", "--quiet", "--done", "--force", "--date-format=raw"]
        self._git = self._commands.start(self._arguments, keep_open=[lock])
        now, words = int(datetime.now(UTC).timestamp()), message.encode()
        self._write(b"commit %b\n" % ref.encode())
        self._write(b"committer Workbench <workbench@localhost> %d +0000\n" % now)
        self._write(b"data %d\n%b\n" % (len(words), words))
        self._write(b"from %b\n" % parent.encode() if parent else b"")
        self._write(b"deleteall\n")

    def put(self, place: str, content: bytes) -> None:
        """Add a file."""
        self._write(b"M 100644 inline %b\ndata %d\n" % (place.encode(), len(content)))
        self._write(content)
        self._write(b"\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if error is not None:
            self._git.stop()
            return
        self._write(b"\ndone\n")
        done = self._git.finish()
        if done.code != 0:
            raise GitFailedError(self._arguments, done.code, done.stderr)
        found = self._commands.run(["rev-parse", "--verify", self._ref])
        self.id = found.stdout.decode().strip()

    def _write(self, data: bytes) -> None:
        try:
            self._git.stdin.write(data)
        except BrokenPipeError:
            raise self._git.failure() from None


def _content(file: FileToShare) -> bytes | NotShared:
    if file.size > LARGEST_FILE:
        return NotShared(file.name, file.size)
    try:
        with file.path.open("rb") as stream:
            content = stream.read(LARGEST_FILE + 1)
    except OSError:
        return NotShared(file.name, file.size, NotSharedReason.UNREADABLE)
    # It may have grown since it was found.
    return content if len(content) <= LARGEST_FILE else NotShared(file.name, len(content))


def _read_latest(text: bytes) -> dict[str, SharedFiles]:
    return dict(_entries(text))


def _entries(text: bytes) -> Iterator[tuple[str, SharedFiles]]:
    try:
        runs: Mapping[str, Any] = json.loads(text)["runs"]
        for run_id, values in runs.items():
            yield run_id, read_files_values(values)
    except (AttributeError, LookupError, TypeError, ValueError, OverflowError, RecursionError):
        # Somebody else wrote it: then what was added last is not known, and added once more.
        return
