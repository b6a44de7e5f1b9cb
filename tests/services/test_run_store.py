"""Run records: what goes in comes out, also with several writers, and damage is told."""

import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import process_time
from typing import Any

import pytest

from tests.run_samples import ENVIRONMENT, make_run, make_runs
from workbench.core.errors import NotFoundError, WorkbenchError
from workbench.core.run import (
    Interpreter,
    InterpreterKind,
    Run,
    RunEnvironment,
    RunRequest,
    RunStatus,
)
from workbench.services.run_migrations import MIGRATIONS, migrate
from workbench.services.run_rows import new_row
from workbench.services.run_store import RunStore
from workbench.services.workbench_store import WorkbenchStore

ACTIVE = frozenset({RunStatus.PREPARING, RunStatus.QUEUED, RunStatus.RUNNING})


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "data" / "runs.sqlite"


@pytest.fixture
def store(database: Path) -> Iterator[RunStore]:
    opened = RunStore(database)
    yield opened
    opened.close()


def _insert(store: RunStore, name: str = "a", status: RunStatus = RunStatus.PREPARING) -> Run:
    return store.insert(replace(make_run(0, status), id=name, environment=RunEnvironment()))


def test_everything_of_a_run_comes_back(store: RunStore, database: Path) -> None:
    request = RunRequest(
        "src/tr\udcffain.py",
        ("--name", "é 'x'", ""),
        Interpreter("/env/bin/python", InterpreterKind.CONDA, "3.11.7", "env"),
        environment=(("A", "1"), ("B", "ü")),
        without_snapshot=True,
        snapshot_note="first try",
    )
    created = datetime(2024, 5, 14, 11, 52, 3, 123457, UTC)
    wanted = replace(
        make_run(0, RunStatus.PREPARING), id="demo_1", request=request, created=created, note="n"
    )
    inserted = store.insert(wanted)
    assert inserted == replace(wanted, number=1)
    values: dict[str, Any] = {
        "status": RunStatus.FAILED,
        "started": created + timedelta(seconds=1, microseconds=1),
        "ended": created + timedelta(days=400),
        "exit_code": -9,
        "message": "gone \ud800",
        "snapshot": "c" * 40,
        "snapshot_is_new": True,
        "not_captured": 3,
        "repository": wanted.repository,
        "metrics": (("loss", 0.1), ("best", "yes"), ("n", 3)),
        "output_count": 12,
    }
    assert store.update("demo_1", values, durable=True)
    store.set_environment("demo_1", ENVIRONMENT)
    expected = replace(inserted, **values, environment=ENVIRONMENT)
    expected = replace(expected, message="gone ?")
    assert store.get("demo_1") == expected
    again = RunStore(database)
    assert again.list_runs() == [expected]
    again.close()


def test_order_previous_active_and_unknown(store: RunStore) -> None:
    runs = [_insert(store, name) for name in "abc"]
    assert [run.number for run in store.list_runs()] == [1, 2, 3]
    assert store.previous(runs[2]) == runs[1]
    assert store.previous(runs[0]) is None
    assert store.find_number(2) == runs[1]
    assert store.find_number(9) is None
    store.update("b", {"status": RunStatus.COMPLETED})
    assert [run.id for run in store.active()] == ["a", "c"]
    assert [run.id for run in store.unfinished()] == ["a", "b", "c"]
    store.close_run("a")  # still active: stays open
    store.close_run("b")
    assert [run.id for run in store.unfinished()] == ["a", "c"]
    with pytest.raises(NotFoundError):
        store.get("nobody")
    with pytest.raises(NotFoundError):
        store.set_note("nobody", "x")


def test_an_ended_run_is_not_brought_back(store: RunStore) -> None:
    _insert(store)
    assert store.update("a", {"status": RunStatus.COMPLETED}, only=ACTIVE)
    assert not store.update("a", {"status": RunStatus.RUNNING}, only=ACTIVE)
    assert store.get("a").status is RunStatus.COMPLETED


def test_changes_are_found_by_a_token_also_from_another_process(
    store: RunStore, database: Path
) -> None:
    other = RunStore(database)
    for name in "abc":
        _insert(store, name)
    token, runs = other.changed_since(-1)
    assert [run.id for run in runs] == ["a", "b", "c"]
    assert other.changed_since(token) == (token, [])
    store.set_note("b", "hello")
    token, runs = other.changed_since(token)
    assert [(run.id, run.note) for run in runs] == [("b", "hello")]
    assert other.token() == token
    other.close()


