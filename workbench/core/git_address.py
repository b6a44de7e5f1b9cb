"""Addresses of Git repos: what can be used, what is refused, and what Azure DevOps calls it.

No program is asked here; an address that passes has the form of one, nothing more.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum
from urllib.parse import SplitResult, unquote, urlsplit

from workbench.core.errors import InvalidInputError

FIELD = "repo"
_AZURE_HOST = "dev.azure.com"
_AZURE_SUFFIX = ".visualstudio.com"
_AZURE_FORM = "https://dev.azure.com/organization/project/_git/repo"
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_HELPER = re.compile(r"[A-Za-z0-9+.-]+::")
_SCP = re.compile(
    r"(?:(?P<user>[^@/\s:]+)@)?(?P<host>[A-Za-z0-9][A-Za-z0-9._-]*):(?P<path>[^\s].*)"
)
_DRIVE = re.compile(r"[A-Za-z]:[\\/]")
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?|[0-9A-Fa-f:]+")
_USER = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*")
_PATH_PART = re.compile(r"[^/]+")


class AddressKind(Enum):
    """How a repo is reached."""

    HTTPS = "https"
    HTTP = "http"
    SSH = "ssh"
    LOCAL = "file"


@dataclass(frozen=True, slots=True)
class GitAddress:
    """The address of a Git repo.

    Attributes:
        url: As git takes it; never with a secret in it.
        kind: How it is reached.
        host: Host in lower case, with a port if it has one; empty for a local folder.
        organization: Azure DevOps organization; empty for any other server.
        project: Azure DevOps project, as people write it; empty for any other server.
        repo: Name of the repo, as people write it.
    """

    url: str
    kind: AddressKind
    host: str
    organization: str
    project: str
    repo: str

    @property
    def is_azure_devops(self) -> bool:
        """Whether it is a repo of Azure DevOps Services."""
        return bool(self.organization)

    @property
    def place(self) -> str:
        """What answers there, for people: the host, or the folder."""
        return self.host or self.url

    @property
    def title(self) -> str:
        """A short name, for example ``"contoso/churn-prediction"``."""
        if self.organization:
            return f"{self.organization}/{self.repo}"
        if self.kind is AddressKind.LOCAL:
            return self.repo
        return f"{self.host}/{self.repo}"

    @property
    def web(self) -> str:
        """Where a browser shows it; empty if no browser can."""
        return self.url if self.kind in (AddressKind.HTTPS, AddressKind.HTTP) else ""


class SecretInAddressError(InvalidInputError):
    """An address holds a password or an access token.

    Attributes:
        clean: The same address without it.
        secret: What has to be kept elsewhere. It is in no text of this error.
        user: User name that goes with it; empty if there is none.
    """

    def __init__(self, clean: str, secret: str, user: str = "") -> None:
        super().__init__(
            FIELD,
            "This address holds a password or an access token",
            hint=f"Use {clean}: others can read the address.",
        )
        self.clean = clean
        self.secret = secret
        self.user = user


def parse_address(text: str, *, insecure_hosts: Collection[str] = ()) -> GitAddress:
    """Return the address that somebody typed.

    Args:
        text: What was typed; a path of this computer has to be absolute.
        insecure_hosts: Hosts that may be reached by ``http://``.

    Raises:
        SecretInAddressError: If it holds a secret.
        InvalidInputError: If it cannot be used.
    """
    typed = text.strip()
    _refuse_dangerous(typed)
    scheme = _SCHEME.match(typed)
    if scheme is None:
        return _without_scheme(typed)
    kind = scheme[1].lower()
    if kind == "file":
        return _local(unquote(typed[len("file://") :]))
    if kind not in ("https", "http", "ssh"):
        raise _refused("Enter an address that starts with https://")
    parts = _split(typed)
    if kind == "ssh":
        return _ssh(parts)
    if kind == "http" and parts.netloc.rpartition("@")[2].lower() not in insecure_hosts:
        raise _refused(
            "Enter an address that starts with https://",
            f"With http:// everybody on the way can read along. If {parts.hostname} has nothing "
            "else, name it under insecure_hosts in settings.toml.",
        )
    return _web(parts, AddressKind(kind))


def address_problem(text: str, *, insecure_hosts: Collection[str] = ()) -> str:
    """Return what is wrong with an address in one or two sentences, or an empty string."""
    try:
        parse_address(text, insecure_hosts=insecure_hosts)
    except InvalidInputError as error:
        return f"{error.title}. {error.hint}" if error.hint else error.title
    return ""


def is_same_repo(one: str, other: str) -> bool:
    """Return whether two addresses lead to one repo, as far as their words tell.

    Azure DevOps knows each repo under several addresses.
    """
    return _identity(one) == _identity(other)


def is_azure_host(host: str) -> bool:
    """Return whether a host belongs to Azure DevOps Services."""
    name = host.lower().partition(":")[0]
    return name == _AZURE_HOST or (name.endswith(_AZURE_SUFFIX) and len(name) > len(_AZURE_SUFFIX))


def _identity(text: str) -> tuple[str, ...]:
    try:
        host = urlsplit(text).hostname or ""
        address = parse_address(text, insecure_hosts=[host, urlsplit(text).netloc.lower()])
    except (InvalidInputError, ValueError):
        return (text,)
    if address.organization:
        parts = (address.organization, address.project, address.repo)
        return tuple(part.lower() for part in parts)
    return (address.url.removesuffix(".git"),)


def _refuse_dangerous(typed: str) -> None:
    if not typed:
        raise _refused("Enter the address of a Git repo")
    if any(ord(character) < 32 or ord(character) == 127 for character in typed):
        raise _refused("An address can't hold control characters")
    if typed.startswith("-"):
        raise _refused("An address can't start with a hyphen")
    if _HELPER.match(typed):
        raise _refused("Addresses of this kind start programs and can't be used")


def _without_scheme(typed: str) -> GitAddress:
    if typed.startswith(("/", "\\\\")) or _DRIVE.match(typed):
        return _local(typed)
    scp = _SCP.fullmatch(typed)
    if scp is None or (scp["user"] and not _USER.fullmatch(scp["user"])):
        raise _refused("Enter an address that starts with https://")
    if scp["path"].startswith("-"):
        raise _refused("A path can't start with a hyphen")
    return GitAddress(typed, AddressKind.SSH, scp["host"].lower(), "", "", _name(scp["path"]))


def _split(typed: str) -> SplitResult:
    try:
        parts = urlsplit(typed)
        port = parts.port
    except ValueError as error:
        raise _refused("This isn't a complete address") from error
    if not parts.hostname or not _HOST.fullmatch(parts.hostname) or port == 0:
        raise _refused("This isn't a complete address")
    return parts


def _local(path: str) -> GitAddress:
    if not (path.startswith(("/", "\\\\")) or _DRIVE.match(path)):
        raise _refused("Enter the whole path of the folder")
    clean = path.rstrip("/\\") or path
    return GitAddress(clean, AddressKind.LOCAL, "", "", "", _name(clean.replace("\\", "/")))


def _ssh(parts: SplitResult) -> GitAddress:
    user, port = parts.username or "", f":{parts.port}" if parts.port else ""
    clean = f"ssh://{user + '@' if user else ''}{parts.hostname}{port}{parts.path}"
    if parts.password:
        raise SecretInAddressError(clean, unquote(parts.password))
    if (user and not _USER.fullmatch(user)) or not parts.path.strip("/") or parts.query:
        raise _refused("This isn't a complete address")
    host = f"{parts.hostname}{port}"
    return GitAddress(clean, AddressKind.SSH, host, "", "", _name(parts.path))


def _web(parts: SplitResult, kind: AddressKind) -> GitAddress:
    host = f"{parts.hostname}{f':{parts.port}' if parts.port else ''}".lower()
    path = parts.path.rstrip("/")
    clean = f"{kind.value}://{host}{path}"
    azure = is_azure_host(host)
    # Azure DevOps itself writes the organization in front of the host.
    only_name = azure and parts.password is None and _names_organization(parts)
    if "@" in parts.netloc and not only_name:
        # A lone word in front of the host is a token, or a user name that is of no use here.
        user = unquote(parts.username or "") if parts.password else ""
        raise SecretInAddressError(clean, unquote(parts.password or parts.username or ""), user)
    if parts.query or parts.fragment:
        raise _refused("This is the address of a page", "Copy the address for cloning.")
    if not path.strip("/"):
        raise _refused("This address names a server, not a repo")
    if azure:
        return _azure(clean, kind, host, path)
    return GitAddress(clean, kind, host, "", "", _name(path))


def _names_organization(parts: SplitResult) -> bool:
    host, user = (parts.hostname or "").lower(), (parts.username or "").lower()
    if host == _AZURE_HOST:
        return user == unquote(parts.path.strip("/").partition("/")[0]).lower()
    return user == host.removesuffix(_AZURE_SUFFIX)


def _azure(clean: str, kind: AddressKind, host: str, path: str) -> GitAddress:
    words = _PATH_PART.findall(path)
    if host.partition(":")[0] == _AZURE_HOST:
        organization = unquote(words.pop(0))
    else:
        organization = host.partition(":")[0].removesuffix(_AZURE_SUFFIX)
    if words and words[0].lower() == "defaultcollection":
        words.pop(0)
    if len(words) not in (2, 3) or words[-2] != "_git":
        raise _refused("This isn't the address of a repo of Azure DevOps", f"See {_AZURE_FORM}.")
    repo = unquote(words[-1])
    project = unquote(words[0]) if len(words) == 3 else repo
    return GitAddress(clean, kind, host, organization, project, repo)


def _name(path: str) -> str:
    last = unquote(path.rstrip("/").rpartition("/")[2]).rpartition(":")[2]
    return last.removesuffix(".git") or last


def _refused(text: str, hint: str = "") -> InvalidInputError:
    return InvalidInputError(FIELD, text, hint=hint)
