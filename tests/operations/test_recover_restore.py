"""Killed at any instant, a restore ends at the folder as it was or at the target."""

import os
import random
import shutil
import signal
from pathlib import Path

import pytest

from tests.forked import in_child, kill_at_change
from tests.restorable_project import Picture, RestorableProject, picture, restorable_project
from workbench.core.errors import RestoreBlockedError, WorkbenchError
from workbench.core.restore import OperationKind
from workbench.operations.apply_restore import apply_restore
from workbench.operations.plan_restore import plan_restore
from workbench.operations.recover_restore import has_open_journal, recover_restore
from workbench.operations.undo_restore import undo_restore, undo_state
from workbench.services.restore.journal import Journal, JournalState, restore_lock

RUN = "sample_1"
JOURNAL = "journal.json.new"
STAGED = "6 of 6 files"


class Case:
    """A project that waits to be restored, and what it looks like before and after."""

    def __init__(self, root: Path) -> None:
        self.root = root
        with restorable_project(root / "base") as project:
            project.write(
                {"a": "1", "lib/x": "1", "lib/y": "1", "swap": "file", "run": "#!/bin/sh"}
            )
            project.write({"data": "tracked", "gone": "back", "link": "->a"})
            project.run()
            for name in ("swap", "gone", "link", "data", "lib/y"):
                (project.folder / name).unlink()
            project.write({"a": "edited", "swap/in/deep": "2", "link": "->lib", "new/file": "2"})
            project.write({".gitignore": "data\n", "data": "ignored"})
            self.before = project.picture()
        with self.copy("probe") as project:
            project.restore(project.context.store.get(RUN))
            self.after = project.picture()

    def copy(self, name: str) -> "_Copy":
        target = self.root / name
        if not target.exists():
            shutil.copytree(self.root / "base", target, symlinks=True)
        return _Copy(target)


class _Copy:
    def __init__(self, root: Path) -> None:
        self._opened = restorable_project(root)

    def __enter__(self) -> RestorableProject:
        return self._opened.__enter__()

    def __exit__(self, *error: object) -> None:
        self._opened.__exit__(None, None, None)


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return Case(tmp_path_factory.mktemp("recover"))


def restore_killed_at(case: Case, name: str, number: int) -> int:
    case.copy(name)

    def work() -> None:
        with case.copy(name) as project:
            plan = plan_restore(project.context, RUN)
            kill_at_change(number, JOURNAL)
            apply_restore(project.context, plan)

    return in_child(work)


def check_recovered(case: Case, project: RestorableProject) -> Picture:
    """Recover, twice, and return what the folder looks like; it must be one of two states."""
    recover_restore(project.context)
    found = project.picture()
    assert found in (case.before, case.after)
    assert recover_restore(project.context) is None
    assert project.picture() == found
    assert not has_open_journal(project.context)
    if found == case.after and undo_state(project.context).undo is not None:
        operation = undo_state(project.context).undo
        assert operation is not None
        saved = project.context.history.tree_entries(operation.before)
        assert project.context.history.read_blob(saved["a"].object_id) == b"edited"
        assert project.context.history.read_blob(saved["data"].object_id) == b"ignored"
        undo_restore(project.context)
        assert project.picture() == case.before
    else:
        assert found == case.before
    return found


def number_of_changes(case: Case) -> int:
    """Return how many changes a whole restore makes."""
    low, high = 0, 1
    while restore_killed_at(case, f"count-{high}", high) != 0:
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        killed = restore_killed_at(case, f"count-{middle}", middle) != 0
        low, high = (middle, high) if killed else (low, middle)
    return high


def test_killed_at_every_kind_of_moment(case: Case) -> None:
    changes = number_of_changes(case)
    assert changes > 40
    moments = sorted({round(n * (changes - 1) / 19) for n in range(20)})
    ends = []
    for moment in moments:
        assert restore_killed_at(case, f"at-{moment}", moment) == -signal.SIGKILL
        with case.copy(f"at-{moment}") as project:
            ends.append(check_recovered(case, project) == case.after)
    assert not ends[0]
    assert ends[-1]
    assert ends == sorted(ends)


STRAIGHT = [JournalState.STAGING, JournalState.SWAPPING, JournalState.CLEANING]


@pytest.mark.parametrize("state", STRAIGHT)
@pytest.mark.parametrize("entered", [False, True])
def test_killed_around_every_journal_state(case: Case, state: JournalState, entered: bool) -> None:
    name = f"state-{state.name}-{entered}"
    assert kill_in(case, name, state, entered=entered) == -signal.SIGKILL
    with case.copy(name) as project:
        check_recovered(case, project)


@pytest.mark.parametrize("entered", [False, True])
def test_killed_while_everything_goes_back(case: Case, entered: bool) -> None:
    name = f"back-{entered}"
    killed = kill_in(case, name, JournalState.ROLLING_BACK, entered=entered, disturb=True)
    assert killed == -signal.SIGKILL
    with case.copy(name) as project:
        recover_restore(project.context)
        found = project.picture()
        if entered:
            assert found.pop("new/file")[2] == b"saved just now"
            assert found == {k: v for k, v in case.before.items() if k != "new/file"}
        else:
            aside = list(project.context.paths.operations.glob("*/aside/*-file"))
            assert [path.read_bytes() for path in aside] == [b"saved just now"]
            assert found == case.after


