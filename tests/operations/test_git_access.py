"""History goes to servers that ask who one is: by access token, and by Azure AD."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.secret_scanner import found_in_files, watched
from tests.servers.certificates import Certificates
from tests.servers.internet import Internet, internet
from tests.servers.openid_provider import HOST, Browser, OpenIdProvider
from tests.sync_lab import PROJECT_ID, Computer, git
from workbench.core.errors import InvalidInputError
from workbench.core.history_sync import RemoteError, SyncState
from workbench.core.project import NewProject, Project
from workbench.operations.access_tokens import delete_access_token, list_access_tokens
from workbench.operations.create_project import create_project
from workbench.operations.library import Library
from workbench.operations.link_repo import link_repo
from workbench.operations.project_context import open_context
from workbench.operations.sign_in import sign_in, sign_out
from workbench.operations.try_access_token import keep_access_token

URL = "https://dev.azure.com/contoso/Lab/_git/Iris"
NAME = "contoso/Lab/Iris"
TOKEN = "pat7q2secret5wx4token3zzzzzzzzzzzzzzzzzzzzzzzzzzzzzz"


@pytest.fixture
def net(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    certificates: Certificates,
    provider: OpenIdProvider,
) -> Iterator[Internet]:
    others = {HOST: provider.port}
    with internet(tmp_path / "net", monkeypatch, certificates, others) as net:
        net.git.create(NAME)
        net.git.users[TOKEN] = "alice"
        net.git.rights["alice", NAME] = "rw"
        yield net


@pytest.fixture
def computer(library: Library, tmp_path: Path) -> Iterator[Computer]:
    folder = tmp_path / "project"
    folder.mkdir()
    context = open_context(library, Project(PROJECT_ID, "demo", folder, repo=URL))
    yield Computer(context, "one", library.access())
    context.close()


def user_of(token: str) -> str:
    """Return who a token of the provider was made for; its signature is not of interest here."""
    payload = token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return str(claims.get("preferred_username") or claims["sub"])


def test_without_anything_the_server_is_told_nothing(net: Internet, computer: Computer) -> None:
    computer.write(train="1")
    computer.run()
    status = computer.sync()
    assert (status.state, status.waiting) == (SyncState.SIGN_IN_NEEDED, 2)
    assert {scheme for *_, scheme in net.git.seen} == {""}


def test_a_token_is_kept_only_if_the_repo_accepts_it(net: Internet, library: Library) -> None:
    with pytest.raises(RemoteError) as caught:
        keep_access_token(library, URL, "wrong-token")
    assert caught.value.state is SyncState.SIGN_IN_NEEDED
    assert list_access_tokens(library.accounts) == ()
    kept = keep_access_token(library, URL, f"  {TOKEN}\n")
    assert kept.place == "dev.azure.com/contoso"
    other = keep_access_token(library, "https://git.example.com/x", "abc", untried=True)
    assert other.place == "git.example.com"
    for address, token in ((URL, " "), ("git@git.example.com:x", "abc"), ("nonsense", "abc")):
        with pytest.raises(InvalidInputError):
            keep_access_token(library, address, token, untried=True)


def test_history_is_pushed_with_a_token_that_is_found_nowhere(
    net: Internet, library: Library, computer: Computer, tmp_path: Path
) -> None:
    project = create_project(library, NewProject("mine", tmp_path / "projects"))
    with watched(TOKEN) as scanner:
        keep_access_token(library, URL, TOKEN)
        link_repo(library, project, URL, library.access())
        computer.run()
        assert computer.sync().state is SyncState.UP_TO_DATE
    assert scanner.seen > 20
    assert scanner.leaks == []
    assert found_in_files(TOKEN, [tmp_path / "project", tmp_path / "projects"]) == []
    assert found_in_files(TOKEN, [library.paths.data, library.paths.logs]) == []
    config = git(project.folder, "config", "--local", "--list")
    assert "credential" not in config
    assert "extraheader" not in config.lower()


def test_a_token_that_runs_out_is_told_and_a_new_one_works(
    net: Internet, library: Library, computer: Computer
) -> None:
    keep_access_token(library, URL, TOKEN)
    computer.run()
    assert computer.sync().state is SyncState.UP_TO_DATE
    del net.git.users[TOKEN]
    computer.write(train="2")
    computer.run()
    status = computer.sync()
    assert (status.state, status.waiting) == (SyncState.SIGN_IN_NEEDED, 1)
    assert "didn't accept" in status.text
    net.git.users["another-token"] = "alice"
    keep_access_token(library, URL, "another-token")
    assert computer.sync().state is SyncState.UP_TO_DATE
    delete_access_token(library.accounts, "dev.azure.com/contoso")
    computer.write(train="3")
    computer.run()
    assert computer.sync().state is SyncState.SIGN_IN_NEEDED


def test_history_is_pushed_as_who_is_signed_in(
    net: Internet, library: Library, computer: Computer
) -> None:
    seen: list[str] = []

    def check(token: str) -> str:
        seen.append(token)
        return user_of(token)

    net.git.check_bearer = check
    browser = Browser()
    account = sign_in(library.accounts, browser.open)
    browser.close()
    computer.run()
    del net.git.rights["alice", NAME]
    status = computer.sync()
    assert status.state is SyncState.NO_PERMISSION  # who is signed in may not use this repo yet
    net.git.rights[user_of(seen[0]), NAME] = "rw"
    with watched(seen[0]) as scanner:
        assert computer.sync().state is SyncState.UP_TO_DATE
    assert (scanner.seen > 0, scanner.leaks) == (True, [])
    sign_out(library.accounts, account.id)
    computer.write(train="2")
    computer.run()
    assert computer.sync().state is SyncState.SIGN_IN_NEEDED


def test_a_refused_azure_token_is_renewed_once_by_itself(
    net: Internet, library: Library, computer: Computer
) -> None:
    refused: set[str] = set()

    def check(token: str) -> str:
        if not refused or token in refused:
            refused.add(token)
            return ""
        return user_of(token)

    net.git.check_bearer = check
    browser = Browser()
    sign_in(library.accounts, browser.open)
    browser.close()
    computer.run()
    assert computer.sync().state is SyncState.UP_TO_DATE
    assert len(refused) == 1


def test_an_azure_token_never_goes_to_another_host(
    net: Internet, library: Library, computer: Computer
) -> None:
    browser = Browser()
    sign_in(library.accounts, browser.open)
    browser.close()
    net.git.create("iris")
    net.git.seen.clear()
    with pytest.raises(RemoteError):
        library.access().open("https://git.example.com/iris").facts()
    assert {scheme for *_, scheme in net.git.seen} == {""}
