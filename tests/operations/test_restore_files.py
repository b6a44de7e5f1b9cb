"""Restoring only some files: they change, and nothing else; undo takes back these alone."""

import os
import random
import signal
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.forked import in_child, kill_at_change
from tests.restorable_project import Picture, RestorableProject, picture, restorable_project
from workbench.core.errors import NotFoundError, RestoreBlockedError
from workbench.core.restore import Operation, OperationKind
from workbench.core.run import Run
from workbench.operations.apply_restore import apply_restore
from workbench.operations.plan_restore import plan_restore
from workbench.operations.recover_restore import has_open_journal, recover_restore
from workbench.operations.undo_restore import redo_restore, undo_restore, undo_state


@pytest.fixture
def project(tmp_path: Path) -> Iterator[RestorableProject]:
    with restorable_project(tmp_path) as made:
        yield made


def restore(project: RestorableProject, run: Run, *paths: str) -> Operation:
    return apply_restore(project.context, plan_restore(project.context, run.id, paths=paths))


def content(project: RestorableProject, path: str) -> bytes:
    return (project.folder / path).read_bytes()


def test_chosen_files_change_and_no_other(project: RestorableProject) -> None:
    project.write({"a": "1", "lib/b": "1", "lib/c": "1", "gone": "1"})
    (project.folder / "lib" / "b").chmod(0o600)
    os.utime(project.folder / "lib" / "b", ns=(10**18, 10**18))
    first = project.run()
    (project.folder / "gone").unlink()
    (project.folder / "lib").chmod(0o750)
    (project.folder / "empty").mkdir()
    project.write({"a": "2", "lib/b": "2", "lib/c": "2", "later": "2"})
    before = project.picture()

    plan = plan_restore(project.context, first.id, paths=["lib/b", "gone", "later"])
    assert plan.partial
    assert [change.path for change in plan.changes] == ["gone", "later", "lib/b"]
    operation = apply_restore(project.context, plan)

    assert operation.partial
    assert (operation.kind, operation.changed) == (OperationKind.RESTORE, 3)
    expected = dict(before)
    del expected["later"]
    expected |= {"gone": ("file", 0o644, b"1"), "lib/b": ("file", 0o600, b"1")}
    assert project.picture() == expected
    assert (project.folder / "lib" / "b").stat().st_mtime_ns == 10**18


def test_a_folder_stands_for_what_is_in_it(project: RestorableProject) -> None:
    project.write({"lib/a": "1", "lib/deep/b": "1", "library": "1"})
    first = project.run()
    project.write({"lib/a": "2", "lib/deep/b": "2", "library": "2", "lib/new": "2"})
    plan = plan_restore(project.context, first.id, paths=["./lib/"])
    assert [change.path for change in plan.changes] == ["lib/a", "lib/deep/b", "lib/new"]
    whole = plan_restore(project.context, first.id, paths=["."])
    assert not whole.partial
    assert len(whole.changes) == 4


def test_a_path_that_nobody_knows(project: RestorableProject) -> None:
    project.write({"a": "1"})
    first = project.run()
    for path in ("b", "../a", "a/b"):
        with pytest.raises(NotFoundError, match="isn't a file of run #1"):
            plan_restore(project.context, first.id, paths=["a", path])


def test_chosen_files_that_are_the_same(project: RestorableProject) -> None:
    project.write({"a": "1", "b": "1"})
    first = project.run()
    project.write({"b": "2"})
    tip = project.context.history.tip()
    with pytest.raises(RestoreBlockedError, match="These files are already the same"):
        restore(project, first, "a")
    assert project.context.history.tip() == tip


def test_undo_and_redo_leave_later_edits_of_other_files(project: RestorableProject) -> None:
    project.write({"a": "1", "b": "1", "gone": "1"})
    first = project.run()
    (project.folder / "gone").unlink()
    project.write({"a": "2", "b": "2"})
    restore(project, first, "a", "gone")
    project.write({"b": "edited since", "c": "new since"})

    undone = undo_restore(project.context)
    assert undone.partial
    assert (content(project, "a"), content(project, "b")) == (b"2", b"edited since")
    assert not (project.folder / "gone").exists()
    assert content(project, "c") == b"new since"
    project.write({"c": "and again"})
    redo_restore(project.context)
    assert (content(project, "a"), content(project, "gone")) == (b"1", b"1")
    assert (content(project, "b"), content(project, "c")) == (b"edited since", b"and again")
    assert undone.later_edits == 0


