"""Git commands that talk to a server, against a real one with every fault that is known."""

import os
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

from tests.run_lab import until
from tests.servers.git_server import Fault, sign_in_page, sign_in_redirect
from tests.servers.internet import Internet, internet
from workbench.core.account import Credential
from workbench.core.errors import CanceledError
from workbench.core.git_address import parse_address
from workbench.core.history_sync import RemoteError, SyncState
from workbench.core.progress import CancelToken, Progress
from workbench.services.git.remote_git import RemoteGit
from workbench.services.git.repository_lock import repository_lock

TOKEN = "wb-secret-5f3c9a1e77"
URL = "https://dev.azure.com/contoso/Lab/_git/Iris"
NAME = "contoso/Lab/Iris"
BRANCH = "refs/heads/AzureMLHistory/7d1c0000-0000-4000-8000-00000000c4d8"


@dataclass
class Keys:
    """Credentials by host, and what was told of them."""

    known: dict[str, Credential] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    next: Credential | None = None

    def find(self, host: str, path: str) -> Credential | None:
        self.asked.append(host)
        return self.known.get(host)

    def refused(self, host: str, path: str, credential: Credential) -> bool:
        self.refusals.append(host)
        if self.next is None:
            return False
        self.known[host], self.next = self.next, None
        return True


@pytest.fixture
def net(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Internet]:
    with internet(tmp_path / "net", monkeypatch) as net:
        net.git.create(NAME)
        net.git.users[TOKEN] = "alice"
        net.git.rights["alice", NAME] = "rw"
        yield net


@pytest.fixture
def keys() -> Keys:
    return Keys({"dev.azure.com": Credential("alice", TOKEN)})


@pytest.fixture
def local(tmp_path: Path) -> Path:
    """A bare repository with one commit."""
    path = tmp_path / "local.git"
    git(path.parent, "init", "-q", "--bare", str(path))
    tree = git(path, "mktree", "--missing", stdin="")
    git(path, "update-ref", "refs/heads/main", commit(path, tree))
    return path


def git(folder: Path, *arguments: str, stdin: str = "") -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=folder, input=stdin, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def commit(path: Path, tree: str, *parents: str, message: str = "one") -> str:
    words = [word for parent in parents for word in ("-p", parent)]
    return git(path, "commit-tree", tree, "-m", message, *words)


def tip(path: Path) -> str:
    return git(path, "rev-parse", "refs/heads/main")


def big(path: Path) -> str:
    """Return a commit with some megabytes that cannot be compressed."""
    blob = subprocess.run(
        ["git", "hash-object", "-w", "--stdin"],
        cwd=path,
        input=os.urandom(6_000_000),
        capture_output=True,
        check=True,
    ).stdout.decode()
    return commit(path, git(path, "mktree", stdin=f"100644 blob {blob.strip()}\tbig\n"))


def problem(remote: RemoteGit) -> RemoteError:
    with pytest.raises(RemoteError) as caught:
        remote.facts()
    assert caught.value.text
    assert TOKEN not in f"{caught.value}{caught.value.details}{caught.value.hint}"
    return caught.value


def test_a_branch_is_pushed_found_and_fetched(
    net: Internet, keys: Keys, local: Path, tmp_path: Path
) -> None:
    remote = RemoteGit(parse_address(URL), keys)
    assert remote.facts().branches == ()
    results = remote.push(local, {BRANCH: tip(local)})
    assert [(each.diverged, each.reason) for each in results.values()] == [(False, "")]
    assert git(net.git.path(NAME), "rev-parse", BRANCH) == tip(local)
    assert remote.branches() == {BRANCH.removeprefix("refs/heads/"): tip(local)}
    other = tmp_path / "other.git"
    git(tmp_path, "init", "-q", "--bare", str(other))
    with repository_lock(other) as lock:
        remote.fetch(other, [f"{BRANCH}:refs/heads/got"], lock=lock)
    assert git(other, "rev-parse", "refs/heads/got") == tip(local)
    assert set(keys.asked) == {"dev.azure.com"}
    assert keys.refusals == []


@pytest.mark.parametrize(
    "url",
    [
        "https://contoso.visualstudio.com/DefaultCollection/Lab/_git/Iris",
        "https://contoso.visualstudio.com/Lab/_git/Iris",
        "https://contoso@dev.azure.com/contoso/Lab/_git/Iris",
    ],
)
def test_every_form_of_the_address_reaches_the_repo(
    net: Internet, keys: Keys, local: Path, url: str
) -> None:
    keys.known["contoso.visualstudio.com"] = keys.known["dev.azure.com"]
    RemoteGit(parse_address(URL), keys).push(local, {"refs/heads/master": tip(local)})
    facts = RemoteGit(parse_address(url), keys).facts()
    assert (facts.default_branch, facts.has_master) == ("master", True)


