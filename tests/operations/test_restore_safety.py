"""Nothing is ever lost: damaged history, files never stored, edits in the last moment."""

import os
import shutil
import signal
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from tests.forked import in_child
from tests.restorable_project import RestorableProject, picture, restorable_project
from workbench.core.errors import RestoreBlockedError, RestoreFailedError
from workbench.core.progress import Progress
from workbench.core.restore import OperationKind
from workbench.operations import change_folder
from workbench.operations.apply_restore import apply_restore
from workbench.operations.plan_restore import plan_restore
from workbench.operations.recover_restore import has_open_journal, recover_restore
from workbench.operations.undo_restore import redo_restore, undo_restore, undo_state
from workbench.services.restore import system_calls
from workbench.services.restore.aside import Aside
from workbench.services.restore.journal import Journal, JournalState
from workbench.services.restore.operations_log import OperationsLog


@pytest.fixture
def project(tmp_path: Path) -> Iterator[RestorableProject]:
    with restorable_project(tmp_path) as made:
        yield made


@pytest.fixture(params=["exchange", "no exchange"])
def any_disk(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a disk that cannot exchange two files be tried too."""
    if request.param == "no exchange":
        monkeypatch.setattr(system_calls, "_renameat2", None)


def leftovers(project: RestorableProject) -> list[str]:
    return [path for path in project.picture() if ".workbench-" in path]


def test_damaged_safety_copy_stops_before_the_first_change(tmp_path: Path) -> None:
    with restorable_project(tmp_path) as project:
        project.write({"a": "1", "b": os.urandom(300_000)})
        first = project.run()
        entry = project.context.history.tree_entries(first.snapshot)["b"]
        content = (project.folder / "b").read_bytes()
        (project.folder / "b").unlink()
        without = project.run()
        project.write({"b": content})
    stored = tmp_path / "data/history.git/objects" / entry.object_id[:2] / entry.object_id[2:]
    stored.chmod(0o644)
    damaged = bytearray(stored.read_bytes())
    damaged[200_000] ^= 0x55

    with restorable_project(tmp_path) as project:
        plan = plan_restore(project.context, without.id)
        before = project.picture()

        def damage(progress: Progress) -> None:
            if progress.detail == "Saving your folder first" and progress.fraction == 0.4:
                stored.write_bytes(damaged)
                project.context.history.objects.close()

        with pytest.raises(RestoreFailedError, match="nothing was changed") as caught:
            apply_restore(project.context, plan, report=damage)
        assert "The history holds a damaged copy of b" in caught.value.text
        assert project.picture() == before
        assert not has_open_journal(project.context)


def test_what_a_run_left_out_stays_whatever_the_rules_say_now(project: RestorableProject) -> None:
    project.write({"a": "1", "env/pyvenv.cfg": "x", "env/lib/m.py": "the only copy"})
    project.write({".gitignore": ".gitignore\ndata/\n", "data/x": "the only copy"})
    os.mkfifo(project.folder / "pipe")
    run = project.run()
    for name in ("env/pyvenv.cfg", ".gitignore", "pipe"):
        (project.folder / name).unlink()
    project.write({"a": "2", "pipe": "a file by now", "new": "goes"})

    plan = plan_restore(project.context, run.id)
    assert [change.path for change in plan.changes] == ["a", "new"]
    assert {"env/lib/m.py", "data/x", "pipe"} <= set(plan.kept)
    project.restore(run)
    assert (project.folder / "env/lib/m.py").read_bytes() == b"the only copy"
    assert (project.folder / "data/x").read_bytes() == b"the only copy"


def test_what_a_restore_kept_is_kept_by_the_next_ones(project: RestorableProject) -> None:
    project.write({"a": "0"})
    other = project.run()
    project.write({"a": "1"})
    run = project.run()
    project.write({".gitignore": "data/\n", "data/set": "never stored", "a": "2"})
    before = project.picture()
    for target in (run, other, run):
        project.restore(target)
        assert (project.folder / "data/set").read_bytes() == b"never stored"
    for _ in range(3):
        undo_restore(project.context)
    assert project.picture() == before
    # What came later is stored by later snapshots and may go.
    project.write({".gitignore": "", "data/set": "stored now"})
    project.run()


_MOVES = {"os.rename", "os.link"}


def save_in_the_gap(folder: Path, name: str) -> None:
    """Let an editor save a file just before the restore puts its own there."""
    waiting = [True]

    def save(event: str, arguments: tuple[object, ...]) -> None:
        moves = event in _MOVES and str(arguments[0]).endswith(".new")
        if waiting and moves and arguments[1] == name:
            waiting.clear()
            (folder / ".editor").write_bytes(b"typed just now")
            (folder / ".editor").replace(folder / name)

    sys.addaudithook(save)


@pytest.mark.parametrize("there_before", [True, False])
def test_file_saved_in_the_last_moment_is_not_lost(
    project: RestorableProject, any_disk: None, there_before: bool
) -> None:
    project.write({"f": "1", "k": "1"})
    run = project.run()
    project.write({"f": "2", "k": "2"})
    if not there_before:
        (project.folder / "f").unlink()
    plan = plan_restore(project.context, run.id)
    save_in_the_gap(project.folder, "f")
    with pytest.raises(RestoreFailedError, match="f changed while the restore ran"):
        apply_restore(project.context, plan)
    texts = [path.read_bytes() for path in project.folder.glob("f")]
    texts += [path.read_bytes() for path in project.context.paths.operations.glob("*/aside/*-f")]
    assert b"typed just now" in texts
    assert (project.folder / "k").read_bytes() == b"2"
    assert not leftovers(project)
    assert not has_open_journal(project.context)


def test_everything_works_without_exchange(project: RestorableProject, any_disk: None) -> None:
    project.write({"a": "1", "b/c": "1", "link": "->a"})
    run = project.run()
    shutil.rmtree(project.folder / "b")
    (project.folder / "link").unlink()
    project.write({"a": "2", "b": "file", "new": "2"})
    before = project.picture()
    project.restore(run)
    after = project.picture()
    undo_restore(project.context)
    assert project.picture() == before
    redo_restore(project.context)
    assert project.picture() == after


def interrupted(root: Path, state: JournalState, *, fail: bool = False) -> None:
    """Restore ``a`` and die as soon as the journal is in a state."""
    with restorable_project(root) as project:
        project.write({"a": "1", "b": "1", "d/x": "1"})
        run = project.run()
        project.write({"a": "mine", "b": "mine", "n": "new"})
        (project.folder / "b").chmod(0o600)
        shutil.rmtree(project.folder / "d")
        plan = plan_restore(project.context, run.id)

    def work() -> None:
        with restorable_project(root) as project:
            enter = Journal.enter

            def die(journal: Journal, entered: JournalState) -> None:
                enter(journal, entered)
                if entered is state:
                    os.kill(os.getpid(), signal.SIGKILL)

            setattr(Journal, "enter", die)  # noqa: B010
            if fail:
                setattr(change_folder, "_verify", _fail)  # noqa: B010
            apply_restore(project.context, plan)

    assert in_child(work) == -signal.SIGKILL


def _fail(*_: object) -> None:
    raise RuntimeError("found different")


@pytest.mark.parametrize("state", [JournalState.SWAPPING, JournalState.CLEANING])
def test_another_folder_is_not_touched(tmp_path: Path, state: JournalState) -> None:
    interrupted(tmp_path, state)
    moved = tmp_path / "moved"
    shutil.copytree(tmp_path / "project", moved)
    shutil.rmtree(tmp_path / "project")
    with restorable_project(tmp_path) as project:
        project.write({"a": "somebody else's"})
        before = project.picture()
        message = recover_restore(project.context) or ""
        assert message.startswith("This is not the folder that was being restored.")
        assert project.picture() == before
        assert has_open_journal(project.context) == (state is JournalState.SWAPPING)
        context = replace(project.context, project=replace(project.context.project, folder=moved))
        assert "completed" in (recover_restore(context) or "")
        assert picture(moved)["a"][2] == b"1"
        assert "d/x" in picture(moved)
        assert not [path for path in picture(moved) if ".workbench-" in path]


def test_same_folder_is_known_though_its_temporary_files_are_gone(tmp_path: Path) -> None:
    interrupted(tmp_path, JournalState.SWAPPING)
    for path in (tmp_path / "project").glob(".workbench-*"):
        path.unlink()
    with restorable_project(tmp_path) as project:
        assert "completed" in (recover_restore(project.context) or "")
        assert (project.folder / "a").read_bytes() == b"1"


def test_replaced_files_that_are_gone_come_from_the_safety_snapshot(tmp_path: Path) -> None:
    interrupted(tmp_path, JournalState.ROLLING_BACK, fail=True)
    for path in (tmp_path / "project").glob(".workbench-*"):
        path.unlink()
    with restorable_project(tmp_path) as project:
        assert "as it was before" in (recover_restore(project.context) or "")
        found = project.picture()
        assert found["a"] == ("file", 0o644, b"mine")
        assert found["b"] == ("file", 0o600, b"mine")
        assert found["n"][2] == b"new"
        assert "d" not in found
        assert not leftovers(project)


def test_newer_changes_are_told_when_all_goes_back(tmp_path: Path) -> None:
    interrupted(tmp_path, JournalState.ROLLING_BACK, fail=True)
    for path in (tmp_path / "project").glob(".workbench-*"):
        path.unlink()
    with restorable_project(tmp_path) as project:
        project.write({"a": "edited after the crash"})
        message = recover_restore(project.context) or ""
        assert message.endswith("Newer changes to a were left as they are.")
        assert (project.folder / "a").read_bytes() == b"edited after the crash"
        assert not has_open_journal(project.context)


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_any_error_puts_everything_back(
    project: RestorableProject, monkeypatch: pytest.MonkeyPatch, error: type[BaseException]
) -> None:
    project.write({"a": "1"})
    run = project.run()
    project.write({"a": "2", "b": "2"})
    before = project.picture()

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(change_folder, "_verify", fail)
    expected = RestoreFailedError if error is RuntimeError else error
    with pytest.raises(expected):
        project.restore(run)
    assert project.picture() == before
    assert not has_open_journal(project.context)
    assert undo_state(project.context).undo is None


def test_listener_that_fails_does_not_stop_a_restore(project: RestorableProject) -> None:
    project.write({"a": "1"})
    run = project.run()
    project.write({"a": "2"})

    def fail(_: Progress) -> None:
        raise RuntimeError("the window is gone")

    apply_restore(project.context, plan_restore(project.context, run.id), report=fail)
    assert (project.folder / "a").read_bytes() == b"1"


def test_tidying_up_that_fails_locks_nothing(
    project: RestorableProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write({"data": "tracked", "a": "1"})
    run = project.run()
    (project.folder / "data").unlink()
    project.write({".gitignore": "data/\n", "data/z": "ignored", "a": "2"})

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Aside, "keep", full)
        with suppress(Exception):
            project.restore(run)
        message = recover_restore(project.context) or ""
        assert message.startswith("Restored, but not everything is tidied up.")
        assert not has_open_journal(project.context)
        with pytest.raises(Exception, match="not everything is tidied up"):
            undo_restore(project.context)
    assert "completed" in (recover_restore(project.context) or "")
    assert (project.folder / "data").read_bytes() == b"tracked"
    assert not leftovers(project)
    kept = list(project.context.paths.operations.glob("*/aside/*-z"))
    assert [path.read_bytes() for path in kept] == [b"ignored"]
    undo_restore(project.context)
    assert (project.folder / "data/z").read_bytes() == b"ignored"


def test_undo_of_something_else_meanwhile_is_refused(
    project: RestorableProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write({"a": "1"})
    first = project.run()
    project.write({"a": "2"})
    second = project.run()
    project.write({"a": "3"})
    project.restore(first)
    seen = project.restore(second)
    check = change_folder.refuse_while_used

    def undo_in_another_window(context: object) -> None:
        monkeypatch.setattr(change_folder, "refuse_while_used", check)
        head = replace(seen, id="9" * 19, kind=OperationKind.UNDO)
        OperationsLog(project.context.paths.operations).append(head)

    monkeypatch.setattr(change_folder, "refuse_while_used", undo_in_another_window)
    with pytest.raises(RestoreBlockedError, match="Your folder changed meanwhile"):
        undo_restore(project.context)
    with pytest.raises(RestoreBlockedError, match="Your folder changed meanwhile"):
        undo_restore(project.context, expected=seen.id)
    assert (project.folder / "a").read_bytes() == b"2"


def test_undone_work_stays_reachable_after_another_restore(project: RestorableProject) -> None:
    project.write({"a": "1"})
    first = project.run()
    project.write({"a": "2"})
    second = project.run()
    project.write({"a": "3"})
    project.restore(first)
    project.write({"week/work.py": "a week of work", "a": "edited"})
    undone = undo_restore(project.context)
    assert undone.later_edits == 2
    assert not (project.folder / "week").exists()
    project.restore(second)
    seen = []
    while undo_state(project.context).undo:
        undo_restore(project.context)
        seen.append((project.folder / "a").read_bytes())
    assert seen == [b"3", b"edited", b"3"]
    redo_restore(project.context)
    assert (project.folder / "week/work.py").read_bytes() == b"a week of work"
    while undo_state(project.context).redo:
        redo_restore(project.context)
    assert (project.folder / "a").read_bytes() == b"2"


def test_edits_between_undo_and_redo_stay_reachable(project: RestorableProject) -> None:
    project.write({"a": "1"})
    first = project.run()
    project.write({"a": "2"})
    project.restore(first)
    undo_restore(project.context)
    project.write({"a": "edited"})
    assert redo_restore(project.context).later_edits == 1
    seen = []
    while undo_state(project.context).undo:
        undo_restore(project.context)
        seen.append((project.folder / "a").read_bytes())
    assert seen == [b"edited", b"1", b"2"]


def test_only_permissions_and_empty_folders(project: RestorableProject) -> None:
    project.write({"a": "1"})
    (project.folder / "outputs").mkdir()
    (project.folder / "a").chmod(0o600)
    run = project.run()
    at_run = project.picture()
    (project.folder / "outputs").rmdir()
    (project.folder / "a").chmod(0o666)
    before = project.picture()
    plan = plan_restore(project.context, run.id)
    assert (plan.changes, plan.other_changes) == ((), 2)
    assert apply_restore(project.context, plan).changed == 0
    assert project.picture() == at_run
    undo_restore(project.context)
    assert project.picture() == before


def deep_folder(top: Path, name: str, levels: int) -> None:
    """Make folders in each other, deeper than a path can tell."""
    top.mkdir()
    descriptor = os.open(top, os.O_RDONLY)
    for _ in range(levels):
        os.mkdir(name, dir_fd=descriptor)
        inner = os.open(name, os.O_RDONLY, dir_fd=descriptor)
        os.close(descriptor)
        descriptor = inner
    os.close(os.open("leaf", os.O_CREAT | os.O_WRONLY, dir_fd=descriptor))
    os.close(descriptor)


@pytest.mark.parametrize(("name", "levels"), [("d", 1200), ("d" * 150, 30)])
def test_very_deep_folder_in_the_way(project: RestorableProject, name: str, levels: int) -> None:
    project.write({"a": "1", "top": "file"})
    run = project.run()
    (project.folder / "top").unlink()
    project.write({".gitignore": "top/\n"})
    deep_folder(project.folder / "top", name, levels)
    project.restore(run)
    assert (project.folder / "top").read_bytes() == b"file"
    assert not has_open_journal(project.context)
    assert len(list(project.context.paths.operations.glob("*/aside/*-leaf"))) == 1
