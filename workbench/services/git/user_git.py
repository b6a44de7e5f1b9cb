"""The user's own repository: read without leaving a trace, written only when they ask for it."""

import os
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType

from workbench.core.errors import WorkbenchError
from workbench.core.pending_commit import PendingCommit
from workbench.core.restore import ChangeKind, FileChange
from workbench.core.run import UserRepository
from workbench.services.git.commit_terms import commit_terms
from workbench.services.git.hardened import (
    Completed,
    GitCommands,
    GitFailedError,
    user_variables,
)

# What git keeps while something is unfinished, and what that is called.
_UNFINISHED = {
    "MERGE_HEAD": "A merge",
    "rebase-merge": "A rebase",
    "rebase-apply": "A rebase",
    "CHERRY_PICK_HEAD": "A cherry-pick",
    "REVERT_HEAD": "A revert",
}
_SHORT = 8
_READING = 60.0  # seconds: a file system that hangs must not hang us
_COMMITTING = 900.0  # seconds: hooks may run tests
_NO_MORE: Mapping[str, str] = MappingProxyType({})


class UserGit:
    """The repository whose files a project folder is, or is a part of.

    Attributes:
        folder: The project folder.
        top: The folder whose files the repository holds.
    """

    def __init__(self, folder: Path, top: Path) -> None:
        """Use :meth:`find` or :meth:`init`."""
        self.folder = folder
        self.top = top

    @property
    def is_parent(self) -> bool:
        """Whether the repository is that of a folder above the project folder."""
        return self.top != self.folder.resolve()

    @classmethod
    def init(cls, folder: Path, branch: str = "master") -> "UserGit":
        """Make a repository in a folder; one that is there already is left as it is.

        Raises:
            WorkbenchError: If git cannot make it.
        """
        found = cls.find(folder)
        if found is not None and not found.is_parent:
            return found
        commands = GitCommands(folder, variables=user_variables())
        try:
            commands.run(["init", "-q", f"--initial-branch={branch}", "."])
        except GitFailedError as exc:
            raise WorkbenchError(
                "The folder couldn't be made a Git repository",
                "No file of yours was changed.",
                details=exc.details,
                retry=True,
            ) from exc
        return cls(folder, folder.resolve())

    @classmethod
    def find(cls, folder: Path) -> "UserGit | None":
        """Return the repository that holds a folder's files, ``None`` if there is none.

        A repository of a folder above counts unless it ignores this folder. One that git refuses
        to use because it belongs to somebody else does not count.

        Raises:
            WorkbenchError: If git is not installed, or gives no answer.
        """
        if not folder.is_dir():
            return None
        commands = GitCommands(folder, variables=_reading())
        done = commands.run(["rev-parse", "--show-toplevel"], check=False, timeout=_READING)
        if done.code != 0:
            return None
        top = Path(os.fsdecode(done.stdout.removesuffix(b"\n"))).resolve()
        whole = folder.resolve()
        if top != whole:
            arguments = ["check-ignore", "-q", "--", str(whole)]
            ignored = commands.run(arguments, check=False, timeout=_READING)
            if ignored.code == 0:
                return None
        return cls(folder, top)

    def state(self, at: datetime | None = None) -> UserRepository:
        """Return branch, commit and number of changed files in the project folder.

        Args:
            at: A moment that has just passed; new files that came after it do not count.

        Raises:
            WorkbenchError: If the repository cannot be read.
        """
        branch, commit = "", ""
        changed = 0
        for record in self._status():
            name, _, value = record.partition(" ")
            if name == "#":
                key, _, text = value.partition(" ")
                branch = text if key == "branch.head" else branch
                commit = text if key == "branch.oid" and text != "(initial)" else commit
            elif at is None or name != "?" or not self._is_newer(value, at):
                changed += 1
        if branch == "(detached)":
            branch = commit[:_SHORT]
        return UserRepository(branch, commit, changed)

    def _is_newer(self, path: str, moment: datetime) -> bool:
        try:
            return (self.top / path).lstat().st_ctime > moment.timestamp()
        except OSError:
            return True  # it has come and gone

    def uncommitted_paths(self) -> frozenset[str]:
        """Return what is changed, deleted, new or in conflict, relative to the project folder.

        Paths end with ``/`` for a whole folder that is a repository of its own. What the
        repository ignores is not in it. A file counts as changed if git would have to look into
        it through a filter program: those may write into the repository.

        Raises:
            WorkbenchError: If the repository cannot be read.
        """
        prefix = self._prefix()
        paths = (_path(record) for record in self._status() if not record.startswith("#"))
        return frozenset(path.removeprefix(prefix) for path in paths if path.startswith(prefix))

    def pending_commit(self) -> PendingCommit:
        """Return what :meth:`commit_all` would commit now, and how; nothing is written.

        As in :meth:`uncommitted_paths`, a file that a filter program handles counts as changed if
        git would have to look into it.

        Raises:
            WorkbenchError: If the repository cannot be read.
        """
        records = self._status()
        heads = dict(each[2:].split(" ", 1) for each in records if each.startswith("# "))
        kinds = self._kinds([each for each in records if not each.startswith("#")])
        branch, commit = heads.get("branch.head", ""), heads.get("branch.oid", "")
        terms = commit_terms(GitCommands(self.top, variables=_reading()), self.top)
        prefix = self._prefix()
        return PendingCommit(
            tuple(
                FileChange(path.removeprefix(prefix), kind, None, None)
                for path, kind in sorted(kinds.items())
                if path.startswith(prefix)
            ),
            branch="" if branch == "(detached)" else branch,
            after="" if commit == "(initial)" else commit[:_SHORT],
            author=terms.author,
            committer=terms.committer if terms.committer != terms.author else "",
            hooks=terms.hooks,
            signed=terms.signed,
            repository=str(self.top) if self.is_parent else "",
        )

    def _kinds(self, records: Sequence[str]) -> dict[str, ChangeKind]:
        """Return how each path differs from the last commit, from the records of git's status.

        A record tells two steps: from the commit to the index, and on to the folder.
        """
        kinds: dict[str, ChangeKind] = {}
        in_two_steps = False
        for record in records:
            path, steps = _path(record), record.split(" ", 2)[1] if record[0] in "12" else "."
            in_two_steps |= "." not in steps
            if record[0] == "?":
                # Also what was only taken out of the index, or is there again.
                back = kinds.get(path) is ChangeKind.DELETED
                kinds[path] = ChangeKind.MODIFIED if back else ChangeKind.ADDED_BACK
            elif "A" in steps:
                if steps != "AD":
                    kinds[path] = ChangeKind.ADDED_BACK
            elif "D" in steps:
                kinds[path] = ChangeKind.DELETED
            else:
                kinds[path] = ChangeKind.MODIFIED
        if in_two_steps and kinds:
            kinds = self._without_steps_that_cancel(kinds)
        return kinds

    def _without_steps_that_cancel(self, kinds: dict[str, ChangeKind]) -> dict[str, ChangeKind]:
        """Leave out files that were changed back after they had been added to the index."""
        arguments = ["diff", "--name-only", "-z", "--no-renames", "--no-ext-diff", "--no-textconv"]
        with TemporaryDirectory(prefix="workbench-index-") as folder:
            # This command would bring the index up to date, and that is the user's.
            own = Path(folder) / "index"
            shutil.copy2(self._index(), own)
            variables = _reading(self._no_filters()) | {"GIT_INDEX_FILE": str(own)}
            commands = GitCommands(self.folder, variables=variables)
            done = commands.run([*arguments, "HEAD", "--", "."], check=False, timeout=_READING)
        if done.code != 0:  # there is no commit yet
            return kinds
        differ = set(os.fsdecode(done.stdout).split("\0"))
        return {
            path: kind
            for path, kind in kinds.items()
            if kind is ChangeKind.ADDED_BACK or path in differ
        }

    def commit_all(self, message: str) -> str:
        """Commit everything in the project folder as the user would; return the commit id.

        Their own identity, configuration and hooks hold. In a repository of a folder above, only
        what is in the project folder is committed. If anything goes wrong, what they had staged
        is as it was.

        Raises:
            WorkbenchError: If something is unfinished, nothing is to be committed, or git or a
                hook refuses; git's words are its details.
        """
        self._refuse_unfinished()
        part = ["--", "."] if self.is_parent else []
        text = message.encode()
        try:
            with self._own_index() as git:
                git.run(["add", "--all", *(part or ["--", ":/"])], timeout=_COMMITTING)
                git.run(["commit", "-q", "-F", "-", *part], stdin=text, timeout=_COMMITTING)
            done = self._read(["rev-parse", "--verify", "HEAD"])
        except GitFailedError as exc:
            raise self._commit_problem(exc) from exc
        return done.stdout.decode().strip()

    @contextmanager
    def _own_index(self) -> Iterator[GitCommands]:
        """Yield git with a copy of the index, which takes the place of the index at the end.

        The index stays locked meanwhile, as git does it: nobody else changes it.
        """
        index = self._index()
        lock = index.with_name(f"{index.name}.lock")
        own = index.with_name(f"workbench-index-{os.getpid()}-{time.time_ns()}")
        try:
            os.close(os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
        except OSError as exc:
            raise _index_problem(exc) from exc
        try:
            if index.exists():
                shutil.copy2(index, own)
            yield GitCommands(self.folder, variables=user_variables(GIT_INDEX_FILE=str(own)))
            os.replace(own, index)  # noqa: PTH105 - the name says what it does
        except OSError as exc:
            raise _index_problem(exc) from exc
        finally:
            for path in (own, own.with_name(f"{own.name}.lock"), lock):
                path.unlink(missing_ok=True)

    def _index(self) -> Path:
        done = self._read(["rev-parse", "--path-format=absolute", "--git-path", "index"])
        return Path(os.fsdecode(done.stdout.removesuffix(b"\n")))

    def _commit_problem(self, failure: GitFailedError) -> WorkbenchError:
        words = failure.details
        if not self.uncommitted_paths():
            return WorkbenchError(
                "Nothing to commit", "All files are committed already.", details=words
            )
        hint = "See what Git or a hook said under Details."
        if "Please tell me who you are" in words or "unable to auto-detect email" in words:
            hint = "Tell Git your name and email address first (git config --global user.name …)."
        return WorkbenchError(
            "The changes couldn't be committed",
            "Nothing was committed. Your files are as they were.",
            hint=hint,
            details=words,
            retry=True,
        )

    def _refuse_unfinished(self) -> None:
        done = self._read(["rev-parse", "--absolute-git-dir"])
        git_dir = Path(os.fsdecode(done.stdout.removesuffix(b"\n")))
        for name, what in _UNFINISHED.items():
            if os.path.lexists(git_dir / name):
                raise WorkbenchError(
                    f"{what} isn't finished",
                    "Nothing was committed.",
                    hint="Finish it, or abort it, with Git first.",
                    details=f"{git_dir / name} exists.",
                )

    def _prefix(self) -> str:
        if not self.is_parent:
            return ""
        return f"{self.folder.resolve().relative_to(self.top).as_posix()}/"

    def _status(self) -> list[str]:
        """Return the records of ``git status`` for the project folder."""
        arguments = ["status", "--porcelain=v2", "--branch", "-z", "--untracked-files=all"]
        arguments += ["--no-renames", "--ignored=no", "--ignore-submodules=none"]
        arguments += ["--no-ahead-behind", "--", "."]
        done = self._read(arguments, self._no_filters())
        return [record for record in os.fsdecode(done.stdout).split("\0") if record]

    def _no_filters(self) -> dict[str, str]:
        """Return settings that turn filter programs off: some write into the repository."""
        arguments = ["config", "-z", "--name-only", "--get-regexp", r"^filter\..*"]
        commands = GitCommands(self.folder, variables=_reading())
        names = commands.run(arguments, check=False, timeout=_READING).stdout
        filters = {
            key.rpartition(".")[0] for key in os.fsdecode(names).split("\0") if key.count(".") > 1
        }
        settings: dict[str, str] = {}
        for each in filters:
            settings |= {f"{each}.clean": "", f"{each}.process": "", f"{each}.required": "false"}
        return settings

    def _read(self, arguments: Sequence[str], settings: Mapping[str, str] = _NO_MORE) -> Completed:
        try:
            commands = GitCommands(self.folder, variables=_reading(settings))
            return commands.run(arguments, timeout=_READING)
        except GitFailedError as exc:
            raise WorkbenchError(
                "The Git repository of this folder can't be read",
                "Nothing was changed.",
                details=exc.details,
                retry=True,
            ) from exc


def _index_problem(error: OSError) -> GitFailedError:
    words = f"{error.filename}: {error.strerror}"
    if isinstance(error, FileExistsError):
        words += "\nAnother git process seems to be running in this repository, or one has died."
    return GitFailedError(["commit"], 1, words)


def _reading(settings: Mapping[str, str] = _NO_MORE) -> dict[str, str]:
    """Return variables for commands that write nothing and start none of the user's programs."""
    all_settings = {**settings, "core.fsmonitor": "false"}
    variables = {"GIT_OPTIONAL_LOCKS": "0", "GIT_CONFIG_COUNT": str(len(all_settings))}
    for index, (key, value) in enumerate(all_settings.items()):
        variables |= {f"GIT_CONFIG_KEY_{index}": key, f"GIT_CONFIG_VALUE_{index}": value}
    return user_variables(**variables)


def _path(record: str) -> str:
    """Return the path of a record of ``git status --porcelain=v2``."""
    fields = {"1": 8, "u": 10, "?": 1, "!": 1, "2": 9}[record[0]]
    return record.split(" ", fields)[fields]
