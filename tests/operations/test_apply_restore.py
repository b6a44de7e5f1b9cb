"""Restoring a run: what changes, what stays, and what is refused."""

import os
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.restorable_project import RestorableProject, restorable_project
from workbench.core.errors import (
    CanceledError,
    NotFoundError,
    RestoreBlockedError,
    RestoreFailedError,
    WorkbenchError,
)
from workbench.core.progress import CancelToken, Progress
from workbench.core.restore import OperationKind
from workbench.core.run import RunStatus
from workbench.operations.apply_restore import apply_restore
from workbench.operations.plan_restore import plan_restore
from workbench.operations.recover_restore import has_open_journal
from workbench.operations.undo_restore import undo_restore, undo_state
from workbench.services.git.user_git import UserGit


@pytest.fixture
def project(tmp_path: Path) -> Iterator[RestorableProject]:
    with restorable_project(tmp_path) as made:
        yield made


def names(project: RestorableProject) -> set[str]:
    return set(project.picture())


def test_folder_becomes_the_snapshot(project: RestorableProject) -> None:
    project.write({"train.py": "old", "lib/a.py": "a", "run.sh": "#!/bin/sh\n", "link": "->lib"})
    first = project.run()
    before = project.picture()
    (project.folder / "lib" / "a.py").unlink()
    (project.folder / "lib").rmdir()
    (project.folder / "run.sh").chmod(0o644)
    (project.folder / "link").unlink()
    project.write({"train.py": "new", "added/deep/b.py": "b", "link": "->nowhere"})

    operation = project.restore(first)

    assert project.picture() == before
    assert (operation.kind, operation.run_number, operation.changed) == (
        OperationKind.RESTORE,
        first.number,
        5,
    )
    assert operation.after == first.snapshot
    assert undo_state(project.context).undo == operation
    assert not has_open_journal(project.context)
    saved = project.context.history.tree_entries(operation.before)
    assert project.context.history.read_blob(saved["train.py"].object_id) == b"new"


def test_kinds_are_swapped_both_ways(project: RestorableProject) -> None:
    project.write({"a": "file", "b/c/d": "deep", "e": "->a", "f/g": "x", "h/i": "i"})
    first = project.run()
    before = project.picture()
    for path in ("b/c/d", "a", "e", "f/g", "h/i"):
        (project.folder / path).unlink()
    for path in ("b/c", "b", "f", "h"):
        (project.folder / path).rmdir()
    project.write({"a/x/y": "1", "b": "2", "e/z": "3", "f": "->a", "h/i/j": "4"})
    second = project.run()
    after = project.picture()

    project.restore(first)
    assert project.picture() == before
    project.restore(second)
    assert project.picture() == after


def test_times_permissions_and_empty_folders_come_back(project: RestorableProject) -> None:
    project.write({"secret": "s", "same": "same", "box/x": "x"})
    (project.folder / "secret").chmod(0o600)
    (project.folder / "same").chmod(0o640)
    (project.folder / "box").chmod(0o750)
    (project.folder / "empty" / "inner").mkdir(parents=True)
    os.utime(project.folder / "secret", ns=(10**18, 10**18))
    first = project.run()
    before = project.picture()
    (project.folder / "same").chmod(0o644)
    (project.folder / "box").chmod(0o755)
    (project.folder / "empty" / "inner").rmdir()
    (project.folder / "empty").rmdir()
    (project.folder / "later").mkdir()
    project.write({"secret": "changed"})

    project.restore(first)

    assert project.picture() == before
    assert (project.folder / "secret").stat().st_mtime_ns == 10**18


def test_what_rules_leave_out_now_is_not_touched(project: RestorableProject) -> None:
    project.write({"a.py": "1"})
    first = project.run()
    project.write({".gitignore": "*.bin\ndata/\n", "m.bin": "weights", "data/x": "x", "a.py": "2"})
    plan = plan_restore(project.context, first.id)
    assert set(plan.kept) == {"m.bin", "data/"}

    project.restore(first)

    assert (project.folder / "m.bin").read_bytes() == b"weights"
    assert (project.folder / "data" / "x").read_bytes() == b"x"
    assert not (project.folder / ".gitignore").exists()


