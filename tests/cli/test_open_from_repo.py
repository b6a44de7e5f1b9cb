"""``wb project open URL`` and ``wb history fetch``: a project on another computer."""

from tests.cli.shell import Shell
from tests.sync_lab import OLD_ID, bare_repo, git, old_repo


def test_a_project_of_a_git_repo_is_there_with_its_runs(shell: Shell) -> None:
    repo, snapshots = old_repo(shell.folder)
    opened = shell.json("project", "open", f"file://{repo}", "--path", "iris")
    assert (opened["id"], opened["name"]) == (OLD_ID, "myIris")
    folder = shell.folder / "iris"
    assert git(folder, "remote", "get-url", "origin") == str(repo)
    runs = shell.json("history", "list", "--project", "iris")
    assert [(run["run_number"], run["properties"]["CommitId"]) for run in runs] == [
        (number, snapshots[number - 1]) for number in (3, 2, 1)
    ]
    assert {run["status"] for run in runs} == {"Imported"}
    again = shell.wb("project", "open", f"file://{repo}", "--path", "other", code=1)
    assert "myIris is in your project list already" in again.err
    assert not (shell.folder / "other").exists()
    taken = shell.wb("project", "open", f"file://{repo}", "--path", "iris", code=2)
    assert f"{folder}-2 is free" in taken.err


def test_what_others_pushed_is_fetched_and_nothing_pushed(shell: Shell) -> None:
    repo, _ = old_repo(shell.folder)
    shell.wb("project", "open", str(repo), "--path", "iris", "--snapshot")
    assert (shell.folder / "iris" / "iris.py").read_text() == "print(2)\n"
    before = git(repo, "for-each-ref")
    work = shell.folder / "old.git-made-in"
    git(work, "commit", "-q", "--allow-empty", "-m", "one more")
    git(work, "push", "-q", str(repo), f"HEAD:AzureMLHistory/{OLD_ID}")
    after = git(repo, "for-each-ref")
    assert after != before
    shell.wb("history", "fetch", "--project", "iris")
    runs = shell.json("history", "list", "--project", "iris")
    assert runs[0]["message"] == "one more"
    assert git(repo, "for-each-ref") == after


def test_what_is_missing_is_told_with_its_flag(shell: Shell) -> None:
    repo, _ = old_repo(shell.folder)
    other = "7d1c0000-0000-4000-8000-00000000c4d8"
    git(repo, "branch", f"AzureMLHistory/{other}", f"AzureMLHistory/{OLD_ID}")
    git(repo, "update-ref", "-d", "refs/heads/master")
    several = shell.wb("project", "open", str(repo), "--path", "iris", code=1)
    assert "Choose one with --id" in several.err
    plain = bare_repo(shell.folder, "plain.git")
    none = shell.wb("project", "open", str(plain), "--path", "plain", code=1)
    assert "With --add it becomes one" in none.err
    secret = shell.wb("project", "open", "https://me:secret@example.com/x", code=2)
    assert "secret" not in secret.err.replace("a password or an access token", "")
    assert sorted(
        path.name for path in shell.folder.iterdir() if not path.name.startswith("old")
    ) == ["plain.git"]
