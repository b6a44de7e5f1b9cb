"""A comparison is saved whole or not at all."""

import csv
import json
from pathlib import Path

import pytest

from tests.run_samples import NOW, make_run
from workbench.core.compare import compare
from workbench.core.comparison import Side
from workbench.core.errors import WorkbenchError
from workbench.operations.export_comparison import export_comparison

COMPARISON = compare([Side(make_run(2)), Side(make_run(1))], 0, NOW)


def test_the_ending_says_the_format(tmp_path: Path) -> None:
    for name in ("a.csv", "a.JSON", "a.md", "a.txt", "a"):
        export_comparison(COMPARISON, tmp_path / name)
    assert json.loads((tmp_path / "a.JSON").read_text(encoding="utf-8"))["baseline"] == "#2"
    assert (tmp_path / "a.md").read_text(encoding="utf-8").startswith("# Compare #2, #1")
    for name in ("a.csv", "a.txt", "a"):
        with (tmp_path / name).open(encoding="utf-8", newline="") as stream:
            assert next(csv.reader(stream))[2:] == ["#2 (baseline)", "#1"]


def test_what_was_there_stays_if_it_cannot_be_written(tmp_path: Path) -> None:
    folder = tmp_path / "taken.csv"
    folder.mkdir()
    with pytest.raises(WorkbenchError, match=r"taken\.csv wasn't saved"):
        export_comparison(COMPARISON, folder)
    with pytest.raises(WorkbenchError, match=r"a\.csv wasn't saved") as caught:
        export_comparison(COMPARISON, tmp_path / "nowhere" / "a.csv")
    assert caught.value.retry
    assert list(tmp_path.iterdir()) == [folder]
