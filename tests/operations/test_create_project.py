"""Create a project: all of it, or nothing and a reason."""

import errno
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from workbench.core.errors import CanceledError, InvalidInputError, NotFoundError, WorkbenchError
from workbench.core.progress import CancelToken, Progress
from workbench.core.project import FolderState, NewProject
from workbench.operations.create_project import check_new_project, create_project
from workbench.operations.library import Library
from workbench.operations.list_projects import list_projects
from workbench.services.app_paths import AppPaths
from workbench.services.git.history_repository import HistoryRepository
from workbench.services.git.user_git import UserGit
from workbench.services.project_files import read_project

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def library() -> Iterator[Library]:
    opened = Library.open(AppPaths.from_environment())
    yield opened
    opened.close()


def everything(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def nothing_is_left(library: Library, parent: Path) -> None:
    assert not parent.exists() or everything(parent) == []
    data = library.paths.data
    assert not any((data / "projects").glob("*"))
    assert not any((data / "creating").glob("*"))
    assert library.store.list_projects() == []


def test_a_project_is_complete(library: Library, tmp_path: Path) -> None:
    new = NewProject("iris_1", tmp_path, "classifying-iris", "Flowers", "research")
    project = create_project(library, new)
    folder = tmp_path / "iris_1"
    assert [path.name for path in tmp_path.iterdir()] == ["iris_1"]
    assert read_project(folder) == project
    assert {"Id", "Name", "Description"} == set(
        json.loads((folder / ".azureml/project.json").read_text())
    )
    assert (folder / "aml_config/local.runconfig").is_file()
    git = UserGit.find(folder)
    assert git is not None
    state = git.state()
    assert (state.branch, state.commit) == ("master", "")
    paths = library.paths.project(project.id)
    history = HistoryRepository.open(paths.history, project.id)
    assert history.branch == f"AzureMLHistory/{project.id}"
    assert history.tip()
    history.close()
    (listed,) = list_projects(library)
    assert listed.project == project
    assert (listed.workspace, listed.template) == ("research", "classifying-iris")
    assert listed.folder_state is FolderState.PRESENT
    assert listed.opened is not None
    choices = library.store.load_choices(project.id)
    assert (choices.script, choices.arguments) == ("iris_sklearn.py", "0.01")


def test_a_missing_parent_and_an_empty_folder_are_used(library: Library, tmp_path: Path) -> None:
    create_project(library, NewProject("one", tmp_path / "a" / "b"))
    assert (tmp_path / "a/b/one/.azureml/project.json").is_file()
    (tmp_path / "two").mkdir()
    create_project(library, NewProject("two", tmp_path))
    assert (tmp_path / "two/.azureml/project.json").is_file()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": "x"}, "name"),
        ({"name": "../up"}, "name"),
        ({"workspace": " "}, "workspace"),
        ({"parent": Path("file")}, "parent"),
        ({"parent": Path("file/below")}, "parent"),
        ({"name": "full"}, "parent"),
        ({"name": "file"}, "parent"),
    ],
)
def test_a_bad_value_is_told_at_its_field(
    library: Library,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    changes: dict[str, str | Path],
    field: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").touch()
    (tmp_path / "full").mkdir()
    (tmp_path / "full/kept.txt").touch()
    before = everything(tmp_path)
    values: dict[str, str | Path] = {"name": "churn", "parent": tmp_path, "workspace": "w"}
    values |= changes
    new = NewProject(
        str(values["name"]), Path(values["parent"]), workspace=str(values["workspace"])
    )
    with pytest.raises(InvalidInputError) as caught:
        check_new_project(new)
    assert caught.value.field == field
    with pytest.raises(InvalidInputError):
        create_project(library, new)
    assert everything(tmp_path) == before


def test_a_full_folder_gets_the_words_that_help(library: Library, tmp_path: Path) -> None:
    (tmp_path / "churn").mkdir()
    (tmp_path / "churn/data.csv").touch()
    with pytest.raises(InvalidInputError) as caught:
        create_project(library, NewProject("churn", tmp_path))
    assert caught.value.title == (
        f"{tmp_path / 'churn'} has files in it. Choose an empty one or use Open folder."
    )


def test_a_file_in_the_place_is_named(library: Library, tmp_path: Path) -> None:
    (tmp_path / "churn").touch()
    with pytest.raises(InvalidInputError) as caught:
        create_project(library, NewProject("churn", tmp_path))
    assert caught.value.title == f"{tmp_path / 'churn'} is a file. Use another name."


@pytest.mark.parametrize(
    ("number", "reason", "hint"),
    [
        (errno.ENOSPC, "the disk is full", "Choose another folder or make room on the disk."),
        (errno.EDQUOT, "the disk quota is used up", "Choose another folder or make room"),
        (errno.EROFS, "the disk is read-only", "Choose a folder that you can write to."),
        (errno.EPERM, "access to it was denied", "Choose a folder that you can write to."),
        (errno.EIO, "the disk reported an error", "Choose another folder."),
    ],
)
def test_the_reason_and_what_helps_are_told(
    library: Library, tmp_path: Path, number: int, reason: str, hint: str
) -> None:
    def report(_progress: Progress) -> None:
        raise OSError(number, os.strerror(number), str(tmp_path / "churn"))

    with pytest.raises(WorkbenchError) as caught:
        create_project(library, NewProject("churn", tmp_path), report=report)
    assert f"because {reason}." in caught.value.text
    assert caught.value.hint.startswith(hint)
    assert ("room" in caught.value.hint) == (number in {errno.ENOSPC, errno.EDQUOT})
    nothing_is_left(library, tmp_path)


def test_a_place_that_takes_no_folders_is_told(library: Library, tmp_path: Path) -> None:
    def report(_progress: Progress) -> None:
        # What Linux answers below /proc.
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(tmp_path / "foo"))

    with pytest.raises(WorkbenchError) as caught:
        create_project(library, NewProject("churn", tmp_path / "foo"), report=report)
    assert f"because {tmp_path} doesn't take new folders." in caught.value.text
    assert caught.value.hint == "Choose another folder."