def test_what_the_targets_rules_leave_out_is_kept(project: RestorableProject) -> None:
    project.write({".gitignore": "*.bin\n", "a.py": "1"})
    first = project.run()
    project.write({".gitignore": "", "m.bin": "weights", "n.txt": "n"})
    plan = plan_restore(project.context, first.id)
    assert plan.kept == ("m.bin",)
    assert [change.path for change in plan.changes] == [".gitignore", "n.txt"]

    project.restore(first)
    assert names(project) == {".gitignore", "a.py", "m.bin"}


def test_ignored_file_in_the_way_is_saved_and_moved_aside(project: RestorableProject) -> None:
    project.write({"m.bin": "tracked", "same.bin": "same"})
    first = project.run()
    project.write({".gitignore": "*.bin\n", "m.bin": "my own"})
    before = project.picture()
    plan = plan_restore(project.context, first.id)
    assert [(c.path, c.in_the_way) for c in plan.changes] == [
        (".gitignore", False),
        ("m.bin", True),
    ]

    operation = apply_restore(project.context, plan)

    assert (project.folder / "m.bin").read_bytes() == b"tracked"
    saved = project.context.history.tree_entries(operation.before)["m.bin"]
    assert project.context.history.read_blob(saved.object_id) == b"my own"
    (aside,) = (project.context.paths.operations / operation.id / "aside").glob("*-m.bin")
    assert aside.read_bytes() == b"my own"
    undo_restore(project.context)
    assert project.picture() == before


def test_ignored_folder_where_the_target_has_a_file(project: RestorableProject) -> None:
    project.write({"data": "a file once"})
    first = project.run()
    (project.folder / "data").unlink()
    project.write({".gitignore": "data/\n", "data/x/y": "1", "data/z": "->x"})
    before = project.picture()

    project.restore(first)
    assert project.picture() == {"data": ("file", 0o644, b"a file once")}
    undo_restore(project.context)
    assert project.picture() == before


def test_nested_repositories_and_special_files_stay(project: RestorableProject) -> None:
    project.write({"a.py": "1"})
    first = project.run()
    project.write({"vendor/code.py": "v", "a.py": "2"})
    UserGit.init(project.folder / "vendor")
    os.mkfifo(project.folder / "pipe")
    nested = {k: v for k, v in project.picture().items() if k.startswith("vendor/.git")}
    plan = plan_restore(project.context, first.id)
    assert plan.kept == ("pipe", "vendor/.git/")

    project.restore(first)

    found = project.picture()
    assert {k: v for k, v in found.items() if k.startswith("vendor/.git")} == nested
    assert stat.S_ISFIFO((project.folder / "pipe").lstat().st_mode)
    assert "vendor/code.py" not in found


@pytest.mark.parametrize("obstacle", ["fifo", "repository", "folder with fifo"])
def test_what_cannot_be_saved_may_not_be_replaced(
    project: RestorableProject, obstacle: str
) -> None:
    project.write({"a": "file"})
    first = project.run()
    (project.folder / "a").unlink()
    if obstacle == "fifo":
        os.mkfifo(project.folder / "a")
    else:
        project.write({"a/b": "b"})
        if obstacle == "repository":
            UserGit.init(project.folder / "a")
        else:
            os.mkfifo(project.folder / "a" / "pipe")
    before = project.picture()
    with pytest.raises(RestoreBlockedError, match="in the way"):
        plan_restore(project.context, first.id)
    assert project.picture() == before


def test_restore_never_writes_through_a_link(project: RestorableProject, tmp_path: Path) -> None:
    project.write({"lib/a.py": "inside", "lib/b.py": "b"})
    first = project.run()
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a.py").write_bytes(b"not yours")
    for name in ("a.py", "b.py"):
        (project.folder / "lib" / name).unlink()
    (project.folder / "lib").rmdir()
    (project.folder / "lib").symlink_to(outside)

    project.restore(first)

    assert (outside / "a.py").read_bytes() == b"not yours"
    assert [path.name for path in outside.iterdir()] == ["a.py"]
    assert (project.folder / "lib").is_dir()
    assert not (project.folder / "lib").is_symlink()


