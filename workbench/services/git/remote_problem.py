"""What it means when git could not talk to a server, in words for people.

Only an exit code says that something failed; git's own words, which are English here, say what.
"""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from workbench.core.git_address import AddressKind, GitAddress
from workbench.core.history_sync import RemoteError, SyncState

_DETAILS = 4000
_Make = Callable[[GitAddress, str], RemoteError]


def remote_problem(address: GitAddress, words: str, *, as_user: str = "") -> RemoteError:
    """Return what git's words mean for this repo.

    Args:
        address: The repo.
        words: What git said.
        as_user: User name of the account that was used; empty if none was.
    """
    details = words.strip()[-_DETAILS:]
    for pattern, make in _KNOWN:
        if pattern.search(words):
            if as_user and make in (_refused_sign_in, _denied, _not_found):
                return _other_account(make(address, details), address, as_user)
            return make(address, details)
    return _unreachable(address, details)


def refusal(address: GitAddress, reason: str, words: str) -> RemoteError:
    """Return what the reason means that a server gave for not taking a branch."""
    details = f"{reason}\n{words.strip()}"[:_DETAILS]
    if _DENIED.search(reason):
        return _denied(address, details)
    return RemoteError(
        SyncState.REJECTED,
        "History isn't pushed to the Git repo",
        f"{address.place} didn't take it: {reason}.",
        hint="Ask who looks after the repo to allow branches that start with AzureMLHistory.",
        details=details,
    )


def sign_in_page(address: GitAddress, details: str = "") -> RemoteError:
    """Return that a server shows a page for people where git expects an answer."""
    return RemoteError(
        SyncState.SIGN_IN_NEEDED,
        "Sign-in needed",
        f"{address.place} answered with a page to sign in.",
        details=details,
    )


def no_git_answer(address: GitAddress) -> RemoteError:
    """Return that what answers at an address is no Git server."""
    return sign_in_page(address, "The answer was not one of a Git server.")


def _told(state: SyncState, title: str, text: str, *, hint: str = "") -> _Make:
    """Return what makes an error of words in which ``{place}`` is where the repo is."""

    def make(address: GitAddress, details: str) -> RemoteError:
        title_here, text_here = (words.format(place=address.place) for words in (title, text))
        return RemoteError(state, title_here, text_here, hint=hint, details=details)

    return make


_refused_sign_in = _told(
    SyncState.SIGN_IN_NEEDED,
    "Sign-in needed",
    "{place} didn't accept your sign-in.",
)
_no_sign_in = _told(
    SyncState.SIGN_IN_NEEDED,
    "Sign-in needed",
    "{place} wants to know who you are.",
)
_no_key = _told(
    SyncState.SIGN_IN_NEEDED,
    "Sign-in needed",
    "{place} didn't accept an SSH key of this computer.",
    hint="Add a key that this server knows to your SSH agent.",
)
_denied = _told(
    SyncState.NO_PERMISSION,
    "No permission",
    "{place} doesn't let you do that in this repo.",
    hint="Ask who looks after the repo to let you contribute and create branches.",
)
_moved = _told(
    SyncState.REJECTED,
    "The repo has moved",
    "{place} sends git to another address, which isn't followed.",
)
_disk_full = _told(
    SyncState.OFFLINE,
    "The disk is full",
    "What comes from {place} has no room on this computer.",
    hint="Make room on the disk.",
)
_too_large = _told(
    SyncState.REJECTED,
    "The server doesn't take that much at once",
    "{place} refused the size of what was pushed.",
    hint="Ask who looks after the server to raise its limit.",
)
_untrusted = _told(
    SyncState.OFFLINE,
    "The server's certificate isn't trusted",
    "Nothing was sent to {place}, because it can't prove who it is.",
    hint="If your company has its own authority, set http.sslCAInfo in your Git settings.",
)
_proxy = _told(
    SyncState.OFFLINE,
    "The proxy doesn't let Git through",
    "The way to {place} is closed.",
    hint="Check http.proxy in your Git settings.",
)
_proxy_password = _told(
    SyncState.OFFLINE,
    "The proxy wants a user name and a password",
    "The way to {place} is closed until it gets the right ones.",
    hint="Write them into http.proxy in your Git settings, as in http://user:password@host.",
)
_server_trouble = _told(
    SyncState.OFFLINE,
    "{place} has a problem",
    "The server can't answer now.",
)


