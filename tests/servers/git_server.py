"""A real Git server (``git http-backend``) behind TLS that looks like Azure DevOps, with faults.

It knows the forms of addresses of Azure DevOps, asks for Basic or Bearer, answers with its error
texts, and serves any other host as a plain Git server.
"""

import base64
import os
import re
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar, Self
from urllib.parse import unquote, urlsplit

from tests.servers.certificates import Certificates

_WHERE = subprocess.run(["git", "--exec-path"], capture_output=True, text=True, check=True)
_BACKEND = Path(_WHERE.stdout.strip()) / "git-http-backend"
_PAGE = b"<html>\n<head><title>\nAzure DevOps Services | Sign In\n</title></head>\n</html>\n"
_ONE_LINE = b"<html><head><title>Sign In</title></head></html>\n"
_REPO = re.compile(
    r"/(?:DefaultCollection/)?(?:(?P<project>[^/]+)/)?_git/(?P<repo>[^/]+)(?P<rest>/.*)?"
)
_PLAIN = re.compile(r"/(?P<repo>[^/]+)(?P<rest>/.*)?")
_REFUSE = """#!/bin/sh
while read before after name; do
    case "$name" in {pattern}) echo "{reason}" >&2; exit 1 ;; esac
done
"""


@dataclass
class Fault:
    """What the server does instead of serving, for requests whose path holds ``match``."""

    status: int
    body: bytes = b""
    match: str = ""
    header: tuple[str, str] | None = None
    times: int = 1_000_000


class GitServer:
    """Bare repositories below a folder, served at ``https://<any host>`` on a local port.

    Attributes:
        users: User names by access token.
        rights: ``"r"`` or ``"rw"`` by ``(user, repository)``; an open one has user ``""``.
        faults: What goes wrong at present; the first that matches counts.
        lost: What a path that holds this asks for is done, but not answered; empty for none.
        check_bearer: Returns the user of a signed token, raises for a bad one.
        old_protocol: Whether it talks as servers did before version 2 of Git's protocol.
        seen: ``(method, host, path, authorization scheme)`` of each request.
    """

    def __init__(self, folder: Path, certificates: Certificates) -> None:
        self._folder = folder
        self._certificates = certificates
        self.users: dict[str, str] = {}
        self.rights: dict[tuple[str, str], str] = {}
        self.faults: list[Fault] = []
        self.lost = ""
        self.old_protocol = False
        self.check_bearer: Callable[[str], str] | None = None
        self.seen: list[tuple[str, str, str, str]] = []

    def __enter__(self) -> Self:
        handler = type("Handler", (_Handler,), {"git": self})
        self._http = _Http(("127.0.0.1", 0), handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self._certificates.chain, self._certificates.key)
        self._http.socket = context.wrap_socket(
            self._http.socket, server_side=True, do_handshake_on_connect=False
        )
        self._thread = threading.Thread(
            target=self._http.serve_forever, args=(0.05,), name="test git server", daemon=True
        )
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    @property
    def port(self) -> int:
        return int(self._http.server_address[1])

    def path(self, name: str) -> Path:
        """Return the folder of a repository, ``organization/project/repo`` or a plain name."""
        return self._folder / f"{name}.git"

    def create(self, name: str, *, open_to_all: bool = False) -> Path:
        """Make a bare repository with the rules of Azure DevOps."""
        path = self.path(name)
        subprocess.run(["git", "init", "-q", "--bare", "-b", "master", str(path)], check=True)
        for key, value in (
            ("http.receivepack", "true"),
            ("receive.denyNonFastForwards", "true"),
            ("receive.denyDeletes", "true"),
            ("receive.fsckObjects", "true"),
            ("gc.auto", "0"),
        ):
            subprocess.run(["git", "-C", str(path), "config", key, value], check=True)
        if open_to_all:
            self.rights["", name] = "rw"
        return path

    def protect(self, name: str, pattern: str, reason: str) -> None:
        """Refuse pushes to branches that match a shell pattern."""
        hook = self.path(name) / "hooks" / "pre-receive"
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(_REFUSE.format(pattern=pattern, reason=reason), encoding="utf-8")
        hook.chmod(0o755)

    def user(self, header: str) -> str:
        """Return who sent an authorization header; empty for nobody that is known."""
        scheme, _, value = header.partition(" ")
        if scheme.lower() == "basic":
            value = base64.b64decode(value).decode().partition(":")[2]
            if value in self.users:
                return self.users[value]
        elif scheme.lower() != "bearer":
            return ""
        return self.check_bearer(value) if self.check_bearer and value.count(".") == 2 else ""

    def find(self, host: str, path: str) -> tuple[str, str]:
        """Return name and rest of the path of what a request is for; empty for none."""
        host = host.partition(":")[0].lower()
        if host == "dev.azure.com":
            organization, _, rest = path.lstrip("/").partition("/")
            found = _REPO.fullmatch(f"/{rest}")
        elif host.endswith(".visualstudio.com"):
            organization, found = host.partition(".")[0], _REPO.fullmatch(path)
        else:
            organization, found = "", _PLAIN.fullmatch(path)
        if found is None:
            return "", ""
        repo = unquote(found["repo"]).removesuffix(".git")
        project = unquote(found.groupdict().get("project") or repo)
        name = f"{organization}/{project}/{repo}" if organization else repo
        return name, found["rest"] or ""