def test_a_server_that_asks_nobody_gets_no_secret(net: Internet, keys: Keys, local: Path) -> None:
    net.git.create("open", open_to_all=True)
    RemoteGit(parse_address("https://git.example.com/open"), keys).push(
        local, {"refs/heads/master": tip(local)}
    )
    assert keys.asked == []


def test_the_token_is_given_to_its_own_host_only(net: Internet, keys: Keys) -> None:
    error = problem(RemoteGit(parse_address("https://git.example.com/secret"), keys))
    assert error.state is SyncState.SIGN_IN_NEEDED
    assert {scheme for *_, scheme in net.git.seen} == {""}


def test_a_token_that_is_not_accepted_is_told_to_its_source(net: Internet, keys: Keys) -> None:
    keys.known["dev.azure.com"] = Credential("alice", "expired")
    error = problem(RemoteGit(parse_address(URL), keys))
    assert (error.state, keys.refusals) == (SyncState.SIGN_IN_NEEDED, ["dev.azure.com"])
    assert "didn't accept" in error.text


def test_a_token_that_was_renewed_is_tried_once_more(net: Internet, keys: Keys) -> None:
    keys.next = keys.known["dev.azure.com"]
    keys.known["dev.azure.com"] = Credential("alice", "expired")
    assert RemoteGit(parse_address(URL), keys).facts().branches == ()
    assert keys.refusals == ["dev.azure.com"]


@pytest.mark.parametrize(
    ("fault", "state", "word"),
    [
        (sign_in_page(), SyncState.SIGN_IN_NEEDED, "page to sign in"),
        (Fault(200, b"<html>Sign in</html>"), SyncState.SIGN_IN_NEEDED, "page to sign in"),
        (sign_in_page(one_line=True), SyncState.SIGN_IN_NEEDED, "page to sign in"),
        (sign_in_redirect(), SyncState.SIGN_IN_NEEDED, "page to sign in"),
        (
            Fault(301, header=("Location", "https://git.example.com/x/info/refs")),
            SyncState.REJECTED,
            "another address",
        ),
        (Fault(401, b"no"), SyncState.SIGN_IN_NEEDED, "didn't accept"),
        (Fault(403, b"TF401027: no"), SyncState.NO_PERMISSION, "doesn't let you"),
        (Fault(404, b"TF401019: no"), SyncState.NO_PERMISSION, "no repo at this address"),
        (Fault(413, b"too large"), SyncState.REJECTED, "size"),
        (Fault(500, b"oh"), SyncState.OFFLINE, "can't answer"),
        (Fault(503, b"later"), SyncState.OFFLINE, "can't answer"),
        (Fault(429, b"slow down"), SyncState.OFFLINE, "can't answer"),
        (Fault(0), SyncState.OFFLINE, "Nobody answered"),
    ],
)
def test_what_the_server_does_is_told_and_gone_with_its_cause(
    net: Internet, keys: Keys, fault: Fault, state: SyncState, word: str
) -> None:
    if fault.status == 401:
        fault.header = ("WWW-Authenticate", 'Basic realm="x"')
    net.git.faults.append(fault)
    remote = RemoteGit(parse_address(URL), keys)
    error = problem(remote)
    assert error.state is state
    assert word in error.text
    net.git.faults.clear()
    assert remote.facts().branches == ()


def test_a_repo_that_may_only_be_read_says_so_when_pushed(
    net: Internet, keys: Keys, local: Path
) -> None:
    net.git.rights["alice", NAME] = "r"
    remote = RemoteGit(parse_address(URL), keys)
    with pytest.raises(RemoteError) as caught:
        remote.push(local, {BRANCH: tip(local)})
    assert caught.value.state is SyncState.NO_PERMISSION
    assert "TF401027" in caught.value.details or "403" in caught.value.details


def test_a_branch_that_is_ahead_is_never_overwritten(
    net: Internet, keys: Keys, local: Path
) -> None:
    remote = RemoteGit(parse_address(URL), keys)
    tree = git(local, "rev-parse", "main^{tree}")
    one, two = commit(local, tree, tip(local)), commit(local, tree, message="two")
    remote.push(local, {BRANCH: one})
    assert remote.push(local, {BRANCH: two})[BRANCH].diverged
    assert git(net.git.path(NAME), "rev-parse", BRANCH) == one


