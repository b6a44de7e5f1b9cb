"""Workbench's own folders are closed to other users of the computer, and only those."""

import logging
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.forked import as_ordinary_user, give_to_ordinary_user
from workbench.operations.library import Library
from workbench.operations.open_folder import open_folder
from workbench.operations.project_context import open_context
from workbench.services.app_paths import AppPaths


def paths_below(root: Path) -> AppPaths:
    return AppPaths(root / "data", root / "config", root / "cache", root / "logs")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def usual_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.fixture
def open_folder_path() -> Iterator[Path]:
    """A folder that every user of the computer can reach."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.mark.usefixtures("usual_umask")
def test_new_folders_are_closed_to_others(tmp_path: Path) -> None:
    root = tmp_path / "home"
    paths = paths_below(root)
    paths.make_private()
    assert {mode(folder) for folder in paths} == {0o700}
    assert mode(root) == 0o755


def test_a_folder_of_an_earlier_version_is_closed_but_nothing_above_it(tmp_path: Path) -> None:
    paths = paths_below(tmp_path)
    tmp_path.chmod(0o755)
    for folder, name in zip(paths, ("workbench.sqlite", "settings.toml", "", "x"), strict=True):
        folder.mkdir()
        folder.chmod(0o775)
        if name:
            (folder / name).touch()
    paths.make_private()
    assert [mode(folder) for folder in paths] == [0o700, 0o700, 0o700, 0o775]
    assert mode(tmp_path) == 0o755


@pytest.mark.usefixtures("usual_umask")
def test_what_is_kept_of_a_project_cannot_be_changed_by_others(tmp_path: Path) -> None:
    folder = tmp_path / "project"
    folder.mkdir(mode=0o755)
    paths = paths_below(tmp_path / "home")
    paths.make_private()
    library = Library.open(paths)
    open_context(library, open_folder(library, folder)).close()
    library.close()
    kept = [path for path in paths.data.rglob("*") if not path.is_symlink()]
    assert any(path.suffix == ".sqlite" for path in kept)
    assert [path for path in kept if mode(path) & 0o022] == []
    assert mode(folder) == 0o755


def test_where_permissions_cannot_be_changed_it_is_told_and_goes_on(open_folder_path: Path) -> None:
    """For example on a shared disk, or where the folder is a link to another user's."""
    paths = paths_below(open_folder_path)
    paths.data.symlink_to("/usr", target_is_directory=True)
    before = mode(paths.data)
    give_to_ordinary_user(open_folder_path)

    def make() -> list[str]:
        told: list[str] = []
        handler = logging.Handler()
        handler.emit = lambda record: told.append(record.getMessage())  # type: ignore[method-assign]
        logging.getLogger("workbench").addHandler(handler)
        paths.make_private()
        return told

    told = as_ordinary_user(make)
    assert told == [f"{paths.data} belongs to another user and stays as it is"]
    assert mode(paths.data) == before
    assert mode(paths.config) == 0o700


def test_a_file_in_the_place_of_a_folder_is_told(tmp_path: Path) -> None:
    paths = paths_below(tmp_path)
    paths.data.touch()
    with pytest.raises(FileExistsError):
        paths.make_private()
