"""What the kernel tells is believed only while there is no doubt; nothing is ever missed."""

import os
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.snapshot_lab import Lab, as_entries, content_of, snapshot_lab
from tests.stress.watching import watching
from workbench.operations.folder_following import FolderFollowing
from workbench.operations.follow_folder import begin_following, check_following
from workbench.operations.take_snapshot import describe_folder
from workbench.services.folder.clock import is_settled
from workbench.services.folder.quick_look import Hints
from workbench.services.folder.watch import FolderWatch, can_watch
from workbench.services.folder.watched_disk import _kind_of_disk, is_watchable

_pause = threading.Event()
WATCHABLE = pytest.mark.parametrize("seed", [11, 12] if can_watch(Path("/tmp")) else [])


@WATCHABLE
def test_another_process_changes_files_in_every_way(tmp_path: Path, seed: int) -> None:
    with watching(tmp_path, seed) as found:
        for _ in range(60):
            found.once()
        assert found.looks["known"] > 20
        found.storm()
        found.once()


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    with snapshot_lab(tmp_path) as made:
        following = FolderFollowing(made.paths.root / "watch")
        made.write({f"d{n % 3}/f{n}": f"{n}" for n in range(12)})
        yield replace(made, following=following)
        following.close()


def _watch(lab: Lab) -> FolderWatch:
    assert lab.following is not None
    watch = lab.following.watch(lab.folder)
    assert watch is not None
    return watch


def _until_known(lab: Lab) -> None:
    """Look until what will change is known beforehand."""
    end = time.monotonic() + 30
    while _watch(lab)._memory is None:
        describe_folder(lab)
        assert time.monotonic() < end
        _pause.wait(0.02)


def _until_settled(lab: Lab) -> None:
    """Let the clock go on: files read in the moment they are written are read once more."""
    end = time.monotonic() + 30
    times = [path.lstat() for path in lab.folder.rglob("*")]
    while not all(is_settled(t.st_mtime_ns, t.st_ctime_ns, time.time_ns()) for t in times):
        assert time.monotonic() < end
        _pause.wait(0.005)


@WATCHABLE
def test_only_what_changed_is_looked_at(lab: Lab, seed: int) -> None:
    lab.take()
    _until_known(lab)
    describe_folder(lab)
    describe_folder(lab)
    lab.write({"d1/f1": "changed", "d1/new": "new"})
    (lab.folder / "d2" / "f2").unlink()
    known = _watch(lab).moment(_watch(lab)._memory or pytest.fail("not followed")).hints
    assert known is not None
    assert {"d1/f1", "d1/new", "d2/f2"} <= (known.files or set()) | (known.folders or set())
    snapshot = lab.take()
    assert lab.history.tree_entries(snapshot.commit) == as_entries(content_of(lab.folder))
    assert [each.name for each in (lab.paths.root / "watch").iterdir()] == ["sign"]
    assert {path.name for path in lab.folder.iterdir()} == {"d0", "d1", "d2"}


@WATCHABLE
def test_a_left_out_file_that_changes_is_not_taken(lab: Lab, seed: int) -> None:
    lab.write({".gitignore": "*.log\n", "d1/x.log": "1"})
    lab.take()
    _until_known(lab)
    lab.write({"d1/x.log": "2"})
    assert "d1/x.log" not in describe_folder(lab).entries


