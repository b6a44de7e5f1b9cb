"""A history repository that lost something, while the folder is healthy."""

import logging
import os
import sqlite3
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.forked import in_child
from tests.snapshot_lab import Lab, content_of, snapshot_lab
from workbench.core.errors import WorkbenchError
from workbench.core.snapshot import CaptureReport, LeftOut, Manifest
from workbench.services.git.history_repository import HistoryRepository
from workbench.services.git.snapshot_records import SnapshotRecords
from workbench.services.git.snapshot_writer import blob_id


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    with snapshot_lab(tmp_path) as made:
        yield made


def _break(lab: Lab, object_id: str, how: str) -> None:
    path = lab.paths.history / "objects" / object_id[:2] / object_id[2:]
    path.chmod(0o644)
    if how == "missing":
        path.unlink()
    elif how == "empty":
        path.write_bytes(b"")
    elif how == "flipped":
        data = bytearray(path.read_bytes())
        data[-1] ^= 0x55
        data[-6] ^= 0x55
        path.write_bytes(data)
    else:
        path.write_bytes(zlib.compress(b"blob 5\0wrong"))


def _reopened(lab: Lab) -> Lab:
    """Return the lab as after a restart, without its hints."""
    lab.history.close()
    (lab.paths.root / "folder.cache").unlink(missing_ok=True)
    return Lab(lab.project, lab.paths, HistoryRepository.create(lab.paths.history, lab.project.id))


def _object(lab: Lab, commit: str, which: str) -> str:
    if which == "commit":
        return commit
    if which == "tree":
        return lab.history.commit_tree_id(commit)
    if which == "subtree":
        return lab.git("rev-parse", f"{commit}:d").decode().strip()
    return lab.history.tree_entries(commit)["d/b"].object_id


_TIP_DAMAGE = [
    (which, how)
    for which in ("blob", "subtree", "tree", "commit")
    for how in ("missing", "empty", "flipped")
    if (which, how) != ("blob", "flipped")  # found only by reading it as a whole
]


@pytest.mark.parametrize(("which", "how"), _TIP_DAMAGE)
def test_a_damaged_newest_snapshot_is_stored_again(lab: Lab, which: str, how: str) -> None:
    lab.write({"a": "1"})
    first = lab.take().commit
    lab.write({"d/b": "precious"})
    second = lab.take().commit
    _break(lab, _object(lab, second, which), how)
    again = _reopened(lab)
    try:
        lab.write({"a": "2"})
        third = again.take()
        assert third.is_new
        assert lab.stored(third.commit) == content_of(lab.folder)
        before = second if which != "commit" else first
        assert again.history.facts(third.commit).parents == (before,)
        if which == "commit":
            kept = list(lab.paths.history.glob("damaged-branch-*"))
            assert [path.read_text(encoding="ascii").strip() for path in kept] == [second]
        assert not again.take().is_new
        lab.git("rev-list", "--objects", third.commit, f"^{before}")
    finally:
        again.history.close()


def test_what_is_damaged_is_kept_and_told(lab: Lab, caplog: pytest.LogCaptureFixture) -> None:
    lab.write({"a": "1"})
    commit = lab.take().commit
    _break(lab, lab.history.commit_tree_id(commit), "empty")
    again = _reopened(lab)
    with caplog.at_level(logging.WARNING):
        assert again.take().is_new
    assert commit in caplog.text
    assert len(list((lab.paths.history / "damaged").iterdir())) == 1
    assert again.stored(commit) == {"a": (0o100644, b"1")}
    lab.check()
    again.history.close()


def test_damage_while_it_is_open(lab: Lab) -> None:
    lab.write({"a": "1", "d/b": "2"})
    commit = lab.take().commit
    _break(lab, _object(lab, commit, "subtree"), "empty")
    lab.write({"d/b": "3"})
    assert lab.stored(lab.take().commit) == content_of(lab.folder)


