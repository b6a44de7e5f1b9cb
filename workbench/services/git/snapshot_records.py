"""What is known about each snapshot beside its tree: manifest and capture report (SQLite).

Facts about a path are stored only when they change: the manifest of a snapshot is the newest fact
of each path that is not younger than the snapshot. So a snapshot of one changed file adds one row.
"""

import json
import logging
import os
import sqlite3
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from itertools import chain, islice
from pathlib import Path
from typing import TypeVar

from workbench.core.errors import WorkbenchError
from workbench.core.snapshot import (
    CaptureReport,
    FileRecord,
    LeftOut,
    Manifest,
    NotCaptured,
    NotCapturedReason,
)

_log = logging.getLogger(__name__)
_TITLE = "The records of the snapshots can't be used"
_AT_ONCE = 1000
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
_STATE_BESIDE = f"SELECT path, mode, empty FROM ({_STATE}) WHERE mode IS NOT NULL OR empty"  # noqa: S608
_ANY_TIME = f"SELECT 1 FROM ({_STATE}) WHERE mtime IS NOT NULL LIMIT 1"  # noqa: S608
_FEW = 300  # so many files are asked for one by one

_Fact = tuple[int | None, int | None, int]
_NOTHING: _Fact = (None, None, 0)
_Answer = TypeVar("_Answer")


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
        self._connection: sqlite3.Connection | None = None
        self._use(lambda _: None, None)

    def close(self) -> None:
        """Release the database."""
        with self._lock:
            self._release()

    def knows(self, commit: str) -> bool:
        """Return whether anything was stored for this commit."""
        return self._use(
            lambda connection: _number(connection, commit) is not None, otherwise=False
        )

    def manifest(self, commit: str) -> Manifest:
        """Return the manifest of a snapshot, an empty one if it is unknown here."""

        def read(connection: sqlite3.Connection) -> tuple[int, list[tuple[str, int | None, int]]]:
            number = _number(connection, commit)
            if number is None:
                return 0, []
            rows = connection.execute(_STATE_BESIDE, (number,))
            return number, [(os.fsdecode(path), *fact) for path, *fact in rows]

        nothing: tuple[int, list[tuple[str, int | None, int]]] = (0, [])
        number, beside = self._use(read, nothing)
        return Manifest(
            tuple(sorted(path for path, _, empty in beside if empty)),
            {path: mode for path, mode, _ in beside if mode is not None},
            _RecordedTimes(self, number) if number else {},
        )

    def time(self, number: int, path: str) -> int | None:
        """Return the time that is on record for a file of a snapshot."""
        query = "SELECT mtime FROM facts WHERE path = ? AND since <= ? ORDER BY since DESC LIMIT 1"
        asked = os.fsencode(path), number
        row = self._use(lambda connection: connection.execute(query, asked).fetchone(), None)
        return None if row is None else row[0]

    def has_times(self, number: int) -> bool:
        """Return whether a time is on record for any file of a snapshot."""
        query = _ANY_TIME
        row = self._use(lambda connection: connection.execute(query, (number,)).fetchone(), None)
        return row is not None

    def times(self, number: int) -> dict[str, int]:
        """Return the times that are on record for the files of a snapshot."""
        nothing: dict[str, _Fact] = {}
        state = self._use(lambda connection: self._state(connection, number), nothing)
        return {path: fact[1] for path, fact in state.items() if fact[1] is not None}

    def report(self, commit: str) -> CaptureReport:
        """Return what a snapshot does not hold, nothing if it is unknown here."""
        packed = self._packed_report(commit)
        return CaptureReport() if packed is None else _unpack(packed)

    def has_report(self, commit: str, report: CaptureReport) -> bool:
        """Return whether this is the report of a snapshot; an unknown one has an empty report."""
        packed = self._packed_report(commit)
        return report == CaptureReport() if packed is None else packed == _pack(report)

    def commits(self) -> list[str]:
        """Return all known commits, the newest first."""
        query = "SELECT commit_id FROM snapshots ORDER BY number DESC"
        nothing: list[tuple[str]] = []
        rows = self._use(lambda connection: connection.execute(query).fetchall(), nothing)
        return [row[0] for row in rows]

    def not_before(self, commit: str) -> frozenset[str]:
        """Return a commit and all that were stored here after it; none if it is unknown."""
        query = (
            "SELECT commit_id FROM snapshots "
            "WHERE number >= (SELECT number FROM snapshots WHERE commit_id = ?)"
        )
        nothing: list[tuple[str]] = []
        rows = self._use(
            lambda connection: connection.execute(query, (commit,)).fetchall(), nothing
        )
        return frozenset(row[0] for row in rows)

    def add(self, commit: str, manifest: Manifest, report: CaptureReport) -> None:
        """Store what belongs to a commit; it is on the disk when this returns.

        A commit never changes: for one that is known only the report is replaced.

        Raises:
            WorkbenchError: If it cannot be stored.
        """
        new, packed = _facts(manifest), _pack(report)

        def add(connection: sqlite3.Connection) -> bool:
            self._add(connection, commit, new, packed)
            return True

        # one that turns out to be damaged is started anew, once
        if not self._use(add, otherwise=False) and not self._use(add, otherwise=False):
            raise WorkbenchError(
                _TITLE, "Nothing was changed.", details=f"{self._path} is damaged.", retry=True
            )

    def add_after(self, before: str, commit: str, files: Mapping[str, FileRecord | None]) -> bool:
        """Store what belongs to a commit that differs from the newest one in some files only.

        Args:
            before: The commit that it must differ from.
            commit: The new one.
            files: What is on record about these files now; ``None`` for one that is gone.

        Returns:
            Whether it was stored; it is not if another commit than ``before`` is the newest.

        Raises:
            WorkbenchError: If it cannot be stored.
        """
        return self._use(
            lambda connection: self._add_after(connection, before, commit, files), otherwise=False
        )

    def _add_after(
        self,
        connection: sqlite3.Connection,
        before: str,
        commit: str,
        files: Mapping[str, FileRecord | None],
    ) -> bool:
        with connection:
            connection.execute("BEGIN IMMEDIATE")
            query = "SELECT number, commit_id, report FROM snapshots ORDER BY number DESC LIMIT 1"
            last = connection.execute(query).fetchone()
            if last is None or last[1] != before or _number(connection, commit) is not None:
                return False
            query = "INSERT INTO snapshots (commit_id, report) VALUES (?, ?)"
            number = connection.execute(query, (commit, last[2])).lastrowid or 0
            facts: dict[str, _Fact] = {
                path: _NOTHING if each is None else (*each, 0) for path, each in files.items()
            }
            rows = [
                (raw, number, *fact)
                for path, fact in facts.items()
                if _last_fact(connection, raw := os.fsencode(path)) != fact
            ]
            connection.executemany("INSERT INTO facts VALUES (?, ?, ?, ?, ?)", rows)
        if self._known[0] == last[0]:
            self._known[1].update(facts)
            for path in [path for path, fact in facts.items() if fact == _NOTHING]:
                del self._known[1][path]
            self._known = (number, self._known[1])
        return True

    def _add(
        self, connection: sqlite3.Connection, commit: str, new: dict[str, _Fact], packed: bytes
    ) -> None:
        with connection:
            connection.execute("BEGIN IMMEDIATE")
            kept = _report_number(connection, packed)
            if _number(connection, commit) is not None:
                query = "UPDATE snapshots SET report = ? WHERE commit_id = ?"
                connection.execute(query, (kept, commit))
                return
            query = "INSERT INTO snapshots (commit_id, report) VALUES (?, ?)"
            number = connection.execute(query, (commit, kept)).lastrowid or 0
            old = self._state(connection, number - 1)
            rows = (
                (os.fsencode(path), number, *new.get(path, _NOTHING))
                for path in old.keys() | new.keys()
                if old.get(path, _NOTHING) != new.get(path, _NOTHING)
            )
            connection.executemany("INSERT INTO facts VALUES (?, ?, ?, ?, ?)", rows)
        self._known = (number, new)

    def _packed_report(self, commit: str) -> bytes | None:
        query = (
            "SELECT content FROM reports JOIN snapshots ON snapshots.report = reports.number "
            "WHERE commit_id = ?"
        )
        row = self._use(lambda connection: connection.execute(query, (commit,)).fetchone(), None)
        return None if row is None else bytes(row[0])

    def _use(self, work: Callable[[sqlite3.Connection], _Answer], otherwise: _Answer) -> _Answer:
        """Return what is found in the database; a damaged one is put aside and started anew.

        Args:
            work: Finds it.
            otherwise: The answer if the database turns out to be damaged.

        Raises:
            WorkbenchError: If it cannot be used for any other reason.
        """
        with self._lock:
            try:
                try:
                    return work(self._opened())
                except sqlite3.DatabaseError as exc:
                    if not _is_damage(exc):
                        raise
                    _log.warning("the records of the snapshots are damaged: %s", exc)
                    self._release()
                    _put_aside(self._path)
                    self._opened()
                    return otherwise
            except (sqlite3.Error, OSError) as exc:
                raise WorkbenchError(
                    _TITLE,
                    "Nothing was changed.",
                    details=f"{type(exc).__name__}: {exc}",
                    retry=True,
                ) from exc

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = _open(self._path)
        return self._connection

    def _release(self) -> None:
        self._known = (-1, {})
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _state(self, connection: sqlite3.Connection, number: int) -> dict[str, _Fact]:
        """Return the facts at a snapshot; the last answer is remembered, facts never change."""
        if self._known[0] != number:
            self._known = (number, _state(connection, number))
        return self._known[1]


