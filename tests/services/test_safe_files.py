"""Removing a folder of ours: all of it, and nothing around it changes."""

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.forked import as_ordinary_user, give_to_ordinary_user
from workbench.services.safe_files import remove_tree


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def shared() -> Iterator[Path]:
    """A folder that a group works in; it belongs to a user who is not root."""
    root = Path(tempfile.mkdtemp())
    root.chmod(0o755)
    project = root / "project"
    project.mkdir()
    project.chmod(0o2775)
    give_to_ordinary_user(root)
    project.chmod(0o2775)
    yield project
    shutil.rmtree(root)


def test_removing_what_is_not_there_leaves_the_folder_around_it_alone(shared: Path) -> None:
    assert remove_tree(shared / "nothing")
    assert mode(shared) == 0o2775


def test_what_may_not_be_changed_goes_and_what_it_leads_to_stays_as_it_is(shared: Path) -> None:
    theirs, twice = shared / "theirs.txt", shared / "twice.txt"

    def work() -> tuple[bool, list[int]]:
        ours = shared / "ours"
        (ours / "closed").mkdir(parents=True)
        for path in (theirs, twice):
            path.write_text("kept")
            path.chmod(0o644)
        (ours / "closed/link").symlink_to(theirs)
        os.link(twice, ours / "closed/again.txt")
        (ours / "closed").chmod(0o500)
        return remove_tree(ours), [mode(path) for path in (shared, theirs, twice)]

    assert as_ordinary_user(work) == (True, [0o2775, 0o644, 0o644])
    assert {path.name for path in shared.iterdir()} == {"theirs.txt", "twice.txt"}


def test_what_cannot_be_removed_changes_nothing_around_it(shared: Path) -> None:
    def work() -> tuple[bool, int]:
        (shared / "ours").mkdir()
        shared.chmod(0o555)
        gone = remove_tree(shared / "ours")
        found = mode(shared)
        shared.chmod(0o2775)
        return gone, found

    assert as_ordinary_user(work) == (False, 0o555)