def test_folder_swapped_for_a_link_while_restoring(
    project: RestorableProject, tmp_path: Path
) -> None:
    project.write({"lib/a.py": "old", "top": "old"})
    first = project.run()
    project.write({"lib/a.py": "new", "top": "new"})
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a.py").write_bytes(b"not yours")
    plan = plan_restore(project.context, first.id)

    def swap(progress: Progress) -> None:
        if progress.detail == "2 of 2 files" and not (project.folder / "lib").is_symlink():
            (project.folder / "lib").rename(project.folder / "moved")
            (project.folder / "lib").symlink_to(outside)

    with pytest.raises(RestoreFailedError):
        apply_restore(project.context, plan, report=swap)
    assert (outside / "a.py").read_bytes() == b"not yours"
    assert [path.name for path in outside.iterdir()] == ["a.py"]
    assert (project.folder / "moved" / "a.py").read_bytes() == b"new"
    assert (project.folder / "top").read_bytes() == b"new"


def test_nothing_to_restore_is_no_operation(project: RestorableProject) -> None:
    project.write({"a": "1"})
    first = project.run()
    tip = project.context.history.tip()
    with pytest.raises(RestoreBlockedError, match="already the same"):
        project.restore(first)
    assert project.context.history.tip() == tip
    assert undo_state(project.context).undo is None


def test_folder_that_changed_since_the_preview(project: RestorableProject) -> None:
    project.write({"a": "1"})
    first = project.run()
    project.write({"a": "2"})
    plan = plan_restore(project.context, first.id)
    project.write({"a": "3 is longer"})
    with pytest.raises(RestoreBlockedError, match="changed meanwhile"):
        apply_restore(project.context, plan)
    assert (project.folder / "a").read_bytes() == b"3 is longer"


def test_blocked_while_a_run_uses_the_folder(project: RestorableProject) -> None:
    project.write({"a": "1"})
    first = project.run()
    project.write({"a": "2"})
    project.run(RunStatus.RUNNING)
    project.write({"a": "3 is longer"})
    tip = project.context.history.tip()
    with pytest.raises(RestoreBlockedError) as caught:
        project.restore(first)
    assert project.context.history.tip() == tip
    assert caught.value.title == "#2 is using this folder"
    assert caught.value.text == "Restore when it ends, or restore to a new folder."
    assert (project.folder / "a").read_bytes() == b"3 is longer"


def test_runs_without_a_snapshot_here(project: RestorableProject) -> None:
    without = project.run(snapshot=False)
    with pytest.raises(NotFoundError, match="no snapshot"):
        plan_restore(project.context, without.id)
    project.context.store.update(without.id, {"snapshot": "1" * 40})
    with pytest.raises(NotFoundError, match="isn't on this computer"):
        plan_restore(project.context, without.id)


def test_cancel_before_the_first_change(project: RestorableProject) -> None:
    project.write({"a": "1"})
    first = project.run()
    project.write({"a": "2"})
    plan = plan_restore(project.context, first.id)
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(CanceledError):
        apply_restore(project.context, plan, cancel=cancel)
    assert (project.folder / "a").read_bytes() == b"2"


def test_cancel_after_the_journal_completes(project: RestorableProject) -> None:
    project.write({"a": "1", "b": "1"})
    first = project.run()
    project.write({"a": "2", "b": "2"})
    cancel = CancelToken()

    def stop(progress: Progress) -> None:
        if "of 2 files" in progress.detail:
            cancel.cancel()

    plan = plan_restore(project.context, first.id)
    apply_restore(project.context, plan, report=stop, cancel=cancel)
    assert (project.folder / "a").read_bytes() == b"1"


def test_progress_rises_to_the_end(project: RestorableProject) -> None:
    project.write({f"f{n}": "1" for n in range(9)})
    first = project.run()
    project.write({f"f{n}": "changed" for n in range(9)})
    seen: list[Progress] = []
    apply_restore(project.context, plan_restore(project.context, first.id), report=seen.append)
    fractions = [progress.fraction for progress in seen if progress.fraction is not None]
    assert fractions == sorted(fractions)
    assert {progress.title for progress in seen} == {"Restoring from run #1"}
    assert {progress.kind for progress in seen} == {"restore"}
    assert seen[-1].detail == "9 of 9 files"
    assert fractions[-1] == 1.0


