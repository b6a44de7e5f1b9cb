"""The locks hold what is asked for, each package with its hashes, and its licence is named."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RUN, TEST = (ROOT / "packaging" / f"requirements{kind}.lock" for kind in ("", "-test"))
_PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
_NAME = re.compile(r"^([A-Za-z0-9._-]+)", re.MULTILINE)


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def asked_for(*extras: str) -> set[str]:
    lines = list(_PROJECT["dependencies"])
    for extra in extras:
        lines += _PROJECT["optional-dependencies"][extra]
    return {plain(match[1]) for line in lines if (match := _NAME.match(line))}


def locked(lock: Path) -> dict[str, str]:
    """Return the entry of each package by its name."""
    entries = re.split(r"\n(?=[A-Za-z0-9])", lock.read_text("utf-8").strip())
    return {plain(match[1]): entry for entry in entries if (match := _NAME.match(entry))}


def test_everything_asked_for_is_locked() -> None:
    assert not asked_for() - locked(RUN).keys()
    assert not asked_for("test", "lint") - (locked(TEST).keys() | locked(RUN).keys())


@pytest.mark.parametrize("lock", [RUN, TEST])
def test_each_package_has_one_version_and_its_hashes(lock: Path) -> None:
    entries = locked(lock)
    assert len(entries) > 10
    for name, entry in entries.items():
        assert re.match(r"[A-Za-z0-9._-]+(\[[a-z,]+\])?==\S+", entry), name
        assert "--hash=sha256:" in entry, name


def test_both_locks_have_the_same_versions() -> None:
    run, test = locked(RUN), locked(TEST)
    assert {name: test[name].split()[0] for name in run.keys() & test} == {
        name: run[name].split()[0] for name in run.keys() & test
    }


def test_each_package_is_named_with_its_licence() -> None:
    text = (ROOT / "LICENSE-THIRD-PARTY.md").read_text("utf-8")
    named = {plain(name) for name in re.findall(r"[A-Za-z0-9][A-Za-z0-9._-]+", text)}
    assert not locked(RUN).keys() - named
