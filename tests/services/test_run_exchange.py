"""Run records as lines for other computers, and what is taken from theirs."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.run_lab import PYTHON
from workbench.core.run import Run, RunEnvironment, RunRequest, RunStatus, UserRepository
from workbench.core.snapshot import (
    CaptureReport,
    LeftOut,
    Manifest,
    NotCaptured,
    NotCapturedReason,
)
from workbench.services.run_events import (
    EnvironmentEvent,
    NoteEvent,
    RunEvent,
    SnapshotEvent,
    event_line,
    is_of_machine,
    new_event_id,
    read_event,
)
from workbench.services.run_exchange import count_outgoing, mark_told, outgoing, take_in
from workbench.services.run_store import RunStore

PROJECT = "7d1c0000-0000-4000-8000-00000000c4d8"
HERE, THERE = "a" * 32, "b" * 32
NOW = datetime(2026, 5, 14, 11, 40, 0, 123456, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[RunStore]:
    store = RunStore(tmp_path / "runs.sqlite")
    yield store
    store.close()


def run(identity: str = "demo_1", **values: object) -> Run:
    request = RunRequest("train.py", ("--lr", "0.1", "ä \udcff"), PYTHON)
    base = Run(
        identity, 7, PROJECT, RunStatus.FAILED, request, NOW, NOW, NOW, -9, "It stopped.", "a" * 40,
        True, 2, UserRepository("main", "b" * 40, 3), metrics=(("accuracy", 0.5), ("note", "x")),
        output_count=2, note="good",
    )  # fmt: skip
    return replace(base, **values)  # type: ignore[arg-type]  # names of its fields


def test_an_event_is_the_same_on_the_other_side() -> None:
    manifest = Manifest(("empty",), {"train.py": 0o600, "b\udcff/": 0o700}, {"train.py": 1})
    report = CaptureReport(
        (NotCaptured("pipe", NotCapturedReason.SPECIAL),), (LeftOut(".venv/", ".venv/", "x"),)
    )
    for event in (
        RunEvent(run(), "digest", "note id"),
        NoteEvent("demo_1", "better", "id"),
        EnvironmentEvent("digest", '["3.11","python",[["numpy","2"]],"Linux","host","me"]'),
        SnapshotEvent("c" * 40, Manifest(manifest.empty_folders, manifest.modes), report),
    ):
        line = event_line(event, HERE)
        assert b"\n" not in line
        assert read_event(line, PROJECT) == event


def test_ids_sort_by_time_and_name_their_computer() -> None:
    ids = [new_event_id(HERE) for _ in range(100)]
    assert sorted(ids) == sorted(ids, key=lambda each: each[:16])
    assert all(is_of_machine(each, HERE) and not is_of_machine(each, THERE) for each in ids)


@pytest.mark.parametrize(
    "change",
    [
        {"id": "../../evil"},
        {"id": "a/b"},
        {"id": ".."},
        {"id": ""},
        {"id": "x" * 300},
        {"project_id": "another"},
        {"status": "running"},
        {"status": "nonsense"},
        {"snapshot": "--upload-pack=x"},
        {"request": "[]],[[]"},
        {"metrics": "nonsense"},
        {"created": "soon"},
        {"created": 10**30},
        {"exit_code": 10**30},
        {"note": 5},
        {"repository": "[1,2,3,4,5,6]"},
    ],
)
def test_a_run_that_cannot_be_is_refused(change: dict[str, object]) -> None:
    values = json.loads(event_line(RunEvent(run(), "", ""), THERE))
    values["row"] |= change
    with pytest.raises(ValueError, match=r"."):
        read_event(json.dumps(values).encode(), PROJECT)


def test_each_ended_run_is_told_once_with_its_environment(store: RunStore) -> None:
    environment = RunEnvironment("3.11", packages=(("numpy", "2"),))
    for index in range(3):
        store.insert(run(f"demo_{index}", environment=environment))
    assert outgoing(store, HERE).events == ()
    for index in range(3):
        store.close_run(f"demo_{index}")
    assert count_outgoing(store, HERE) == 3
    new = outgoing(store, HERE)
    assert [type(each) for each in new.events] == [EnvironmentEvent, *[RunEvent] * 3]
    assert new.snapshots == ("a" * 40,)
    mark_told(store, new, HERE, "tip")
    assert (outgoing(store, HERE).events, count_outgoing(store, HERE)) == ((), 0)
    store.set_note("demo_1", "later", new_event_id(HERE))
    (again,) = outgoing(store, HERE).events
    assert isinstance(again, RunEvent)
    assert again.run.note == "later"
    assert outgoing(store, HERE).snapshots == ()


def test_taking_in_twice_changes_nothing(store: RunStore) -> None:
    event = RunEvent(run(), "", "")
    take_in(store, THERE, [event], "one", own=False)
    (known,) = store.list_runs()
    assert known == replace(run(), machine=THERE)
    token = store.token()
    take_in(store, THERE, [event, event], "one", own=False)
    assert store.list_runs() == [known]
    assert store.changed_since(token)[1] == []
    assert outgoing(store, HERE).events == ()


def test_runs_of_the_same_name_on_two_computers_are_both_kept(store: RunStore) -> None:
    store.insert(run("demo_1", note="mine"))
    take_in(store, THERE, [RunEvent(run("demo_1", note="theirs"), "", "")], "one", own=False)
    found = {each.id: (each.note, each.machine) for each in store.list_runs()}
    assert found == {"demo_1": ("mine", ""), "demo_1_bbbbbbbb": ("theirs", THERE)}


def test_an_older_note_never_replaces_a_newer_one(store: RunStore) -> None:
    take_in(store, THERE, [RunEvent(run(), "", "5")], "one", own=False)
    take_in(store, THERE, [NoteEvent("demo_1", "newer", "7")], "two", own=False)
    take_in(store, "c" * 32, [NoteEvent("demo_1", "older", "6")], "one", own=False)
    take_in(store, THERE, [RunEvent(run(note="oldest"), "", "4")], "three", own=False)
    assert store.get("demo_1").note == "newer"
