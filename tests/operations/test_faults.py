"""Disks that fill up or can't be written, rights that are lost, a clock that goes back, lost data.

Whatever fails says so; the folder is as it was or as it should become, what was saved stays, and
once the cause is gone everything works again.
"""

import os
import random
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.forked import as_ordinary_user, give_to_ordinary_user
from tests.restorable_project import RestorableProject, picture, restorable_project
from workbench.core.errors import NotFoundError, WorkbenchError
from workbench.core.progress import Progress, Report
from workbench.core.run import Run
from workbench.core.snapshot import SnapshotKind
from workbench.operations.apply_restore import apply_restore
from workbench.operations.missing_snapshots import missing_snapshots
from workbench.operations.plan_restore import plan_restore
from workbench.operations.recover_restore import has_open_journal, recover_restore
from workbench.operations.take_snapshot import take_snapshot
from workbench.operations.undo_restore import undo_restore
from workbench.services.git import history_session

PAGE = 4096


@contextmanager
def _mounted(place: Path, megabytes: int) -> Iterator[Path]:
    place.mkdir(exist_ok=True)
    options = f"size={megabytes}m"
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "none", place], check=True)
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", place], check=True)


def _may_mount() -> bool:
    if os.geteuid() != 0:
        return False
    with tempfile.TemporaryDirectory() as folder:
        words = ["mount", "-t", "tmpfs", "none", folder]
        done = subprocess.run(words, capture_output=True, check=False)
        if done.returncode == 0:
            subprocess.run(["umount", folder], check=True)
        return done.returncode == 0


