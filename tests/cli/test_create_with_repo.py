"""``wb project create --repo``: with an access token, and in place of files that are there."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.account_lab import AZURE, TOKEN, AccountLab, account_lab
from tests.cli.shell import Shell, terminal
from tests.secret_scanner import found_in_files, watched
from tests.sync_lab import bare_repo, git


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AccountLab]:
    with account_lab(tmp_path / "lab", monkeypatch) as lab:
        yield lab


@pytest.fixture
def filled(shell: Shell) -> Path:
    """A repo with a file on master."""
    repo = bare_repo(shell.folder)
    work = shell.folder / "work"
    git(shell.folder, "init", "-q", str(work))
    (work / "old.py").touch()
    git(work, "add", ".")
    git(work, "commit", "-q", "-m", "old")
    git(work, "push", "-q", str(repo), "master")
    return repo


def test_a_blank_project_is_a_clone_and_its_history_is_pushed(shell: Shell, filled: Path) -> None:
    made = shell.json("project", "create", "-n", "iris", "--repo", "repo.git")
    assert made["repo"] == str(filled)
    assert (shell.folder / "iris/old.py").is_file()
    shell.into("iris")
    shell.wb("history", "push")
    assert git(filled, "rev-parse", made["history_branch"])


def test_a_template_needs_force_where_files_are(shell: Shell, filled: Path) -> None:
    words = ("project", "create", "-n", "iris", "--template", "iris", "-r", "repo.git")
    refused = shell.wb(*words, code=2)
    assert "has files on master already" in refused.err
    assert "--force" in refused.err
    assert not (shell.folder / "iris").exists()
    before = git(filled, "rev-parse", "master")
    shell.wb(*words, "--force")
    assert git(filled, "rev-parse", "master~1") == before
    assert "old.py" not in git(filled, "ls-tree", "-r", "--name-only", "master")


def test_where_a_project_is_it_is_said_how_to_open_it(shell: Shell, filled: Path) -> None:
    shell.wb("project", "create", "-n", "iris", "--repo", "repo.git")
    git(shell.folder / "iris", "add", ".")
    git(shell.folder / "iris", "commit", "-q", "-m", "project")
    git(shell.folder / "iris", "push", "-q")
    refused = shell.wb("project", "create", "-n", "again", "--repo", "repo.git", code=2)
    assert f"Open it with wb project open {filled}" in refused.err
    assert not (shell.folder / "again").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--force",), "--force needs --repo and --template"),
        (("--force", "--repo", "x"), "--force needs --repo and --template"),
        (("--vststoken",), "--vststoken needs --repo"),
        (("--repo", "ext::true"), "start programs"),
        (("--repo", f"https://me:{TOKEN}@git.example.com/x"), "holds a password or an access"),
    ],
)
def test_what_cant_be_used_is_refused(shell: Shell, words: tuple[str, ...], said: str) -> None:
    done = shell.wb("project", "create", "-n", "iris", *words, code=2)
    assert said in done.err
    assert TOKEN not in done.err
    assert not (shell.folder / "iris").exists()


def test_a_token_is_read_kept_and_never_shown_or_written(lab: AccountLab, shell: Shell) -> None:
    with watched(TOKEN) as scanner:
        words = ("project", "create", "-n", "iris", "--repo", AZURE, "--vststoken", "--debug")
        done = shell.process(*words, "-o", "json", typed=f"{TOKEN}\n")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["repo"] == AZURE
    assert scanner.leaks == []
    assert TOKEN not in f"{done.stdout}{done.stderr}"
    assert lab.kept() != []
    home = Path(os.environ["WORKBENCH_HOME"])
    assert found_in_files(TOKEN, [shell.folder / "iris", home]) == []
    shell.into("iris")
    assert shell.process("history", "push").returncode == 0


def test_a_token_that_the_repo_refuses_makes_nothing(lab: AccountLab, shell: Shell) -> None:
    words = ("project", "create", "-n", "iris", "--repo", AZURE, "--vststoken")
    done = shell.process(*words, typed="wrong\n")
    assert done.returncode == 1
    assert "didn't accept" in done.stderr
    assert not (shell.folder / "iris").exists()
    assert lab.kept() == []


def test_a_token_that_is_a_word_of_the_command_is_refused(lab: AccountLab, shell: Shell) -> None:
    words = ("project", "create", "-n", "iris", "--repo", AZURE, "--vststoken", TOKEN)
    done = shell.process(*words)
    assert done.returncode == 2
    assert "can't be a word of the command" in done.stderr
    assert TOKEN not in f"{done.stdout}{done.stderr}"
    assert not (shell.folder / "iris").exists()


def test_in_a_terminal_the_token_is_asked_for_without_showing_it(
    lab: AccountLab, shell: Shell
) -> None:
    words = ("project", "create", "-n", "iris", "--repo", AZURE, "--vststoken")
    with terminal(shell.folder, *words) as running:
        running.wait_for("(not shown): ")
        running.type(f"{TOKEN}\n")
        assert running.wait() == 0, running.text
        assert TOKEN not in running.text
    assert (shell.folder / "iris").is_dir()
