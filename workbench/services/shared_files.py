"""Which runs have their log and outputs in the Git repo, and whether this computer shares them."""

import json
import sqlite3

from workbench.core.run import RunStatus
from workbench.core.run_files import SharedFiles
from workbench.services.run_events import FilesEvent, SharingEvent, files_values, read_files_values
from workbench.services.run_store import RunStore

_SHARING, _TOLD = "files are shared", "sharing was told"
_ON, _OFF = "on", "off"
_UNSHARED = (
    "FROM runs WHERE machine = '' AND NOT open AND NOT deleted AND status != ? "
    "AND id NOT IN (SELECT run FROM run_files)"
)


def is_sharing(store: RunStore) -> bool:
    """Whether logs and outputs of this computer go to the Git repo.

    Raises:
        WorkbenchError: If the records can't be read.
    """
    return _value(store, _SHARING) == _ON


def set_sharing(store: RunStore, *, on: bool) -> None:
    """Decide whether logs and outputs of this computer go to the Git repo.

    Raises:
        WorkbenchError: If that can't be stored.
    """
    with store.transaction(durable=True) as (connection, _version):
        _set(connection, _SHARING, _ON if on else _OFF)


def is_sharing_on(store: RunStore, machine: str) -> bool:
    """Whether another computer told that it shares logs and outputs.

    Raises:
        WorkbenchError: If the records can't be read.
    """
    return _value(store, f"{_SHARING} {machine}") == _ON


def unshared(store: RunStore) -> list[str]:
    """Return the runs of this computer whose files are not in the Git repo, the newest first.

    Raises:
        WorkbenchError: If the records can't be read.
    """
    query = f"SELECT id {_UNSHARED} ORDER BY number DESC"
    return [run_id for (run_id,) in store.query(query, RunStatus.IMPORTED.value)]


def count_unshared(store: RunStore) -> int:
    """Return how many that are.

    Raises:
        WorkbenchError: If the records can't be read.
    """
    query = f"SELECT COUNT(*) {_UNSHARED}"
    return int(store.query(query, RunStatus.IMPORTED.value)[0][0])


def note_shared(store: RunStore, files: dict[str, SharedFiles | None]) -> None:
    """Note what of runs of this computer is in the Git repo; ``None`` if a run has no files.

    Raises:
        WorkbenchError: If that can't be stored.
    """
    with store.transaction(durable=True) as (connection, _version):
        for run_id, shared in files.items():
            facts = json.dumps(files_values(shared)) if shared else ""
            connection.execute(
                "INSERT OR IGNORE INTO run_files VALUES (?, ?, ?, ?)",
                (run_id, shared.commit if shared else "", facts, int(shared is None)),
            )


def shared_files(store: RunStore, run_id: str) -> SharedFiles | None:
    """Return what of a run is in the Git repo, ``None`` if nothing is.

    Raises:
        WorkbenchError: If the records can't be read.
    """
    rows = store.query("SELECT facts FROM run_files WHERE run = ? AND place != ''", run_id)
    return read_files_values(json.loads(rows[0][0])) if rows else None


def events_to_tell(store: RunStore) -> list[FilesEvent | SharingEvent]:
    """Return what other computers don't know yet about files of this one.

    Raises:
        WorkbenchError: If the records can't be read.
    """
    rows = store.query("SELECT run, facts FROM run_files WHERE NOT told")
    found: list[FilesEvent | SharingEvent] = [
        FilesEvent(run_id, read_files_values(json.loads(facts))) for run_id, facts in rows
    ]
    now = _value(store, _SHARING)
    if now and now != _value(store, _TOLD):
        found.append(SharingEvent(now == _ON))
    return found


def count_to_tell(store: RunStore) -> int:
    """Return how many events that are.

    Raises:
        WorkbenchError: If the records can't be read.
    """
    ((rows,),) = store.query("SELECT COUNT(*) FROM run_files WHERE NOT told")
    now = _value(store, _SHARING)
    return int(rows) + int(bool(now) and now != _value(store, _TOLD))


def mark_event_told(connection: sqlite3.Connection, event: FilesEvent | SharingEvent) -> None:
    """Note in a transaction that an event was told."""
    if isinstance(event, FilesEvent):
        connection.execute("UPDATE run_files SET told = 1 WHERE run = ?", (event.run_id,))
    else:
        _set(connection, _TOLD, _ON if event.on else _OFF)


def take_files(connection: sqlite3.Connection, run_id: str, files: SharedFiles) -> None:
    """Take in a transaction that files of a run are in the Git repo."""
    connection.execute(
        "INSERT OR REPLACE INTO run_files VALUES (?, ?, ?, 1)",
        (run_id, files.commit, json.dumps(files_values(files))),
    )


def take_sharing(connection: sqlite3.Connection, machine: str, *, on: bool) -> None:
    """Take in a transaction whether a computer shares files; none if it is this one.

    What this computer itself told does not count: a copy of its data folder may have told it.
    Where the records were lost, the user decides again.
    """
    if machine:
        _set(connection, f"{_SHARING} {machine}", _ON if on else _OFF)


def _value(store: RunStore, name: str) -> str:
    rows = store.query("SELECT value FROM exchange WHERE name = ?", name)
    return str(rows[0][0]) if rows else ""


def _set(connection: sqlite3.Connection, name: str, value: str) -> None:
    connection.execute("INSERT OR REPLACE INTO exchange VALUES (?, ?)", (name, value))
