"""Undo and redo: exactly as it was, many steps, across restarts, whatever the rules say."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.restorable_project import Picture, RestorableProject, restorable_project
from workbench.core.errors import RestoreBlockedError
from workbench.core.restore import OperationKind
from workbench.operations.plan_restore import plan_restore
from workbench.operations.undo_restore import redo_restore, undo_restore, undo_state
from workbench.viewmodels.restore_words import redo_text, step_words, undo_text


@pytest.fixture
def project(tmp_path: Path) -> Iterator[RestorableProject]:
    with restorable_project(tmp_path) as made:
        yield made


def test_nothing_to_undo_or_redo(project: RestorableProject) -> None:
    with pytest.raises(RestoreBlockedError, match="Nothing to undo"):
        undo_restore(project.context)
    with pytest.raises(RestoreBlockedError, match="Nothing to redo"):
        redo_restore(project.context)
    assert undo_state(project.context).undo is None
    assert undo_state(project.context).redo is None


def test_many_steps_back_and_forth_across_restarts(tmp_path: Path) -> None:
    pictures: list[Picture] = []
    with restorable_project(tmp_path) as project:
        runs = []
        for number in range(4):
            project.write({"a": f"version {number}", f"only{number}": "x"})
            runs.append(project.run())
        project.write({"a": "my edits"})
        pictures.append(project.picture())
        for run in runs[:3]:
            project.restore(run)
            pictures.append(project.picture())
    for expected, number in ((pictures[2], 2), (pictures[1], 1), (pictures[0], 0)):
        with restorable_project(tmp_path) as project:
            operation = undo_restore(project.context)
            assert (operation.kind, operation.run_number) == (OperationKind.UNDO, number + 1)
            assert project.picture() == expected
            redo = undo_state(project.context).redo
            assert redo is not None
            assert redo.run_number == number + 1
    with restorable_project(tmp_path) as project:
        assert undo_state(project.context).undo is None
        for expected in pictures[1:]:
            assert redo_restore(project.context).kind is OperationKind.REDO
            assert project.picture() == expected
        assert undo_state(project.context).redo is None
        undo_restore(project.context)
        assert project.picture() == pictures[2]


def test_a_new_restore_clears_redo(project: RestorableProject) -> None:
    project.write({"a": "1"})
    first = project.run()
    project.write({"a": "2"})
    project.restore(first)
    undo_restore(project.context)
    assert undo_state(project.context).redo is not None
    project.restore(first)
    assert undo_state(project.context).redo is None


def test_edits_after_the_restore_are_saved_by_undo(project: RestorableProject) -> None:
    project.write({"a": "1"})
    first = project.run()
    project.write({"a": "2"})
    project.restore(first)
    project.write({"a": "edited after the restore", "b": "new"})
    edited = project.picture()
    project.run()

    undo_restore(project.context)
    assert (project.folder / "a").read_bytes() == b"2"
    assert not (project.folder / "b").exists()
    redo_restore(project.context)
    assert project.picture() == edited


def test_undo_after_everything_was_put_back_by_hand(project: RestorableProject) -> None:
    project.write({"a": "1"})
    first = project.run()
    project.write({"a": "2"})
    project.restore(first)
    project.write({"a": "2"})
    before = project.picture()
    assert undo_restore(project.context).changed == 0
    assert project.picture() == before
    assert undo_state(project.context).undo is None


def test_undo_removes_what_the_restore_brought_though_rules_leave_it_out(
    project: RestorableProject,
) -> None:
    project.write({"m.bin": "tracked", "a": "1"})
    first = project.run()
    (project.folder / "m.bin").unlink()
    project.write({".gitignore": "*.bin\n", "mine.bin": "mine"})
    before = project.picture()
    project.restore(first)
    assert (project.folder / "m.bin").exists()
    undo_restore(project.context)
    assert project.picture() == before


def test_undo_brings_back_times(project: RestorableProject) -> None:
    project.write({"a": "1"})
    first = project.run()
    project.write({"a": "2"})
    os.utime(project.folder / "a", ns=(123_456_789_000_000_001, 123_456_789_000_000_001))
    project.restore(first)
    undo_restore(project.context)
    assert (project.folder / "a").stat().st_mtime_ns == 123_456_789_000_000_001


NAMES = st.sampled_from(["a", "b", "ü", "e\u0301", "x.bin", "new\nline", os.fsdecode(b"\xe9"), "D"])
PATHS = st.lists(NAMES, min_size=1, max_size=3).map("/".join)
CONTENT = st.one_of(
    st.tuples(st.just("file"), st.sampled_from([b"", b"1", b"two\r\n", b"\0" * 9])),
    st.tuples(st.just("program"), st.sampled_from([b"#!/bin/sh\n", b"1"])),
    st.tuples(st.just("private"), st.just(b"secret")),
    st.tuples(st.just("link"), st.sampled_from([b"a", b"nowhere", b"..", b"/nowhere/else"])),
    st.tuples(st.just("folder"), st.just(b"")),
)
RULES = st.sampled_from([b"", b"*.bin\n", b"a\n", b"a/\n!b\n", b"/D\nb/*\n", b"*\n", b"\xc3\xbc\n"])
TREE = st.dictionaries(PATHS, CONTENT, max_size=8)
STATE = st.tuples(TREE, st.dictionaries(st.sampled_from(["", "a/", "b/"]), RULES, max_size=2))

Tree = dict[str, tuple[str, bytes]]
State = tuple[Tree, dict[str, bytes]]


def become(folder: Path, state: State) -> None:
    """Make a folder hold exactly this; what does not fit into the tree is left away."""
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    files = {f"{where}.gitignore": ("file", content) for where, content in state[1].items()}
    for name, (kind, content) in (state[0] | files).items():
        path = folder / name
        above = [folder / part for part in list(Path(name).parents)[-2::-1]]
        if os.path.lexists(path) or any(map(_is_no_folder, above)):
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        if kind == "folder":
            path.mkdir()
        elif kind == "link":
            path.symlink_to(os.fsdecode(content))
        else:
            path.write_bytes(content)
            path.chmod({"file": 0o644, "program": 0o755, "private": 0o600}[kind])


def _is_no_folder(path: Path) -> bool:
    return path.is_symlink() or (path.exists() and not path.is_dir())


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
@given(STATE, STATE)
@example(({"a": ("file", b"1")}, {"": b""}), ({"a/b": ("file", b"2")}, {"": b"a/\n"}))
@example(({"x.bin": ("file", b"1")}, {}), ({"x.bin/b": ("file", b"2")}, {"": b"*.bin\n"}))
@example(({"b": ("file", b"")}, {}), ({"b/x.bin": ("folder", b"")}, {"": b"*.bin\n"}))
@example(({"a": ("folder", b"")}, {}), ({}, {"": b"a\n"}))
@example(({"a": ("private", b"s"), "b": ("folder", b"")}, {}), ({}, {"": b"*\n"}))
def test_restore_undo_redo_of_anything(first: State, second: State) -> None:
    with tempfile.TemporaryDirectory() as root, restorable_project(Path(root)) as project:
        become(project.folder, first)
        run = project.run()
        stored = project.context.history.tree_entries(run.snapshot)
        at_run = project.picture()
        become(project.folder, second)
        before = project.picture()
        plan = plan_restore(project.context, run.id)
        if not plan.changes:
            return

        operation = project.restore(run)

        after = project.picture()
        for path in stored:
            assert after[path] == at_run[path]
        saved = project.context.history.tree_entries(operation.before)
        for path, (kind, _, _) in before.items():
            if kind in {"file", "link"} and path not in saved:
                assert after[path] == before[path]
        deleted = {change.path for change in plan.changes if change.after is None}
        for path, facts in before.items():
            if path not in deleted and path not in stored and facts[0] != "folder":
                assert after[path] == facts
        assert not [path for path in after if ".workbench-" in path]
        undo_restore(project.context)
        assert project.picture() == before
        redo_restore(project.context)
        assert project.picture() == after


def _step(project: RestorableProject, command: str) -> tuple[str, str, str, str]:
    """Undo or redo; return what the command said before, and what was said and done after."""
    state = undo_state(project.context)
    heard: list[str] = []
    if command == "undo":
        before, restores = undo_text(state), state.undo_restores
        operation = undo_restore(project.context, report=lambda each: heard.append(each.title))
    else:
        before, restores = redo_text(state), state.redo_restores
        operation = redo_restore(project.context, report=lambda each: heard.append(each.title))
    words = step_words(operation, restores=restores)
    content = (project.folder / "a").read_text()
    return before, words.title, words.action, f"{content}: {heard[0]}"


def test_words_say_what_is_done_also_when_an_undo_is_undone(project: RestorableProject) -> None:
    runs = []
    for number in (1, 2):
        project.write({"a": f"run {number}"})
        runs.append(project.run())
    project.write({"a": "mine"})
    project.restore(runs[0])
    undo_restore(project.context)
    project.restore(runs[1])
    state = undo_state(project.context)
    assert (undo_text(state), redo_text(state)) == ("Undo restore of run #2", "Redo Restore")

    undone, again = "Restore undone", "Restored from run #{} again"
    taking, putting = "Undoing the restore from run #{}", "Restoring from run #{} again"
    two, one = "restore of run #2", "restore of run #1"
    assert [_step(project, command) for command in ("undo",) * 3] == [
        (f"Undo {two}", undone, "Redo", f"mine: {taking.format(2)}"),
        # What is undone here is the undo of the first restore.
        (f"Redo {one}", again.format(1), "Undo", f"run 1: {putting.format(1)}"),
        (f"Undo {one}", undone, "Redo", f"mine: {taking.format(1)}"),
    ]
    assert undo_text(undo_state(project.context)) == "Undo Restore"
    assert [_step(project, command) for command in ("redo", "redo", "undo", "redo", "redo")] == [
        (f"Redo {one}", again.format(1), "Undo", f"run 1: {putting.format(1)}"),
        (f"Undo {one}", undone, "Redo", f"mine: {taking.format(1)}"),
        (f"Redo {one}", again.format(1), "Undo", f"run 1: {putting.format(1)}"),
        (f"Undo {one}", undone, "Redo", f"mine: {taking.format(1)}"),
        (f"Redo {two}", again.format(2), "Undo", f"run 2: {putting.format(2)}"),
    ]
    assert redo_text(undo_state(project.context)) == "Redo Restore"


def test_words_about_edits_that_a_step_saved(project: RestorableProject) -> None:
    project.write({"a": "1"})
    first = project.run()
    project.write({"a": "2"})
    project.restore(first)
    project.write({"a": "edited after the restore"})
    words = step_words(undo_restore(project.context), restores=False)
    assert words.text == (
        "Run #1: 1 file changed. Your folder is as it was before the restore. "
        "Edits made since in 1 of them are saved: Redo brings them back."
    )
    assert redo_text(undo_state(project.context)) == "Redo restore of run #1"
    redo_restore(project.context)
    assert (project.folder / "a").read_text() == "edited after the restore"