class _RecordedTimes(Mapping[str, int]):
    """The times of the files of a snapshot: asked for one by one, or read when many are wanted."""

    def __init__(self, records: SnapshotRecords, number: int) -> None:
        self._records = records
        self._number = number
        self._asked = 0
        self._all: dict[str, int] | None = None

    def __getitem__(self, path: str) -> int:
        self._asked += 1
        if self._all is None and self._asked > _FEW:
            self._read()
        known = self._all
        found = self._records.time(self._number, path) if known is None else known.get(path)
        if found is None:
            raise KeyError(path)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._read())

    def __len__(self) -> int:
        return len(self._read())

    def __bool__(self) -> bool:
        return self._records.has_times(self._number)

    def _read(self) -> dict[str, int]:
        if self._all is None:
            self._all = self._records.times(self._number)
        return self._all


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


def _is_damage(error: sqlite3.Error) -> bool:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the rest tells more precisely where
    return code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def _put_aside(database: Path) -> None:
    """Rename a damaged database with all that belongs to it; nothing of it is removed."""
    kept = f"{database.name}.damaged-{time.time_ns()}"
    for suffix in ("", "-wal", "-shm"):
        try:
            database.with_name(database.name + suffix).replace(database.with_name(kept + suffix))
        except FileNotFoundError:
            continue


