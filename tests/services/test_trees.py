"""Trees made from changes, and what differs between two of them."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.services.git.trees import (
    EMPTY_TREE,
    Change,
    DamagedTreeError,
    differing_paths,
    make_trees,
    parse_tree,
)

_NAMES = st.sampled_from(["a", "a.b", "b", "c d", "\udce9", "e"])
_PATHS = st.lists(_NAMES, min_size=1, max_size=3).map("/".join)
_FILES = st.dictionaries(
    _PATHS,
    st.tuples(
        st.sampled_from([0o100644, 0o100755, 0o120000]),
        st.sampled_from(["20" * 20, "00" * 20, "0a" * 20]),
    ),
    max_size=12,
).map(lambda found: {path: found[path] for path in found if not _is_above(path, found)})


def _is_above(path: str, paths: Iterable[str]) -> bool:
    return any(other.startswith(f"{path}/") for other in paths)


class Store:
    """Trees by their ids; knows which were read."""

    def __init__(self) -> None:
        self.trees: dict[str, bytes] = {}
        self.read_ids: list[str] = []

    def read(self, ids: Iterable[str]) -> dict[str, bytes]:
        asked = list(ids)
        self.read_ids += asked
        return {each: self.trees[each] for each in asked}

    def make(self, files: dict[str, tuple[int, str]], base: str = EMPTY_TREE) -> str:
        changes: dict[str, Change] = dict(files)
        made = make_trees(base, changes, self.read)
        self.trees |= made.new
        return made.root


@given(_FILES, _FILES)
def test_what_differs_is_found_and_nothing_else(
    one: dict[str, tuple[int, str]], other: dict[str, tuple[int, str]]
) -> None:
    store = Store()
    found = differing_paths(store.make(one), store.make(other), store.read)
    assert found == {path for path in one.keys() | other if one.get(path) != other.get(path)}


@given(_FILES, _FILES)
def test_a_tree_made_from_another_is_the_same_as_one_made_anew(
    one: dict[str, tuple[int, str]], other: dict[str, tuple[int, str]]
) -> None:
    store = Store()
    base = store.make(one)
    changes: dict[str, Change] = {path: None for path in one if path not in other}
    changes |= {path: each for path, each in other.items() if one.get(path) != each}
    made = make_trees(base, changes, store.read)
    assert made.root == store.make(other)


def test_folders_that_are_equal_are_not_read() -> None:
    store = Store()
    files = {f"d{n}/f{m}": (0o100644, f"{n:02d}" * 20) for n in range(9) for m in range(3)}
    one = store.make(files)
    other = store.make({"d3/f1": (0o100644, "ff" * 20)}, one)
    store.read_ids.clear()

    assert differing_paths(one, other, store.read) == {"d3/f1"}
    assert len(store.read_ids) == 4
    assert differing_paths(one, one, store.read) == set()
    assert len(store.read_ids) == 4


@pytest.mark.parametrize(
    "end", [b"100644 a", b"100644 a\0short", b"xyz", b"100648 a\0" + b"1" * 20]
)
def test_what_is_no_tree_is_told(end: bytes) -> None:
    good = b"100644 a\0" + b"\0 \n" + b"1" * 17
    assert parse_tree(good) == [(b"a", 0o100644, good[-20:])]
    for data in (end, good + end):
        with pytest.raises(DamagedTreeError):
            parse_tree(data)
