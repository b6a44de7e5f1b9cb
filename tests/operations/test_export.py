"""Tables and pictures as files of the user's own."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.run_samples import make_run
from workbench.core.errors import WorkbenchError
from workbench.core.run import RunStatus
from workbench.operations.export import export_rows, export_runs, save_bytes


def test_csv_holds_every_metric_of_every_run_in_the_order_given(tmp_path: Path) -> None:
    one = replace(make_run(1), metrics=(("accuracy", 0.5), ("note, quoted", "a\nb")))
    two = replace(make_run(2, RunStatus.QUEUED), metrics=(("loss", 1e-9),), note="better")
    target = tmp_path / "runs.csv"
    export_runs([two, one], target)
    with target.open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["run"] for row in rows] == ["2", "1"]
    assert (rows[0]["loss"], rows[0]["accuracy"], rows[0]["note"]) == ("1e-09", "", "better")
    assert (rows[1]["accuracy"], rows[1]["note, quoted"]) == ("0.5", "a\nb")
    assert rows[1]["snapshot"] == one.snapshot
    assert rows[1]["started"] == (one.started.isoformat(timespec="seconds") if one.started else "")


def test_json_holds_the_same_with_arguments_as_a_list(tmp_path: Path) -> None:
    run = replace(make_run(3), metrics=(("best", float("inf")), ("accuracy", 0.25)))
    target = tmp_path / "runs.JSON"
    export_runs([run], target)
    record = json.loads(target.read_text("utf-8"))[0]
    assert record["id"] == run.id
    assert record["arguments"] == list(run.request.arguments)
    # JSON has no number for it.
    assert record["metrics"] == {"best": "inf", "accuracy": 0.25}


def test_what_cannot_be_written_leaves_what_was_there(tmp_path: Path) -> None:
    target = tmp_path / "missing" / "chart.csv"
    with pytest.raises(WorkbenchError) as caught:
        export_rows(["Run"], [["1"]], target)
    assert caught.value.title == "chart.csv wasn't saved"
    assert "it doesn't exist" in caught.value.text
    assert not target.parent.exists()
    kept = tmp_path / "picture.png"
    kept.write_bytes(b"before")
    save_bytes(b"after", kept)
    assert kept.read_bytes() == b"after"
    assert list(tmp_path.iterdir()) == [kept]
