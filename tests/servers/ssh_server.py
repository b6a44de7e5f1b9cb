"""A real SSH server (OpenSSH) on a port of this computer, with keys of its own.

Programs reach it as ``git.example.com``, by an SSH configuration that names its port.
"""

import getpass
import os
import shutil
import socket
import subprocess
import threading
import time
from pathlib import Path
from typing import Self

HOST = "git.example.com"
_SYSTEM = ("/usr/sbin", "/usr/local/sbin", "/sbin")
_NEEDED_BY_ROOT = Path("/run/sshd")


class SshServer:
    """Lets this user in with one key; everything is below a folder.

    Attributes:
        port: Where it listens.
        command: What ``GIT_SSH_COMMAND`` has to be.
        known_hosts: The keys of servers that the client knows: only this one at first.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700)
        self._folder = folder
        self._program = _find("sshd")
        self.port = _free_port()
        self.known_hosts = folder / "known_hosts"
        self.host_key = folder / "host_key"
        self.key = folder / "key"
        for key in (self.host_key, self.key):
            make_key(key)
        self._authorized = folder / "authorized_keys"
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self._authorized.write_bytes(self.key.with_suffix(".pub").read_bytes())
        self._configuration = self._folder / "sshd_config"
        self._configuration.write_text(
            f"Port {self.port}\nListenAddress 127.0.0.1\nHostKey {self.host_key}\n"
            f"AuthorizedKeysFile {self._authorized}\nPidFile none\nUsePAM no\nStrictModes no\n"
            "PasswordAuthentication no\nKbdInteractiveAuthentication no\n"
            "PermitRootLogin prohibit-password\n",
            encoding="utf-8",
        )
        client = self._folder / "ssh_config"
        client.write_text(
            f"Host {HOST}\n  HostName 127.0.0.1\n  HostKeyAlias {HOST}\n  Port {self.port}\n"
            f"  User {getpass.getuser()}\n  IdentityFile {self.key}\n  IdentitiesOnly yes\n"
            f"  IdentityAgent none\n  UserKnownHostsFile {self.known_hosts}\n"
            "  GlobalKnownHostsFile none\n",
            encoding="utf-8",
        )
        self.command = f"ssh -F {client}"
        self.know()
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def know(self) -> None:
        """Have the client know the server's key, as after a person confirmed it."""
        key = self.host_key.with_suffix(".pub").read_text("utf-8")
        self.known_hosts.write_text(f"{HOST} {key}", encoding="utf-8")

    def start(self) -> None:
        """Listen."""
        if os.geteuid() == 0:
            _NEEDED_BY_ROOT.mkdir(mode=0o755, exist_ok=True)
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._program, "-D", "-e", "-f", str(self._configuration)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self._wait()

    def stop(self) -> None:
        """End it; connections that are open go on."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait()
            self._process = None

    def _wait(self) -> None:
        end = time.monotonic() + 20
        while time.monotonic() < end:
            assert self._process is not None
            assert self._process.poll() is None, (self._folder / "log").read_text("utf-8")
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                threading.Event().wait(0.02)
            else:
                return
        raise AssertionError("The SSH server of the tests did not start.")


def make_key(path: Path, passphrase: str = "") -> None:
    """Make a key, in place of one that is there."""
    path.unlink(missing_ok=True)
    words = ["ssh-keygen", "-q", "-t", "ed25519", "-N", passphrase, "-C", "tests", "-f", str(path)]
    subprocess.run(words, check=True)


def _find(name: str) -> str:
    places = os.pathsep.join((os.environ.get("PATH", ""), *_SYSTEM))
    found = shutil.which(name, path=places)
    assert found, f"{name} is missing: the test command installs openssh-server, or says the line."
    return found


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
