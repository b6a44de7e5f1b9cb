"""Secrets in a real keyring: sizes, several processes, and every way a keyring fails."""

import gc
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.memory_keyring import MemoryKeyring
from tests.servers.secret_service import SecretService
from workbench.core.account import SecretProblem, SecretStoreError
from workbench.services.accounts.secret_store import SecretStore

LONG = "".join(f"{number:06x}" for number in range(2500))
LIMIT = 2560
pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")


@pytest.fixture
def keyring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SecretService]:
    with SecretService(tmp_path / "keyring") as service:
        for name, value in service.variables.items():
            if name.startswith(("DBUS", "XDG")):
                monkeypatch.setenv(name, value)
        yield service
        # The library leaves its connection open where a keyring fails.
        gc.collect()


class SmallKeyring(MemoryKeyring):
    """A keyring like that of Windows: none of its entries above 2,560 bytes."""

    def __init__(self) -> None:
        super().__init__()
        self.writes_left = 1_000_000

    def set_password(self, service: str, username: str, password: str) -> None:
        if len(password.encode("utf-16-le")) > LIMIT:
            raise OSError(1783, "The stub received bad data")
        self._write()
        super().set_password(service, username, password)

    def delete_password(self, service: str, username: str) -> None:
        self._write()
        super().delete_password(service, username)

    def _write(self) -> None:
        if not self.writes_left:
            raise KeyboardInterrupt
        self.writes_left -= 1


@pytest.mark.parametrize("value", ["", "x", "pässwörd 🔑", LONG], ids=["empty", "x", "ü", "long"])
def test_a_secret_outlives_the_process(tmp_path: Path, keyring: SecretService, value: str) -> None:
    store = SecretStore(tmp_path / "locks")
    assert store.load("name") is None
    store.save("name", value)
    assert SecretStore(tmp_path / "locks").load("name") == value
    assert store.problem is None


def test_a_deleted_secret_leaves_no_piece_behind(tmp_path: Path) -> None:
    backend = SmallKeyring()
    store = SecretStore(tmp_path, backend)
    store.save("name", LONG)
    assert len(backend.entries) > 3
    store.delete("name")
    assert not backend.entries
    assert store.load("name") is None


def test_pieces_fit_into_the_smallest_keyring(tmp_path: Path) -> None:
    backend = SmallKeyring()
    store = SecretStore(tmp_path, backend)
    for value in (LONG, LONG[:5000], LONG + LONG):
        store.save("name", value)
        assert SecretStore(tmp_path, backend).load("name") == value


def test_whoever_dies_while_writing_leaves_the_old_or_the_new_secret(tmp_path: Path) -> None:
    for writes in range(60):
        backend = SmallKeyring()
        SecretStore(tmp_path, backend).save("name", "before" + LONG)
        backend.writes_left = writes
        try:
            SecretStore(tmp_path, backend).save("name", "after" + LONG[::-1])
        except KeyboardInterrupt:
            backend.writes_left = 1_000_000
            assert SecretStore(tmp_path, backend).load("name") in (
                "before" + LONG,
                "after" + LONG[::-1],
            )
            SecretStore(tmp_path, backend).save("name", "short")
            assert len(backend.entries) == 2
        else:
            return
    pytest.fail("never came to its end")


def test_nothing_secret_is_in_a_file(tmp_path: Path, keyring: SecretService) -> None:
    store = SecretStore(tmp_path / "locks")
    store.save("name", "the secret itself")
    for path in (tmp_path / "locks").rglob("*"):
        assert b"secret itself" not in path.read_bytes()


