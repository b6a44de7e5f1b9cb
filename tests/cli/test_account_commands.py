"""``wb account``: real sign-ins at a real provider, a real keyring, a Git server that asks."""

import os
import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.account_lab import (
    ALICE,
    AZURE,
    AZURE_NAME,
    BOB,
    PLAIN,
    TOKEN,
    AccountLab,
    account_lab,
    browser_command,
    program_environment,
    type_code,
    wb,
)
from tests.cli.shell import WB, Shell, terminal
from tests.run_lab import until
from tests.secret_scanner import found_in_files, watched

_AT_ONCE = 10.0


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AccountLab]:
    with account_lab(tmp_path / "lab", monkeypatch) as lab:
        yield lab


def test_signing_in_and_out_with_two_accounts(shell: Shell, lab: AccountLab) -> None:
    assert "wb account login" in wb(shell.folder, "account", "show").out
    said = wb(shell.folder, "account", "login")
    assert said.out == f"Signed in as {ALICE} (Alice Ångström).\n"
    assert "Ctrl-C ends it" in said.err
    wb(shell.folder, "account", "login", BROWSER=browser_command("bob", "bricks"))
    wb(shell.folder, "account", "use", "--username", BOB, "--organization", "Contoso")
    shown = wb(shell.folder, "account", "show", "-o", "json").data["accounts"]
    assert [(each["username"], each["organizations"]) for each in shown] == [
        (ALICE, []),
        (BOB, ["contoso"]),
    ]
    table = wb(shell.folder, "account", "show", "-o", "table").out
    assert "Bob Builder" in table
    several = wb(shell.folder, "account", "logout", code=2)
    assert ALICE in several.err
    assert BOB in several.err
    wb(shell.folder, "account", "logout", "--username", "nobody@contoso.example", code=3)
    wb(shell.folder, "account", "logout", "--username", BOB.upper())
    assert [
        each["organizations"]
        for each in wb(shell.folder, "account", "show", "-o", "json").data["accounts"]
    ] == [[]]
    wb(shell.folder, "account", "logout", "--all")
    assert lab.kept() == []
    assert wb(shell.folder, "account", "logout", "--all").out == "Nobody is signed in.\n"
    wb(shell.folder, "account", "logout", code=3)


