"""A comparison as CSV, JSON and Markdown."""

import csv
import io
import json
from dataclasses import replace

import pytest

from tests.run_samples import NOW, make_run
from workbench.core.compare import compare
from workbench.core.comparison import Comparison, Side
from workbench.core.comparison_text import as_csv, as_json, as_markdown
from workbench.core.restore import ChangeKind, FileChange


@pytest.fixture
def comparison() -> Comparison:
    first = make_run(2, metrics=(("auc", 0.5), ("drift", -0.25)), arguments=("--a", 'x|y, "z"\nw'))
    second = replace(
        make_run(1, metrics=(("auc", 0.75), ("drift", -0.25)), arguments=()), snapshot=""
    )
    changes = (FileChange("a.py", ChangeKind.DELETED, None, None),)
    return compare([Side(first), Side(second, changes)], 0, NOW)


def test_csv_holds_the_values_as_they_are(comparison: Comparison) -> None:
    rows = list(csv.reader(io.StringIO(as_csv(comparison))))
    assert rows[0] == ["Section", "Property", "#2 (baseline)", "#1"]
    assert rows[1] == ["Metrics", "auc", "0.5", "0.75"]
    assert rows[2] == ["Metrics", "drift", "-0.25", "-0.25"]
    assert ["Arguments", "--a", 'x|y, "z"\nw', ""] in rows
    assert {len(row) for row in rows} == {4}


def test_only_differences(comparison: Comparison) -> None:
    assert "drift" in as_csv(comparison)
    for text in (as_csv, as_json, as_markdown):
        assert "drift" not in text(comparison, only_differences=True)


def test_json_names_runs_and_files(comparison: Comparison) -> None:
    read = json.loads(as_json(comparison))
    assert read["baseline"] == "#2"
    assert read["compared"][0]["run_id"] == comparison.sides[0].id
    assert read["compared"][1]["snapshot"] is None
    assert read["compared"][1]["files_that_differ"] == [{"path": "a.py", "change": "deleted"}]
    auc = read["sections"][0]["rows"][0]
    assert auc["values"][1] == {
        "value": "0.75", "differs": True, "delta": "+0.25", "better": True, "best": True,
    }  # fmt: skip
    assert read["sections"][1]["rows"][0]["values"][1]["value"] is None


def test_markdown_stays_a_table(comparison: Comparison) -> None:
    lines = as_markdown(comparison).splitlines()
    assert lines[0] == "# Compare #2, #1"
    assert "| auc | 0.5 | **0.75** (+0.25, best) |" in lines
    assert '| --a | x\\|y, "z" w | not set |' in lines
    assert all(line.replace("\\|", "").count("|") == 4 for line in lines if line.startswith("|"))
