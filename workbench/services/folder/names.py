"""Names that no snapshot holds.

Git or a server refuses the whole snapshot for some of them. The rules are those of ``git fsck``:
``.git`` as case-insensitive and as old Windows or macOS file systems see it, and symbolic links in
place of files that git itself reads. Others are those of the files that a restore needs only while
it is going on.
"""

import re

_GIT = re.compile(r"(?:\.git|git~1)[. ]*(?:$|[:\\/])", re.IGNORECASE)
_SUSPECT = re.compile("gi|ma", re.IGNORECASE)  # in every name below; asked for each file
# macOS ignores these characters in a name
_IGNORED = re.compile("[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]")
_READ_BY_GIT = re.compile(
    r"\.git(?:modules|ignore|attributes)|\.mailmap"
    r"|(?:gitmod|gitign|gitatt|mailma)~[1-4]"
    r"|gi(?:7eba|250a|7d29|7e?ba?|250?|7d2?)~[0-9]+|ma(?:ba30|ba3|ba|b)?~[0-9]+",
    re.IGNORECASE,
)


_OF_A_RESTORE = re.compile(r"\.workbench-[0-9a-f]{19}-[0-9]+\.(?:new|old)")


def is_of_a_restore(name: str) -> bool:
    """Return whether this is the name of a temporary file of a restore."""
    return name.startswith(".workbench-") and _OF_A_RESTORE.fullmatch(name) is not None


def is_refused(name: str, *, is_link: bool) -> bool:
    """Return whether git or a server refuses a file or folder of this name.

    ``.git`` itself is not asked about here: it is never stored at all.
    """
    if name.isascii() and not _SUSPECT.search(name):
        return False
    plain = name if name.isascii() else _IGNORED.sub("", name)
    if plain.casefold() == ".git" or any(map(_GIT.match, plain.split("\\"))):
        return True
    return is_link and _READ_BY_GIT.fullmatch(plain.partition(":")[0].rstrip(". ")) is not None
