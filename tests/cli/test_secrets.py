"""What is secret is in the keyring and in the memory of who needs it, and nowhere else.

A whole story with real programs: a sign-in, a run, pushes, an access token, and failures.
"""

import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import psutil
import pytest
from keyring.backends.SecretService import Keyring

from tests.account_lab import (
    AZURE,
    AZURE_NAME,
    PLAIN,
    TOKEN,
    AccountLab,
    account_lab,
    program_environment,
    wb,
)
from tests.cli.shell import WB
from tests.run_lab import until
from tests.secret_scanner import found_in_files, found_in_memory, watched
from tests.sync_lab import git
from workbench.services.accounts.secret_store import SecretStore
from workbench.services.accounts.token_cache import NAME
from workbench.services.app_paths import AppPaths

pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")
_SCRIPT = """
import resource
print("core limit", resource.getrlimit(resource.RLIMIT_CORE)[0])
"""
_CRASHES = """
import os, sys
secret = sys.stdin.readline()
print("ready", flush=True)
os.abort()
"""


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AccountLab]:
    with account_lab(tmp_path / "lab", monkeypatch) as lab:
        yield lab


@pytest.fixture
def _with_core_dumps() -> Iterator[None]:
    """Have programs that crash leave all of their memory behind, where nobody forbids it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
    assert hard != 0, "Core dumps are switched off here for good, so nothing can be shown."
    resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
    yield
    resource.setrlimit(resource.RLIMIT_CORE, (soft, hard))


@pytest.mark.usefixtures("_with_core_dumps")
def test_a_whole_story_leaves_no_secret_anywhere(lab: AccountLab, tmp_path: Path) -> None:
    lab.net.git.check_bearer = lambda _token: "alice"
    said = []
    with watched(TOKEN) as scanner:
        said.append(wb(tmp_path, "account", "login"))
        secrets = [TOKEN, *_tokens_in_keyring(tmp_path)]
        wb(tmp_path, "project", "create", "-n", "demo")
        folder = tmp_path / "demo"
        before = git(folder, "config", "--local", "--list").splitlines()
        (folder / "train.py").write_text(_SCRIPT)
        said.append(wb(folder, "project", "update", "--repo", AZURE))
        said.append(wb(folder, "experiment", "submit", "train.py"))
        said.append(wb(folder, "history", "push", "--debug"))
        said.append(wb(folder, "account", "token", "set", "--repo", PLAIN, typed=TOKEN))
        said.append(wb(folder, "account", "token", "test", "--repo", PLAIN, "--debug"))
        lab.net.git.rights["alice", AZURE_NAME] = "r"
        lab.net.git.users.clear()
        (folder / "more.txt").write_text("more")
        wb(folder, "project", "snapshot")
        said.append(wb(folder, "history", "push", "--debug", code=1))
        said.append(wb(folder, "account", "token", "test", "--repo", PLAIN, "--debug", code=1))
        said.append(wb(folder, "account", "show", "--debug"))
    assert len(secrets) == 4
    assert scanner.seen > 20
    # The window on the keyring's own side is locked with a password.
    places = [folder, AppPaths.from_environment().data, Path(os.environ["HOME"])]
    places += [tmp_path / "lab" / "net" / "served", Path(os.environ["WORKBENCH_HOME"])]
    for secret in secrets:
        assert scanner.leaks_of(secret) == []
        assert found_in_files(secret, places) == []
        assert not [each for each in said if secret in each.out + each.err]
    added = set(git(folder, "config", "--local", "--list").splitlines()) - set(before)
    assert {line.partition("=")[0] for line in added} == {
        "remote.origin.url",
        "remote.origin.fetch",
    }
    assert "helper" not in git(folder, "config", "--list")
    # git, and what it starts, may leave no picture of its memory; a script may.
    unlimited = {
        name for limit, names in scanner.core_limits.items() if limit != "1" for name in names
    }
    git_programs = {
        name for names in scanner.core_limits.values() for name in names if "remote-https" in name
    }
    assert git_programs
    assert not git_programs & unlimited
    assert f"core limit {resource.getrlimit(resource.RLIMIT_CORE)[0]}" in said[2].out


@pytest.mark.usefixtures("_with_core_dumps")
def test_a_crash_while_a_secret_is_in_use_leaves_no_core_dump(
    lab: AccountLab, tmp_path: Path
) -> None:
    asked = Event()
    lab.net.git.users = _Slow(asked, lab.net.git.users)
    before = _core_files(tmp_path)
    with subprocess.Popen(
        [*WB, "account", "token", "set", "--repo", PLAIN],
        cwd=tmp_path,
        env=program_environment(),
        stdin=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdin is not None
        process.stdin.write(f"{TOKEN}\n")
        process.stdin.close()
        until(asked.is_set, "git shows the token to the server")
        holders = [psutil.Process(process.pid), *psutil.Process(process.pid).children(True)]
        names = {_title(each) for each in holders if found_in_memory(TOKEN, each.pid)}
        assert names == {"wb", "git-remote-https"}
        for each in holders:
            assert each.rlimit(psutil.RLIMIT_CORE)[0] == 1
        for each in reversed(holders):
            each.send_signal(signal.SIGABRT)
        _, status = os.waitpid(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    asked.clear()
    assert os.WTERMSIG(status) == signal.SIGABRT
    assert not os.WCOREDUMP(status)
    psutil.wait_procs(holders)
    assert _core_files(tmp_path) == before


@pytest.mark.usefixtures("_with_core_dumps")
def test_without_care_a_crash_would_show_it(tmp_path: Path) -> None:
    """What the test above looks for can be found."""
    with subprocess.Popen(
        [sys.executable, "-c", _CRASHES],
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        process.stdin.write(f"{TOKEN}\n")
        process.stdin.close()
        _, status = os.waitpid(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert os.WCOREDUMP(status)
    pattern = Path("/proc/sys/kernel/core_pattern").read_text("ascii")
    if not pattern.startswith(("|", "/")):
        assert found_in_files(TOKEN, [tmp_path])


class _Slow(dict[str, str]):
    """The tokens of a server that never comes to an answer."""

    def __init__(self, asked: Event, known: dict[str, str]) -> None:
        super().__init__(known)
        self._asked = asked

    def __contains__(self, token: object) -> bool:
        self._asked.set()
        until(lambda: not self._asked.is_set(), "the end of the test")
        return super().__contains__(token)


def _tokens_in_keyring(tmp_path: Path) -> list[str]:
    store = SecretStore(AppPaths.from_environment().data / "secrets", Keyring())  # type: ignore[no-untyped-call]
    cache = json.loads(store.load(NAME) or "{}")
    kinds = ("AccessToken", "RefreshToken", "IdToken")
    return [entry["secret"] for kind in kinds for entry in cache[kind].values()]


def _core_files(folder: Path) -> set[Path]:
    """Return what core dumps there are; git works at the top of the disk."""
    return {*folder.glob("core*"), *Path("/").glob("core*")}


def _title(process: psutil.Process) -> str:
    words = process.cmdline()
    return "wb" if "workbench.cli.main" in words else Path(words[0]).name
