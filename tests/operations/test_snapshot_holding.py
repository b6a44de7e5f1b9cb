"""What a snapshot holds: sizes by folder, the largest files, what is left out by which line."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.restorable_project import RestorableProject, restorable_project
from workbench.core.errors import CanceledError, FolderMissingError
from workbench.core.progress import CancelToken, Progress
from workbench.core.snapshot import FolderShare
from workbench.operations.snapshot_holding import snapshot_holding
from workbench.operations.take_snapshot import describe_folder


@pytest.fixture
def project(tmp_path: Path) -> Iterator[RestorableProject]:
    with restorable_project(tmp_path) as made:
        yield made


def test_sizes_by_folder_and_the_largest_files(project: RestorableProject) -> None:
    project.write({"train.py": b"x" * 10, "data/a/one": b"x" * 500, "data/two": b"x" * 40})
    project.write({"lib/b": b"x" * 60, ".gitignore": "skip/\n", "skip/huge": b"x" * 9000})
    found = snapshot_holding(project.context)
    assert found.folders == (
        FolderShare("data/", 2, 540),
        FolderShare("lib/", 1, 60),
        FolderShare("", 2, 16),
    )
    assert (found.files, found.size) == (5, 616)
    assert found.largest[:2] == (("data/a/one", 500), ("lib/b", 60))
    content = describe_folder(project.context)
    assert found.size == sum(entry.size for entry in content.entries.values())
    assert found.files == len(content.entries)
    assert tuple(each.item for each in found.left_out) == content.left_out


def test_what_is_left_out_by_which_line(project: RestorableProject) -> None:
    project.write({".gitignore": "# mine\n\n*.bin\n", "a.bin": "a", "sub/b.tmp": "b"})
    project.write({"sub/.gitignore": "*.tmp", "__pycache__/x": "x"})
    told = [
        (each.item.path, each.item.source, each.line)
        for each in snapshot_holding(project.context).left_out
    ]
    assert told == [
        ("__pycache__/", "built-in", 0),
        ("a.bin", ".gitignore", 3),
        ("sub/b.tmp", "sub/.gitignore", 1),
    ]


def test_it_can_be_canceled_and_tells_how_far_it_is(project: RestorableProject) -> None:
    project.write({f"d/f{number}": "x" for number in range(1500)})
    seen: list[Progress] = []
    snapshot_holding(project.context, report=seen.append)
    assert "1,000 files" in [progress.detail for progress in seen]
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(CanceledError):
        snapshot_holding(project.context, cancel=cancel)


def test_a_folder_that_is_gone(project: RestorableProject) -> None:
    project.folder.rmdir()
    with pytest.raises(FolderMissingError):
        snapshot_holding(project.context)


def test_a_folder_that_a_cloud_program_copies_is_warned_of(tmp_path: Path) -> None:
    root = tmp_path / "Dropbox"
    root.mkdir()
    with restorable_project(root) as project:
        assert snapshot_holding(project.context).warning.startswith("Dropbox copies this folder")
