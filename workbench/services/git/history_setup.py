"""Makes a history repository, or completes one whose making was interrupted."""

import logging
import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from workbench import __version__
from workbench.services.git.durable import make_durable, sync_path
from workbench.services.git.hardened import (
    ATTRIBUTES,
    HISTORY_CONFIG,
    GitCommands,
    history_commands,
)
from workbench.services.git.repository_lock import repository_lock
from workbench.services.git.snapshot_records import SnapshotRecords

_log = logging.getLogger(__name__)
_MESSAGE = f"Project opened\n\nWorkbench-Kind: project\nWorkbench-Version: {__version__}\n"


def is_complete(git_dir: Path) -> bool:
    """Return whether the parts that git needs are there."""
    return all((git_dir / part).exists() for part in ("HEAD", "config", "objects", "refs"))


def prepare(git_dir: Path, ref: str, records: SnapshotRecords) -> None:
    """Make what is missing; nothing is done to a complete repository.

    Raises:
        WorkbenchError: If git fails.
        OSError: If a file cannot be written.
    """
    commands = history_commands(git_dir)
    wanted = {
        git_dir / "config": HISTORY_CONFIG,
        git_dir / "HEAD": f"ref: {ref}\n",
        git_dir / "info" / "attributes": ATTRIBUTES,
    }
    whole = is_complete(git_dir) and all(map(_holds, wanted, wanted.values()))
    if whole and _is_readable(commands, ref):
        return
    with repository_lock(git_dir) as lock:
        if not is_complete(git_dir):
            commands.run(["init", "-q", "--bare", "--template="], keep_open=[lock])
        for path, text in wanted.items():
            if not _holds(path, text):
                _replace(path, text)
        mend_branch(git_dir, ref, records, lock)


def mend_branch(git_dir: Path, ref: str, records: SnapshotRecords, lock: int) -> None:
    """Have the branch lead to a commit that can be read; one that does is left as it is.

    Only for whoever holds the repository's lock.

    Raises:
        WorkbenchError: If git fails.
        OSError: If a file cannot be written.
    """
    commands = history_commands(git_dir)
    if not _is_readable(commands, ref):
        _start_branch(commands, git_dir, ref, records, lock)


def _start_branch(
    commands: GitCommands, git_dir: Path, ref: str, records: SnapshotRecords, lock: int
) -> None:
    """Point the branch to the newest snapshot that can be read, else to an empty one."""
    known = (each for each in _candidates(commands, records) if _is_readable(commands, each))
    commit = next(known, "") or _empty_commit(commands, lock)
    make_durable(git_dir, 0)
    if (git_dir / ref).exists():
        # one that leads nowhere cannot be replaced by git; kept for whoever looks into it
        kept = git_dir / f"damaged-branch-{time.time_ns()}"
        (git_dir / ref).replace(kept)
        _log.warning("the branch of the history led nowhere; now to %s, before: %s", commit, kept)
    commands.run(["update-ref", ref, commit], keep_open=[lock])
    sync_path((git_dir / ref).parent)


def _candidates(commands: GitCommands, records: SnapshotRecords) -> Iterator[str]:
    """Yield the ids of snapshots, the newest first: those on record, then all that are stored."""
    yield from records.commits()
    arguments = ["cat-file", "--batch-all-objects", "--batch-check"]
    lines = commands.run(arguments, check=False).stdout.splitlines()
    commits = [line.split()[0] for line in lines if line.split()[1:2] == [b"commit"]]
    if commits:
        arguments = ["rev-list", "--no-walk=sorted", "--ignore-missing", "--stdin"]
        done = commands.run(arguments, stdin=b"\n".join(commits) + b"\n", check=False)
        yield from done.stdout.decode().split()


def _empty_commit(commands: GitCommands, lock: int) -> str:
    tree = commands.run(["mktree"], keep_open=[lock]).stdout.decode().strip()
    now = f"{int(datetime.now(UTC).timestamp())} +0000"
    text = (
        f"tree {tree}\nauthor Workbench <workbench@localhost> {now}\n"
        f"committer Workbench <workbench@localhost> {now}\n\n{_MESSAGE}"
    )
    arguments = ["hash-object", "-t", "commit", "-w", "--stdin"]
    return commands.run(arguments, stdin=text.encode(), keep_open=[lock]).stdout.decode().strip()


def _is_readable(commands: GitCommands, name: str) -> bool:
    """Return whether a name leads to a commit that git can read.

    What it holds may be damaged: the next snapshot stores that again.
    """
    done = commands.run(["rev-parse", "-q", "--verify", f"{name}^{{commit}}"], check=False)
    return done.code == 0


def _holds(path: Path, text: str) -> bool:
    try:
        return path.read_bytes() == text.encode()
    except (FileNotFoundError, NotADirectoryError):
        return False


def _replace(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    temporary = path.with_name(f"{path.name}.new")
    temporary.write_bytes(text.encode())
    sync_path(temporary)
    os.replace(temporary, path)  # noqa: PTH105 - the name says what it does
    sync_path(path.parent)
