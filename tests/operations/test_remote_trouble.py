"""Whatever goes wrong on the way to a Git repo: a clear state, and it is over with its cause.

Each row of the table is one real cause. While it holds, runs go on and their snapshots wait; once
it is gone, the same open project pushes all of it, and nothing has to be started again.
"""

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from keyring.errors import KeyringLocked

from tests.servers.certificates import Certificates, make_certificates
from tests.servers.git_server import Fault, GitServer, sign_in_page, sign_in_redirect
from tests.servers.internet import GIT_HOSTS, Internet, internet
from tests.servers.memory_keyring import MemoryKeyring
from tests.servers.openid_provider import HOST, Browser, OpenIdProvider
from tests.sync_lab import PROJECT_ID, Computer, fsck, git, reachable
from workbench.core.account import Account, AccountSettings
from workbench.core.history_sync import SyncState, SyncStatus
from workbench.core.project import Project
from workbench.operations.access_tokens import delete_access_token, save_access_token
from workbench.operations.account_context import AccountContext
from workbench.operations.credentials import use_account
from workbench.operations.library import Library
from workbench.operations.project_context import open_context
from workbench.operations.sign_in import sign_in
from workbench.services.accounts.secret_store import SecretStore
from workbench.services.app_paths import AppPaths

URL = "https://dev.azure.com/contoso/Lab/_git/Iris"
NAME = "contoso/Lab/Iris"
PLACE = "dev.azure.com/contoso"
TOKEN = "pat7q2secret5wx4token3zzzzzzzzzzzzzzzzzzzzzzzzzzzzzz"
PROTECTED = "TF402455: Pushes to this branch are not permitted; you must use a pull request."


class LockableKeyring(MemoryKeyring):
    """A keyring that somebody may lock."""

    locked = False

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise KeyringLocked
        return super().get_password(service, username)


@dataclass
class Office:
    """A computer in a company, with an open project, and all that may go wrong around it."""

    net: Internet
    library: Library
    computer: Computer
    keyring: LockableKeyring
    settings: Path
    users: dict[str, str] = field(default_factory=dict)

    def sign_in(self, login: str, password: str) -> Account:
        """Have somebody sign in; the server knows who a token was made for."""
        browser = Browser(login, password)
        account = sign_in(self.library.accounts, browser.open)
        browser.close()
        return account

    def check(self, token: str) -> str:
        """Return who is let in with an Azure AD token."""
        known = self.library.accounts.azure._cache
        for entry in known.search(known.CredentialType.ACCESS_TOKEN):
            if entry["secret"] == token:
                return self.users.get(entry["home_account_id"], "")
        return ""

    def set(self, name: str, value: str) -> None:
        """Change a Git setting of the user."""
        subprocess.run(["git", "config", "-f", self.settings, name, value], check=True)


@dataclass(frozen=True)
class Row:
    """One cause.

    Attributes:
        name: What it is.
        begin: Lets it happen.
        end: Takes it away.
        state: What is told.
        words: What title or text have to say.
        details: What is under Details: what git or the server said.
    """

    name: str
    begin: Callable[[Office], object]
    end: Callable[[Office], object]
    state: SyncState
    words: str
    details: str


def _wrong_account(office: Office) -> None:
    delete_access_token(office.library.accounts, PLACE)
    alice, bob = office.sign_in("alice", "wonderland"), office.sign_in("bob", "bricks")
    office.users |= {alice.id: "alice", bob.id: "bob"}
    use_account(office.library.accounts, "contoso", bob.id)


def _right_account(office: Office) -> None:
    alice = next(a for a in office.library.accounts.azure.accounts() if a.name.startswith("Alice"))
    office.users[alice.id] = "alice"
    use_account(office.library.accounts, "contoso", alice.id)


def _other_directory(office: Office) -> None:
    """The organization knows only accounts of another directory: each token is refused."""
    _wrong_account(office)
    office.users.clear()


def _revoke(office: Office) -> None:
    """An administrator takes the sign-in back, and the server no longer accepts its token."""
    delete_access_token(office.library.accounts, PLACE)
    office.sign_in("alice", "wonderland")
    known = office.library.accounts.azure._cache
    entry = next(iter(known.search(known.CredentialType.REFRESH_TOKEN)))
    data = f"token={entry['secret']}&client_id={AccountSettings().client_id}"
    _, text = Browser()._load(f"https://{HOST}/organizations/oauth2/v2.0/revoke", data.encode())
    assert "error" not in text


def _sign_in_again(office: Office) -> None:
    account = office.sign_in("alice", "wonderland")
    office.users[account.id] = "alice"


