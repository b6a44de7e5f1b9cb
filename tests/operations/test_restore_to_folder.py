"""A snapshot put into a new folder: whole or not at all, and the project stays as it is."""

import os
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.forked import as_ordinary_user, in_child, kill_at_change
from tests.restorable_project import RestorableProject, picture, restorable_project
from workbench.core.errors import CanceledError, InvalidInputError, NotFoundError, WorkbenchError
from workbench.core.progress import CancelToken, Progress
from workbench.core.run import RunStatus
from workbench.operations.restore_to_folder import (
    check_new_folder,
    clean_new_folders,
    restore_to_folder,
)
from workbench.operations.undo_restore import undo_state
from workbench.services.restore import new_folder


@pytest.fixture
def project(tmp_path: Path) -> Iterator[RestorableProject]:
    with restorable_project(tmp_path) as made:
        yield made


def sample(project: RestorableProject) -> None:
    project.write({"train.py": "1", "run.sh": "#!/bin/sh", "lib/deep/x": "x", "link": "->lib"})
    (project.folder / "train.py").chmod(0o600)
    os.utime(project.folder / "train.py", ns=(10**18, 10**18))
    (project.folder / "lib" / "deep").chmod(0o700)
    (project.folder / "empty" / "inner").mkdir(parents=True)


def left_beside(folder: Path) -> list[str]:
    return [path.name for path in folder.parent.iterdir() if path.name.startswith(".")]


def test_the_folder_is_as_it_was_saved(project: RestorableProject, tmp_path: Path) -> None:
    sample(project)
    before = project.picture()
    first = project.run()
    project.write({"train.py": "2", "later": "2"})
    now, tip = project.picture(), project.context.history.tip()
    seen: list[Progress] = []

    made = restore_to_folder(
        project.context, first.id, tmp_path / "made" / "here", report=seen.append
    )

    assert (made.folder, made.run_number, made.files) == (tmp_path / "made" / "here", 1, 4)
    assert picture(made.folder) == before
    assert (made.folder / "train.py").stat().st_mtime_ns == 10**18
    assert project.picture() == now
    assert project.context.history.tip() == tip
    assert undo_state(project.context).undo is None
    assert left_beside(made.folder) == []
    fractions = [progress.fraction for progress in seen if progress.fraction is not None]
    assert fractions == sorted(fractions)
    assert (seen[-1].fraction, seen[-1].detail) == (1.0, "4 of 4 files")


def test_an_empty_folder_is_filled_also_through_a_link(
    project: RestorableProject, tmp_path: Path
) -> None:
    sample(project)
    before = project.picture()
    first = project.run()
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    restore_to_folder(project.context, first.id, tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert picture(tmp_path / "real") == before


def test_a_run_that_is_active_is_in_nobodys_way(project: RestorableProject, tmp_path: Path) -> None:
    sample(project)
    before = project.picture()
    first = project.run()
    project.run(RunStatus.RUNNING)
    restore_to_folder(project.context, first.id, tmp_path / "made")
    assert picture(tmp_path / "made") == before


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("", "Choose a folder"),
        ("project", "Choose a folder outside of"),
        ("project/inside", "Choose a folder outside of"),
        ("way/inside", "Choose a folder outside of"),
        ("data/inside", "Choose a folder outside of"),
        ("full", "has files in it"),
        ("full/file", "is a file"),
        ("full/file/below", "isn't a folder"),
    ],
)
def test_folders_that_are_refused(
    project: RestorableProject, tmp_path: Path, place: str, words: str
) -> None:
    sample(project)
    first = project.run()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").write_bytes(b"mine")
    (tmp_path / "way").symlink_to("project")
    before = picture(tmp_path)
    with pytest.raises(InvalidInputError, match=words):
        restore_to_folder(project.context, first.id, tmp_path / place if place else Path())
    assert {k: v for k, v in picture(tmp_path).items() if not k.startswith("data/")} == {
        k: v for k, v in before.items() if not k.startswith("data/")
    }


def test_a_folder_that_cannot_be_written(project: RestorableProject) -> None:
    sample(project)
    with tempfile.TemporaryDirectory() as root:
        Path(root).chmod(0o555)

        def refused() -> str:
            with pytest.raises(InvalidInputError) as caught:
                check_new_folder(project.context, Path(root) / "new" / "folder")
            return caught.value.title

        assert as_ordinary_user(refused) == f"You can't write to {root}"


