"""The hidden repository: made, opened, read, and mended."""

import io
import os
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.snapshot_lab import EMPTY_TREE, PROJECT_ID, Lab, snapshot_lab
from workbench.core.errors import CanceledError, NotFoundError, WorkbenchError
from workbench.core.progress import CancelToken
from workbench.core.restore import ChangeKind
from workbench.core.snapshot import CaptureReport, Manifest, NotCaptured, NotCapturedReason
from workbench.services.git.history_repository import HistoryRepository
from workbench.services.git.repository_lock import repository_lock
from workbench.services.git.snapshot_records import SnapshotRecords


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    with snapshot_lab(tmp_path) as made:
        yield made


def _config(lab: Lab, name: str) -> str:
    return lab.git("config", "--file", str(lab.paths.history / "config"), name).decode().strip()


def test_a_new_one_is_hardened_and_has_its_branch(lab: Lab) -> None:
    git_dir = lab.paths.history
    assert lab.history.branch == f"AzureMLHistory/{PROJECT_ID}"
    head = (git_dir / "HEAD").read_text(encoding="utf-8")
    assert head == f"ref: refs/heads/{lab.history.branch}\n"
    assert lab.history.commit_tree_id(lab.history.tip()) == EMPTY_TREE
    assert lab.history.tree_entries(lab.history.tip()) == {}
    attributes = (git_dir / "info" / "attributes").read_text(encoding="utf-8")
    assert attributes == "* -text -eol -crlf -ident -filter -working-tree-encoding\n"
    wanted = {
        "core.autocrlf": "false",
        "core.hooksPath": "/dev/null",
        "core.fsmonitor": "false",
        "core.fsync": "committed",
        "core.fsyncMethod": "batch",
        "core.bigFileThreshold": "16m",
        "core.protectNTFS": "false",
        "gc.auto": "0",
        "maintenance.auto": "false",
    }
    assert {name: _config(lab, name) for name in wanted} == wanted
    assert not (git_dir / "hooks").exists()
    lab.check()


def test_creating_again_changes_nothing(lab: Lab) -> None:
    lab.write({"a": "1"})
    tip = lab.take().commit
    before = {p: p.stat().st_mtime_ns for p in lab.paths.history.rglob("*")}
    again = HistoryRepository.create(lab.paths.history, PROJECT_ID)
    try:
        assert again.tip() == tip
        assert {p: p.stat().st_mtime_ns for p in lab.paths.history.rglob("*")} == before
    finally:
        again.close()


