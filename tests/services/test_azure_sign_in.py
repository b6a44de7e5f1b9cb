"""Signing in at a real OpenID provider under the real name of the directory."""

import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.certificates import make_certificates
from tests.servers.connect_proxy import ConnectProxy
from tests.servers.memory_keyring import MemoryKeyring
from tests.servers.openid_provider import HOST, Browser, OpenIdProvider
from workbench.core.account import (
    Account,
    AccountSettings,
    DeviceCode,
    NoBrowserError,
    SignInNeededError,
)
from workbench.core.errors import CanceledError, WorkbenchError
from workbench.core.progress import CancelToken
from workbench.services.accounts.azure_sign_in import AzureSignIn
from workbench.services.accounts.secret_store import SecretStore


class Directory:
    """The provider, the way to it, and one computer that signs in there."""

    def __init__(self, folder: Path, proxy: ConnectProxy) -> None:
        self.folder = folder
        self.proxy = proxy
        self.keyring = MemoryKeyring()
        self.browsers: list[Browser] = []

    def computer(self, authority: str = f"https://{HOST}/organizations") -> AzureSignIn:
        store = SecretStore(self.folder / "locks", self.keyring)
        return AzureSignIn(store, AccountSettings(authority))

    def browser(self, *words: str, declines: bool = False) -> Browser:
        browser = Browser(*words, declines=declines)
        self.browsers.append(browser)
        return browser

    def sign_in(self, *words: str) -> Account:
        return self.computer().sign_in(self.browser(*words).open, CancelToken())


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[OpenIdProvider, Path]]:
    certificates = make_certificates(tmp_path_factory.mktemp("certificates"))
    with OpenIdProvider(certificates) as running:
        yield running, certificates.authority


@pytest.fixture
def directory(
    tmp_path: Path,
    provider: tuple[OpenIdProvider, Path],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Directory]:
    running, authority = provider
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    with ConnectProxy({HOST: running.port}) as proxy:
        for name in ("HTTPS_PROXY", "https_proxy"):
            monkeypatch.setenv(name, proxy.url)
        for name in ("NO_PROXY", "no_proxy"):
            monkeypatch.setenv(name, "localhost,127.0.0.1")
        found = Directory(tmp_path, proxy)
        yield found
        for browser in found.browsers:
            browser.close()


def seconds_of_access(value: int) -> None:
    """Say how long access tokens hold from now on."""
    address = f"https://{HOST}/tests/seconds-of-access?value={value}"
    browser = Browser()
    browser.open(address)
    browser.close()
    assert "done" in browser.last_page


def test_signing_in_with_the_browser(directory: Directory) -> None:
    account = directory.sign_in()
    assert (account.username, account.name) == ("alice@contoso.example", "Alice Ångström")
    assert account.initials == "AÅ"
    assert "You are signed in" in _last_page(directory)
    assert directory.computer().accounts() == (account,)
    address = urllib.parse.parse_qs(urllib.parse.urlsplit(directory.browsers[0].opened[0]).query)
    assert address["code_challenge_method"] == ["S256"]
    assert address["client_id"] == [AccountSettings().client_id]
    token = directory.computer().token(account.id)
    assert token.count(".") == 2


def test_a_token_comes_from_the_keyring_while_it_holds(directory: Directory) -> None:
    account = directory.sign_in()
    computer = directory.computer()
    first = computer.token(account.id)
    assert computer.token(account.id) == first
    assert directory.computer().token(account.id) == first
    assert computer.token(account.id, fresh=True) != first


def test_a_token_that_is_about_to_end_is_renewed(directory: Directory) -> None:
    seconds_of_access(200)
    try:
        account = directory.sign_in()
        first = directory.computer().token(account.id)
        assert directory.computer().token(account.id) != first
    finally:
        seconds_of_access(3600)


def test_several_accounts_and_signing_out(directory: Directory) -> None:
    bob = directory.sign_in("bob", "bricks")
    alice = directory.sign_in()
    computer = directory.computer()
    assert computer.accounts() == (alice, bob)
    assert computer.token(alice.id) != computer.token(bob.id)
    directory.proxy.refused.add(HOST)
    computer.sign_out(alice.id)
    assert directory.computer().accounts() == (bob,)
    computer.sign_out(bob.id)
    assert directory.computer().accounts() == ()
    assert not directory.keyring.entries
    with pytest.raises(WorkbenchError):
        computer.token(bob.id)


