"""Taking secrets out of texts that are handed to others.

A value is a secret if its name says so (``--api-key``, ``DB_PASSWORD``) or if it looks like one.
It is better to hide too much than too little.
"""

import re
from collections.abc import Iterable, Sequence

HIDDEN = "<hidden>"
_SHORTEST = 4
_NAME = re.compile(
    r"passw|passphrase|secret|token|api[-_]?key|access[-_]?key|account[-_]?key|private[-_]?key"
    r"|credential|authori[sz]ation|bearer|cookie|session|connection[-_]?string|\bsas\b|_sas\b"
    r"|\bpwd\b|\bpat\b|(?:^|[-_])auth(?:$|[-_])|(?:^|[-_])key$",
    re.IGNORECASE,
)
_LOOKS = re.compile(
    r"(?P<before>://)[^/\s:@'\"]*:[^/\s@'\"]+(?=@)"
    r"|(?<=[?&]sig=)[^&\s'\"]+"
    r"|\bgh[pousr]_\w{20,}|\bgithub_pat_\w{20,}|\bglpat-[\w-]{16,}|\bxox[abprs]-[\w-]{10,}"
    r"|\bAKIA[0-9A-Z]{16}\b|\bhf_\w{20,}|\bsk-[\w-]{20,}"
    r"|\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]*"
    r"|(?<=[Bb]earer )[\w.~+/=-]{8,}|(?<=AccountKey=)[^;\s'\"]+"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)"
)
_ASSIGNED = re.compile(
    r"(?P<name>[\w-]+)(?P<between>[\"']?\s*[=:]\s*[\"']?)(?P<value>[^\s\"',;&]{4,})"
)


def is_secret_name(name: str) -> bool:
    """Whether a value of this name is probably a secret."""
    return _NAME.search(name) is not None


def secrets_of(arguments: Sequence[str], variables: Iterable[tuple[str, str]]) -> frozenset[str]:
    """Return the values of arguments and variables whose names say that they are secrets."""
    found = {value for name, value in variables if is_secret_name(name)}
    for place, argument in enumerate(arguments):
        name, equals, value = argument.partition("=")
        if not is_secret_name(name):
            continue
        if equals:
            found.add(value)
        elif name.startswith("-") and place + 1 < len(arguments):
            found.add(arguments[place + 1])
    return frozenset(value for value in found if len(value) >= _SHORTEST)


def redacted(text: str, secrets: Iterable[str] = ()) -> str:
    """Return a text with known secrets, and all that looks like one, replaced."""
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    text = _LOOKS.sub(lambda match: (match["before"] or "") + HIDDEN, text)
    return _ASSIGNED.sub(_hide_assigned, text)


def _hide_assigned(match: re.Match[str]) -> str:
    if not is_secret_name(match["name"]):
        return match[0]
    return f"{match['name']}{match['between']}{HIDDEN}"