class _Http(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients hang up in tests; that is what is tested."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60
    git: ClassVar[GitServer]

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - name of the base
        """Say nothing."""

    def do_GET(self) -> None:
        server, url = self.git, urlsplit(self.path)
        host, header = self.headers.get("Host", ""), self.headers.get("Authorization", "")
        server.seen.append((self.command, host, self.path, header.partition(" ")[0]))
        fault = next((each for each in server.faults if each.match in self.path), None)
        if fault is not None:
            self._fail(fault)
            return
        name, rest = server.find(host, url.path)
        user = server.user(header)
        if not user and not server.rights.get(("", name)):
            self._ask()
            return
        rights = server.rights.get((user, name), server.rights.get(("", name), ""))
        if not rights or not server.path(name).is_dir():
            text = f"TF401019: The Git repository with name or identifier {name} does not exist."
            self._answer(404, text.encode())
        elif "git-receive-pack" in f"{url.query}{rest}" and "w" not in rights:
            text = "TF401027: You need the Git 'GenericContribute' permission to do this."
            self._answer(403, text.encode())
        else:
            self._serve(user, server.path(name), rest, url.query)

    do_POST = do_GET  # noqa: N815 - name of the base

    def _fail(self, fault: Fault) -> None:
        fault.times -= 1
        if fault.times <= 0:
            self.git.faults.remove(fault)
        if fault.status == 0:
            self.close_connection = True
            self.connection.close()
            return
        headers = [fault.header] if fault.header is not None else []
        self._answer(fault.status, fault.body, *headers)

    def _ask(self) -> None:
        self._answer(
            401,
            b"TF400813: The user is not authorized to access this resource.",
            ("WWW-Authenticate", "Bearer authorization_uri=https://login.microsoftonline.com/t"),
            ("WWW-Authenticate", 'Basic realm="https://tfsprod.visualstudio.com/"'),
        )

    def _answer(self, status: int, body: bytes, *headers: tuple[str, str]) -> None:
        for _ in self._body():
            continue
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        if not any(name == "Content-Type" for name, _ in headers):
            self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _body(self) -> Iterator[bytes]:
        """Yield the pieces of the request's body; git sends large ones in chunks."""
        if "chunked" not in self.headers.get("Transfer-Encoding", "").lower():
            yield from self._piece(int(self.headers.get("Content-Length") or 0))
            return
        while size := int(self.rfile.readline().partition(b";")[0] or b"0", 16):
            yield from self._piece(size)
            self.rfile.readline()
        self.rfile.readline()

    def _piece(self, size: int) -> Iterator[bytes]:
        while size:
            data = self.rfile.read(min(size, 65536))
            if not data:
                raise ConnectionError("the client hung up")
            size -= len(data)
            yield data

    def _serve(self, user: str, repository: Path, rest: str, query: str) -> None:
        variables = {
            "PATH": os.environ["PATH"],
            "HOME": str(repository),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_HTTP_EXPORT_ALL": "1",
            "GIT_PROJECT_ROOT": str(repository),
            "PATH_INFO": rest,
            "QUERY_STRING": query,
            "REMOTE_ADDR": "127.0.0.1",
            "REMOTE_USER": user or "anybody",
            "REQUEST_METHOD": self.command,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": "" if self.git.old_protocol else self.headers.get("Git-Protocol", ""),
        }
        if self.headers.get("Content-Length"):
            variables["CONTENT_LENGTH"] = self.headers["Content-Length"]
        pipe = subprocess.PIPE
        with subprocess.Popen(
            [_BACKEND], env=variables, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL
        ) as backend:
            try:
                self._exchange(backend)
            except OSError:
                backend.kill()
                self.close_connection = True

    def _exchange(self, backend: "subprocess.Popen[bytes]") -> None:
        assert backend.stdin is not None
        assert backend.stdout is not None
        for data in self._body():
            backend.stdin.write(data)
        backend.stdin.close()
        if self.command == "POST" and self.git.lost and self.git.lost in self.path:
            backend.stdout.read()
            raise ConnectionError("the answer is lost")
        status, headers = 200, []
        while line := backend.stdout.readline().strip():
            name, _, value = line.decode().partition(": ")
            if name.lower() == "status":
                status = int(value.split()[0])
            else:
                headers.append((name, value))
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        while data := backend.stdout.read(65536):
            self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self.wfile.write(b"0\r\n\r\n")


def sign_in_page(*, one_line: bool = False) -> Fault:
    """Return what Azure DevOps shows in place of an answer when a token is not accepted."""
    body = _ONE_LINE if one_line else _PAGE
    return Fault(203, body, header=("Content-Type", "text/html; charset=utf-8"))


def sign_in_redirect() -> Fault:
    """Return the other thing that it does then."""
    where = "https://app.vssps.visualstudio.com/_signin?realm=dev.azure.com"
    return Fault(302, b"<html>Object moved</html>", header=("Location", where))
