"""A real keyring (gnome-keyring) on a private D-Bus, for tests.

The bus starts nothing by itself, so that a locked keyring fails at once: nobody could be asked.
"""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self

import secretstorage
from jeepney.io.blocking import open_dbus_connection

_CONFIGURATION = """\
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type><listen>unix:path={socket}</listen><auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>
  </policy>
</busconfig>
"""
_PASSWORD = b"password of the tests"


class SecretService:
    """The keyring of a desktop, unlocked, below a folder.

    Args:
        folder: Holds its files.
        bus: Address of a session bus that is there; without it there is one for the keyring alone.

    Attributes:
        variables: What programs need to find it.
    """

    def __init__(self, folder: Path, bus: str = "") -> None:
        self._folder = folder
        self._has_bus = bool(bus)
        run = folder / "run"
        self._socket = run / "bus"
        home = folder / "home"
        self.variables = {
            "DBUS_SESSION_BUS_ADDRESS": bus or f"unix:path={self._socket}",
            "XDG_RUNTIME_DIR": str(run),
            "XDG_DATA_HOME": str(home / "share"),
            "XDG_CACHE_HOME": str(home / "cache"),
            "XDG_CONFIG_HOME": str(home / "config"),
            "HOME": str(home),
        }
        self._bus: subprocess.Popen[bytes] | None = None
        self._keyring: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        for name in ("run", "home"):
            (self._folder / name).mkdir(mode=0o700, parents=True)
        if not self._has_bus:
            self._start_bus()
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        if self._bus is not None:
            self._bus.terminate()
            self._bus.wait()

    def _start_bus(self) -> None:
        configuration = self._folder / "bus.conf"
        configuration.write_text(_CONFIGURATION.format(socket=self._socket), encoding="utf-8")
        command = ["dbus-daemon", f"--config-file={configuration}", "--nofork", "--nopidfile"]
        self._bus = subprocess.Popen(command, env=self._environment(), stderr=subprocess.DEVNULL)
        _wait(self._socket.exists)

    def start(self, password: bytes = _PASSWORD) -> None:
        """Start the keyring and unlock it."""
        command = ["gnome-keyring-daemon", "--foreground", "--components=secrets", "--unlock"]
        self._keyring = subprocess.Popen(
            command,
            env=self._environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        assert self._keyring.stdin is not None
        self._keyring.stdin.write(password)
        self._keyring.stdin.close()
        _wait(self._is_there)

    def stop(self) -> None:
        """End the keyring, as a crash would; what it holds stays on the disk."""
        self.thaw()
        if self._keyring is not None:
            self._keyring.terminate()
            self._keyring.wait()
            self._keyring = None

    def freeze(self) -> None:
        """Have it answer nothing any more, like one that hangs."""
        assert self._keyring is not None
        self._keyring.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Have it go on."""
        if self._keyring is not None:
            self._keyring.send_signal(signal.SIGCONT)

    def lock(self) -> None:
        """Lock it, as a person would."""
        connection = open_dbus_connection(self.variables["DBUS_SESSION_BUS_ADDRESS"])
        try:
            secretstorage.get_default_collection(connection).lock()
        finally:
            connection.close()

    def _is_there(self) -> bool:
        connection = open_dbus_connection(self.variables["DBUS_SESSION_BUS_ADDRESS"])
        try:
            return bool(secretstorage.check_service_availability(connection))
        finally:
            connection.close()

    def _environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY")}
        return {**kept, **self.variables}


def _wait(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while True:
        try:
            if condition():
                return
        except OSError:
            pass  # the socket is not listened on yet
        assert time.monotonic() < end, "The keyring of the tests did not start."
        threading.Event().wait(0.02)
