"""Names of projects and branches in a Git repo."""

import pytest

from workbench.core.repo_project import project_name_in, projects_of

_ID = "7d1c0000-0000-4000-8000-00000000c4d8"


@pytest.mark.parametrize(
    ("run_id", "name"),
    [("iris_1700000000000", "iris"), ("my_iris_1700000000000_2", "my_iris"), ("odd", "")],
)
def test_the_id_of_a_run_tells_its_project(run_id: str, name: str) -> None:
    assert project_name_in(run_id) == name


def test_only_branches_with_a_guid_are_histories() -> None:
    names = [
        "master",
        f"AzureMLHistory/{_ID}",
        "AzureMLHistory/other",
        f"AzureMLHistory-records/{_ID}/x",
    ]
    assert projects_of(names) == (_ID,)