def test_an_unknown_template_is_told(library: Library, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        create_project(library, NewProject("churn", tmp_path, "nothing"))
    nothing_is_left(library, tmp_path)


@pytest.mark.parametrize("steps", range(5))
def test_a_cancel_leaves_nothing(library: Library, tmp_path: Path, steps: int) -> None:
    token = CancelToken()
    seen: list[Progress] = []

    def report(progress: Progress) -> None:
        seen.append(progress)
        if len(seen) > steps:
            token.cancel()

    parent = tmp_path / "new" / "parent"
    new = NewProject("churn", parent, "linear-regression")
    if steps == 4:  # the last report tells that it is done
        create_project(library, new, report=report, cancel=token)
        assert [item.fraction for item in seen] == [0.0, 0.3, 0.6, 0.9, 1.0]
        return
    with pytest.raises(CanceledError):
        create_project(library, new, report=report, cancel=token)
    nothing_is_left(library, tmp_path)


def test_a_folder_that_appears_meanwhile_is_not_harmed(library: Library, tmp_path: Path) -> None:
    target = tmp_path / "churn"

    def report(progress: Progress) -> None:
        if progress.fraction == 0.9:
            target.mkdir()
            (target / "theirs.txt").write_text("kept")

    with pytest.raises(WorkbenchError) as caught:
        create_project(library, NewProject("churn", tmp_path), report=report)
    assert "Nothing was left behind" in caught.value.text
    assert everything(tmp_path) == ["churn", "churn/theirs.txt"]
    (target / "theirs.txt").unlink()
    target.rmdir()
    nothing_is_left(library, tmp_path)


def test_without_git_nothing_is_made(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    with pytest.raises(WorkbenchError):
        create_project(library, NewProject("churn", tmp_path / "p"))
    nothing_is_left(library, tmp_path / "p")


_CREATE = """
import os, signal, sys
from pathlib import Path
from workbench.core.project import NewProject
from workbench.core.errors import WorkbenchError
from workbench.operations.create_project import create_project
from workbench.operations.library import Library
from workbench.services.app_paths import AppPaths
parent, uid, kill_at = Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
def report(progress):
    if progress.fraction == kill_at:
        os.kill(os.getpid(), signal.SIGKILL)
library = Library.open(AppPaths.from_environment())
if uid:
    os.setgroups([]); os.setgid(uid); os.setuid(uid)
try:
    create_project(library, NewProject("churn", parent, "linear-regression"), report=report)
except WorkbenchError as error:
    print(getattr(error, "field", ""), error.title)
"""
Child = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def child() -> Child:
    def run(parent: Path, *, uid: int = 0, kill_at: float = -1) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", _CREATE, str(parent), str(uid), str(kill_at)],
            env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run


@pytest.mark.parametrize("moment", [0.0, 0.3, 0.6, 0.9])
def test_a_kill_half_way_leaves_nothing_after_the_next_start(
    library: Library, tmp_path: Path, child: Child, moment: float
) -> None:
    parent = tmp_path / "new" / "parent"
    assert child(parent, kill_at=moment).returncode == -signal.SIGKILL
    assert not (parent / "churn").exists()
    assert list_projects(library) == []
    nothing_is_left(library, tmp_path)


def test_a_kill_after_the_folder_is_in_place_is_completed(
    library: Library, tmp_path: Path, child: Child
) -> None:
    assert child(tmp_path, kill_at=1.0).returncode == -signal.SIGKILL
    (listed,) = list_projects(library)
    journal = library.paths.data / "creating"
    assert not any(journal.iterdir())
    # The same without its row, as if killed between the move and the list.
    stored = library.store.remove_project(listed.project.id)
    assert child(tmp_path / "other", kill_at=0.6).returncode == -signal.SIGKILL
    (note,) = journal.iterdir()
    values = json.loads(note.read_text())
    values |= {"project_id": stored.project.id, "target": str(stored.project.folder)}
    (journal / f"{stored.project.id}.json").write_text(json.dumps(values))
    assert [row.project for row in list_projects(library)] == [stored.project]
    assert not any(journal.iterdir())
    assert everything(tmp_path / "other") == []


def test_a_creation_that_is_going_on_is_left_alone(library: Library, tmp_path: Path) -> None:
    seen: list[list[str]] = []

    def report(progress: Progress) -> None:
        if progress.fraction == 0.9:
            list_projects(library)
            seen.append(everything(tmp_path))

    create_project(library, NewProject("churn", tmp_path), report=report)
    assert len(seen[0]) > 5
    assert (tmp_path / "churn").is_dir()


@pytest.fixture
def shared() -> Iterator[Path]:
    """A folder that every user can reach; what pytest makes is the present user's alone."""
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o755)
        yield Path(place)


def test_a_folder_without_permission_is_told(shared: Path, child: Child) -> None:
    parent = shared / "locked"
    parent.mkdir()
    parent.chmod(0o555)
    done = child(parent, uid=65534 if os.getuid() == 0 else 0)
    parent.chmod(0o755)
    assert done.stdout == f"parent You can't write to {parent}\n", done.stderr
    assert everything(parent) == []