def _other_account(error: RemoteError, address: GitAddress, user: str) -> RemoteError:
    """Return the same with who was refused: another account may be let in."""
    text = f"{address.place} doesn't let {user} do that in this repo, or has no such repo."
    if error.state is SyncState.SIGN_IN_NEEDED:
        text = f"{address.place} didn't accept the sign-in of {user}."
    return RemoteError(
        error.state,
        error.title,
        text,
        hint="If you have another account for this organization, or its directory is another one, "
        "use that one. Else ask who looks after the repo.",
        details=error.details,
    )


def _unknown_host(address: GitAddress, details: str) -> RemoteError:
    return RemoteError(
        SyncState.OFFLINE,
        f"SSH doesn't know {address.place}",
        "Nobody has confirmed yet that it is the right server.",
        hint=f"Run {_ssh_line(address)} in a terminal once and compare the key.",
        details=details,
    )


def _other_key(address: GitAddress, details: str) -> RemoteError:
    return RemoteError(
        SyncState.OFFLINE,
        f"{address.place} has another key than before",
        "It was set up anew, or somebody pretends to be it. Nothing was sent there.",
        hint="Ask who looks after the server which key it has. If it is the new one, "
        f"run ssh-keygen -R {_known_as(address)} in a terminal, then {_ssh_line(address)}.",
        details=details,
    )


def _ssh_line(address: GitAddress) -> str:
    """Return how a person reaches the server in a terminal."""
    user, host, port = _ssh_parts(address)
    return " ".join(("ssh", *(("-p", port) if port else ()), f"{user}@{host}" if user else host))


def _known_as(address: GitAddress) -> str:
    """Return what the server is called where SSH keeps the keys of servers."""
    _user, host, port = _ssh_parts(address)
    return f"'[{host}]:{port}'" if port else host


def _ssh_parts(address: GitAddress) -> tuple[str, str, str]:
    if "://" in address.url:
        parts = urlsplit(address.url)
        return parts.username or "", parts.hostname or "", str(parts.port or "")
    user, _, _ = address.url.partition(":")[0].rpartition("@")
    return user, address.host, ""


def _not_found(address: GitAddress, details: str) -> RemoteError:
    if address.kind is AddressKind.LOCAL:
        return _unreachable(address, details)
    return RemoteError(
        SyncState.NO_PERMISSION,
        "No such repo, or no access",
        f"{address.place} has no repo at this address that you may see.",
        hint="Check the address, or ask who looks after the repo to let you read it.",
        details=details,
    )


def _unreachable(address: GitAddress, details: str) -> RemoteError:
    if address.kind is AddressKind.LOCAL:
        return RemoteError(
            SyncState.OFFLINE,
            "The Git repo isn't there",
            f"{address.url} can't be used as a Git repo now.",
            details=details,
        )
    return RemoteError(
        SyncState.OFFLINE,
        f"{address.place} can't be reached",
        "Nobody answered there.",
        details=details,
    )


_DENIED = re.compile(r"TF401027|permission|not authorized|access denied|forbidden", re.IGNORECASE)
_KNOWN: tuple[tuple[re.Pattern[str], _Make], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), make)
    for pattern, make in (
        (r"(?m)^(?!remote:).*(No space left on device|Disk quota exceeded)", _disk_full),
        (r"Authentication failed for", _refused_sign_in),
        (r"could not read (Username|Password)|returned error: 401", _no_sign_in),
        (r"returned error: 30[23]|_signin", sign_in_page),
        (r"could not determine hash algorithm|returned error: 203", sign_in_page),
        (r"not valid: is this a git repository", sign_in_page),
        (r"unable to update url base from redirection|returned error: 30\d", _moved),
        (r"returned error: 403|TF401027", _denied),
        (r"TF401019|repository '.*' not found|returned error: 404", _not_found),
        (r"does not appear to be a git repository|no such repository", _not_found),
        (r"returned error: 413", _too_large),
        (r"Permission denied \(|Too many authentication failures", _no_key),
        (r"REMOTE HOST IDENTIFICATION HAS CHANGED|POSSIBLE DNS SPOOFING", _other_key),
        (r"Host key verification failed", _unknown_host),
        (r"certificate|SSL peer|self.signed", _untrusted),
        (r"response 407|HTTP code 407|Proxy Authentication Required", _proxy_password),
        (r"CONNECT tunnel failed|proxy", _proxy),
        (r"returned error: (5\d\d|429)", _server_trouble),
    )
)
