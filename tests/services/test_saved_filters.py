"""``filters.json``: what is kept, and what becomes of a file that can't be used."""

from pathlib import Path

import pytest

from workbench.core.errors import WorkbenchError
from workbench.core.saved_filter import SavedFilter
from workbench.services.saved_filters import read_filters, write_filters

FILTERS = (
    SavedFilter("Größe", 'note="ä b" lr=3e-4', "failed", "src/train.py"),
    SavedFilter("z", "#12"),
)


def test_they_come_back_as_they_were(tmp_path: Path) -> None:
    path = tmp_path / "filters.json"
    assert read_filters(path) == ()
    write_filters(path, FILTERS)
    assert read_filters(path) == FILTERS
    write_filters(path, ())
    assert read_filters(path) == ()


@pytest.mark.parametrize("text", ["{", "[1]", '[{"name": "x"}]', '"x"', "{}x", '[{"name": 1, "text": "", "status": "", "script": ""}]'])  # fmt: skip  # noqa: E501
def test_a_damaged_file_is_kept_beside(tmp_path: Path, text: str) -> None:
    path = tmp_path / "filters.json"
    path.write_text(text)
    assert read_filters(path) == ()
    assert (tmp_path / "filters.json.broken").read_text() == text
    write_filters(path, FILTERS)
    assert read_filters(path) == FILTERS


def test_it_says_why_nothing_can_be_kept(tmp_path: Path) -> None:
    path = tmp_path / "gone" / "filters.json"
    with pytest.raises(WorkbenchError, match="wasn't saved") as caught:
        write_filters(path, FILTERS)
    assert caught.value.retry
    folder = tmp_path / "folder"
    folder.mkdir()
    with pytest.raises(WorkbenchError, match="can't be read"):
        read_filters(folder)
