"""Name and description of a project: stored in its folder and in the list, or in neither."""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from workbench.core.errors import FolderMissingError, InvalidInputError, WorkbenchError
from workbench.core.project import Project
from workbench.operations.edit_project import edit_project
from workbench.operations.library import Library
from workbench.operations.list_projects import list_projects
from workbench.operations.open_folder import open_folder
from workbench.operations.remove_project import remove_project
from workbench.services.app_paths import AppPaths
from workbench.services.project_files import read_project


@pytest.fixture
def library() -> Iterator[Library]:
    opened = Library.open(AppPaths.from_environment())
    yield opened
    opened.close()


@pytest.fixture
def project(library: Library, tmp_path: Path) -> Project:
    folder = tmp_path / "churn"
    folder.mkdir()
    (folder / "train.py").write_text("print(1)\n")
    return open_folder(library, folder)


def names(library: Library) -> list[str]:
    return [listed.project.name for listed in list_projects(library)]


def test_both_are_stored_in_the_folder_and_in_the_list(library: Library, project: Project) -> None:
    file = project.folder / ".azureml" / "project.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"Scope": "theirs"}))
    named = edit_project(library, project, name="churn-2")
    told = edit_project(library, project, description="  Who leaves?\nAnd when? ")
    assert (named.name, named.description) == ("churn-2", "")
    assert (told.name, told.description) == ("churn-2", "Who leaves?\nAnd when?")
    assert read_project(project.folder) == told
    assert json.loads(file.read_text())["Scope"] == "theirs"
    assert [listed.project for listed in list_projects(library)] == [told]
    assert project.folder.name == "churn"


def test_a_description_can_be_emptied(library: Library, project: Project) -> None:
    edit_project(library, project, description="words")
    assert edit_project(library, project, description="").description == ""
    assert read_project(project.folder) == project


@pytest.mark.parametrize("name", ["", "x", "two words", "-a", "ends."])
def test_a_name_that_new_project_refuses_is_refused(
    library: Library, project: Project, name: str
) -> None:
    with pytest.raises(InvalidInputError) as caught:
        edit_project(library, project, name=name)
    assert caught.value.field == "name"
    assert read_project(project.folder) == project
    assert names(library) == ["churn"]


def test_a_project_that_is_not_listed_stays_so(library: Library, project: Project) -> None:
    remove_project(library, project.id)
    edit_project(library, project, name="churn-2")
    assert names(library) == []


def test_a_folder_that_is_gone_or_another_project_is_told(
    library: Library, project: Project, tmp_path: Path
) -> None:
    project.folder.rename(tmp_path / "elsewhere")
    with pytest.raises(FolderMissingError):
        edit_project(library, project, name="churn-2")
    project.folder.mkdir()
    other = open_folder(library, project.folder)
    stranger = Project("0f3a7c52-4d1e-4b7f-9a55-7f2f4f0d9b11", "mine", project.folder)
    with pytest.raises(WorkbenchError, match="another project"):
        edit_project(library, stranger, name="churn-2")
    assert read_project(project.folder) == other


def test_a_list_that_cannot_be_written_puts_the_file_back(
    library: Library, project: Project
) -> None:
    database = sqlite3.connect(library.paths.database)
    database.execute(
        "CREATE TRIGGER full BEFORE INSERT ON projects BEGIN SELECT RAISE(ABORT, 'full'); END"
    )
    database.commit()
    database.close()
    with pytest.raises(WorkbenchError):
        edit_project(library, project, name="churn-2")
    assert read_project(project.folder) == project
    assert names(library) == ["churn"]


def test_a_file_that_cannot_be_written_says_why(library: Library, project: Project) -> None:
    state = project.folder / ".azureml"
    state.rename(project.folder / "moved")
    state.write_text("in the way")
    with pytest.raises(WorkbenchError) as caught:
        edit_project(library, project, name="churn-2")
    assert str(state / "project.json") in caught.value.text
    assert names(library) == ["churn"]
