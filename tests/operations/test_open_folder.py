"""Open a folder: nothing of the user's is touched, a project keeps its id and history."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.forked import as_ordinary_user, give_to_ordinary_user
from workbench.core.errors import (
    FolderCopiedError,
    FolderMissingError,
    InvalidInputError,
    NotFoundError,
    WorkbenchError,
)
from workbench.core.project import DEFAULT_WORKSPACE, FolderState, NewProject
from workbench.operations.create_project import create_project
from workbench.operations.library import Library
from workbench.operations.list_projects import list_projects
from workbench.operations.locate_project import locate_project
from workbench.operations.open_folder import (
    CopyDecision,
    check_folder,
    open_folder,
    open_project,
)
from workbench.operations.project_choices import load_choices, save_choices
from workbench.operations.remove_project import put_back_project, remove_project
from workbench.operations.workspaces import (
    add_workspace,
    list_workspaces,
    move_to_workspace,
    remove_workspace,
    rename_workspace,
)
from workbench.services.app_paths import AppPaths
from workbench.services.folder_checks import folder_warning
from workbench.services.git.history_repository import HistoryRepository
from workbench.services.project_files import read_project

ROOT = Path(__file__).resolve().parents[2]
OLD_ID = "0f3a7c52-4d1e-4b7f-9a55-7f2f4f0d9b11"
ADDED = [
    ".azureml",
    ".azureml/project.json",
    "aml_config",
    "aml_config/conda_dependencies.yml",
    "aml_config/local.compute",
    "aml_config/local.runconfig",
]


@pytest.fixture
def library() -> Iterator[Library]:
    opened = Library.open(AppPaths.from_environment())
    yield opened
    opened.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of the user's, with a repository of its own."""
    mine = tmp_path / "My work"
    (mine / "src").mkdir(parents=True)
    (mine / "src/train.py").write_text("print(1)\n")
    (mine / ".gitignore").write_bytes(b"__pycache__")
    subprocess.run(["git", "init", "-q"], cwd=mine, check=True)
    subprocess.run(["git", "add", "."], cwd=mine, check=True)
    subprocess.run(["git", "commit", "-qm", "mine"], cwd=mine, check=True)
    return mine


