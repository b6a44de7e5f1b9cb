"""What is known about each snapshot beside its tree: manifest and capture report (SQLite).

Facts about a path are stored only when they change: the manifest of a snapshot is the newest fact
of each path that is not younger than the snapshot. So a snapshot of one changed file adds one row.
"""

import json
import os
import sqlite3
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from workbench.core.errors import WorkbenchError
from workbench.core.snapshot import (
    CaptureReport,
    LeftOut,
    Manifest,
    NotCaptured,
    NotCapturedReason,
)

_SCHEMA = """
CREATE TABLE IF NOT EXISTS snapshots (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    commit_id TEXT NOT NULL UNIQUE,
    report INTEGER NOT NULL REFERENCES reports (number)
);
CREATE TABLE IF NOT EXISTS reports (number INTEGER PRIMARY KEY, content BLOB NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS facts (
    path BLOB NOT NULL,
    since INTEGER NOT NULL,
    mode INTEGER,
    mtime INTEGER,
    empty INTEGER NOT NULL,
    PRIMARY KEY (path, since)
) WITHOUT ROWID;
"""
# In a query with max(), SQLite takes the other columns from the row that has the maximum.
_STATE = "SELECT path, mode, mtime, empty, max(since) FROM facts WHERE since <= ? GROUP BY path"

_Fact = tuple[int | None, int | None, int]
_NOTHING: _Fact = (None, None, 0)


class SnapshotRecords:
    """Manifests and reports by commit id. Usable from several threads and processes."""

    def __init__(self, database: Path) -> None:
        """Open or make the database; a damaged one is put aside and started anew.

        Raises:
            WorkbenchError: If it can be neither opened nor made.
        """
        self._path = database
        self._lock = threading.Lock()
        self._known: tuple[int, dict[str, _Fact]] = (-1, {})
        try:
            self._connection = _open(database)
        except sqlite3.DatabaseError:
            database.replace(database.with_suffix(".damaged"))
            for suffix in ("-wal", "-shm"):
                database.with_name(database.name + suffix).unlink(missing_ok=True)
            with _translated():
                self._connection = _open(database)

    def close(self) -> None:
        """Release the database."""
        with self._lock:
            self._connection.close()

    def knows(self, commit: str) -> bool:
        """Return whether anything was stored for this commit."""
        with self._lock, _translated():
            return _number(self._connection, commit) is not None

    def manifest(self, commit: str) -> Manifest:
        """Return the manifest of a snapshot, an empty one if it is unknown here."""
        with self._lock, _translated():
            number = _number(self._connection, commit)
            state = {} if number is None else self._state(number)
        return Manifest(
            tuple(sorted(path for path, fact in state.items() if fact[2])),
            {path: fact[0] for path, fact in state.items() if fact[0] is not None},
            {path: fact[1] for path, fact in state.items() if fact[1] is not None},
        )

    def report(self, commit: str) -> CaptureReport:
        """Return what a snapshot does not hold, nothing if it is unknown here."""
        query = (
            "SELECT content FROM reports JOIN snapshots ON snapshots.report = reports.number "
            "WHERE commit_id = ?"
        )
        with self._lock, _translated():
            row = self._connection.execute(query, (commit,)).fetchone()
        return CaptureReport() if row is None else _unpack(row[0])

    def commits(self) -> list[str]:
        """Return all known commits, the newest first."""
        with self._lock, _translated():
            rows = self._connection.execute("SELECT commit_id FROM snapshots ORDER BY number DESC")
            return [row[0] for row in rows]

    def add(self, commit: str, manifest: Manifest, report: CaptureReport) -> None:
        """Store what belongs to a commit; it is on the disk when this returns.

        A commit never changes: for one that is known only the report is replaced.

        Raises:
            WorkbenchError: If it cannot be stored.
        """
        new = _facts(manifest)
        with self._lock, _translated(), self._connection as connection:
            connection.execute("BEGIN IMMEDIATE")
            kept = _report_number(connection, _pack(report))
            if _number(connection, commit) is not None:
                query = "UPDATE snapshots SET report = ? WHERE commit_id = ?"
                connection.execute(query, (kept, commit))
                return
            query = "INSERT INTO snapshots (commit_id, report) VALUES (?, ?)"
            number = connection.execute(query, (commit, kept)).lastrowid or 0
            old = self._state(number - 1)
            rows = (
                (os.fsencode(path), number, *new.get(path, _NOTHING))
                for path in old.keys() | new.keys()
                if old.get(path, _NOTHING) != new.get(path, _NOTHING)
            )
            connection.executemany("INSERT INTO facts VALUES (?, ?, ?, ?, ?)", rows)
        self._known = (number, new)

    def _state(self, number: int) -> dict[str, _Fact]:
        """Return the facts at a snapshot; the last answer is remembered, facts never change."""
        if self._known[0] != number:
            self._known = (number, _state(self._connection, number))
        return self._known[1]


def _open(database: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        database, timeout=30, check_same_thread=False, isolation_level=None
    )
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.executescript(_SCHEMA)
        connection.execute("SELECT count(*) FROM snapshots").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as exc:
        raise WorkbenchError(
            "The records of the snapshots can't be used",
            "Nothing was changed.",
            details=f"{type(exc).__name__}: {exc}",
            retry=True,
        ) from exc


def _number(connection: sqlite3.Connection, commit: str) -> int | None:
    query = "SELECT number FROM snapshots WHERE commit_id = ?"
    row = connection.execute(query, (commit,)).fetchone()
    return None if row is None else int(row[0])


def _report_number(connection: sqlite3.Connection, packed: bytes) -> int:
    """Return the number of a report; the same one is stored once."""
    connection.execute("INSERT OR IGNORE INTO reports (content) VALUES (?)", (packed,))
    query = "SELECT number FROM reports WHERE content = ?"
    return int(connection.execute(query, (packed,)).fetchone()[0])


def _state(connection: sqlite3.Connection, number: int) -> dict[str, _Fact]:
    rows = connection.execute(_STATE, (number,))
    return {
        os.fsdecode(path): (mode, mtime, empty)
        for path, mode, mtime, empty, _ in rows
        if (mode, mtime, empty) != _NOTHING
    }


def _facts(manifest: Manifest) -> dict[str, _Fact]:
    empty = set(manifest.empty_folders)
    paths = manifest.modes.keys() | manifest.mtimes.keys() | empty
    return {
        path: (manifest.modes.get(path), manifest.mtimes.get(path), int(path in empty))
        for path in paths
    }


def _pack(report: CaptureReport) -> bytes:
    content = {
        "not_captured": [[each.path, each.reason.name] for each in report.not_captured],
        "left_out": [[each.path, each.rule, each.source] for each in report.left_out],
    }
    return zlib.compress(json.dumps(content).encode("ascii"), 1)


def _unpack(packed: bytes) -> CaptureReport:
    content = json.loads(zlib.decompress(packed))
    return CaptureReport(
        tuple(NotCaptured(p, NotCapturedReason[name]) for p, name in content["not_captured"]),
        tuple(LeftOut(path, rule, source) for path, rule, source in content["left_out"]),
    )