def test_a_protected_branch_is_told_with_the_servers_words(
    net: Internet, keys: Keys, local: Path
) -> None:
    net.git.protect(NAME, "refs/heads/AzureMLHistory/*", "TF402455: use a pull request")
    remote = RemoteGit(parse_address(URL), keys)
    results = remote.push(local, {BRANCH: tip(local), "refs/heads/other": tip(local)})
    assert results[BRANCH].reason
    error = remote.refused(results[BRANCH])
    assert error.state is SyncState.REJECTED
    assert "AzureMLHistory" in error.hint


def test_a_cut_connection_leaves_nothing_and_the_next_push_works(
    net: Internet, keys: Keys, local: Path
) -> None:
    remote = RemoteGit(parse_address(URL), keys)
    net.proxy.cut_after = 2_000_000
    with pytest.raises(RemoteError) as caught:
        remote.push(local, {BRANCH: big(local)})
    assert caught.value.state is SyncState.OFFLINE
    assert remote.branches() == {}
    net.proxy.cut_after = None
    told: list[Progress] = []
    assert not remote.push(local, {BRANCH: big(local)}, report=told.append)[BRANCH].reason
    fractions = [each.fraction for each in told]
    assert fractions == sorted(fractions, key=lambda each: each or 0)
    assert fractions[-1] == 1.0
    assert {each.title for each in told} == {"Pushing history"}


def test_silence_ends_by_itself(net: Internet, keys: Keys) -> None:
    remote = RemoteGit(parse_address(URL), keys, silence=1)
    net.proxy.silent.set()
    assert problem(remote).state is SyncState.OFFLINE
    net.proxy.silent.clear()
    assert remote.facts().branches == ()


def test_a_transfer_is_canceled_with_all_it_started(net: Internet, keys: Keys) -> None:
    net.proxy.silent.set()
    cancel = CancelToken()
    failures: list[BaseException] = []

    def work() -> None:
        try:
            RemoteGit(parse_address(URL), keys).facts(cancel)
        except CanceledError as error:
            failures.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    until(lambda: net.proxy.asked, "git asks the proxy")
    cancel.cancel()
    thread.join(10)
    net.proxy.silent.clear()
    assert len(failures) == 1
    until(lambda: not [p for p in psutil.Process().children(recursive=True) if p.name() == "git"])


def test_an_unknown_authority_gets_nothing(
    net: Internet, keys: Keys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "other-settings"
    config.write_text(f"[http]\n\tproxy = {net.proxy.url}\n", encoding="utf-8")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    error = problem(RemoteGit(parse_address(URL), keys))
    assert (error.state, "certificate" in error.title) == (SyncState.OFFLINE, True)
    assert net.git.seen == []


def test_a_proxy_that_lets_nothing_through_is_named(net: Internet, keys: Keys) -> None:
    net.proxy.refused.add("dev.azure.com")
    error = problem(RemoteGit(parse_address(URL), keys))
    assert (error.state, "proxy" in error.title) == (SyncState.OFFLINE, True)


def test_settings_of_the_user_that_would_take_part_are_not_read(
    net: Internet, keys: Keys, local: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trap = tmp_path / "trap"
    config = Path(os.environ["GIT_CONFIG_GLOBAL"])
    config.write_text(
        f'{config.read_text("utf-8")}\n[credential]\n\thelper = "!touch {trap}"\n'
        f"[core]\n\thooksPath = {tmp_path}\n"
        '[url "https://git.example.com/"]\n\tinsteadOf = https://dev.azure.com/\n',
        encoding="utf-8",
    )
    hook = tmp_path / "pre-push"
    hook.write_text(f"#!/bin/sh\ntouch {trap}\n", encoding="utf-8")
    hook.chmod(0o755)
    branches = {BRANCH: tip(local)}
    monkeypatch.setenv("GIT_DIR", str(tmp_path))
    RemoteGit(parse_address(URL), keys).push(local, branches)
    assert not trap.exists()


def test_a_folder_of_this_computer_is_a_repo_too(local: Path, tmp_path: Path, keys: Keys) -> None:
    target = tmp_path / "share" / "iris.git"
    git(tmp_path, "init", "-q", "--bare", str(target))
    remote = RemoteGit(parse_address(str(target)), keys)
    remote.push(local, {BRANCH: tip(local)})
    assert git(target, "rev-parse", BRANCH) == tip(local)
    missing = RemoteGit(parse_address(str(tmp_path / "gone.git")), keys)
    assert problem(missing).state is SyncState.OFFLINE