def test_file_saved_by_an_editor_while_restoring(project: RestorableProject) -> None:
    project.write({"a": "1", "b": "1"})
    first = project.run()
    project.write({"a": "2", "b": "2"})
    plan = plan_restore(project.context, first.id)

    def save(progress: Progress) -> None:
        if progress.detail == "2 of 2 files":
            (project.folder / "b").write_bytes(b"saved just now")

    with pytest.raises(RestoreFailedError) as caught:
        apply_restore(project.context, plan, report=save)
    assert caught.value.title == "Restore stopped, nothing was changed"
    assert (project.folder / "a").read_bytes() == b"2"
    assert (project.folder / "b").read_bytes() == b"saved just now"
    assert not has_open_journal(project.context)
    assert names(project) == {"a", "b"}


def test_big_files_are_streamed_and_holes_stay_holes(project: RestorableProject) -> None:
    size = 40_000_000
    with (project.folder / "big").open("wb") as stream:
        stream.write(b"begin")
        stream.seek(size)
        stream.write(b"end")
    first = project.run()
    (project.folder / "big").unlink()
    project.restore(first)
    facts = (project.folder / "big").stat()
    assert facts.st_size == size + 3
    assert facts.st_blocks * 512 < size / 2
    with (project.folder / "big").open("rb") as stream:
        assert stream.read(6) == b"begin\0"
        stream.seek(size)
        assert stream.read() == b"end"


def test_users_repository_stays_byte_for_byte(project: RestorableProject) -> None:
    git = UserGit.init(project.folder)
    project.write({"a.py": "1", "b.py": "1"})
    git.commit_all("first")
    first = project.run()
    project.write({"a.py": "2", "c.py": "new"})
    # A dirty index: what is staged differs from both the commit and the folder.
    subprocess.run(["git", "add", "a.py"], cwd=project.folder, check=True)
    project.write({"a.py": "3 and more"})

    def facts() -> dict[str, tuple[int, int, bytes]]:
        return {
            str(path): (path.stat().st_ino, path.stat().st_mtime_ns, path.read_bytes())
            for path in sorted((project.folder / ".git").rglob("*"))
            if path.is_file()
        }

    before = facts()
    plan = plan_restore(project.context, first.id)
    assert plan.branch == "master"
    assert {change.path: change.uncommitted for change in plan.changes} == {
        "a.py": True,
        "c.py": True,
    }
    apply_restore(project.context, plan)
    assert facts() == before
    undo_restore(project.context)
    assert facts() == before


def test_many_files(project: RestorableProject) -> None:
    project.write({f"d{n % 7}/f{n}": f"{n}" for n in range(300)})
    first = project.run()
    before = project.picture()
    project.write({f"d{n % 7}/f{n}": f"changed {n}" for n in range(300)})
    assert project.restore(first).changed == 300
    assert project.picture() == before


def test_names_that_are_hard_to_write(project: RestorableProject) -> None:
    odd = ["ü/ö.py", "new\nline", "tab\t", '"quoted"', "back\\slash", "-rf", ":(top)x", " lead"]
    odd += [os.fsdecode(b"latin\xe9"), "[a]*?", "e\u0301", "\u00e9"]
    project.write({name: name.encode("utf-8", "surrogateescape") for name in odd})
    first = project.run()
    before = project.picture()
    project.write(dict.fromkeys(odd, "changed"))
    project.restore(first)
    assert project.picture() == before


def test_safety_snapshot_that_fails_changes_nothing(project: RestorableProject) -> None:
    project.write({"a": "1"})
    first = project.run()
    project.write({"a": "2"})
    plan = plan_restore(project.context, first.id)
    objects = project.context.paths.history / "objects"
    objects.rename(objects.with_name("away"))
    with pytest.raises(WorkbenchError):
        apply_restore(project.context, plan)
    assert (project.folder / "a").read_bytes() == b"2"
    assert not has_open_journal(project.context)
