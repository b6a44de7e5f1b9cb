"""What is stored is what the folder holds, whatever it holds; git agrees."""

import os
import random
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.snapshot_lab import Lab, as_entries, content_of, snapshot_lab
from workbench.core.snapshot import SnapshotKind
from workbench.operations.take_snapshot import describe_folder, take_snapshot

SLOW = [HealthCheck.too_slow]


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    with snapshot_lab(tmp_path) as made:
        yield made


names = st.one_of(
    st.sampled_from(
        ["a", "b", "data", "x.py", "A", "é", "e\u0301", "a b", 'q"', "n\nl", "-", "\\"]
    ),
    st.text(
        st.characters(blacklist_characters="/\0", blacklist_categories=["Cs"]), min_size=1
    ).filter(lambda name: len(name.encode()) < 60 and name not in {".", ".."}),
    st.binary(min_size=1, max_size=6)
    .filter(lambda name: not set(name) & {0, 0x2F} and name not in {b".", b".."})
    .map(os.fsdecode),
).filter(lambda name: "git" not in name.casefold() and "ignore" not in name)
contents = st.one_of(st.binary(max_size=50), st.sampled_from([b"", b"a\r\nb\n", b"\xff\xfe"]))
links = st.sampled_from(["->a", "->../..", "->/nowhere", "->."])
trees = st.dictionaries(
    st.lists(names, min_size=1, max_size=4).map("/".join), st.one_of(contents, links), max_size=12
)


def _write_tree(lab: Lab, tree: dict[str, bytes | str], executable: int) -> None:
    for number, (path, content) in enumerate(tree.items()):
        parents = list(Path(path).parents)[:-1]
        blocked = any((lab.folder / p).is_symlink() or (lab.folder / p).is_file() for p in parents)
        if blocked or os.path.lexists(lab.folder / path):
            continue
        lab.write({path: content})
        if number % 3 == executable and isinstance(content, bytes):
            (lab.folder / path).chmod(0o755)


@settings(max_examples=15, deadline=None, suppress_health_check=SLOW)
@given(first=trees, second=trees, executable=st.integers(0, 2))
def test_any_tree_is_stored_as_it_is(
    first: dict[str, bytes | str], second: dict[str, bytes | str], executable: int
) -> None:
    with tempfile.TemporaryDirectory() as root, snapshot_lab(Path(root)) as lab:
        for tree in (first, second):
            _write_tree(lab, tree, executable)
            snapshot = take_snapshot(lab, SnapshotKind.RUN, built_in_rules=False)
            content = content_of(lab.folder)
            assert lab.history.tree_entries(snapshot.commit) == as_entries(content)
            assert lab.stored(snapshot.commit) == content
            assert describe_folder(lab, built_in_rules=False).entries == as_entries(content)
        assert lab.history.commit_tree_id(lab.history.tip()) == _tree_of_git(lab, Path(root))


def _tree_of_git(lab: Lab, root: Path) -> str:
    """Return the tree that git makes of the folder when nothing may change the bytes."""
    other = root / "other.git"
    subprocess.run(["git", "init", "-q", "--bare", "--template=", other], check=True)
    (other / "info").mkdir(exist_ok=True)
    (other / "info" / "attributes").write_text(
        "* -text -eol -ident -filter -working-tree-encoding\n", encoding="utf-8"
    )
    base = ["git", f"--git-dir={other}", f"--work-tree={lab.folder}"]
    base += ["-c", "core.protectNTFS=false", "-c", "core.protectHFS=false", "-c", "core.bare=false"]
    subprocess.run([*base, "add", "-A", "."], check=True, cwd=lab.folder, capture_output=True)
    done = subprocess.run([*base, "write-tree"], check=True, cwd=lab.folder, capture_output=True)
    return done.stdout.decode().strip()


def test_git_makes_the_same_tree(lab: Lab, tmp_path: Path) -> None:
    lab.write(
        {f"src/m{n % 7}/f{n}.py": random.randbytes(n * 13) for n in range(150)}
        | {"run.sh": "#!/bin/sh\n", "link": "->run.sh", "ü/ö.txt": "ä", ".gitignore": "*.log\n"}
        | {"x.log": "x"}
    )
    (lab.folder / "run.sh").chmod(0o755)
    assert lab.take().tree == _tree_of_git(lab, tmp_path)
