"""Git repos that are reached by SSH, at a real SSH server."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.ssh_server import HOST, SshServer, make_key
from tests.sync_lab import BRANCH, bare_repo, computer, git, reachable
from workbench.core.errors import WorkbenchError
from workbench.core.git_address import parse_address
from workbench.core.history_sync import RemoteError, SyncState
from workbench.core.project import NewProject
from workbench.operations.check_repo import check_repo
from workbench.operations.create_project import create_project
from workbench.operations.library import Library
from workbench.operations.link_repo import link_repo
from workbench.services.app_paths import AppPaths
from workbench.services.git.access import NoCredentials
from workbench.services.git.remote_git import RemoteGit

_AT_ONCE = 15.0


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SshServer]:
    with SshServer(tmp_path / "ssh") as server:
        monkeypatch.setenv("GIT_SSH_COMMAND", server.command)
        yield server


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    return bare_repo(tmp_path)


def remote(repo: Path, *, silence: int = 60) -> RemoteGit:
    return RemoteGit(parse_address(f"{HOST}:{repo}"), NoCredentials(), silence=silence)


def problem(of: RemoteGit) -> RemoteError:
    """Return what keeps a repo from being used; nobody is asked, and nothing is waited for."""
    begin = time.monotonic()
    with pytest.raises(RemoteError) as caught:
        of.facts()
    assert time.monotonic() - begin < _AT_ONCE
    assert caught.value.details
    return caught.value


@pytest.mark.parametrize("form", ["scp", "url", "url with port"])
def test_a_project_is_linked_and_two_computers_meet(
    server: SshServer, repo: Path, tmp_path: Path, form: str
) -> None:
    port = f":{server.port}" if "port" in form else ""
    url = f"{HOST}:{repo}" if form == "scp" else f"ssh://{HOST}{port}{repo}"
    library = Library.open(AppPaths.from_environment())
    try:
        project = create_project(library, NewProject("mine", tmp_path / "projects"))
        assert check_repo(library.access(), url).branches == ()
        linked = link_repo(library, project, url, library.access())
        assert (linked.note, git(project.folder, "remote", "get-url", "origin")) == ("", url)
    finally:
        library.close()
    with computer(tmp_path, url) as one, computer(tmp_path, url, "two") as two:
        runs = []
        for each in (one, two):
            each.write(train=f"print({each.name!r})")
            runs.append(each.run())
            assert each.sync().state is SyncState.UP_TO_DATE
        one.sync()
        assert one.runs().keys() == two.runs().keys() == {run.id for run in runs}
        assert {run.snapshot for run in runs} <= reachable(repo)
        assert git(repo, "rev-parse", BRANCH) == one.tip()


def test_an_unknown_server_is_told_with_what_to_do_and_used_when_confirmed(
    server: SshServer, repo: Path
) -> None:
    server.known_hosts.unlink()
    found = problem(remote(repo))
    assert (found.state, found.title) == (SyncState.OFFLINE, f"SSH doesn't know {HOST}")
    assert f"ssh {HOST} " in found.hint
    assert not server.known_hosts.exists()
    user_and_port = RemoteGit(parse_address(f"ssh://me@{HOST}:2222{repo}"), NoCredentials())
    with pytest.raises(WorkbenchError) as caught:
        user_and_port.facts()
    assert "can't be reached" in caught.value.title
    server.know()
    assert remote(repo).facts().branches == ()


def test_the_line_to_run_names_user_and_port(server: SshServer, repo: Path) -> None:
    server.known_hosts.unlink()
    address = parse_address(f"ssh://me@{HOST}:{server.port}{repo}")
    found = problem(RemoteGit(address, NoCredentials()))
    assert f"ssh -p {server.port} me@{HOST} " in found.hint


def test_a_server_with_another_key_than_before_is_told(server: SshServer, repo: Path) -> None:
    server.stop()
    make_key(server.host_key)
    server.start()
    found = problem(remote(repo))
    assert found.state is SyncState.OFFLINE
    assert "another key than before" in found.title
    server.know()
    assert remote(repo).facts().branches == ()


def test_a_key_that_is_not_accepted_is_told(server: SshServer, repo: Path) -> None:
    accepted = server.key.read_bytes()
    make_key(server.key)
    found = problem(remote(repo))
    assert (found.state, "didn't accept an SSH key" in found.text) == (
        SyncState.SIGN_IN_NEEDED,
        True,
    )
    server.key.write_bytes(accepted)
    server.key.with_suffix(".pub").unlink()
    assert remote(repo).facts().branches == ()


def test_a_key_with_a_passphrase_asks_nobody(server: SshServer, repo: Path) -> None:
    subprocess.run(
        ["ssh-keygen", "-q", "-p", "-P", "", "-N", "a passphrase", "-f", str(server.key)],
        check=True,
    )
    assert problem(remote(repo)).state is SyncState.SIGN_IN_NEEDED


def test_a_repo_that_is_not_there_is_told(server: SshServer, repo: Path) -> None:
    found = problem(remote(repo.with_name("gone.git")))
    assert found.state is SyncState.NO_PERMISSION
    assert "no repo at this address" in found.text


def test_a_server_that_is_gone_is_used_when_it_is_back(
    server: SshServer, repo: Path, tmp_path: Path
) -> None:
    with computer(tmp_path, f"{HOST}:{repo}") as one:
        one.run()
        server.stop()
        status = one.sync()
        assert (status.state, status.waiting > 0) == (SyncState.OFFLINE, True)
        assert "refused" in status.details
        server.start()
        assert one.sync().state is SyncState.UP_TO_DATE


def test_a_silent_server_is_not_waited_for(
    server: SshServer, repo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        monkeypatch.setenv("GIT_SSH_COMMAND", f"{server.command} -p {port}")
        assert problem(remote(repo, silence=1)).state is SyncState.OFFLINE


def test_whatever_ssh_the_user_chose_asks_nobody(
    server: SshServer, repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The setting of git, and a program of the user's own that calls ssh in its own way."""
    server.known_hosts.unlink()
    monkeypatch.delenv("GIT_SSH_COMMAND")
    settings = Path(os.environ["GIT_CONFIG_GLOBAL"])
    own = tmp_path / "own-settings"
    own.write_text(f"{settings.read_text('utf-8')}[core]\n\tsshCommand = {server.command}\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(own))
    assert "BatchMode=yes" in " ".join(_started(tmp_path, monkeypatch))
    assert problem(remote(repo)).title == f"SSH doesn't know {HOST}"
    program = tmp_path / "my-ssh"
    program.write_text(f'#!/bin/sh\nexec {server.command} "$@"\n')
    program.chmod(0o755)
    monkeypatch.setenv("GIT_SSH", str(program))
    assert problem(remote(repo)).title == f"SSH doesn't know {HOST}"
    server.know()
    assert remote(repo).facts().branches == ()


def _started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the words that ssh is started with."""
    from workbench.services.git.network_settings import network_for  # noqa: PLC0415

    network = network_for(parse_address(f"{HOST}:/x.git"), silence=60)
    return [value for name, value in network.variables.items() if name == "GIT_SSH_COMMAND"]
