"""What the run records of a project tell other computers, and take from them."""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from workbench.core.run import Run, RunEnvironment
from workbench.services.run_events import (
    EnvironmentEvent,
    Event,
    FilesEvent,
    NoteEvent,
    RunEvent,
    SharingEvent,
    is_of_machine,
)
from workbench.services.run_rows import COLUMNS, new_row, plain, runs_of
from workbench.services.run_store import RunStore
from workbench.services.shared_files import (
    count_to_tell,
    events_to_tell,
    mark_event_told,
    take_files,
    take_sharing,
)

_EXPORTED = "told up to"
_NO_ENVIRONMENT = RunEnvironment()
_NEW = (
    "SELECT id, note_event, machine, IFNULL((SELECT digest FROM environments "
    "WHERE environments.id = runs.environment), '') FROM runs "
    "WHERE version > ? AND version <= ? AND NOT open ORDER BY number"
)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Events that other computers don't know yet.

    Attributes:
        events: In the order they have to be read in.
        snapshots: Commits of snapshots that they refer to and that were not told before.
        token: For :func:`mark_told`.
    """

    events: tuple[Event, ...]
    snapshots: tuple[str, ...]
    token: int


def outgoing(store: RunStore, machine: str) -> Outgoing:
    """Return what is new since the last :func:`mark_told`: ended runs, notes, files in the repo.

    Raises:
        WorkbenchError: If the records can't be read.
    """
    token, told = store.token(), _told_up_to(store)
    events: list[Event] = []
    digests: dict[str, None] = {}
    snapshots: dict[str, None] = {}
    for run_id, note_event, origin, digest in store.query(_NEW, told, token):
        run = store.get(run_id)
        if not origin:
            digests |= {digest: None} if digest else {}
            snapshots |= {run.snapshot: None} if run.snapshot else {}
            events.append(RunEvent(run, digest, note_event))
        elif is_of_machine(note_event, machine):
            events.append(NoteEvent(run_id, run.note, note_event))
    environments = [
        EnvironmentEvent(digest, _body(store, digest))
        for digest in digests
        if not _is_told(store, digest)
    ]
    new = tuple(commit for commit in snapshots if not _is_told(store, commit))
    return Outgoing((*environments, *events, *events_to_tell(store)), new, token)


def count_outgoing(store: RunStore, machine: str) -> int:
    """Return of how many runs and notes other computers don't know yet, and of files of runs.

    Raises:
        WorkbenchError: If the records can't be read.
    """
    rows = store.query(_NEW, _told_up_to(store), store.token())
    told = sum(not row[2] or is_of_machine(row[1], machine) for row in rows)
    return told + count_to_tell(store)


def mark_told(store: RunStore, told: Outgoing, machine: str, up_to: str) -> None:
    """Note that all of it was written down for other computers.

    Args:
        store: The run records.
        told: What was written down.
        machine: This computer.
        up_to: The commit that it was written down in.

    Raises:
        WorkbenchError: If that can't be stored; it is told again then, which does no harm.
    """
    names = [each.digest for each in told.events if isinstance(each, EnvironmentEvent)]
    with store.transaction() as (connection, _version):
        connection.executemany(
            "INSERT OR IGNORE INTO told VALUES (?)", [(name,) for name in (*names, *told.snapshots)]
        )
        for each in told.events:
            if isinstance(each, FilesEvent | SharingEvent):
                mark_event_told(connection, each)
        _set(connection, _EXPORTED, str(told.token))
        # Nothing in it is new to this computer.
        _set(connection, f"read {machine}", up_to)


def read_up_to(store: RunStore, machine: str) -> str:
    """Return up to which commit the records of a computer were taken in; empty for none."""
    rows = store.query("SELECT value FROM exchange WHERE name = ?", f"read {machine}")
    return str(rows[0][0]) if rows else ""


def take_in(
    store: RunStore, machine: str, events: Iterable[Event], up_to: str, *, own: bool
) -> None:
    """Take in what a computer told, all of it or nothing.

    Args:
        store: The run records.
        machine: The computer.
        events: In its order.
        up_to: Commit that they end with.
        own: Whether it is this computer, whose records were lost.

    Raises:
        WorkbenchError: If they can't be stored.
    """
    origin = "" if own else machine
    with store.transaction(durable=True) as (connection, version):
        for event in events:
            if isinstance(event, EnvironmentEvent):
                connection.execute(
                    "INSERT OR IGNORE INTO environments (digest, body) VALUES (?, ?)",
                    (event.digest, event.body),
                )
            elif isinstance(event, RunEvent):
                _take_run(connection, version, event, origin)
            elif isinstance(event, NoteEvent):
                _take_note(connection, version, event)
            elif isinstance(event, FilesEvent):
                take_files(connection, _local_id(connection, event.run_id, origin), event.files)
            elif isinstance(event, SharingEvent):
                take_sharing(connection, origin, on=event.on)
        _set(connection, f"read {machine}", up_to)


def _take_run(connection: sqlite3.Connection, version: int, event: RunEvent, origin: str) -> None:
    run = replace(event.run, id=_local_id(connection, event.run.id, origin), machine=origin)
    known = _known(connection, run.id)
    if known is None:
        _insert(connection, version, run, event)
        return
    before, note_event, digest = known
    if not origin:
        # This computer knows better how its own runs went.
        _write_note(connection, version, run.id, run.note, event.note_event)
        return
    newer = event.note_event > note_event
    after = replace(
        run,
        number=before.number,
        note=run.note if newer else before.note,
        archived=before.archived,
        deleted=before.deleted,
    )
    if (after, event.environment) == (before, digest):
        return
    row = new_row(after) | {"note_event": max(event.note_event, note_event)}
    names = ", ".join(f"{name} = ?" for name in row)
    connection.execute(
        f"UPDATE runs SET {names}, version = ?, environment = "  # noqa: S608 - own names only
        "(SELECT id FROM environments WHERE digest = ?) WHERE id = ?",
        (*row.values(), version, event.environment, run.id),
    )


def _local_id(connection: sqlite3.Connection, run_id: str, origin: str) -> str:
    """Return what a computer's run of this id is called here."""
    query = "SELECT machine FROM runs WHERE id = ?"
    known = connection.execute(query, (run_id,)).fetchone()
    if known is None or known[0] == origin:
        return run_id
    # Two computers started a run of the same name in the same millisecond.
    return f"{run_id}_{origin[:8] or 'here'}"