def test_cancel_ends_the_wait_at_once(directory: Directory) -> None:
    cancel = CancelToken()
    opened = threading.Event()

    def open_and_wait(_address: str) -> bool:
        opened.set()
        return True

    def cancel_then() -> None:
        opened.wait()
        cancel.cancel()

    canceler = threading.Thread(target=cancel_then)
    canceler.start()
    with pytest.raises(CanceledError):
        directory.computer().sign_in(open_and_wait, cancel)
    canceler.join()
    assert directory.computer().accounts() == ()


def test_declining_on_the_page_is_a_cancel(directory: Directory) -> None:
    browser = directory.browser(declines=True)
    with pytest.raises(CanceledError):
        directory.computer().sign_in(browser.open, CancelToken())


def test_nobody_else_can_end_the_wait(directory: Directory) -> None:
    """Another program of this computer calls the address with an answer of its own."""
    tried: list[int] = []

    def open_with_intruder(address: str) -> bool:
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(address).query)
        try:
            urllib.request.urlopen(f"{query['redirect_uri'][0]}?code=stolen&state=guessed").close()
        except urllib.error.HTTPError as error:
            tried.append(error.code)
            error.close()
        return directory.browser().open(address)

    directory.computer().sign_in(open_with_intruder, CancelToken())
    assert tried == [404]


def test_without_a_browser_it_is_told_at_once(directory: Directory) -> None:
    with pytest.raises(NoBrowserError) as caught:
        directory.computer().sign_in(lambda _address: False, CancelToken())
    assert "device code" in caught.value.hint


def test_a_page_that_is_never_completed_ends(directory: Directory) -> None:
    with pytest.raises(WorkbenchError) as caught:
        directory.computer().sign_in(lambda _address: True, CancelToken(), seconds=0.2)
    assert "in time" in caught.value.text


def test_a_device_code(directory: Directory) -> None:
    shown: list[DeviceCode] = []

    def show(code: DeviceCode) -> None:
        shown.append(code)
        directory.browser().open(code.address, code.code)

    account = directory.computer().sign_in_with_code(show, CancelToken())
    assert account.username == "alice@contoso.example"
    assert shown[0].expires.timestamp() > time.time()


def test_a_device_code_is_canceled(directory: Directory) -> None:
    cancel = CancelToken()
    with pytest.raises(CanceledError):
        directory.computer().sign_in_with_code(lambda _code: cancel.cancel(), cancel)


def test_a_revoked_sign_in_asks_for_a_new_one(directory: Directory) -> None:
    account = directory.sign_in()
    computer = directory.computer()
    _revoke(directory)
    with pytest.raises(SignInNeededError) as caught:
        computer.token(account.id, fresh=True)
    assert "alice@contoso.example has to sign in again" in caught.value.text
    directory.sign_in()
    assert computer.token(account.id, fresh=True)


def test_an_unreachable_directory_is_told_and_works_again_later(directory: Directory) -> None:
    account = directory.sign_in()
    directory.proxy.refused.add(HOST)
    computer = directory.computer()
    assert computer.accounts() == (account,)
    with pytest.raises(WorkbenchError) as caught:
        computer.token(account.id, fresh=True)
    assert HOST in caught.value.text
    assert caught.value.retry
    directory.proxy.refused.clear()
    assert computer.token(account.id, fresh=True)


def test_a_certificate_that_nobody_vouches_for_is_refused(
    directory: Directory, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as changed:
        changed.delenv("SSL_CERT_FILE")
        with pytest.raises(WorkbenchError) as caught:
            directory.computer().sign_in(lambda _address: True, CancelToken())
    assert "certificate" in caught.value.text


def test_no_error_and_no_account_shows_a_token(directory: Directory) -> None:
    account = directory.sign_in()
    token = directory.computer().token(account.id)
    _revoke(directory)
    with pytest.raises(SignInNeededError) as caught:
        directory.computer().token(account.id, fresh=True)
    for text in (repr(account), str(caught.value), caught.value.details, repr(caught.value)):
        assert token[-20:] not in text
        assert "refresh_token" not in text


def _revoke(directory: Directory) -> None:
    """Take the sign-in back, as an administrator would."""
    cache = directory.computer()._cache
    entry = next(iter(cache.search(cache.CredentialType.REFRESH_TOKEN)))
    data = urllib.parse.urlencode(
        {"token": entry["secret"], "client_id": AccountSettings().client_id}
    )
    browser = Browser()
    _, text = browser._load(f"https://{HOST}/organizations/oauth2/v2.0/revoke", data.encode())
    assert "error" not in text


def _last_page(directory: Directory) -> str:
    browser = directory.browsers[-1]
    browser.close()
    return browser.last_page
