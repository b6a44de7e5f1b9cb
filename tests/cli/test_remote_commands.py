"""``wb project update``, ``wb history push`` and ``status``: the Git repo of a project."""

from tests.cli.shell import Shell
from tests.sync_lab import bare_repo, git


def test_a_project_is_linked_and_its_history_pushed(project: Shell) -> None:
    repo = bare_repo(project.folder.parent)
    done = project.wb("history", "push", code=1)
    assert "wb project update --repo URL" in done.out
    linked = project.json("project", "update", "--repo", "../repo.git")
    assert linked["repo"] == str(repo)
    before = project.json("history", "status")
    assert before["snapshots_to_push"] > 0
    pushed = project.json("history", "push")
    assert (pushed["state"], pushed["snapshots_to_push"]) == ("up to date", 0)
    assert git(repo, "rev-parse", linked["history_branch"])
    again = project.wb("project", "update", "--repo", "../repo.git", code=2)
    assert "is linked to" in again.err


def test_a_repo_that_does_not_answer_is_not_linked(project: Shell) -> None:
    done = project.wb("project", "update", "--repo", "/nowhere/x.git", code=1)
    assert "isn't there" in done.err
    refused = project.wb("project", "update", "--repo", "ext::true", code=2)
    assert "start programs" in refused.err
    assert project.wb("history", "status").out.startswith("This project has no Git repo.")


def test_what_keeps_the_history_here_is_the_exit_code(project: Shell) -> None:
    repo = bare_repo(project.folder.parent)
    project.wb("project", "update", "--repo", str(repo))
    hidden = repo.rename(repo.with_name("away.git"))
    done = project.wb("history", "push", code=1)
    assert "offline" in done.out
    hidden.rename(repo)
    assert "up to date" in project.wb("history", "push").out
