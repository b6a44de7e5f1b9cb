"""A small internet for tests: servers under the real names of hosts, behind a proxy."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.servers.certificates import Certificates, make_certificates
from tests.servers.connect_proxy import ConnectProxy
from tests.servers.git_server import GitServer

GIT_HOSTS = ("dev.azure.com", "*.visualstudio.com", "git.example.com")


@dataclass
class Internet:
    """What answers, and the way there."""

    git: GitServer
    proxy: ConnectProxy
    certificates: Certificates


@contextmanager
def internet(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    certificates: Certificates | None = None,
    others: Mapping[str, int] | None = None,
) -> Iterator[Internet]:
    """Serve Git, and have the user's settings name the proxy and the authority.

    Args:
        folder: Where the repositories are.
        monkeypatch: Sets the variables.
        certificates: Of all servers; made if there are none.
        others: Ports of other servers by host.
    """
    certificates = certificates or make_certificates(folder / "certificates")
    with GitServer(folder / "served", certificates) as git:
        routes = dict.fromkeys(GIT_HOSTS, git.port) | dict(others or {})
        with ConnectProxy(routes) as proxy:
            _use(folder, certificates, proxy, monkeypatch)
            yield Internet(git, proxy, certificates)


def _use(
    folder: Path, certificates: Certificates, proxy: ConnectProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Have the settings of a company: its proxy and its authority."""
    before = Path(os.environ["GIT_CONFIG_GLOBAL"]).read_text("utf-8")
    folder.mkdir(parents=True, exist_ok=True)
    settings = folder / "gitconfig"
    settings.write_text(
        f"{before}[http]\n\tproxy = {proxy.url}\n\tsslCAInfo = {certificates.authority}\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.authority))
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, proxy.url)
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "localhost,127.0.0.1")