def test_undo_of_a_file_that_was_edited_since_can_be_redone(project: RestorableProject) -> None:
    project.write({"a": "1"})
    first = project.run()
    project.write({"a": "2"})
    restore(project, first, "a")
    project.write({"a": "edited after it"})
    assert undo_restore(project.context).later_edits == 1
    assert content(project, "a") == b"2"
    redo_restore(project.context)
    assert content(project, "a") == b"edited after it"


def test_many_steps_of_whole_and_partial_restores(tmp_path: Path) -> None:
    pictures: list[Picture] = []
    with restorable_project(tmp_path) as project:
        project.write({"a": "1", "b": "1", "only1": "1"})
        first = project.run()
        project.write({"a": "2", "b": "2", "only2": "2"})
        second = project.run()
        project.write({"a": "3", "b": "3"})
        pictures.append(project.picture())
        for run, paths in ((first, ("a",)), (second, ()), (first, ("b", "only2"))):
            restore(project, run, *paths)
            pictures.append(project.picture())
    for expected in reversed(pictures[:-1]):
        with restorable_project(tmp_path) as project:
            undo_restore(project.context)
            assert project.picture() == expected
    with restorable_project(tmp_path) as project:
        for expected in pictures[1:]:
            redo_restore(project.context)
            assert project.picture() == expected
        assert undo_state(project.context).redo is None


def test_what_is_in_the_way_of_a_chosen_file_goes_with_it(project: RestorableProject) -> None:
    project.write({"swap": "file", "deep/in/file": "1", "other": "1"})
    first = project.run()
    for path in ("swap", "deep/in/file"):
        (project.folder / path).unlink()
    for path in ("deep/in", "deep"):
        (project.folder / path).rmdir()
    project.write({"swap/x": "2", "swap/y/z": "2", "deep": "a file now", "other": "2"})
    before = project.picture()
    whole = plan_restore(project.context, first.id)

    assert [change.path for change in whole.selecting(["swap"]).changes] == [
        "swap",
        "swap/x",
        "swap/y/z",
    ]
    apply_restore(project.context, whole.selecting(["swap"]))
    assert content(project, "swap") == b"file"
    assert content(project, "deep") == b"a file now"
    chosen = plan_restore(project.context, first.id).selecting(["deep/in/file"])
    assert [change.path for change in chosen.changes] == ["deep", "deep/in/file"]
    apply_restore(project.context, chosen)
    assert content(project, "other") == b"2"
    undo_restore(project.context)
    undo_restore(project.context)
    assert project.picture() == before


def test_an_empty_folder_in_the_way_comes_back_with_undo(project: RestorableProject) -> None:
    project.write({"box": "file", "b": "1"})
    first = project.run()
    (project.folder / "box").unlink()
    (project.folder / "box" / "inner").mkdir(parents=True)
    project.write({"b": "2"})
    before = project.picture()
    restore(project, first, "box")
    assert content(project, "box") == b"file"
    undo_restore(project.context)
    assert project.picture() == before


def test_what_may_not_be_replaced_stops_only_who_asks_for_it(project: RestorableProject) -> None:
    project.write({"a": "file", "b": "1"})
    first = project.run()
    (project.folder / "a").unlink()
    os.mkfifo(project.folder / "a")
    project.write({"b": "2"})
    with pytest.raises(RestoreBlockedError, match="in the way"):
        plan_restore(project.context, first.id, paths=["a"])
    restore(project, first, "b")
    assert content(project, "b") == b"1"
    assert stat.S_ISFIFO((project.folder / "a").lstat().st_mode)


