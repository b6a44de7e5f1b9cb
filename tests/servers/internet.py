"""A small internet for tests: a Git server under the real names of hosts, behind a proxy."""

import os
from collections.abc import Iterator
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
def internet(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Internet]:
    """Serve Git, and have the user's Git settings name the proxy and the authority."""
    certificates = make_certificates(folder / "certificates")
    with GitServer(folder / "served", certificates) as git:
        routes = dict.fromkeys(GIT_HOSTS, git.port)
        with ConnectProxy(routes) as proxy:
            use(folder, certificates, proxy, monkeypatch)
            yield Internet(git, proxy, certificates)


def use(
    folder: Path, certificates: Certificates, proxy: ConnectProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Write the Git settings of a company: its proxy and its authority."""
    before = Path(os.environ["GIT_CONFIG_GLOBAL"]).read_text("utf-8")
    settings = folder / "gitconfig"
    settings.write_text(
        f"{before}[http]\n\tproxy = {proxy.url}\n\tsslCAInfo = {certificates.authority}\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
