"""Saving the project folder."""

import os
import random
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from mmap import mmap
from pathlib import Path

import pytest

from tests.snapshot_lab import EMPTY_TREE, PROJECT_ID, Lab, as_entries, content_of, snapshot_lab
from workbench.core.errors import CanceledError, FolderMissingError, SnapshotFailedError
from workbench.core.progress import CancelToken, Progress
from workbench.core.project import Project
from workbench.core.snapshot import SnapshotKind
from workbench.operations.take_snapshot import describe_folder, take_snapshot
from workbench.services.folder.open_folder import OpenFolder


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    with snapshot_lab(tmp_path) as made:
        yield made


def _settle(path: Path) -> None:
    """Make a file old enough to be trusted unread: its ctime can only be waited for."""
    while time.time_ns() - path.lstat().st_ctime_ns < 40_000_000:
        threading.Event().wait(0.01)


def test_stores_every_file(lab: Lab) -> None:
    lab.write({"a.py": "one\n", "src/b.py": b"\r\n\0", "empty": b"", "src/deep/link": "->../b.py"})
    (lab.folder / "src" / "b.py").chmod(0o755)
    snapshot = lab.take(run_id="lab_1")
    assert snapshot.is_new
    assert (snapshot.file_count, snapshot.total_size) == (4, 4 + 3 + 0 + 7)
    assert lab.stored(snapshot.commit) == content_of(lab.folder)
    assert lab.history.tree_entries(snapshot.commit) == as_entries(content_of(lab.folder))
    assert lab.history.tip() == snapshot.commit
    assert lab.history.commit_tree_id(snapshot.commit) == snapshot.tree
    lab.check()


def test_the_commit_says_why_and_for_what(lab: Lab) -> None:
    lab.write({"a": "1"})
    snapshot = take_snapshot(
        lab, SnapshotKind.SAFETY, run_id="lab_7\nWorkbench-Kind: run", note="before trying\nx"
    )
    assert snapshot.kind is SnapshotKind.SAFETY
    shown = lab.git("log", "-1", "--format=%an|%ae|%cn|%B", snapshot.commit).decode()
    assert shown.startswith("Workbench|workbench@localhost|Workbench|")
    assert "\n\nbefore trying\nx\n\n" in shown
    trailers = lab.git("log", "-1", "--format=%(trailers:only)", snapshot.commit).decode()
    found = dict(line.split(": ", 1) for line in trailers.strip().splitlines())
    assert found["Workbench-Run"] == "lab_7 Workbench-Kind: run"
    assert found["Workbench-Kind"] == "pre-restore"
    assert set(found) > {"Workbench-Version", "Workbench-User", "Workbench-Host"}


def test_an_unchanged_folder_makes_no_new_snapshot(lab: Lab) -> None:
    first = lab.take()
    assert not first.is_new
    assert first.tree == EMPTY_TREE
    lab.write({"a": "1"})
    second = lab.take()
    os.utime(lab.folder / "a", (1, 1))
    third = take_snapshot(lab, SnapshotKind.MANUAL)
    assert (third.commit, third.is_new, third.kind) == (second.commit, False, SnapshotKind.RUN)
    assert third.created == second.created
    assert len(lab.log()) == 2


def test_each_change_is_in_the_next_snapshot(lab: Lab) -> None:
    lab.write({"a": "1", "d/b": "2", "x": "3", "gone": "4"})
    lab.take()
    lab.write({"a": "changed"})
    (lab.folder / "gone").unlink()
    (lab.folder / "d" / "b").unlink()
    (lab.folder / "d").rmdir()
    lab.write({"d": "now a file"})
    (lab.folder / "x").unlink()
    lab.write({"x/y": "now a folder"})
    second = lab.take()
    assert lab.stored(second.commit) == content_of(lab.folder)
    (lab.folder / "d").chmod(0o755)
    third = lab.take()
    assert third.is_new
    assert lab.stored(third.commit) == content_of(lab.folder)
    (lab.folder / "d").unlink()
    lab.write({"d": "->a"})
    fourth = lab.take()
    assert lab.stored(fourth.commit) == content_of(lab.folder)
    for path in ["a", "d", "x/y"]:
        (lab.folder / path).unlink()
    assert lab.stored(lab.take().commit) == {}
    lab.check()


def test_a_change_that_leaves_size_and_time_is_seen(lab: Lab) -> None:
    lab.write({"a": "1234"})
    facts = (lab.folder / "a").stat()
    _settle(lab.folder / "a")
    lab.take()
    (lab.folder / "a").write_text("5678", encoding="utf-8")
    os.utime(lab.folder / "a", ns=(facts.st_atime_ns, facts.st_mtime_ns))
    assert lab.stored(lab.take().commit)["a"][1] == b"5678"


def test_changes_right_after_a_snapshot_are_seen(lab: Lab) -> None:
    for number in range(25):
        lab.write({"a": f"{number:04}"})
        assert lab.stored(lab.take().commit)["a"][1] == f"{number:04}".encode()


