"""Makes a history repository, or completes one whose making was interrupted."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from workbench import __version__
from workbench.services.git.hardened import (
    ATTRIBUTES,
    HISTORY_CONFIG,
    GitCommands,
    history_commands,
)
from workbench.services.git.repository_lock import repository_lock
from workbench.services.git.snapshot_records import SnapshotRecords
from workbench.services.git.snapshot_writer import make_durable, sync_path

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
    if whole and _resolves(commands, ref):
        return
    with repository_lock(git_dir) as lock:
        if not is_complete(git_dir):
            commands.run(["init", "-q", "--bare", "--template="], keep_open=[lock])
        for path, text in wanted.items():
            if not _holds(path, text):
                _replace(path, text)
        if not _resolves(commands, ref):
            _start_branch(commands, git_dir, ref, records, lock)


def _start_branch(
    commands: GitCommands, git_dir: Path, ref: str, records: SnapshotRecords, lock: int
) -> None:
    """Point the branch to the newest whole snapshot, else to an empty one."""
    known = (each for each in _candidates(commands, records) if _is_whole(commands, each))
    commit = next(known, "") or _empty_commit(commands, lock)
    make_durable(git_dir, 0)
    if (git_dir / ref).exists():
        # one that leads nowhere cannot be replaced by git; kept for whoever looks into it
        (git_dir / ref).replace(git_dir / "damaged-branch")
    commands.run(["update-ref", ref, commit], keep_open=[lock])
    sync_path((git_dir / ref).parent)


def _candidates(commands: GitCommands, records: SnapshotRecords) -> Iterator[str]:
    """Yield the ids of snapshots, the newest first: those on record, then all that are stored."""
    yield from records.commits()
    arguments = ["cat-file", "--batch-all-objects", "--batch-check"]
    lines = commands.run(arguments, check=False).stdout.splitlines()
    commits = [line.split()[0] for line in lines if line.split()[1:2] == [b"commit"]]
    if commits:
        arguments = ["rev-list", "--no-walk=sorted", "--stdin"]
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


def _resolves(commands: GitCommands, ref: str) -> bool:
    done = commands.run(["rev-parse", "-q", "--verify", f"{ref}^{{tree}}"], check=False)
    return done.code == 0


def _is_whole(commands: GitCommands, commit: str) -> bool:
    arguments = ["rev-list", "--objects", "--quiet", "--no-walk", commit]
    return commands.run(arguments, check=False).code == 0


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
