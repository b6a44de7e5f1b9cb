"""The project list: complete, in order, and safe with many threads and processes."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from workbench.core.errors import InvalidInputError, NotFoundError, WorkbenchError
from workbench.core.project import DEFAULT_WORKSPACE, Project
from workbench.core.project_choices import HISTORY_LENGTH, ProjectChoices
from workbench.services.workbench_store import StoredProject, WorkbenchStore

ROOT = Path(__file__).resolve().parents[2]
NOON = datetime(2026, 5, 12, 12, tzinfo=UTC)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "data" / "workbench.sqlite"


@pytest.fixture
def store(database: Path) -> Iterator[WorkbenchStore]:
    opened = WorkbenchStore(database)
    yield opened
    opened.close()


def row(number: int, opened: datetime | None = None) -> StoredProject:
    project = Project(f"id-{number}", f"project-{number}", Path(f"/projects/{number}"))
    return StoredProject(project, opened=opened)


def test_a_row_comes_back_as_it_was(store: WorkbenchStore, database: Path) -> None:
    project = Project("id", "name", Path("/p/ü and \udcff"), "words", "https://example.com/r")
    stored = StoredProject(project, "research", NOON, "blank")
    store.put_project(stored)
    assert store.list_projects() == [stored]
    again = WorkbenchStore(database)
    assert again.find_project("id") == stored
    again.close()


def test_the_last_opened_comes_first_and_never_opened_last(store: WorkbenchStore) -> None:
    store.put_project(row(1))
    store.put_project(row(2, opened=NOON))
    store.put_project(row(3, opened=NOON - timedelta(days=1)))
    store.set_opened("id-3", NOON + timedelta(hours=1))
    assert [stored.project.id for stored in store.list_projects()] == ["id-3", "id-2", "id-1"]


def test_a_removed_row_keeps_the_choices(store: WorkbenchStore) -> None:
    store.put_project(row(1))
    choices = ProjectChoices("train.py", "--rate 1", ("--rate 1", "2"), "/bin/py", "gpu", "runs")
    store.save_choices("id-1", choices)
    assert store.remove_project("id-1") == row(1)
    assert store.list_projects() == []
    assert store.load_choices("id-1") == choices
    with pytest.raises(NotFoundError):
        store.remove_project("id-1")


def test_choices_start_empty_and_the_history_is_bounded(store: WorkbenchStore) -> None:
    assert store.load_choices("nobody") == ProjectChoices()
    choices = ProjectChoices()
    for number in range(HISTORY_LENGTH + 5):
        choices = choices.after_run("train.py", f"--seed {number}")
    choices = choices.after_run("other.py", "--seed 30").after_run("other.py", "  ")
    store.save_choices("id", choices)
    loaded = store.load_choices("id")
    assert loaded == choices
    assert loaded.argument_history[:2] == ("--seed 30", f"--seed {HISTORY_LENGTH + 4}")
    assert len(set(loaded.argument_history)) == HISTORY_LENGTH
    assert (loaded.script, loaded.arguments) == ("other.py", "  ")


def test_workspaces(store: WorkbenchStore) -> None:
    store.put_project(row(1))
    store.add_workspace("zoo")
    store.add_workspace("Alpha")
    store.add_workspace("Alpha")
    assert store.list_workspaces() == ["Alpha", DEFAULT_WORKSPACE, "zoo"]
    store.rename_workspace(DEFAULT_WORKSPACE, "ours")
    found = store.find_project("id-1")
    assert found is not None
    assert found.workspace == "ours"
    with pytest.raises(InvalidInputError):
        store.rename_workspace("ours", "zoo")
    with pytest.raises(InvalidInputError):
        store.rename_workspace("ours", " ")
    with pytest.raises(NotFoundError):
        store.rename_workspace("nowhere", "somewhere")
    with pytest.raises(InvalidInputError):
        store.remove_workspace("ours")
    store.set_workspace("id-1", "new one")
    store.remove_workspace("ours")
    assert store.list_workspaces() == ["Alpha", "new one", "zoo"]
    with pytest.raises(NotFoundError):
        store.set_workspace("nobody", "leftover")
    assert "leftover" not in store.list_workspaces()


def test_many_threads_lose_nothing(store: WorkbenchStore) -> None:
    def work(number: int) -> None:
        store.put_project(row(number))
        store.save_choices(f"id-{number}", ProjectChoices(script=f"{number}.py"))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(60)))
    assert len(store.list_projects()) == 60
    assert store.load_choices("id-59").script == "59.py"


_WRITER = """
import sys
from pathlib import Path
from workbench.core.project import Project
from workbench.services.workbench_store import StoredProject, WorkbenchStore
store = WorkbenchStore(Path(sys.argv[1]))
for number in range(15):
    name = f"{sys.argv[2]}-{number}"
    store.put_project(StoredProject(Project(name, name, Path("/p"))))
store.close()
"""


def test_processes_that_start_at_once_make_one_database(database: Path) -> None:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", _WRITER, str(database), str(number)], env=environment
        )
        for number in range(4)
    ]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0, 0]
    store = WorkbenchStore(database)
    assert len(store.list_projects()) == 60
    store.close()


def test_a_damaged_database_is_told_and_left_as_it_is(database: Path) -> None:
    database.parent.mkdir()
    database.write_bytes(b"this is no database, it only has the name of one" * 100)
    with pytest.raises(WorkbenchError) as caught:
        WorkbenchStore(database)
    assert caught.value.title == "The project list is damaged"
    assert str(database) in caught.value.text
    assert database.read_bytes().startswith(b"this is no database")


def test_a_database_of_a_newer_version_is_not_touched(database: Path) -> None:
    WorkbenchStore(database).close()
    connection = sqlite3.connect(database)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(WorkbenchError, match="newer"):
        WorkbenchStore(database)


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(WorkbenchError, match="can't be opened"):
        WorkbenchStore(tmp_path / "file" / "workbench.sqlite")
