"""Runs side by side: records, snapshots, outputs and the folder as it is now."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.restorable_project import RestorableProject, restorable_project
from workbench.core.comparison import CompareRequest, Comparison, Row
from workbench.core.errors import InvalidInputError, NotFoundError
from workbench.operations.compare_runs import compare_runs, read_difference
from workbench.services.run_folder import RunFolder

NOW = datetime(2026, 1, 2, tzinfo=UTC)


@pytest.fixture
def project(tmp_path: Path) -> Iterator[RestorableProject]:
    with restorable_project(tmp_path) as made:
        yield made


def row(comparison: Comparison, section: str, label: str) -> Row:
    return next(row for row in comparison.section(section).rows if row.label == label)


def compared(
    project: RestorableProject,
    *run_ids: str,
    baseline: str = "",
    with_folder: bool = False,
    before: Comparison | None = None,
) -> Comparison:
    request = CompareRequest(run_ids, baseline, with_folder)
    return compare_runs(project.context, request, NOW, before=before)


def leave_output(project: RestorableProject, run_id: str, name: str, data: bytes) -> None:
    folder = RunFolder(project.context.paths.runs / run_id).outputs
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)


def test_files_that_differ_from_the_baseline(project: RestorableProject) -> None:
    project.write({"a": "1", "gone": "1"})
    first = project.run()
    project.write({"a": "2", "new": "2"})
    (project.folder / "gone").unlink()
    second = project.run()
    comparison = compared(project, second.id, first.id)
    assert comparison.base.id == second.id
    changes = comparison.sides[1].changes
    assert changes is not None
    assert [change.path for change in changes] == ["a", "gone", "new"]
    content = [read_difference(project.context, change) for change in changes]
    assert [(each.before, each.after) for each in content] == [
        (b"2", b"1"),
        (None, b"1"),
        (b"2", None),
    ]
    assert row(comparison, "code", "Snapshot").cells[1].note == "3 files differ"


def test_the_baseline_can_be_chosen(project: RestorableProject) -> None:
    project.write({"a": "1"})
    runs = [project.run(), project.run()]
    ids = [run.id for run in runs]
    comparison = compared(project, *ids, baseline=ids[1])
    assert comparison.baseline == 1
    assert [side.id for side in comparison.sides] == ids


def test_run_without_a_snapshot_is_compared_all_the_same(project: RestorableProject) -> None:
    project.write({"a": "1"})
    first = project.run()
    without = project.run(snapshot=False)
    comparison = compared(project, first.id, without.id)
    assert comparison.sides[1].changes is None
    assert comparison.sides[1].problem == "#2 has no snapshot"


def test_a_run_and_the_folder_now(project: RestorableProject) -> None:
    project.write({"a": "1", "same": "1"})
    run = project.run()
    project.write({"a": "changed since", "new": "2"})
    comparison = compared(project, run.id, with_folder=True)
    folder = comparison.sides[1]
    assert folder.changes is not None
    assert [change.path for change in folder.changes] == ["a", "new"]
    content = read_difference(project.context, folder.changes[0], in_folder=True)
    assert (content.before, content.after) == (b"1", b"changed since")
    assert project.context.store.list_runs() == [run]


def test_outputs_of_one_size_are_read(project: RestorableProject) -> None:
    project.write({"a": "1"})
    first, second = project.run(), project.run()
    for run, letter in ((first, b"x"), (second, b"y")):
        leave_output(project, run.id, "model.bin", letter * 10)
        leave_output(project, run.id, "same.bin", b"z" * 10)
    comparison = compared(project, first.id, second.id)
    assert row(comparison, "outputs", "model.bin").cells[1].note == "other content"
    assert not row(comparison, "outputs", "same.bin").differs


def test_what_is_known_is_not_read_again(project: RestorableProject) -> None:
    project.write({"a": "1"})
    first = project.run()
    project.write({"a": "2"})
    second = project.run()
    ids = [first.id, second.id]
    before = compared(project, *ids, with_folder=True)
    project.write({"later": "1"})
    again = compared(project, *ids, with_folder=True, before=before)
    assert again.sides[1].changes is before.sides[1].changes
    assert again.sides[2].changes is before.sides[2].changes
    turned = compared(project, *ids, baseline=second.id, before=before)
    assert turned.sides[1].changes == ()
    assert turned.sides[0].changes != before.sides[1].changes


def test_two_or_three_different_runs(project: RestorableProject) -> None:
    project.write({"a": "1"})
    ids = [project.run().id for _ in range(4)]
    for wrong in ([], ids[:1], ids, [ids[0], ids[0]]):
        with pytest.raises(InvalidInputError, match="2 or 3 runs"):
            compared(project, *wrong)
    with pytest.raises(InvalidInputError, match="baseline"):
        compared(project, *ids[:2], baseline=ids[3])
    with pytest.raises(NotFoundError):
        compared(project, ids[0], "nobody")
