"""``runs.sqlite``: the run records of one project.

Any number of threads (each has a connection of its own) and processes may use it at once.
"""

import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from workbench.core.errors import NotFoundError, WorkbenchError
from workbench.core.run import Run, RunEnvironment, RunStatus
from workbench.services.pause_collections import collections_paused
from workbench.services.run_migrations import migrate
from workbench.services.run_rows import (
    COLUMNS,
    encoded,
    environment_of,
    environment_text,
    new_row,
    plain,
    runs_of,
)
from workbench.services.safe_files import os_error_reason
from workbench.services.sqlite_connection import connect

_ROWS = 1000
_ACTIVE = tuple(status.value for status in RunStatus if status.is_active)
_IS_ACTIVE = "status IN ({})".format(", ".join(f"'{value}'" for value in _ACTIVE))


class RunStore:
    """The runs of a project.

    Creation of a run and its last status survive a power cut; what is updated while a script runs
    may then be read again from the run's folder.
    """

    def __init__(self, database: Path) -> None:
        """Open the records, making or updating the database as needed.

        Raises:
            WorkbenchError: If they are damaged, made by a newer Workbench or cannot be opened.
                The file is left as it is.
        """
        self._path = database
        self._local = threading.local()
        self._lock = threading.Lock()
        self._connections: dict[sqlite3.Connection, threading.Thread] = {}
        self._environments: dict[int | None, RunEnvironment] = {None: RunEnvironment()}
        self._closed = False
        try:
            database.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _cannot_open(f"{database.parent} can't be made: {os_error_reason(error)}.") from (
                error
            )
        try:
            with self._translated():
                migrate(self._connection())
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the connections of all threads; the store cannot be used afterwards."""
        with self._lock:
            self._closed = True
            for connection in self._connections:
                connection.close()
            self._connections.clear()

    def list_runs(self, *, deleted: bool = False) -> list[Run]:
        """Return all runs, oldest first: those that are not deleted, or those that are."""
        return self._select("WHERE deleted = ? ORDER BY number", deleted)

    def snapshots(self) -> list[str]:
        """Return the snapshots of all runs that are not deleted, each once."""
        rows = self.query("SELECT DISTINCT snapshot FROM runs WHERE snapshot != '' AND NOT deleted")
        return [str(commit) for (commit,) in rows]

    def has_snapshot(self, commit: str) -> bool:
        """Return whether any run, also a deleted one, has this snapshot."""
        return bool(self.query("SELECT 1 FROM runs WHERE snapshot = ? LIMIT 1", commit))

    def get(self, run_id: str) -> Run:
        """Return a run.

        Raises:
            NotFoundError: If there is none of this id.
        """
        found = self._select("WHERE id = ?", run_id)
        if not found:
            raise _not_found(run_id)
        return found[0]

    def find_number(self, number: int) -> Run | None:
        """Return the run of this number, ``None`` if there is none."""
        found = self._select("WHERE number = ?", number)
        return found[0] if found else None

    def newest(self, skip: int = 0) -> Run | None:
        """Return the run with the highest number, or one that many before it; no deleted one."""
        found = self._select("WHERE NOT deleted ORDER BY number DESC LIMIT 1 OFFSET ?", skip)
        return found[0] if found else None

    def with_prefix(self, prefix: str, most: int = 2) -> list[Run]:
        """Return runs whose id begins with a text, oldest first, no more than so many."""
        end = f"{prefix}\U0010ffff"
        return self._select("WHERE id >= ? AND id < ? ORDER BY number LIMIT ?", prefix, end, most)

    def previous(self, run: Run) -> Run | None:
        """Return the run before this one that is not deleted, ``None`` for the first."""
        found = self._select(
            "WHERE number < ? AND NOT deleted ORDER BY number DESC LIMIT 1", run.number
        )
        return found[0] if found else None

    def active(self) -> list[Run]:
        """Return the runs that are preparing, queued or running, oldest first."""
        return self._select(f"WHERE open AND {_IS_ACTIVE} ORDER BY number")

    def unfinished(self) -> list[Run]:
        """Return the active runs and the ended ones whose environment is not known yet."""
        return self._select("WHERE open ORDER BY number")

    def changed_since(self, token: int) -> tuple[int, list[Run]]:
        """Return the runs that any process added or changed, and the token for the next call.

        Args:
            token: From :meth:`token` or the last call; -1 returns all runs.
        """
        now = self.token()
        if now <= token:
            return token, []
        return now, self._select("WHERE version > ? AND version <= ? ORDER BY number", token, now)

    def token(self) -> int:
        """Return the mark of this moment for :meth:`changed_since`."""
        with self._translated():
            row = self._connection().execute("SELECT value FROM counter").fetchone()
        return int(row[0])

    @property
    def log(self) -> Path:
        """The file whose content is what the disk has to hold for the newest changes to last."""
        return self._path.with_name(f"{self._path.name}-wal")

    def insert(self, run: Run, *, durable: bool = True) -> Run:
        """Add a run and return it with the number it got; its own ``number`` is ignored.

        Args:
            run: The run.
            durable: Whether it must survive a power cut; else have :attr:`log` reach the disk.
        """
        row = new_row(run)
        names = ", ".join(row)
        marks = ", ".join("?" * len(row))
        with self.transaction(durable=durable) as (connection, version):
            (number,) = connection.execute("SELECT IFNULL(MAX(number), 0) + 1 FROM runs").fetchone()
            connection.execute(
                f"INSERT INTO runs (number, version, {names}) VALUES (?, ?, {marks})",  # noqa: S608
                (number, version, *row.values()),
            )
        if run.environment != RunEnvironment():
            self.set_environment(run.id, run.environment)
        return replace(run, number=number)

    def update(
        self,
        run_id: str,
        values: Mapping[str, Any],
        *,
        only: frozenset[RunStatus] | None = None,
        durable: bool = False,
    ) -> bool:
        """Change fields of a run.

        Args:
            run_id: The run.
            values: New values by the names of :class:`Run`'s fields.
            only: Do it only if the run has one of these statuses.
            durable: Whether it must survive a power cut.

        Returns:
            Whether it was changed: it exists and its status was one of ``only``.
        """
        condition = "id = ?"
        if only is not None:
            condition += " AND status IN ({})".format(", ".join("?" * len(only)))
        statuses = [status.value for status in only or ()]
        return self._set(encoded(values), condition, [run_id, *statuses], durable=durable)

    def set_note(self, run_id: str, note: str, event: str = "") -> None:
        """Keep the user's note on a run.

        Args:
            run_id: The run.
            note: The note.
            event: Id of the moment and the computer that it was written at.

        Raises:
            NotFoundError: If there is no such run.
        """
        values = {"note": plain(note), "note_event": event}
        if not self._set(values, "id = ?", [run_id], durable=True):
            raise _not_found(run_id)

    def set_environment(self, run_id: str, environment: RunEnvironment) -> None:
        """Keep where a run ran; equal environments are stored once."""
        body, digest = environment_text(environment)
        with self.transaction() as (connection, version):
            connection.execute(
                "INSERT OR IGNORE INTO environments (digest, body) VALUES (?, ?)", (digest, body)
            )
            connection.execute(
                "UPDATE runs SET version = ?, environment = "
                "(SELECT id FROM environments WHERE digest = ?) WHERE id = ?",
                (version, digest, run_id),
            )

    def metrics_read(self, run_id: str) -> int:
        """Return how many bytes of a run's metrics are already in its record."""
        with self._translated():
            query = "SELECT metrics_read FROM runs WHERE id = ?"
            row = self._connection().execute(query, (run_id,)).fetchone()
        return int(row[0]) if row else 0

    def set_metrics(self, run_id: str, metrics: tuple[tuple[str, Any], ...], read: int) -> bool:
        """Keep the last values of the scalar metrics found in the first ``read`` bytes.

        Returns:
            Whether they were stored; not if another process has read further.
        """
        values = {**encoded({"metrics": metrics}), "metrics_read": read}
        return self._set(values, "id = ? AND metrics_read < ?", [run_id, read])

    def query(self, text: str, *parameters: str | int) -> list[tuple[Any, ...]]:
        """Return the rows that a query finds.

        Raises:
            WorkbenchError: If the records cannot be read.
        """
        with self._translated():
            return self._connection().execute(text, parameters).fetchall()

    def close_run(self, run_id: str) -> None:
        """Note that nothing more is expected of an ended run."""
        self._set({"open": 0}, f"id = ? AND open AND NOT {_IS_ACTIVE}", [run_id])

    def _set(
        self, values: Mapping[str, object], condition: str, of: list[str | int], *,
        durable: bool = False,
    ) -> bool:  # fmt: skip
        names = ", ".join(f"{name} = ?" for name in values)
        with self.transaction(durable=durable) as (connection, version):
            query = f"UPDATE runs SET {names}, version = ? WHERE {condition}"  # noqa: S608
            return connection.execute(query, (*values.values(), version, *of)).rowcount > 0

    def _select(self, condition: str, *parameters: str | int) -> list[Run]:
        with self._translated(), collections_paused():
            connection = self._connection()
            query = f"SELECT {COLUMNS} FROM runs {condition}"  # noqa: S608 - own constants only
            cursor = connection.execute(query, parameters)
            runs: list[Run] = []
            # In pieces, so that rows and runs are never all in memory at once.
            while rows := cursor.fetchmany(_ROWS):
                self._load_environments(connection, {row[15] for row in rows})
                runs += runs_of(rows, self._environments)
        return runs

    def _load_environments(self, connection: sqlite3.Connection, wanted: set[int | None]) -> None:
        # They never change, so that each is read once in the life of this object.
        for key in wanted - self._environments.keys():
            query = "SELECT body FROM environments WHERE id = ?"
            (body,) = connection.execute(query, (key,)).fetchone()
            self._environments[key] = environment_of(body)

    @contextmanager
    def transaction(self, *, durable: bool = False) -> Iterator[tuple[sqlite3.Connection, int]]:
        """Change several things at once; the number goes into ``version`` of what is changed.

        Raises:
            WorkbenchError: If that cannot be done; nothing was changed then.
        """
        with self._translated():
            connection = self._connection()
            # Not possible inside a transaction.
            connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            connection.execute("BEGIN IMMEDIATE")
            try:
                connection.execute("UPDATE counter SET value = value + 1")
                (version,) = connection.execute("SELECT value FROM counter").fetchone()
                yield connection, version
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is not None and not self._closed:
            return connection
        self._refuse_closed()
        # Outside the lock: it may have to wait for another process.
        connection = connect(self._path)
        with self._lock:
            try:
                self._refuse_closed()
            except WorkbenchError:
                connection.close()
                raise
            for old in [c for c, thread in self._connections.items() if not thread.is_alive()]:
                old.close()
                del self._connections[old]
            self._connections[connection] = threading.current_thread()
        self._local.connection = connection
        return connection

    def _refuse_closed(self) -> None:
        if self._closed:
            raise WorkbenchError("The project is closed", "Its runs can't be read any more.")

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            text = "The disk is full." if "full" in str(error) else f"{self._path} can't be used."
            raise _cannot_open(text, str(error)) from error
        except sqlite3.DatabaseError as error:
            raise WorkbenchError(
                "The run records of this project are damaged",
                f"{self._path} can't be read. It was left as it is; your files and snapshots are "
                "not affected.",
                hint="Put the file back from a copy, or move it away to begin new records.",
                details=str(error),
            ) from error


def _cannot_open(text: str, details: str = "") -> WorkbenchError:
    return WorkbenchError(
        "The run records can't be used",
        f"{text} Nothing was changed.",
        details=details,
        retry=True,
    )


def _not_found(run_id: str) -> NotFoundError:
    return NotFoundError("Run not found", f"This project has no run {run_id}.")