def _insert(connection: sqlite3.Connection, version: int, run: Run, event: RunEvent) -> None:
    taken = connection.execute("SELECT 1 FROM runs WHERE number = ?", (run.number,)).fetchone()
    number = run.number
    if taken:
        (number,) = connection.execute("SELECT MAX(number) + 1 FROM runs").fetchone()
    row = new_row(run) | {
        "number": number,
        "version": version,
        "open": 0,
        "machine": run.machine,
        "note_event": event.note_event,
    }
    names, marks = ", ".join(row), ", ".join("?" * len(row))
    connection.execute(
        f"INSERT INTO runs ({names}, environment) VALUES ({marks}, "  # noqa: S608 - own names only
        "(SELECT id FROM environments WHERE digest = ?))",
        (*row.values(), event.environment),
    )


def _take_note(connection: sqlite3.Connection, version: int, event: NoteEvent) -> None:
    _write_note(connection, version, event.run_id, event.note, event.note_event)


def _write_note(
    connection: sqlite3.Connection, version: int, run_id: str, note: str, note_event: str
) -> None:
    """Keep a note if it is newer than the one there is."""
    connection.execute(
        "UPDATE runs SET note = ?, note_event = ?, version = ? WHERE id = ? AND note_event < ?",
        (plain(note), note_event, version, run_id, note_event),
    )


def _known(connection: sqlite3.Connection, run_id: str) -> tuple[Run, str, str] | None:
    query = f"SELECT {COLUMNS}, note_event FROM runs WHERE id = ?"  # noqa: S608 - own names only
    row: Sequence[object] | None = connection.execute(query, (run_id,)).fetchone()
    if row is None:
        return None
    query = "SELECT digest FROM environments WHERE id = ?"
    found = connection.execute(query, (row[15],)).fetchone()
    bare = (*row[:15], None, *row[16:-1])
    (run,) = runs_of([bare], {None: _NO_ENVIRONMENT})
    return run, str(row[-1]), str(found[0]) if found else ""


def _told_up_to(store: RunStore) -> int:
    rows = store.query("SELECT value FROM exchange WHERE name = ?", _EXPORTED)
    return int(rows[0][0]) if rows else -1


def _is_told(store: RunStore, name: str) -> bool:
    return bool(store.query("SELECT 1 FROM told WHERE name = ?", name))


def _body(store: RunStore, digest: str) -> str:
    return str(store.query("SELECT body FROM environments WHERE digest = ?", digest)[0][0])


def _set(connection: sqlite3.Connection, name: str, value: str) -> None:
    connection.execute("INSERT OR REPLACE INTO exchange VALUES (?, ?)", (name, value))