def _fault(fault: Fault) -> Callable[[Office], object]:
    return lambda office: office.net.git.faults.append(replace(fault))


def _no_fault(office: Office) -> None:
    office.net.git.faults.clear()


def _proxy_with(office: Office, password: str) -> None:
    office.set("http.proxy", office.net.proxy.url.replace("//", f"//me:{password}@"))


def _proxy_asks(office: Office) -> None:
    office.net.proxy.password = "me:pr0xy pass/word"
    _proxy_with(office, "wrong")


def _unprotect(office: Office) -> None:
    (office.net.git.path(NAME) / "hooks" / "pre-receive").unlink()


def _large(office: Office) -> None:
    (office.computer.folder / "large.bin").write_bytes(os.urandom(6_000_000))


def _cut(office: Office) -> None:
    _large(office)
    office.net.proxy.cut_after = 2_000_000


def _not_cut(office: Office) -> None:
    office.net.proxy.cut_after = None


def _be_silent(office: Office) -> None:
    office.net.proxy.silent.set()
    office.computer.access = replace(office.computer.access, silence=2)


def _speak(office: Office) -> None:
    office.net.proxy.silent.clear()
    office.computer.access = office.library.access()


ROWS = (
    Row(
        "wrong account",
        _wrong_account,
        _right_account,
        SyncState.NO_PERMISSION,
        "doesn't let bob@contoso.example do that",
        "TF401019",
    ),
    Row(
        "tenant mismatch",
        _other_directory,
        _right_account,
        SyncState.SIGN_IN_NEEDED,
        "its directory is another one",
        "Authentication failed",
    ),
    Row(
        "no access",
        lambda office: office.net.git.rights.clear(),
        lambda office: office.net.git.rights.update({("alice", NAME): "rw"}),
        SyncState.NO_PERMISSION,
        "no repo at this address",
        "TF401019",
    ),
    Row(
        "may only read",
        lambda office: office.net.git.rights.update({("alice", NAME): "r"}),
        lambda office: office.net.git.rights.update({("alice", NAME): "rw"}),
        SyncState.NO_PERMISSION,
        "doesn't let you do that",
        "TF401027: You need the Git 'GenericContribute' permission",
    ),
    Row(
        "expired token",
        lambda office: office.net.git.users.clear(),
        lambda office: office.net.git.users.update({TOKEN: "alice"}),
        SyncState.SIGN_IN_NEEDED,
        "didn't accept your sign-in",
        "TF400813",
    ),
    Row(
        "no token any more",
        lambda office: delete_access_token(office.library.accounts, PLACE),
        lambda office: save_access_token(office.library.accounts, PLACE, TOKEN),
        SyncState.SIGN_IN_NEEDED,
        "wants to know who you are",
        "could not read Username",
    ),
    Row(
        "revoked sign-in",
        _revoke,
        _sign_in_again,
        SyncState.SIGN_IN_NEEDED,
        "alice@contoso.example has to sign in again",
        "invalid_grant",
    ),
    Row(
        "locked keyring",
        lambda office: setattr(office.keyring, "locked", True),
        lambda office: setattr(office.keyring, "locked", False),
        SyncState.SIGN_IN_NEEDED,
        "The keyring is locked",
        "KeyringLocked",
    ),
    Row(
        "proxy that lets nothing through",
        lambda office: office.net.proxy.refused.add("dev.azure.com"),
        lambda office: office.net.proxy.refused.clear(),
        SyncState.OFFLINE,
        "proxy doesn't let Git through",
        "502",
    ),
    Row(
        "proxy that asks",
        _proxy_asks,
        lambda office: _proxy_with(office, "pr0xy%20pass%2Fword"),
        SyncState.OFFLINE,
        "proxy wants a user name and a password",
        "407",
    ),
    Row(
        "private authority",
        lambda office: office.set("http.sslCAInfo", "/etc/ssl/certs/ca-certificates.crt"),
        lambda office: office.set("http.sslCAInfo", str(office.net.certificates.authority)),
        SyncState.OFFLINE,
        "certificate isn't trusted",
        "certificate verification failed",
    ),
    Row(
        "sign-in page",
        _fault(sign_in_page()),
        _no_fault,
        SyncState.SIGN_IN_NEEDED,
        "a page to sign in",
        "not valid",
    ),
    Row(
        "sign-in page of one line",
        _fault(sign_in_page(one_line=True)),
        _no_fault,
        SyncState.SIGN_IN_NEEDED,
        "a page to sign in",
        "is this a git repository?",
    ),
    Row(
        "way to a sign-in page",
        _fault(sign_in_redirect()),
        _no_fault,
        SyncState.SIGN_IN_NEEDED,
        "a page to sign in",
        "302",
    ),
    Row(
        "too large",
        _fault(
            Fault(413, b"The page was not displayed: too large.", match="Iris/git-receive-pack")
        ),
        _no_fault,
        SyncState.REJECTED,
        "refused the size",
        "413",
    ),
    Row(
        "protected branch",
        lambda office: office.net.git.protect(NAME, "refs/heads/AzureMLHistory/*", PROTECTED),
        _unprotect,
        SyncState.REJECTED,
        "didn't take it",
        PROTECTED,
    ),
    Row("server gone mid-push", _cut, _not_cut, SyncState.OFFLINE, "can't be reached", "curl"),
    Row(
        "server that fails",
        _fault(Fault(503, b"TF400733: The request has been canceled: try later.")),
        _no_fault,
        SyncState.OFFLINE,
        "can't answer now",
        "TF400733",
    ),
    Row(
        "silent network",
        _be_silent,
        _speak,
        SyncState.OFFLINE,
        "can't be reached",
        "Nothing came for 2 seconds",
    ),
)


