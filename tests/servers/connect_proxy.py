"""A proxy that leads the real names of hosts to ports of this computer.

So programs use real addresses, names in certificates are checked, and nothing leaves the computer.
It can also be slow, silent, or cut connections.
"""

import socket
import struct
import threading
from base64 import b64encode
from collections.abc import Mapping
from fnmatch import fnmatch
from typing import Self

_WHO = (
    b"HTTP/1.1 407 Proxy Authentication Required\r\n"
    b'Proxy-Authenticate: Basic realm="Contoso proxy"\r\nContent-Length: 0\r\n\r\n'
)
_RESET = struct.pack("ii", 1, 0)


class ConnectProxy:
    """Answers CONNECT requests on a port of its own.

    Args:
        routes: Ports by patterns of host names; all other hosts are refused.

    Attributes:
        refused: Hosts that are not let through at present.
        cut_after: Bytes to the server after which a connection is cut; ``None`` never.
        cut_back_after: The same for bytes that come from the server.
        silent: Whether nothing is passed on at present.
        asked: Hosts that were asked for.
        password: ``user:password`` that it wants to have; ``None`` for none.
    """

    def __init__(self, routes: Mapping[str, int]) -> None:
        self._routes = routes
        self._sockets: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self.refused: set[str] = set()
        self.cut_after: int | None = None
        self.cut_back_after: int | None = None
        self.silent = threading.Event()
        self.asked: list[str] = []
        self.password: str | None = None

    def __enter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for each in list(self._sockets):
            _shut(each)
        for thread in self._threads:
            thread.join()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def _start(self, work: object, *arguments: socket.socket) -> threading.Thread:
        assert callable(work)
        thread = threading.Thread(target=work, args=arguments, name="test proxy", daemon=True)
        self._threads.append(thread)
        thread.start()
        return thread

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self._start(self._serve, client)

    def _serve(self, client: socket.socket) -> None:
        self._sockets.add(client)
        try:
            head = _head(client)
            while not self._may_pass(head):
                client.sendall(_WHO)
                head = _head(client)
            port = self._port(head)
            if port is None:
                client.sendall(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
                return
            server = socket.create_connection(("127.0.0.1", port))
            self._sockets.add(server)
            client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            back = self._start(self._pass_back, server, client)
            self._pass_on(client, server, limit=self.cut_after)
            back.join()
            server.close()
        except OSError:
            return
        finally:
            client.close()

    def _may_pass(self, head: bytes) -> bool:
        if self.password is None:
            return True
        given = b64encode(self.password.encode())
        return b"\r\nproxy-authorization: basic %b\r\n" % given.lower() in head.lower()

    def _port(self, head: bytes) -> int | None:
        verb, target = head.decode().split(" ")[:2]
        host = target.rpartition(":")[0].lower()
        self.asked.append(host)
        if verb != "CONNECT" or host in self.refused:
            return None
        return next((port for name, port in self._routes.items() if fnmatch(host, name)), None)

    def _pass_back(self, server: socket.socket, client: socket.socket) -> None:
        self._pass_on(server, client, limit=self.cut_back_after)

    def _pass_on(
        self, source: socket.socket, target: socket.socket, limit: int | None = None
    ) -> None:
        passed = 0
        pause = threading.Event()
        try:
            while data := source.recv(65536):
                while self.silent.is_set() and source.fileno() >= 0:
                    pause.wait(0.05)
                passed += len(data)
                if limit is not None and passed > limit:
                    target.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                    source.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                    break
                target.sendall(data)
        except OSError:
            return
        finally:
            _shut(source)
            _shut(target)


def _head(client: socket.socket) -> bytes:
    head = b""
    while b"\r\n\r\n" not in head:
        data = client.recv(4096)
        if not data:
            raise ConnectionError("nothing was asked")
        head += data
    return head


def _shut(each: socket.socket) -> None:
    try:
        each.shutdown(socket.SHUT_RDWR)
    except OSError:
        return