def _number(connection: sqlite3.Connection, commit: str) -> int | None:
    query = "SELECT number FROM snapshots WHERE commit_id = ?"
    row = connection.execute(query, (commit,)).fetchone()
    return None if row is None else int(row[0])


def _last_fact(connection: sqlite3.Connection, path: bytes) -> _Fact:
    query = "SELECT mode, mtime, empty FROM facts WHERE path = ? ORDER BY since DESC LIMIT 1"
    row = connection.execute(query, (path,)).fetchone()
    return _NOTHING if row is None else (row[0], row[1], row[2])


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
    """Return a report as bytes, in parts: a long one must not stop the window."""
    rows: Iterator[list[str]] = chain(
        (["", each.path, each.reason.name] for each in report.not_captured),
        ([each.path, each.rule, each.source] for each in report.left_out),
    )
    packer = zlib.compressobj(1)
    parts = []
    while part := list(islice(rows, _AT_ONCE)):
        parts.append(packer.compress(json.dumps(part).encode("ascii") + b"\n"))
    return b"".join(parts) + packer.flush()


def _unpack(packed: bytes) -> CaptureReport:
    not_captured: list[NotCaptured] = []
    left_out: list[LeftOut] = []
    for line in zlib.decompress(packed).splitlines():
        for first, second, third in json.loads(line):
            if first:
                left_out.append(LeftOut(first, second, third))
            else:
                not_captured.append(NotCaptured(second, NotCapturedReason[third]))
    return CaptureReport(tuple(not_captured), tuple(left_out))
