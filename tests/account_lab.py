"""A computer with a keyring, a directory to sign in at, and Git servers that ask who one is."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import secretstorage
from jeepney.io.blocking import open_dbus_connection

from tests.cli.shell import WB, Done
from tests.servers.certificates import make_certificates
from tests.servers.internet import Internet, internet
from tests.servers.openid_provider import HOST, Browser, OpenIdProvider
from tests.servers.secret_service import SecretService

TOKEN = "pat7q2secret5wx4token3zzzzzzzzzzzzzzzzzzzzzzzzzzzzzz"
AZURE = "https://dev.azure.com/contoso/Lab/_git/Iris"
AZURE_NAME = "contoso/Lab/Iris"
PLAIN = "https://git.example.com/iris"
ALICE, BOB = "alice@contoso.example", "bob@contoso.example"
_ROOT = Path(__file__).resolve().parents[1]
_CODE = re.compile(r"Open (?P<page>\S+) on any device and enter the code (?P<code>[\w-]+)")


@dataclass
class AccountLab:
    """What is there to sign in at."""

    net: Internet
    keyring: SecretService

    def kept(self) -> list[str]:
        """Return the names of all that Workbench has in the keyring."""
        connection = open_dbus_connection(self.keyring.variables["DBUS_SESSION_BUS_ADDRESS"])
        try:
            collection = secretstorage.get_default_collection(connection)
            names = (
                item.get_attributes().get("service", "") for item in collection.get_all_items()
            )
            return sorted(name for name in names if name.startswith("Workbench"))
        finally:
            connection.close()


@contextmanager
def account_lab(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AccountLab]:
    """Start all of it; programs find it by the variables of this process."""
    certificates = make_certificates(folder / "certificates")
    with (
        OpenIdProvider(certificates) as provider,
        SecretService(folder / "keyring") as keyring,
        internet(folder / "net", monkeypatch, certificates, {HOST: provider.port}) as net,
    ):
        for name, value in keyring.variables.items():
            if name.startswith(("DBUS", "XDG")):
                monkeypatch.setenv(name, value)
        monkeypatch.setenv("BROWSER", browser_command())
        for repository in (AZURE_NAME, "iris"):
            net.git.create(repository)
            net.git.rights["alice", repository] = "rw"
        net.git.users[TOKEN] = "alice"
        yield AccountLab(net, keyring)


def browser_command(*person: str) -> str:
    """Return what ``BROWSER`` has to be for somebody to sign in by himself."""
    words = [sys.executable, str(_ROOT / "tests" / "servers" / "openid_provider.py")]
    return f"{shlex.join(words)} %s {shlex.join(person)} &"


def type_code(process: "subprocess.Popen[str]", *person: str) -> str:
    """Type the code that a program shows into a browser; return what it said besides."""
    assert process.stderr is not None
    text = ""
    while (found := _CODE.search(text)) is None:
        line = process.stderr.readline()
        assert line, f"no code was shown:\n{text}"
        text += line
    browser = Browser(*person)
    browser.open(found["page"], found["code"])
    browser.close()
    return text


def wb(folder: Path, *words: str, typed: str = "", code: int = 0, **variables: str) -> Done:
    """Carry out a command as a process of its own: the keyring is that of this test."""
    done = subprocess.run(
        [*WB, *words],
        cwd=folder,
        env=program_environment(**variables),
        input=typed,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == code, f"{done.stdout}\n{done.stderr}"
    return Done(done.returncode, done.stdout, done.stderr)


def program_environment(**variables: str) -> dict[str, str]:
    """Return the environment of a program that finds Workbench from any folder."""
    return {**os.environ, "PYTHONPATH": str(_ROOT), **variables}
