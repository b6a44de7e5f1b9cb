"""The user's own clone of a Git repo, made through a real server."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.secret_scanner import found_in_files
from tests.servers.internet import Internet, internet
from tests.sync_lab import git
from workbench.core.account import Credential
from workbench.core.errors import CanceledError, WorkbenchError
from workbench.core.git_address import parse_address
from workbench.core.history_sync import RemoteError, SyncState
from workbench.core.progress import CancelToken, Progress
from workbench.services.git.access import NoCredentials
from workbench.services.git.credential_broker import CredentialSource
from workbench.services.git.remote_git import RemoteGit
from workbench.services.git.user_clone import clone_into

TOKEN = "wb-secret-5f3c9a1e77"
URL = "https://dev.azure.com/contoso/Lab/_git/Iris"
NAME = "contoso/Lab/Iris"
HISTORY = "AzureMLHistory/7d1c0000-0000-4000-8000-00000000c4d8"


class Key(NoCredentials):
    def find(self, _host: str, _path: str, /) -> Credential:
        return Credential("alice", TOKEN)


@pytest.fixture
def net(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Internet]:
    with internet(tmp_path / "net", monkeypatch) as net:
        net.git.create(NAME)
        net.git.users[TOKEN] = "alice"
        net.git.rights["alice", NAME] = "rw"
        yield net


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "clone"
    path.mkdir()
    return path


def fill(net: Internet, tmp_path: Path, *branches: str) -> Path:
    """Give the repo a commit on branches, and return the folder it was made in."""
    work = tmp_path / "work"
    git(tmp_path, "init", "-q", "-b", branches[0], str(work))
    (work / "train.py").write_text("print('one')\n", "utf-8")
    git(work, "add", ".")
    git(work, "commit", "-q", "-m", "one")
    git(work, "tag", "v1")
    server = str(net.git.path(NAME))
    git(work, "push", "-q", server, "v1", *(f"HEAD:refs/heads/{name}" for name in branches))
    git(net.git.path(NAME), "symbolic-ref", "HEAD", f"refs/heads/{branches[0]}")
    return work


def remote(source: CredentialSource | None = None, url: str = URL) -> RemoteGit:
    return RemoteGit(parse_address(url), source or Key())


def test_a_clone_works_with_plain_git_and_holds_nothing_of_ours(
    net: Internet, tmp_path: Path, folder: Path
) -> None:
    work = fill(net, tmp_path, "trunk", "topic/one", HISTORY)
    told: list[Progress] = []
    assert clone_into(remote(), folder, report=told.append) == "trunk"
    assert (folder / "train.py").read_text("utf-8") == "print('one')\n"
    assert git(folder, "status", "--porcelain=v2", "--branch").splitlines()[1:] == [
        "# branch.head trunk",
        "# branch.upstream origin/trunk",
        "# branch.ab +0 -0",
    ]
    assert git(folder, "branch", "-r", "--format=%(refname:short)").splitlines() == [
        "origin/HEAD",
        "origin/topic/one",
        "origin/trunk",
    ]
    assert git(folder, "tag") == "v1"
    assert (
        git(folder, "config", "--local", "--list").splitlines()
        == git(_plain(work, tmp_path), "config", "--local", "--list")
        .replace(str(work), URL)
        .splitlines()
    )
    assert found_in_files(TOKEN, [folder]) == []
    shown = [each.fraction for each in told if each.fraction is not None]
    assert shown == sorted(shown)


def _plain(work: Path, tmp_path: Path) -> Path:
    other = tmp_path / "plain"
    git(tmp_path, "clone", "-q", str(work), str(other))
    return other


def test_another_branch_can_be_chosen(net: Internet, tmp_path: Path, folder: Path) -> None:
    fill(net, tmp_path, "trunk", "master")
    assert clone_into(remote(), folder, branch="master") == "master"
    assert git(folder, "rev-parse", "--abbrev-ref", "master@{upstream}") == "origin/master"
    assert git(folder, "rev-parse", "--abbrev-ref", "origin/HEAD") == "origin/trunk"


@pytest.mark.parametrize("history", [False, True])
def test_a_repo_without_branches_of_its_own_gives_a_clone_to_begin_in(
    net: Internet, tmp_path: Path, folder: Path, history: bool
) -> None:
    if history:
        fill(net, tmp_path, HISTORY)
    assert clone_into(remote(), folder) == ""
    assert [path.name for path in folder.iterdir()] == [".git"]
    (folder / "a.txt").write_text("a\n", "utf-8")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "first")
    assert git(folder, "symbolic-ref", "HEAD") == "refs/heads/master"
    git(folder, "remote", "set-url", "origin", str(net.git.path(NAME)))
    git(folder, "-c", "push.default=upstream", "push", "-q")
    assert git(net.git.path(NAME), "rev-parse", "master") == git(folder, "rev-parse", "HEAD")


def test_a_branch_that_is_not_there_is_begun(net: Internet, tmp_path: Path, folder: Path) -> None:
    fill(net, tmp_path, "trunk")
    assert clone_into(remote(), folder, branch="master") == ""
    assert git(folder, "symbolic-ref", "HEAD") == "refs/heads/master"
    assert git(folder, "rev-parse", "--verify", "origin/trunk")


def test_who_may_not_read_gets_no_clone(net: Internet, tmp_path: Path, folder: Path) -> None:
    fill(net, tmp_path, "trunk")
    with pytest.raises(RemoteError) as caught:
        clone_into(remote(NoCredentials()), folder)
    assert caught.value.state is SyncState.SIGN_IN_NEEDED
    assert not (folder / "train.py").exists()


def test_a_clone_can_be_canceled_while_it_comes(
    net: Internet, tmp_path: Path, folder: Path
) -> None:
    work = fill(net, tmp_path, "trunk")
    (work / "big").write_bytes(os.urandom(8_000_000))
    git(work, "add", ".")
    git(work, "commit", "-q", "-m", "big")
    git(work, "push", "-q", str(net.git.path(NAME)), "HEAD:refs/heads/trunk")
    cancel = CancelToken()

    def stall(progress: Progress) -> None:
        if progress.title == "Cloning the Git repo":
            net.proxy.silent.set()
            cancel.cancel()

    with pytest.raises(CanceledError):
        clone_into(remote(), folder, report=stall, cancel=cancel)
    net.proxy.silent.clear()
    assert not (folder / "big").exists()


def test_line_ends_are_those_of_the_user(
    net: Internet, tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(net, tmp_path, "trunk")
    subprocess.run(["git", "config", "--global", "core.autocrlf", "true"], check=True)
    clone_into(remote(), folder)
    assert (folder / "train.py").read_bytes() == b"print('one')\r\n"


def test_a_filter_that_fails_is_told_in_words(net: Internet, tmp_path: Path, folder: Path) -> None:
    work = fill(net, tmp_path, "trunk")
    (work / ".gitattributes").write_text("*.py filter=odd\n", "utf-8")
    git(work, "add", ".")
    git(work, "commit", "-q", "-m", "filter")
    git(work, "push", "-q", str(net.git.path(NAME)), "HEAD:refs/heads/trunk")
    for key, value in (("smudge", "false"), ("required", "true")):
        subprocess.run(["git", "config", "--global", f"filter.odd.{key}", value], check=True)
    with pytest.raises(WorkbenchError) as caught:
        clone_into(remote(), folder)
    assert "smudge filter" in caught.value.details
