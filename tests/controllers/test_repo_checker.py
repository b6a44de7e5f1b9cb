"""An address is checked while it is typed, and what is secret in it goes to the keyring."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.keyring_library import keyring_library
from tests.loop_waiting import until
from tests.servers.internet import Internet, internet
from workbench.app.task_supervisor import TaskSupervisor
from workbench.controllers.repo_checker import RepoChecker
from workbench.operations.access_tokens import access_token
from workbench.operations.library import Library
from workbench.viewmodels.repo_states import RepoCheck

TOKEN = "pat7q2secret5wx4token3zzzzzzzzzzzzzzzzzzzzzzzzzzzzzz"
PLAIN = "https://git.example.com/iris"


@pytest.fixture
def net(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Internet]:
    with internet(tmp_path / "net", monkeypatch) as net:
        net.git.create("iris")
        net.git.users[TOKEN] = "alice"
        net.git.rights["alice", "iris"] = "r"
        yield net


@dataclass
class Desk:
    """A checker, and what it told."""

    checker: RepoChecker
    library: Library
    told: list[RepoCheck] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)

    @property
    def last(self) -> RepoCheck:
        return self.told[-1] if self.told else RepoCheck()


@asynccontextmanager
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    bugs: list[BaseException] = []
    background = TaskSupervisor(bugs.append, bugs.append)
    library = keyring_library(tmp_path)
    on = Desk(RepoChecker(library, background), library)
    on.checker.checked.connect(on.told.append)
    on.checker.secret_kept.connect(on.kept.append)
    try:
        yield on
    finally:
        await background.close()
        library.close()
        assert bugs == []


def test_the_form_is_told_at_once_and_the_repo_is_asked_once(net: Internet, tmp_path: Path) -> None:
    async def story() -> None:
        net.git.rights["", "iris"] = "r"
        async with desk(tmp_path) as on:
            for length in range(1, len(PLAIN) + 1):
                on.checker.check(PLAIN[:length])
            await until(lambda: on.last.facts is not None)
            assert on.last.text == PLAIN
            # Once, and once more because it is empty.
            assert len([path for *_, path, _ in net.git.seen if "info/refs" in path]) == 2
            on.checker.check("ext::true")
            await until(lambda: on.last.text == "ext::true")
            assert (on.last.was_asked, "start programs" in on.last.problem) == (False, True)
            on.checker.check(" ")
            assert on.last == RepoCheck()

    asyncio.run(story())


def test_a_repo_that_wants_to_know_who_one_is_is_asked_again(net: Internet, tmp_path: Path) -> None:
    async def story() -> None:
        async with desk(tmp_path) as on:
            on.checker.check(PLAIN)
            await until(lambda: on.last.needs_access)
            assert on.last.was_asked
            net.git.rights["", "iris"] = "r"
            on.checker.check_again()
            await until(lambda: on.last.facts is not None)
            on.checker.forget()
            before = len(on.told)
            on.checker.check_again()
            assert len(on.told) == before

    asyncio.run(story())


@pytest.mark.parametrize(("typed", "user"), [(f"me:{TOKEN}@", "me"), (f"{TOKEN}@", "workbench")])
def test_a_secret_in_the_address_goes_to_the_keyring(
    net: Internet, tmp_path: Path, typed: str, user: str
) -> None:
    async def story() -> None:
        async with desk(tmp_path) as on:
            on.checker.check(f"https://{typed}git.example.com/iris")
            await until(lambda: on.last.clean)
            assert (on.last.clean, on.last.was_asked) == (PLAIN, False)
            assert TOKEN not in on.last.problem
            on.checker.keep_secret()
            await until(lambda: on.kept)
            assert on.kept == [PLAIN]
            kept = access_token(on.library.accounts, "git.example.com")
            assert kept is not None
            assert (kept.user, kept.secret) == (user, TOKEN)
            on.checker.check(PLAIN)
            await until(lambda: on.last.facts is not None)
            assert on.last.facts is not None
            assert on.last.facts.by_token

    asyncio.run(story())


def test_a_secret_that_the_repo_refuses_is_not_kept(net: Internet, tmp_path: Path) -> None:
    async def story() -> None:
        async with desk(tmp_path) as on:
            on.checker.check("https://me:wrong@git.example.com/iris")
            await until(lambda: on.last.clean)
            on.checker.keep_secret()
            await until(lambda: on.last.problem.startswith("It isn't kept"))
            assert on.last.clean == PLAIN
            assert "wrong" not in f"{on.last.problem}{on.last.details}"
            assert on.kept == []
            assert access_token(on.library.accounts, "git.example.com") is None

    asyncio.run(story())
