"""Signing in, signing out and access tokens, as the window asks for them."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.keyring_library import keyring_library
from tests.loop_waiting import until
from tests.servers.certificates import make_certificates
from tests.servers.internet import Internet, internet
from tests.servers.openid_provider import HOST, Browser, OpenIdProvider
from workbench.app.task_supervisor import TaskSupervisor
from workbench.controllers.account_controller import AccountController
from workbench.viewmodels.account_states import AccountState, SignInState

URL = "https://dev.azure.com/contoso/Lab/_git/Iris"
TOKEN = "pat-of-alice"


@pytest.fixture
def net(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Internet]:
    certificates = make_certificates(tmp_path / "certificates")
    with (
        OpenIdProvider(certificates) as provider,
        internet(tmp_path / "net", monkeypatch, certificates, {HOST: provider.port}) as net,
    ):
        net.git.create("contoso/Lab/Iris")
        net.git.users[TOKEN] = "alice"
        net.git.rights["alice", "contoso/Lab/Iris"] = "rw"
        yield net


@dataclass
class Stage:
    """The controller, and what it told."""

    accounts: AccountController
    browser: Browser
    signing_in: list[SignInState] = field(default_factory=list)
    states: list[AccountState] = field(default_factory=list)
    access: list[bool] = field(default_factory=list)


@asynccontextmanager
async def stage(root: Path, *, has_browser: bool = True) -> AsyncIterator[Stage]:
    bugs: list[BaseException] = []
    background = TaskSupervisor(bugs.append, bugs.append)
    library = keyring_library(root)
    browser = Browser()
    controller = AccountController(
        library, background, browser.open if has_browser else lambda _page: False
    )
    on = Stage(controller, browser)
    controller.signing_in.connect(on.signing_in.append)
    controller.changed.connect(on.states.append)
    controller.access_changed.connect(lambda: on.access.append(True))
    try:
        yield on
    finally:
        await background.close()
        browser.close()
        library.close()
        assert bugs == []


def test_signing_in_and_out(net: Internet, tmp_path: Path) -> None:
    async def story() -> None:
        async with stage(tmp_path) as on:
            on.accounts.set_repo(URL)
            await until(lambda: on.accounts.state.known)
            assert on.accounts.state.organization == "contoso"
            on.accounts.sign_in()
            await until(lambda: on.access)
            active = on.accounts.state.active
            assert active is not None
            assert active.username == "alice@contoso.example"
            on.accounts.sign_out(active.id)
            await until(lambda: on.accounts.state.active is None)

    asyncio.run(story())


def test_without_a_browser_a_code_is_shown(net: Internet, tmp_path: Path) -> None:
    async def story() -> None:
        async with stage(tmp_path, has_browser=False) as on:
            on.accounts.sign_in()
            await until(lambda: on.signing_in[-1].code)
            code = on.signing_in[-1].code
            assert code is not None
            on.browser.open(code.address, code.code)
            await until(lambda: on.access)
            assert on.accounts.state.active is not None

    asyncio.run(story())


def test_a_wait_for_the_browser_ends_at_once(net: Internet, tmp_path: Path) -> None:
    async def story() -> None:
        async with stage(tmp_path) as on:
            on.accounts._open_browser = lambda _page: True  # one that nobody looks at
            on.accounts.sign_in()
            await until(lambda: on.signing_in)
            async with asyncio.timeout(10):
                on.accounts.cancel_sign_in()
                on.accounts._open_browser = on.browser.open
                on.accounts.sign_in()
                await until(lambda: on.access)

    asyncio.run(story())


def test_a_directory_that_is_away_is_told(net: Internet, tmp_path: Path) -> None:
    async def story() -> None:
        net.proxy.refused.add(HOST)
        async with stage(tmp_path) as on:
            on.accounts.sign_in()
            await until(lambda: on.signing_in and on.signing_in[-1].problem)
            assert not on.signing_in[-1].is_waiting

    asyncio.run(story())


def test_a_token_is_tried_kept_and_deleted(net: Internet, tmp_path: Path) -> None:
    async def story() -> None:
        async with stage(tmp_path) as on:
            on.accounts.begin_tokens(URL)
            on.accounts.keep_token(URL, "wrong")
            await until(lambda: on.accounts.tokens.problem)
            assert not on.accounts.tokens.is_busy
            assert on.access == []
            on.accounts.keep_token(URL, TOKEN)
            await until(lambda: on.access)
            assert on.accounts.tokens.saved == "dev.azure.com/contoso"
            assert [each.place for each in on.accounts.tokens.tokens] == ["dev.azure.com/contoso"]
            on.accounts.delete_token("dev.azure.com/contoso")
            await until(lambda: on.accounts.state.tokens == ())

    asyncio.run(story())
