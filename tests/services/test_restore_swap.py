"""Every step forwards and backwards can be done again, and loses nothing that is found."""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import pytest

from tests.restorable_project import picture
from workbench.core.errors import RestoreFailedError, WorkbenchError
from workbench.core.restore import OperationKind
from workbench.core.snapshot import MODE_FILE, TreeEntry
from workbench.services.git.snapshot_writer import blob_id
from workbench.services.restore.carry_out import Ending, Outcome, carry_out, recover
from workbench.services.restore.journal import Journal, JournalHead, JournalState
from workbench.services.restore.operations_log import OperationsLog
from workbench.services.restore.project_tree import ProjectTree
from workbench.services.restore.stage import new_path, old_path, stage
from workbench.services.restore.steps import FileStep, FolderStep, Steps
from workbench.services.restore.swap import Swap


def entry(path: str, data: bytes) -> TreeEntry:
    return TreeEntry(path, MODE_FILE, blob_id(data), len(data))


BLOBS = {blob_id(data): data for data in (b"old a", b"new a", b"new folder", b"in folder")}
STEPS = Steps(
    files=(
        FileStep("a", entry("a", b"old a"), entry("a", b"new a")),
        FileStep("box", None, entry("box", b"new folder")),
        FileStep("box/in", entry("box/in", b"in folder"), None, early=True),
    ),
    remove_first=(FolderStep("box"),),
)


class Stored:
    """Stored files in memory."""

    def copy_blob(self, object_id: str, target: BinaryIO) -> None:
        target.write(BLOBS[object_id])


class Place:
    """A folder in which a restore is under way."""

    def __init__(self, root: Path) -> None:
        self.folder = root / "project"
        (self.folder / "box").mkdir(parents=True)
        (self.folder / "a").write_bytes(b"old a")
        (self.folder / "box" / "in").write_bytes(b"in folder")
        self.before = picture(self.folder)
        self.tree = ProjectTree(self.folder)
        self.data = root / "data"
        self.data.mkdir()
        head = JournalHead(
            "op", OperationKind.RESTORE, JournalState.STAGING, 1, "b" * 40, "a" * 40, 3
        )
        self.journal = Journal.begin(self.data, head, STEPS)

    def staged(self) -> None:
        stage(self.tree, self.journal, Stored(), lambda _: None)
        self.journal.enter(JournalState.SWAPPING)

    def recover(self) -> Ending:
        return recover(self.tree, self.journal, Stored(), OperationsLog(self.data))

    def path(self, name: str) -> Path:
        index = [step.path for step in STEPS.files].index("a")
        function = {"new": new_path, "old": old_path}[name]
        return self.folder / function("op", index, STEPS.files[index])


AFTER = {"a": ("file", 0o644, b"new a"), "box": ("file", 0o644, b"new folder")}


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    made = Place(tmp_path)
    yield made
    made.tree.close()


def test_forward_can_be_done_again(place: Place) -> None:
    place.staged()
    for _ in range(3):
        Swap(place.tree, place.journal, after_crash=True).forward()
        assert (place.folder / "a").read_bytes() == b"new a"
        assert (place.folder / "box").read_bytes() == b"new folder"
    assert place.recover() == Ending(Outcome.COMPLETED, [])
    assert picture(place.folder) == AFTER


def test_backward_can_be_done_again(place: Place) -> None:
    place.staged()
    Swap(place.tree, place.journal).forward()
    for _ in range(3):
        Swap(place.tree, place.journal, after_crash=True).backward()
    assert picture(place.folder) == place.before
    assert not list(place.data.rglob("aside"))


def test_back_from_a_second_name_that_was_not_used(place: Place) -> None:
    place.staged()
    place.path("old").hardlink_to(place.folder / "a")
    Swap(place.tree, place.journal, after_crash=True).backward()
    assert picture(place.folder) == place.before


def test_edit_between_the_second_name_and_the_swap(place: Place) -> None:
    place.staged()
    place.path("old").hardlink_to(place.folder / "a")
    (place.folder / "a").unlink()
    (place.folder / "a").write_bytes(b"saved by an editor")
    assert place.recover() == Ending(Outcome.COMPLETED, ["a"])
    assert picture(place.folder) == AFTER
    assert (place.journal.aside / "1-a").read_bytes() == b"saved by an editor"


def test_edit_after_the_swap_stays(place: Place) -> None:
    place.staged()
    Swap(place.tree, place.journal).forward()
    (place.folder / "a").write_bytes(b"saved by an editor")
    assert place.recover() == Ending(Outcome.COMPLETED, [])
    assert (place.folder / "a").read_bytes() == b"saved by an editor"


def test_edit_of_the_replaced_file_through_an_open_descriptor(place: Place) -> None:
    place.staged()
    with (place.folder / "a").open("ab") as stream:
        Swap(place.tree, place.journal).forward()
        stream.write(b" and more")
    place.journal.enter(JournalState.CLEANING)
    assert place.recover() == Ending(Outcome.COMPLETED, ["a"])
    assert (place.journal.aside / "1-a").read_bytes() == b"old a and more"


def test_content_that_is_gone_sends_everything_back(place: Place) -> None:
    place.staged()
    place.path("new").unlink()
    kept = BLOBS.pop(blob_id(b"new a"))
    BLOBS[blob_id(b"new a")] = b"damaged"
    try:
        assert place.recover() == Ending(Outcome.PUT_BACK, [])
    finally:
        BLOBS[blob_id(b"new a")] = kept
    assert picture(place.folder) == place.before
    assert Journal.load(place.data) is None


def test_damaged_content_is_found_before_the_first_change(place: Place) -> None:
    kept = BLOBS[blob_id(b"new folder")]
    BLOBS[blob_id(b"new folder")] = b"damaged"
    try:
        with pytest.raises(RestoreFailedError, match="The snapshot is damaged"):
            carry_out(
                place.tree,
                place.journal,
                Stored(),
                verify=lambda: None,
                on_file=lambda _: None,
            )
    finally:
        BLOBS[blob_id(b"new folder")] = kept
    assert picture(place.folder) == place.before
    assert Journal.load(place.data) is None


def test_failed_verification_sends_everything_back(place: Place) -> None:
    def verify() -> None:
        assert (place.folder / "a").read_bytes() == b"new a"
        raise WorkbenchError("a is not as it should be", "It may have changed meanwhile.")

    with pytest.raises(RestoreFailedError) as caught:
        carry_out(place.tree, place.journal, Stored(), verify=verify, on_file=lambda _: None)
    assert caught.value.title == "Restore stopped, nothing was changed"
    assert caught.value.text.endswith("Your folder was put back as it was.")
    assert picture(place.folder) == place.before
    assert Journal.load(place.data) is None