@WATCHABLE
def test_a_sign_that_does_not_come_through_is_a_doubt(
    lab: Lab, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab.take()
    _until_known(lab)
    watch = _watch(lab)
    assert watch._memory is not None
    monkeypatch.setattr(FolderWatch, "_drain", lambda _: None)
    assert watch.moment(watch._memory).hints is None


@WATCHABLE
def test_a_moved_project_and_a_switch(lab: Lab, seed: int, tmp_path: Path) -> None:
    lab.take()
    _until_known(lab)
    watch = _watch(lab)
    lab.folder.rename(tmp_path / "elsewhere")
    (tmp_path / "elsewhere" / "d1" / "f1").write_text("changed")
    moved = replace(lab, project=replace(lab.project, folder=tmp_path / "elsewhere"))
    snapshot = moved.take()
    assert moved.history.tree_entries(snapshot.commit) == as_entries(content_of(moved.folder))
    assert _watch(moved) is not watch
    assert lab.following is not None
    lab.following.switch(on=False)
    assert lab.following.watch(moved.folder) is None
    lab.following.switch(on=True)
    assert lab.following.watch(moved.folder) is not None


@WATCHABLE
def test_too_many_folders_for_the_kernel(
    lab: Lab, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> int:
        raise OSError(28, os.strerror(28))

    watch = _watch(lab)
    monkeypatch.setattr(type(watch._notify), "add_watch", refuse)
    for number in range(3):
        lab.write({"d1/f1": f"changed {number}"})
        snapshot = lab.take()
        assert lab.history.tree_entries(snapshot.commit) == as_entries(content_of(lab.folder))
        _pause.wait(0.05)
    assert watch._memory is None


def test_disks_that_others_write_to_are_not_believed() -> None:
    lines = [
        "22 1 0:21 / / rw,relatime shared:1 - ext4 /dev/sda rw",
        "40 22 0:44 / /home rw shared:2 master:3 - nfs4 server:/home rw",
    ]
    assert _kind_of_disk("0:21", lines) == "ext4"
    assert _kind_of_disk("0:44", lines) == "nfs4"
    assert _kind_of_disk("9:9", lines) == ""
    assert not is_watchable(Path("/proc"))
    assert not is_watchable(Path("/nowhere"))


@WATCHABLE
def test_what_happened_before_the_window_was_open_is_known_before_the_first_run(
    lab: Lab, seed: int
) -> None:
    assert not begin_following(lab)  # nothing is remembered yet
    _until_settled(lab)
    lab.take()
    assert lab.following is not None
    lab.following.close()
    lab.write({"d1/f1": "changed while nobody looked"})
    later = replace(lab, following=FolderFollowing(lab.paths.root / "watch"))
    assert begin_following(later)
    watch = _watch(later)
    known = watch.moment(watch._memory or pytest.fail("not followed")).hints
    assert known is not None
    assert not known.folders
    assert (known.files or set()) <= {"d1/f1"}  # which was read just now
    snapshot = later.take()
    assert later.history.tree_entries(snapshot.commit) == as_entries(content_of(later.folder))
    assert later.following is not None
    later.following.close()
    assert not begin_following(later)


@WATCHABLE
def test_files_that_we_open_ourselves_are_not_looked_at_again(lab: Lab, seed: int) -> None:
    lab.take()
    _until_known(lab)
    for _ in range(2):
        describe_folder(lab)
    watch = _watch(lab)
    memory = watch._memory or pytest.fail("not followed")
    assert watch.moment(memory).hints == Hints(frozenset(), frozenset())
    # Somebody else opens it for writing, and keeps it open.
    with (lab.folder / "d1" / "f1").open("r+b"):
        for _ in range(2):
            describe_folder(lab)
        known = watch.moment(watch._memory or memory).hints
        assert known == Hints(frozenset(), frozenset({"d1/f1"}))
    for _ in range(2):
        describe_folder(lab)
    assert watch.moment(watch._memory or memory).hints == Hints(frozenset(), frozenset())


@WATCHABLE
def test_a_change_that_was_not_told_is_noticed_and_nothing_is_believed_then(
    lab: Lab, seed: int, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    assert check_following(lab) is None  # nothing is followed yet
    lab.take()
    _until_known(lab)
    lab.write({"d1/f1": "told", "d2/new": "told too"})
    assert check_following(lab) is True
    assert check_following(lab) is True
    note = FolderWatch._note
    monkeypatch.setattr(
        FolderWatch, "_note", lambda self, event: event.name != "f4" and note(self, event)
    )
    lab.write({"d1/f4": "not told"})
    assert check_following(lab) is False
    assert "d1/f4" in caplog.text
    watch = _watch(lab)
    assert watch._memory is None or watch.moment(watch._memory).hints is None
    snapshot = lab.take()
    assert lab.history.tree_entries(snapshot.commit) == as_entries(content_of(lab.folder))
