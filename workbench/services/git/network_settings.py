"""What git needs on the way to a server: the user's proxy and certificates, and nothing else.

Helpers, hooks, rewritten addresses and prompts of the user's configuration must not act on
commands that run by themselves; a company's proxy and its certificate authority have to.
"""

import os
import shlex
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from workbench.core.account import Credential
from workbench.core.git_address import AddressKind, GitAddress
from workbench.services.git.hardened import GitCommands, GitFailedError, user_variables

Setting = tuple[str, str]

_SECONDS = 20.0
_TAKEN = (
    "http.proxy",
    "http.proxyauthmethod",
    "http.proxysslcainfo",
    "http.sslcainfo",
    "http.sslcapath",
    "http.sslbackend",
    "http.schannelusesslcainfo",
    "http.schannelcheckrevoke",
    "http.sslcert",
    "http.sslkey",
    "http.version",
    "http.postbuffer",
)
_TAKEN_VARIABLES = ("GIT_SSL_CAINFO", "GIT_SSL_CAPATH", "GIT_SSL_CERT", "GIT_SSL_KEY")
# Nobody is asked anything, and nothing is waited for without end.
_SSH_OPTIONS = (
    "-o BatchMode=yes -o ConnectTimeout=20 -o ServerAliveInterval=15 -o ServerAliveCountMax=4"
)
_OPENSSH = frozenset({"ssh", "ssh.exe"})


@dataclass(frozen=True, slots=True)
class Network:
    """How to reach one server.

    Attributes:
        settings: Git settings.
        variables: Variables for git.
        proxy: Host of a proxy that wants a password, with it; ``None`` if there is none.
    """

    settings: tuple[Setting, ...]
    variables: dict[str, str]
    proxy: tuple[str, Credential] | None = None


def network_for(address: GitAddress, *, silence: int) -> Network:
    """Return how git reaches the server of an address.

    Args:
        address: The repo.
        silence: Seconds without anything received or sent after which git gives up.

    Raises:
        WorkbenchError: If git is not installed.
    """
    own = (
        ("credential.helper", ""),
        ("core.askPass", ""),
        ("core.hooksPath", os.devnull),
        ("protocol.allow", "never"),
        (f"protocol.{address.kind.value}.allow", "always"),
        ("http.followRedirects", "false"),
        ("http.lowSpeedLimit", "1"),
        ("http.lowSpeedTime", str(silence)),
        ("fetch.unpackLimit", "1"),
        ("transfer.unpackLimit", "1"),
        ("gc.auto", "0"),
        ("maintenance.auto", "false"),
    )
    if address.kind is AddressKind.SSH:
        return Network(own, _ssh_of_user())
    if address.kind is AddressKind.LOCAL:
        return Network(own, {})
    taken, proxy = _without_secret(_of_user(address))
    variables = {name: os.environ[name] for name in _TAKEN_VARIABLES if name in os.environ}
    return Network((*taken, *own), variables, proxy)


def _of_user(address: GitAddress) -> list[Setting]:
    """Return those of the user's and the computer's settings that count for this address."""
    commands = GitCommands(Path(os.sep), variables=user_variables())
    arguments = ["config", "--null", "--get-urlmatch", "http", address.url]
    try:
        done = commands.run(arguments, check=False, timeout=_SECONDS)
    except GitFailedError:
        return []
    found = []
    for entry in os.fsdecode(done.stdout).split("\0"):
        name, _, value = entry.partition("\n")
        if name.lower() in _TAKEN and value:
            found.append((name, value))
    return found


def _without_secret(
    settings: list[Setting],
) -> tuple[list[Setting], tuple[str, Credential] | None]:
    """Take the password out of a proxy's address: git asks for it then."""
    kept: list[Setting] = []
    proxy = None
    for name, value in settings:
        parts = urlsplit(value if "://" in value else f"http://{value}")
        if name.lower() != "http.proxy" or not parts.password:
            kept.append((name, value))
            continue
        user = unquote(parts.username or "")
        host = parts.netloc.rpartition("@")[2].lower()
        kept.append((name, f"{parts.scheme}://{quote(user, safe='')}@{host}{parts.path}"))
        proxy = (host, Credential(user, unquote(parts.password)))
    return kept, proxy


def _ssh_of_user() -> dict[str, str]:
    """Return which ssh is used, the user's own choice first; it never asks anything."""
    if "GIT_SSH_COMMAND" in os.environ:
        return {"GIT_SSH_COMMAND": _careful(os.environ["GIT_SSH_COMMAND"])}
    commands = GitCommands(Path(os.sep), variables=user_variables())
    done = commands.run(["config", "--get", "core.sshCommand"], check=False, timeout=_SECONDS)
    chosen = os.fsdecode(done.stdout).strip()
    if not chosen and "GIT_SSH" in os.environ:
        return {"GIT_SSH": os.environ["GIT_SSH"]}
    return {"GIT_SSH_COMMAND": _careful(chosen or "ssh")}


def _careful(command: str) -> str:
    """Return a command of the user's with our options, where it is one that knows them."""
    try:
        program = shlex.split(command)[0]
    except (ValueError, IndexError):
        return command
    # The user's own options come first, and the first one counts.
    return f"{command} {_SSH_OPTIONS}" if Path(program).name.lower() in _OPENSSH else command