def test_a_code_is_shown_where_no_browser_can_be_opened(shell: Shell, lab: AccountLab) -> None:
    for variables in ({"BROWSER": "", "DISPLAY": "", "WAYLAND_DISPLAY": ""}, {"DISPLAY": ":0"}):
        flags = [] if "BROWSER" in variables else ["--device-code"]
        with subprocess.Popen(
            [*WB, "account", "login", *flags],
            cwd=shell.folder,
            env=program_environment(**variables),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            type_code(process)
            out, _ = process.communicate(timeout=60)
        assert (process.returncode, out) == (0, f"Signed in as {ALICE} (Alice Ångström).\n")


@pytest.mark.parametrize("way", ["browser", "code", "silent network"])
def test_ctrl_c_ends_the_wait_at_once(
    shell: Shell, lab: AccountLab, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    monkeypatch.setenv("BROWSER", "true %s &")
    if way == "silent network":
        lab.net.proxy.silent.set()
    flags = ["--device-code"] if way == "code" else []
    with terminal(shell.folder, "account", "login", *flags) as running:
        if way == "silent network":
            until(lambda: lab.net.proxy.asked, "the directory is asked")
        else:
            running.wait_for("Ctrl-C ends")
        begin = time.monotonic()
        running.type("\x03")
        assert running.wait() == 130
        assert time.monotonic() - begin < _AT_ONCE
        assert "Nobody was signed in" in running.text
    lab.net.proxy.silent.clear()
    assert lab.kept() == []


def test_a_token_is_read_tried_kept_listed_and_deleted(shell: Shell, lab: AccountLab) -> None:
    set_it = ("account", "token", "set", "--repo", AZURE)
    refused = wb(shell.folder, *set_it, typed="wrong\n", code=1)
    assert "didn't accept" in refused.err
    assert lab.kept() == []
    wb(shell.folder, *set_it, typed="", code=2)
    with watched(TOKEN) as scanner:
        kept = wb(shell.folder, *set_it, typed=f"{TOKEN}\n")
        tested = wb(shell.folder, "account", "token", "test", "--repo", AZURE)
    assert (scanner.seen > 0, scanner.leaks) == (True, [])
    assert kept.out == "The access token for dev.azure.com/contoso is in the keyring.\n"
    assert tested.out == "Accepted. The repo is empty.\n"
    (listed,) = wb(shell.folder, "account", "token", "list").data
    assert listed["place"] == "dev.azure.com/contoso"
    assert (
        "dev.azure.com/contoso" in wb(shell.folder, "account", "token", "list", "-o", "table").out
    )
    assert TOKEN not in kept.out + kept.err + tested.out + tested.err
    assert found_in_files(TOKEN, [Path(os.environ["WORKBENCH_HOME"])]) == []
    lab.net.git.users.clear()
    expired = wb(shell.folder, "account", "token", "test", "--repo", AZURE, code=1)
    assert "didn't accept" in expired.err
    wb(shell.folder, "account", "token", "delete", "--place", PLAIN, code=3)
    wb(shell.folder, "account", "token", "delete", "--place", AZURE)
    wb(shell.folder, "account", "token", "test", "--repo", AZURE, code=3)
    assert lab.kept() == []


def test_a_token_is_asked_for_and_not_shown(shell: Shell, lab: AccountLab) -> None:
    with terminal(shell.folder, "account", "token", "set", "--repo", PLAIN, "--untried") as running:
        running.wait_for("(not shown)")
        assert "Code (read & write)" in running.text
        running.type(f"{TOKEN}\n")
        assert running.wait() == 0
        assert TOKEN not in running.text
    with terminal(shell.folder, "account", "token", "set", "--repo", PLAIN) as running:
        running.wait_for("(not shown)")
        running.type("\x03")
        assert running.wait() == 130


def test_a_token_comes_with_linking_and_is_no_word_of_the_command(
    shell: Shell, lab: AccountLab
) -> None:
    wb(shell.folder, "project", "create", "-n", "demo")
    shell.into("demo")
    wb(shell.folder, "account", "token", "set", code=2)
    link = ("project", "update", "--repo", PLAIN)
    refused = wb(shell.folder, *link, "--vststoken", TOKEN, code=2)
    assert "given" not in refused.out
    assert TOKEN not in refused.out + refused.err
    assert lab.kept() == []
    wb(shell.folder, *link, code=1)
    wb(shell.folder, *link, "--vststoken", typed=TOKEN)
    assert "up to date" in wb(shell.folder, "history", "push").out
    assert "Accepted" in wb(shell.folder, "account", "token", "test").out


def test_history_goes_as_who_signed_in(shell: Shell, lab: AccountLab) -> None:
    lab.net.git.check_bearer = lambda _token: "alice"
    wb(shell.folder, "project", "create", "-n", "demo")
    shell.into("demo")
    asked = wb(shell.folder, "project", "update", "--repo", AZURE, code=1)
    assert "wants to know who you are. Sign in with wb account login" in asked.err
    wb(shell.folder, "account", "login")
    wb(shell.folder, "project", "update", "--repo", AZURE)
    assert "up to date" in wb(shell.folder, "history", "push").out
    lab.net.git.check_bearer = None
    assert "wb account login" in wb(shell.folder, "history", "push", code=1).out
    lab.net.git.check_bearer = lambda _token: "alice"
    lab.net.git.rights["alice", AZURE_NAME] = "r"
    shell.write("new.py", "1")
    wb(shell.folder, "project", "snapshot")
    assert "no permission" in wb(shell.folder, "history", "push", code=1).out


def test_without_a_keyring_nobody_takes_the_trouble(shell: Shell, lab: AccountLab) -> None:
    nowhere = {"DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent/bus"}
    for words in (("login",), ("token", "set", "--repo", AZURE)):
        done = wb(shell.folder, "account", *words, typed=TOKEN, code=1, **nowhere)
        assert re.search("no keyring.*Nothing was kept.*gnome-keyring", done.err)
    assert lab.net.proxy.asked == []
    lab.keyring.lock()
    locked = wb(shell.folder, "account", "login", code=1)
    assert "Unlock the keyring" in locked.err
