"""Makes the trees of a snapshot from those of the one before: only what changed is read and made.

A tree is the list of what is directly in one folder, in git's own form and order.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from workbench.services.git.loose_objects import object_id_of

FOLDER = 0o40000
EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
_ID_BYTES = 20

Listing = dict[bytes, tuple[int, bytes]]
"""Mode and raw id of each entry by its raw name."""
Change = tuple[int, str] | None
"""Mode and id that a file has now; ``None`` if it is gone."""


class DamagedTreeError(ValueError):
    """What should be a tree is none."""


class MadeTrees(NamedTuple):
    """The tree of a whole folder, and those of its folders that are new."""

    root: str
    new: dict[str, bytes]


def parse_tree(data: bytes) -> Iterator[tuple[bytes, int, bytes]]:
    """Yield name, mode and raw id of each entry of a tree.

    Raises:
        DamagedTreeError: If it is none.
    """
    at = 0
    while at < len(data):
        space = data.find(b" ", at)
        end = data.find(b"\0", space)
        after = end + 1 + _ID_BYTES
        if space < 0 or end < 0 or after > len(data):
            raise DamagedTreeError("not a tree")
        try:
            mode = int(data[at:space], 8)
        except ValueError as error:
            raise DamagedTreeError("not a tree") from error
        yield data[space + 1 : end], mode, data[end + 1 : after]
        at = after


def make_trees(base: str, changes: Mapping[str, Change], read: Callable[[str], bytes]) -> MadeTrees:
    """Return the trees of a folder after some changes.

    Args:
        base: Id of the tree before.
        changes: What changed, by path.
        read: Returns the content of a tree.

    Raises:
        DamagedTreeError: If a tree of before can't be used.
    """
    files: dict[str, dict[bytes, Change]] = {"": {}}
    for path, change in changes.items():
        folder, _, name = path.rpartition("/")
        while folder not in files:
            files[folder] = {}
            folder = folder.rpartition("/")[0]
        files[path.rpartition("/")[0]][os.fsencode(name)] = change
    order = sorted(files, key=lambda folder: folder.count("/") + bool(folder))
    before = _listings(base, order, read)
    made: dict[str, bytes] = {}
    inside: dict[str, dict[bytes, str]] = {folder: {} for folder in files}
    tree = ""
    for folder in reversed(order):
        listing = _changed(before[folder], inside[folder], files[folder])
        tree = ""
        if listing or not folder:
            data = _encoded(listing)
            tree = object_id_of("tree", data)
            made[tree] = data
        if folder:
            above, _, name = folder.rpartition("/")
            inside[above][os.fsencode(name)] = tree
    return MadeTrees(tree, made)


def _listings(base: str, order: list[str], read: Callable[[str], bytes]) -> dict[str, Listing]:
    """Return what was in each folder before; nothing in those that were not there."""
    before: dict[str, Listing] = {}
    for folder in order:
        tree = base
        if folder:
            above, _, name = folder.rpartition("/")
            mode, raw = before[above].get(os.fsencode(name), (0, b""))
            tree = raw.hex() if mode == FOLDER else EMPTY_TREE
        data = b"" if tree == EMPTY_TREE else read(tree)
        before[folder] = {name: (mode, raw) for name, mode, raw in parse_tree(data)}
    return before


def _changed(
    before: Listing, inside: Mapping[bytes, str], files: Mapping[bytes, Change]
) -> Listing:
    """Return what is in a folder now; a file and a folder may have changed their places."""
    listing = dict(before)
    for name, tree in inside.items():
        if tree:
            listing[name] = (FOLDER, bytes.fromhex(tree))
        elif listing.get(name, (0, b""))[0] == FOLDER:
            del listing[name]
    for name, change in files.items():
        if change is not None:
            listing[name] = (change[0], bytes.fromhex(change[1]))
        elif listing.get(name, (FOLDER, b""))[0] != FOLDER:
            del listing[name]
    return listing


def _encoded(listing: Listing) -> bytes:
    ordered = sorted(
        listing.items(), key=lambda item: item[0] + (b"/" if item[1][0] == FOLDER else b"")
    )
    return b"".join(b"%o %b\0%b" % (mode, name, raw) for name, (mode, raw) in ordered)
