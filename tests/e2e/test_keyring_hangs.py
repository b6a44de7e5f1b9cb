"""A keyring that never answers keeps neither the window nor a command waiting."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.account_lab import PLAIN, TOKEN, wb
from tests.e2e.application import WORKBENCH
from tests.e2e.conftest import Start
from tests.e2e.desktop import Desktop
from tests.e2e.story import Story
from tests.servers.internet import Internet, internet
from tests.servers.secret_service import SecretService

_SOON = 50.0  # seconds on a busy computer; a keyring that hangs is waited for longer


@pytest.fixture
def net(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Internet]:
    with internet(tmp_path / "net", monkeypatch) as net:
        net.git.create("iris")
        net.git.users[TOKEN] = "alice"
        net.git.rights["alice", "iris"] = "rw"
        yield net


def test_window_and_commands_do_not_wait_for_a_keyring_that_hangs(
    net: Internet,
    start: Start,
    desktop: Desktop,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    bus = desktop.environment["DBUS_SESSION_BUS_ADDRESS"]
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("WORKBENCH_HOME", str(home / "workbench"))
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus)
    with SecretService(tmp_path / "keyring", bus) as keyring:
        wb(tmp_path, "project", "create", "-n", "demo")
        folder = tmp_path / "demo"
        (folder / "train.py").write_text("print('done')\n")
        wb(folder, "project", "update", "--repo", PLAIN, "--vststoken", typed=TOKEN)
        wb(folder, "experiment", "submit", "train.py")
        keyring.freeze()
        net.proxy.asked.clear()
        begin = time.monotonic()
        assert "train.py" in wb(folder, "history", "list").out
        assert time.monotonic() - begin < _SOON
        with start((*WORKBENCH, str(folder))) as application:
            story = Story(application)
            story.wait_until_open("demo")
            # It has tried to push meanwhile, and git waits for what the keyring holds.
            story.show_runs()
            story.wait_for_run(1, "Completed")
            story.window.find("button", "Sign in")
            story.choose_menu("File", "Quit")
            assert application.wait_until_closed(_SOON) == 0
        keyring.thaw()
        assert net.proxy.asked
        assert "up to date" in wb(folder, "history", "push").out
