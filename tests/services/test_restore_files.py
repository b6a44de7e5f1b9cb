"""Paths that may not leave the project, moving aside, and swapping files."""

import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from workbench.core.snapshot import MODE_EXECUTABLE, MODE_FILE, MODE_SYMLINK
from workbench.services.git.snapshot_writer import blob_id
from workbench.services.restore.aside import Aside
from workbench.services.restore.project_tree import ProjectTree, UnsafePathError, split_path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "project"
    made.mkdir()
    return made


@pytest.fixture
def tree(folder: Path) -> Iterator[ProjectTree]:
    opened = ProjectTree(folder)
    yield opened
    opened.close()


@pytest.mark.parametrize(
    "path", ["", "/etc/passwd", "../x", "a/../../x", "a//b", "a/.", ".git/config", "a/.git/x", "\0"]
)
def test_paths_that_are_refused(path: str) -> None:
    with pytest.raises(UnsafePathError):
        split_path(path)


def test_nothing_is_reached_through_a_link(tree: ProjectTree, folder: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "file").write_bytes(b"theirs")
    (folder / "link").symlink_to(outside)
    (folder / "mine").write_bytes(b"mine")
    assert tree.stat("link/file") is None
    assert not tree.is_folder("link")
    assert tree.identity("link/file") is None
    tree.remove("link/file")
    tree.remove_folder("link")
    with pytest.raises(OSError, match="directory"):
        tree.rename("mine", "link/file")
    with pytest.raises(OSError, match="directory"):
        tree.make_folder("link/new", 0o755)
    with pytest.raises(OSError, match="directory"), tree.created("link/new"):
        pass
    assert (outside / "file").read_bytes() == b"theirs"
    assert sorted(path.name for path in outside.iterdir()) == ["file"]


def test_identity_is_what_a_snapshot_stores(tree: ProjectTree, folder: Path) -> None:
    (folder / "file").write_bytes(b"x\r\n")
    (folder / "run").write_bytes(b"")
    (folder / "run").chmod(0o700)
    (folder / "link").symlink_to("file")
    os.mkfifo(folder / "pipe")
    assert tree.identity("file") == (MODE_FILE, blob_id(b"x\r\n"))
    assert tree.identity("run") == (MODE_EXECUTABLE, blob_id(b""))
    assert tree.identity("link") == (MODE_SYMLINK, blob_id(b"file"))
    assert tree.identity("pipe") is None
    assert tree.identity("") is None


@pytest.mark.parametrize("disk", [None, "/dev/shm"])
def test_moved_aside_whole_and_never_over_another(
    tree: ProjectTree, folder: Path, disk: str | None
) -> None:
    (folder / "box" / "in").mkdir(parents=True)
    (folder / "box" / "in" / "secret").write_bytes(b"s")
    (folder / "box" / "in" / "secret").chmod(0o600)
    (folder / "box" / "link").symlink_to("in")
    # Memory is another file system where there is one: nothing can be renamed to it.
    usable = disk if disk and os.access(disk, os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=usable) as aside:
        keeper = Aside(Path(aside) / "deep")
        (Path(aside) / "deep").mkdir()
        (Path(aside) / "deep" / "4-box").mkdir()
        moved = keeper.keep(tree, "box", "shown/box")
        keeper.sync()
        assert moved == Path(aside) / "deep" / "5-box"
        assert (moved / "in" / "secret").read_bytes() == b"s"
        assert (moved / "in" / "secret").stat().st_mode & 0o777 == 0o600
        assert (moved / "link").readlink() == Path("in")
        index = (moved.parent / "index.jsonl").read_bytes().splitlines()
        assert [json.loads(line) for line in index] == [{"name": "5-box", "path": "shown/box"}]
    assert list(folder.iterdir()) == []
