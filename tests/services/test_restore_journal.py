"""Journal, list of operations, steps and safe paths of restores."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from workbench.core.errors import RestoreBlockedError, WorkbenchError
from workbench.core.restore import Operation, OperationKind
from workbench.core.snapshot import MODE_FILE, TreeEntry
from workbench.services.restore.journal import (
    Journal,
    JournalHead,
    JournalState,
    journal_is_open,
    new_operation_id,
    restore_lock,
)
from workbench.services.restore.operations_log import EmptyFolders, OperationsLog
from workbench.services.restore.steps import FileStep, FolderStep, ModeStep, Steps

NAME = os.fsdecode(b"odd\xff\n\xc3\xbc")
ENTRY = TreeEntry(NAME, MODE_FILE, "1" * 40, 3)
STEPS = Steps(
    files=(
        FileStep(NAME, ENTRY, None, "place", in_the_way=True, early=True, mode=0),
        FileStep(
            "b",
            None,
            TreeEntry("b", MODE_FILE, "2" * 40, 0),
            mode=0o600,
            modified=5,
            old_mode=0o640,
            old_modified=7,
        ),
    ),
    remove_first=(FolderStep("x", 0o700),),
    make=(FolderStep("y"),),
    remove_last=(FolderStep("z", 0o755),),
    modes=(ModeStep("m", 0o644, 0o600),),
    unlock=(FolderStep("", 0o555),),
    kept=("data/",),
)


def head(number: int = 1) -> JournalHead:
    return JournalHead(
        f"{number:013d}", OperationKind.UNDO, JournalState.STAGING, 7, "a" * 40, "b" * 40, 2
    )


def operation(number: int, kind: OperationKind = OperationKind.RESTORE) -> Operation:
    time = datetime(2026, 1, 1, 0, number, tzinfo=UTC)
    return Operation(f"{number:013d}", kind, time, number, "a" * 40, "b" * 40, 3)


def test_journal_survives_in_every_state(tmp_path: Path) -> None:
    journal = Journal.begin(tmp_path, head(), STEPS)
    for state in JournalState:
        journal.enter(state)
        loaded = Journal.load(tmp_path)
        assert loaded is not None
        assert loaded.head == journal.head
        assert loaded.head.state is state
        assert loaded.steps == STEPS
    assert journal_is_open(tmp_path)
    journal.close()
    assert not journal_is_open(tmp_path)
    assert Journal.load(tmp_path) is None
    assert list(tmp_path.iterdir()) == []


def test_closing_keeps_what_was_moved_aside(tmp_path: Path) -> None:
    journal = Journal.begin(tmp_path, head(), STEPS)
    journal.aside.mkdir()
    (journal.aside / "file").write_bytes(b"mine")
    journal.close()
    assert [path.name for path in (tmp_path / journal.head.id).rglob("*")] == ["aside", "file"]


@pytest.mark.parametrize("damage", ["head", "steps", "missing"])
def test_damaged_journal_is_not_taken_for_none(tmp_path: Path, damage: str) -> None:
    journal = Journal.begin(tmp_path, head(), STEPS)
    steps = tmp_path / journal.head.id / "steps.jsonl"
    if damage == "missing":
        steps.unlink()
    else:
        (tmp_path / "journal.json" if damage == "head" else steps).write_bytes(b'{"files": 1')
    with pytest.raises(WorkbenchError, match="can't be continued"):
        Journal.load(tmp_path)
    assert journal_is_open(tmp_path)


def test_a_damaged_journal_says_how_to_go_on(tmp_path: Path) -> None:
    folder = tmp_path / "operations"
    folder.mkdir()
    head = folder / "journal.json"
    head.write_bytes(b"\0" * 40)
    with pytest.raises(WorkbenchError) as raised:
        Journal.load(folder)
    assert f"Move {head} to another place" in raised.value.hint
    head.rename(tmp_path / "journal.json")
    assert Journal.load(folder) is None
    # What it held is still there for somebody who can read it.
    assert (tmp_path / "journal.json").read_bytes() == b"\0" * 40


def test_journal_that_cannot_begin_is_none(tmp_path: Path) -> None:
    (tmp_path / "journal.json.new").mkdir()
    with pytest.raises(OSError, match="directory"):
        Journal.begin(tmp_path, head(), STEPS)
    assert not journal_is_open(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["journal.json.new"]


def test_only_one_restore_at_a_time(tmp_path: Path) -> None:
    with restore_lock(tmp_path), pytest.raises(RestoreBlockedError), restore_lock(tmp_path):
        raise AssertionError("unreachable")
    with restore_lock(tmp_path):
        pass


def test_ids_sort_by_time_and_are_unique() -> None:
    ids = [new_operation_id() for _ in range(200)]
    assert len(set(ids)) == 200
    assert [name[:13] for name in ids] == sorted(name[:13] for name in ids)


def test_list_of_operations_survives_a_torn_line(tmp_path: Path) -> None:
    log = OperationsLog(tmp_path)
    assert log.operations() == []
    log.append(operation(1), EmptyFolders(("made",), ("removed",)))
    with (tmp_path / "operations.jsonl").open("ab") as stream:
        stream.write(b'{"id": "0000000000002", "kind": "rest')
    log.append(operation(3))
    log.append(operation(3))
    assert OperationsLog(tmp_path).operations() == [operation(1), operation(3)]
    assert log.empty_folders(operation(1).id) == EmptyFolders(("made",), ("removed",))
    assert log.empty_folders(operation(3).id) == EmptyFolders()


def test_undo_and_redo_stacks(tmp_path: Path) -> None:
    log = OperationsLog(tmp_path)
    kinds = OperationKind
    first, second = operation(1), operation(2)
    undo, redo = operation(3, kinds.UNDO), operation(4, kinds.REDO)
    log.append(first)
    log.append(second)
    assert log.stacks().undo == (first, second)
    log.append(undo)
    assert (log.stacks().undo, log.stacks().redo) == ((first,), ((second, undo),))
    log.append(redo)
    assert (log.stacks().undo, log.stacks().redo) == ((first, redo), ())
    again = operation(5, kinds.UNDO)
    log.append(again)
    assert log.stacks().redo == ((redo, again),)
    log.append(operation(6))
    assert (log.stacks().undo, log.stacks().redo) == ((first, redo, again, operation(6)), ())
