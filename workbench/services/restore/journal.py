"""The journal of the restore that is going on: written before the first change, removed at the end.

One project has at most one open journal. Its small head (``journal.json``) says how far the restore
is and is replaced in one step; the list of what it does is written once, before the head.
"""

import json
import os
import secrets
import shutil
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from enum import Enum
from pathlib import Path

from workbench.core.errors import RestoreBlockedError, WorkbenchError
from workbench.core.restore import OperationKind
from workbench.services.restore.steps import Steps, steps_from_lines, steps_to_lines
from workbench.services.safe_files import os_error_reason

if sys.platform != "win32":
    import fcntl

_HEAD = "journal.json"
_STEPS = "steps.jsonl"
_LOCK = "lock"


class JournalState(Enum):
    """How far a restore is. Each state is durable before anything it allows happens."""

    STAGING = "staging"
    SWAPPING = "swapping"
    ROLLING_BACK = "rolling back"
    CLEANING = "cleaning"


@dataclass(frozen=True, slots=True)
class JournalHead:
    """What is going on.

    Attributes:
        id: Sortable unique id of the operation; part of the names of its temporary files.
        kind: What it does.
        state: How far it is.
        run_number: Run that is restored, also for its undo and redo.
        before: Commit id of the safety snapshot.
        after: Commit id of the target.
        changed: Number of files that change.
        later_edits: How many of them were edited after the operation that is taken back.
        device: Device of the project folder.
        inode: Inode of the project folder.
        born: When the project folder was made, in nanoseconds since the epoch; 0 if unknown.
        partial: Whether only files that were chosen change.
    """

    id: str
    kind: OperationKind
    state: JournalState
    run_number: int
    before: str
    after: str
    changed: int
    later_edits: int = 0
    device: int = 0
    inode: int = 0
    born: int = 0
    partial: bool = False


def new_operation_id() -> str:
    """Return an id that sorts by time and is used only once."""
    return f"{time.time_ns() // 1_000_000:013d}{secrets.token_hex(3)}"


class Journal:
    """An open journal."""

    def __init__(self, folder: Path, head: JournalHead, steps: Steps) -> None:
        self._folder = folder
        self.head = head
        self.steps = steps

    @classmethod
    def begin(cls, folder: Path, head: JournalHead, steps: Steps) -> "Journal":
        """Write a new journal; it is durable when this returns.

        Raises:
            OSError: If it cannot be written; then there is none.
        """
        own = folder / head.id
        remove_unfinished(folder)
        own.mkdir(parents=True)
        try:
            _write(own / _STEPS, steps_to_lines(steps))
            sync_folder(own)
            journal = cls(folder, head, steps)
            journal._write_head()
        except OSError:
            (folder / _HEAD).unlink(missing_ok=True)
            shutil.rmtree(own, ignore_errors=True)
            raise
        return journal

    @classmethod
    def load(cls, folder: Path) -> "Journal | None":
        """Return the open journal, ``None`` if every restore has ended.

        Raises:
            WorkbenchError: If there is one that cannot be read.
        """
        try:
            head = json.loads((folder / _HEAD).read_bytes())
            head["kind"] = OperationKind(head["kind"])
            head["state"] = JournalState(head["state"])
            found = JournalHead(**head)
            steps = _read_steps(folder / found.id / _STEPS)
        except FileNotFoundError:
            if not journal_is_open(folder):
                return None
            raise _unreadable(folder, f"{_STEPS} is missing") from None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise _unreadable(folder, str(error)) from error
        return cls(folder, found, steps)

    @property
    def aside(self) -> Path:
        """Where files are kept that are moved out of the way; made when needed."""
        return self._folder / self.head.id / "aside"

    def enter(self, state: JournalState) -> None:
        """Note durably how far the restore is."""
        self.head = replace(self.head, state=state)
        self._write_head()

    def close(self) -> None:
        """Remove the journal; the restore has ended. Files that were moved aside stay."""
        (self._folder / _HEAD).unlink(missing_ok=True)
        sync_folder(self._folder)
        (self._folder / f"{_HEAD}.new").unlink(missing_ok=True)
        own = self._folder / self.head.id
        (own / _STEPS).unlink(missing_ok=True)
        if own.is_dir() and not any(own.iterdir()):
            own.rmdir()

    def _write_head(self) -> None:
        values = asdict(self.head) | {"kind": self.head.kind.value, "state": self.head.state.value}
        temporary = self._folder / f"{_HEAD}.new"
        _write(temporary, [json.dumps(values)])
        temporary.replace(self._folder / _HEAD)
        sync_folder(self._folder)


def remove_unfinished(folder: Path) -> None:
    """Remove what is left of journals that never began or have ended; moved files stay.

    Only for whoever keeps others from restoring, and only while no journal is open.
    """
    (folder / f"{_HEAD}.new").unlink(missing_ok=True)
    for steps in list(folder.glob(f"*/{_STEPS}")):
        steps.unlink(missing_ok=True)
    for own in list(folder.glob("*/")):
        if not any(own.iterdir()):
            own.rmdir()


def journal_is_open(folder: Path) -> bool:
    """Whether a restore has begun and not ended."""
    return (folder / _HEAD).exists()


def journal_blocks_runs(folder: Path) -> bool:
    """Whether files of the folder are about to change; not when only tidying up is left."""
    try:
        state = json.loads((folder / _HEAD).read_bytes())["state"]
    except FileNotFoundError:
        return False
    except (OSError, ValueError, KeyError, TypeError):
        return True
    return bool(state != JournalState.CLEANING.value)


@contextmanager
def restore_lock(folder: Path) -> Iterator[None]:
    """Keep every other process from restoring this project.

    Raises:
        RestoreBlockedError: If another process does it now, or the lock can't be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        stream = (folder / _LOCK).open("ab")
    except OSError as error:
        raise RestoreBlockedError(
            "The restore couldn't begin",
            f"{folder} can't be used because {os_error_reason(error)}. Nothing was changed.",
            details=str(error),
            retry=True,
        ) from error
    with stream:
        if sys.platform != "win32":
            try:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise RestoreBlockedError(
                    "Another restore is going on",
                    "This project is being restored in another window. Nothing was changed.",
                    hint="Wait until it ends.",
                    retry=True,
                ) from error
        yield


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write(path: Path, lines: Iterable[str]) -> None:
    with path.open("wb") as stream:
        stream.writelines(line.encode() for line in lines)
        stream.flush()
        os.fsync(stream.fileno())


def _read_steps(path: Path) -> Steps:
    with path.open("rb") as stream:
        return steps_from_lines(stream)


def _unreadable(folder: Path, details: str) -> WorkbenchError:
    return WorkbenchError(
        "An interrupted restore can't be continued",
        "Its journal can't be read. Nothing was changed, and the safety snapshot is kept.",
        hint="Some files of the project folder may be as before the restore, others as after it. "
        f"Move {folder / _HEAD} to another place, and the project can be used again; its newest "
        "snapshot is the one from before the restore. Files that were moved out of the way are "
        f"below {folder}.",
        details=f"{folder / _HEAD}: {details}",
    )