def test_a_run_without_its_snapshot(project: RestorableProject, tmp_path: Path) -> None:
    run = project.run(snapshot=False)
    with pytest.raises(NotFoundError, match="has no snapshot"):
        restore_to_folder(project.context, run.id, tmp_path / "made")
    assert not (tmp_path / "made").exists()


def test_canceled_half_way_leaves_nothing(project: RestorableProject, tmp_path: Path) -> None:
    project.write({f"f{n}": str(n) for n in range(30)})
    first = project.run()
    cancel = CancelToken()

    def stop(progress: Progress) -> None:
        assert left_beside(tmp_path / "new" / "made") != []
        assert not (tmp_path / "new" / "made").exists()
        cancel.cancel()

    with pytest.raises(CanceledError):
        restore_to_folder(
            project.context, first.id, tmp_path / "new" / "made", report=stop, cancel=cancel
        )
    assert not (tmp_path / "new").exists()


def test_files_that_appear_in_the_folder_meanwhile(
    project: RestorableProject, tmp_path: Path
) -> None:
    sample(project)
    first = project.run()
    made = tmp_path / "made"

    def come_first(_progress: Progress) -> None:
        made.mkdir(exist_ok=True)
        (made / "mine").write_bytes(b"mine")

    with pytest.raises(WorkbenchError, match="The folder wasn't created") as caught:
        restore_to_folder(project.context, first.id, made, report=come_first)
    assert "something else is in its place" in caught.value.text
    assert [path.name for path in made.iterdir()] == ["mine"]
    assert left_beside(made) == []


def test_a_damaged_snapshot_makes_no_folder(project: RestorableProject, tmp_path: Path) -> None:
    project.write({"a": "1", "b": os.urandom(5000)})
    first = project.run()
    entry = project.context.history.tree_entries(first.snapshot)["b"]
    name = entry.object_id
    for found in project.context.paths.history.glob(f"objects/{name[:2]}/{name[2:]}"):
        found.chmod(0o600)
        found.write_bytes(b"damaged")
    project.context.history.forget()
    with pytest.raises(WorkbenchError):
        restore_to_folder(project.context, first.id, tmp_path / "made")
    assert not (tmp_path / "made").exists()
    assert left_beside(tmp_path / "made") == []


def test_a_disk_without_room(project: RestorableProject, tmp_path: Path) -> None:
    project.write({"a": "1"})
    entries = project.context.history.tree_entries(project.run().snapshot).values()
    with pytest.raises(WorkbenchError, match="disk is too full"):
        new_folder.check_room(entries, tmp_path, reserve=1 << 60)


def test_killed_at_any_change_there_is_all_or_nothing(tmp_path: Path) -> None:
    with restorable_project(tmp_path) as project:
        sample(project)
        before = project.picture()
        first = project.run()
    seen = set()
    for number in (0, 1, 3, 7, 11, 16, 20, 23, 24, 25, 40):
        made = tmp_path / f"killed-{number}" / "made"

        def work(made: Path = made, number: int = number) -> None:
            with restorable_project(tmp_path) as project:
                kill_at_change(number, ".tmp")
                restore_to_folder(project.context, first.id, made)

        assert in_child(work) in {0, -signal.SIGKILL}
        assert not made.exists() or picture(made) == before
        with restorable_project(tmp_path) as project:
            clean_new_folders(project.context)
            assert not list((project.context.paths.operations / "new-folders").glob("*.json"))
        seen.add(made.exists())
        if made.exists():
            assert picture(made) == before
            assert left_beside(made) == []
        else:
            assert not made.parent.exists()
    assert seen == {True, False}


def test_one_that_is_being_made_is_not_cleaned_away(
    project: RestorableProject, tmp_path: Path
) -> None:
    sample(project)
    first = project.run()
    restore_to_folder(
        project.context,
        first.id,
        tmp_path / "made",
        report=lambda _: clean_new_folders(project.context),
    )
    assert (tmp_path / "made" / "train.py").read_bytes() == b"1"