def kill_in(
    case: Case, name: str, state: JournalState, *, entered: bool = True, disturb: bool = False
) -> int:
    """Restore and die just before or after a state of the journal is written."""
    case.copy(name)

    def work() -> None:
        with case.copy(name) as project:
            plan = plan_restore(project.context, RUN)
            die_at(state, entered=entered)
            once = iter([True])

            def save(progress: object) -> None:
                # Somebody saves a file while it is restored, so that everything goes back.
                if disturb and STAGED in str(progress) and next(once, False):
                    (project.folder / "new" / "file").write_bytes(b"saved just now")

            apply_restore(project.context, plan, report=save)

    return in_child(work)


def die_at(state: JournalState, *, entered: bool) -> None:
    """Make this process kill itself just before or after the journal enters a state."""
    name = "_write_head"
    write = getattr(Journal, name)

    def die(journal: Journal) -> None:
        if journal.head.state is state and not entered:
            os.kill(os.getpid(), signal.SIGKILL)
        write(journal)
        if journal.head.state is state:
            os.kill(os.getpid(), signal.SIGKILL)

    setattr(Journal, name, die)


def test_killed_again_while_recovering(case: Case) -> None:
    for moment in (12, 30, 45):
        name = f"again-{moment}"
        assert restore_killed_at(case, name, moment) == -signal.SIGKILL

        def recover(name: str = name, second: int = 0) -> None:
            with case.copy(name) as project:
                kill_at_change(second, "")
                recover_restore(project.context)

        for second in (2, 7):
            in_child(lambda second=second, recover=recover: recover(second=second))  # type: ignore[misc]
        with case.copy(name) as project:
            check_recovered(case, project)


def test_killed_at_random_times(case: Case) -> None:
    dice = random.Random(20)
    for number in range(4):
        name = f"random-{number}"
        case.copy(name)
        delay = dice.uniform(0.0, 0.02)

        def work(name: str = name, delay: float = delay) -> None:
            with case.copy(name) as project:
                plan = plan_restore(project.context, RUN)

                def start(progress: object) -> None:
                    if STAGED in str(progress):
                        signal.signal(signal.SIGALRM, signal.SIG_DFL)
                        signal.setitimer(signal.ITIMER_REAL, max(delay, 1e-6))

                apply_restore(project.context, plan, report=start)

        in_child(work)
        with case.copy(name) as project:
            check_recovered(case, project)


def test_sentence_says_how_it_ended(case: Case) -> None:
    for state, ending in (
        (JournalState.STAGING, "Your folder is as it was before."),
        (JournalState.SWAPPING, "It has been completed now."),
    ):
        name = f"sentence-{state.name}"
        assert kill_in(case, name, state) == -signal.SIGKILL
        with case.copy(name) as project:
            assert recover_restore(project.context) == (
                f"The restore from run #1 was interrupted. {ending}"
            )


def test_edits_made_after_the_crash_are_never_lost(case: Case) -> None:
    name = "edited-after"
    assert kill_in(case, name, JournalState.SWAPPING) == -signal.SIGKILL
    with case.copy(name) as project:
        (project.folder / "a").write_bytes(b"edited after the crash")
        (project.folder / "gone").write_bytes(b"made after the crash")
        message = recover_restore(project.context) or ""
        assert project.picture() == case.after
        aside = next(project.context.paths.operations.glob("*/aside"))
        assert next(aside.glob("*-a")).read_bytes() == b"edited after the crash"
        assert next(aside.glob("*-gone")).read_bytes() == b"made after the crash"
        assert str(aside) in message


def test_staged_files_that_are_gone_are_written_again(case: Case) -> None:
    name = "unstaged"
    assert kill_in(case, name, JournalState.SWAPPING) == -signal.SIGKILL
    with case.copy(name) as project:
        staged = list(project.folder.rglob(".workbench-*.new"))
        assert staged
        for path in staged:
            path.unlink()
        recover_restore(project.context)
        assert project.picture() == case.after


def test_restore_goes_on_after_recovery_only(case: Case) -> None:
    name = "first-recover"
    assert kill_in(case, name, JournalState.SWAPPING) == -signal.SIGKILL
    with case.copy(name) as project:
        assert has_open_journal(project.context)
        with pytest.raises(RestoreBlockedError, match="finished first"):
            project.restore(project.context.store.get(RUN))
        assert project.picture() == case.after
        undone = undo_restore(project.context)
        assert undone.kind is OperationKind.UNDO
        assert project.picture() == case.before


def test_damaged_journal_changes_nothing(case: Case) -> None:
    name = "damaged"
    assert kill_in(case, name, JournalState.SWAPPING) == -signal.SIGKILL
    with case.copy(name) as project:
        (project.context.paths.operations / "journal.json").write_bytes(b"{")
        before = picture(project.folder)
        with pytest.raises(WorkbenchError, match="can't be continued"):
            recover_restore(project.context)
        assert picture(project.folder) == before
        assert has_open_journal(project.context)


def test_two_processes_do_not_restore_at_once(case: Case) -> None:
    with case.copy("locked") as project:
        plan = plan_restore(project.context, RUN)
        with (
            restore_lock(project.context.paths.operations),
            pytest.raises(RestoreBlockedError, match="Another restore"),
        ):
            apply_restore(project.context, plan)
        assert project.picture() == case.before
