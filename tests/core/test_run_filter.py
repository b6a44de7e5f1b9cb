"""The filter line of the Run List."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.run_samples import make_run
from workbench.core.metric_direction import best_of, lower_is_better
from workbench.core.run import RunStatus
from workbench.core.run_arguments import argument_pairs
from workbench.core.run_filter import parse_filter, search_text

RUN = make_run(
    12,
    arguments=("--lr", "3e-4", "--fast", "--weight-decay=0.01", "data.csv", "model=mlp"),
    metrics=(("accuracy", 0.912345), ("Val-Loss", 0.25), ("device", "cuda"), ("f1", 0.73802)),
    seconds=90,
)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "#12",
        "run=12",
        "run>=12",
        "script=train.py",
        "script=TRAIN",
        "status=completed",
        "status=comp",
        "status!=failed",
        "accuracy>0.9",
        "accuracy>0.9 accuracy<0.92",
        "accuracy=0.9123",
        "f1=0.7380",
        "val_loss<=0.25",
        "device=cuda",
        "lr=3e-4",
        "lr=0.0003",
        "--lr=3e-4",
        "lr<1",
        "weight_decay=0.01",
        "model=mlp",
        "fast=true",
        "duration>1min",
        "duration<=90",
        "exit=0",
        "branch=feature",
        "train",
        "data.csv",
        '"--lr 3e-4"',
        "accuracy>",
        "status= lr=3e-4",
    ],
)
def test_finds_the_run(text: str) -> None:
    assert parse_filter(text).matches(RUN)


@pytest.mark.parametrize(
    "text",
    [
        "#1",
        "run!=12",
        "script=rain.py",
        "status=failed",
        "status!=completed",
        "accuracy>0.95",
        "accuracy>0.9 #13",
        "accuracy>high",
        "f1=0.73804",
        "f1=0.74",
        "unknown=1",
        "unknown>0",
        "lr!=3e-4",
        "duration>2min",
        "device=cpu",
        "evaluate",
        '"--lr  3e-4"',
    ],
)
def test_does_not_find_the_run(text: str) -> None:
    assert not parse_filter(text).matches(RUN)


def test_not_equal_holds_for_a_run_without_that_metric() -> None:
    assert parse_filter("unknown!=1").matches(RUN)


def test_note_and_snapshot_can_be_found() -> None:
    run = replace(RUN, note="Candidate for the holdout check")
    assert parse_filter("note=holdout").matches(run)
    assert parse_filter(f"snapshot={RUN.snapshot[:7]}").matches(run)
    assert parse_filter("holdout check").matches(run)


def test_a_run_that_never_started_has_no_duration() -> None:
    queued = make_run(13, RunStatus.QUEUED)
    assert not parse_filter("duration>0").matches(queued)
    assert not parse_filter("exit=0").matches(queued)


@given(st.text())
def test_any_text_is_a_filter(text: str) -> None:
    parsed = parse_filter(text)
    assert parsed.matches(RUN, search_text(RUN)) == parsed.matches(RUN)


def test_arguments_become_names_and_values() -> None:
    assert argument_pairs(("--lr", "3e-4", "-v", "--bias", "-1", "data.csv", "a.b=2")) == (
        ("--lr", "3e-4"),
        ("-v", ""),
        ("--bias", "-1"),
        ("", "data.csv"),
        ("a.b", "2"),
    )


def test_a_path_with_an_equals_sign_is_no_assignment() -> None:
    assert argument_pairs(("data/x=1.csv", "--", "-x")) == (
        ("", "data/x=1.csv"),
        ("", "--"),
        ("-x", ""),
    )


@pytest.mark.parametrize(
    "name", ["val_loss", "RMSE", "trainError", "mean-squared-error", "val/mae"]
)
def test_lower_is_better(name: str) -> None:
    assert lower_is_better(name)


@pytest.mark.parametrize("name", ["accuracy", "val_auc", "f1", "glossary", "lossless"])
def test_higher_is_better(name: str) -> None:
    assert not lower_is_better(name)


def test_best_value_ignores_what_is_no_number() -> None:
    assert best_of("loss", [0.3, float("nan"), 0.1]) == 0.1
    assert best_of("accuracy", [0.3, float("nan"), 0.1]) == 0.3
    assert best_of("accuracy", [float("nan")]) is None
