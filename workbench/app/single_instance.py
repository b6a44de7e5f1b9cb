"""One window per user: a second start hands its folder to the first and ends."""

import hashlib
import json
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

_CONNECT_MS = 3000
_MAX_MESSAGE = 65536


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
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._accept)

    def listen(self) -> bool:
        """Let later starts connect; False if that is not possible."""
        # The lock is ours, so a socket left by a killed window belongs to nobody.
        QLocalServer.removeServer(self._name)
        return self._server.listen(self._name)

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
        socket.write(b"shown\n")
        socket.flush()
        self.asked.emit(folder)


def hand_over(data: Path, folder: str) -> bool:
    """Ask the running instance to show itself and open ``folder``; False if it is silent."""
    socket = QLocalSocket()
    socket.connectToServer(_name(data))
    if not socket.waitForConnected(_CONNECT_MS):
        return False
    socket.write(json.dumps({"folder": folder}).encode() + b"\n")
    delivered = socket.waitForBytesWritten(_CONNECT_MS) and socket.waitForReadyRead(_CONNECT_MS)
    socket.close()
    return delivered


def _name(data: Path) -> str:
    digest = hashlib.sha256(str(data.resolve()).encode()).hexdigest()[:16]
    return f"workbench-{digest}"
