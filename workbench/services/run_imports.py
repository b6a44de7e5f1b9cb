"""Runs that are known by their snapshot alone, because another program made it."""

import sqlite3
from collections.abc import Iterable, Iterator
from itertools import count

from workbench.core.run import (
    IMPORTED,
    Interpreter,
    InterpreterKind,
    Run,
    RunEnvironment,
    RunRequest,
    RunStatus,
    UserRepository,
)
from workbench.services.git.foreign_commits import ForeignCommit
from workbench.services.run_rows import environment_text, new_row, plain
from workbench.services.run_store import RunStore

_UP_TO = "imported up to"
_NOTHING = RunRequest("", (), Interpreter("", InterpreterKind.PROGRAM))


def imported_up_to(store: RunStore) -> str:
    """Return the commit up to which snapshots were taken in; empty for none.

    Raises:
        WorkbenchError: If the records can't be read.
    """
    rows = store.query("SELECT value FROM exchange WHERE name = ?", _UP_TO)
    return str(rows[0][0]) if rows else ""


def take_in_commits(
    store: RunStore, project_id: str, commits: Iterable[ForeignCommit], up_to: str
) -> None:
    """Add a run for each commit that has none, with the lowest numbers that are free.

    Raises:
        WorkbenchError: If they can't be stored; none of them is then.
    """
    with store.transaction(durable=True) as (connection, version):
        numbers = _free_numbers(connection)
        for commit in commits:
            run = _run(project_id, commit)
            if not connection.execute("SELECT 1 FROM runs WHERE id = ?", (run.id,)).fetchone():
                _insert(connection, version, run, next(numbers))
        connection.execute("INSERT OR REPLACE INTO exchange VALUES (?, ?)", (_UP_TO, up_to))


def _run(project_id: str, commit: ForeignCommit) -> Run:
    return Run(
        f"imported_{commit.id}",
        0,
        project_id,
        RunStatus.IMPORTED,
        _NOTHING,
        commit.created,
        ended=commit.created,
        message=plain(commit.message),
        snapshot=commit.id,
        snapshot_is_new=True,
        repository=UserRepository(recorded=False),
        environment=RunEnvironment(user=plain(commit.author)),
        machine=IMPORTED,
    )


def _insert(connection: sqlite3.Connection, version: int, run: Run, number: int) -> None:
    body, digest = environment_text(run.environment)
    connection.execute(
        "INSERT OR IGNORE INTO environments (digest, body) VALUES (?, ?)", (digest, body)
    )
    row = new_row(run) | {"number": number, "version": version, "open": 0, "machine": run.machine}
    names, marks = ", ".join(row), ", ".join("?" * len(row))
    connection.execute(
        f"INSERT INTO runs ({names}, environment) VALUES ({marks}, "  # noqa: S608 - own names only
        "(SELECT id FROM environments WHERE digest = ?))",
        (*row.values(), digest),
    )


def _free_numbers(connection: sqlite3.Connection) -> Iterator[int]:
    taken = {number for (number,) in connection.execute("SELECT number FROM runs")}
    return (number for number in count(1) if number not in taken)