def test_a_store_through_a_memory_map_is_seen(lab: Lab) -> None:
    lab.write({"a": bytes(8192)})
    with (lab.folder / "a").open("r+b") as file, mmap(file.fileno(), 0) as mapped:
        mapped[0:5] = b"first"
        _settle(lab.folder / "a")
        assert lab.stored(lab.take().commit)["a"][1].startswith(b"first")
        _settle(lab.folder / "a")
        mapped[0:5] = b"again"
        assert lab.stored(lab.take().commit)["a"][1].startswith(b"again")


def test_unchanged_files_are_not_read_again(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    lab.write({f"f{number}": "x" * number for number in range(20)})
    _settle(lab.folder / "f19")
    opened: list[str] = []
    really = OpenFolder.open

    def open_and_note(self: OpenFolder, path: str) -> int:
        opened.append(path)
        return really(self, path)

    monkeypatch.setattr(OpenFolder, "open", open_and_note)
    lab.take()
    assert set(opened) == {f"f{number}" for number in range(20)}
    opened.clear()
    lab.take()
    describe_folder(lab)
    assert opened == []
    lab.write({"f7": "changed"})
    lab.take()
    assert set(opened) == {"f7"}


def test_a_lost_or_wrong_cache_does_no_harm(lab: Lab) -> None:
    lab.write({"a": "1", "b": "2"})
    _settle(lab.folder / "b")
    first = lab.take()
    cache = lab.paths.root / "folder.cache"
    cache.unlink()
    assert lab.take().commit == first.commit
    lab.write({"a": "3", "c": "4"})
    _settle(lab.folder / "c")
    known = describe_folder(lab)  # now the cache knows contents that are stored nowhere
    second = lab.take()
    assert lab.stored(second.commit) == content_of(lab.folder)
    assert known.entries == lab.history.tree_entries(second.commit)
    cache.write_bytes(b"nonsense")
    assert lab.take().commit == second.commit


def test_describing_stores_nothing(lab: Lab) -> None:
    lab.write({"a": "1", ".gitignore": "*.log\n", "x.log": "x", "d/y.log": "y"})
    (lab.folder / "hollow").mkdir()
    before = {p: p.stat().st_mtime_ns for p in lab.paths.history.rglob("*")}
    found = describe_folder(lab)
    assert {p: p.stat().st_mtime_ns for p in lab.paths.history.rglob("*")} == before
    assert set(found.entries) == {"a", ".gitignore"}
    assert [each.path for each in found.left_out] == ["d/y.log", "x.log"]
    assert found.manifest.empty_folders == ("hollow",)
    assert set(describe_folder(lab, ["d", "x.log"]).entries) == {
        "a",
        ".gitignore",
        "x.log",
        "d/y.log",
    }


def test_paths_in_the_way_are_stored_when_asked_for(lab: Lab) -> None:
    lab.write({".gitignore": "data/\n", "data/a": "1", "data/in/b": "2", "data/c": "3"})
    snapshot = take_snapshot(lab, SnapshotKind.SAFETY, extra_paths=["data/a", "data/in", "none"])
    assert set(lab.stored(snapshot.commit)) == {".gitignore", "data/a", "data/in/b"}
    assert set(lab.stored(lab.take().commit)) == {".gitignore"}


def test_the_report_and_the_manifest_are_kept(lab: Lab) -> None:
    lab.write({".gitignore": "*.log\n", "x.log": "x", "a": "1", "b": "2"})
    os.mkfifo(lab.folder / "pipe")
    (lab.folder / "hollow" / "deep").mkdir(parents=True)
    (lab.folder / "a").chmod(0o600)
    os.utime(lab.folder / "b", ns=(5, 1_234_567_890_123_456_789))
    first = lab.take()
    assert [each.path for each in first.report.left_out] == ["x.log"]
    assert [each.path for each in first.report.not_captured] == ["pipe"]
    assert lab.history.report(first.commit) == first.report
    manifest = lab.history.manifest(first.commit)
    assert manifest.empty_folders == ("hollow/deep",)
    assert manifest.modes["a"] == 0o600
    assert manifest.mtimes["b"] == 1_234_567_890_123_456_789
    (lab.folder / "hollow" / "deep").rmdir()
    (lab.folder / "a").chmod(0o644)
    (lab.folder / "b").unlink()
    second = lab.take()
    assert lab.history.manifest(first.commit) == manifest
    after = lab.history.manifest(second.commit)
    assert after.empty_folders == ("hollow",)
    assert "a" not in after.modes
    assert set(after.mtimes) == {"a", ".gitignore"}


def test_a_folder_that_differs_only_beside_the_tree_is_a_snapshot_of_its_own(lab: Lab) -> None:
    lab.write({"a": "1"})
    first = lab.take()
    (lab.folder / "hollow").mkdir()
    second = lab.take()
    assert second.is_new
    assert second.tree == first.tree
    assert lab.history.manifest(first.commit).empty_folders == ()
    assert lab.history.manifest(second.commit).empty_folders == ("hollow",)
    (lab.folder / "a").chmod(0o640)
    assert lab.history.manifest(lab.take().commit).modes["a"] == 0o640


def test_progress_ends_complete_and_never_falls(lab: Lab) -> None:
    lab.write({f"f{number}": str(number) for number in range(50)})
    heard: list[Progress] = []
    take_snapshot(lab, SnapshotKind.RUN, report=heard.append)
    fractions = [each.fraction or 0.0 for each in heard]
    assert fractions == sorted(fractions)
    assert (heard[-1].fraction, heard[-1].title) == (1.0, "Saving snapshot")
    assert heard[-1].detail == "50 of 50 files"
    assert len(heard) < 50


def test_canceling_leaves_everything_as_it_was(lab: Lab) -> None:
    lab.write({f"f{number}": random.randbytes(2000) for number in range(200)})
    before = lab.history.tip()
    cancel = CancelToken()
    with pytest.raises(CanceledError):
        take_snapshot(lab, SnapshotKind.RUN, report=lambda _: cancel.cancel(), cancel=cancel)
    assert lab.history.tip() == before
    lab.check()
    assert lab.take().file_count == 200


def test_a_missing_folder(lab: Lab) -> None:
    lab.folder.rmdir()
    with pytest.raises(FolderMissingError):
        lab.take()


@pytest.mark.parametrize("folder", [Path("/"), None], ids=["disk", "home"])
def test_the_home_folder_and_disks_are_refused(lab: Lab, folder: Path | None) -> None:
    too_much = Lab(Project(PROJECT_ID, "x", folder or Path.home()), lab.paths, lab.history)
    with pytest.raises(SnapshotFailedError, match="home folder"):
        too_much.take()


def test_a_project_that_holds_the_data_of_workbench(tmp_path: Path) -> None:
    with snapshot_lab(tmp_path) as lab:
        around = Lab(Project(PROJECT_ID, "x", tmp_path), lab.paths, lab.history)
        lab.write({"a": "1"})
        snapshot = around.take()
        assert set(lab.stored(snapshot.commit)) == {"project/a"}
        assert not around.take().is_new


NOBODY = 65534


@contextmanager
def _as_other_user(root: Path) -> Iterator[None]:
    """Be somebody who may not read everything; the files become theirs."""
    if os.geteuid() != 0:
        yield
        return
    top = Path(tempfile.gettempdir()).resolve()
    for path in root.resolve().parents:
        if path != top and path.is_relative_to(top):
            path.chmod(0o755)
    subprocess.run(["chown", "-R", f"{NOBODY}:{NOBODY}", root], check=True)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def test_what_can_not_be_read_stops_the_snapshot(lab: Lab, tmp_path: Path) -> None:
    lab.write(
        {"a": "1", "secret.txt": "2", "closed/b": "3", ".gitignore": "left/\n", "left/c": "4"}
    )
    (lab.folder / "secret.txt").chmod(0)
    for name in ("closed", "left"):
        (lab.folder / name).chmod(0)
    with _as_other_user(tmp_path):
        with pytest.raises(SnapshotFailedError) as caught:
            lab.take()
        assert "1 file or folder can't be read: closed/." in caught.value.text
        (lab.folder / "closed").chmod(0o755)
        with pytest.raises(SnapshotFailedError) as caught:
            lab.take()
        assert "secret.txt" in caught.value.text
        assert "Nothing was changed." in caught.value.text
        (lab.folder / "secret.txt").chmod(0o600)
        snapshot = lab.take()
        (lab.folder / "left").chmod(0o755)
    assert set(lab.history.tree_entries(snapshot.commit)) == {
        "a", "secret.txt", "closed/b", ".gitignore",
    }  # fmt: skip


def test_a_left_out_file_need_not_be_readable(lab: Lab, tmp_path: Path) -> None:
    lab.write({".gitignore": "secret\n", "secret": "x", "a": "1"})
    (lab.folder / "secret").chmod(0)
    with _as_other_user(tmp_path):
        assert lab.take().file_count == 2


def test_a_history_that_can_not_be_written(lab: Lab, tmp_path: Path) -> None:
    lab.write({"a": "1"})
    with _as_other_user(tmp_path):
        for path in (lab.paths.history / "objects").rglob("*"):
            path.chmod(0o555) if path.is_dir() else None
        (lab.paths.history / "objects").chmod(0o555)
        with pytest.raises(SnapshotFailedError) as caught:
            lab.take()
        assert caught.value.text == (
            "Workbench may not write to its own folder. Nothing was changed."
        )
        for path in [lab.paths.history / "objects", *(lab.paths.history / "objects").iterdir()]:
            path.chmod(0o755)
        assert lab.take().file_count == 1


def test_many_snapshots_share_what_did_not_change(lab: Lab) -> None:
    lab.write({f"d{n % 10}/f{n}": random.randbytes(3000) for n in range(300)})
    lab.take()
    size = _size(lab.paths.root)
    for number in range(20):
        lab.write({"d1/f1": f"{number}"})
        lab.take()
    assert len(lab.log()) == 22
    assert _size(lab.paths.root) - size < 400_000
    lab.check()


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
