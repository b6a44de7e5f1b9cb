"""Which files are left out, held against git itself."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbench.services.folder.patterns import parse_patterns
from workbench.services.folder.rules import Rules

NAMES = ["a", "b", "ab", "foo", "x.py", "y.txt", "A", "a b", "é", "d", ".h", "-x", "b]", "a\\b"]
ATOMS = [
    "a", "b", "foo", "*", "**", "?", "/", "/", "*.py", ".txt", "[ab]", "[!a]", "[^b]", "[a-c]",
    "[[:alpha:]]", "[[:upper:]]", "\\a", "\\*", " ", "\\ ", "é", "A", "d", ".", "-", "x", "y",
    "[", "]", "[]]", "[]-a]", "\\\\", "[\\]]", "[[:space:]a]", "[a-]", "**/", "/**",
]  # fmt: skip
patterns = st.builds(
    lambda negated, atoms, folder: "!" * negated + "".join(atoms) + "/" * folder,
    st.booleans(),
    st.lists(st.sampled_from(ATOMS), min_size=1, max_size=5),
    st.booleans(),
)
lines = st.one_of(patterns, patterns, st.sampled_from(["", "# c", "*", "!*/", "d/", "\\#x", "!"]))
rule_files = st.lists(lines, min_size=1, max_size=5).map("\n".join)
paths = st.lists(st.sampled_from(NAMES), min_size=1, max_size=4).map("/".join)


@pytest.fixture(scope="module")
def repository() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="rules-"))
    subprocess.run(["git", "init", "-q", folder], check=True)
    yield folder
    shutil.rmtree(folder)


def _clear(folder: Path) -> None:
    for entry in folder.iterdir():
        if entry.name == ".git":
            continue
        if entry.is_dir():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def _make(folder: Path, files: list[str], rules: dict[str, str]) -> None:
    for path in files:
        target = folder / path
        parents = [p for p in target.parents if p.is_relative_to(folder)]
        if any(p.is_file() for p in parents) or target.exists():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text("x", encoding="utf-8")
    for place, text in rules.items():
        at = folder / place
        if at.is_dir():
            (at / ".gitignore").write_bytes(text.encode())


def _all_paths(folder: Path) -> list[tuple[str, bool]]:
    found = []
    for root, folders, files in os.walk(folder):
        if ".git" in folders:
            folders.remove(".git")
        place = os.path.relpath(root, folder)
        prefix = "" if place == "." else f"{place}/"
        found += [(prefix + name, True) for name in folders]
        found += [(prefix + name, False) for name in files]
    return sorted(found)


def _ignored_by_git(folder: Path, paths: list[str]) -> dict[str, bool]:
    done = subprocess.run(
        ["git", "-C", folder, "check-ignore", "--no-index", "-v", "-n", "-z", "--stdin"],
        input=b"".join(os.fsencode(path) + b"\0" for path in paths),
        capture_output=True,
        check=False,
    )
    assert done.returncode in {0, 1}, done.stderr
    fields = done.stdout.split(b"\0")[:-1]
    answers = {}
    for source, _, pattern, path in zip(*[iter(fields)] * 4, strict=True):
        answers[os.fsdecode(path)] = bool(source) and not pattern.startswith(b"!")
    return answers


@settings(
    max_examples=250,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    files=st.lists(paths, min_size=1, max_size=10),
    top=rule_files,
    deep=st.dictionaries(paths, rule_files, max_size=3),
)
def test_the_rules_answer_as_git_does(
    repository: Path, files: list[str], top: str, deep: dict[str, str]
) -> None:
    _clear(repository)
    _make(repository, files, {"": top, **deep})
    found = _all_paths(repository)
    wanted = _ignored_by_git(repository, [path for path, _ in found])
    rules = Rules.from_folder(repository, built_in=False)
    answers = {p: rules.match(p, is_folder=folder) is not None for p, folder in found}
    assert answers == wanted
    stored = {
        path: (repository / path).read_bytes() for path, _ in found if path.endswith(".gitignore")
    }
    again = Rules.from_files(stored, built_in=False)
    assert {p: again.match(p, is_folder=folder) is not None for p, folder in found} == wanted


def test_a_rule_says_where_it_stands() -> None:
    rules = Rules.from_files({".gitignore": b"*.log\n/data/\n", "src/.gitignore": b"!keep.log\n"})
    left_out = rules.match("run.log", is_folder=False)
    assert left_out is not None
    assert (left_out.path, left_out.rule, left_out.source) == ("run.log", "*.log", ".gitignore")
    inside = rules.match("data/big/x.bin", is_folder=False)
    assert inside is not None
    assert (inside.path, inside.rule) == ("data/", "/data/")
    assert rules.match("src/keep.log", is_folder=False) is None


def test_amlignore_replaces_every_gitignore() -> None:
    files = {".amlignore": b"secret/\n", ".gitignore": b"*.csv\n", "sub/.gitignore": b"*\n"}
    rules = Rules.from_files(files)
    assert rules.match("a.csv", is_folder=False) is None
    assert rules.match("sub/b", is_folder=False) is None
    found = rules.match("sub/secret/key", is_folder=False)
    assert found is not None
    assert (found.path, found.source) == ("sub/secret/", ".amlignore")


def test_an_amlignore_deeper_down_is_an_ordinary_file() -> None:
    rules = Rules.from_files({"sub/.amlignore": b"*\n", ".gitignore": b"*.csv\n"})
    assert rules.match("sub/a", is_folder=False) is None
    assert rules.match("a.csv", is_folder=False) is not None


@pytest.mark.parametrize("name", ["__pycache__", "node_modules", ".ipynb_checkpoints"])
def test_built_in_folders_can_be_switched_on_again(name: str) -> None:
    found = Rules.from_files({}).match(f"pkg/{name}/x", is_folder=False)
    assert found is not None
    assert (found.path, found.source) == (f"pkg/{name}/", "built-in")
    assert Rules.from_files({}, built_in=False).match(f"pkg/{name}/x", is_folder=False) is None
    assert Rules.from_files({}).match(name, is_folder=False) is None


@pytest.mark.parametrize("mark", ["pyvenv.cfg", "conda-meta/history"])
def test_environments_are_recognised_by_what_is_in_them(tmp_path: Path, mark: str) -> None:
    inside = tmp_path / "my env" / mark
    inside.parent.mkdir(parents=True)
    inside.write_text("", encoding="utf-8")
    found = Rules.from_folder(tmp_path).match("my env/lib/x.py", is_folder=False)
    assert found is not None
    assert found.path == "my env/"
    stored = Rules.from_files({}, paths=[f"my env/{mark}"])
    assert stored.match("my env/lib/x.py", is_folder=False) is not None
    assert Rules.from_files({}).match("my env/lib/x.py", is_folder=False) is None


def test_a_negation_does_not_bring_an_environment_in() -> None:
    rules = Rules.from_files({".gitignore": b"*\n!*/\n!*.py\n"})
    assert rules.match("src/a.py", is_folder=False) is None
    assert rules.match("src/__pycache__/a.py", is_folder=False) is not None


def test_rule_files_that_are_links_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "other").write_text("*\n", encoding="utf-8")
    (tmp_path / ".gitignore").symlink_to("other")
    assert Rules.from_folder(tmp_path).match("a", is_folder=False) is None


def test_names_that_are_not_utf8() -> None:
    rules = Rules.from_files({".gitignore": b"caf\xe9\n"})
    found = rules.match(os.fsdecode(b"caf\xe9"), is_folder=False)
    assert found is not None
    assert os.fsencode(found.rule) == b"caf\xe9"
    assert rules.match("café", is_folder=False) is None


@pytest.mark.parametrize(
    ("pattern", "part", "end"),
    [("*a*a*a*a*b", "a", ""), ("**/a/**/a/**/a/**/a/**/b", "a/", "c"), ("**/*a*a*a*b/x", "a", "")],
)
def test_many_stars_take_no_more_than_their_time(pattern: str, part: str, end: str) -> None:
    def seconds(times: int) -> float:
        path = part * times + end
        name = path.rpartition("/")[2]
        took = []
        for attempt in range(5):
            # answers are remembered: each attempt has rules of its own
            rules = parse_patterns(f"{pattern}\n# {times} {attempt}".encode())
            start = time.thread_time()
            assert rules.decide(name, path, is_folder=False) is None
            took.append(time.thread_time() - start)
        return min(took)

    # four times as long: sixteen times the work if it is quadratic, 256 times with retries
    assert seconds(100) < 60 * max(seconds(25), 2e-6)