def test_metrics_are_only_taken_from_who_read_further(store: RunStore) -> None:
    _insert(store)
    assert store.set_metrics("a", (("loss", 2),), 100)
    assert not store.set_metrics("a", (("loss", 1),), 50)
    assert store.metrics_read("a") == 100
    assert store.get("a").metrics == (("loss", 2),)


def test_equal_environments_are_stored_once(store: RunStore, database: Path) -> None:
    for name in "abc":
        _insert(store, name)
        store.set_environment(name, ENVIRONMENT)
    assert {run.environment for run in store.list_runs()} == {ENVIRONMENT}
    connection = sqlite3.connect(database)
    assert connection.execute("SELECT COUNT(*) FROM environments").fetchone() == (1,)
    connection.close()


def test_many_threads_number_runs_without_gaps_or_doubles(store: RunStore) -> None:
    def insert(who: int) -> None:
        for index in range(25):
            _insert(store, f"{who}-{index}")

    threads = [threading.Thread(target=insert, args=(who,)) for who in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [run.number for run in store.list_runs()] == list(range(1, 201))
    _insert(store, "one more")
    # Connections of threads that have ended are closed when the next one is made.
    lists = threading.Thread(target=store.list_runs)
    lists.start()
    lists.join()
    assert len(store._connections) <= 2


def test_a_failing_write_changes_nothing_and_does_not_block(store: RunStore) -> None:
    _insert(store)
    token = store.token()
    with pytest.raises(WorkbenchError):
        _insert(store)  # the id is taken
    assert store.token() == token
    assert _insert(store, "b").number == 2


def test_creation_and_end_are_durable_other_changes_are_quick(
    store: RunStore,
) -> None:
    seen: list[str] = []
    store._connection().set_trace_callback(seen.append)
    _insert(store)
    store.update("a", {"status": RunStatus.RUNNING})
    store.update("a", {"status": RunStatus.FAILED}, durable=True)
    modes = [text.rpartition(" ")[2] for text in seen if text.startswith("PRAGMA synchronous")]
    assert modes == ["FULL", "NORMAL", "FULL"]


def test_a_closed_store_says_so(store: RunStore) -> None:
    _insert(store)
    store.close()
    with pytest.raises(WorkbenchError, match="closed"):
        store.list_runs()


@pytest.mark.parametrize(
    "damage", [b"not a database at all" * 100, b"SQLite format 3\0" + b"x" * 5000]
)
def test_a_damaged_database_is_told_and_kept(database: Path, damage: bytes) -> None:
    database.parent.mkdir()
    database.write_bytes(damage)
    with pytest.raises(WorkbenchError, match="damaged"):
        RunStore(database)
    assert database.read_bytes() == damage


def test_damage_in_the_middle_is_told(database: Path) -> None:
    store = RunStore(database)
    for index in range(300):
        _insert(store, f"run {index} " + "x" * 200)
    store.close()
    content = bytearray(database.read_bytes())
    content[8192:] = os.urandom(len(content) - 8192)
    database.write_bytes(content)
    with pytest.raises(WorkbenchError, match="damaged"):
        RunStore(database).list_runs()
    assert database.read_bytes() == bytes(content)


def test_a_folder_in_the_way_is_told(database: Path) -> None:
    database.mkdir(parents=True)
    with pytest.raises(WorkbenchError, match="can't be used"):
        RunStore(database)


def test_a_newer_database_is_refused_and_kept(database: Path) -> None:
    RunStore(database).close()
    connection = sqlite3.connect(database)
    connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    connection.close()
    before = database.read_bytes()
    with pytest.raises(WorkbenchError, match="newer Workbench") as refused:
        RunStore(database)
    assert refused.value.hint == "Update Workbench."
    assert database.read_bytes() == before


def test_migration_keeps_runs_and_is_all_or_nothing(database: Path, store: RunStore) -> None:
    _insert(store)
    connection = sqlite3.connect(database, isolation_level=None)
    broken = [*MIGRATIONS, ("ALTER TABLE runs ADD COLUMN mood TEXT", "SELECT * FROM nowhere")]
    with pytest.raises(sqlite3.OperationalError):
        migrate(connection, broken)
    assert connection.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)
    columns = connection.execute("SELECT name FROM pragma_table_info('runs')").fetchall()
    assert ("mood",) not in columns
    migrate(connection, [*MIGRATIONS, ("ALTER TABLE runs ADD COLUMN mood TEXT DEFAULT 'fine'",)])
    assert connection.execute("SELECT id, mood FROM runs").fetchall() == [("a", "fine")]
    connection.close()
    assert store.get("a").id == "a"  # opened before: still works on what it knows