def test_a_locked_keyring_is_told_and_used_once_it_is_open(
    tmp_path: Path, keyring: SecretService
) -> None:
    store = SecretStore(tmp_path / "locks")
    store.save("name", "first")
    keyring.lock()
    other = SecretStore(tmp_path / "locks")
    with pytest.raises(SecretStoreError) as caught:
        other.load("name")
    assert caught.value.problem is SecretProblem.LOCKED
    assert "Unlock the keyring" in caught.value.hint
    other.change("name", lambda value: f"{value or ''}+second")
    other_problem = other.problem
    assert other_problem is SecretProblem.LOCKED
    keyring.stop()
    keyring.start()
    assert other.load("name") == "first+second"
    other_problem = other.problem
    assert other_problem is None
    assert SecretStore(tmp_path / "locks").load("name") == "first+second"


def test_a_keyring_that_dies_is_told(tmp_path: Path, keyring: SecretService) -> None:
    store = SecretStore(tmp_path / "locks")
    store.save("name", "value")
    keyring.stop()
    with pytest.raises(SecretStoreError):
        SecretStore(tmp_path / "locks").load("name")
    keyring.start()
    assert SecretStore(tmp_path / "locks").load("name") == "value"


def test_without_a_keyring_secrets_hold_for_the_session(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    answer = _python(
        tmp_path,
        "print(store.load('name')); store.save('name', 'value');"
        "print(store.load('name'), store.problem.value)",
    )
    assert answer == "None\nvalue no keyring\n"
    assert _python(tmp_path, "print(store.load('name'))") == "None\n"
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["name.lock"]


def test_a_keyring_that_only_forgets_is_no_keyring(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    answer = _python(tmp_path, "store.save('name', 'v'); print(store.load('name'), store.problem)")
    assert answer == "v SecretProblem.NO_KEYRING\n"


def test_processes_that_write_at_once_lose_nothing(tmp_path: Path, keyring: SecretService) -> None:
    code = (
        "import sys\n"
        "for n in range(10):\n"
        "    store.change('name', lambda v: (v or '') + sys.argv[1] + str(n) + ' ')\n"
        "assert store.problem is None, store.problem"
    )
    processes = [_start(tmp_path, code, str(who)) for who in range(3)]
    for process in processes:
        assert process.communicate()[1] == ""
    value = SecretStore(tmp_path / "locks").load("name")
    assert value is not None
    assert sorted(value.split()) == sorted(f"{who}{n}" for who in range(3) for n in range(10))


def _start(folder: Path, code: str, *arguments: str) -> "subprocess.Popen[str]":
    start = (
        "from pathlib import Path\n"
        "from workbench.services.accounts.secret_store import SecretStore\n"
        f"store = SecretStore(Path({str(folder / 'locks')!r}))\n"
    )
    return subprocess.Popen(
        [sys.executable, "-c", start + code, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ,
    )


def _python(folder: Path, code: str) -> str:
    out, problems = _start(folder, code).communicate()
    lines = [line for line in problems.splitlines() if not line.startswith("keyring:")]
    assert not lines, problems
    return out


def test_a_keyring_that_hangs_is_told_and_used_when_it_goes_on(
    tmp_path: Path, keyring: SecretService
) -> None:
    store = SecretStore(tmp_path / "locks", patience=1)
    store.save("name", "value")
    other = SecretStore(tmp_path / "locks", patience=1)
    keyring.freeze()
    for _ in range(2):
        with pytest.raises(SecretStoreError) as caught:
            other.load("name")
        assert caught.value.problem is SecretProblem.OTHER
    keyring.thaw()
    assert other.load("name") == "value"


def test_nobody_waits_for_a_keyring_at_the_end(tmp_path: Path, keyring: SecretService) -> None:
    SecretStore(tmp_path / "locks").save("name", "value")
    store = SecretStore(tmp_path / "locks")
    keyring.freeze()
    told: list[SecretStoreError] = []

    def load() -> None:
        try:
            store.load("name")
        except SecretStoreError as error:
            told.append(error)

    waiting = threading.Thread(target=load)
    waiting.start()
    store.give_up()
    waiting.join(5)
    assert len(told) == 1
    keyring.thaw()