@pytest.fixture
def office(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    certificates: Certificates,
    provider: OpenIdProvider,
) -> Iterator[Office]:
    with ExitStack() as stack:
        others = {HOST: provider.port}
        net = stack.enter_context(internet(tmp_path / "net", monkeypatch, certificates, others))
        net.git.create(NAME)
        net.git.users[TOKEN] = "alice"
        net.git.rights["alice", NAME] = "rw"
        library = Library.open(AppPaths.from_environment())
        stack.callback(library.close)
        keyring = LockableKeyring()
        accounts = AccountContext(SecretStore(tmp_path / "locks", keyring), AccountSettings())
        library = replace(library, accounts=accounts)
        save_access_token(accounts, PLACE, TOKEN)
        folder = tmp_path / "project"
        folder.mkdir()
        git(folder, "init", "-q")
        context = open_context(library, Project(PROJECT_ID, "demo", folder, repo=URL))
        stack.callback(context.close)
        computer = Computer(context, "one", library.access())
        settings = Path(os.environ["GIT_CONFIG_GLOBAL"])
        office = Office(net, library, computer, keyring, settings)
        net.git.check_bearer = office.check
        yield office


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name.replace(" ", "-"))
def test_it_is_told_keeps_nothing_from_running_and_is_over_with_its_cause(
    office: Office, row: Row
) -> None:
    computer, served = office.computer, office.net.git.path(NAME)
    computer.write(train="print(1)")
    runs = [computer.run()]
    assert computer.sync().state is SyncState.UP_TO_DATE
    row.begin(office)
    computer.write(train="print(2)")
    runs.append(computer.run())
    before = _seen(computer.folder)
    status = computer.sync()
    _check_told(status, row)
    assert status.waiting == 1
    assert _seen(computer.folder) == before
    computer.write(train="print(3)")
    runs.append(computer.run())
    assert computer.status().waiting == 2
    row.end(office)
    again = computer.sync()
    assert (again.state, again.waiting, again.title) == (SyncState.UP_TO_DATE, 0, "")
    assert {run.snapshot for run in runs} <= reachable(served)
    fsck(served, computer.context.history.git_dir, computer.context.paths.records)


def test_another_server_under_the_same_name_gets_nothing(office: Office, tmp_path: Path) -> None:
    """Its certificate comes from an authority that nobody here knows."""
    office.computer.run()
    forged = make_certificates(tmp_path / "forged")
    with GitServer(tmp_path / "forged-served", forged) as thief:
        routes = dict.fromkeys(GIT_HOSTS, thief.port)
        honest = office.net.proxy._routes
        office.net.proxy._routes = routes
        status = office.computer.sync()
        assert (status.state, thief.seen) == (SyncState.OFFLINE, [])
        office.net.proxy._routes = honest
    assert office.computer.sync().state is SyncState.UP_TO_DATE


def _check_told(status: SyncStatus, row: Row) -> None:
    assert status.state is row.state
    assert row.words in f"{status.title} {status.text}"
    assert "Everything is safe on this computer" in status.text
    assert row.details in status.details
    for secret in (TOKEN, "pr0xy", "wrong@"):
        assert secret not in f"{status.title}{status.text}{status.details}"


def _seen(folder: Path) -> dict[str, bytes]:
    """Return what is in a folder, the user's own ``.git`` too."""
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
