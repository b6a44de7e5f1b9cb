"""What changed between the snapshots of two runs."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.restorable_project import RestorableProject, restorable_project
from workbench.core.errors import NotFoundError
from workbench.core.restore import ChangeKind
from workbench.operations.code_changes import (
    FOLDER,
    base_run,
    changes_from,
    code_changes,
    read_code_change,
)


@pytest.fixture
def project(tmp_path: Path) -> Iterator[RestorableProject]:
    with restorable_project(tmp_path) as made:
        yield made


def test_previous_run_with_a_snapshot_is_the_base(project: RestorableProject) -> None:
    project.write({"a": "1", "gone": "1", "same": "1"})
    first = project.run()
    project.run(snapshot=False)
    project.write({"a": "2", "new": "2"})
    (project.folder / "gone").unlink()
    third = project.run()

    assert base_run(project.context, third) == first
    changes = code_changes(project.context, third.id)
    assert {change.path: change.kind for change in changes} == {
        "a": ChangeKind.MODIFIED,
        "gone": ChangeKind.DELETED,
        "new": ChangeKind.ADDED_BACK,
    }
    sides = [read_code_change(project.context, change) for change in changes]
    assert [(side.before, side.after) for side in sides] == [
        (b"1", b"2"),
        (b"1", None),
        (None, b"2"),
    ]


def test_any_other_run_can_be_the_base(project: RestorableProject) -> None:
    project.write({"a": "1"})
    first = project.run()
    project.write({"a": "2"})
    second = project.run()
    project.write({"a": "1"})
    third = project.run()
    assert code_changes(project.context, third.id, first.id) == ()
    assert len(code_changes(project.context, third.id, second.id)) == 1


def test_first_run_has_nothing_to_compare_with(project: RestorableProject) -> None:
    project.write({"a": "1"})
    first = project.run()
    assert base_run(project.context, first) is None
    assert code_changes(project.context, first.id) == ()


def test_run_without_a_snapshot(project: RestorableProject) -> None:
    without = project.run(snapshot=False)
    with pytest.raises(NotFoundError, match="no snapshot"):
        code_changes(project.context, without.id)


def test_changes_are_told_since_a_run_or_up_to_the_folder(project: RestorableProject) -> None:
    project.write({"a": "1"})
    first = project.run()
    project.write({"a": "2"})
    second = project.run()
    project.write({"a": "3", "b": "1"})
    third = project.run()
    context = project.context
    base, changes = changes_from(context, third, "")
    assert (base, [change.path for change in changes]) == (second, ["a", "b"])
    assert changes_from(context, third, third.id)[0] == second
    base, changes = changes_from(context, third, first.id)
    assert base == first
    assert context.history.read_blob(changes[0].before.object_id) == b"1"  # type: ignore[union-attr]
    assert changes_from(context, first, "") == (None, ())

    assert changes_from(context, third, FOLDER) == (None, ())
    (project.folder / "b").unlink()
    base, changes = changes_from(context, second, FOLDER)
    assert base is None
    assert [(change.path, change.kind) for change in changes] == [("a", ChangeKind.MODIFIED)]