def test_a_damaged_pack_is_unpacked_as_far_as_it_goes(lab: Lab) -> None:
    lab.write({f"f{number}": os.urandom(2000) for number in range(150)})
    commit = lab.take().commit
    (pack,) = (lab.paths.history / "objects" / "pack").glob("*.pack")
    data = bytearray(pack.read_bytes())
    data[len(data) // 2] ^= 0xFF
    pack.chmod(0o644)
    pack.write_bytes(data)
    entries = lab.history.tree_entries(commit)
    ids = [entry.object_id for entry in entries.values()]
    lab.history.forget()
    (damaged,) = lab.history.damaged(ids)
    (path,) = (path for path, entry in entries.items() if entry.object_id == damaged)
    lab.history.repair(damaged, (lab.folder / path).read_bytes())
    assert lab.history.damaged(ids) == set()
    assert lab.stored(commit) == content_of(lab.folder)
    assert pack.name in [
        p.name.partition("-")[2] for p in (lab.paths.history / "damaged").iterdir()
    ]
    lab.check()


@pytest.mark.parametrize("how", ["missing", "empty", "flipped", "another"])
def test_a_damaged_blob_is_found_and_repaired(lab: Lab, how: str) -> None:
    lab.write({"a": "12345", "b": os.urandom(3_000_000)})
    entries = lab.history.tree_entries(lab.take().commit)
    ids = {path: entry.object_id for path, entry in entries.items()}
    assert lab.history.damaged(ids.values()) == set()
    _break(lab, ids["a"], how)
    assert lab.history.damaged(ids.values()) == {ids["a"]}
    with pytest.raises(WorkbenchError, match="isn't complete"):
        lab.history.repair(ids["a"], b"something else")
    lab.history.repair(ids["a"], b"12345")
    assert lab.history.damaged(ids.values()) == set()
    assert lab.history.read_blob(ids["a"]) == b"12345"
    lab.check()


def test_a_snapshot_with_a_missing_file_says_so(lab: Lab) -> None:
    lab.write({"a": "1"})
    commit = lab.take().commit
    _break(lab, blob_id(b"1"), "missing")
    lab.history.forget()
    with pytest.raises(WorkbenchError, match="isn't complete"):
        lab.history.tree_entries(commit)


def test_records_that_cannot_be_opened_are_left_alone(tmp_path: Path) -> None:
    database = tmp_path / "records.sqlite"
    records = SnapshotRecords(database)
    records.add("1", Manifest(("e",)), CaptureReport())
    records.close()

    def without_descriptors() -> None:
        open_ones = []
        try:
            while True:
                open_ones.append(os.open(os.devnull, os.O_RDONLY))
        except OSError:
            os.close(open_ones.pop())
        with pytest.raises(WorkbenchError):
            SnapshotRecords(database)

    assert in_child(without_descriptors) == 0
    assert list(tmp_path.glob("*damaged*")) == []
    again = SnapshotRecords(database)
    assert again.manifest("1").empty_folders == ("e",)
    again.close()


def test_records_damaged_inside_do_not_stop_the_next_snapshot(lab: Lab) -> None:
    lab.write({f"d/f{number}": str(number) for number in range(400)})
    first = lab.take().commit
    lab.history.close()
    database = lab.paths.history.with_name("history-records.sqlite")
    data = bytearray(database.read_bytes())
    data[8 * 4096 :] = b"\x5a" * (len(data) - 8 * 4096)
    database.write_bytes(data)
    again = HistoryRepository.create(lab.paths.history, lab.project.id)
    reopened = Lab(lab.project, lab.paths, again)
    try:
        assert again.manifest(first) == Manifest()
        (lab.folder / "empty").mkdir()
        second = reopened.take()
        assert again.manifest(second.commit).empty_folders == ("empty",)
        (kept,) = database.parent.glob("history-records.sqlite.damaged-*")
        assert kept.read_bytes() == data
    finally:
        again.close()


def test_all_files_of_damaged_records_are_put_aside_together(tmp_path: Path) -> None:
    database = tmp_path / "records.sqlite"
    records = SnapshotRecords(database)
    records.add("1", Manifest(("e",)), CaptureReport())
    for suffix in ("", "-wal"):
        file = database.with_name(database.name + suffix)
        file.write_bytes(b"\x5a" * max(8192, file.stat().st_size))
    assert records.commits() in ([], ["1"])
    records.close()
    other = SnapshotRecords(database)
    other.add("2", Manifest(("f",)), CaptureReport())
    assert other.manifest("2").empty_folders == ("f",)
    other.close()
    with sqlite3.connect(database) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_lost_record_is_not_made_up_from_today(lab: Lab) -> None:
    lab.write({"a": "1"})
    (lab.folder / "a").chmod(0o640)
    first = lab.take().commit
    lab.history.close()
    for path in lab.paths.root.glob("history-records.sqlite*"):
        path.unlink()
    again = HistoryRepository.create(lab.paths.history, lab.project.id)
    (lab.folder / "a").chmod(0o600)
    second = Lab(lab.project, lab.paths, again).take()
    assert second.is_new
    assert again.manifest(first) == Manifest()
    assert again.manifest(second.commit).modes == {"a": 0o600}
    again.close()


def test_each_report_is_true_for_its_snapshot(lab: Lab) -> None:
    lab.write({"a": "1"})
    first = lab.take()
    os.mkfifo(lab.folder / "pipe")
    second = lab.take()
    assert (second.is_new, second.tree) == (True, first.tree)
    assert lab.history.report(first.commit) == first.report == CaptureReport()
    assert lab.history.report(second.commit) == second.report
    assert [each.path for each in second.report.not_captured] == ["pipe"]
    assert not lab.take().is_new
    (lab.folder / "pipe").unlink()
    third = lab.take()
    assert third.is_new
    assert lab.history.report(third.commit) == CaptureReport()


def test_a_long_report(tmp_path: Path) -> None:
    report = CaptureReport((), tuple(LeftOut(f"{n}.x", "*.x", ".gitignore") for n in range(2500)))
    records = SnapshotRecords(tmp_path / "records.sqlite")
    records.add("1", Manifest(), report)
    assert records.report("1") == report
    assert records.has_report("1", report)
    assert not records.has_report("1", CaptureReport(left_out=report.left_out[1:]))
    assert records.has_report("2", CaptureReport())
    assert not records.has_report("2", report)
    records.close()
