"""The documents name only files, folders and commands that exist."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md")
PLACES = ("", "workbench/")
_CODE = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\]\(([^)#\s]+)")
_BLOCK = re.compile(r"^```(?:sh|bash)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def first_parts() -> set[str]:
    """Return the names that a path of this repository can begin with."""
    folders = [path for path in (*ROOT.iterdir(), *(ROOT / "workbench").iterdir()) if path.is_dir()]
    return {path.name for path in folders if path.name not in (".git", ".venv")}


def paths_in(text: str) -> Iterator[str]:
    """Yield what looks like a path of this repository."""
    known = first_parts()
    words = [word for span in _CODE.findall(text) for word in span.split()]
    words += [word for block in _BLOCK.findall(text) for word in block.split()]
    for word in words:
        path = word.split("::", 1)[0].rstrip(".,;:")
        if "/" in path and "<" not in path and path.split("/", 1)[0] in known:
            yield path
    yield from (link for link in _LINK.findall(text) if "://" not in link)


def missing(text: str) -> list[str]:
    """Return the paths that do not exist, from the top or inside ``workbench``."""
    return [
        path
        for path in paths_in(text)
        if not any((ROOT / place / path).exists() for place in PLACES)
    ]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_path_in_a_document_exists(document: str) -> None:
    assert not missing((ROOT / document).read_text("utf-8"))


def test_a_missing_path_would_be_noticed() -> None:
    text = "`workbench/nowhere.py`, [page](NOWHERE.md)\n```sh\npython3 packaging/nowhere.py\n```\n"
    assert missing(text) == ["workbench/nowhere.py", "packaging/nowhere.py", "NOWHERE.md"]
