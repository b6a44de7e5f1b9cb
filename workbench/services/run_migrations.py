"""Schema of the run records and the way from each version to the next."""

import sqlite3
from collections.abc import Sequence

from workbench.core.errors import WorkbenchError

# Each entry takes the database from the version of its index to the next one.
MIGRATIONS: Sequence[Sequence[str]] = (
    (
        # The counter grows with every change; a row carries its value of that moment, so that
        # anybody who remembers a value finds what changed since with one look at an index.
        "CREATE TABLE counter (value INTEGER NOT NULL)",
        "INSERT INTO counter VALUES (0)",
        # Thousands of runs share one list of packages.
        """CREATE TABLE environments (
            id INTEGER PRIMARY KEY,
            digest TEXT NOT NULL UNIQUE,
            body TEXT NOT NULL
        )""",
        """CREATE TABLE runs (
            number INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            project_id TEXT NOT NULL,
            status TEXT NOT NULL,
            request TEXT NOT NULL,
            interpreter TEXT NOT NULL,
            created INTEGER NOT NULL,
            started INTEGER,
            ended INTEGER,
            exit_code INTEGER,
            message TEXT NOT NULL DEFAULT '',
            snapshot TEXT NOT NULL DEFAULT '',
            snapshot_is_new INTEGER NOT NULL DEFAULT 0,
            not_captured INTEGER NOT NULL DEFAULT 0,
            repository TEXT NOT NULL DEFAULT '["","",0]',
            environment INTEGER REFERENCES environments(id),
            metrics TEXT NOT NULL DEFAULT '[]',
            output_count INTEGER NOT NULL DEFAULT 0,
            note TEXT NOT NULL DEFAULT '',
            metrics_read INTEGER NOT NULL DEFAULT 0,
            open INTEGER NOT NULL DEFAULT 1,
            version INTEGER NOT NULL
        )""",
        "CREATE INDEX runs_by_version ON runs(version)",
        "CREATE INDEX runs_open ON runs(number) WHERE open",
    ),
    (
        # A deleted run keeps its row, so that its number is not used again and it can come back.
        "ALTER TABLE runs ADD COLUMN archived INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE runs ADD COLUMN deleted INTEGER NOT NULL DEFAULT 0",
    ),
    (
        # Runs of other computers, and who wrote a note when.
        "ALTER TABLE runs ADD COLUMN machine TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE runs ADD COLUMN note_event TEXT NOT NULL DEFAULT ''",
        # How far this computer's records were told, and those of each other one were read.
        "CREATE TABLE exchange (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
        # What runs have in common and was told already.
        "CREATE TABLE told (name TEXT PRIMARY KEY)",
    ),
    (
        # Whose logs and outputs are in the Git repo, in which commit; none if it has no files.
        # A row of this computer is told once, those of other computers came from there.
        """CREATE TABLE run_files (
            run TEXT PRIMARY KEY,
            place TEXT NOT NULL,
            facts TEXT NOT NULL,
            told INTEGER NOT NULL
        )""",
    ),
)


def migrate(
    connection: sqlite3.Connection, migrations: Sequence[Sequence[str]] = MIGRATIONS
) -> None:
    """Bring a database to the newest version; all of it or nothing.

    Raises:
        WorkbenchError: If the database was made by a newer Workbench.
    """
    if _version(connection) == len(migrations):
        return
    # Taken before the version is read again: another process may be doing the same.
    connection.execute("BEGIN IMMEDIATE")
    try:
        version = _version(connection)
        _refuse_newer(version, len(migrations))
        for statements in migrations[version:]:
            for statement in statements:
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(migrations)}")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _version(connection: sqlite3.Connection) -> int:
    row: tuple[int] = connection.execute("PRAGMA user_version").fetchone()
    return row[0]


def _refuse_newer(version: int, known: int) -> None:
    if version > known:
        raise WorkbenchError(
            "These runs were made by a newer Workbench",
            "Its run records can't be read by this version. Nothing was changed.",
            hint="Update Workbench.",
            details=f"version {version}, known up to {known}",
        )