def test_two_create_it_at_once(tmp_path: Path) -> None:
    made: list[HistoryRepository] = []

    def create() -> None:
        made.append(HistoryRepository.create(tmp_path / "p" / "history.git", PROJECT_ID))

    threads = [threading.Thread(target=create) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 4
    assert len({each.tip() for each in made}) == 1
    for each in made:
        each.close()


@pytest.mark.parametrize("lost", ["HEAD", "config", "info/attributes", "refs", "branch"])
def test_an_interrupted_creation_is_completed(lab: Lab, lost: str) -> None:
    lab.write({"a": "1"})
    commit = lab.take().commit
    git_dir = lab.paths.history
    path = git_dir / (f"refs/heads/{lab.history.branch}" if lost == "branch" else lost)
    subprocess.run(["rm", "-r", path], check=True)
    lab.history.close()
    again = HistoryRepository.create(git_dir, PROJECT_ID)
    try:
        assert again.tip() == commit
        assert set(again.tree_entries(commit)) == {"a"}
    finally:
        again.close()


@pytest.mark.parametrize("content", [b"", b"\0" * 41, b"f" * 40 + b"\n"])
def test_a_branch_damaged_by_a_power_cut_goes_back_to_the_last_whole_snapshot(
    lab: Lab, content: bytes
) -> None:
    lab.write({"a": "1"})
    commit = lab.take().commit
    (lab.paths.history / "refs" / "heads" / lab.history.branch).write_bytes(content)
    lab.history.close()
    with pytest.raises(WorkbenchError, match="missing or damaged"):
        HistoryRepository.open(lab.paths.history, PROJECT_ID)
    again = HistoryRepository.create(lab.paths.history, PROJECT_ID)
    assert again.tip() == commit
    again.close()


def test_without_branch_and_records_the_newest_stored_snapshot_is_found(lab: Lab) -> None:
    lab.write({"a": "1"})
    lab.take()
    lab.write({"a": "2"})
    _wait_for_the_next_second()
    commit = lab.take().commit
    lab.history.close()
    (lab.paths.history / "refs" / "heads" / lab.history.branch).unlink()
    for path in lab.paths.root.glob("history-records.sqlite*"):
        path.unlink()
    again = HistoryRepository.create(lab.paths.history, PROJECT_ID)
    assert again.tip() == commit
    again.close()


def _wait_for_the_next_second() -> None:
    """Let two commits be told apart by their times."""
    threading.Event().wait(1.01 - time.time() % 1)


def test_opening_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(WorkbenchError, match="missing or damaged"):
        HistoryRepository.open(tmp_path / "history.git", PROJECT_ID)
    assert list(tmp_path.iterdir()) == []


def test_it_can_not_be_made_in_place_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file", encoding="utf-8")
    with pytest.raises(WorkbenchError) as caught:
        HistoryRepository.create(tmp_path / "data" / "history.git", PROJECT_ID)
    assert "not touched" in caught.value.text


def test_reading_contents(lab: Lab) -> None:
    data = os.urandom(3_000_000)
    lab.write({"a": data, "link": "->a", "empty": b""})
    entries = lab.history.tree_entries(lab.take().commit)
    assert lab.history.read_blob(entries["a"].object_id) == data
    assert lab.history.read_blob(entries["link"].object_id) == b"a"
    assert lab.history.read_blob(entries["empty"].object_id) == b""
    target = io.BytesIO()
    lab.history.copy_blob(entries["a"].object_id, target)
    assert target.getvalue() == data


def test_what_is_not_there(lab: Lab) -> None:
    nothing = "1" * 40
    assert not lab.history.has_commit(nothing)
    assert not lab.history.has_commit("")
    assert not lab.history.has_commit(EMPTY_TREE)
    with pytest.raises(NotFoundError):
        lab.history.tree_entries(nothing)
    with pytest.raises(NotFoundError):
        lab.history.read_blob(nothing)
    assert lab.history.has_commit(lab.history.tip())
    assert lab.history.manifest(nothing) == Manifest()
    assert lab.history.report(nothing) == CaptureReport()


class _Full(io.BytesIO):
    def write(self, data: object) -> int:
        raise OSError(28, "No space left on device")

    def writelines(self, lines: object) -> None:
        for line in lines:  # type: ignore[attr-defined]  # whatever is given
            self.write(line)


def test_a_copy_that_fails_does_not_spoil_the_next_one(lab: Lab) -> None:
    lab.write({"a": os.urandom(5_000_000), "b": "two"})
    entries = lab.history.tree_entries(lab.take().commit)
    with pytest.raises(OSError, match="No space"):
        lab.history.copy_blob(entries["a"].object_id, _Full())
    assert lab.history.read_blob(entries["b"].object_id) == b"two"


def test_a_killed_reader_is_replaced(lab: Lab) -> None:
    lab.write({"a": "one"})
    entries = lab.history.tree_entries(lab.take().commit)
    assert lab.history.read_blob(entries["a"].object_id) == b"one"
    for child in psutil.Process().children():
        child.kill()
        child.wait()
    assert lab.history.read_blob(entries["a"].object_id) == b"one"
    assert lab.history.has_commit(lab.history.tip())


def test_several_threads_read_at_once(lab: Lab) -> None:
    lab.write({f"f{n}": f"{n}" * 10_000 for n in range(20)})
    entries = lab.history.tree_entries(lab.take().commit)
    wrong: list[str] = []

    def read() -> None:
        for _ in range(10):
            for n in range(20):
                data = lab.history.read_blob(entries[f"f{n}"].object_id)
                if data != f"{n}".encode() * 10_000:
                    wrong.append(f"f{n}")

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_closing_leaves_no_process_and_it_may_be_closed_twice(tmp_path: Path) -> None:
    before = {child.pid for child in psutil.Process().children()}
    history = HistoryRepository.create(tmp_path / "history.git", PROJECT_ID)
    history.objects.info([history.tip()])
    assert {child.pid for child in psutil.Process().children()} > before
    history.close()
    history.close()
    assert {child.pid for child in psutil.Process().children()} == before


def test_changes(lab: Lab) -> None:
    lab.write({"same": "1", "changed": "2", "gone": "3", "mode": "4"})
    first = lab.take().commit
    lab.write({"changed": "22", "new": "5"})
    (lab.folder / "gone").unlink()
    (lab.folder / "mode").chmod(0o755)
    second = lab.take().commit
    changes = lab.history.changes(first, second)
    assert [(each.path, each.kind) for each in changes] == [
        ("changed", ChangeKind.MODIFIED),
        ("gone", ChangeKind.DELETED),
        ("mode", ChangeKind.MODIFIED),
        ("new", ChangeKind.ADDED_BACK),
    ]
    assert changes[0].before is not None
    assert changes[0].after is not None
    assert (changes[0].before.size, changes[0].after.size) == (1, 2)
    assert lab.history.changes(second, second) == ()


def test_the_entries_belong_to_the_caller(lab: Lab) -> None:
    lab.write({"a": "1"})
    commit = lab.take().commit
    lab.history.tree_entries(commit).clear()
    assert set(lab.history.tree_entries(commit)) == {"a"}


def test_waiting_for_another_writer_can_be_canceled(lab: Lab) -> None:
    cancel = CancelToken()
    cancel.cancel()
    with (
        repository_lock(lab.paths.history),
        pytest.raises(CanceledError),
        lab.history.snapshot_session(cancel),
    ):
        pytest.fail("there were two writers")


def test_records_keep_each_state(tmp_path: Path) -> None:
    records = SnapshotRecords(tmp_path / "records.sqlite")
    strange = os.fsdecode(b"caf\xe9")
    first = Manifest((strange, "e"), {"a": 0o600, "d/": 0o700}, {"a": 1, "b": 2})
    second = Manifest(("e",), {"a": 0o640}, {"a": 1, "b": 3, "c": 4})
    third = Manifest((), {}, {"b": 3})
    report = CaptureReport((NotCaptured(strange, NotCapturedReason.SPECIAL),), ())
    for commit, manifest in (("1", first), ("2", second), ("3", third), ("4", first)):
        records.add(commit, manifest, report)
    records.add("3", first, CaptureReport())
    assert [records.manifest(commit) for commit in "1234"] == [first, second, third, first]
    assert records.report("1") == report
    assert records.report("3") == CaptureReport()
    assert records.commits() == ["4", "3", "2", "1"]
    assert records.knows("2")
    assert not records.knows("5")
    records.close()


def test_damaged_records_are_put_aside(tmp_path: Path) -> None:
    database = tmp_path / "records.sqlite"
    database.write_bytes(b"this is no database at all" * 100)
    records = SnapshotRecords(database)
    assert records.commits() == []
    records.close()
    assert len(list(tmp_path.glob("records.sqlite.damaged-*"))) == 1


def test_reading_a_large_file_keeps_no_other_reader_waiting(lab: Lab) -> None:
    large = os.urandom(1 << 20) * 40
    lab.write({"large": large, "small": "1"})
    entries = lab.history.tree_entries(lab.take().commit)
    end, start = os.pipe()
    found: list[bytes] = []

    def copy() -> None:
        with open(start, "wb") as target:  # noqa: PTH123 - from a descriptor
            lab.history.copy_blob(entries["large"].object_id, target)

    copier = threading.Thread(target=copy)
    copier.start()
    with open(end, "rb") as source:  # noqa: PTH123 - from a descriptor
        found.append(source.read(1))  # now the copy waits for us to take the rest
        assert lab.history.read_blob(entries["small"].object_id) == b"1"
        assert lab.history.has_commit(lab.history.tip())
        assert copier.is_alive()
        found.append(source.read())
    copier.join()
    assert b"".join(found) == large


def test_reading_again_and_again_leaves_few_processes(lab: Lab) -> None:
    lab.write({f"f{number}": str(number) for number in range(50)})
    entries = lab.history.tree_entries(lab.take().commit)
    threads = [
        threading.Thread(
            target=lambda: [lab.history.read_blob(e.object_id) for e in entries.values()]
        )
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(psutil.Process().children()) <= 3
