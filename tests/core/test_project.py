"""Names of projects and workspaces."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.core.project import history_branch, project_name_problem, workspace_name_problem


@pytest.mark.parametrize("name", ["ab", "churn-prediction", "Iris_2", "v1.2", "A" * 64, "2024"])
def test_good_names(name: str) -> None:
    assert project_name_problem(name) == ""


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("", "Enter a project name"),
        ("a", "Use 2 to 64 characters"),
        ("a" * 65, "Use 2 to 64 characters"),
        ("my project", "Use A–Z, a–z, 0–9, - _ and . only"),
        ("größe", "Use A–Z, a–z, 0–9, - _ and . only"),
        ("a/b", "Use A–Z, a–z, 0–9, - _ and . only"),
        ("ab\n", "Use A–Z, a–z, 0–9, - _ and . only"),
        ("-rf", "Start with a letter or a digit"),
        ("..", "A name can't end with a dot"),
        (".Git", "Start with a letter or a digit"),
        ("name.", "A name can't end with a dot"),
    ],
)
def test_bad_names_are_explained(name: str, problem: str) -> None:
    assert project_name_problem(name) == problem


@given(st.text(max_size=70))
def test_an_accepted_name_is_a_safe_folder_name(name: str) -> None:
    if not project_name_problem(name):
        assert 2 <= len(name) <= 64
        assert name.isascii()
        assert not set(name) & set('/\\:*?"<>| \0\n')
        assert not name.startswith("-")
        assert name not in {".", ".."}


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("My workspace", ""),
        ("Équipe 7", ""),
        ("   ", "Enter a workspace name"),
        ("x" * 65, "Use at most 64 characters"),
        ("a\tb", "A workspace name can't hold control characters"),
    ],
)
def test_workspace_names(name: str, problem: str) -> None:
    assert workspace_name_problem(name) == problem


def test_the_history_branch_is_named_after_the_id() -> None:
    assert history_branch("7d1c") == "AzureMLHistory/7d1c"