def test_runs_of_the_first_version_are_neither_archived_nor_deleted(database: Path) -> None:
    database.parent.mkdir()
    connection = sqlite3.connect(database, isolation_level=None)
    migrate(connection, MIGRATIONS[:1])
    row = new_row(replace(make_run(0), id="old", environment=RunEnvironment()))
    row = {name: value for name, value in row.items() if name not in {"archived", "deleted"}}
    names, marks = ", ".join(row), ", ".join("?" * len(row))
    connection.execute(
        f"INSERT INTO runs (number, version, {names}) VALUES (1, 1, {marks})",
        tuple(row.values()),
    )
    connection.close()
    store = RunStore(database)
    (run,) = store.list_runs()
    store.close()
    assert (run.id, run.archived, run.deleted) == ("old", False, False)


def test_a_deleted_run_is_in_no_list_and_keeps_its_number(store: RunStore) -> None:
    for name in ("a", "b", "c"):
        _insert(store, name, RunStatus.COMPLETED)
    token = store.token()
    assert store.update("c", {"deleted": True})
    assert [run.id for run in store.list_runs()] == ["a", "b"]
    assert [run.id for run in store.list_runs(deleted=True)] == ["c"]
    assert [run.id for run in store.changed_since(token)[1]] == ["c"]
    newest = store.newest()
    assert newest is not None
    assert newest.id == "b"
    assert _insert(store, "d").number == 4
    previous = store.previous(store.get("d"))
    assert previous is not None
    assert previous.id == "b"
    assert [run.id for run in store.with_prefix("c")] == ["c"]


def test_a_new_database_is_opened_by_many_at_once(tmp_path: Path) -> None:
    problems: list[WorkbenchError] = []
    for index in range(40):
        database = tmp_path / f"{index}.sqlite"
        barrier = threading.Barrier(6)

        def opened(database: Path = database, barrier: threading.Barrier = barrier) -> None:
            barrier.wait()
            try:
                store = RunStore(database)
            except WorkbenchError as error:
                problems.append(error)
            else:
                store.close()

        threads = [threading.Thread(target=opened) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert [error.details for error in problems] == []


@pytest.mark.parametrize("store_type", [RunStore, WorkbenchStore])
def test_an_opener_waits_while_another_makes_the_database(
    database: Path, store_type: Callable[[Path], RunStore | WorkbenchStore]
) -> None:
    database.parent.mkdir()
    other = sqlite3.connect(database, isolation_level=None)
    other.execute("CREATE TABLE something (value INTEGER)")
    other.execute("BEGIN IMMEDIATE")
    with ThreadPoolExecutor(1) as executor:
        opening = executor.submit(store_type, database)
        wait([opening], timeout=0.3)
        still_waits = not opening.done()
        other.execute("ROLLBACK")
        other.close()
        opening.result().close()
    assert still_waits


def test_a_hundred_thousand_runs_are_listed_in_a_moment(store: RunStore) -> None:
    with store.transaction() as (connection, version):
        for run in make_runs(100_000):
            row = new_row(run)
            names = ",".join(row)
            marks = ",".join("?" * len(row))
            connection.execute(
                f"INSERT INTO runs (number, version, open, {names}) VALUES (?, ?, 0, {marks})",
                (run.number, version, *row.values()),
            )
    begin = process_time()
    runs = store.list_runs()
    listing = process_time() - begin
    assert len(runs) == 100_000
    assert (runs[0].number, runs[-1].number) == (1, 100_000)
    assert runs[-1].metrics[0][0] == "accuracy"
    assert listing < 5  # about one second on a quiet computer
    begin = process_time()
    for _ in range(100):
        assert store.changed_since(version) == (version, [])
        assert store.unfinished() == []
    assert process_time() - begin < 0.5
