"""One window per user: a second start hands its folder to the first and ends."""

import hashlib
import json
from collections.abc import Callable
from enum import Enum
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

_CONNECT_MS = 3000
_MAX_MESSAGE = 65536


class Answer(Enum):
    """What a running instance says to a later start."""

    SHOWN = b"shown\n"
    CLOSING = b"closing\n"
    NONE = b""


class SingleInstance(QObject):
    """Listens for later starts. The process that makes one holds the lock of the window.

    Args:
        data: The application's data folder.

    Signals:
        asked: Another start asks to show the window; carries the folder to open, or "".
    """

    asked = Signal(str)

    def __init__(self, data: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = _name(data)
        self._answer = Answer.SHOWN
        # What was asked while nobody could do it yet.
        self._kept: str | None = None
        self._delivers = False
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._accept)

    def listen(self) -> bool:
        """Let later starts connect; False if that is not possible."""
        # The lock is ours, so a socket left by a killed window belongs to nobody.
        QLocalServer.removeServer(self._name)
        return self._server.listen(self._name)

    def deliver_to(self, receive: Callable[[str], object]) -> None:
        """Call ``receive`` for each later start, and for the newest one that was before this."""
        self.asked.connect(receive)
        self._delivers = True
        kept, self._kept = self._kept, None
        if kept is not None:
            self.asked.emit(kept)

    def say_closing(self) -> None:
        """Tell later starts from now on that they shall wait until this process ends."""
        self._answer = Answer.CLOSING

    def close(self) -> None:
        """Stop listening."""
        self._server.close()

    def _accept(self) -> None:
        socket = self._server.nextPendingConnection()
        socket.readyRead.connect(lambda: self._read(socket))
        socket.disconnected.connect(socket.deleteLater)

    def _read(self, socket: QLocalSocket) -> None:
        if not socket.canReadLine():
            if socket.bytesAvailable() > _MAX_MESSAGE:
                socket.abort()
            return
        try:
            message = json.loads(bytes(socket.readLine().data()))
            folder = str(message["folder"])
        except (ValueError, KeyError, TypeError):
            socket.abort()
            return
        socket.write(self._answer.value)
        socket.flush()
        if self._answer is Answer.CLOSING:
            return
        if self._delivers:
            self.asked.emit(folder)
        else:
            self._kept = folder or self._kept or ""


def hand_over(data: Path, folder: str) -> Answer:
    """Ask the running instance to show itself and open ``folder``."""
    socket = QLocalSocket()
    socket.connectToServer(_name(data))
    if not socket.waitForConnected(_CONNECT_MS):
        return Answer.NONE
    socket.write(json.dumps({"folder": folder}).encode() + b"\n")
    socket.waitForBytesWritten(_CONNECT_MS)
    # The answer may have come with the last step already.
    while not socket.canReadLine() and socket.waitForReadyRead(_CONNECT_MS):
        continue
    said = bytes(socket.readLine().data())
    socket.close()
    return next((answer for answer in Answer if answer.value == said), Answer.NONE)


def _name(data: Path) -> str:
    digest = hashlib.sha256(str(data.resolve()).encode()).hexdigest()[:16]
    return f"workbench-{digest}"
