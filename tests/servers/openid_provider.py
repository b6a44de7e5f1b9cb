"""A certified OpenID provider in the place of Azure Active Directory, and a scripted browser."""

import json
import os
import re
import select
import ssl
import subprocess
import sys
import threading
import urllib.parse
import urllib.request
from html import unescape
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Self
from urllib.parse import urlencode, urljoin

from tests.servers.certificates import Certificates

SERVER = Path(__file__).parent / "openid" / "server.mjs"
MODULES = Path(sys.prefix) / "openid" / "node_modules"
HOST = "login.microsoftonline.com"
_STARTS = 4
_SECONDS = 30.0


class OpenIdProvider:
    """The provider as a process of its own, behind TLS on a free port.

    It knows ``alice`` (password ``wonderland``) and ``bob`` (``bricks``).

    Attributes:
        port: Where it listens; it takes itself for ``https://login.microsoftonline.com``.
    """

    def __init__(self, certificates: Certificates) -> None:
        self._certificates = certificates
        self.port = 0

    def __enter__(self) -> Self:
        line = ""
        for _ in range(_STARTS):
            self._process = self._start()
            assert self._process.stdout is not None
            # Node.js does not always come up on a busy computer; then it never will.
            if select.select([self._process.stdout], [], [], _SECONDS)[0]:
                line = self._process.stdout.readline()
                break
            self._end()
        assert line, "The OpenID provider of the tests did not start."
        self.port = json.loads(line)["port"]
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def _start(self) -> "subprocess.Popen[str]":
        command = ["node", str(SERVER), str(MODULES), str(self._certificates.key)]
        command.append(str(self._certificates.chain))
        return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)

    def _end(self) -> None:
        self._process.kill()
        self._process.communicate()


class Browser:
    """Walks through the pages of a sign-in like a person, in a thread of its own.

    Args:
        login: Who signs in.
        password: What that person types.
        declines: Whether the person presses Cancel instead.
    """

    def __init__(
        self, login: str = "alice", password: str = "wonderland", *, declines: bool = False
    ) -> None:
        self._login, self._password, self._declines = login, password, declines
        context = ssl.create_default_context(cafile=os.environ["SSL_CERT_FILE"])
        self._opener = urllib.request.build_opener(
            urllib.request.HTTPSHandler(context=context),
            urllib.request.HTTPCookieProcessor(CookieJar()),
        )
        self._threads: list[threading.Thread] = []
        self.opened: list[str] = []
        self.last_page = ""

    def open(self, address: str, code: str = "") -> bool:
        self.opened.append(address)
        thread = threading.Thread(target=self._walk, args=(address, code), name="browser")
        self._threads.append(thread)
        thread.start()
        return True

    def close(self) -> None:
        for thread in self._threads:
            thread.join()

    def _walk(self, address: str, code: str) -> None:
        address, text = self._load(address)
        for _ in range(12):
            form = re.search(r"<form([^>]*)>(.*?)</form>", text, re.DOTALL)
            if form is None or ("AADSTS50126" in text):
                break
            fields = dict(_inputs(form[2]))
            cancel = re.search(r'<a href="([^"]*/abort)"', text)
            if self._declines and cancel is not None:
                address, text = self._load(urljoin(address, cancel[1]))
                continue
            if "password" in fields:
                fields |= {"login": self._login, "password": self._password}
            if "user_code" in fields and not fields["user_code"]:
                fields["user_code"] = code
            target = re.search(r'action="([^"]*)"', form[1])
            action = unescape(target[1]) if target is not None else address
            address, text = self._load(urljoin(address, action), urlencode(fields).encode())
        self.last_page = text

    def _load(self, address: str, data: bytes | None = None) -> tuple[str, str]:
        try:
            with self._opener.open(address, data, timeout=20) as answer:
                return answer.url, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.url or address, error.read().decode()
        except (urllib.error.URLError, ConnectionResetError):
            return address, ""  # who waited for the answer has it, and is gone


def _inputs(text: str) -> list[tuple[str, str]]:
    found = []
    for tag in re.findall(r"<input([^>]*)>", text):
        values = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if "name" in values:
            found.append((values["name"], unescape(values.get("value", ""))))
    return found


if __name__ == "__main__":
    # A browser as a program: the page, then who signs in.
    visitor = Browser(*sys.argv[2:])
    visitor.open(sys.argv[1])
    visitor.close()
