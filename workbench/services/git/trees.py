"""Makes the trees of a snapshot from those of the one before: only what changed is read and made.

A tree is the list of what is directly in one folder, in git's own form and order.
"""

import os
import re
from collections.abc import Callable, Iterable, Mapping
from itertools import groupby
from typing import NamedTuple

from workbench.services.git.loose_objects import object_id_of

FOLDER = 0o40000
EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
_ENTRY = re.compile(rb"([0-7]{5,6}) ([^\0]+)\0(.{20})", re.DOTALL)
_BESIDE = 22  # bytes of an entry beside its mode and its name

Listing = dict[bytes, tuple[int, bytes]]
"""Mode and raw id of each entry by its raw name."""
Change = tuple[int, str] | None
"""Mode and id that a file has now; ``None`` if it is gone."""

ReadTrees = Callable[[Iterable[str]], dict[str, bytes]]
"""Returns the contents of trees by their ids."""


class DamagedTreeError(ValueError):
    """What should be a tree is none."""


class MadeTrees(NamedTuple):
    """The tree of a whole folder, and those of its folders that are new."""

    root: str
    new: dict[str, bytes]


def parse_tree(data: bytes) -> list[tuple[bytes, int, bytes]]:
    """Return name, mode and raw id of each entry of a tree.

    Raises:
        DamagedTreeError: If it is none.
    """
    found = _ENTRY.findall(data)
    if sum(len(mode) + len(name) for mode, name, _ in found) + _BESIDE * len(found) != len(data):
        raise DamagedTreeError("not a tree")
    return [(name, int(mode, 8), raw) for mode, name, raw in found]


def make_trees(base: str, changes: Mapping[str, Change], read: ReadTrees) -> MadeTrees:
    """Return the trees of a folder after some changes.

    Args:
        base: Id of the tree before.
        changes: What changed, by path.
        read: Returns the contents of trees.

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
    order = sorted(files, key=_depth)
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


def differing_paths(one: str, other: str, read: ReadTrees) -> set[str]:
    """Return the files of which two trees say different things; folders that are equal aren't read.

    Args:
        one: Id of a tree.
        other: Id of another.
        read: Returns the contents of trees.

    Raises:
        DamagedTreeError: If one can't be used.
    """
    found: set[str] = set()
    level = {"": [one, other]} if one != other else {}
    while level:
        trees = _entries({tree for both in level.values() for tree in both}, read)
        below: dict[str, list[str]] = {}
        for folder, (left, right) in level.items():
            above = f"{folder}/" if folder else ""
            before, after = set(trees[left]), set(trees[right])
            for side, entries in enumerate((before - after, after - before)):
                for name, mode, raw in entries:
                    path = above + os.fsdecode(name)
                    if mode == FOLDER:
                        below.setdefault(path, [EMPTY_TREE, EMPTY_TREE])[side] = raw.hex()
                    else:
                        found.add(path)
        level = below
    return found


def _entries(trees: set[str], read: ReadTrees) -> dict[str, list[tuple[bytes, int, bytes]]]:
    """Return what is directly in some trees."""
    found = {tree: parse_tree(data) for tree, data in read(sorted(trees - {EMPTY_TREE})).items()}
    found[EMPTY_TREE] = []
    return found


def _listings(base: str, order: list[str], read: ReadTrees) -> dict[str, Listing]:
    """Return what was in each folder before; nothing in those that were not there."""
    before: dict[str, Listing] = {}
    for _, level in groupby(order, _depth):
        ids = {folder: _tree_of(folder, before) if folder else base for folder in level}
        trees = _entries(set(ids.values()), read)
        for folder, tree in ids.items():
            before[folder] = {name: (mode, raw) for name, mode, raw in trees[tree]}
    return before


def _tree_of(folder: str, before: Mapping[str, Listing]) -> str:
    above, _, name = folder.rpartition("/")
    mode, raw = before[above].get(os.fsencode(name), (0, b""))
    return raw.hex() if mode == FOLDER else EMPTY_TREE


def _depth(folder: str) -> int:
    return folder.count("/") + bool(folder)


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
