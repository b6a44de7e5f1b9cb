"""Linking a project to a Git repo, once and for good."""

import subprocess
from pathlib import Path

import pytest

from tests.sync_lab import bare_repo, git
from workbench.core.errors import InvalidInputError
from workbench.core.history_sync import RemoteError
from workbench.core.project import NewProject, Project
from workbench.operations.check_repo import check_repo
from workbench.operations.create_project import create_project
from workbench.operations.library import Library
from workbench.operations.link_repo import link_repo
from workbench.services.project_files import read_project


@pytest.fixture
def project(library: Library, tmp_path: Path) -> Project:
    return create_project(library, NewProject("demo", tmp_path / "projects"))


def test_the_link_is_in_the_folder_the_list_and_the_users_repository(
    library: Library, project: Project, tmp_path: Path
) -> None:
    repo = bare_repo(tmp_path)
    done = link_repo(library, project, f" {repo}/ ", library.access())
    assert (done.project.repo, done.note) == (str(repo), "")
    read = read_project(project.folder)
    listed = library.store.find_project(project.id)
    assert read is not None
    assert listed is not None
    assert read.repo == listed.project.repo == str(repo)
    assert git(project.folder, "remote", "get-url", "origin") == str(repo)
    added = git(project.folder, "config", "--local", "--list").splitlines()
    assert [line for line in added if "remote" in line] == [
        f"remote.origin.url={repo}",
        "remote.origin.fetch=+refs/heads/*:refs/remotes/origin/*",
    ]


def test_a_link_cannot_be_changed(library: Library, project: Project, tmp_path: Path) -> None:
    linked = link_repo(library, project, str(bare_repo(tmp_path)), library.access()).project
    for known in (linked, project):
        with pytest.raises(InvalidInputError, match="is linked to") as caught:
            link_repo(library, known, str(tmp_path / "other"), library.access())
        assert caught.value.field == "repo"
    assert read_project(project.folder) == linked


def test_a_remote_of_the_user_stays(library: Library, project: Project, tmp_path: Path) -> None:
    mine = "https://alice:s3cret@git.example.com/mine"
    git(project.folder, "remote", "add", "origin", mine)
    done = link_repo(library, project, str(bare_repo(tmp_path)), library.access())
    assert git(project.folder, "remote", "get-url", "origin") == mine
    assert "git.example.com/mine" in done.note
    assert "s3cret" not in done.note


def test_a_folder_without_git_is_linked_all_the_same(
    library: Library, project: Project, tmp_path: Path
) -> None:
    (project.folder / ".git").rename(tmp_path / "moved")
    done = link_repo(library, project, str(bare_repo(tmp_path)), library.access())
    assert done.project.repo
    assert "no Git repository" in done.note
    assert not (project.folder / ".git").exists()


def test_a_repo_says_what_it_is(library: Library, tmp_path: Path) -> None:
    repo = bare_repo(tmp_path)
    assert not check_repo(library.access(), str(repo)).has_master
    work = tmp_path / "work"
    subprocess.run(["git", "init", "-q", "-b", "main", work], check=True)
    git(work, "commit", "-q", "--allow-empty", "-m", "x")
    git(work, "push", "-q", str(repo), "main:main", "main:master")
    facts = check_repo(library.access(), str(repo))
    assert (facts.has_master, facts.branches, facts.default_branch) == (
        True,
        ("main", "master"),
        "master",
    )
    with pytest.raises(RemoteError):
        check_repo(library.access(), str(tmp_path / "nothing.git"))
    with pytest.raises(InvalidInputError):
        check_repo(library.access(), "ext::true")
