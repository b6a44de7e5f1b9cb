"""The list of operations: what each changed, and where each stands, also after a restart."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.restorable_project import RestorableProject, restorable_project
from workbench.core.errors import NotFoundError
from workbench.core.restore import ChangeKind, OperationKind
from workbench.operations.apply_restore import apply_restore
from workbench.operations.list_operations import list_operations, operation_changes
from workbench.operations.plan_restore import plan_restore
from workbench.operations.undo_restore import redo_restore, undo_restore


@pytest.fixture
def project(tmp_path: Path) -> Iterator[RestorableProject]:
    with restorable_project(tmp_path) as made:
        yield made


def changes(project: RestorableProject, place: int = 0) -> dict[str, ChangeKind]:
    operation = list_operations(project.context)[place].operation
    found = operation_changes(project.context, operation)
    assert len(found) == operation.changed
    return {change.path: change.kind for change in found}


def standing(project: RestorableProject) -> list[tuple[OperationKind, bool, bool, bool, bool]]:
    return [
        (each.operation.kind, each.restores, each.undone, each.next_undo, each.next_redo)
        for each in list_operations(project.context)
    ]


def test_nothing_was_restored_yet(project: RestorableProject) -> None:
    assert list_operations(project.context) == ()


def test_what_a_restore_its_undo_and_its_redo_changed(project: RestorableProject) -> None:
    project.write({"a": "1", "gone": "1", "same": "1"})
    first = project.run()
    (project.folder / "gone").unlink()
    project.write({"a": "2", "new": "2"})
    restored = {
        "a": ChangeKind.MODIFIED,
        "gone": ChangeKind.ADDED_BACK,
        "new": ChangeKind.DELETED,
    }
    project.restore(first)
    assert changes(project) == restored
    undo_restore(project.context)
    assert changes(project) == {
        "a": ChangeKind.MODIFIED,
        "gone": ChangeKind.DELETED,
        "new": ChangeKind.ADDED_BACK,
    }
    redo_restore(project.context)
    assert changes(project) == restored
    assert changes(project, 2) == restored


def test_what_a_partial_restore_changed(project: RestorableProject) -> None:
    project.write({"a": "1", "b": "1", "c": "1"})
    first = project.run()
    project.write({"a": "2", "b": "2", "c": "2"})
    apply_restore(project.context, plan_restore(project.context, first.id).selecting(["b"]))
    assert changes(project) == {"b": ChangeKind.MODIFIED}
    undo_restore(project.context)
    assert changes(project) == {"b": ChangeKind.MODIFIED}
    assert all(entry.operation.partial for entry in list_operations(project.context))


def test_files_that_stayed_are_not_among_the_changes(project: RestorableProject) -> None:
    project.write({".gitignore": "*.bin\nout/\n", "a": "1"})
    first = project.run()
    project.write({".gitignore": "", "m.bin": "mine", "out/x": "mine", "a": "2"})
    project.restore(first)
    assert (project.folder / "m.bin").exists()
    assert changes(project) == {".gitignore": ChangeKind.MODIFIED, "a": ChangeKind.MODIFIED}


def test_where_each_operation_stands_also_after_a_restart(tmp_path: Path) -> None:
    restore, undo, redo = OperationKind.RESTORE, OperationKind.UNDO, OperationKind.REDO
    with restorable_project(tmp_path) as project:
        for number in range(3):
            project.write({"a": f"{number}"})
            project.run()
        project.write({"a": "mine"})
        for run in reversed(project.context.store.list_runs()[:2]):
            project.restore(run)
        undo_restore(project.context)
    with restorable_project(tmp_path) as project:
        assert standing(project) == [
            (undo, False, False, False, False),
            (restore, True, True, False, True),
            (restore, True, False, True, False),
        ]
        undo_restore(project.context)
        redo_restore(project.context)
    with restorable_project(tmp_path) as project:
        assert [row[0] for row in standing(project)] == [redo, undo, undo, restore, restore]
        assert [row[3] for row in standing(project)] == [True, False, False, False, False]
        assert [row[4] for row in standing(project)] == [False, False, False, True, False]


def test_an_operation_whose_snapshot_is_gone_says_so(project: RestorableProject) -> None:
    project.write({"a": "1"})
    first = project.run()
    project.write({"a": "2"})
    operation = project.restore(first)
    name = operation.before
    (project.context.paths.history / "objects" / name[:2] / name[2:]).unlink()
    project.context.history.forget()
    with pytest.raises(NotFoundError):
        operation_changes(project.context, operation)
