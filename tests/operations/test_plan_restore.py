"""The preview of a restore: complete, honest about what is not committed, without any effect."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.restorable_project import RestorableProject, restorable_project
from workbench.core.errors import (
    CanceledError,
    FolderMissingError,
    InvalidInputError,
    NotFoundError,
    WorkbenchError,
)
from workbench.core.progress import CancelToken
from workbench.core.restore import ChangeKind, FileChange
from workbench.operations.commit_changes import commit_changes
from workbench.operations.plan_restore import plan_restore
from workbench.operations.read_change import SHOWN_BYTES, read_change
from workbench.services.git.user_git import UserGit


@pytest.fixture
def project(tmp_path: Path) -> Iterator[RestorableProject]:
    with restorable_project(tmp_path) as made:
        yield made


def by_path(changes: tuple[FileChange, ...]) -> dict[str, ChangeKind]:
    return {change.path: change.kind for change in changes}


def test_plan_lists_every_kind_of_change(project: RestorableProject) -> None:
    project.write({"same": "1", "edited": "1", "removed": "12345", "mode": "x", "kind": "file"})
    first = project.run()
    (project.folder / "removed").unlink()
    (project.folder / "kind").unlink()
    (project.folder / "mode").chmod(0o755)
    project.write({"edited": "changed", "new/deep": "n", "kind": "->same"})
    before = project.picture()

    plan = plan_restore(project.context, first.id)

    assert by_path(plan.changes) == {
        "edited": ChangeKind.MODIFIED,
        "kind": ChangeKind.MODIFIED,
        "mode": ChangeKind.MODIFIED,
        "new/deep": ChangeKind.DELETED,
        "removed": ChangeKind.ADDED_BACK,
    }
    assert [change.path for change in plan.changes] == sorted(by_path(plan.changes))
    assert plan.unchanged == 1
    assert plan.bytes_to_write == len("1" + "file" + "x" + "12345")
    assert (plan.run_id, plan.run_number, plan.snapshot) == (first.id, 1, first.snapshot)
    assert (plan.branch, plan.uncommitted) == ("", 0)
    assert project.picture() == before


def test_touched_files_are_no_changes(project: RestorableProject) -> None:
    project.write({"a": "1"})
    first = project.run()
    os.utime(project.folder / "a", ns=(1, 1))
    assert plan_restore(project.context, first.id).changes == ()


def test_uncommitted_files_are_marked(project: RestorableProject) -> None:
    git = UserGit.init(project.folder, "work")
    project.write({"clean": "1", "edited": "1", "gone": "1"})
    first = project.run()
    project.write({"clean": "2", "edited": "2"})
    (project.folder / "gone").unlink()
    git.commit_all("second")
    project.write({"edited": "3 and more", "untracked/x": "x"})

    plan = plan_restore(project.context, first.id)

    assert plan.branch == "work"
    assert {change.path: change.uncommitted for change in plan.changes} == {
        "clean": False,
        "edited": True,
        "gone": False,
        "untracked/x": True,
    }
    assert plan.uncommitted == 2
    commit = commit_changes(project.context, "third")
    assert git.state().commit == commit
    assert plan_restore(project.context, first.id).uncommitted == 0


def test_committing_needs_a_message_and_a_repository(project: RestorableProject) -> None:
    with pytest.raises(InvalidInputError):
        commit_changes(project.context, "  ")
    with pytest.raises(WorkbenchError, match="no Git repository"):
        commit_changes(project.context, "words")


def test_planning_commits_nothing(project: RestorableProject) -> None:
    git = UserGit.init(project.folder)
    project.write({"a": "1"})
    git.commit_all("first")
    first = project.run()
    project.write({"a": "2"})
    commit = git.state().commit
    project.restore(first)
    assert git.state().commit == commit


def test_both_sides_of_a_change(project: RestorableProject) -> None:
    project.write({"a": "old", "gone": "back", "link": "->a", "big": b"x" * (SHOWN_BYTES + 1)})
    first = project.run()
    (project.folder / "gone").unlink()
    (project.folder / "link").unlink()
    project.write({"a": "new", "link": "->gone", "big": "small", "added": b"\0\xff"})
    plan = plan_restore(project.context, first.id)
    read = {change.path: read_change(project.context, change, plan) for change in plan.changes}
    assert {path: (content.before, content.after) for path, content in read.items()} == {
        "a": (b"new", b"old"),
        "added": (b"\0\xff", None),
        "big": (b"small", None),
        "gone": (None, b"back"),
        "link": (b"gone", b"a"),
    }
    project.write({"a": "newer"})
    assert read_change(project.context, plan.changes[0], plan).before == b"newer"


def test_reading_does_not_follow_a_link_out_of_the_project(
    project: RestorableProject, tmp_path: Path
) -> None:
    project.write({"lib/a": "1"})
    first = project.run()
    (project.folder / "lib" / "a").write_bytes(b"2")
    plan = plan_restore(project.context, first.id)
    (tmp_path / "a").write_bytes(b"outside")
    (project.folder / "lib" / "a").unlink()
    (project.folder / "lib").rmdir()
    (project.folder / "lib").symlink_to(tmp_path)
    assert read_change(project.context, plan.changes[0], plan).before is None


def test_canceled_and_missing(project: RestorableProject) -> None:
    project.write({"a": "1"})
    first = project.run()
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(CanceledError):
        plan_restore(project.context, first.id, cancel=cancel)
    with pytest.raises(NotFoundError):
        plan_restore(project.context, "no such run")
    project.folder.rename(project.folder.with_name("elsewhere"))
    with pytest.raises(FolderMissingError):
        plan_restore(project.context, first.id)
