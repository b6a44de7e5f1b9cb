"""Opening a SQLite database that other threads and processes may open at the same moment."""

import sqlite3
import threading
from pathlib import Path
from time import monotonic

_BUSY_SECONDS = 15.0
_PAUSE_SECONDS = 0.02
# The low byte of an error's code is its kind; the rest tells more about it.
_KIND = 0xFF
_IN_USE = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL})


def connect(database: Path) -> sqlite3.Connection:
    """Return a connection that uses the write-ahead log and waits for others up to 15 s.

    It is in autocommit mode and may be used and closed by any thread, one at a time.

    Raises:
        sqlite3.DatabaseError: If the database is damaged, or can't be used, or somebody else holds
            it for longer.
    """
    connection = sqlite3.connect(
        database, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    try:
        _use_write_ahead_log(connection)
        connection.execute("PRAGMA foreign_keys = ON")
    except BaseException:
        connection.close()
        raise
    return connection


def _use_write_ahead_log(connection: sqlite3.Connection) -> None:
    """Switch the log on; SQLite does not wait by itself while somebody else does the same."""
    deadline = monotonic() + _BUSY_SECONDS
    pause = threading.Event()
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & _KIND not in _IN_USE or monotonic() > deadline:
                raise
            pause.wait(_PAUSE_SECONDS)
        else:
            return
