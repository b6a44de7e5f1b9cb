"""The address on this computer that a browser comes back to at the end of a sign-in."""

import html
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.parse import parse_qsl, urlsplit

from workbench.core.progress import CancelToken

_LARGEST = 65536
_LOOK = 0.1
_DONE = "You are signed in", "You can close this page and go back to Workbench."
_FAILED = "You aren't signed in", "Close this page and try again in Workbench."
_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Workbench</title>
<body style="font: 16px system-ui, sans-serif; max-width: 32em; margin: 15vh auto">
<h1 style="font-size: 1.4em">{title}</h1><p>{text}</p></body></html>"""


class LoopbackAnswer:
    """Waits on a free port of the loopback interface for the answer of a directory.

    Used as a context manager; the port is closed at the end.

    Args:
        state: Only an answer with this state counts: anybody on this computer may call.
    """

    def __init__(self, state: str) -> None:
        self._state = state
        self._answer: dict[str, str] | None = None
        self._came = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = False
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(_LOOK,), name="sign-in answer"
        )

    @property
    def address(self) -> str:
        """Where the browser goes; directories want this host by name."""
        return f"http://localhost:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        """Start to listen."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Close the port."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def wait(self, cancel: CancelToken, seconds: float) -> dict[str, str] | None:
        """Return the answer, or ``None`` if none came in time.

        Raises:
            CanceledError: If canceled.
        """
        end = time.monotonic() + seconds
        while not self._came.wait(_LOOK):
            cancel.check("Signing in")
            if time.monotonic() > end:
                return None
        return self._answer

    def _take(self, values: dict[str, str]) -> bool:
        if values.get("state") != self._state or not values.keys() & {"code", "error"}:
            return False
        if not self._came.is_set():
            self._answer = values
            self._came.set()
        return True

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        take = self._take

        class Handler(BaseHTTPRequestHandler):
            timeout = 10

            def do_GET(self) -> None:
                self._reply(dict(parse_qsl(urlsplit(self.path).query)))

            def do_POST(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                body = self.rfile.read(min(length, _LARGEST)).decode("ascii", "replace")
                self._reply(dict(parse_qsl(body)))

            def _reply(self, values: dict[str, str]) -> None:
                if not take(values):
                    self.send_error(404)
                    return
                title, text = _FAILED if "error" in values else _DONE
                page = _PAGE.format(title=html.escape(title), text=html.escape(text)).encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(page)))
                self.end_headers()
                self.wfile.write(page)

            def log_message(self, *_words: object) -> None:
                """Log nothing: the address holds the answer."""

        return Handler