def test_ignored_file_in_the_way_is_kept_by_the_safety_snapshot(
    project: RestorableProject,
) -> None:
    project.write({"m.bin": "tracked", "n.bin": "tracked"})
    first = project.run()
    project.write({".gitignore": "*.bin\n", "m.bin": "my own", "n.bin": "my own too"})
    before = project.picture()
    operation = restore(project, first, "m.bin")
    assert content(project, "n.bin") == b"my own too"
    saved = project.context.history.tree_entries(operation.before)
    assert project.context.history.read_blob(saved["m.bin"].object_id) == b"my own"
    undo_restore(project.context)
    assert project.picture() == before


def test_other_files_may_be_saved_meanwhile(project: RestorableProject) -> None:
    project.write({"a": "1", "b": "1"})
    first = project.run()
    project.write({"a": "2", "b": "2"})
    plan = plan_restore(project.context, first.id, paths=["a"])

    def save(_progress: object) -> None:
        project.write({"b": f"saved {os.urandom(4).hex()}"})

    apply_restore(project.context, plan, report=save)
    assert content(project, "a") == b"1"
    assert content(project, "b").startswith(b"saved")


PATHS = st.sampled_from(["a", "b", "d/e", "d/f", "d", "a/x", "g/h/i"])
TREES = st.dictionaries(PATHS, st.binary(max_size=2), max_size=5)


def free_of_conflicts(tree: dict[str, bytes]) -> dict[str, bytes]:
    return {
        path: data
        for path, data in tree.items()
        if not any(other != path and other.startswith(f"{path}/") for other in tree)
    }


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(TREES.map(free_of_conflicts), TREES.map(free_of_conflicts), st.sets(PATHS, min_size=1))
def test_any_choice_gives_the_chosen_files_and_undo_all_of_them(
    tmp_path_factory: pytest.TempPathFactory,
    old: dict[str, bytes],
    new: dict[str, bytes],
    chosen: set[str],
) -> None:
    with restorable_project(tmp_path_factory.mktemp("choice")) as project:
        project.write(dict(old))
        first = project.run()
        for path in old:
            (project.folder / path).unlink()
        for folder in sorted((p for p in project.folder.rglob("*") if p.is_dir()), reverse=True):
            folder.rmdir()
        project.write(dict(new))
        before = project.picture()
        plan = plan_restore(project.context, first.id).selecting(chosen)
        if not plan.changes:
            return
        apply_restore(project.context, plan)
        changed = {change.path: change.after for change in plan.changes}
        expected = {path: data for path, data in new.items() if path not in changed}
        expected |= {path: old[path] for path, after in changed.items() if after}
        found = {path: row[2] for path, row in project.picture().items() if row[0] == "file"}
        assert found == expected
        undo_restore(project.context)
        assert project.picture() == before


def test_killed_at_any_change_it_is_before_or_after(tmp_path: Path) -> None:
    moments = random.Random(7).sample(range(45), 8)
    seen = set()
    for number in moments:
        root = tmp_path / f"killed-{number}"
        with restorable_project(root) as project:
            project.write({"a": "1", "swap": "1", "gone": "1", "other": "1"})
            first = project.run()
            for path in ("swap", "gone"):
                (project.folder / path).unlink()
            project.write({"a": "2", "swap/in": "2", "other": "2"})
            before = project.picture()

        def work(root: Path = root, run_id: str = first.id, number: int = number) -> None:
            with restorable_project(root) as project:
                plan = plan_restore(project.context, run_id, paths=["a", "swap", "gone"])
                kill_at_change(number, "journal.json.new")
                apply_restore(project.context, plan)

        assert in_child(work) in {0, -signal.SIGKILL}
        with restorable_project(root) as project:
            recover_restore(project.context)
            assert not has_open_journal(project.context)
            after = dict(before) | {"a": ("file", 0o644, b"1"), "gone": ("file", 0o644, b"1")}
            after = {path: row for path, row in after.items() if path != "swap/in"}
            after["swap"] = ("file", 0o644, b"1")
            found = picture(project.folder)
            assert found in (before, after)
            seen.add(found == after)
            if found == after:
                undo_restore(project.context)
                assert project.picture() == before
    assert seen == {True, False}
