"""What must never be in a tracked file, and what the top of the repository holds."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Written in pieces, because this file is tracked too.
REGISTRIES = (
    "pypi" + r"\.org",
    "python" + r"hosted\.org",
    "npm" + r"js\.org",
    "deb" + r"\.debian\.org",
    "conda" + r"\.anaconda\.org",
    "--(?:extra-)?index" + "-url",
)
MACHINE_PATHS = (r"(?<![\w.])/wo" + "rk/", r"(?<![\w.])/roo" + "t/", re.escape(str(ROOT) + "/"))
SECRETS = (
    "-----BEGIN [A-Z ]*PRIVATE" + " KEY-----",
    r"\bgh[pousr]_" + r"[A-Za-z0-9]{36}\b",
    r"\bAKIA" + r"[0-9A-Z]{16}\b",
    r"\beyJ[\w-]{20,}" + r"\.eyJ[\w-]{20,}\.",
)
KINDS = {
    "a package registry": REGISTRIES,
    "a path of a machine": MACHINE_PATHS,
    "a secret": SECRETS,
}
TOP_LEVEL = re.compile(
    r"\..*|pyproject\.toml|workbench|resources|tests|packaging|README\.md|LICENSE.*"
    r"|CHANGELOG\.md|CONTRIBUTING\.md|ARCHITECTURE\.md"
)


def tracked() -> list[str]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    return [name for name in listed.stdout.decode().split("\0") if name]


@pytest.mark.parametrize("kind", KINDS)
def test_no_tracked_file_names(kind: str) -> None:
    pattern = re.compile("|".join(KINDS[kind]))
    found = []
    for name in tracked():
        path = ROOT / name
        if not path.is_file():
            continue  # deleted, not yet committed
        for number, line in enumerate(path.read_bytes().split(b"\n"), 1):
            if pattern.search(line.decode("utf-8", "replace")):
                found.append(f"{name}:{number}")
    assert not found, f"{kind} in {', '.join(found)}"


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("a package registry", "https://pypi" + ".org/simple"),
        ("a package registry", "--index" + "-url https://example.com"),
        ("a path of a machine", "open('/roo" + "t/file')"),
        ("a secret", "-----BEGIN RSA PRIVATE" + " KEY-----"),
        ("a secret", "gh" + "p_" + "a" * 36),
    ],
)
def test_such_a_line_would_be_noticed(kind: str, line: str) -> None:
    assert re.search("|".join(KINDS[kind]), line)


def test_the_top_level_holds_only_what_belongs_there() -> None:
    names = {name.split("/", 1)[0] for name in tracked()}
    assert not {name for name in names if not TOP_LEVEL.fullmatch(name)}


def test_the_locks_hold_a_hash_for_every_package() -> None:
    for name in ("requirements.lock", "requirements-test.lock"):
        text = (ROOT / "packaging" / name).read_text("utf-8").replace("\\\n", "")
        lines = [line for line in text.splitlines() if line.strip()]
        assert len(lines) > 20
        assert not [line for line in lines if "--hash=sha256:" not in line]


def test_every_package_that_is_installed_has_its_licence_named() -> None:
    lock = (ROOT / "packaging" / "requirements.lock").read_text("utf-8")
    notices = (ROOT / "LICENSE-THIRD-PARTY.md").read_text("utf-8")
    packages = set(re.findall(r"^([a-z][\w.-]*)==", lock, re.MULTILINE))
    assert packages
    assert not {name for name in packages if not re.search(rf"[|,] {re.escape(name)}\b", notices)}
