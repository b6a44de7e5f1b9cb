"""Git's look at the facts of many files finds what ours finds."""

import os
import random
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.snapshot_lab import Lab, content_of, snapshot_lab
from workbench.operations.folder_memory import FolderMemory
from workbench.services.folder import memory_file
from workbench.services.git.stat_pass import StatPass

_REST = 3_100_000_000
_pause = threading.Event()


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    """Make a project with files that rested, of which git keeps an index."""
    monkeypatch.setattr(memory_file, "_WORTH_AN_INDEX", 1)
    with snapshot_lab(tmp_path) as made:
        made.write({f"d{n % 4}/f{n}": f"content {n}" for n in range(40)})
        made.write({"link": "->d0/f0", os.fsdecode(b"caf\xe9"): "x", "ü/ö": "x", "n\nl": "x"})
        latest = max(path.lstat().st_ctime_ns for path in made.folder.rglob("*"))
        while time.time_ns() < latest + _REST:
            _pause.wait(0.05)
        made.take()
        yield made


def _named(lab: Lab) -> set[str] | None:
    memory = FolderMemory(lab.paths, lab.folder, None)
    assert memory.file.index is not None
    assert memory.file.index.left == set()
    return memory._changed()


def _put_back_time(path: Path, change: Callable[[], object]) -> None:
    facts = path.stat()
    change()
    os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))


def test_every_way_to_change_a_file_is_named(lab: Lab) -> None:
    folder = lab.folder
    assert _named(lab) == set()
    (folder / "d0" / "f4").write_text("content X")
    path = folder / "d1" / "f5"
    _put_back_time(path, lambda: (folder / "d1" / "f5").write_text("content Y"))
    (folder / "new").write_text("content 6")
    path = folder / "d2" / "f6"
    _put_back_time(path, lambda: (folder / "new").replace(folder / "d2" / "f6"))
    (folder / "d3" / "f7").chmod(0o600)
    (folder / "d0" / "f8").unlink()
    (folder / "d1" / "f9").unlink()
    (folder / "d1" / "f9").symlink_to("f5")
    (folder / "link").unlink()
    (folder / "link").symlink_to("d0/f4")
    assert _named(lab) == {"d0/f4", "d1/f5", "d2/f6", "d3/f7", "d0/f8", "d1/f9", "link"}
    snapshot = lab.take()
    assert lab.stored(snapshot.commit) == content_of(folder)


def test_it_goes_on_being_right(lab: Lab) -> None:
    dice = random.Random(5)
    paths = sorted(path for path in lab.folder.rglob("*") if path.is_file())
    for _ in range(12):
        for path in dice.sample(paths, 3):
            path.write_bytes(dice.randbytes(9))
        snapshot = lab.take()
        assert lab.stored(snapshot.commit) == content_of(lab.folder)
        assert not lab.take().is_new


def test_an_index_of_somebody_else_is_not_believed(lab: Lab) -> None:
    memory = FolderMemory(lab.paths, lab.folder, None)
    assert memory.file.index is not None
    index = lab.paths.root / "folder.index"
    other = StatPass(lab.paths.history, lab.folder, index)
    other.remember(memory.file.memory.files, time.time_ns())
    assert memory._changed() is None
    index.unlink()
    assert memory._changed() is None
    lab.write({"d0/f4": "changed"})
    assert lab.stored(lab.take().commit) == content_of(lab.folder)


def test_a_damaged_index_is_not_used(lab: Lab) -> None:
    index = lab.paths.root / "folder.index"
    index.write_bytes(index.read_bytes()[:-20] + bytes(20))
    lab.write({"d0/f4": "changed"})
    assert lab.stored(lab.take().commit) == content_of(lab.folder)