@pytest.fixture(params=[48] if _may_mount() else [])
def disk(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    with _mounted(tmp_path / "disk", request.param) as place:
        yield place


def _fill(disk: Path, room: int) -> None:
    """Take all the space of a disk but so many pages."""
    with (disk / "filler").open("wb") as filler:
        facts = os.statvfs(disk)
        size = facts.f_bavail * facts.f_frsize - room * PAGE
        if size > 0:
            os.posix_fallocate(filler.fileno(), 0, size)


def _free(disk: Path) -> None:
    (disk / "filler").unlink(missing_ok=True)


ROOMS = [0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 18, 22, 27, 33, 40, 50, 65, 80, 100]


@pytest.mark.parametrize("files", [3, 40, 150])
def test_a_snapshot_on_a_disk_that_is_full_at_any_write(disk: Path, files: int) -> None:
    dice = random.Random(files)
    with restorable_project(disk) as project:
        project.write({f"f{n}": dice.randbytes(300) for n in range(files)})
        tip = project.run().snapshot
        ended = []
        for room in ROOMS:
            project.write({f"f{n}": dice.randbytes(300) for n in range(files)})
            before = project.picture()
            _fill(disk, room)
            failure = None
            try:
                tip = take_snapshot(project.context, SnapshotKind.RUN).commit
            except WorkbenchError as error:
                failure = error
            ended.append(failure is None)
            assert failure is None or "the disk is full" in failure.text, failure.details
            assert project.context.history.tip() == tip
            _free(disk)
            assert project.picture() == before
        assert not ended[0]
        assert ended[-1] or files > 100
        last = project.run()
        stored = project.context.history.tree_entries(last.snapshot)
        assert {p: project.context.history.read_blob(e.object_id) for p, e in stored.items()} == {
            path: facts[2] for path, facts in project.picture().items()
        }


def _run_and_change(project: RestorableProject) -> Run:
    project.write({f"d{n % 3}/f{n}": f"old {n}\n" * 400 for n in range(12)})
    run = project.run()
    project.write({f"d{n % 3}/f{n}": f"new {n}\n" * 900 for n in range(10)})
    project.write({"more/x": "x"})
    return run


def _at(moment: int, act: Callable[[], None]) -> Report:
    """Act when progress is reported for the ``moment``-th time."""
    heard = 0

    def report(_: Progress) -> None:
        nonlocal heard
        heard += 1
        if heard == moment:
            act()

    return report


@pytest.mark.parametrize("moment", [1, 2, 3, 4, 6, 9, 12, 15])
def test_a_restore_on_a_disk_that_fills_up(disk: Path, moment: int) -> None:
    with restorable_project(disk) as project:
        run = _run_and_change(project)
        before = project.picture()
        plan = plan_restore(project.context, run.id)
        report = _at(moment, lambda: _fill(disk, moment % 4))
        with suppress(WorkbenchError):
            apply_restore(project.context, plan, report=report)
        _free(disk)
        recover_restore(project.context)
        now = project.picture()
        assert not has_open_journal(project.context)
        if now != before:
            undo_restore(project.context)
            assert project.picture() == before
        project.restore(run)
        assert (project.folder / "d0" / "f0").read_bytes() == b"old 0\n" * 400


def test_a_folder_on_a_disk_that_can_only_be_read(disk: Path, tmp_path: Path) -> None:
    with restorable_project(tmp_path) as project:
        shutil.rmtree(project.folder)
        project.folder.symlink_to(disk)
        run = _run_and_change(project)
        before = picture(disk)
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        assert take_snapshot(project.context, SnapshotKind.RUN).file_count == 13
        with pytest.raises(WorkbenchError) as caught:
            project.restore(run)
        assert "Nothing was changed" in str(caught.value) or "nothing was changed" in str(
            caught.value
        )
        assert not has_open_journal(project.context)
        subprocess.run(["mount", "-o", "remount,rw", disk], check=True)
        assert picture(disk) == before
        project.restore(run)


@pytest.mark.parametrize("moment", [1, 2])
@pytest.mark.parametrize("place", ["history.git/objects", "."])
def test_rights_that_are_lost_while_a_snapshot_is_saved(moment: int, place: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        root.chmod(0o755)
        with restorable_project(root) as project:
            project.write({f"f{n}": f"{n}" for n in range(30)})
            tip = project.run().snapshot
            project.write({f"f{n}": f"changed {n}" for n in range(30)})
        give_to_ordinary_user(root)
        locked = root / "data" / place
        folders = [locked, *(path for path in locked.rglob("*") if path.is_dir())]

        def lock_all() -> None:
            for path in folders:
                path.chmod(0o555)

        def take() -> tuple[str, str]:
            with restorable_project(root) as project:
                lock = _at(moment, lock_all)
                try:
                    taken = take_snapshot(project.context, SnapshotKind.RUN, report=lock)
                except WorkbenchError as error:
                    return str(error), project.context.history.tip()
                return "", taken.commit

        said, now = as_ordinary_user(take)
        for path in folders:
            path.chmod(0o755)
        with restorable_project(root) as project:
            assert project.context.history.tip() == now
            assert (now == tip) == bool(said), said
            assert len(project.context.history.tree_entries(project.run().snapshot)) == 30


def test_a_clock_that_is_set_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was saved and kept in the time that comes again is not taken for older."""
    real = time.time_ns
    with restorable_project(tmp_path) as project:
        ahead = real() + 3600 * 10**9
        monkeypatch.setattr(time, "time_ns", lambda: ahead)
        project.write({"a": "1", "b": "1"})
        for name in ("a", "b"):
            os.utime(project.folder / name, ns=(ahead, ahead))
        first = project.run()
        monkeypatch.setattr(time, "time_ns", real)
        project.write({"a": "2"})
        second = project.run()
        assert second.snapshot != first.snapshot
        project.write({"b": "2"})
        third = project.run()
        project.restore(first)
        assert (project.folder / "a").read_bytes() == b"1"
        project.restore(third)
        assert (project.folder / "b").read_bytes() == b"2"
        undo_restore(project.context)
        undo_restore(project.context)
        assert (project.folder / "a").read_bytes() == b"2"


def test_what_was_kept_stays_though_the_clock_was_set_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with restorable_project(tmp_path) as project:
        project.write({"a": "0"})
        first = project.run()
        project.write({"a": "1"})
        now = datetime.now(UTC)
        later = _Clock(now + timedelta(hours=1))
        monkeypatch.setattr(history_session, "datetime", later)
        second = project.run()
        monkeypatch.undo()
        project.write({".gitignore": "mine\n", "mine": "never stored"})
        project.restore(first)
        project.write({".gitignore": "mine\n"})
        project.restore(second)
        (project.folder / ".gitignore").unlink(missing_ok=True)
        assert (project.folder / "mine").read_bytes() == b"never stored"
        assert "mine" in plan_restore(project.context, second.id).kept or not (
            plan_restore(project.context, second.id).changes
        )


class _Clock:
    """A clock that shows one time."""

    def __init__(self, shown: datetime) -> None:
        self._shown = shown

    def now(self, _: object) -> datetime:
        return self._shown


@pytest.mark.parametrize("what", ["history.git", "history.git/objects", "history.git/refs"])
def test_a_history_deleted_while_the_project_is_closed(tmp_path: Path, what: str) -> None:
    with restorable_project(tmp_path) as project:
        run = _run_and_change(project)
    shutil.rmtree(tmp_path / "data" / what)
    with restorable_project(tmp_path) as project:
        _goes_on(project, run, is_gone=what != "history.git/refs")


@pytest.mark.parametrize("what", ["history.git", "history.git/objects", "history.git/refs"])
def test_a_history_deleted_while_the_project_is_open(tmp_path: Path, what: str) -> None:
    with restorable_project(tmp_path) as project:
        run = _run_and_change(project)
        shutil.rmtree(tmp_path / "data" / what)
        _goes_on(project, run, is_gone=what != "history.git/refs")


def _goes_on(project: RestorableProject, run: Run, *, is_gone: bool) -> None:
    new = project.run()
    assert set(project.context.history.tree_entries(new.snapshot)) == {
        path for path, facts in project.picture().items() if facts[0] == "file"
    }
    assert missing_snapshots(project.context) == ({run.snapshot} if is_gone else set())
    if is_gone:
        with pytest.raises(NotFoundError, match="isn't on this computer"):
            plan_restore(project.context, run.id)
    project.write({"d0/f0": "spoilt"})
    project.restore(new)
    assert (project.folder / "d0" / "f0").read_bytes() == b"new 0\n" * 900
    undo_restore(project.context)
    assert (project.folder / "d0" / "f0").read_bytes() == b"spoilt"
