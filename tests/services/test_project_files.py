"""Project files: read what the original wrote, keep what is not ours, name the line of an error."""

import json
from pathlib import Path

import pytest

from workbench.core.errors import WorkbenchError
from workbench.core.project import Project, project_name_problem
from workbench.services.project_files import project_name_from, read_project, write_project

GUID = "0f3a7c52-4d1e-4b7f-9a55-7f2f4f0d9b11"
# One line without a line end, as the original wrote it.
ORIGINAL = (
    f'{{"Id":"{GUID}","Scope":"/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups'
    "/example/providers/Microsoft.MachineLearningExperimentation/accounts/example/workspaces/"
    'IrisGarden/projects/myIris"}'
)


def put(folder: Path, text: str) -> Path:
    path = folder / ".azureml" / "project.json"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text.encode())
    return path


def test_a_folder_without_the_file_is_no_project(tmp_path: Path) -> None:
    assert read_project(tmp_path) is None


def test_a_new_file_holds_id_name_and_nothing_of_an_account(tmp_path: Path) -> None:
    project = Project(GUID, "churn", tmp_path, "Who leaves?", "https://example.com/churn")
    assert write_project(project)
    values = json.loads((tmp_path / ".azureml/project.json").read_text())
    assert values == {
        "Id": GUID,
        "Name": "churn",
        "Description": "Who leaves?",
        "Repo": "https://example.com/churn",
    }
    assert read_project(tmp_path) == project


def test_an_original_file_is_read_and_its_name_comes_from_the_scope(tmp_path: Path) -> None:
    put(tmp_path, ORIGINAL)
    assert read_project(tmp_path) == Project(GUID, "myIris", tmp_path)


@pytest.mark.parametrize("start", ["\ufeff", ""])
def test_a_byte_order_mark_and_a_guid_in_capitals_are_understood(
    tmp_path: Path, start: str
) -> None:
    put(tmp_path, start + json.dumps({"Id": "{" + GUID.upper() + "}"}))
    found = read_project(tmp_path)
    assert found is not None
    assert found.id == GUID


def test_a_change_keeps_scope_and_unknown_keys(tmp_path: Path) -> None:
    path = put(tmp_path, ORIGINAL.replace("{", '{"Zebra": [1, 2], ', 1))
    scope = json.loads(path.read_text())["Scope"]
    write_project(Project(GUID, "myIris", tmp_path, "New words"))
    values = json.loads(path.read_text())
    assert values["Scope"] == scope
    assert values["Zebra"] == [1, 2]
    assert values["Description"] == "New words"


def test_a_file_that_says_the_same_is_not_touched(tmp_path: Path) -> None:
    path = put(tmp_path, f'{{"Name" :  "one-two",\r\n "Id":"{GUID.upper()}"  }}')
    before = path.read_bytes(), path.stat().st_ino
    assert not write_project(Project(GUID, "one-two", tmp_path))
    assert (path.read_bytes(), path.stat().st_ino) == before


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('{\n "Id": 1,\n oops\n}', "line 3"),
        ('{\n "Name": "x",\n "Id": "no-guid"\n}', "line 3"),
        ("[]", "line 1"),
        ("", "line 1"),
        ('{"Name": "no id"}', "line 1"),
    ],
)
def test_a_bad_file_is_named_with_its_line(tmp_path: Path, text: str, line: str) -> None:
    path = put(tmp_path, text)
    with pytest.raises(WorkbenchError) as caught:
        read_project(tmp_path)
    assert str(path) in caught.value.text
    assert line in caught.value.text
    with pytest.raises(WorkbenchError):
        write_project(Project(GUID, "churn", tmp_path))
    assert path.read_bytes() == text.encode()


def test_bytes_that_are_no_text_are_an_error_of_that_file(tmp_path: Path) -> None:
    path = put(tmp_path, "")
    path.write_bytes(b'{"Id": "\xff\xfe"}')
    with pytest.raises(WorkbenchError, match="UTF-8"):
        read_project(tmp_path)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("churn", "churn"),
        ("My project (2)", "My-project-2"),
        ("../../etc", "etc"),
        ("日本語", "project"),
        ("x", "project"),
        ("a" * 90, "a" * 64),
        ("v1.", "v1"),
    ],
)
def test_any_text_becomes_a_valid_name(text: str, name: str) -> None:
    assert project_name_from(text) == name
    assert not project_name_problem(project_name_from(text))


def test_no_other_file_is_left_next_to_it(tmp_path: Path) -> None:
    write_project(Project(GUID, "churn", tmp_path))
    assert [path.name for path in (tmp_path / ".azureml").iterdir()] == ["project.json"]