def contents(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {
        str(path.relative_to(folder)): (
            path.read_bytes() if path.is_file() else b"",
            path.stat().st_mtime_ns if path.is_file() else 0,
        )
        for path in folder.rglob("*")
    }


def test_a_folder_becomes_a_project_and_nothing_else_changes(
    library: Library, folder: Path
) -> None:
    before = contents(folder)
    project = open_folder(library, folder)
    after = contents(folder)
    assert {path: after[path] for path in before} == before
    assert sorted(set(after) - set(before)) == ADDED
    assert project.name == "My-work"
    HistoryRepository.open(library.paths.project(project.id).history, project.id).close()
    (row,) = list_projects(library)
    assert (row.project, row.workspace, row.template) == (project, DEFAULT_WORKSPACE, "")
    assert open_folder(library, folder) == project
    assert contents(folder) == after


def test_a_folder_without_git_stays_without_it(library: Library, tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    plain.mkdir()
    open_folder(library, plain)
    assert sorted(contents(plain)) == ADDED


def test_present_run_settings_are_kept(library: Library, folder: Path) -> None:
    (folder / "aml_config").mkdir()
    (folder / "aml_config/local.compute").write_text("mine: 1\n")
    open_folder(library, folder)
    assert (folder / "aml_config/local.compute").read_text() == "mine: 1\n"
    assert (folder / "aml_config/local.runconfig").is_file()


def test_an_old_project_opens_as_it_is(library: Library, folder: Path) -> None:
    (folder / ".azureml").mkdir()
    (folder / ".azureml/project.json").write_text(
        json.dumps({"Id": OLD_ID.upper(), "Scope": "/x/workspaces/Garden/projects/myIris"})
    )
    (folder / "aml_config").mkdir()
    (folder / "aml_config/docker.runconfig").write_text('{"Target": "docker"}')
    before = contents(folder)
    project = open_folder(library, folder)
    assert (project.id, project.name) == (OLD_ID, "myIris")
    assert project.history_branch == f"AzureMLHistory/{OLD_ID}"
    assert contents(folder) == before


def test_disks_and_the_home_folder_are_refused(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "users" / "me"
    home.mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    (tmp_path / "link").symlink_to(home, target_is_directory=True)
    (tmp_path / "file").touch()
    for refused in (Path("/"), home, home / "..", tmp_path / "link", Path("~"), tmp_path / "file"):
        with pytest.raises(InvalidInputError) as caught:
            open_folder(library, refused)
        assert caught.value.field == "folder"
    with pytest.raises(FolderMissingError):
        open_folder(library, tmp_path / "missing")
    assert list(home.iterdir()) == []
    assert list_projects(library) == []


def test_folders_in_each_other_are_fine(library: Library, folder: Path) -> None:
    inner = open_folder(library, folder / "src")
    outer = open_folder(library, folder)
    assert inner.id != outer.id
    assert {row.project.id for row in list_projects(library)} == {inner.id, outer.id}


def test_the_list_follows_a_moved_folder(library: Library, folder: Path) -> None:
    project = open_folder(library, folder)
    move_to_workspace(library, project.id, "research")
    moved = folder.rename(folder.with_name("moved"))
    assert list_projects(library)[0].folder_state is FolderState.MISSING
    with pytest.raises(FolderMissingError):
        open_project(library, project.id)
    again = open_folder(library, moved)
    assert again.id == project.id
    (row,) = list_projects(library)
    assert row.project.folder == moved
    assert row.workspace == "research"
    folder.mkdir()  # an empty folder in the old place is not the project
    assert open_folder(library, moved).id == project.id


def test_a_link_to_the_folder_is_the_folder(library: Library, folder: Path) -> None:
    project = open_folder(library, folder)
    link = folder.with_name("link")
    link.symlink_to(folder, target_is_directory=True)
    assert open_folder(library, link).id == project.id


def test_a_copy_asks_and_changes_nothing_until_told(library: Library, folder: Path) -> None:
    project = open_folder(library, folder)
    copy = folder.with_name("copy")
    shutil.copytree(folder, copy)
    before = contents(copy)
    with pytest.raises(FolderCopiedError) as caught:
        open_folder(library, copy)
    assert caught.value.project_id == project.id
    assert (caught.value.known_folder, caught.value.other_folder) == (str(folder), str(copy))
    assert contents(copy) == before
    assert [row.project for row in list_projects(library)] == [project]


def test_a_copy_that_is_the_project_now_takes_its_place(library: Library, folder: Path) -> None:
    project = open_folder(library, folder)
    copy = folder.with_name("copy")
    shutil.copytree(folder, copy)
    assert open_folder(library, copy, copy=CopyDecision.MOVED).id == project.id
    (row,) = list_projects(library)
    assert row.project.folder == copy
    with pytest.raises(FolderCopiedError):
        open_folder(library, folder)


def test_a_copy_that_is_a_new_project_gets_its_own_history(library: Library, folder: Path) -> None:
    project = open_folder(library, folder)
    copy = folder.with_name("copy")
    shutil.copytree(folder, copy)
    path = copy / ".azureml/project.json"
    kept = {"Zebra": 1, "Repo": "https://example.com/x.git", "Description": "Two of them"}
    path.write_text(json.dumps(json.loads(path.read_text()) | kept))
    new = open_folder(library, copy, copy=CopyDecision.NEW_PROJECT)
    assert new.id != project.id
    assert new.name == "copy"
    assert (new.repo, new.description) == (kept["Repo"], kept["Description"])
    assert read_project(copy) == new
    assert json.loads(path.read_text()) == {**kept, "Id": new.id, "Name": "copy"}
    assert read_project(folder) == project
    assert library.paths.project(new.id).history.is_dir()
    assert len(list_projects(library)) == 2
    assert open_folder(library, copy) == new


def test_a_copy_that_was_renamed_keeps_its_name(library: Library, folder: Path) -> None:
    open_folder(library, folder)
    copy = folder.with_name("copy")
    shutil.copytree(folder, copy)
    path = copy / ".azureml/project.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"Name": "My-Name"}))
    new = open_folder(library, copy, copy=CopyDecision.NEW_PROJECT)
    assert new.name == "My-Name"
    assert json.loads(path.read_text())["Name"] == "My-Name"


def test_a_folder_that_cannot_be_reached_is_told() -> None:
    root = Path(tempfile.mkdtemp())
    try:
        root.chmod(0o755)
        (root / "closed/inside").mkdir(parents=True)
        give_to_ordinary_user(root)
        (root / "closed").chmod(0)

        def look() -> list[str]:
            told = []
            for folder in (root / "closed", root / "closed/inside"):
                with pytest.raises(WorkbenchError) as caught:
                    check_folder(folder)
                told.append(caught.value.title)
            return told

        assert as_ordinary_user(look) == ["The folder can't be read"] * 2
    finally:
        (root / "closed").chmod(0o700)
        shutil.rmtree(root)


def test_a_lost_project_file_does_not_cost_the_history(library: Library, folder: Path) -> None:
    project = open_folder(library, folder)
    shutil.rmtree(folder / ".azureml")
    assert list_projects(library)[0].folder_state is FolderState.PRESENT
    assert open_folder(library, folder).id == project.id
    assert read_project(folder) == project


def test_a_damaged_project_file_is_told(library: Library, folder: Path) -> None:
    project = open_folder(library, folder)
    path = folder / ".azureml/project.json"
    path.write_text("{")
    with pytest.raises(WorkbenchError, match="line 1"):
        open_folder(library, folder)
    with pytest.raises(WorkbenchError, match="line 1"):
        open_project(library, project.id)
    assert path.read_text() == "{"
    assert list_projects(library)[0].folder_state is FolderState.PRESENT


def test_a_history_that_cannot_be_made_takes_the_files_back(library: Library, folder: Path) -> None:
    before = contents(folder)
    library.paths.data.joinpath("projects").write_text("in the way")
    with pytest.raises(WorkbenchError):
        open_folder(library, folder)
    assert contents(folder) == before
    assert list_projects(library) == []


def test_another_project_in_the_place_is_told(library: Library, tmp_path: Path) -> None:
    first = create_project(library, NewProject("first", tmp_path))
    second = create_project(library, NewProject("second", tmp_path))
    first.folder.rename(tmp_path / "away")
    second.folder.rename(first.folder)
    rows = {row.project.id: row for row in list_projects(library)}
    assert rows[first.id].folder_state is FolderState.OTHER_PROJECT
    assert rows[second.id].folder_state is FolderState.MISSING
    with pytest.raises(WorkbenchError, match="another project"):
        open_project(library, first.id)
    assert open_folder(library, first.folder).id == second.id
    assert open_folder(library, tmp_path / "away").id == first.id
    states = {row.folder_state for row in list_projects(library)}
    assert states == {FolderState.PRESENT}


def test_locate(library: Library, tmp_path: Path) -> None:
    first = create_project(library, NewProject("first", tmp_path))
    second = create_project(library, NewProject("second", tmp_path))
    moved = first.folder.rename(tmp_path / "moved")
    with pytest.raises(WorkbenchError, match="is the folder of second, not of first"):
        locate_project(library, first.id, second.folder)
    with pytest.raises(WorkbenchError, match="first isn't in this folder"):
        locate_project(library, first.id, tmp_path)
    with pytest.raises(FolderMissingError):
        locate_project(library, first.id, first.folder)
    with pytest.raises(NotFoundError):
        locate_project(library, "nobody", moved)
    assert locate_project(library, first.id, moved).folder == moved
    found = library.store.find_project(first.id)
    assert found is not None
    assert (found.project.folder, found.template) == (moved, "blank")


def test_remove_and_put_back(library: Library, folder: Path) -> None:
    project = open_folder(library, folder)
    choices = load_choices(library, project.id).after_run("src/train.py", "--rate 1")
    save_choices(library, project.id, choices)
    rows = list_projects(library)
    before = contents(folder)
    removed = remove_project(library, project.id)
    assert list_projects(library) == []
    assert contents(folder) == before
    assert library.paths.project(project.id).history.is_dir()
    put_back_project(library, removed)
    assert list_projects(library) == rows
    assert load_choices(library, project.id) == choices
    with pytest.raises(NotFoundError):
        remove_project(library, "nobody")


def test_workspaces(library: Library, folder: Path) -> None:
    assert list_workspaces(library) == [DEFAULT_WORKSPACE]
    project = open_folder(library, folder, workspace="one")
    add_workspace(library, "two")
    rename_workspace(library, "one", "three")
    assert list_workspaces(library) == ["three", "two"]
    with pytest.raises(InvalidInputError):
        remove_workspace(library, "three")
    with pytest.raises(InvalidInputError):
        move_to_workspace(library, project.id, "")
    move_to_workspace(library, project.id, "two")
    remove_workspace(library, "three")
    assert list_projects(library)[0].workspace == "two"


@pytest.mark.parametrize(
    ("path", "product"),
    [
        ("/home/me/OneDrive - Contoso/p", "OneDrive"),
        ("/Users/me/Library/Mobile Documents/p", "iCloud"),
        ("/home/me/Dropbox/p", "Dropbox"),
        ("/home/me/projects/onedriver", ""),
    ],
)
def test_synced_folders_are_warned_of(path: str, product: str) -> None:
    warning = folder_warning(Path(path))
    assert warning.startswith(product)
    assert bool(warning) == bool(product)


_OPEN = """
import os, sys
from pathlib import Path
from workbench.core.errors import WorkbenchError
from workbench.operations.library import Library
from workbench.operations.open_folder import open_folder
from workbench.services.app_paths import AppPaths
library = Library.open(AppPaths.from_environment())
uid = int(sys.argv[2])
if uid:
    os.setgroups([]); os.setgid(uid); os.setuid(uid)
try:
    open_folder(library, Path(sys.argv[1]))
except WorkbenchError as error:
    print(error.title, "|", error.text, "|", error.hint)
"""


def test_a_read_only_folder_is_told(library: Library) -> None:
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o755)
        locked = Path(place) / "locked"
        locked.mkdir()
        (locked / "train.py").touch()
        locked.chmod(0o555)
        done = subprocess.run(
            [sys.executable, "-c", _OPEN, locked, "65534" if os.getuid() == 0 else "0"],
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.stdout.startswith("Run settings can't be added to this folder |"), done.stderr
        assert f"{locked} can't be written because access to it was denied" in done.stdout
        assert [path.name for path in locked.iterdir()] == ["train.py"]
        locked.chmod(0o755)
    assert list_projects(library) == []
